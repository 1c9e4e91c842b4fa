"""Areas: parts of gemeenten that stay whole through all reclassifications, and their inhabitants by single age.

What belongs here: whole numbers per area from the public tables of a peiljaar. What does not: people. A person, a
household and an object stay in their area when the gemeente around it gets another name.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipelines.facts.crosswalk import crosswalk
from pipelines.facts.gemeenten import PEILJAREN, Gemeente, five_year_groups, gemeenten

FIRST, LAST = min(PEILJAREN), max(PEILJAREN)
GROUPS, LAST_AGE = 20, 102
"""Five-year groups, the last one of 95 and over; nobody is older than LAST_AGE."""

_OLDEST_WEIGHTS = (30, 22, 16, 12, 8, 6, 4, 2)
"""How the group of 95 and over is divided over its ages (our choice)."""

Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Area:
    """A share of a gemeente of the first peiljaar; `codes`: its gemeente in each peiljaar."""

    origin: Gemeente
    share: Fraction
    codes: dict[int, str]

    def of_2020(self, name: str) -> int:
        """A figure of 2020 of the gemeente, by share."""
        figure: int = getattr(self.origin, name)
        return round(figure * self.share)


@cache
def areas() -> tuple[Area, ...]:
    """All areas, in order of the first gemeente and the last."""
    ends = crosswalk(FIRST, LAST)
    found = []
    for origin in gemeenten(FIRST):
        for end, share in sorted(ends[origin.code].items()):
            codes = {
                year: next(code for code in crosswalk(FIRST, year)[origin.code] if end in crosswalk(year, LAST)[code])
                for year in PEILJAREN
            }
            found.append(Area(origin, share, codes))
    return tuple(found)


@cache
def people_by_age(peiljaar: int) -> Whole:
    """Inhabitants of the areas: [area, sex (0 men, 1 women), age]; they add up to the table of every gemeente."""
    groups = _people_by_group(peiljaar)
    ages = np.zeros((*groups.shape[:2], LAST_AGE + 1), dtype=np.int64)
    for group in range(GROUPS):
        first, weights = 5 * group, _weights(groups, group)
        ends = np.floor(groups[..., group, None] * np.cumsum(weights, axis=-1) + 0.5).astype(np.int64)
        ends[..., -1] = groups[..., group]
        ages[..., first : first + weights.shape[-1]] = np.diff(ends, axis=-1, prepend=0)
    return ages


def _people_by_group(peiljaar: int) -> Whole:
    """[area, sex, five-year group]: what a gemeente of several areas has is divided by inhabitants of the first year."""
    groups = np.zeros((len(areas()), 2, GROUPS), dtype=np.int64)
    inside: dict[str, list[int]] = {}
    for number, area in enumerate(areas()):
        inside.setdefault(area.codes[peiljaar], []).append(number)
    of_area = np.array([round(area.origin.inwoners * area.share) for area in areas()], dtype=np.int64)
    for code, age, *people in five_year_groups(peiljaar):
        numbers = inside[code]
        if len(numbers) == 1:
            # Nearly every gemeente, and dividing is what takes the time.
            groups[numbers[0], :, age // 5] = people
            continue
        sizes = np.cumsum(of_area[numbers])
        for sex in (0, 1):
            groups[numbers, sex, age // 5] = np.diff(people[sex] * sizes // sizes[-1], prepend=0)
    return groups


def _weights(groups: Whole, group: int) -> NDArray[np.float64]:
    """Shares of the single ages in a group; they lean towards the fuller neighbour, so that no age jumps."""
    if group == GROUPS - 1:
        oldest = np.array(_OLDEST_WEIGHTS, dtype=np.float64)
        return np.broadcast_to(oldest / oldest.sum(), (*groups.shape[:2], len(_OLDEST_WEIGHTS)))
    own = np.maximum(groups[..., group], 1)
    before, after = groups[..., max(group - 1, 0)], groups[..., group + 1]
    slope = np.clip((after - before) / (50.0 * own), -0.09, 0.09)
    weights: NDArray[np.float64] = 0.2 + slope[..., None] * np.arange(-2, 3)
    return weights
