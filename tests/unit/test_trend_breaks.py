"""A trend break of a register is told of every indicator that rests on it, to reviewers and to readers."""

import pytest

from pipelines.indicators.collection import Indicators
from pipelines.indicators.trend_breaks import break_sentences, breaks_of
from pipelines.personas.explain import explain
from pipelines.personas.load import Personas
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.release.readme import readme
from tests.unit.invented_figures import PERSONAS, release_text, with_persona

CATALOGUE = load_catalogue()


def broken(register: str) -> bool:
    return bool(CATALOGUE.register(register).trend_breaks)


def test_an_indicator_has_the_breaks_of_its_register_and_a_combination_those_of_its_parts(
    indicators: Indicators,
) -> None:
    for indicator in indicators.by_id.values():
        expected = {
            (register, one.year) for register in indicators.sources_of(indicator.id)
            for one in CATALOGUE.register(register).trend_breaks
        }  # fmt: skip

        assert {(one.register, one.year) for one in breaks_of([indicator.id], indicators, CATALOGUE)} == expected


def test_ggz_is_broken_in_2022_also_where_it_is_only_part_of_a_combination(indicators: Indicators) -> None:
    resting = [
        indicator.id
        for indicator in indicators.by_id.values()
        if not indicator.is_base and "GGZZPMPRESTATIETAB" in indicators.sources_of(indicator.id)
    ]
    assert resting

    for name in resting:
        assert ("GGZZPMPRESTATIETAB", 2022) in {
            (one.register, one.year) for one in breaks_of([name], indicators, CATALOGUE)
        }


def test_wmo_is_broken_in_2020(indicators: Indicators) -> None:
    (sentence,) = break_sentences(["wmo_opvang"], indicators, CATALOGUE)

    assert sentence.startswith("Niet te vergelijken met jaren vóór 2020: ")
    assert sentence.endswith("(register WMOBUS).")


def test_a_break_under_two_indicators_is_told_once_and_the_latest_first(indicators: Indicators) -> None:
    names = [i.id for i in indicators.base if i.source and broken(i.source)]

    found = breaks_of([*names, *names], indicators, CATALOGUE)

    assert len(found) == len(set(found))
    assert [one.year for one in found] == sorted((one.year for one in found), reverse=True)


def test_a_persona_is_explained_with_its_breaks_and_without_when_there_are_none(
    personas: Personas, indicators: Indicators
) -> None:
    told = {persona.id: " ".join(explain(persona, indicators, CATALOGUE)) for persona in personas.by_id.values()}

    for persona in personas.by_id.values():
        sentences = break_sentences(persona.indicators, indicators, CATALOGUE)
        assert all(sentence in told[persona.id] for sentence in sentences)
        assert ("Niet te vergelijken" in told[persona.id]) == bool(sentences)
    assert any("Niet te vergelijken" not in text for text in told.values())


@pytest.mark.parametrize("sentences", [(), ("Niet te vergelijken met jaren vóór 2022: anders (register X).",)])
def test_the_readme_of_a_bundle_says_which_years_cannot_be_compared(sentences: tuple[str, ...]) -> None:
    text = readme(with_persona(release_text(), trend_breaks=sentences))

    assert ("Vergelijken met andere jaren" in text) == bool(sentences)
    for sentence in sentences:
        assert "".join(f"{sentence} Dit geldt voor: {PERSONAS[0]}".split()) in "".join(text.split())
