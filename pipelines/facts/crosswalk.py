"""Reclassifications of gemeenten: who went where, when, and in which share.

What belongs here: the table `herindelingen.csv` and following a figure through it. What does not: the gemeenten
themselves (`gemeenten.py`).
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from importlib.resources import files

from pipelines.errors import UserError
from pipelines.facts.gemeenten import gemeenten, require_peiljaar


@dataclass(frozen=True)
class Reclassification:
    """A gemeente, or a `share` of its inhabitants, that became part of another one.

    `since`: the day; `peiljaar`: the first classification (of 1 January) that shows it.
    """

    old: str
    new: str
    since: date
    peiljaar: int
    share: Fraction


@cache
def reclassifications() -> tuple[Reclassification, ...]:
    """All of them, in order of day. The shares of one old gemeente add up to 1; a split is an estimate by inhabitants."""
    with (files("pipelines.facts") / "herindelingen.csv").open(encoding="utf-8") as handle:
        found = [
            Reclassification(
                row["van"],
                row["naar"],
                date.fromisoformat(row["ingang"]),
                int(row["indeling"]),
                Fraction(int(row["deel_promille"]), 1000),
            )
            for row in csv.DictReader(handle)
        ]
    return tuple(sorted(found, key=lambda change: (change.since, change.old, change.new)))


@cache
def crosswalk(old: int, new: int) -> dict[str, dict[str, Fraction]]:
    """Gemeente of peiljaar `old` -> gemeenten of peiljaar `new`, each with the share of its inhabitants.

    Every gemeente of `old` is a key, its shares add up to 1, and one that did not change goes to itself. Raises
    UserError when a peiljaar is unknown, or when `old` is the later one: what was put together is not told apart
    again.
    """
    require_peiljaar(old)
    require_peiljaar(new)
    if old > new:
        raise UserError(
            f"a crosswalk from {old} to {new} runs backward: gemeenten that merged cannot be told apart again. "
            f"Bring the older figures to the newer classification instead: crosswalk({new}, {old})."
        )
    table: dict[str, dict[str, Fraction]] = {g.code: {g.code: Fraction(1)} for g in gemeenten(old)}
    for change in (c for c in _by_source() if old < c[0].peiljaar <= new):
        source = change[0].old
        for shares in table.values():
            if source in shares:
                whole = shares.pop(source)
                for part in change:
                    shares[part.new] = shares.get(part.new, Fraction(0)) + whole * part.share
    return table


def carry(figures: Mapping[str, float], old: int, new: int) -> dict[str, float]:
    """Figures per gemeente of peiljaar `old`, added up in the classification of peiljaar `new`.

    Good for numbers of people, never for rates or limits of intervals. A split divides a figure by inhabitants, so
    for the four gemeenten that took in Haaren it is an estimate. Raises UserError for a gemeente that peiljaar `old`
    does not know.
    """
    table = crosswalk(old, new)
    if unknown := sorted(set(figures) - set(table)):
        raise UserError(f"no gemeenten of peiljaar {old}: {', '.join(unknown)}. Known are the codes of that year.")
    carried: dict[str, float] = {}
    for code, figure in figures.items():
        for target, share in table[code].items():
            carried[target] = carried.get(target, 0.0) + figure * float(share)
    return carried


def _by_source() -> list[tuple[Reclassification, ...]]:
    """The reclassifications, all parts of one old gemeente together, in order of day."""
    parts: dict[str, list[Reclassification]] = {}
    for change in reclassifications():
        parts.setdefault(change.old, []).append(change)
    return sorted((tuple(found) for found in parts.values()), key=lambda found: (found[0].since, found[0].old))
