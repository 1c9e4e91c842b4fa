"""What a persona must show before anybody reviews it: members, near-misses and people of whom something is unknown."""

from typing import Any

import pytest
from pydantic import ValidationError

from pipelines.personas.load import Personas
from pipelines.personas.spec import ENOUGH_EXAMPLES, Persona


def bent(personas: Personas, status: str, lands: list[str]) -> dict[str, Any]:
    """A spec of this checkout with this status and as many examples; where they land is not judged by the model."""
    persona = next(iter(personas.by_id.values()))
    examples = [{"who": f"iemand {number}", "lands_in": landed} for number, landed in enumerate(lands)]
    return persona.model_dump() | {"status": status, "examples": examples}


@pytest.mark.parametrize("status", ["in_review", "accepted"])
@pytest.mark.parametrize(
    ("lands", "told"),
    [
        (["missing", "unknown", "not_counted", "served", "missing"], "found 5"),
        (["unknown"] * 3 + ["not_counted"] * 3, "lands in missing"),
        (["missing"] * 3 + ["not_counted"] * 3, "in unknown"),
        (["missing"] * 3 + ["unknown"] * 3, "in not_counted"),
    ],
)
def test_who_asks_for_a_review_shows_every_side_of_the_definition(
    personas: Personas, status: str, lands: list[str], told: str
) -> None:
    with pytest.raises(ValidationError, match=told):
        Persona.model_validate(bent(personas, status, lands))


def test_a_draft_may_grow_but_shows_somebody_who_is_not_counted(personas: Personas) -> None:
    assert Persona.model_validate(bent(personas, "draft", ["not_counted", "missing"])).status == "draft"

    with pytest.raises(ValidationError, match="in not_counted"):
        Persona.model_validate(bent(personas, "draft", ["missing", "missing"]))


def test_every_persona_of_the_checkout_shows_every_side(personas: Personas) -> None:
    for persona in personas.by_id.values():
        lands = {example.lands_in for example in persona.examples}

        assert {"missing", "unknown", "not_counted"} <= lands, persona.id
        assert len(persona.examples) >= ENOUGH_EXAMPLES, persona.id
