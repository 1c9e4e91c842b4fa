"""An indicator of which only the rule matters.

What belongs here: making one. What does not: rules, and the indicators of the project (`persona_specs`).
"""

from collections.abc import Mapping

from pipelines.indicators.spec import Indicator


def indicator(name: str, rule: Mapping[str, object], source: str | None = None) -> Indicator:
    """The least that an author can write around a rule."""
    texts = {"title": name, "leefgebied": "algemeen", "kind": "kenmerk", "observes": "direct"}
    return Indicator.model_validate({"id": name, **texts, "source": source, "rule": rule})
