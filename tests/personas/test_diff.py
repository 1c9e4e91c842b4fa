"""Two versions compared in words: whether others are counted, who, and which texts; each version with its own
indicators."""

from typing import Any

import pytest

from pipelines.indicators.collection import Indicators
from pipelines.indicators.spec import Indicator
from pipelines.personas.difference import COUNTS_OTHERWISE, NO_DIFFERENCE, ONLY_TEXT, Version, difference, verdict
from pipelines.personas.load import counting_fingerprint
from pipelines.personas.spec import Persona
from pipelines.registers.catalogue_model import load_catalogue
from tests.personas.renew_explained import specs_only

CONTEXT = specs_only()
INDICATORS = CONTEXT.indicators()
DAKLOOS = CONTEXT.personas().by_id["dakloos-verslaafd-schulden"]
OLD = Version(DAKLOOS, INDICATORS)


def changed(**changes: Any) -> Version:
    """The next version with other parts; parts of `missing_voorziening` by their own name."""
    missing = {key: changes.pop(key) for key in ("need", "voorziening", "need_reason") if key in changes}
    voorziening = DAKLOOS.missing_voorziening.model_copy(update=missing)
    return Version(DAKLOOS.model_copy(update={"version": 2, "missing_voorziening": voorziening, **changes}), INDICATORS)


def problems(*names: str) -> tuple[Any, ...]:
    """The problems of the persona, with others in the place of some."""
    return tuple(
        problem.model_copy(update={"indicator": name}) for problem, name in zip(DAKLOOS.problems, names, strict=True)
    )


def with_indicator(name: str, **changes: Any) -> Indicators:
    indicator = Indicator.model_validate({**INDICATORS.by_id[name].model_dump(), **changes})
    return Indicators({**INDICATORS.by_id, name: indicator})


def told(old: Version, new: Version) -> str:
    return "\n".join(difference(old, new, load_catalogue()))


def test_the_number_of_the_version_alone_is_no_difference() -> None:
    assert verdict(OLD, changed()) == NO_DIFFERENCE
    assert told(OLD, changed()).endswith("geen verschil.")


@pytest.mark.parametrize(
    "new",
    [
        changed(story="Een ander verhaal."),
        changed(need_reason="Een andere reden."),
        Version(DAKLOOS, with_indicator("bijstand", title="bijstand")),
    ],
    ids=["story", "reason", "title"],
)
def test_a_better_text_counts_nobody_otherwise(new: Version) -> None:
    assert verdict(OLD, new) == ONLY_TEXT
    assert "Voorwaarden" not in told(OLD, new)
    assert "Teksten" in told(OLD, new)


@pytest.mark.parametrize(
    "new",
    [
        changed(population="volwassen"),
        changed(problems=problems("zonder_stabiel_adres", "verslaving", "problematische_schulden")),
        changed(need="laag_inkomen"),
        changed(voorziening="schuldhulp"),
        changed(smallest_geography="provincie"),
        Version(DAKLOOS, with_indicator("bijstand", rule={"spell_in_year": {}})),
    ],
    ids=["population", "problem", "need", "voorziening", "geography", "rule"],
)
def test_what_can_change_a_figure_is_said_to_count_otherwise(new: Version) -> None:
    alike = new.persona.model_copy(update={"version": 1})
    assert counting_fingerprint(alike, new.indicators) != counting_fingerprint(DAKLOOS, INDICATORS)

    assert verdict(OLD, new) == COUNTS_OTHERWISE
    assert "telt anders." in told(OLD, new)


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (changed(population="volwassen"), "Groep: was wie 18 tot en met 66 jaar is, is nu wie 18 jaar of ouder is. Dat is ruimer"),
        (changed(population="leeftijd_18_tot_27"), "Dat is enger: niemand komt erdoor bij."),
        (changed(population="leeftijd_5_tot_17"), "Groep: was wie 18 tot en met 66 jaar is, is nu wie 5 tot en met 16 jaar is.\n"),
        (
            changed(problems=problems("zonder_stabiel_adres", "verslaving", "problematische_schulden")),
            "vast adres (een opvangadres of briefadres, of twee of meer verhuizingen in het afgelopen jaar). Dat is ruimer",
        ),
        (
            changed(problems=problems("adres_opvang_of_briefadres", "verslaving_ggz", "problematische_schulden")),
            "is nu een ggz-behandeling voor een stoornis in middelengebruik. Dat is enger",
        ),
        (changed(problems=DAKLOOS.problems[:2]), "Probleem vervallen: problematische schulden of een langdurige"),
        (changed(problems=tuple(reversed(DAKLOOS.problems))), "in een andere volgorde. Dat verandert niet wie meetelt."),
        (changed(need="laag_inkomen"), "Teken van de behoefte: was een bijstandsuitkering, is nu een persoonlijk inkomen"),
        (changed(voorziening="wsnp"), "Voorziening: miste eerst wie geen minnelijke of wettelijke schuldregeling heeft; mist nu"),
        (changed(smallest_geography="land"), "Kleinste gebied: was de gemeente, is nu heel Nederland."),
    ],
)  # fmt: skip
def test_a_changed_condition_is_told_with_what_it_does(new: Version, words: str) -> None:
    assert words in told(OLD, new)


def test_a_problem_that_was_added_is_told() -> None:
    fewer = Version(DAKLOOS.model_copy(update={"problems": DAKLOOS.problems[:2]}), INDICATORS)

    text = told(fewer, OLD)

    assert "Probleem erbij: problematische schulden" in text
    assert "Niet meer geteld:" in text
    assert "Nieuw geteld:" not in text


def test_who_is_counted_now_and_was_not_is_shown_as_an_invented_person() -> None:
    text = told(OLD, changed(problems=problems("zonder_stabiel_adres", "verslaving", "problematische_schulden")))

    newly = text.split("Nieuw geteld:")[1].split("Teksten:")[0]
    assert "meermaals_verhuisd" in newly
    assert "was telt niet mee, nu mist de voorziening" in newly
    assert "Niet meer geteld:" not in text


def test_who_misses_another_voorziening_now_is_counted_otherwise() -> None:
    text = told(OLD, changed(voorziening="wsnp"))

    assert "Anders geteld:" in text
    assert "was heeft de voorziening, nu mist de voorziening" in text


def test_an_indicator_with_another_rule_is_shown_with_both_rules() -> None:
    rule = {"spell_on_peildatum": {"where": {"bijstandsoort": ["01"]}}}

    text = told(OLD, Version(DAKLOOS, with_indicator("bijstand", rule=rule)))

    assert "een bijstandsuitkering (bijstand)" in text
    assert "was: {spell_on_peildatum: {where: {bijstandsoort: [01, 02, 03]}}} op BIJSTANDPERSOONBUS" in text
    assert "nu:  {spell_on_peildatum: {where: {bijstandsoort: [01]}}} op BIJSTANDPERSOONBUS" in text
    assert "blijkt pas uit de registers" in text


def test_a_rule_that_changed_makes_nothing_wider_on_paper() -> None:
    new = Version(
        changed(problems=problems("zonder_stabiel_adres", "verslaving", "problematische_schulden")).persona,
        with_indicator("adres_opvang_of_briefadres", rule={"person": {"address_kind": ["instelling"]}}),
    )

    assert "ruimer" not in told(OLD, new)


def test_texts_and_lists_are_told_item_by_item() -> None:
    text = told(
        OLD,
        changed(
            name="Een andere naam",
            story="Een ander verhaal.",
            registers_know=(*DAKLOOS.registers_know[1:], "iets nieuws"),
            examples=tuple(reversed(DAKLOOS.examples)),
        ),
    )

    assert f"naam: was '{DAKLOOS.name}', is nu 'Een andere naam'" in text
    assert "verhaal: veranderd" in text
    assert f"dit weten registers: weg '{DAKLOOS.registers_know[0]}'" in text
    assert "dit weten registers: erbij 'iets nieuws'" in text
    assert "voorbeelden: in een andere volgorde" in text


def test_every_difference_of_a_spec_is_told_somewhere() -> None:
    """A key that is added to the spec later must be told too: a changed text may not read as no difference."""
    other = CONTEXT.personas().by_id["meisje-diabetes-coeliakie-school"]
    silent = []
    for key in Persona.model_fields:
        if key in ("id", "version", "status"):
            continue
        new = Version(DAKLOOS.model_copy(update={key: getattr(other, key), "version": 2}), INDICATORS)
        lines = difference(OLD, new, load_catalogue())
        if getattr(other, key) != getattr(DAKLOOS, key) and len(lines) < 2:
            silent.append(key)

    assert silent == []
