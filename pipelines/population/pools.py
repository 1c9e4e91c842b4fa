"""Pools of people to plant in: who is alike for every script, and how many each group takes from which pool.

What belongs here: ages, gemeenten and whole numbers. What does not: choosing persons (`planting.py`).

A pool is one stretch of ages (such that no class of ages cuts it) in gemeenten that deliver the same registers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise

from pipelines.errors import UserError
from pipelines.population.scripts import AGE_CLASSES, MUNICIPAL, AgeClass, Delivering, Group, People

Pool = tuple[int, int]
"""Number of the stretch of ages; delivered registers as bits, in the order of MUNICIPAL."""

Stretch = tuple[int, int, int, int, int, int, int]
"""Stretch of ages, delivered registers, first and last turn in that pool, first script of the group, its number of
variants, and how many of the group come before."""

LARGEST_SHARE = Fraction(1, 2)
"""Of a pool, rounded up: chance must rule over the others."""


@dataclass(frozen=True)
class AgeStretch:
    """Ages of people in one place of the household; `sex` (1, 2) where a class asks for women."""

    places: tuple[int, ...]
    first: int
    last: int
    sex: int | None

    @property
    def of_place(self) -> str:
        """SQL over `drafts`: does this person hold one of the places in the household?"""
        return f"plhh IN ({', '.join(map(str, self.places))})"

    @property
    def of_age(self) -> str:
        """SQL over `drafts`: is this person of the ages, and of the sex?"""
        return f"age BETWEEN {self.first} AND {self.last}" + (f" AND sex = {self.sex}" if self.sex else "")

    def within(self, people: People) -> bool:
        """Does a class of ages hold this whole stretch?"""
        return (
            self.places == people.places
            and people.first_age <= self.first
            and self.last <= people.last_age
            and (not people.women or self.sex == 2)
        )


@cache
def age_stretches() -> tuple[AgeStretch, ...]:
    """The stretches that all classes of ages are made of; they do not overlap."""
    classes = tuple(AGE_CLASSES.values())
    stretches: list[AgeStretch] = []
    for places in dict.fromkeys(people.places for people in classes):
        here = [people for people in classes if people.places == places]
        cuts = sorted({people.first_age for people in here} | {people.last_age + 1 for people in here})
        for first, after in pairwise(cuts):
            covering = [people for people in here if people.first_age <= first and after - 1 <= people.last_age]
            sexes = (1, 2) if any(people.women for people in covering) else (None,)
            stretches.extend(AgeStretch(places, first, after - 1, sex) for sex in sexes if covering)
    return tuple(stretches)


def cast(groups: tuple[Group, ...], sizes: dict[Pool, int], scale: Fraction) -> list[Stretch]:
    """Which turns of which pool play which scripts, from the number of people in each pool.

    Raises UserError when the pools cannot hold everybody.
    """
    room = {pool: -int(-size * LARGEST_SHARE // 1) for pool, size in sizes.items()}
    next_turn = dict.fromkeys(sizes, 1)
    scripts = _first_scripts(groups)
    stretches: list[Stretch] = []
    # Who can be found in few places goes first.
    for number in sorted(range(len(groups)), key=lambda number: (_room_for(groups[number], room), number)):
        group, before = groups[number], 0
        for pool, people in _quota(group, room, scale):
            first = next_turn[pool]
            next_turn[pool] += people
            room[pool] -= people
            stretches.append((*pool, first, first + people - 1, scripts[number], len(group.variants), before))
            before += people
    return stretches


def _quota(group: Group, room: dict[Pool, int], scale: Fraction) -> list[tuple[Pool, int]]:
    """How many of a group come from which pool: over ages by their weight, over pools by their room."""
    wanted = max(group.fewest, round(group.number * scale))
    quota: list[tuple[Pool, int]] = []
    for (age_class, _), people in zip(group.ages, divide(wanted, [weight for _, weight in group.ages]), strict=True):
        pools = _pools(age_class, group.delivering, room)
        places = [room[pool] for pool in pools]
        if people > sum(places):
            raise UserError(
                f"scale {scale} is too small to hold the people who are planted on purpose: choose a larger scale "
                "(1/200 fits for every peiljaar that is known)."
            )
        quota.extend((pool, part) for pool, part in zip(pools, divide(people, places), strict=True) if part)
    return quota


def _room_for(group: Group, room: dict[Pool, int]) -> int:
    return min(sum(room[pool] for pool in _pools(age_class, group.delivering, room)) for age_class, _ in group.ages)


def _pools(age_class: AgeClass, delivering: Delivering, room: dict[Pool, int]) -> list[Pool]:
    ages = _stretches_of(age_class)
    return [pool for pool in room if pool[0] in ages and _delivers(pool[1], delivering)]


@cache
def _stretches_of(age_class: AgeClass) -> frozenset[int]:
    people = AGE_CLASSES[age_class]
    return frozenset(number for number, stretch in enumerate(age_stretches()) if stretch.within(people))


@cache
def _delivers(delivered: int, delivering: Delivering) -> bool:
    must, must_not = _as_bits(delivering.must), _as_bits(delivering.must_not)
    return delivered & must == must and not delivered & must_not


def _as_bits(registers: Iterable[str]) -> int:
    return sum(1 << MUNICIPAL.index(register) for register in MUNICIPAL if register in set(registers))


def _first_scripts(groups: tuple[Group, ...]) -> list[int]:
    """The number of the first script of each group: scripts are numbered from 1, a variant each."""
    first, numbers = 1, []
    for group in groups:
        numbers.append(first)
        first += len(group.variants)
    return numbers


def divide(total: int, weights: list[int]) -> list[int]:
    """Divide a number over weights; no part is more than its share rounded up."""
    whole = max(sum(weights), 1)
    ends = [total * sum(weights[: i + 1]) // whole for i in range(len(weights))]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]
