"""One small release in two versions, served for all tests of OData."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from starlette.applications import Starlette

from benchmarks.odata_release import write_release
from pipelines.datacenter.odata import routes
from tests.unit.odata.serving import Service, service

PAGE_ROWS = 900


@pytest.fixture(scope="session")
def openbaar(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("openbaar")
    write_release(place, personas=2, regions=5)
    write_release(place, personas=2, regions=6, versie="1.1.0")
    return place


@pytest.fixture(scope="session")
def served(openbaar: Path) -> Iterator[Service]:
    with service(Starlette(routes=routes(openbaar, page_rows=PAGE_ROWS))) as running:
        yield running


@pytest.fixture(scope="session")
def figures(openbaar: Path) -> pl.DataFrame:
    """What lies published in the newest version: the measure that answers are held against."""
    return pl.read_parquet(openbaar / "uitgaven" / "2023-voorlopig" / "1.1.0" / "cijfers.parquet")
