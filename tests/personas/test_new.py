"""A persona that was begun with `persona new` is complete: it loads, its examples are right, and nothing is lost."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import duckdb
import pytest

from pipelines.errors import SpecError
from pipelines.personas.example_people import example_people
from pipelines.personas.load import load_personas
from pipelines.personas.reference import known_of, lands_in, value
from pipelines.personas.scaffold import Choices, draft, spec_text, write_new
from pipelines.personas.spec import TO_FILL_IN, Example, Persona
from pipelines.registers.catalogue_model import load_catalogue
from tests.personas.invented_words import landed
from tests.personas.renew_explained import specs_only
from tests.personas.test_persona_texts import IMPLIED

CONTEXT = specs_only()
INDICATORS = CONTEXT.indicators()
MECHANISMS = CONTEXT.mechanisms()
PERSONAS = tuple(CONTEXT.personas().by_id.values())
CHOICES = Choices(
    id="ouder-zonder-hulp",
    name="Een naam: met een dubbele punt",
    population="leeftijd_18_tot_aow",
    problems=("laag_inkomen", "psychofarmaca"),
    need="wanbetaler_zorgpremie",
    voorziening="wmo_maatwerk",
    mechanisms=("eerst-wie-betaalt",),
)


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    (tmp_path / "personas").mkdir()
    return tmp_path


def write(specs: Path, **changes: Any) -> Path:
    return write_new(specs, replace(CHOICES, **changes), INDICATORS, MECHANISMS, load_catalogue())


def read(path: Path) -> Persona:
    return load_personas(path.parent, INDICATORS).by_id[path.stem]


def all_texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from all_texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from all_texts(part)


def test_a_new_persona_loads_and_says_what_was_chosen(specs: Path) -> None:
    persona = read(write(specs, geography="provincie", origin="found", story="Iemand: wacht\nal 'n jaar."))

    assert persona.status == "draft"
    assert persona.version == 1
    assert persona.name == CHOICES.name
    assert persona.indicators == (CHOICES.population, *CHOICES.problems, CHOICES.need, CHOICES.voorziening)
    assert [problem.leefgebied for problem in persona.problems] == ["inkomen", "gezondheid"]
    assert persona.missing_voorziening.uitsluitingsmechanismen == CHOICES.mechanisms
    assert persona.smallest_geography == "provincie"
    assert persona.origin.kind == "found"
    assert persona.story == "Iemand: wacht\nal 'n jaar."


def test_texts_that_only_a_human_can_write_are_sentences_to_fill_in(specs: Path) -> None:
    persona = read(write(specs))

    to_write = [text for text in all_texts(persona.model_dump()) if text.startswith(TO_FILL_IN)]

    assert persona.story in to_write
    assert persona.origin.note in to_write
    assert persona.missing_voorziening.need_reason in to_write
    assert all(text in to_write for text in (*persona.registers_approximate, *persona.registers_cannot_know))
    assert all(len(text.split()) > 4 for text in to_write)


def test_texts_that_are_given_are_not_asked_again(specs: Path) -> None:
    persona = read(write(specs, story="Een verhaal.", need_reason="Een reden.", voorziening_name="hulp thuis"))

    assert persona.story == "Een verhaal."
    assert persona.missing_voorziening.need_reason == "Een reden."
    assert persona.missing_voorziening.name == "hulp thuis"


@pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.id)
def test_examples_worked_out_from_a_definition_show_every_side_of_it(persona: Persona) -> None:
    examples = example_people(persona, INDICATORS, load_catalogue())

    assert {example.lands_in for example in examples} == set(get_args(Example.model_fields["lands_in"].annotation))
    assert len(examples) >= 6
    assert len({example.who for example in examples}) == len(examples)
    for example in examples:
        assert lands_in(persona, example, INDICATORS) == example.lands_in
        assert not set(example.has) & set(example.unknown)


def test_a_new_persona_runs_and_its_query_agrees_with_its_examples(specs: Path) -> None:
    persona = read(write(specs, problems=("problematische_schulden", "zonder_stabiel_adres", "psychofarmaca")))
    base = INDICATORS.base_of(persona.indicators)
    people = [{name: known_of(example)(name) for name in base} for example in persona.examples]

    found = landed(duckdb.connect(), INDICATORS, [persona], people)

    assert [states[persona.id] for states in found] == [example.lands_in for example in persona.examples]


@pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.id)
def test_for_every_condition_someone_just_misses_it(persona: Persona) -> None:
    examples = example_people(persona, INDICATORS, load_catalogue())
    near = [example for example in examples if example.lands_in == "not_counted"]

    for condition in persona.conditions:
        assert any(value(condition, example, INDICATORS) is False for example in near), condition


@pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.id)
def test_invented_people_have_what_their_other_facts_imply(persona: Persona) -> None:
    playing = INDICATORS.base_of(persona.indicators)

    for example in example_people(persona, INDICATORS, load_catalogue()):
        for fact, implied in IMPLIED.items():
            if fact in example.has and implied in playing and implied not in example.unknown:
                assert implied in example.has, example.who


def test_nobody_misses_what_another_fact_implies() -> None:
    """Who has an indication because of a disability has an indication, and so misses none."""
    choices = replace(CHOICES, problems=("lvb", "laag_inkomen"), voorziening="behandeling_met_verblijf")

    examples = draft(choices, INDICATORS, load_catalogue()).examples

    assert not [e for e in examples if "wlz_lvb" in e.has and "wlz_indicatie" not in e.has]
    assert any(e.lands_in == "missing" for e in examples)


def test_all_that_one_register_says_becomes_unknown_together() -> None:
    persona = CONTEXT.personas().by_id["thuiszitter-tussen-onderwijs-en-zorg"]

    unknown = [example.unknown for example in example_people(persona, INDICATORS, load_catalogue()) if example.unknown]

    assert unknown == [("thuiszitter", "thuiszitter_drie_maanden", "onderwijszorgarrangement")]


def test_conditions_that_contradict_each_other_are_refused(specs: Path) -> None:
    with pytest.raises(SpecError, match="nobody can meet all conditions and miss the voorziening"):
        write(specs, problems=("laag_inkomen", "gekorte_aow"), need="leeftijd_vanaf_aow")

    assert not list((specs / "personas").iterdir())


def test_a_need_that_refers_to_the_voorziening_is_refused_with_nothing_written(specs: Path) -> None:
    with pytest.raises(SpecError, match="wmo_maatwerk"):
        write(specs, need="begeleiding_na_18")

    assert not list((specs / "personas").iterdir())


def test_problems_of_one_leefgebied_get_a_reason_to_fill_in(specs: Path) -> None:
    persona = read(write(specs, problems=("insuline", "coeliakie"), need="laag_inkomen"))

    assert persona.same_leefgebied_reason is not None
    assert persona.same_leefgebied_reason.startswith(TO_FILL_IN)


def test_an_existing_file_is_never_overwritten(specs: Path) -> None:
    path = write(specs)
    before = path.read_bytes()

    with pytest.raises(SpecError, match="never overwritten"):
        write(specs, name="Een andere naam")

    assert path.read_bytes() == before


def test_the_id_of_a_retired_persona_is_not_used_again(specs: Path) -> None:
    (specs / "retired").mkdir()
    (specs / "retired" / "ouder-zonder-hulp-v2.yaml").write_text("x", encoding="utf-8")

    with pytest.raises(SpecError, match="kept in retired"):
        write(specs)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Ouder zonder hulp", "Such as: ouder-zonder-hulp."),
        ("één_ouder", "Such as: een-ouder."),
        ("../ontsnapt", "Such as: ontsnapt."),
        ("ouder--zonder", "Such as: ouder-zonder."),
        ("оuder", "Such as: uder."),
        ("ouder\n", "Such as: ouder."),
        ("", "at most 60 characters."),
        ("a" * 61, "at most 60 characters. Such as: aaa"),
    ],
)
def test_an_id_that_is_no_plain_file_name_is_refused(specs: Path, name: str, hint: str) -> None:
    with pytest.raises(SpecError, match="the id becomes a file name") as caught:
        write(specs, id=name)

    assert hint in str(caught.value)
    assert not list(specs.rglob("*.yaml"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"population": "leeftijd_18_tot_aw"}, "Did you mean 'leeftijd_18_tot_aow'?"),
        ({"problems": ("laag_inkomn", "psychofarmaca")}, "Did you mean 'laag_inkomen'?"),
        ({"need": "bijstnd"}, "Did you mean 'bijstand'?"),
        ({"voorziening": "wmo_maatwrk"}, "Did you mean 'wmo_maatwerk'?"),
        ({"voorziening": "laag_inkomen"}, "is a probleem and no voorziening. Choose one of: "),
        ({"mechanisms": ("eerst-wie-betaald",)}, "Did you mean 'eerst-wie-betaalt'?"),
        ({"mechanisms": ()}, "at least one mechanism"),
        ({"problems": ("laag_inkomen",)}, "two or three different problems, found 1"),
        ({"problems": ("laag_inkomen", "laag_inkomen")}, "two or three different problems"),
        ({"name": "   "}, "persona new: name:"),
    ],
)
def test_a_choice_that_cannot_be_used_is_refused_with_what_can(
    specs: Path, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(SpecError, match="persona new") as caught:
        write(specs, **changes)

    assert words in str(caught.value)
    assert not list((specs / "personas").iterdir())


def test_the_text_is_laid_out_for_people() -> None:
    text = spec_text(draft(CHOICES, INDICATORS, load_catalogue()))

    assert "\nproblems:\n  - leefgebied: inkomen\n    indicator: laag_inkomen\n" in text
    assert "uitsluitingsmechanismen: [eerst-wie-betaalt]" in text
    assert max(len(line) for line in text.splitlines()) <= 120
