"""Shared fixtures: a data root with its key, and the specs of this checkout; and nothing of who runs the tests."""

import os
from pathlib import Path

import pytest

from pipelines.context import Context
from pipelines.indicators.collection import Indicators
from pipelines.indicators.load import load_indicators
from pipelines.personas.load import Personas, load_personas
from pipelines.registers.catalogue_model import load_catalogue
from tests.surroundings import CHECKOUT, empty_surroundings

# What somebody has set for commands of their own would send tests to another data root, key or catalogue.
for _name in [name for name in os.environ if name.startswith("BLINDEVLEK_")]:
    del os.environ[_name]


@pytest.fixture(scope="session")
def indicators() -> Indicators:
    return load_indicators(CHECKOUT / "persona_specs" / "indicators", load_catalogue())


@pytest.fixture(scope="session")
def personas(indicators: Indicators) -> Personas:
    return load_personas(CHECKOUT / "persona_specs" / "personas", indicators)


@pytest.fixture
def context(tmp_path: Path) -> Context:
    """An empty data root with a synthetic key; `said` collects nothing."""
    return empty_surroundings(tmp_path)


@pytest.fixture(scope="session")
def small_openbaar(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two published peiljaren and their site (`tests/browser/small_site.py`), to read; who changes something takes a copy."""
    from tests.browser.small_site import make_openbaar

    return make_openbaar(tmp_path_factory.mktemp("klein") / "openbaar")
