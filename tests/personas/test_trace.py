"""A trace says of an invented person what the definition says, and why; real people have no way in."""

from pathlib import Path

import pytest

from pipelines.errors import SpecError
from pipelines.personas.invented import InventedPerson, as_example, person_of_example, read_person
from pipelines.personas.reference import lands_in
from pipelines.personas.spec import Persona
from pipelines.personas.trace import MARKS, Change, tell, trace
from tests.personas.renew_explained import specs_only

INDICATORS = specs_only().indicators()
BY_ID = specs_only().personas().by_id
DAKLOOS = BY_ID["dakloos-verslaafd-schulden"]
MEMBER = ("leeftijd_18_tot_aow", "adres_opvang_of_briefadres", "verslaving_medicatie", "schuld_smal", "bijstand")
CASES = [
    pytest.param(persona, number, id=f"{persona.id}: {example.who}")
    for persona in BY_ID.values()
    for number, example in enumerate(persona.examples, start=1)
]


@pytest.mark.parametrize(("persona", "number"), CASES)
def test_every_example_ends_where_its_spec_says(persona: Persona, number: int) -> None:
    walk = trace(persona, person_of_example(persona, number), INDICATORS)

    assert walk.outcome == persona.examples[number - 1].lands_in
    assert any(f"({walk.outcome})" in line for line in tell(walk))


@pytest.mark.parametrize(("persona", "number"), CASES)
def test_a_change_that_is_said_to_alter_the_outcome_does(persona: Persona, number: int) -> None:
    walk = trace(persona, person_of_example(persona, number), INDICATORS)

    for change in walk.changes:
        assert lands_in(persona, as_example(changed(walk.person, change)), INDICATORS) == change.outcome != walk.outcome


def changed(person: InventedPerson, change: Change) -> InventedPerson:
    name = change.indicator.id
    return InventedPerson(
        has=(*(n for n in person.has if n != name), *((name,) if change.value else ())),
        unknown=(*(n for n in person.unknown if n != name), *((name,) if change.value is None else ())),
    )


def test_combinations_are_opened_up_and_every_part_is_marked() -> None:
    walk = trace(DAKLOOS, InventedPerson(has=MEMBER, unknown=("schuldregeling_minnelijk",)), INDICATORS)

    text = "\n".join(tell(walk))

    assert f"{MARKS[True]} probleem 2 (gezondheid): een verslaving in behandeling" in text
    assert f"    {MARKS[True]} een verstrekt middel tegen verslaving (verslaving_medicatie)" in text
    assert f"    {MARKS[False]} een ggz-behandeling voor een stoornis in middelengebruik (verslaving_ggz)" in text
    assert f"{MARKS[None]} voorziening:" in text
    assert "onbekend, want geen voorwaarde is aantoonbaar onwaar, en niet te zeggen is: voorziening" in text


@pytest.mark.parametrize(
    ("has", "unknown", "words"),
    [
        (MEMBER, (), "mist de voorziening, want alle voorwaarden zijn waar"),
        ((*MEMBER, "wsnp"), (), "heeft de voorziening, want alle voorwaarden zijn waar"),
        (MEMBER[:-1], (), "telt niet mee, want niet waar is: behoefte [een bijstandsuitkering]"),
        (MEMBER[1:], ("leeftijd_18_tot_aow",), "niet te zeggen is: groep [18 tot en met 66 jaar]"),
    ],
)
def test_the_end_says_the_state_and_why(has: tuple[str, ...], unknown: tuple[str, ...], words: str) -> None:
    walk = trace(DAKLOOS, InventedPerson(has=has, unknown=unknown), INDICATORS)

    assert words in "\n".join(tell(walk))


def test_one_change_that_would_alter_the_outcome_is_named() -> None:
    text = "\n".join(tell(trace(DAKLOOS, InventedPerson(has=MEMBER), INDICATORS)))

    assert "wsnp waar (een wettelijke schuldsanering): heeft de voorziening" in text
    assert "bijstand niet waar (een bijstandsuitkering): telt niet mee" in text


def test_far_from_the_definition_no_single_change_helps_and_that_is_said() -> None:
    text = "\n".join(tell(trace(DAKLOOS, InventedPerson(has=("bijstand",)), INDICATORS)))

    assert "Geen enkel ander gegeven op zichzelf verandert de uitkomst: 4 voorwaarden zijn niet waar." in text


def test_a_fact_that_plays_no_part_is_said_to() -> None:
    text = "\n".join(tell(trace(DAKLOOS, InventedPerson(has=(*MEMBER, "insuline")), INDICATORS)))

    assert "Speelt in deze persona geen rol: insuline." in text


@pytest.mark.parametrize(
    ("has", "words"),
    [
        (("bijstnd",), "no indicator 'bijstnd'. Did you mean 'bijstand'?"),
        (
            ("verslaving",),
            "'verslaving' is a combination; name what it is made of: verslaving_medicatie, verslaving_ggz.",
        ),
    ],
)
def test_a_name_that_is_no_base_indicator_is_refused_with_what_to_write(has: tuple[str, ...], words: str) -> None:
    with pytest.raises(SpecError, match="persona trace") as caught:
        trace(DAKLOOS, InventedPerson(has=has), INDICATORS)

    assert words in str(caught.value)


def test_a_person_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "noor.yaml"
    path.write_text("who: Noor\nhas: [bijstand]\nunknown: [wsnp]\n", encoding="utf-8")

    assert read_person(path, tmp_path / "data") == InventedPerson(who="Noor", has=("bijstand",), unknown=("wsnp",))


def test_a_file_in_the_data_root_is_refused_however_it_is_reached(tmp_path: Path) -> None:
    inside = tmp_path / "data" / "kluis" / "people.yaml"
    inside.parent.mkdir(parents=True)
    inside.write_text("has: [bijstand]\n", encoding="utf-8")
    around = tmp_path / "link.yaml"
    around.symlink_to(inside)

    for path in (inside, around):
        with pytest.raises(SpecError, match="invented people only"):
            read_person(path, tmp_path / "data")


@pytest.mark.parametrize("text", ["rinpersoon: '000000001'\n", "- has: [bijstand]\n", "has: bijstand\n", "has: [1]\n"])
def test_anything_but_names_of_indicators_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "person.yaml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(SpecError, match=r"person\.yaml"):
        read_person(path, tmp_path / "data")


@pytest.mark.parametrize("number", [0, -1, 99])
def test_an_example_that_is_not_there_is_refused_with_how_many_there_are(number: int) -> None:
    with pytest.raises(SpecError, match=f"has {len(DAKLOOS.examples)} examples"):
        person_of_example(DAKLOOS, number)
