"""Twins of the checks on what a person writes beside the conditions: texts, examples, the size, and the status.

What belongs here: what is read by people, or says how far a persona has come. What does not: whom it counts
(`conditions.py`).
"""

from tests.spec.broken import PERSONA
from tests.spec.twins.edits import GOOD_PERSONA, Twins

_STORY = GOOD_PERSONA[GOOD_PERSONA.index("story:") : GOOD_PERSONA.index("\norigin:")]
_EXAMPLE = "  - who: met een baan\n    has: [volwassen, psychose, schuld, baan]\n    lands_in: not_counted\n"
_UNKNOWN = "  - who: van wie de schulden onbekend zijn\n    has: [volwassen, psychose]\n    unknown: [schuld]\n    lands_in: unknown\n"

WORDS: dict[str, Twins] = {
    "a file that is no YAML": Twins(
        "BV000",
        ((PERSONA, "version: 1", "version: 0363\nversion: 1"),),
        (
            "zonder-inkomen.yaml:2: error BV000: version: `0363` looks like a code but is read as a number; put it in quotes.",
            "zonder-inkomen.yaml:3: error BV000: the key `version` occurs twice; keep one.",
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
}  # fmt: skip
