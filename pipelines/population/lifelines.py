"""Who is where in which year, in ranges of people: entering, leaving and moving between areas.

What belongs here: whole numbers per line (area, sex, year of birth), over all peiljaren at once, and the ranges of
people that follow. What does not: households (`ground.py`) and SQL.

The households stand as they are on the peildatum of BASE. Of each line somebody stands at every place 0, 1, 2, ...;
going back, those at the end were not here yet, and others, who left since, were. Who enters one line in the year in
which somebody leaves another of the same sex and year of birth may be the same person: a move. Every count depends
on the public tables and the scale only, so each peiljaar can be made without the others.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipelines.population.areas import FIRST, LAST, LAST_AGE, Whole, areas, people_by_age

BASE = 2023
"""The peildatum of which places in the household are published (1 January 2024)."""

STAYS = 9999
"""`until` of who does not leave."""

BORN = np.arange(FIRST - LAST_AGE, LAST + 1)
"""Years of birth, the last axis of every line."""

FEWEST_PEOPLE = 6
"""Every area keeps a few people, however small the scale."""

_GOLDEN = 0.6180339887498949


@dataclass(frozen=True)
class Lines:
    """Lines as arrays [area, sex, born]. `present[year]`: people; `base[year]`: places of the base line that are
    taken in that year; `extra[left]`: per year those who leave in `left` (FORWARD: who came after the base year)."""

    present: dict[int, Whole]
    base: dict[int, Whole]
    extra: dict[int, dict[int, Whole]]


@cache
def lines(scale: Fraction) -> Lines:
    """All lines at a scale."""
    present = _present(scale)
    base = {BASE: present[BASE]}
    extra: dict[int, dict[int, Whole]] = {}
    for year in range(BASE - 1, FIRST - 1, -1):
        base[year] = _step_back(year, present, base, extra)
    for year in range(BASE + 1, LAST + 1):
        staying, coming = _step_forward(year, present, base[year - 1])
        base[year] = staying
        extra[year] = {year: coming}
    return Lines(present, base, extra)


def _present(scale: Fraction) -> dict[int, Whole]:
    """People per line and year. What rounding cuts off is decided once per line, not once per year, so that a smaller
    scale shows as many changes, by share, as the whole country."""
    tables = {}
    for year in range(FIRST, LAST + 1):
        ages = year - BORN
        known = (ages >= 0) & (ages <= LAST_AGE)
        table = people_by_age(year)
        tables[year] = np.where(known, table[..., np.clip(ages, 0, LAST_AGE)], 0)
    # Rounding carries on through the cells of the base year (gemeente, sex, five-year group), so that of each at most
    # one person is cut off or added; lines of who is not there then lie between them.
    expected = np.where(tables[BASE] > 0, tables[BASE], np.mean(np.stack(list(tables.values())), axis=0))
    codes = [area.codes[BASE] for area in areas()]
    gemeente = np.array([sorted(set(codes)).index(code) for code in codes])
    inhabitants = np.bincount(gemeente, weights=tables[BASE].sum(axis=(1, 2)))
    factor = np.minimum(np.maximum(float(scale), FEWEST_PEOPLE / inhabitants), 1.0)[gemeente][:, None, None]
    area, sex, line = np.indices(expected.shape)
    group = np.minimum((BASE - BORN[line]) // 5, 19)
    order = np.lexsort((line.ravel(), area.ravel(), group.ravel(), sex.ravel(), gemeente[area].ravel()))
    share = (factor * expected).ravel()[order]
    start = np.empty(share.size)
    start[order] = np.cumsum(share) - share
    rest = start.reshape(expected.shape) % 1.0
    return {
        year: np.floor(factor * table + np.minimum(rest, 1 - 1e-9)).astype(np.int64) for year, table in tables.items()
    }


def _turnover(ages: NDArray[np.int64]) -> NDArray[np.float64]:
    """Share of a line that is replaced in a year beyond what its size asks for, by age (our choice)."""
    return np.select(
        [ages < 1, ages < 18, ages < 28, ages < 40, ages < 65, ages < 80],
        [0.0, 0.008, 0.075, 0.035, 0.012, 0.012],
        0.0,
    )


def _moving(ages: NDArray[np.int64]) -> NDArray[np.float64]:
    """Share of those who could have moved who did, by age; the others came from abroad, died or left the country."""
    return np.select([ages < 60, ages < 75], [0.75, 0.4], 0.15)


def _replaced(year: int, now: Whole, after: Whole) -> Whole:
    """Turnover of whole people between two peildata."""
    draws = (np.arange(now.size).reshape(now.shape) * _GOLDEN + year * 0.37) % 1.0
    turned = np.floor(np.minimum(now, after) * _turnover(year - BORN) + draws)
    found: Whole = np.where(np.minimum(now, after) > 0, turned, 0).astype(np.int64)
    return found


def _step_back(
    year: int, present: dict[int, Whole], base: dict[int, Whole], extra: dict[int, dict[int, Whole]]
) -> Whole:
    now, after, standing = present[year], present[year + 1], base[year + 1]
    lived = year >= BORN
    more = np.where(lived, now - after, 0)
    fewer = np.maximum(-more, 0)
    turned = np.minimum(_replaced(year, now, after), np.maximum(standing - fewer, 0))
    entering = np.where(lived, fewer + turned, 0)
    from_base = np.minimum(entering, standing)
    left_over = entering - from_base
    for leaving in extra.values():
        gone = np.minimum(left_over, leaving[year + 1])
        leaving[year] = np.where(lived, leaving[year + 1] - gone, 0)
        left_over = left_over - gone
    extra[year + 1] = {year: np.where(lived, np.maximum(more, 0) + turned, 0)}
    return np.where(lived, standing - from_base, 0)


def _step_forward(year: int, present: dict[int, Whole], standing: Whole) -> tuple[Whole, Whole]:
    before, now = present[year - 1], present[year]
    fewer, more = np.maximum(before - now, 0), np.maximum(now - before, 0)
    turned = np.minimum(_replaced(year - 1, now, before), np.maximum(standing - fewer, 0))
    leaving = np.minimum(fewer + turned, standing)
    return standing - leaving, more + leaving - fewer


@dataclass(frozen=True)
class Moves:
    """Pieces of people who moved in `year`: line and place in `extra[year]`, line and place in the base line, people.

    Lines are numbers in the flat order [area, sex, born].
    """

    extra_line: Whole
    extra_place: Whole
    base_line: Whole
    base_place: Whole
    people: Whole


@cache
def moves(scale: Fraction, year: int) -> Moves:
    """Who moved in a year: the first places of `extra[year]` are taken by people of the base line."""
    found = lines(scale)
    if year <= BASE:
        begin, count = found.base[year - 1], found.base[year] - found.base[year - 1]
        # The newborn came from nowhere.
        count = np.where(year > BORN, count, 0)
        other = found.extra[year][year - 1]
    else:
        begin, count = found.base[year], found.base[year - 1] - found.base[year]
        other = np.where(year > BORN, found.extra[year][year], 0)
    share = _moving(year - 1 - BORN)
    most = np.floor(np.minimum(count.sum(axis=0), other.sum(axis=0)) * share).astype(np.int64)
    # Next to each other, but not in the same area: the codes of gemeenten run over the map.
    ours, ours_line = _in_order(_part(count, most), 0)
    theirs, theirs_line = _in_order(_part(other, most), 1)
    ends = np.unique(np.concatenate([ours, theirs]))
    starts = np.concatenate([[0], ends[:-1]])
    if not len(ends):
        empty = np.zeros(0, dtype=np.int64)
        return Moves(empty, empty, empty, empty, empty)
    mine, its = np.searchsorted(ours, ends), np.searchsorted(theirs, ends)
    base_line, extra_line = ours_line[mine], theirs_line[its]
    mine_start = np.concatenate([[0], ours])[mine]
    its_start = np.concatenate([[0], theirs])[its]
    return Moves(
        extra_line,
        starts - its_start,
        base_line,
        begin.reshape(-1)[base_line] + starts - mine_start,
        ends - starts,
    )


def _part(count: Whole, most: Whole) -> Whole:
    """Of the people per line, so many that they add up to `most` per sex and year of birth, in proportion."""
    ends = np.cumsum(count, axis=0) * most // np.maximum(count.sum(axis=0), 1)
    found: Whole = np.diff(ends, axis=0, prepend=0)
    return found


def _in_order(count: Whole, shift: int) -> tuple[Whole, Whole]:
    """Ends of the lines that have people, one sex and year of birth after the other, and the numbers of these lines."""
    numbers = np.arange(count.size).reshape(count.shape)
    turned = [np.moveaxis(np.roll(table, shift, axis=0), 0, -1).reshape(-1) for table in (count, numbers)]
    filled = turned[0] > 0
    return np.cumsum(turned[0])[filled], turned[1][filled]


@dataclass(frozen=True)
class Extras:
    """People beside the base line: flat line, age-independent ranges, and whether they are people of the base.

    `base_line` is -1 for people who are nowhere else; `place` then counts them over all years and lines. They are
    here from peiljaar `since` (0: before the first) until before `until`.
    """

    line: Whole
    people: Whole
    base_line: Whole
    place: Whole
    since: Whole
    until: Whole


@cache
def extras(scale: Fraction) -> Extras:
    """All people beside the base line, in pieces that came and left together."""
    found = lines(scale)
    parts: list[tuple[Whole, ...]] = []
    strangers = 0
    for year in sorted(found.extra):
        group = found.extra[year]
        size = group[year - 1 if year <= BASE else year].reshape(-1)
        moved = moves(scale, year)
        taken = np.bincount(moved.extra_line, weights=moved.people, minlength=size.size).astype(np.int64)
        rest = size - taken
        alone = np.flatnonzero(rest)
        own = strangers + np.concatenate([[0], np.cumsum(rest[alone])[:-1]]) if len(alone) else rest[:0]
        strangers += int(rest.sum())
        line = np.concatenate([moved.extra_line, alone])
        start = np.concatenate([moved.extra_place, taken[alone]])
        people = np.concatenate([moved.people, rest[alone]])
        base_line = np.concatenate([moved.base_line, np.full(len(alone), -1)])
        place = np.concatenate([moved.base_place, own])
        if year > BASE:
            parts.append((line, people, base_line, place, np.full(len(line), year), np.full(len(line), STAYS)))
            continue
        parts.extend(_by_arrival(year, group, line, start, people, base_line, place))
    columns = [np.concatenate(column).astype(np.int64) for column in zip(*parts, strict=True)]
    kept = columns[1] > 0
    return Extras(*(column[kept] for column in columns))


def _by_arrival(
    left: int, group: dict[int, Whole], line: Whole, start: Whole, people: Whole, base_line: Whole, place: Whole
) -> list[tuple[Whole, ...]]:
    """Pieces of those who left in a year, by the year they came."""
    parts: list[tuple[Whole, ...]] = []
    low: Whole = np.zeros(len(line), dtype=np.int64)
    for since in range(FIRST, left):
        here = group[since].reshape(-1)[line]
        high = np.clip(here - start, 0, people)
        high = np.maximum(high, low)
        born = BORN[line % len(BORN)]
        came = np.where((since == FIRST) | (born == since), 0, since)
        parts.append((line, high - low, base_line, place + low, came, np.full(len(line), left)))
        low = high
    return parts


def count_of_strangers(scale: Fraction) -> int:
    """People beside the base lines who are nowhere else."""
    found = extras(scale)
    alone = found.base_line < 0
    return int((found.place + found.people)[alone].max(initial=0))


def area_of(line: Whole) -> Whole:
    """Number of the area of a flat line."""
    return line // (2 * len(BORN))


def sex_of(line: Whole) -> Whole:
    """Sex (1 man, 2 woman) of a flat line."""
    return line // len(BORN) % 2 + 1


def born_of(line: Whole) -> Whole:
    """Year of birth of a flat line."""
    return BORN[line % len(BORN)]


def number_of_areas() -> int:
    """How many areas there are."""
    return len(areas())
