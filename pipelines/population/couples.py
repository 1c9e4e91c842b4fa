"""Couples among the people who live beside the base year: who of them lives with whom.

What belongs here: whole numbers of people of an area who came and leave in the same years, taken two by two. What does
not: everybody else's household (`households.py`), and who lives beside the base year at all (`lifelines.py`).

The households stand as in the base year, so whoever died, left or moved before it has no place in one. Without a
partner all of them would live alone, and the years before would have a household too many for every second couple.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.population.areas import Whole

PARTNERED = 0.7
"""Share who live with a partner (our choice): somewhat above that of all adults (8.7 of 14.4 million on 1 January 2024,
CBS 37620), so that 2019, 2020 and 2021 come out at the households that CBS counted."""

_GOLDEN = 0.6180339887498949


@dataclass(frozen=True)
class Paired:
    """Per row of people: how many of them, the first ones, live in a couple, and the number of the first one's couple.
    Couples are numbered from 0; the next person of the row is in the next couple."""

    people: Whole
    couple: Whole


def pair(together: tuple[Whole, ...], sex: Whole, born: Whole, n: Whole, eligible: NDArray[np.bool_]) -> Paired:
    """Couples of a man and a woman between people of whom all keys of `together` (area, years, ...) are equal.

    Of both sexes the same number is taken, evenly over the ages, and equal ranks by age are a couple. `sex`: 0 and 1,
    or 1 and 2; `n`: people per row; rows that are not `eligible` stay as they are.
    """
    rows = np.flatnonzero(eligible)
    keys = tuple(key[rows] for key in together)
    order = np.lexsort((born[rows], sex[rows], *reversed(keys)))
    rows = rows[order]
    group = _numbered(tuple(key[order] for key in keys))
    side = _numbered((group, sex[rows]))
    first_side = sex[rows] == (sex.min() if len(sex) else 0)
    many = np.bincount(side, weights=n[rows], minlength=1).astype(np.int64)
    groups = int(group[-1]) + 1 if len(group) else 0
    both = np.stack(
        [np.bincount(group[half], weights=n[rows][half], minlength=groups) for half in (first_side, ~first_side)]
    ).astype(np.int64)
    least = both.min(axis=0)
    # Rounded with an offset of its own per group, so that many small groups do not lose half a couple each.
    couples = np.minimum(least, np.floor(least * PARTNERED + np.arange(groups) * _GOLDEN % 1.0).astype(np.int64))
    before = np.cumsum(n[rows]) - n[rows]
    start_of_side = np.concatenate([[0], np.cumsum(many)[:-1]]) if len(rows) else np.zeros(0, dtype=np.int64)
    rank = before - start_of_side[side]
    low, high = (edge * couples[group] // np.maximum(many[side], 1) for edge in (rank, rank + n[rows]))
    people, couple = np.zeros_like(n), np.zeros_like(n)
    people[rows] = high - low
    couple[rows] = (np.cumsum(couples) - couples)[group] + low
    return Paired(people, couple)


def _numbered(keys: tuple[Whole, ...]) -> Whole:
    """Number, from 0, of the combination of keys in each row; equal combinations stand next to each other."""
    if not len(keys[0]):
        return np.zeros(0, dtype=np.int64)
    changes = np.zeros(len(keys[0]), dtype=np.int64)
    for key in keys:
        changes[1:] |= key[1:] != key[:-1]
    return np.cumsum(changes)
