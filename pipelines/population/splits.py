"""Dividing people over kinds so that every kind comes out at its public total: laws of a benefit, forms of help.

What belongs here: fitting shares per group to totals (iterative proportions). What does not: who has the benefit
(a chance), and the kinds themselves (the module of the scheme).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import duckdb

from pipelines.population.engine import rows_of

_ROUNDS = 40
_MANY = 100_000
"""So many people come out near enough the first time."""


@dataclass(frozen=True)
class Split:
    """People `who` (SQL over `people`) are divided over `codes` by `draw` (SQL of a uniform). `group`: SQL of a whole
    number from 0; `weights`: per group how much each code asks for, before the totals. `totals`: persons at scale 1
    per code; with one for every code what is missing or over is shared, without the last it takes who is left. `planted`: SQL of the code that a script gives; without it
    planted people are divided like everybody."""

    name: str
    who: str
    group: str
    draw: str
    codes: tuple[str, ...]
    totals: tuple[int, ...]
    weights: tuple[tuple[float, ...], ...]
    planted: str | None = None

    @property
    def code(self) -> str:
        """SQL of the code of somebody who is not planted."""
        return f"split_{self.name}({self.group}, {self.draw})"

    @property
    def first(self) -> str:
        """SQL: is it the first code?"""
        return f"first_{self.name}({self.group}, {self.draw})"


def fit_splits(connection: duckdb.DuckDBPyConnection, splits: Sequence[Split], scale: Fraction) -> None:
    """Write the macros behind `code` and `first` from the finished `people`."""
    for split in splits:
        who = f"({split.who})" + (" AND plant = 0" if split.planted else "")
        counts = [0] * len(split.weights)
        for group, people in rows_of(
            connection, f"SELECT {split.group}, count(*) FROM people WHERE {who} GROUP BY ALL"
        ):
            counts[group] = people
        given = dict.fromkeys(split.codes, 0)
        if split.planted:
            sql = f"SELECT {split.planted}, count(*) FROM people WHERE ({split.who}) AND plant > 0 GROUP BY ALL"
            given |= dict(rows_of(connection, sql))
        factor = float(scale)
        if len(split.totals) == len(split.codes):
            factor = (sum(counts) + sum(given.values())) / max(sum(split.totals), 1)
        totals = zip(split.codes[:-1], split.totals, strict=False)
        wanted = [max(0.0, n * factor - given[code]) for code, n in totals]
        _write_macro(connection, split, shares(split.weights, counts, wanted))
        if min(wanted, default=0) > _MANY:
            continue
        # Chance leaves the small kinds off by a percent or two: once more, from what came out.
        found = dict(rows_of(connection, f"SELECT {split.code}, count(*) FROM people WHERE {who} GROUP BY ALL"))
        again = [n * n / max(found.get(code, 0), 1) for code, n in zip(split.codes, wanted, strict=False)]
        _write_macro(connection, split, shares(split.weights, counts, again))


def shares(
    weights: Sequence[Sequence[float]], counts: Sequence[int], wanted: Sequence[float]
) -> list[tuple[float, ...]]:
    """Per group the share of every code, such that counts times shares add up to `wanted` (the last code takes who
    is left). Where that cannot be, as near as the proportions come."""
    rest = max(0.0, sum(counts) - sum(wanted))
    totals = [*wanted, rest]
    table = [[weight * people for weight in row] for row, people in zip(weights, counts, strict=True)]
    for _ in range(_ROUNDS):
        for place, total in enumerate(totals):
            present = sum(row[place] for row in table)
            for row in table:
                row[place] *= total / present if present else 0.0
        for row, people in zip(table, counts, strict=True):
            present = sum(row)
            row[:] = [amount * people / present if present else 0.0 for amount in row]
    return [
        tuple(amount / sum(row) for amount in row) if sum(row) else tuple(w / sum(given) for w in given)
        for row, given in zip(table, weights, strict=True)
    ]


def _write_macro(connection: duckdb.DuckDBPyConnection, split: Split, table: Sequence[Sequence[float]]) -> None:
    bounds = [
        f"[{', '.join(f'{sum(row[: place + 1]):.9e}' for row in table)}][part + 1]"
        for place in range(len(split.codes) - 1)
    ]
    # A sum and no CASE: DuckDB then works out group and draw once and not once per code.
    place = " + ".join(f"(d >= {bound})::UTINYINT" for bound in bounds)
    codes = ", ".join(f"'{code}'" for code in split.codes)
    connection.execute(f"CREATE OR REPLACE MACRO split_{split.name}(part, d) AS [{codes}][1 + {place}]")
    connection.execute(f"CREATE OR REPLACE MACRO first_{split.name}(part, d) AS d < {bounds[0]}")
