"""The texts and examples of the personas in the house: complete, honest about their origin, and showing every side."""

from typing import get_args

import pytest

from pipelines.personas.spec import Example, Persona
from tests.conftest import CHECKOUT
from tests.personas.test_mechanisms import context_of

CONTEXT = context_of(CHECKOUT / "persona_specs")
PERSONAS = tuple(CONTEXT.personas().by_id.values())
ORIGINS = {
    "dakloos-verslaafd-schulden": "found",
    "jongere-schuld-zonder-startkwalificatie": "found",
    "lvb-stel-zwanger-in-opvang": "found",
    "wia-zelf-stopgezet": "founding_document",
    "meisje-diabetes-coeliakie-school": "founding_document",
    "achttien-uit-de-jeugdzorg": "reconstruction",
    "eu-burger-zonder-werk-en-bed": "reconstruction",
    "gevlucht-met-restschuld": "reconstruction",
    "lvb-psychiatrie-gebruik": "reconstruction",
    "oudere-zonder-aio": "reconstruction",
    "thuiszitter-tussen-onderwijs-en-zorg": "reconstruction",
    "zelfredzaam-verklaard-gezin": "reconstruction",
    "zelfstandige-ziek-met-schuld": "reconstruction",
}
"""What is known of the thirteen personas that the project begins with."""

IMPLIED = {
    "wlz_lvb": "wlz_indicatie",
    "thuiszitter_drie_maanden": "thuiszitter",
    "onderwijszorgarrangement": "thuiszitter",
    "opvang_drie_maanden": "adres_opvang_of_briefadres",
    "jonggehandicapt": "ao_uitkering",
    "praktijkonderwijs": "zonder_startkwalificatie",
    "ggz_ernstig": "ggz_behandeling",
    "verslaving_ggz": "ggz_behandeling",
    "antipsychotica": "psychofarmaca",
    "jeugdhulp_begeleiding": "jeugdhulp",
    "schuldregeling_minnelijk": "schuldhulp_traject",
    "wmo_opvang": "wmo_maatwerk",
    "wmo_begeleid_wonen": "wmo_maatwerk",
}
"""What cannot be true in life without the other."""


@pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.id)
def test_a_persona_shows_members_near_misses_and_unknowns(persona: Persona) -> None:
    lands = [example.lands_in for example in persona.examples]

    assert len(lands) >= 6
    assert set(lands) == set(get_args(Example.model_fields["lands_in"].annotation))
    # One near-miss for every condition; a need may be the same register fact as a problem.
    assert lands.count("not_counted") >= len(persona.conditions) - 1


@pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.id)
def test_an_invented_person_has_what_the_rest_implies(persona: Persona) -> None:
    playing = CONTEXT.indicators().base_of(persona.indicators)

    for example in persona.examples:
        for fact, implied in IMPLIED.items():
            if fact in example.has and implied in playing:
                assert implied in example.has, f"{example.who}: {fact} without {implied}"


@pytest.mark.parametrize("name", ORIGINS)
def test_a_persona_says_where_its_story_comes_from(name: str) -> None:
    persona = CONTEXT.personas().by_id[name]

    assert persona.origin.kind == ORIGINS[name]
    assert len(persona.origin.note.split()) >= 15
    assert 2 <= persona.story.count(". ") + 1 <= 6


def test_what_can_never_be_counted_small_is_only_counted_for_the_country() -> None:
    assert CONTEXT.personas().by_id["meisje-diabetes-coeliakie-school"].smallest_geography == "land"
