"""The sentences that reviewers and readers see follow from the spec; a change in them is a change to look at."""

import pytest

from pipelines.indicators.collection import Indicators
from pipelines.indicators.spec import Indicator
from pipelines.personas.explain import explain
from pipelines.personas.phrases import absent, lacks, listed, noun, present, registers_under, title, whether
from pipelines.personas.spec import Persona
from pipelines.registers.catalogue_model import load_catalogue
from tests.personas.renew_explained import EXPLAINED, explained, specs_only

CONTEXT = specs_only()
INDICATORS = CONTEXT.indicators()
PERSONAS = tuple(CONTEXT.personas().by_id.values())
each_persona = pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.id)


def told(persona: Persona, indicators: Indicators = INDICATORS) -> str:
    return " ".join(explain(persona, indicators, load_catalogue()))


@each_persona
def test_a_persona_is_explained_as_it_was_read_and_approved(persona: Persona) -> None:
    path = EXPLAINED / f"{persona.id}.txt"

    assert path.exists(), "a new persona: run `python -m tests.personas.renew_explained` and read what it wrote"
    assert explained(persona, CONTEXT) == path.read_text(encoding="utf-8"), (
        "if this change is meant: run `python -m tests.personas.renew_explained` and read the difference"
    )


def test_every_snapshot_is_of_a_persona() -> None:
    assert {path.stem for path in EXPLAINED.glob("*.txt")} == {persona.id for persona in PERSONAS}


@each_persona
def test_every_condition_and_the_voorziening_are_named(persona: Persona) -> None:
    text = told(persona).lower()

    for name in persona.indicators:
        assert title(INDICATORS.by_id[name]).lower() in text
    assert persona.missing_voorziening.name.lower() in text
    assert all(
        opening in told(persona) for opening in ("Geteld wordt wie", "Niet geteld wordt wie", "Onbekend blijft wie")
    )


@each_persona
def test_every_register_is_named_with_what_it_leaves_unknown(persona: Persona) -> None:
    text = told(persona)
    catalogue = load_catalogue()

    for name in {name for condition in persona.indicators for name in registers_under(condition, INDICATORS)}:
        register = catalogue.register(name)
        assert f"({name})" in text
        assert (f"levert het register {register.title.split(' (')[0]} ({name})" in text) == (
            register.coverage == "per_gemeente"
        )
        if register.absence == "onbekend":
            assert f"({name}) niet voorkomt" in text


@each_persona
def test_a_proxy_is_said_to_approximate_and_a_direct_sign_is_not(persona: Persona) -> None:
    under = {found for name in persona.indicators for found in INDICATORS.all_under(name)}
    has_proxy = any(INDICATORS.by_id[name].observes == "proxy" for name in under)

    assert ("benadert" in told(persona)) == has_proxy


@pytest.mark.parametrize(
    ("area", "words"), [("land", "heel Nederland"), ("provincie", "de provincie"), ("gemeente", "de gemeente")]
)
def test_the_smallest_area_is_said(area: str, words: str) -> None:
    persona = PERSONAS[0].model_copy(update={"smallest_geography": area})

    assert told(persona).endswith(f"kan verschijnen, is {words}.")


@each_persona
def test_sentences_are_whole(persona: Persona) -> None:
    for paragraph in explain(persona, INDICATORS, load_catalogue()):
        assert paragraph == " ".join(paragraph.split()), "no double spaces or line ends"
        assert paragraph[0].isupper()
        assert paragraph[-1] in ".?!"
        assert ".." not in paragraph


def test_what_can_be_settled_by_another_register_is_only_said_to_be_possibly_open() -> None:
    by_id = CONTEXT.personas().by_id

    assert "ontbreekt, kan open blijven of er sprake is van een minnelijke" in told(by_id["dakloos-verslaafd-schulden"])
    assert "ontbreekt, blijft open of er sprake is van een urgentieverklaring" in told(by_id["gevlucht-met-restschuld"])


def test_registers_in_which_nothing_may_begin_are_named_too() -> None:
    assert registers_under("baan_weg", INDICATORS) == ("SPOLISBUS", "WWPERSOONBUS")


def test_how_well_an_indicator_shows_what_is_meant_is_said_where_a_source_knows() -> None:
    persona = CONTEXT.personas().by_id["dakloos-verslaafd-schulden"]
    shelter = INDICATORS.by_id["adres_opvang_of_briefadres"]
    evidence = {"sensitivity": 0.29, "source": "een openbare schatting"}
    known = Indicator.model_validate(shelter.model_dump() | {"evidence": evidence})

    text = told(persona, Indicators({**INDICATORS.by_id, known.id: known}))

    assert "laat naar schatting 29 van de 100 mensen zien om wie het gaat (een openbare schatting)" in text


def test_a_title_over_several_lines_is_one_line() -> None:
    broken = INDICATORS.by_id["bijstand"].model_copy(update={"title": "een bijstands-\n   uitkering"})

    assert noun(broken) == "een bijstands- uitkering"


@pytest.mark.parametrize(
    ("items", "words"),
    [
        (["a"], "a"),
        (["a", "b"], "a en b"),
        (["a", "b", "c"], "a, b en c"),
        (["a of b", "c"], "a of b, en c"),
        (["a, b", "c", "d"], "a, b; c; en d"),
        (["a (b, c)", "d"], "a (b, c) en d"),
    ],
)
def test_an_enumeration_stays_clear_when_its_items_hold_commas_or_joining_words(items: list[str], words: str) -> None:
    assert listed(items) == words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("schuldregeling", "geen minnelijke of wettelijke schuldregeling heeft"),
        ("behandeling_met_verblijf", "geen ggz-behandeling of indicatie voor langdurige zorg heeft"),
        (
            "zorg_en_begeleiding_op_school",
            "de combinatie van wijkverpleging en begeleiding vanuit de Jeugdwet niet heeft",
        ),
        ("thuiswonend_kind", "niet thuiswonend kind is"),
    ],
)
def test_who_lacks_something_is_said_in_good_dutch(name: str, words: str) -> None:
    assert lacks(INDICATORS.by_id[name]) == words


def test_an_absence_is_not_said_to_be_absent() -> None:
    lacking, several = INDICATORS.by_id["zonder_stabiel_adres"], INDICATORS.by_id["zonder_uitkering"]

    assert whether([lacking]).startswith("of een vast adres (")
    assert whether([lacking]).endswith(") ontbreekt")
    assert whether([several]) == "of bijstand, WW en een arbeidsongeschiktheidsuitkering ontbreken"
    assert absent(lacking).startswith("met een vast adres (")
    assert present(INDICATORS.by_id["thuiswonend_kind"]) == "wel thuiswonend kind"


def test_titles_fit_in_the_sentences() -> None:
    """No capital (but of a name), no full stop, and of a kenmerk words that complete "wie ... is"."""
    for indicator in INDICATORS.by_id.values():
        assert not indicator.title.endswith("."), indicator.id
        assert indicator.title[0].islower() or indicator.title.startswith(("Wmo", "18", "4", "5", "67")), indicator.id
        if indicator.kind == "kenmerk":
            assert not indicator.title.startswith(("een ", "het ", "geen ", "is ", "heeft ")), indicator.id
        else:
            assert not indicator.title.startswith(("geen ", "is ", "heeft ")), indicator.id
