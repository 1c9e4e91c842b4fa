"""What the tests of the population share: one small delivery of peiljaar 2023, made once, and a connection.

What belongs here: fixtures. What does not: helpers (`delivered_files.py`).
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.population.make import make_deliveries
from pipelines.population.settings import PopulationSettings
from pipelines.progress import silent
from tests.once import made_once
from tests.unit.delivered_files import SCALE


@pytest.fixture(scope="session")
def delivered(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Folder with the deliveries; the truth stands beside it. To look at: all workers share it."""

    def make(root: Path) -> None:
        settings = PopulationSettings(2023, SCALE, stapelingsmonitor=True)
        make_deliveries(settings, root / "deliveries", root / "truth", root / "temp", silent)

    return made_once(tmp_path_factory, worker_id, "delivered", make) / "deliveries"


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as opened:
        yield opened
