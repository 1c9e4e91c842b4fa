"""The wijken of the synthetic Netherlands: made up, in the shape in which CBS numbers real ones.

What belongs here: how many wijken a gemeente has, how its dwellings are divided over them, and the public list that goes with it.
What does not: reading such a list (`pipelines/facts/wijken.py`). They are no places: the dwellings of a wijk lie together in
nothing but its number, and no wijk has more problems than another beyond chance.
"""

import csv
import io
from functools import cache
from math import sqrt

from pipelines.facts.gemeenten import gemeenten
from pipelines.facts.wijken import COLUMNS, SYNTHETIC, Wijk

MOST_WIJKEN = 99
_PEOPLE_PER_WIJK = 5_250
"""About 3,400 wijken in the country, as CBS counts (our choice of where they lie)."""

WITHOUT_WIJK = 0.003
"""Share of the dwellings whose wijk is not known (our choice)."""


@cache
def synthetic_wijken(peiljaar: int) -> dict[str, tuple[Wijk, ...]]:
    """Gemeente -> its wijken, numbered from 00; from the public inhabitants alone, so alike for every scale and seed."""
    found: dict[str, tuple[Wijk, ...]] = {}
    for gemeente in gemeenten(peiljaar):
        n = min(MOST_WIJKEN, max(1, round(gemeente.inwoners / _PEOPLE_PER_WIJK)))
        # Rounded where wijken meet, so that they add up to the gemeente.
        ends = [round(gemeente.inwoners * _end(number / n)) for number in range(n + 1)]
        found[gemeente.code] = tuple(
            Wijk(
                f"WK{gemeente.code[2:]}{number:02}",
                gemeente.code,
                f"Wijk {number:02} {gemeente.naam} ({SYNTHETIC})",
                ends[number + 1] - ends[number],
            )
            for number in range(n)
        )
    return found


def wijk_sql(drawn: str, wijken: str) -> str:
    """SQL of the number of a dwelling's wijk from a uniform number, among so many. Of WITHOUT_WIJK and above it is uniform
    again; the first wijken get more: the density falls from twice the mean to two thirds of it."""
    again = f"(({drawn} - {WITHOUT_WIJK}e0) * {1 / (1 - WITHOUT_WIJK):.17e})"
    return f"least(floor({wijken} * {again} * (0.5e0 + 0.5e0 * {again})), {wijken} - 1)::INTEGER"


def list_text(peiljaar: int) -> str:
    """The list as the file that stands beside the plans."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for wijken in synthetic_wijken(peiljaar).values():
        writer.writerows((w.code, w.gemeente, w.naam, w.inwoners, peiljaar, SYNTHETIC) for w in wijken)
    return text.getvalue()


def _end(share: float) -> float:
    """The part of the dwellings in this first share of the wijken: u with u (1 + u) / 2 = share."""
    return (sqrt(1 + 8 * share) - 1) / 2
