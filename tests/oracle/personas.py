"""Invented indicators and personas, so that every rule is used and people are in many personas at once.

What belongs here: specs for tests. What does not: the specs of the project (`persona_specs`).
"""

import random

from pipelines.indicators.collection import Indicators
from pipelines.personas.load import Personas
from pipelines.personas.spec import Persona, Problem
from tests.bare_indicator import indicator

EXTRA: dict[str, tuple[str | None, dict[str, object]]] = {
    # Spells and records, with every bound of their rules.
    "bijstand_in_het_jaar": ("BIJSTANDPERSOONBUS", {"spell_in_year": {"where": {"bijstandsoort": ["01", "18"]}}}),
    "bijstand_lang": ("BIJSTANDPERSOONBUS", {"spell_on_peildatum": {"min_months": 3}}),
    "bijstand_kort": ("BIJSTANDPERSOONBUS", {"spell_on_peildatum": {"max_months": 6}}),
    "bijstand_een_tijd": (
        "BIJSTANDPERSOONBUS",
        {"spell_on_peildatum": {"min_months": 1, "max_months": 9, "where": {"bijstandsoort": ["01", "02"]}}},
    ),
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
    "kind_of_alleen": ("GBAHUISHOUDENSBUS", {"spell_on_peildatum": {"where": {"plhh": ["1", "2"]}}}),
    "middeninkomen": ("INPATAB", {"record_exists": {"between": {"inpp100ppers": {"from": 5, "to": 60}}}}),
    "eerste_feit": ("VERDTAB", {"record_exists": {"between": {"verdvolgnummer": {"to": 1}}}}),
    "vrij_met_arrangement": (
        "THUISZITTERS",
        {"spell_in_year": {"where": {"verzuimsoort": ["V", "A"], "arrangement": ["1"]}}},
    ),
    "hier_verdacht": ("VERDTAB", {"record_exists": {"between": {"verdvolgnummer": {"from": 1, "to": 2.5}}}}),
    # Several records together.
    "twee_banen": ("SPOLISBUS", {"count": {"at_least": 2, "months": 9}}),
    "twee_soorten_zorg": ("GGZZPMPRESTATIETAB", {"count": {"at_least": 2, "distinct": "zpmdiagnose"}}),
    "twee_soorten_bijstand": (
        "BIJSTANDPERSOONBUS",
        {"count": {"at_least": 2, "months": 12, "distinct": "bijstandsoort"}},
    ),
    "vaak_thuis": ("THUISZITTERS", {"count": {"at_least": 2, "where": {"verzuimsoort": ["A", "R"]}}}),
    "loon_in_halfjaar": ("SPOLISBUS", {"sum": {"column": "sbasisloon", "at_least": 1502, "months": 6}}),
    "ziekenhuis": ("ZVWZORGKOSTENTAB", {"sum": {"column": "zvwkziekenhuis", "at_least": 12000}}),
    "feiten": (
        "VERDTAB",
        {"sum": {"column": "verdvolgnummer", "at_least": 3, "between": {"verdvolgnummer": {"to": 2}}}},
    ),
    # What came after what.
    "verhuisd": ("GBAADRESOBJECTBUS", {"moved": {"months": 6}}),
    "vaak_verhuisd": ("GBAADRESOBJECTBUS", {"moved": {"months": 24, "at_least": 3}}),
    "uit_hulp_zonder_vervolg": (
        "SCHULDHULP",
        {
            "ended_and_nothing_began": {
                "months_before": {"to": 12},
                "nothing_of": [
                    {"source": "WMOBUS", "where": {"typearrangement": ["1", "3"]}},
                    {"source": "SCHULDHULP", "where": {"trajectsoort": ["S"]}},
                ],
                "within_months": 2,
            }
        },
    ),
    "uit_bijstand_zonder_vervolg": (
        "BIJSTANDPERSOONBUS",
        {
            "ended_and_nothing_began": {
                "where": {"bijstandsoort": ["01", "14"]},
                "months_before": {"from": 2, "to": 24},
                "nothing_of": [{"source": "WWPERSOONBUS"}, {"source": "SPOLISBUS"}],
                "within_months": 6,
            }
        },
    ),
    "thuis_zonder_urgentie": (
        "THUISZITTERS",
        {
            "ended_and_nothing_began": {
                "months_before": {},
                "nothing_of": [{"source": "URGENTIE", "where": {"urgentiegrond": ["U"]}}],
                "within_months": 1,
            }
        },
    ),
    # The person, and other members of the household.
    "hooguit_64": (None, {"person": {"age": {"to": 64}}}),
    "woning_of_instelling": (None, {"person": {"address_kind": ["woning", "instelling"]}}),
    "huisgenoot_bijstand": (None, {"household_member": {"has": "bijstand"}}),
    "huisgenoot_hulp": (None, {"household_member": {"has": "hulp_dit_jaar"}}),
    "huisgenoot_laag_niveau": (None, {"household_member": {"has": "zonder_startkwalificatie"}}),
    "huisgenoot_kind": (None, {"household_member": {"has": "leeftijd_4_tot_13"}}),
    "huisgenoot_opvang": (None, {"household_member": {"has": "adres_opvang_of_briefadres"}}),
    # Combinations.
    "alles_tegelijk": (None, {"all_of": ["bijstand_in_het_jaar", "startkwalificatie", "hooguit_64"]}),
    "diep": (None, {"none_of": ["alles_tegelijk", "hulp_gestopt", "wsnp"]}),
}
"""Every rule of the vocabulary and every bound, over registers that cover everybody, some gemeenten, or not everybody."""


def more_indicators(indicators: Indicators) -> Indicators:
    """The specs of this checkout and `EXTRA`."""
    extra = {name: indicator(name, rule, source) for name, (source, rule) in EXTRA.items()}
    return Indicators({**indicators.by_id, **extra})


def more_personas(
    dice: random.Random, personas: Personas, indicators: Indicators, *, of_others: bool = False
) -> tuple[Persona, ...]:
    """The personas of this checkout, and random ones over all indicators, so that people are in many at once.

    Only with `of_others` they use indicators that read the rows of others: then one person moves the states of others.
    """
    model = next(iter(personas.by_id.values()))
    names = [name for name in indicators.by_id if of_others or not indicators.reads_others(name)]
    invented: list[Persona] = []
    for number in range(15):
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
    if of_others:
        others = [name for name in names if indicators.reads_others(name)]
        invented = [
            persona.model_copy(update={"population": dice.choice(others)}) if number % 3 == 0 else persona
            for number, persona in enumerate(invented)
        ]
    mixed = [*personas.by_id.values(), *invented]
    dice.shuffle(mixed)
    return tuple(mixed)
