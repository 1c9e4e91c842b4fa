"""The best split of a budget over the tables of a tree: shares that make the wanted errors smallest.

What belongs here: the objective, its minimum, and a certificate of how near it is. What does not: budgets in rho,
plans and personas. Everything follows from public sizes, so an optimum costs nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from pipelines.errors import SpecError
from pipelines.estimates.tree import LevelNoise, Tree, tree_covariance

Floats = NDArray[np.float64]

SMALLEST_SHARE = Fraction(1, 100_000)
"""Every measured table keeps at least this share: a plan cannot give a table nothing."""

GRAIN = 100_000
"""Shares are fractions with this denominator, so that people can read and write them."""


@dataclass(frozen=True)
class Wanted:
    """A measured table: its level (0 at the root), whether it holds the cells or the totals, and how much its
    mean variance weighs in the objective."""

    name: str
    level: int
    detail: bool
    weight: float


@dataclass(frozen=True)
class Optimum:
    """`shares`: exact, add up to 1. `value`: the objective at them. `gap`: at most this part above the true optimum."""

    shares: Mapping[str, Fraction]
    value: float
    gap: float


def optimal_shares(tree: Tree, cells: int, tables: tuple[Wanted, ...]) -> Optimum:
    """Shares that minimise the weighted sum of mean variances of the figures after least squares.

    With share s of a budget the noise variance of a table is proportional to 1 / s, whatever the budget and K, so the
    best shares hold for every rho. The sum of variances is convex in the shares (the variance of a linear estimate is
    a matrix-fractional function of the precisions; Boyd and Vandenberghe 2004, section 3.1.7), so the tangent plane at
    any point bounds the optimum from below: that gives `gap`. Raises SpecError when no table has a weight.
    """
    if not any(table.weight > 0 for table in tables) or any(table.weight < 0 for table in tables):
        raise SpecError("an objective needs a weight of at least 0 for each table, and one above 0.")
    start = np.full(len(tables), 1 / len(tables))
    scale = _objective(tree, cells, tables, start)
    low = float(SMALLEST_SHARE)
    found = minimize(
        lambda shares: _objective(tree, cells, tables, shares) / scale,
        start,
        jac=lambda shares: _gradient(tree, cells, tables, shares) / scale,
        bounds=[(low, 1.0)] * len(tables),
        constraints={"type": "eq", "fun": lambda shares: shares.sum() - 1, "jac": np.ones_like},
        method="SLSQP",
        options={"ftol": 1e-9, "maxiter": 500},
    )
    exact = _rounded(found.x)
    shares = np.array([float(share) for share in exact])
    value = _objective(tree, cells, tables, shares)
    least = _lower_bound(value, _gradient(tree, cells, tables, shares), shares)
    named = {table.name: share for table, share in zip(tables, exact, strict=True)}
    return Optimum(named, value, value / least - 1 if least > 0 else float("inf"))


def _objective(tree: Tree, cells: int, tables: tuple[Wanted, ...], shares: Floats) -> float:
    """The weighted sum over the tables of the mean variance of their figures, in units of K / (2 rho)."""
    nodes = tree_covariance(tree, _noise(tree, tables, shares), cells).nodes
    per_detail, per_total = nodes.of_marginal(1), nodes.of_marginal(cells)
    return sum(
        table.weight * float((per_detail if table.detail else per_total)[tree.level == table.level].mean())
        for table in tables
        if table.weight
    )


def _gradient(tree: Tree, cells: int, tables: tuple[Wanted, ...], shares: Floats) -> Floats:
    """Central differences; the objective is smooth in each share above 0."""
    slopes = np.zeros(len(shares))
    for number, share in enumerate(shares):
        step = 1e-5 * share
        more, less = shares.copy(), shares.copy()
        more[number] += step
        less[number] -= step
        slopes[number] = (_objective(tree, cells, tables, more) - _objective(tree, cells, tables, less)) / (2 * step)
    return slopes


def _lower_bound(value: float, slopes: Floats, shares: Floats) -> float:
    """The least that the tangent plane at `shares` reaches on the simplex: no convex function goes below it there."""
    return float(value - slopes @ shares + slopes.min())


def _noise(tree: Tree, tables: tuple[Wanted, ...], shares: Floats) -> LevelNoise:
    levels = int(tree.level.max()) + 1
    variances: dict[bool, list[float | None]] = {True: [None] * levels, False: [None] * levels}
    for table, share in zip(tables, shares, strict=True):
        variances[table.detail][table.level] = 1 / max(float(share), 1e-12)
    return LevelNoise(cells=tuple(variances[True]), totals=tuple(variances[False]))


def _rounded(shares: Floats) -> list[Fraction]:
    """Shares on the grain that add up to 1: rounded down, and the rest to the largest remainders."""
    scaled = shares / shares.sum() * GRAIN
    whole = np.maximum(np.floor(scaled), int(SMALLEST_SHARE * GRAIN))
    missing = GRAIN - int(whole.sum())
    for number in np.argsort(whole - scaled, kind="stable")[: max(missing, 0)]:
        whole[number] += 1
    if missing < 0:
        whole[int(np.argmax(whole))] += missing
    return [Fraction(int(part), GRAIN) for part in whole]
