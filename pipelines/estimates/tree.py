"""Least squares over a nested tree (land, provincie, gemeente), exact, with exact covariances.

What belongs here: noised numbers on the nodes of a tree, whatever they count. What does not: where the noise
came from, and rounding, clipping or judging an estimate (see `intervals`).

Every node has the same d cells. A level may have its d cells measured, the sum of its cells (the total), both
or neither. With one noise variance per level, each covariance between nodes has the form aI + bJ over the
cells, so the problem splits into two scalar ones, exactly: one for the total and one, the same for every
direction, for the contrasts (a cell minus the mean of its node). Two passes solve each (Cumings-Menon et al.,
"Full-information estimation for hierarchical data", arXiv 2404.13164).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.errors import SpecError
from pipelines.estimates.passes import Family, ScalarPasses, families, run_passes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Tree:
    """`parent[i]`: index of the parent node, -1 for a root. `level[i]`: 0 for a root, else parent's + 1.

    Parents come before their children. Raises ValueError otherwise. Leaves may lie at any level: a provincie
    without a covered gemeente is simply a leaf, or not in the tree.
    """

    parent: Ints
    level: Ints

    def __post_init__(self) -> None:
        roots = self.parent == -1
        if self.parent.ndim != 1 or self.parent.shape != self.level.shape or not roots.any():
            raise ValueError("a tree needs a parent and a level for each node, and a root")
        if (self.parent >= np.arange(len(self.parent))).any() or (self.parent < -1).any():
            raise ValueError("parents must come before their children")
        expected = np.where(roots, 0, self.level[self.parent] + 1)
        if (self.level != expected).any():
            raise ValueError("a node's level must be its parent's level plus one, and 0 for a root")

    @property
    def size(self) -> int:
        return len(self.parent)

    @cached_property
    def families(self) -> tuple[Family, ...]:
        """The parents of each level with their children, from the root down."""
        return families(self.parent, self.level)

    @cached_property
    def is_leaf(self) -> NDArray[np.bool_]:
        leaf = np.ones(self.size, dtype=bool)
        leaf[self.parent[self.parent >= 0]] = False
        return leaf


@dataclass(frozen=True)
class LevelNoise:
    """Variance of the noise per level, None where a level was not measured.

    `cells[l]`: of each of the d cells of a node on level l; `totals[l]`: of the measured sum of its cells.
    """

    cells: tuple[float | None, ...]
    totals: tuple[float | None, ...]

    def __post_init__(self) -> None:
        if len(self.cells) != len(self.totals):
            raise ValueError("cells and totals must name the same levels")
        if any(variance is not None and not 0 < variance < np.inf for variance in self.cells + self.totals):
            raise ValueError("a noise variance must be positive and finite")


@dataclass(frozen=True)
class CellCovariance:
    """Covariance over the d cells of a node (or of a sum of nodes), as two numbers each.

    `total`: (co)variance of the sum of the cells; `contrast`: of each direction in which the sum is 0. The
    matrix is contrast (I - J/d) + total J/d^2. Infinite where the measurements do not determine it.
    """

    contrast: Floats
    total: Floats
    cells: int

    def of_marginal(self, summed: int) -> Floats:
        """(Co)variance of a sum of `summed` of the d cells: 1 for a cell, d for the total."""
        share = summed / self.cells
        if summed == self.cells:
            return self.total
        return summed * (1 - share) * self.contrast + share**2 * self.total

    def matrix(self) -> Floats:
        """Dense, shape (..., d, d)."""
        mean = np.full((self.cells, self.cells), 1 / self.cells)
        contrast, total = self.contrast[..., None, None], self.total[..., None, None]
        spread = contrast * (np.eye(self.cells) - mean) if self.cells > 1 else 0.0
        result: Floats = spread + total / self.cells * mean
        return result


@dataclass(frozen=True, eq=False)
class TreeCovariance:
    """How sure the estimates of a tree are. Depends on the plan alone, so it is known before any draw."""

    tree: Tree
    cells: int
    contrast: ScalarPasses
    total: ScalarPasses

    @cached_property
    def nodes(self) -> CellCovariance:
        """Per node, arrays of shape (nodes,)."""
        return CellCovariance(self.contrast.variance, self.total.variance, self.cells)

    def of(self, weights: ArrayLike) -> CellCovariance:
        """Of weighted sums of nodes, cell by cell; `weights` (nodes,) or (nodes, M) gives () or (M,).

        1 on each gemeente of a region gives the region; 1 and -1 give the difference of two gemeenten.
        """
        return self.between(weights, weights)

    def between(self, first: ArrayLike, second: ArrayLike) -> CellCovariance:
        """Covariance between two such sums: of cell i of the one with cell j of the other."""
        left, right = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
        if left.shape != right.shape or left.shape[:1] != (self.tree.size,):
            raise ValueError("weights must have one row for each node, and the same shape on both sides")
        return CellCovariance(
            self.contrast.between(self.tree.families, left, right),
            self.total.between(self.tree.families, left, right),
            self.cells,
        )


@dataclass(frozen=True, eq=False)
class TreeSolution:
    """`estimates`: (nodes, d, R), NaN where undetermined; `totals`: (nodes, R); both add up over children."""

    estimates: Floats
    totals: Floats
    covariance: TreeCovariance

    def marginal(self, groups: Sequence[Sequence[int]]) -> Floats:
        """Sums over groups of cells, shape (nodes, groups, R); their variance: `nodes.of_marginal(len)`. Where the cells
        are undetermined, the sum of all of them is the total, which may be determined."""
        sums = [self.estimates[:, list(group)].sum(axis=1) for group in groups]
        whole = self.estimates.shape[1]
        return np.stack(
            [
                np.where(np.isnan(found), self.totals, found) if len(group) == whole else found
                for group, found in zip(groups, sums, strict=True)
            ],
            axis=1,
        )


def tree_covariance(tree: Tree, noise: LevelNoise, cells: int) -> TreeCovariance:
    """The covariance of the least-squares estimates, from the plan alone.

    Raises SpecError when a leaf has neither its cells nor its total measured: nothing would determine it.
    """
    if len(noise.cells) <= tree.level.max():
        raise ValueError("the noise must be given for every level of the tree")
    by_cells = _precision(noise.cells)[tree.level]
    by_total = by_cells / cells + _precision(noise.totals)[tree.level]
    unmeasured = sorted(set(tree.level[tree.is_leaf & (by_total == 0)].tolist()))
    if unmeasured:
        raise SpecError(
            f"Level {unmeasured[0]} of the tree has nodes without parts of their own that the plan does not "
            "measure. Add its totals or its age and sex table to the plan, or leave the level out."
        )
    contrast = by_cells if cells > 1 else by_total
    passes = [run_passes(tree.families, tree.parent, values) for values in (contrast, by_total)]
    return TreeCovariance(tree, cells, passes[0], passes[1])


def solve(tree: Tree, noise: LevelNoise, cells: ArrayLike, totals: ArrayLike | None = None) -> TreeSolution:
    """Best linear unbiased estimates given all measurements, for R problems at once.

    `cells`: (nodes, d, R) noised cells; `totals`: (nodes, R) noised totals, needed when a level has them.
    Values on levels that were not measured are ignored. Raises SpecError as `tree_covariance` does.
    """
    measured = np.asarray(cells, dtype=float)
    if measured.ndim != 3 or len(measured) != tree.size:
        raise ValueError("cells must have the shape (nodes, cells, problems)")
    nodes, width, problems = measured.shape
    covariance = tree_covariance(tree, noise, width)
    by_cells, by_total = _precision(noise.cells)[tree.level], _precision(noise.totals)[tree.level]
    measured = np.where((by_cells > 0)[:, None, None], measured, 0.0)
    sums = measured.sum(axis=1)
    evidence = sums * (by_cells / width)[:, None]
    if by_total.any():
        if totals is None or np.shape(totals) != (nodes, problems):
            raise ValueError("totals must have the shape (nodes, problems)")
        evidence += np.where(by_total > 0, by_total, 0.0)[:, None] * np.where(
            (by_total > 0)[:, None], np.asarray(totals, dtype=float), 0.0
        )
    total = covariance.total.estimate(tree.families, evidence)
    if width == 1:
        return TreeSolution(total[:, None, :], total, covariance)
    spread = (measured - sums[:, None, :] / width).reshape(nodes, width * problems)
    contrast = covariance.contrast.estimate(tree.families, spread * by_cells[:, None])
    estimates = contrast.reshape(measured.shape) + total[:, None, :] / width
    return TreeSolution(estimates, total, covariance)


def covariance_of_sum(solution: TreeSolution, leaves: ArrayLike) -> float:
    """Variance of the summed totals of a set of leaves (or any nodes, none inside another), exact.

    Counts the covariance that consistency with the levels above brings, so it is not the sum of variances.
    """
    weights = np.zeros(solution.covariance.tree.size)
    weights[np.asarray(leaves, dtype=np.int64)] = 1.0
    return float(solution.covariance.of(weights).total)


def _precision(variances: tuple[float | None, ...]) -> Floats:
    return np.array([0.0 if variance is None else 1.0 / variance for variance in variances])
