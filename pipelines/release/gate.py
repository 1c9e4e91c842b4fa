"""The gate of a release plan: which regions get a figure of their own, by public quantities alone.

What belongs here: what a plan may say of it. What does not: applying it (`gating.py`), and any figure, noised or exact.
"""

from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from pipelines.errors import UserError
from pipelines.personas.spec import Slug, Text
from pipelines.privacy.budget import exact_text, parse_amount

MOST_MARGINS = 100


def _exact(value: Any) -> Fraction:
    try:
        return parse_amount(value if isinstance(value, str | int | Fraction) else str(value))
    except UserError:
        raise ValueError(
            "found no number above 0; write a decimal or a fraction in quotes, such as '0.002' or '1/500'"
        ) from None


def _share(value: Any) -> Fraction:
    found = _exact(value)
    if found > 1:
        raise ValueError(
            "found more than 1, and this is a share of the inhabitants: write 2 per 1,000 as '0.002' or '1/500'"
        )
    return found


def _margins(value: Any) -> Fraction:
    found = _exact(value)
    if found > MOST_MARGINS:
        raise ValueError(f"found more than {MOST_MARGINS}; a usual number is 1, and 2 is what a usable figure has")
    return found


_Text = PlainSerializer(exact_text, return_type=str)


class Prior(BaseModel):
    """How common a persona is thought to be: the share of the inhabitants in its stapeling, whether they miss the
    voorziening or have it, and the public source that says so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    share: Annotated[Fraction, BeforeValidator(_share), _Text]
    source: Text


class Gate(BaseModel):
    """A region gets a figure of a persona only where inhabitants x share is at least `margins` times the planned ruismarge
    of its total. A persona without a prior has figures everywhere."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    margins: Annotated[Fraction, BeforeValidator(_margins), _Text]
    priors: Annotated[dict[Slug, Prior], Field(min_length=1)]
