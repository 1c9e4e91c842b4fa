"""How many people of each age and sex hold which place in a household, per gemeente.

What belongs here: whole numbers from public tables. What does not: people (see `households.py`, which follows
these numbers exactly).
"""

from dataclasses import dataclass, field
from fractions import Fraction

from pipelines.facts.gemeenten import Gemeente, five_year_groups, gemeenten
from pipelines.population.household_roles import AGES, ROLES, SEXES, national_shares
from pipelines.population.settings import PopulationSettings

FEWEST_PEOPLE = 6
"""Every gemeente keeps a few people, however small the scale."""

Counts = dict[tuple[str, int, int], int]
"""(role, sex, first age of the five-year group) -> people."""


@dataclass
class Place:
    """One gemeente in numbers. Attributes are counts; `base` is its first household and object number."""

    gemeente: Gemeente
    counts: Counts = field(default_factory=dict)

    def total(self, role: str, sex: int | None = None) -> int:
        """People in a role, of one sex or both."""
        return sum(n for (r, s, _), n in self.counts.items() if r == role and sex in (None, s))


def compose(settings: PopulationSettings) -> list[Place]:
    """The gemeenten of the peiljaar with their people per role, sex and age; households can be formed from them."""
    shares = national_shares(settings.peiljaar)
    left_over: dict[tuple[int, int], list[float]] = {}
    places = []
    for gemeente, groups in _scaled(settings):
        place = Place(gemeente)
        factors = _local_factors(gemeente, settings.peiljaar)
        for (sex, age), people in groups.items():
            local = [shares[sex, age][role] * factors.get(role, 1.0) for role in ROLES]
            _spread(place, sex, age, people, local, left_over.setdefault((sex, age), [0.0] * len(ROLES)))
        _make_households_possible(place)
        places.append(place)
    return places


def _scaled(settings: PopulationSettings) -> list[tuple[Gemeente, dict[tuple[int, int], int]]]:
    """Per gemeente the people per (sex, age group), scaled with rounding that carries over what it cuts off."""
    table: dict[str, dict[tuple[int, int], int]] = {}
    for code, age, men, women in five_year_groups(settings.peiljaar):
        table.setdefault(code, {})[1, age] = men
        table[code][2, age] = women
    scaled = []
    seen = rounded = 0
    for gemeente in gemeenten(settings.peiljaar):
        groups = table[gemeente.code]
        inhabitants = sum(groups.values())
        seen += inhabitants
        share = round(seen * settings.scale) - rounded
        rounded += share
        # The start of the rounding differs per gemeente: otherwise all small ones would hold the same ages.
        start = Fraction(int(gemeente.code[2:]) * 377 % 610, 610)
        factor = Fraction(max(share, FEWEST_PEOPLE), inhabitants)
        scaled.append((gemeente, _rounded(groups, factor, start if settings.scale < 1 else Fraction(1, 2))))
    return scaled


def _rounded(groups: dict[tuple[int, int], int], factor: Fraction, start: Fraction) -> dict[tuple[int, int], int]:
    result, running, before = {}, start, int(start)
    for key, people in groups.items():
        running += people * factor
        result[key] = int(running) - before
        before = int(running)
    return result


def _local_factors(gemeente: Gemeente, peiljaar: int) -> dict[str, float]:
    """How much more or less people live alone or with children here than in the country, bounded."""
    everywhere = gemeenten(peiljaar)
    households = sum(g.huishoudens_2020 for g in everywhere)

    def factor(local: int, national: int) -> float:
        ratio = (local / max(gemeente.huishoudens_2020, 1)) / (national / households)
        return min(1.6, max(0.6, ratio))

    return {
        "alleen": factor(gemeente.eenpersoons_2020, sum(g.eenpersoons_2020 for g in everywhere)),
        "gezin": factor(gemeente.met_kinderen_2020, sum(g.met_kinderen_2020 for g in everywhere)),
        "paar": factor(gemeente.zonder_kinderen_2020, sum(g.zonder_kinderen_2020 for g in everywhere)),
    }


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
