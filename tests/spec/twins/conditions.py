"""Twins of the checks on conditions: what must fit together for people to be counted, served and told apart.

What belongs here: population, problems, need and voorziening against each other. What does not: whether what they name
is there and in use (`references.py`).
"""

from tests.spec.broken import INDICATORS, PERSONA
from tests.spec.twins.edits import Twins, added, need, problem, second, voorziening

CONDITIONS: dict[str, Twins] = {
    "a need that refers to the voorziening": Twins(
        "BV001",
        (need("bijstand"),),
        (
            "zonder-inkomen.yaml:25: error BV001: missing_voorziening.need: 'bijstand' refers to the voorziening 'inkomensvoorziening' (through "
            "bijstand), so that nobody can be served and the reach says nothing. Choose a sign of need that stands apart from the voorziening.",
        ),
        (need("verdacht"),),
    ),
    "problems of one leefgebied": Twins(
        "BV002",
        ((PERSONA, "leefgebied: schulden\n    indicator: schuld", "leefgebied: gezondheid\n    indicator: ziekenhuis"),),
        (
            "zonder-inkomen.yaml:14: error BV002: problems: a stapeling has problems from at least two leefgebieden, found only gezondheid. Choose "
            "another problem, or state `same_leefgebied_reason`.",
        ),
        (
            (PERSONA, "leefgebied: schulden\n    indicator: schuld", "leefgebied: gezondheid\n    indicator: ziekenhuis"),
            (PERSONA, "characteristic", "same_leefgebied_reason: Twee ziekten die elkaar verergeren.\ncharacteristic"),
        ),
    ),
    "a population of what is absent": Twins(
        "BV003",
        ((PERSONA, "population: volwassen", "population: zonder_werk"), need("verdacht")),
        (
            "zonder-inkomen.yaml:12: error BV003: population: 'zonder_werk' is true for somebody of whom no register holds anything, because it asks "
            "what is absent (none_of). A population says what somebody is: combine it through all_of with an age or a record.",
        ),
        (added("werkloos", "all_of: [volwassen, zonder_werk]"), (PERSONA, "population: volwassen", "population: werkloos")),
    ),
    "a population that may be of what is absent": Twins(
        "BV003",
        (added("werkloos", "any_of: [volwassen, zonder_werk]"), (PERSONA, "population: volwassen", "population: werkloos")),
        (
            "zonder-inkomen.yaml:12: error BV003: population: 'werkloos' is true for somebody of whom no register holds anything, because it asks "
            "what is absent (none_of). A population says what somebody is: combine it through all_of with an age or a record.",
        ),
        (added("werkend", "any_of: [volwassen, baan]"), (PERSONA, "population: volwassen", "population: werkend")),
    ),
    "two ages that never meet": Twins(
        "BV004",
        (added("oud", "person: {age: {from: 67}}"), need("oud")),
        (
            "zonder-inkomen.yaml:25: error BV004: missing_voorziening.need: 'oud' and 'volwassen' shut each other out, so that nobody is ever counted; "
            "change one of them.",
        ),
        (added("oud", "person: {age: {from: 66}}"), need("oud")),
    ),
    "codes that never meet": Twins(
        "BV004",
        (added("geen_schuld", "record_exists: {where: {smalle_def_problematische_schulden: ['0']}}", "SCHULDENPROBLEMATIEK"), need("geen_schuld")),
        (
            "zonder-inkomen.yaml:25: error BV004: missing_voorziening.need: 'geen_schuld' and 'schuld' shut each other out, so that nobody is ever "
            "counted; change one of them.",
        ),
        (
            added("geen_schuld", "record_exists: {where: {smalle_def_problematische_schulden: ['0', '1']}}", "SCHULDENPROBLEMATIEK"),
            need("geen_schuld"),
        ),
    ),
    "a condition that is never true": Twins(
        "BV004",
        (added("baanloos", "none_of: [baan]"), added("onmogelijk", "all_of: [baan, baanloos]"), need("onmogelijk")),
        (
            "zonder-inkomen.yaml:25: error BV004: missing_voorziening.need: 'onmogelijk' can never be true; mend its rule, or choose another.",
        ),
        (added("baanloos", "none_of: [zelfstandige]"), added("onmogelijk", "all_of: [baan, baanloos]"), need("onmogelijk")),
    ),
    "nobody can miss it": Twins(
        "BV005",
        (added("lang", "spell_on_peildatum: {where: {bijstandsoort: ['01']}, min_months: 12}", "BIJSTANDPERSOONBUS"), need("lang")),
        (
            "zonder-inkomen.yaml:23: warning BV005: missing_voorziening.voorziening: whoever meets the conditions has 'inkomensvoorziening', so that "
            "nobody can miss it; choose another.",
        ),
        (added("lang", "spell_on_peildatum: {where: {bijstandsoort: ['14']}, min_months: 12}", "BIJSTANDPERSOONBUS"), need("lang")),
    ),
    "nobody can be served": Twins(
        "BV006",
        (
            added("saneerd", "record_exists: {where: {smalle_def_problematische_schulden: ['0']}}", "SCHULDENPROBLEMATIEK", "voorziening"),
            voorziening("saneerd"),
        ),
        (
            "zonder-inkomen.yaml:23: warning BV006: missing_voorziening.voorziening: who meets the conditions cannot have 'saneerd', so that nobody "
            "is served and the reach is 0; change the condition that shuts it out.",
        ),
        (added("saneerd", "spell_on_peildatum: {}", "WSNPPERSBUS", "voorziening"), voorziening("saneerd")),
    ),
    "nobody can be unknown": Twins(
        "BV007",
        (),
        (
            "zonder-inkomen.yaml:23: info BV007: missing_voorziening.voorziening: every register used counts its silence as no, everywhere: nobody "
            "can be unknown, whatever a register does not see. Check that this is meant.",
        ),
        (added("regeling", "spell_on_peildatum: {}", "SCHULDHULP", "voorziening"), voorziening("regeling")),
    ),
    "a register that never sees them": Twins(
        "BV008",
        (
            (INDICATORS, "age: {from: 18, to: 66}", "age: {from: 18, to: 65}"),
            added("aow", "record_exists: {}", "AOWUITKERING1ATAB", "voorziening"),
            voorziening("aow"),
        ),
        (
            "zonder-inkomen.yaml:23: warning BV008: missing_voorziening.voorziening: 'aow' is never true at ages 18 to 65: AOWUITKERING1ATAB sees "
            "ages 66 and older, for the AOW begins at 66 or later. Choose another population or indicator.",
        ),
        (added("aow", "record_exists: {}", "AOWUITKERING1ATAB", "voorziening"), voorziening("aow")),
    ),
    "a code that never fits them": Twins(
        "BV008",
        (
            (INDICATORS, "age: {from: 18, to: 66}", "age: {from: 70}"),
            added("hulp", "spell_ended: {months_before: {to: 24}}", "JGDHULPBUS"),
            problem("hulp"),
        ),
        (
            "zonder-inkomen.yaml:18: warning BV008: problems[1].indicator: 'hulp' is never true at ages 70 and older: JGDHULPBUS sees ages 0 to 25, "
            "for the Jeugdwet ends at 18, and at 23 where help is continued. Choose another population or indicator.",
            "zonder-inkomen.yaml:23: warning BV008: missing_voorziening.voorziening: 'inkomensvoorziening' (through 'bijstand') is never true at ages "
            "70 and older: BIJSTANDPERSOONBUS sees ages 18 to 67, for algemene bijstand runs from 18 to where the AOW begins; the IOAW is for older "
            "unemployed people below the AOW; the IOAZ is for older self-employed people below the AOW. Choose another population or indicator.",
            "zonder-inkomen.yaml:23: warning BV008: missing_voorziening.voorziening: 'inkomensvoorziening' (through 'ao_uitkering') is never true at "
            "ages 70 and older: AOTOTPERSOONBUS sees ages 18 to 67, for benefits for incapacity run from 18 to where the AOW begins. Choose another "
            "population or indicator.",
        ),
        (
            (INDICATORS, "age: {from: 18, to: 66}", "age: {from: 25, to: 66}"),
            added("hulp", "spell_ended: {months_before: {to: 24}}", "JGDHULPBUS"),
            problem("hulp"),
        ),
    ),
    "a problem that rests on the voorziening": Twins(
        "BV017",
        (added("schuld_of_ao", "any_of: [schuld, ao_uitkering]"), problem("schuld_of_ao")),
        (
            "zonder-inkomen.yaml:18: warning BV017: problems[1].indicator: 'schuld_of_ao' and the voorziening both rest on ao_uitkering: being served "
            "is part of the problem. Choose a problem that stands apart.",
        ),
        (added("schuld_of_verdacht", "any_of: [schuld, verdacht]"), problem("schuld_of_verdacht")),
    ),
    "the same conditions as another": Twins(
        "BV019",
        (second(),),
        (
            "nog-een.yaml:14: warning BV019: problems: 'zonder-inkomen' counts people under the same conditions; keep one, or say in both what differs.",
            "zonder-inkomen.yaml:14: warning BV019: problems: 'nog-een' counts people under the same conditions; keep one, or say in both what differs.",
        ),
        (second(("need: zonder_werk", "need: verdacht")),),
    ),
    "a condition that adds nothing": Twins(
        "BV021",
        (added("achttien", "person: {age: {from: 18}}"), need("achttien")),
        (
            "zonder-inkomen.yaml:25: info BV021: missing_voorziening.need: whoever meets the other conditions has 'achttien' too, so that it adds "
            "nothing; check that it is meant.",
        ),
        (added("negentien", "person: {age: {from: 19}}"), need("negentien")),
    ),
}  # fmt: skip
