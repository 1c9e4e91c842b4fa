"""Stays: ranges of people with the same area, sex, year of birth and place in the household, from year to year.

What belongs here: giving places in the base lines (`lifelines.py`) their place in the household, and numbers of
people. What does not: households (`households.py`).
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipelines.population.areas import FIRST, LAST, LAST_AGE, Whole
from pipelines.population.composition import Place, base_ages, compose
from pipelines.population.couples import pair
from pipelines.population.household_roles import AGES, ROLES, SEXES
from pipelines.population.lifelines import BASE, BORN, STAYS, Extras, area_of, born_of, extras, lines, sex_of

_STEADY_FIRST = ("gezin", "eenouder", "paar", "overig", "instelling", "kind", "alleen")
"""Places in the household along a line: at the end stand those who enter and leave most."""

_LEAVING_HOME = range(16, 28)
"""Ages in the base year at which, after it, children leave before those who live alone."""

AT_HOME, ALONE, IN_INSTITUTION, TOGETHER = 0, 1, 2, 3
"""How somebody lives beside the base line: as a child, alone, in an institution, or with a partner who does so too.

Who has a partner left before the last year before the base year. Deliveries of the base year and after it tell nothing
of households before theirs, and take these people, where they stand on record, as people who lived alone."""

_PARTNER_FROM = 22

_GROWN_UP, _LEAVES_HOME_UNTIL, _OLD = 18, 28, 78


@dataclass(frozen=True)
class BaseStays:
    """People who have a place in the households of the base year. `role`: number in ROLES; `first`: number of the
    first person; `rank`: place among the people of this role in the area; here from `since` (0: always) to `until`."""

    role: Whole
    g: Whole
    sex: Whole
    born: Whole
    n: Whole
    first: Whole
    rank: Whole
    since: Whole
    until: Whole


@dataclass(frozen=True)
class ExtraStays:
    """People in another place than that of the base year, or who were not here then. `lives`: see AT_HOME;
    `age`: in the last year here (of who came later: the first); `moved`: has a place in the base year as well;
    `couple`: number of the couple of the first person who lives TOGETHER, of the next person one more."""

    g: Whole
    sex: Whole
    born: Whole
    n: Whole
    first: Whole
    since: Whole
    until: Whole
    lives: Whole
    age: Whole
    moved: Whole
    couple: Whole


@dataclass(frozen=True)
class _Cells:
    """Cells of the base year: people of one role, area, sex and age. `line`: flat number; `start`: place in it, and
    `start_late`: the same in the order in which people leave after the base year."""

    role: Whole
    line: Whole
    n: Whole
    start: Whole
    start_late: Whole
    first: Whole
    rank: Whole


@cache
def base_stays(scale: Fraction) -> BaseStays:
    """All people of the base year, in order of role, area and age, in pieces that came and leave together."""
    cells = _cells(scale)
    taken = {year: table.reshape(-1)[cells.line] for year, table in lines(scale).base.items()}
    taken = {
        year: np.clip(places - (cells.start if year <= BASE else cells.start_late), 0, cells.n)
        for year, places in taken.items()
    }
    cuts = np.sort(np.stack([np.zeros_like(cells.n), *taken.values()], axis=1), axis=1)
    low, high = cuts[:, :-1], cuts[:, 1:]
    born = born_of(cells.line)[:, None]
    since = np.full(low.shape, BASE)
    until = np.full(low.shape, STAYS)
    for year in range(BASE, FIRST - 1, -1):
        since = np.where(taken[year][:, None] > low, year, since)
    for year in range(LAST, BASE, -1):
        until = np.where(taken[year][:, None] <= low, year, until)
    since = np.where((since == FIRST) | (since == born), 0, since)
    row, piece = np.nonzero(high > low)
    line = cells.line[row]
    return BaseStays(
        cells.role[row],
        area_of(line),
        sex_of(line),
        born_of(line),
        (high - low)[row, piece],
        cells.first[row] + low[row, piece],
        cells.rank[row] + low[row, piece],
        since[row, piece],
        until[row, piece],
    )


def _cells(scale: Fraction) -> _Cells:
    counts = _single_ages(compose(scale), base_ages(scale))
    start, start_late = _starts(counts, _STEADY_FIRST), _starts(counts, _STEADY_FIRST)
    leaving = _starts(counts, (*_STEADY_FIRST[:-2], "alleen", "kind"))
    start_late[..., _LEAVING_HOME] = leaving[..., _LEAVING_HOME]
    parts = []
    first = 0
    area, sex, age = (axis.astype(np.int64) for axis in np.indices(counts.shape[1:]))
    line = (area * 2 + sex) * len(BORN) + (BASE - age - BORN[0])
    for number, role in enumerate(ROLES):
        n = _ranked(role, counts[number])
        flat = n.reshape(len(n), -1)
        rank = np.cumsum(flat, axis=1) - flat
        if role in ("paar", "gezin"):
            # Partners are ranked per sex, so that equal ranks make a couple.
            women = _ranked(role, np.asarray(sex)).reshape(flat.shape) == 1
            rank = rank - np.where(women, counts[number][:, 0].sum(axis=1)[:, None], 0)
        n = flat.reshape(-1)
        filled = n > 0
        parts.append(
            (
                np.full(int(filled.sum()), number),
                _ranked(role, line).reshape(-1)[filled],
                n[filled],
                _ranked(role, start[number]).reshape(-1)[filled],
                _ranked(role, start_late[number]).reshape(-1)[filled],
                (first + np.cumsum(n) - n)[filled],
                rank.reshape(-1)[filled],
            )
        )
        first += int(n.sum())
    return _Cells(*(np.concatenate(column).astype(np.int64) for column in zip(*parts, strict=True)))


def _starts(counts: Whole, order: tuple[str, ...]) -> Whole:
    """[role, area, sex, age]: place in the line where each role begins, one role after the other."""
    start = np.zeros_like(counts)
    before = np.zeros_like(counts[0])
    for role in (ROLES.index(name) for name in order):
        start[role] = before
        before = before + counts[role]
    return start


def _ranked(role: str, table: Whole) -> Whole:
    """[area, sex, age] in the order in which people of a role are ranked within their area.

    Members of other households from old to young, so that the first ones are the reference persons; partners by sex
    and age; all others by age.
    """
    if role in ("paar", "gezin"):
        return table
    turned = table.swapaxes(1, 2)
    return turned[:, ::-1] if role == "overig" else turned


def _single_ages(composed: tuple[Place, ...], people: Whole) -> Whole:
    """[role, area, sex, age]: roles of five-year groups divided over single ages; both margins are kept exactly."""
    result = np.zeros((len(ROLES), *people.shape), dtype=np.int64)
    for group, first in enumerate(AGES):
        left = np.array(
            [[[place.counts.get((role, sex, first), 0) for role in ROLES] for sex in SEXES] for place in composed]
        )
        for age in range(first, AGES[group + 1] if group + 1 < len(AGES) else LAST_AGE + 1):
            total = left.sum(axis=-1, keepdims=True)
            wanted = people[..., age, None]
            whole, rest = np.divmod(left * wanted, np.maximum(total, 1))
            short = wanted - whole.sum(axis=-1, keepdims=True)
            turn = np.argsort(np.argsort(-rest, axis=-1, kind="stable"), axis=-1, kind="stable")
            taken = whole + (turn < short)
            result[..., age] = np.moveaxis(taken, -1, 0)
            left = left - taken
    return result


@cache
def extra_stays(scale: Fraction) -> ExtraStays:
    """All people beside the base lines."""
    found = extras(scale)
    late = (found.base_line >= 0) & (found.until == STAYS)
    parts = [_located(found, ~late, scale), _located(found, late, scale)]
    row, n, first = (np.concatenate(column) for column in zip(*parts, strict=True))
    moved = found.base_line >= 0
    line, since, until = found.line[row], found.since[row], found.until[row]
    born = born_of(line)
    age = np.where(until == STAYS, since, until - 1) - born
    leaves_home = moved[row] & (until != STAYS) & (age < _LEAVES_HOME_UNTIL)
    lives = np.select(
        [(age < _GROWN_UP) | leaves_home, (age >= _OLD) & (line % 5 < 2)], [AT_HOME, IN_INSTITUTION], ALONE
    )
    g, sex, moves = area_of(line), sex_of(line), moved[row].astype(np.int64)
    couples = pair((g, since, until, moves), sex, born, n, (lives == ALONE) & (until < BASE) & (age >= _PARTNER_FROM))
    together = np.flatnonzero(couples.people)
    left = n - couples.people
    columns = (g, sex, born, left, first + couples.people, since, until, lives, age, moves, np.zeros_like(n))
    paired = (
        *(column[together] for column in (g, sex, born, couples.people, first, since, until)),
        *(np.full(len(together), TOGETHER), age[together], moves[together], couples.couple[together]),
    )
    alone = left > 0
    return ExtraStays(*(np.concatenate([a[alone], b]) for a, b in zip(columns, paired, strict=True)))


def _located(found: Extras, which: NDArray[np.bool_], scale: Fraction) -> tuple[Whole, Whole, Whole]:
    """Pieces of the extras `which`: their rows, people, and numbers of the first person. A piece of a base line may run
    over several places in the household. After the base year lines stand in another order."""
    cells = _cells(scale)
    starts = cells.start_late if bool((found.until[which] == STAYS)[found.base_line[which] >= 0].any()) else cells.start
    whole = lines(scale).base[BASE].reshape(-1)
    before_line = np.cumsum(whole) - whole
    order = np.lexsort((starts, cells.line))
    cell_at = (before_line[cells.line] + starts)[order]
    row = np.flatnonzero(which)
    moved, people = found.base_line[row] >= 0, found.people[row]
    at = np.where(moved, before_line[np.maximum(found.base_line[row], 0)] + found.place[row], 0)
    low = np.where(moved, np.searchsorted(cell_at, at, "right") - 1, 0)
    high = np.where(moved, np.searchsorted(cell_at, at + people - 1, "right") - 1, 0)
    pieces = high - low + 1
    piece = np.repeat(np.arange(len(row)), pieces)
    cell = low[piece] + np.arange(len(piece)) - (np.cumsum(pieces) - pieces)[piece]
    at, moved = at[piece], moved[piece]
    end = at + people[piece]
    start = np.where(moved, np.maximum(at, cell_at[cell]), at)
    end = np.where(moved, np.minimum(end, (cell_at + cells.n[order])[cell]), end)
    stranger = int(cells.n.sum()) + found.place[row][piece]
    first = np.where(moved, cells.first[order][cell] + start - cell_at[cell], stranger)
    return row[piece], end - start, first
