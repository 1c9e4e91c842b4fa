"""A naive evaluator of personas in plain Python: where an invented person lands.

What belongs here: the meaning of combinations and of a persona, as slowly and plainly as it can be said. What does
not: rules on rows (`reference_rows.py`) and SQL; the compiler is tested against this, so the two share nothing.
"""

from collections.abc import Callable, Iterable, Sequence

from pipelines.indicators.collection import Indicators
from pipelines.personas.spec import Example, Persona

Known = Callable[[str], bool | None]
"""What is known of a base indicator: true, false, or None for unknown."""


def any_true(values: Iterable[bool | None]) -> bool | None:
    """Kleene's OR: one true decides; else one unknown leaves it open."""
    found = list(values)
    return True if True in found else None if None in found else False


def all_true(values: Iterable[bool | None]) -> bool | None:
    """Kleene's AND: one false decides; else one unknown leaves it open."""
    found = list(values)
    return False if False in found else None if None in found else True


def holds(name: str, known: Known, indicators: Indicators) -> bool | None:
    """An indicator, combinations included, from what is known of the base indicators."""
    rule = indicators.by_id[name].rule
    if not rule.combines:
        return known(name)
    parts = [holds(part, known, indicators) for part in rule.combines]
    if rule.all_of:
        return all_true(parts)
    found = any_true(parts)
    if rule.none_of:
        return None if found is None else not found
    return found


def state(persona: Persona, known: Known, indicators: Indicators) -> str:
    """missing, served, unknown or not_counted."""
    conditions = [holds(name, known, indicators) for name in persona.conditions]
    voorziening = holds(persona.missing_voorziening.voorziening, known, indicators)
    if False in conditions:
        return "not_counted"
    if None in conditions or voorziening is None:
        return "unknown"
    return "served" if voorziening else "missing"


def counted(personas: Sequence[Persona], known: Known, indicators: Indicators, contributions: int) -> dict[str, str]:
    """Persona id -> state, for the first `contributions` personas of the list in which the person has a state."""
    found: dict[str, str] = {}
    for persona in personas:
        landed = state(persona, known, indicators)
        if landed != "not_counted" and len(found) < contributions:
            found[persona.id] = landed
    return found


def known_of(example: Example) -> Known:
    """What an example says: what it does not name is known to be false."""
    return lambda name: True if name in example.has else None if name in example.unknown else False


def value(name: str, example: Example, indicators: Indicators) -> bool | None:
    """True, False or unknown (None) for an invented person."""
    return holds(name, known_of(example), indicators)


def lands_in(persona: Persona, example: Example, indicators: Indicators) -> str:
    """missing, served, unknown or not_counted for an invented person."""
    return state(persona, known_of(example), indicators)
