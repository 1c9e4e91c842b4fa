"""Per check of the lint a bad twin with its findings, and a good twin that differs in that alone.

To add one: edits of the files in `good/` (file, text in it, text in its place; None as the text writes a whole file), the
findings that the bad twin must give, and the edits of the good twin.
"""

from dataclasses import dataclass
from pathlib import Path

from tests.spec.broken import INDICATORS, MECHANISMS, PERSONA

Edit = tuple[str, str | None, str]


@dataclass(frozen=True)
class Twins:
    """A check, what its bad twin changes and gives, and what the good twin changes."""

    code: str
    bad: tuple[Edit, ...]
    told: tuple[str, ...]
    good: tuple[Edit, ...] = ()


_TEXT = (Path(__file__).parent / "good" / PERSONA).read_text(encoding="utf-8")
_LAST = "      address_kind: [opvang_of_briefadres]\n"
_STORY = _TEXT[_TEXT.index("story:") : _TEXT.index("\norigin:")]
_EXAMPLE = "  - who: met een baan\n    has: [volwassen, psychose, schuld, baan]\n    lands_in: not_counted\n"
_UNKNOWN = "  - who: van wie de schulden onbekend zijn\n    has: [volwassen, psychose]\n    unknown: [schuld]\n    lands_in: unknown\n"


def added(name: str, rule: str, source: str = "", kind: str = "probleem", leefgebied: str = "schulden") -> Edit:
    """An indicator at the end of the file."""
    of = f"  source: {source}\n" if source else ""
    words = f"  title: t\n  leefgebied: {leefgebied}\n  kind: {kind}\n  observes: direct\n{of}  rule:\n    {rule}\n"
    return INDICATORS, _LAST, f"{_LAST}{name}:\n{words}"


def second(change: tuple[str, str] = ("", "")) -> Edit:
    """Another persona, the same but for its id and one change."""
    text = _TEXT.replace("id: zonder-inkomen", "id: nog-een").replace(*change)
    return "personas/nog-een.yaml", None, text


def problem(name: str) -> Edit:
    return PERSONA, "indicator: schuld", f"indicator: {name}"


def need(name: str) -> Edit:
    return PERSONA, "need: zonder_werk", f"need: {name}"


def voorziening(name: str) -> Edit:
    return PERSONA, "voorziening: inkomensvoorziening", f"voorziening: {name}"


TWINS: dict[str, Twins] = {
    "an unknown indicator": Twins(
        "BV000",
        (problem("schud"),),
        ("zonder-inkomen.yaml:18: error BV000: problems[1].indicator: no indicator 'schud'. Did you mean 'schuld'?",),
    ),
    "an unknown mechanism": Twins(
        "BV000",
        ((PERSONA, "- zelf-gestopt", "- zelf-gestopd"),),
        ("zonder-inkomen.yaml:28: error BV000: missing_voorziening.uitsluitingsmechanismen[0]: no mechanism 'zelf-gestopd'. Did you mean 'zelf-gestopt'?",),
    ),
    "a file that is no YAML": Twins(
        "BV000",
        ((PERSONA, "version: 1", "version: 0363\nversion: 1"),),
        (
            "zonder-inkomen.yaml:2: error BV000: version: `0363` looks like a code but is read as a number; put it in quotes.",
            "zonder-inkomen.yaml:3: error BV000: the key `version` occurs twice; keep one.",
        ),
    ),
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
    "texts that only keep a place": Twins(
        "BV009",
        (
            (PERSONA, _STORY, "story: Volgt"),
            (PERSONA, "note: Verzonnen voor de tests.", "note: Nog te zien."),
            (PERSONA, "  - banen en uitkeringen", "  - '-'"),
            (PERSONA, "need_reason: Wie niet werkt, heeft een ander inkomen nodig.", "need_reason: 'nog in te vullen'"),
            (PERSONA, "  - wantrouwen, en geld van familie", "  - geld"),
        ),
        (
            "zonder-inkomen.yaml:5: warning BV009: story: found 'Volgt', which only keeps a place; write the text.",
            "zonder-inkomen.yaml:8: warning BV009: origin.note: found 'Nog te zien.', 12 characters; write at least 20, so that a stranger learns something.",
            "zonder-inkomen.yaml:24: warning BV009: missing_voorziening.need_reason: found 'nog in te vullen', which only keeps a place; write the text.",
            "zonder-inkomen.yaml:29: warning BV009: registers_know[0]: found '-', which only keeps a place; write the text.",
            "zonder-inkomen.yaml:33: warning BV009: registers_cannot_know[0]: found 'geld', 4 characters; write at least 8, so that a stranger learns something.",
        ),
        ((PERSONA, "note: Verzonnen voor de tests.", "note: Later in het jaar verzonnen voor de tests."),),
    ),
    "accepted by writing a word": Twins(
        "BV024",
        ((PERSONA, "status: draft", "status: accepted"),),
        (
            "zonder-inkomen.yaml: error BV024: status: accepted, but accepted.yaml does not know zonder-inkomen@1. Nobody accepts by writing a word: "
            "set it to in_review, collect the approvals, and run `blindevlek persona freeze zonder-inkomen`.",
        ),
        ((PERSONA, "status: draft", "status: in_review"),),
    ),
    "a text that a new draft still has to get": Twins(
        "BV023",
        ((PERSONA, "need_reason: Wie niet werkt, heeft een ander inkomen nodig.", "need_reason: 'Invullen: waarom'"),),
        (
            "zonder-inkomen.yaml:26: info BV023: missing_voorziening.need_reason: found 'Invullen: waarom', which only keeps a place; write the text.",
        ),
        ((PERSONA, "note: Verzonnen voor de tests.", "note: Invulling van een verhaal voor de tests."),),
    ),
    "a gemeente where too few are expected": Twins(
        "BV010",
        ((PERSONA, "smallest_geography: gemeente", "smallest_geography: gemeente\nexpected_size: 999"),),
        (
            "zonder-inkomen.yaml:37: warning BV010: smallest_geography: found gemeente, and with about 999 people in the country the finest that says "
            "anything is provincie; write provincie, or a broader definition.",
        ),
        ((PERSONA, "smallest_geography: gemeente", "smallest_geography: gemeente\nexpected_size: 1000"),),
    ),
    "a provincie where too few are expected": Twins(
        "BV010",
        ((PERSONA, "smallest_geography: gemeente", "smallest_geography: provincie\nexpected_size: 499"),),
        (
            "zonder-inkomen.yaml:37: warning BV010: smallest_geography: found provincie, and with about 499 people in the country the finest that says "
            "anything is land; write land, or a broader definition.",
        ),
        ((PERSONA, "smallest_geography: gemeente", "smallest_geography: land\nexpected_size: 499"),),
    ),
    "a deprecated indicator": Twins(
        "BV011",
        ((INDICATORS, "  source: MEDICIJNTAB\n", "  source: MEDICIJNTAB\n  status: deprecated\n"),),
        ("zonder-inkomen.yaml:16: warning BV011: problems[0].indicator: 'psychose' is deprecated; choose what came in its place.",),
        ((INDICATORS, "  source: MEDICIJNTAB\n", "  source: MEDICIJNTAB\n  status: in_use\n"),),
    ),
    "a deprecated part": Twins(
        "BV011",
        ((INDICATORS, "  source: AOTOTPERSOONBUS\n", "  source: AOTOTPERSOONBUS\n  status: deprecated\n"),),
        (
            "zonder-inkomen.yaml:23: warning BV011: missing_voorziening.voorziening: 'ao_uitkering', which 'inkomensvoorziening' is made of, is "
            "deprecated; choose what came in its place.",
        ),
    ),
    "an unused indicator": Twins(
        "BV012",
        (second(), (PERSONA, "characteristic_voorzieningen: []", "characteristic_voorzieningen: [baan_weg, ziekenhuis, huisgenoot_schuld, verdacht, verhuisd]")),
        ("alle.yaml:140: info BV012: opvang: no persona uses this indicator; take it out, or deprecate it (`status: deprecated`).",),
        (
            (PERSONA, "characteristic_voorzieningen: []", "characteristic_voorzieningen: [baan_weg, ziekenhuis, huisgenoot_schuld, verdacht, verhuisd, opvang]"),
        ),
    ),
    "the rows of others": Twins(
        "BV013",
        (problem("huisgenoot_schuld"),),
        (
            "zonder-inkomen.yaml:18: warning BV013: problems[1].indicator: 'huisgenoot_schuld' reads the rows of others in the household: plans that "
            "protect one person refuse this persona. Choose a fact of the person's own row.",
        ),
    ),
    "a mechanism to verify": Twins(
        "BV022",
        ((MECHANISMS, "  status: in_force\n", "  status: to_verify\n  status_note: eigen lezing\n"),),
        (
            "zonder-inkomen.yaml:28: info BV022: missing_voorziening.uitsluitingsmechanismen[0]: 'zelf-gestopt' is still to be verified; find a "
            "source and mend mechanisms.yaml, or take it out.",
        ),
        ((MECHANISMS, "  status: in_force\n", "  status: changed\n  status_note: anders sinds 2024\n"),),
    ),
    "a mechanism that was repealed": Twins(
        "BV014",
        ((MECHANISMS, "  status: in_force\n", "  status: repealed\n  status_note: vervallen in 2024\n"),),
        (
            "zonder-inkomen.yaml:28: warning BV014: missing_voorziening.uitsluitingsmechanismen[0]: 'zelf-gestopt' no longer holds; take it out, or "
            "name what came in its place.",
        ),
    ),
    "an unused mechanism": Twins(
        "BV015",
        (),
        ("mechanisms.yaml:11: info BV015: eerst-wie-betaalt: no persona names this mechanism yet.",),
        ((PERSONA, "    - zelf-gestopt", "    - zelf-gestopt\n    - eerst-wie-betaalt"),),
    ),
    "five examples": Twins(
        "BV016",
        ((PERSONA, _EXAMPLE, ""),),
        ("zonder-inkomen.yaml:39: warning BV016: examples: found 5; give at least 6, the doubtful cases above all.",),
    ),
    "nobody unknown among the examples": Twins(
        "BV016",
        ((PERSONA, _UNKNOWN, _EXAMPLE),),
        ("zonder-inkomen.yaml:39: warning BV016: examples: nobody lands in unknown; add somebody of whom something is not known.",),
    ),
    "no member among the examples": Twins(
        "BV016",
        (
            (PERSONA, "    has: [volwassen, psychose, schuld]\n    lands_in: missing", "    has: [volwassen, psychose, schuld, bijstand]\n    lands_in: served"),
            (PERSONA, "has: [volwassen, psychose, schuld, baan]", "has: [volwassen, psychose, schuld, bijstand, baan]"),
        ),
        ("zonder-inkomen.yaml:39: warning BV016: examples: nobody lands in missing; add somebody whom this persona is about.",),
    ),
    "no near-miss among the examples": Twins(
        "BV016",
        (
            (PERSONA, "  - who: zonder schulden\n    has: [volwassen, psychose]", "  - who: zonder schulden\n    has: [volwassen]"),
            (PERSONA, "has: [volwassen, psychose, schuld, baan]", "has: [volwassen, psychose, baan]"),
        ),
        (
            "zonder-inkomen.yaml:39: warning BV016: examples: nobody who is not counted differs in one indicator from somebody who is; add such a "
            "near-miss.",
        ),
        ((PERSONA, "has: [volwassen, psychose, schuld, baan]", "has: [volwassen, psychose, baan]"),),
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
    "proxies only": Twins(
        "BV018",
        ((INDICATORS, "  observes: direct\n  source: SCHULDENPROBLEMATIEK", "  observes: proxy\n  source: SCHULDENPROBLEMATIEK"),),
        (
            "zonder-inkomen.yaml:14: info BV018: problems: every problem is seen through a proxy: say so in registers_approximate, or find one that is "
            "seen directly.",
        ),
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
    "assumed columns": Twins(
        "BV020",
        ((INDICATORS, "  source: MEDICIJNTAB\n  rule:\n    record_exists:\n      where: {atc4: [N05A]}", "  source: GGZZPMPRESTATIETAB\n  rule:\n    record_exists:\n      where: {zpmdiagnose: [SG01]}"),),
        (
            "zonder-inkomen.yaml:16: info BV020: problems[0].indicator: 'psychose' rests on columns whose names or codes are assumed: "
            "GGZZPMPRESTATIETAB.zpmdiagnose; ask the supplier.",
        ),
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
