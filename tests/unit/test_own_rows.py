"""A plan that protects one person never counts a persona that reads the rows of others."""

from fractions import Fraction
from pathlib import Path

import pytest

from expectations.validation import validation
from pipelines import line
from pipelines.context import Context
from pipelines.errors import SpecError
from pipelines.population.settings import PopulationSettings
from pipelines.release.plan import personas_of, require_own_rows
from pipelines.rooms import DataRoot
from tests.personas.living import PLAN, living_specs, look_at_others


@pytest.fixture
def context(tmp_path: Path) -> Context:
    """Specs whose one persona looks, through a combination, at another member of the household."""
    specs = living_specs(tmp_path)
    look_at_others(specs)
    plans = specs.folder / "release_plans"
    plans.mkdir(exist_ok=True)
    (plans / "proef.yaml").write_text(PLAN, encoding="utf-8")
    root = DataRoot(tmp_path / "data")
    return Context(root, tmp_path / "key", specs.folder, "test", lambda _message: None, lambda _text: None)


def test_a_person_unit_plan_refuses_it_however_deep_it_hides(context: Context) -> None:
    plan = context.plan("proef")

    with pytest.raises(SpecError, match=r"rests on 'schuld_in_huis', which reads the rows of other members"):
        require_own_rows(plan, personas_of(plan, context.personas()), context.indicators())


def test_a_plan_that_protects_the_household_takes_it(context: Context) -> None:
    plan = context.plan("proef").model_copy(update={"unit": "household", "members": 2})

    require_own_rows(plan, personas_of(plan, context.personas()), context.indicators())


def test_the_line_refuses_it_before_it_makes_or_reads_anything(context: Context) -> None:
    population = PopulationSettings(2023, Fraction(1, 20))

    with pytest.raises(SpecError, match="Nothing was counted and nothing was spent"):
        line.run_line(context, context.plan("proef"), validation(), population)

    assert not context.root.kluis.exists()
