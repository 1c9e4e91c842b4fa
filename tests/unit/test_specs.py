"""Persona, indicator and plan specs that cannot be counted are refused, and the message teaches the mend."""

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


CASES: dict[str, tuple[str, str, str, str]] = {
    "an unknown indicator": (PERSONA, "population: leeftijd_18_tot_aow", "population: leeftijd_18_tot_aov", r"Did you mean 'leeftijd_18_tot_aow'"),
    "a need that refers to the voorziening": (PERSONA, "need: zonder_werk_drie_maanden", "need: bijstand", r"refers to the voorziening 'inkomensvoorziening' \(through bijstand\)"),
    "a need that is the voorziening": (PERSONA, "need: zonder_werk_drie_maanden", "need: inkomensvoorziening", "refers to the voorziening"),
    "a voorziening that is a problem": (PERSONA, "voorziening: inkomensvoorziening", "voorziening: betalingsachterstand", "is not a voorziening"),
    "an unknown key": (PERSONA, "smallest_geography:", "smallest_geografie:", r"wia-zelf-stopgezet.yaml:\d+: smallest_geografie: unknown key. Did you mean 'smallest_geography'"),
    "an unknown mechanism": (PERSONA, "- zelf-gestopt", "- zelf-gestopd", "Did you mean 'zelf-gestopt'"),
    "an id that is not its file name": (PERSONA, "id: wia-zelf-stopgezet", "id: wia-gestopt", "file name and id must be the same"),
    "a leefgebied that is not the indicator's": (PERSONA, "leefgebied: gezondheid", "leefgebied: wonen", "is of leefgebied gezondheid, and here stands wonen"),
    "an example that lands elsewhere": (PERSONA, "lands_in: served", "lands_in: missing", r"lands in missing, and the definition puts them in served"),
    "an unknown indicator, with its line": (PERSONA, "need: zonder_werk_drie_maanden", "need: zonder_werk_drie_manden", r"wia-zelf-stopgezet\.yaml:\d+: no indicator 'zonder_werk_drie_manden'"),
    "an example with a combination": (PERSONA, "has: [leeftijd_18_tot_aow, antipsychotica, ao_beeindigd]", "has: [leeftijd_18_tot_aow, ernstige_psychische_stoornis]", "is a combination; name what it is made of"),
    "an example with an indicator of no part": (PERSONA, "has: [leeftijd_18_tot_aow, antipsychotica, ao_beeindigd]", "has: [wmo_maatwerk]", "plays no part in this persona"),
    "a code that is not in its list": (INDICATORS, "['01', '02', '03']", "['01', '99']", r"BIJSTANDPERSOONBUS.bijstandsoort has no code '99'. Allowed: 01, 02"),
    "a column that the register does not have": (INDICATORS, "bijstandsoort: ['01'", "bijstandsoor: ['01'", "Did you mean 'bijstandsoort'"),
    "an unknown register": (INDICATORS, "source: SPOLISBUS", "source: SPOLISBUZ", "Did you mean 'SPOLISBUS'"),
    "a circle of combinations": (INDICATORS, "any_of: [bijstand, ao_uitkering]", "any_of: [bijstand, inkomensvoorziening]", "refers to itself"),
    "a combination of an unknown indicator": (INDICATORS, "any_of: [bijstand, ao_uitkering]", "any_of: [bijstand, ao_uitkerin]", "Did you mean 'ao_uitkering'"),
    "two rules": (INDICATORS, "    spell_in_months:\n      months: 3", "    spell_in_months:\n      months: 3\n    record_exists: {}", "exactly one rule"),
    "a spell rule on a register of records": ("indicators/schulden.yaml", "source: WANBZVWTAB\n  rule:\n    record_exists: {}", "source: WANBZVWTAB\n  rule:\n    spell_on_peildatum: {}", "has records and no spells; use record_exists"),
    "an unquoted code": (INDICATORS, "['12', '13', '14', '15']", "[012]", "looks like a code"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_spec_that_cannot_be_counted_is_refused(specs: Path, name: str) -> None:
    file, old, new, words = CASES[name]
    bend(specs, file, old, new)

    with pytest.raises(SpecError, match=words) as caught:
        context_of(specs).mechanisms()

    assert Path(file).name.split(".")[0] in str(caught.value)


def test_the_line_is_that_of_the_fault_and_not_of_the_same_word_in_the_story(specs: Path) -> None:
    bend(specs, PERSONA, "need: zonder_werk_drie_maanden", "need: bijstand")
    lines = (specs / PERSONA).read_text(encoding="utf-8").splitlines()
    number = next(n for n, line in enumerate(lines, start=1) if line.strip() == "need: bijstand")

    with pytest.raises(SpecError, match=rf"wia-zelf-stopgezet\.yaml:{number}: "):
        context_of(specs).personas()


def test_problems_of_one_leefgebied_need_a_reason(specs: Path) -> None:
    bend(
        specs,
        PERSONA,
        "leefgebied: gezondheid\n    indicator: ernstige_psychische_stoornis",
        "leefgebied: schulden\n    indicator: schuld_smal",
    )
    bend(
        specs,
        PERSONA,
        "leefgebied: inkomen\n    indicator: ao_beeindigd",
        "leefgebied: schulden\n    indicator: wanbetaler_zorgpremie",
    )

    with pytest.raises(SpecError, match=r"at least two leefgebieden, found only schulden"):
        context_of(specs).personas()


PLANS: dict[str, tuple[str, str, str]] = {
    "shares that do not add up": (
        "gemeente: 17/50",
        "gemeente: 18/50",
        "add up to 51/50, and must add up to exactly 1",
    ),
    "a table that is left out": ("  land: 2/50\n", "", "give a share for each of"),
    "no budget": ("rho: 1/20", "rho: 0", "2023-voorlopig.yaml:"),
    "more than the cap": ("rho: 1/20", "rho: 3/4", "more than the cap"),
    "a budget as a word": ("rho: 1/20", "rho: veel", "2023-voorlopig.yaml:"),
    "nobody counts": ("contributions: 2", "contributions: 0", "greater than or equal to 1"),
    "a persona twice": ("  - wia-zelf-stopgezet", "  - dakloos-verslaafd-schulden", "stands in the list twice"),
    "a year without inhabitants": ("peiljaar: 2023", "peiljaar: 1999", "no public population table for peiljaar 1999"),
    "another unit": ("unit: person", "unit: household", "unit"),
}


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_that_cannot_be_measured_is_refused(specs: Path, name: str) -> None:
    old, new, words = PLANS[name]
    bend(specs, PLAN, old, new)

    with pytest.raises(SpecError, match=words):
        load_plan(specs / "release_plans", "2023-voorlopig")


def test_an_unknown_plan_names_the_known_ones(specs: Path) -> None:
    with pytest.raises(SpecError, match="Known plans: 2023-voorlopig"):
        load_plan(specs / "release_plans", "2024-voorlopig")


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


def test_a_changed_indicator_makes_another_persona(specs: Path) -> None:
    before = context_of(specs)
    first = {p.id: counting_fingerprint(p, before.indicators()) for p in before.personas().by_id.values()}
    bend(specs, INDICATORS, "months: 3", "months: 4")

    after = context_of(specs)
    second = {p.id: counting_fingerprint(p, after.indicators()) for p in after.personas().by_id.values()}

    assert first["dakloos-verslaafd-schulden"] == second["dakloos-verslaafd-schulden"]
    assert first["wia-zelf-stopgezet"] != second["wia-zelf-stopgezet"]
