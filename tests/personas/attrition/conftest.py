"""What the tests of attrition share: a kluis with synthetic data, and what attrition wrote into it. Neither may change."""

import pytest

from pipelines.context import Context
from pipelines.personas.attrition import Written, write_attrition
from tests.personas.attrition.people import built
from tests.personas.living import ID
from tests.tiny import PEILJAAR


@pytest.fixture(scope="session")
def kluis(tmp_path_factory: pytest.TempPathFactory) -> Context:
    return built(tmp_path_factory.mktemp("attrition"))[0]


@pytest.fixture(scope="session")
def written(kluis: Context) -> Written:
    return write_attrition(kluis, kluis.personas().by_id[ID], PEILJAAR)
