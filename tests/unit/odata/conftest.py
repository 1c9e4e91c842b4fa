"""One small release in two versions, served for all tests of OData."""

from collections.abc import Iterator

import polars as pl
import pytest

from benchmarks.odata_release import write_release
from tests.unit.odata.serving import Service, service

PAGE_ROWS = 900


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    openbaar = tmp_path_factory.mktemp("openbaar")
    write_release(openbaar, personas=2, regions=5)
    write_release(openbaar, personas=2, regions=6, versie="1.1.0")
    with service(openbaar, PAGE_ROWS) as running:
        yield running


@pytest.fixture(scope="session")
def figures(served: Service) -> pl.DataFrame:
    """What lies published in the newest version: the measure that answers are held against."""
    return pl.read_parquet(served.openbaar / "uitgaven" / "2023-voorlopig" / "1.1.0" / "cijfers.parquet")
