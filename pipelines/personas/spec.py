"""The persona spec: a population, two or three problems, and the voorziening that is missing.

What belongs here: the model and its rules. What does not: SQL (`compiler.py`) and reading files (`load.py`).
"""

import json
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from pipelines.indicators.values import Leefgebied, Name

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Texts = Annotated[tuple[Text, ...], Field(min_length=1)]
State = Literal["missing", "served", "unknown"]
STATES: tuple[State, ...] = ("missing", "served", "unknown")
TO_FILL_IN = "Invullen:"
"""How a text begins that `persona new` could not know."""

ENOUGH_EXAMPLES = 6
"""Members, near-misses and unknowns: fewer cannot show where a definition ends."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Origin(_Frozen):
    """Where the persona comes from, stated honestly."""

    kind: Literal["found", "reconstruction", "founding_document"]
    note: Text


class Problem(_Frozen):
    """One problem of the stapeling."""

    leefgebied: Leefgebied
    indicator: Name


class MissingVoorziening(_Frozen):
    """The voorziening, the sign that it is needed, and why it may be missing (hypotheses)."""

    voorziening: Name
    name: Text
    need: Name
    need_reason: Text
    uitsluitingsmechanismen: Annotated[tuple[Slug, ...], Field(min_length=1)]


class Example(_Frozen):
    """An invented person. What is not named is known to be false."""

    who: Text
    has: tuple[Name, ...] = ()
    unknown: tuple[Name, ...] = ()
    lands_in: Literal["missing", "served", "unknown", "not_counted"]


class Persona(_Frozen):
    """A persona. See persona_specs/README.md for every key."""

    id: Slug
    version: Annotated[int, Field(ge=1)]
    status: Literal["draft", "in_review", "accepted", "deprecated", "withdrawn"]
    name: Text
    story: Text
    origin: Origin
    population: Name
    problems: Annotated[tuple[Problem, ...], Field(min_length=2, max_length=3)]
    same_leefgebied_reason: Text | None = None
    characteristic_voorzieningen: tuple[Name, ...] = ()
    missing_voorziening: MissingVoorziening
    registers_know: Texts
    registers_approximate: Texts
    registers_cannot_know: Texts
    smallest_geography: Literal["land", "provincie", "gemeente", "wijk"]
    """The finest area that a figure may be of. Wijken are measured only by a plan that asks for them."""
    expected_size: Annotated[int, Field(ge=1)] | None = None
    """How many people in the whole country are expected in missing and served together, about."""
    examples: Annotated[tuple[Example, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _problems_stack(self) -> "Persona":
        fields = {problem.leefgebied for problem in self.problems}
        if len(fields) < 2 and not self.same_leefgebied_reason:
            raise ValueError(
                f"problems: a stapeling has problems from at least two leefgebieden, found only "
                f"{', '.join(sorted(fields))}. Choose another problem, or state `same_leefgebied_reason`"
            )
        return self

    @model_validator(mode="after")
    def _examples_show_every_side(self) -> "Persona":
        lands = {example.lands_in for example in self.examples}
        if "not_counted" not in lands:
            raise ValueError("examples: give at least one person who lands in missing and one in not_counted")
        # A draft may grow: there lint warns of what follows (BV016).
        if self.status == "draft":
            return self
        if not {"missing", "not_counted", "unknown"} <= lands:
            raise ValueError(
                "examples: give at least one person who lands in missing, one in not_counted, one in unknown"
            )
        if len(self.examples) < ENOUGH_EXAMPLES:
            raise ValueError(
                f"examples: found {len(self.examples)}, needed are at least {ENOUGH_EXAMPLES}. Add people who only just "
                "fail one condition, or of whom one fact is not known"
            )
        return self

    @property
    def conditions(self) -> tuple[str, ...]:
        """The indicators that must all be true: population, problems, need."""
        return (
            self.population,
            *(problem.indicator for problem in self.problems),
            self.missing_voorziening.need,
        )

    @property
    def indicators(self) -> tuple[str, ...]:
        """Conditions and the voorziening."""
        return (*self.conditions, self.missing_voorziening.voorziening)

    def canonical(self) -> str:
        """Canonical JSON of the spec."""
        return json.dumps(self.model_dump(), sort_keys=True)
