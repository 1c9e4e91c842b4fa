"""Moments: from a day and an hour in the Netherlands to UTC, and back to what a Dutch reader expects.

What belongs here: converting. What does not: a clock.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pipelines.errors import UserError
from pipelines.release.content import date_in_words

HOUR = "02:00"
"""Figures become public at a fixed hour, when nobody waits at a desk."""

_NETHERLANDS = ZoneInfo("Europe/Amsterdam")


def moment(day: str, hour: str = HOUR) -> str:
    """A day (`2026-03-02`) at an hour in the Netherlands, as ISO 8601 in UTC. Raises UserError when it is none."""
    try:
        local = datetime.strptime(f"{day} {hour}", "%Y-%m-%d %H:%M").replace(tzinfo=_NETHERLANDS)
    except ValueError:
        raise UserError("Geef een dag als 2026-03-02 en een uur als 02:00.") from None
    return local.astimezone(UTC).isoformat(timespec="seconds")


def in_words(at: str) -> str:
    """A time in UTC as a Dutch reader expects it: `2 maart 2026, 02:00`."""
    if not at:
        return ""
    local = datetime.fromisoformat(at).astimezone(_NETHERLANDS)
    return f"{date_in_words(local.date().isoformat())}, {local:%H:%M}"
