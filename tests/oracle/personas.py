"""Invented indicators and personas, so that every rule is used and people are in many personas at once.

What belongs here: specs for tests. What does not: the specs of the project (`persona_specs`).
"""

import random

from pipelines.indicators.collection import Indicators
from pipelines.indicators.spec import Indicator
from pipelines.personas.load import Personas
from pipelines.personas.spec import Persona, Problem

# Rules of the vocabulary, and bounds of rules, that no spec of this checkout uses yet.
EXTRA = {
    "bijstand_in_het_jaar": ("BIJSTANDPERSOONBUS", {"spell_in_year": {"where": {"bijstandsoort": ["01", "18"]}}}),
    "bijstand_lang": ("BIJSTANDPERSOONBUS", {"spell_on_peildatum": {"min_months": 3}}),
    "bijstand_soms_gestopt": (
        "BIJSTANDPERSOONBUS",
        {"spell_ended": {"where": {"bijstandsoort": ["01", "02"]}, "months_before": {"from": 1}}},
    ),
    "baan_pas_gestopt": ("SPOLISBUS", {"spell_ended": {"months_before": {"to": 8}}}),
    "werk_in_een_maand": ("SECMBUS", {"spell_in_months": {"months": 1, "where": {"secm": ["11", "13"]}}}),
    "hulp_dit_jaar": ("SCHULDHULP", {"spell_in_year": {}}),
    "hulp_gestopt": ("SCHULDHULP", {"spell_ended": {"months_before": {"from": 3, "to": 9}}}),
    "wmo_hulpmiddel": ("WMOBUS", {"spell_in_months": {"months": 6, "where": {"typearrangement": ["4"]}}}),
    "ander_middel": ("MEDICIJNTAB", {"record_exists": {"where": {"atc4": ["C07A", "N07B"]}}}),
    "startkwalificatie": ("HOOGSTEOPLTAB", {"record_exists": {"where": {"oplnivsoi2021agg4hbmetnirwo": ["2121"]}}}),
    "niveau_op_record": ("HOOGSTEOPLTAB", {"record_exists": {}}),
    "hooguit_64": (None, {"person": {"age": {"to": 64}}}),
    "woning_of_instelling": (None, {"person": {"address_kind": ["woning", "instelling"]}}),
    "kind_of_alleen": ("GBAHUISHOUDENSBUS", {"spell_on_peildatum": {"where": {"plhh": ["1", "2"]}}}),
    "alles_tegelijk": (None, {"all_of": ["bijstand_in_het_jaar", "startkwalificatie", "hooguit_64"]}),
    "diep": (None, {"none_of": ["alles_tegelijk", "hulp_gestopt", "wsnp"]}),
}


def more_indicators(indicators: Indicators) -> Indicators:
    """The specs of this checkout and `EXTRA`."""
    extra = {
        name: Indicator.model_validate(
            {
                "id": name,
                "title": name,
                "leefgebied": "algemeen",
                "kind": "kenmerk",
                "observes": "direct",
                "source": source,
                "rule": rule,
            }
        )
        for name, (source, rule) in EXTRA.items()
    }
    return Indicators({**indicators.by_id, **extra})


def more_personas(dice: random.Random, personas: Personas, indicators: Indicators) -> tuple[Persona, ...]:
    """The personas of this checkout, and random ones over all indicators, so that people are in many at once."""
    model = next(iter(personas.by_id.values()))
    names = list(indicators.by_id)
    invented: list[Persona] = []
    for number in range(9):
        problems = dice.sample(names, dice.choice((2, 2, 3)))
        missing = model.missing_voorziening.model_copy(
            update={"need": dice.choice(names), "voorziening": dice.choice(names)}
        )
        invented.append(
            model.model_copy(
                update={
                    "id": f"verzonnen-{number}",
                    "population": dice.choice(("volwassen", "hooguit_64", "kind_of_alleen", "woning_of_instelling")),
                    "problems": tuple(Problem(leefgebied="algemeen", indicator=name) for name in problems),
                    "missing_voorziening": missing,
                    "smallest_geography": dice.choice(("land", "provincie", "gemeente")),
                }
            )
        )
    mixed = [*personas.by_id.values(), *invented]
    dice.shuffle(mixed)
    return tuple(mixed)
