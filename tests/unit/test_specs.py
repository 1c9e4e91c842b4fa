"""The specs of this checkout as a whole: their lines, their fingerprints, and the amounts of a plan. What is refused,
and in which words, stands in tests/spec."""

import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from pipelines.context import Context
from pipelines.errors import SpecError
from pipelines.personas.load import counting_fingerprint, persona_fingerprint
from pipelines.release.plan import load_plan
from tests.conftest import CHECKOUT

PERSONA = "personas/wia-zelf-stopgezet.yaml"
INDICATORS = "indicators/inkomen.yaml"
PLAN = "release_plans/2023-voorlopig.yaml"


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    """A copy of the specs, to be bent."""
    return Path(shutil.copytree(CHECKOUT / "persona_specs", tmp_path / "specs"))


def bend(specs: Path, file: str, old: str, new: str) -> None:
    path = specs / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{file} has no {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def context_of(specs: Path) -> Context:
    from pipelines.rooms import DataRoot

    return Context(DataRoot(specs / "data"), specs / "key", specs, "test", lambda _m: None, lambda _t: None)


def test_the_line_is_that_of_the_fault_and_not_of_the_same_word_in_the_story(specs: Path) -> None:
    bend(specs, PERSONA, "need: zonder_werk_drie_maanden", "need: bijstand")
    lines = (specs / PERSONA).read_text(encoding="utf-8").splitlines()
    number = next(n for n, line in enumerate(lines, start=1) if line.strip() == "need: bijstand")

    with pytest.raises(SpecError, match=rf"wia-zelf-stopgezet\.yaml:{number}: "):
        context_of(specs).personas()


def test_an_unknown_plan_names_the_known_ones(specs: Path) -> None:
    with pytest.raises(SpecError, match=r"Known plans: .*2023-voorlopig"):
        load_plan(specs / "release_plans", "2024-x")


def test_amounts_of_a_plan_are_exact(specs: Path) -> None:
    plan = load_plan(specs / "release_plans", "2023-voorlopig")

    assert plan.rho == Fraction(1, 20)
    assert sum(plan.tables.values()) == 1


def test_a_better_text_is_another_spec_but_the_same_measurement(specs: Path) -> None:
    before = context_of(specs)
    persona = before.personas().by_id["wia-zelf-stopgezet"]
    prints = persona_fingerprint(persona, before.indicators()), counting_fingerprint(persona, before.indicators())
    bend(specs, PERSONA, "name: Het recht", "name: Een recht")

    after = context_of(specs)
    persona = after.personas().by_id["wia-zelf-stopgezet"]

    assert persona_fingerprint(persona, after.indicators()) != prints[0]
    assert counting_fingerprint(persona, after.indicators()) == prints[1]


def test_a_new_version_with_the_same_conditions_is_the_same_measurement(specs: Path) -> None:
    """A better text of an accepted persona needs a new version, and must not be drawn and paid for again."""
    before = context_of(specs)
    persona = before.personas().by_id["wia-zelf-stopgezet"]
    bend(specs, PERSONA, "version: 1", "version: 2")

    after = context_of(specs)

    assert counting_fingerprint(after.personas().by_id["wia-zelf-stopgezet"], after.indicators()) == (
        counting_fingerprint(persona, before.indicators())
    )


def test_a_changed_indicator_makes_another_persona(specs: Path) -> None:
    before = context_of(specs)
    first = {p.id: counting_fingerprint(p, before.indicators()) for p in before.personas().by_id.values()}
    bend(specs, INDICATORS, "months: 3", "months: 4")

    after = context_of(specs)
    second = {p.id: counting_fingerprint(p, after.indicators()) for p in after.personas().by_id.values()}

    assert first["dakloos-verslaafd-schulden"] == second["dakloos-verslaafd-schulden"]
    assert first["wia-zelf-stopgezet"] != second["wia-zelf-stopgezet"]
