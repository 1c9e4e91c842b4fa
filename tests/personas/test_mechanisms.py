"""The catalogue of uitsluitingsmechanismen: complete, honest about its sources, and known to every persona."""

import shutil
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from pipelines.context import Context
from pipelines.errors import SpecError
from pipelines.personas.mechanisms import Mechanism, MechanismType, read_mechanisms
from pipelines.rooms import DataRoot
from tests.conftest import CHECKOUT

CATALOGUE = CHECKOUT / "persona_specs" / "mechanisms.yaml"
ONE = """\
een-mechanisme:
  title: Titel
  mechanical: Wat vanzelf gaat.
  law: een wet
  leefgebieden: [wonen]
  type: kring
  origin: [bron]
  sources: [een bron]
  peildatum: '2023'
  status: in_force
"""


@pytest.fixture(scope="module")
def mechanisms() -> dict[str, Mechanism]:
    return read_mechanisms(CATALOGUE)


def context_of(specs: Path) -> Context:
    return Context(DataRoot(specs / "data"), specs / "key", specs, "test", lambda _m: None, lambda _t: None)


def written(folder: Path, old: str = "", new: str = "") -> Path:
    """A catalogue of one mechanism, bent."""
    assert old in ONE
    path = folder / "mechanisms.yaml"
    path.write_text(ONE.replace(old, new) if old else ONE, encoding="utf-8")
    return path


def test_the_catalogue_holds_sixty_two_mechanisms(mechanisms: dict[str, Mechanism]) -> None:
    assert len(mechanisms) == 62
    assert len({mechanism.title for mechanism in mechanisms.values()}) == 62
    assert len({mechanism.mechanical for mechanism in mechanisms.values()}) == 62


def test_the_counts_by_origin_are_those_of_the_research(mechanisms: dict[str, Mechanism]) -> None:
    origins = Counter(word for mechanism in mechanisms.values() for word in mechanism.origin)
    no_public_source = [m for m in mechanisms.values() if "grondtekst" in m.origin and "bron" not in m.origin]
    own_reading = {slug for slug, mechanism in mechanisms.items() if mechanism.origin == ("inferentie",)}

    assert origins == {"grondtekst": 16, "bron": 48, "inferentie": 13}
    assert len(no_public_source) == 12
    assert own_reading == {"uithuisplaatsing-verlaagt-inkomen", "eigen-kracht-eerst"}


def test_every_type_is_used(mechanisms: dict[str, Mechanism]) -> None:
    assert {mechanism.type for mechanism in mechanisms.values()} == set(get_args(MechanismType))


def test_own_reading_is_never_shown_as_settled(mechanisms: dict[str, Mechanism]) -> None:
    unsettled = [mechanism for mechanism in mechanisms.values() if "inferentie" in mechanism.origin]

    assert {mechanism.status for mechanism in unsettled} == {"to_verify"}


def test_what_the_ombudsman_found_years_ago_is_not_shown_as_practice_of_today(
    mechanisms: dict[str, Mechanism],
) -> None:
    old = [m for m in mechanisms.values() if any("ombudsman" in source.lower() for source in m.sources)]

    assert len(old) >= 6
    assert all(mechanism.status in ("to_verify", "changed") for mechanism in old)


@pytest.mark.parametrize(
    "slug",
    [
        "zoektermijn-vier-weken",
        "woning-pas-na-schuldregeling",
        "geen-briefadres",
        "ggz-iq-grens",
        "ggz-geen-verslaving-of-crisis",
        "grondslag-moet-alleen-dragen",
    ],
)
def test_a_rule_that_is_known_to_have_changed_says_how(mechanisms: dict[str, Mechanism], slug: str) -> None:
    assert mechanisms[slug].status == "changed"
    assert mechanisms[slug].status_note


def test_no_source_is_a_key_or_an_address_that_a_reader_cannot_open(mechanisms: dict[str, Mechanism]) -> None:
    sources = [source for mechanism in mechanisms.values() for source in mechanism.sources]

    assert not [source for source in sources if "http" in source or (source[0] == "B" and source[1:].isdigit())]


def test_every_persona_names_mechanisms_of_the_catalogue(mechanisms: dict[str, Mechanism]) -> None:
    personas = context_of(CHECKOUT / "persona_specs").personas().by_id.values()

    named = {slug for persona in personas for slug in persona.missing_voorziening.uitsluitingsmechanismen}

    assert len(personas) >= 13
    assert named <= set(mechanisms)


def test_an_unknown_slug_in_a_persona_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    specs = Path(shutil.copytree(CHECKOUT / "persona_specs", tmp_path / "specs"))
    path = specs / "personas" / "oudere-zonder-aio.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("- digitale-poort", "- digitale-port"), encoding="utf-8")
    lines = path.read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, start=1) if text.strip() == "- digitale-port")

    with pytest.raises(
        SpecError, match=rf"^oudere-zonder-aio\.yaml:{line}: .*'digitale-port'.*Did you mean 'digitale-poort'"
    ):
        context_of(specs).mechanisms()


def test_a_well_formed_mechanism_is_read(tmp_path: Path) -> None:
    assert list(read_mechanisms(written(tmp_path))) == ["een-mechanisme"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("type: kring", "type: cirkel", "type"),
        ("status: in_force", "status: geldig", "status"),
        ("leefgebieden: [wonen]", "leefgebieden: []", "leefgebieden"),
        ("leefgebieden: [wonen]", "leefgebieden: [wonen, wonen]", "name each word once"),
        ("leefgebieden: [wonen]", "leefgebied: wonen", "leefgebied"),
        ("  title: Titel\n", "", "title"),
        ("title: Titel", "title: ''", "title"),
        ("peildatum: '2023'", "peildatum: vorig jaar", "peildatum"),
        ("  sources: [een bron]\n", "", "name the source"),
        ("origin: [bron]", "origin: [inferentie]", "none where origin is only inferentie"),
        ("origin: [bron]", "origin: [bron, inferentie]", "to_verify until a source confirms it"),
        ("status: in_force", "status: changed", "say what is changed"),
        ("status: in_force", "status: to_verify", "say what is to verify"),
        ("  title: Titel", "  slug: een-ander\n  title: Titel", "slug"),
        ("een-mechanisme", "Een Mechanisme", "slug"),
    ],
)
def test_a_mechanism_that_says_too_little_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    path = written(tmp_path, old, new)

    with pytest.raises(SpecError, match=words) as caught:
        read_mechanisms(path)

    assert str(caught.value).startswith("mechanisms.yaml:")


@pytest.mark.parametrize("text", ["- een\n- lijst\n", "een-mechanisme: tekst\n", "tekst\n"])
def test_a_catalogue_of_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mechanisms.yaml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(SpecError, match=r"mechanisms\.yaml:1: .*keys"):
        read_mechanisms(path)
