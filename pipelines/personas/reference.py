"""A naive evaluator of personas in plain Python: where an invented person lands.

What belongs here: the meaning of a spec, as slowly and plainly as it can be said. What does not: SQL; the compiler is
tested against this, so the two share nothing.
"""

from pipelines.indicators.collection import Indicators
from pipelines.personas.spec import Example, Persona


def value(name: str, example: Example, indicators: Indicators) -> bool | None:
    """True, False or unknown (None): what is not named in an example is known to be false."""
    rule = indicators.by_id[name].rule
    if not rule.combines:
        return True if name in example.has else None if name in example.unknown else False
    parts = [value(part, example, indicators) for part in rule.combines]
    if rule.all_of:
        return False if False in parts else None if None in parts else True
    found = True if True in parts else None if None in parts else False
    if rule.none_of:
        return None if found is None else not found
    return found


def lands_in(persona: Persona, example: Example, indicators: Indicators) -> str:
    """missing, served, unknown or not_counted."""
    conditions = [value(name, example, indicators) for name in persona.conditions]
    voorziening = value(persona.missing_voorziening.voorziening, example, indicators)
    if False in conditions:
        return "not_counted"
    if None in conditions or voorziening is None:
        return "unknown"
    return "served" if voorziening else "missing"
