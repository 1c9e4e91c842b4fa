"""How many people of each age and sex hold which place in a household, per area.

What belongs here: whole numbers from public tables. What does not: people (see `households.py`, which follows
these numbers exactly).
"""

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache

import numpy as np

from pipelines.population.areas import LAST_AGE, Area, Whole, areas
from pipelines.population.household_roles import AGES, ROLES, SEXES, national_shares
from pipelines.population.lifelines import BASE, BORN, lines

Counts = dict[tuple[str, int, int], int]
"""(role, sex, first age of the five-year group) -> people."""


@dataclass
class Place:
    """One area in numbers: people per role, sex and age in the base year."""

    area: Area
    counts: Counts = field(default_factory=dict)

    def total(self, role: str, sex: int | None = None) -> int:
        """People in a role, of one sex or both."""
        return sum(n for (r, s, _), n in self.counts.items() if r == role and sex in (None, s))


@cache
def compose(scale: Fraction) -> tuple[Place, ...]:
    """The areas with their people per role, sex and age in the base year; households can be formed from them."""
    shares = national_shares(BASE)
    left_over: dict[tuple[int, int], list[float]] = {}
    places = []
    households = _national_households()
    for area, groups in zip(areas(), _groups(scale), strict=True):
        place = Place(area)
        factors = _local_factors(area, households)
        for (sex, age), people in groups.items():
            local = [shares[sex, age][role] * factors.get(role, 1.0) for role in ROLES]
            _spread(place, sex, age, people, local, left_over.setdefault((sex, age), [0.0] * len(ROLES)))
        _make_households_possible(place)
        places.append(place)
    return tuple(places)


def base_ages(scale: Fraction) -> Whole:
    """People of the base year: [area, sex, age]."""
    ages = BASE - BORN
    table = np.zeros((len(areas()), 2, LAST_AGE + 1), dtype=np.int64)
    alive = (ages >= 0) & (ages <= LAST_AGE)
    table[..., ages[alive]] = lines(scale).present[BASE][..., alive]
    return table


def _groups(scale: Fraction) -> list[dict[tuple[int, int], int]]:
    """Per area the people per (sex, first age of the five-year group) in the base year."""
    single = base_ages(scale)
    ends = [*AGES[1:], LAST_AGE + 1]
    return [
        {(sex, age): int(table[sex - 1, age:end].sum()) for age, end in zip(AGES, ends, strict=True) for sex in SEXES}
        for table in single
    ]


_OF_HOUSEHOLDS = {"alleen": "eenpersoons_2020", "gezin": "met_kinderen_2020", "paar": "zonder_kinderen_2020"}


def _national_households() -> dict[str, int]:
    return {
        name: sum(area.of_2020(name) for area in areas()) for name in ("huishoudens_2020", *_OF_HOUSEHOLDS.values())
    }


def _local_factors(area: Area, national: dict[str, int]) -> dict[str, float]:
    """How much more or less people live alone or with children here than in the country, bounded."""

    def factor(name: str) -> float:
        here = area.of_2020(name) / max(area.of_2020("huishoudens_2020"), 1)
        return min(1.6, max(0.6, here / (national[name] / national["huishoudens_2020"])))

    return {role: factor(name) for role, name in _OF_HOUSEHOLDS.items()}


def _spread(place: Place, sex: int, age: int, people: int, local: list[float], left_over: list[float]) -> None:
    """Divide people over roles; what rounding owes a role is paid in the next gemeente."""
    total = sum(local)
    owed = [rest + people * share / total for rest, share in zip(left_over, local, strict=True)]
    counts = [max(0, int(amount)) for amount in owed]
    while (short := people - sum(counts)) != 0:
        step = 1 if short > 0 else -1
        rest = [step * (amount - count) for amount, count in zip(owed, counts, strict=True)]
        usable = [i for i, count in enumerate(counts) if (step > 0 and local[i] > 0) or (step < 0 and count > 0)]
        counts[max(usable, key=lambda i: rest[i])] += step
    for i, role in enumerate(ROLES):
        left_over[i] = owed[i] - counts[i]
        place.counts[role, sex, age] = counts[i]


def _make_households_possible(place: Place) -> None:
    """Equal numbers of partners of both sexes, a child for every family, a family for the children."""
    for role in ("paar", "gezin"):
        men, women = place.total(role, 1), place.total(role, 2)
        _move(place, role, "alleen", 1 if men > women else 2, abs(men - women))
    _settle_families(place)
    _settle_others(place)


def _settle_families(place: Place) -> None:
    children = place.total("kind")
    families = place.total("gezin", 1) + place.total("eenouder")
    if families > children:
        fewer = min(families - children, place.total("gezin", 1))
        for sex in SEXES:
            _move(place, "gezin", "paar", sex, fewer)
        for sex in SEXES:
            surplus = place.total("gezin", 1) + place.total("eenouder") - children
            _move(place, "eenouder", "alleen", sex, min(max(surplus, 0), place.total("eenouder", sex)))
    if children and not families:
        parents = [key for key in place.counts if key[0] in ("alleen", "overig", "instelling") and key[2] >= 20]
        present = [key for key in parents if place.counts[key]]
        if present:
            role, sex, age = min(present, key=lambda key: abs(key[2] - 40))
            place.counts[role, sex, age] -= 1
            place.counts["eenouder", sex, age] += 1
        elif place.total("paar", 1):
            for sex in SEXES:
                _move(place, "paar", "gezin", sex, 1)
        else:
            for sex in SEXES:
                _move(place, "kind", "instelling", sex, place.total("kind", sex))


def _settle_others(place: Place) -> None:
    """An 'other household' has at least two members and a grown-up; the rest lives alone or as a child."""
    grown_up = sum(n for (role, _, age), n in place.counts.items() if role == "overig" and age >= 20)
    if place.total("overig") > 1 and grown_up:
        return
    for (role, sex, age), people in list(place.counts.items()):
        if role == "overig" and people:
            to = "alleen" if age >= 15 else ("kind" if place.total("kind") else "instelling")
            place.counts["overig", sex, age] = 0
            place.counts[to, sex, age] += people


def _move(place: Place, old: str, new: str, sex: int, people: int) -> None:
    """Move people of one sex to another role, over the ages in proportion."""
    total = place.total(old, sex)
    if not people or not total:
        return
    seen = moved = 0
    for age in AGES:
        here = place.counts[old, sex, age]
        seen += here
        share = seen * people // total - moved
        moved += share
        place.counts[old, sex, age] -= share
        place.counts[new, sex, age] += share
