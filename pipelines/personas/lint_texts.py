"""Lint of what people read and check: texts, and examples.

What belongs here: checks of words and invented people. What does not: language; nobody's style is judged.
"""

import re
from collections.abc import Iterator

from pipelines.indicators.collection import Indicators
from pipelines.personas.lint_model import Subject
from pipelines.personas.reference import value
from pipelines.personas.spec import ENOUGH_EXAMPLES, TO_FILL_IN, Example, Persona
from pipelines.yaml_document import Fault, Place, quoted

SHORTEST = {"story": 80, "note": 20, "need_reason": 20, "registers": 8, "who": 4, "name": 4}
"""Characters below which a text of this kind says nothing."""

_PLACEHOLDER = re.compile(
    r"(volgt|later|nog (in te vullen|doen|schrijven)|in te vullen|n\.?v\.?t|xxx+|onbekend)\W*|(invullen|todo|tbd|lorem)\b.*|\W+",
    re.IGNORECASE | re.DOTALL,
)


def text_faults(subject: Subject) -> Iterator[Fault]:
    """BV009 and BV023: texts that are still to be written."""
    for place, kind, text in _texts(subject.persona):
        if _PLACEHOLDER.fullmatch(text):
            code = "BV023" if subject.persona.status == "draft" and text.startswith(TO_FILL_IN) else "BV009"
            yield Fault(place, f"found {quoted(text)}, which only keeps a place; write the text", code=code)
        elif len(text) < SHORTEST[kind]:
            words = f"found {quoted(text)}, {len(text)} characters; write at least {SHORTEST[kind]}, so that a stranger learns something"
            yield Fault(place, words, code="BV009")


def example_faults(subject: Subject) -> Iterator[Fault]:
    """BV016: fewer than six examples, or no member, near-miss or unknown among them."""
    persona, indicators = subject.persona, subject.indicators
    place: Place = ("examples",)
    if len(persona.examples) < ENOUGH_EXAMPLES:
        words = f"found {len(persona.examples)}; give at least {ENOUGH_EXAMPLES}, the doubtful cases above all"
        yield Fault(place, words, code="BV016")
    members = [example for example in persona.examples if example.lands_in in ("missing", "served")]
    if not any(example.lands_in == "missing" for example in members):
        yield Fault(place, "nobody lands in missing; add somebody whom this persona is about", code="BV016")
    if not any(example.lands_in == "unknown" for example in persona.examples):
        yield Fault(place, "nobody lands in unknown; add somebody of whom something is not known", code="BV016")
    nobody = [example for example in persona.examples if example.lands_in == "not_counted"]
    if not any(_steps(persona, miss, member, indicators) == 1 for miss in nobody for member in members):
        words = "nobody who is not counted differs in one indicator from somebody who is; add such a near-miss"
        yield Fault(place, words, code="BV016")


def _steps(persona: Persona, one: Example, other: Example, indicators: Indicators) -> int:
    """In how many base indicators two invented people differ."""
    base = indicators.base_of(persona.indicators)
    return sum(value(name, one, indicators) != value(name, other, indicators) for name in base)


def _texts(persona: Persona) -> Iterator[tuple[Place, str, str]]:
    yield ("name",), "name", persona.name
    yield ("story",), "story", persona.story
    yield ("origin", "note"), "note", persona.origin.note
    yield ("missing_voorziening", "name"), "name", persona.missing_voorziening.name
    yield ("missing_voorziening", "need_reason"), "need_reason", persona.missing_voorziening.need_reason
    for key in ("registers_know", "registers_approximate", "registers_cannot_know"):
        for number, text in enumerate(getattr(persona, key)):
            yield (key, number), "registers", text
    for number, example in enumerate(persona.examples):
        yield ("examples", number, "who"), "who", example.who
