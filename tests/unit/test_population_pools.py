"""Pools of people to plant in: whole numbers, without a population."""

from collections import defaultdict
from fractions import Fraction
from itertools import pairwise

import pytest

from pipelines.errors import UserError
from pipelines.population.casts import GROUPS
from pipelines.population.pools import Pool, age_stretches, cast, divide
from pipelines.population.scripts import AGE_CLASSES, MUNICIPAL, Delivering, Group, Truth, has

SCALE = Fraction(1, 50)
EVERY_PATTERN = range(2 ** len(MUNICIPAL))


def _pools(people: int) -> dict[Pool, int]:
    return {(ages, delivers): people for ages in range(len(age_stretches())) for delivers in EVERY_PATTERN}


def _group(number: int, delivering: Delivering, fewest: int = 1) -> Group:
    return Group((Truth("iemand", "missing"),), (has("schuld"), has("wsnp")), number, fewest, (("66", 1),), delivering)


def test_stretches_of_ages_do_not_overlap_and_fill_every_class() -> None:
    seen: dict[tuple[int, int, int], int] = defaultdict(int)
    for stretch in age_stretches():
        for place in stretch.places:
            for sex in (stretch.sex,) if stretch.sex else (1, 2):
                for age in range(stretch.first, stretch.last + 1):
                    seen[place, sex, age] += 1
    assert set(seen.values()) == {1}
    for people in AGE_CLASSES.values():
        whole = [stretch for stretch in age_stretches() if stretch.within(people)]
        ages = {age for stretch in whole for age in range(stretch.first, stretch.last + 1)}
        assert ages == set(range(people.first_age, people.last_age + 1))


def test_every_group_gets_its_number_and_no_turn_is_given_twice() -> None:
    sizes = _pools(60)
    stretches = cast(GROUPS, sizes, SCALE)
    by_script: dict[int, int] = defaultdict(int)
    by_pool: dict[Pool, list[tuple[int, int]]] = defaultdict(list)
    for ages, delivers, first, last, script, _, before in stretches:
        assert before == by_script[script]
        by_script[script] += last - first + 1
        by_pool[ages, delivers].append((first, last))
    script = 1
    for group in GROUPS:
        assert by_script[script] == max(group.fewest, round(group.number * SCALE))
        script += len(group.variants)
    for pool, turns in by_pool.items():
        turns.sort()
        assert turns[0][0] == 1
        assert all(before[1] + 1 == after[0] for before, after in pairwise(turns))
        assert turns[-1][1] <= sizes[pool] / 2


@pytest.mark.parametrize(
    ("delivering", "allowed"),
    [
        (Delivering(), set(EVERY_PATTERN)),
        (Delivering(must=("WMOBUS", "URGENTIE")), {bits for bits in EVERY_PATTERN if bits & 1 and bits & 16}),
        (Delivering(must_not=("SCHULDHULP",)), {bits for bits in EVERY_PATTERN if not bits & 2}),
        (Delivering(("WMOBUS",), ("THUISZITTERS",)), {bits for bits in EVERY_PATTERN if bits & 1 and not bits & 8}),
    ],
)
def test_a_group_is_cast_only_where_its_registers_are_delivered(delivering: Delivering, allowed: set[int]) -> None:
    stretches = cast((_group(10_000, delivering),), _pools(100), SCALE)
    assert {delivers for _, delivers, *_ in stretches} == allowed


def test_who_is_hard_to_find_is_cast_before_who_lives_anywhere() -> None:
    # One pool in 32 has no room for both; the group that can live anywhere must leave it to the other.
    rare = _group(0, Delivering(must_not=MUNICIPAL), fewest=5)
    common = _group(0, Delivering(), fewest=150)
    stretches = cast((common, rare), _pools(10), SCALE)
    assert sum(last - first + 1 for _, _, first, last, *_ in stretches) == 155
    assert {delivers for _, delivers, *_, script, _, _ in stretches if script == 3} == {0}


def test_people_that_do_not_fit_are_refused() -> None:
    with pytest.raises(UserError, match="choose a larger scale"):
        cast((_group(0, Delivering(must_not=MUNICIPAL), fewest=6),), _pools(10), SCALE)


def test_a_division_adds_up_and_gives_no_part_more_than_its_share_rounded_up() -> None:
    for total in range(40):
        parts = divide(total, [7, 1, 0, 5, 1, 30])
        assert sum(parts) == total
        assert all(part <= -(-total * weight // 44) for part, weight in zip(parts, [7, 1, 0, 5, 1, 30], strict=True))
