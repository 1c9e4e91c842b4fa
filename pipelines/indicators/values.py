"""What the rules of indicators are written with: names, codes and ranges.

What belongs here: small values that check themselves. What does not: rules, and the spec itself (`spec.py`).
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Leefgebied = Literal[
    "algemeen",
    "wonen",
    "gezondheid",
    "schulden",
    "inkomen",
    "werk",
    "onderwijs",
    "gezin",
    "veiligheid",
    "netwerk",
]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Codes = Annotated[tuple[str, ...], Field(min_length=1)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False)


class FromTo(_Frozen):
    """A range of whole numbers, both ends included; an end left out is open."""

    start: Annotated[int, Field(alias="from", ge=0)] = 0
    to: Annotated[int, Field(ge=0)] | None = None


class Range(_Frozen):
    """A range of numbers, both ends included; an end left out is open, but one must be there."""

    start: Annotated[float | None, Field(alias="from")] = None
    to: float | None = None

    @model_validator(mode="after")
    def _has_an_end(self) -> "Range":
        if self.start is None and self.to is None:
            raise ValueError("give `from`, `to` or both")
        return self
