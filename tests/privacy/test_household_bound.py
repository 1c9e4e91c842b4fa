"""The bound of a household as unit, m sqrt(2K), by trying every household: never passed, and reached."""

from itertools import combinations_with_replacement, product
from math import sqrt

import numpy as np
import pytest
from numpy.typing import NDArray

Vector = NDArray[np.int64]

CELLS = 2
"""Cells of one persona and state that members can lie in: two are enough to lie together or apart."""


@pytest.mark.parametrize(("members", "bound"), [(1, 1), (1, 2), (2, 1), (2, 2), (3, 1)])
def test_no_household_moves_a_table_further_than_the_bound_and_one_moves_it_as_far(members: int, bound: int) -> None:
    households = every_household(members, bound, personas=2 * bound)

    furthest = max(float(np.sqrt(((households - other) ** 2).sum(axis=1)).max()) for other in households)

    assert furthest == pytest.approx(members * sqrt(2 * bound), rel=1e-12)


def test_removing_a_whole_household_moves_less_than_losing_a_member_may() -> None:
    households = every_household(2, 1, personas=2)
    removed = float(np.sqrt((households**2).sum(axis=1)).max())

    assert removed == pytest.approx(2.0)
    assert removed < 2 * sqrt(2)


def every_household(members: int, bound: int, personas: int) -> Vector:
    """What every household of at most `members` counted people adds to a table of `personas` x CELLS."""
    adds = every_member(bound, personas)
    found = {
        tuple(sum((np.array(adds[place]) for place in chosen), np.zeros(personas * CELLS, dtype=np.int64)))
        for size in range(members + 1)
        for chosen in combinations_with_replacement(range(len(adds)), size)
    }
    return np.array(sorted(found))


def every_member(bound: int, personas: int) -> list[tuple[int, ...]]:
    """What one person can add: in one cell, for at most `bound` personas."""
    found = []
    for cell, counts in product(range(CELLS), product((0, 1), repeat=personas)):
        if sum(counts) <= bound:
            laid = np.zeros((personas, CELLS), dtype=np.int64)
            laid[:, cell] = counts
            found.append(tuple(laid.ravel().tolist()))
    return sorted(set(found))
