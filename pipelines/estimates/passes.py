"""The two passes over a tree for one scalar problem: up to gather information, down to share it.

What belongs here: precisions, gains and weighted sums over children. What does not: cells, totals, gemeenten.

Notation, from Cumings-Menon et al. (arXiv 2404.13164): a node u has own precision L_u, and V_u is the
variance of its estimate from the measurements in its subtree; S_u is the sum of V_c over its children c.
Up: V_u = 1 / (L_u + 1 / S_u). Down, from its parent p: x_u = z_u + (V_u / S_p) (x_p - sum of z over p's
children), with variance V_u - (V_u / S_p)^2 (S_p - C_p).

A node may be undetermined from below (V infinite). One such child of a determined parent is the parent minus
its siblings, the limit of the same formulas: gain 1, and gain 0 for the siblings. Two or more stay unknown.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Family(NamedTuple):
    """One level of children, ordered by parent; `starts` is where each parent's children begin."""

    children: Ints
    parents: Ints
    starts: Ints

    def sum(self, values: Floats) -> Floats:
        """Sums over the children of each parent; `values` has a row for each node of the tree."""
        return np.add.reduceat(values[self.children], self.starts, axis=0)


def families(parent: Ints, level: Ints) -> tuple[Family, ...]:
    """The families of a tree, the deepest children last."""
    found = []
    for depth in range(1, int(level.max()) + 1):
        nodes = np.flatnonzero(level == depth)
        children = nodes[np.argsort(parent[nodes], kind="stable")]
        parents, starts = np.unique(parent[children], return_index=True)
        found.append(Family(children, parents, starts.astype(np.int64)))
    return tuple(found)


@dataclass(frozen=True, eq=False)
class ScalarPasses:
    """What the passes need and find, per node, before any data: see the notation above.

    `below`: V; `summed`: S (0 for a leaf); `gain`: V_u / S_p (0 for a root), or its limit;
    `variance`: of the final estimate, infinite where nothing determines it.
    """

    parent: Ints
    below: Floats
    summed: Floats
    gain: Floats
    variance: Floats

    def estimate(self, levels: tuple[Family, ...], evidence: Floats) -> Floats:
        """Estimates (nodes, R) from `evidence`: per node the sum of measurement / variance."""
        weight, shared = _finite(self.below), _inverse(self.summed)
        upward = weight[:, None] * evidence
        gathered = np.zeros_like(evidence)
        for family in reversed(levels):
            parents = family.parents
            gathered[parents] = family.sum(upward)
            upward[parents] += (weight * shared)[parents, None] * gathered[parents]
        found = upward
        for family in levels:
            nodes = family.children
            above = self.parent[nodes]
            # What an unknown parent passes on only reaches nodes that are unknown themselves.
            found[nodes] += self.gain[nodes, None] * (found[above] - gathered[above])
        found[~np.isfinite(self.variance)] = np.nan
        return found

    def between(self, levels: tuple[Family, ...], first: Floats, second: Floats) -> Floats:
        """Covariance of two weighted sums of estimates; weights (nodes,) or (nodes, M).

        Given a parent's estimate, its children are tied by their sum alone: Cov(x_c, x_e) = [c = e] V_c -
        V_c V_e / S. So a weighted sum over a subtree is g x_u plus a rest that is independent of x_u, where g
        is the mean weight of the children by gain and the rest comes from their distance to g.
        """
        wide = first.reshape(len(first), -1), second.reshape(len(second), -1)
        lost = ~np.isfinite(self.variance)
        unknown = (((wide[0] != 0) | (wide[1] != 0)) & lost[:, None]).any(axis=0)
        left, right = (np.where(lost[:, None], 0.0, weights) for weights in wide)
        below, gain, rest = _finite(self.below)[:, None], self.gain[:, None], np.zeros_like(left)
        for family in reversed(levels):
            parents, children, own = family.parents, family.children, self.parent[family.children]
            means = [np.zeros_like(left), np.zeros_like(left)]
            for mean, weights in zip(means, (left, right), strict=True):
                mean[parents] = family.sum(weights * gain)
            apart = (left[children] - means[0][own]) * (right[children] - means[1][own])
            rest[children] += apart * below[children]
            rest[parents] = family.sum(rest)
            left[parents] += means[0][parents]
            right[parents] += means[1][parents]
        roots = self.parent == -1
        at_roots = _finite(self.variance)[roots, None]
        result = (left[roots] * right[roots] * at_roots + rest[roots]).sum(axis=0)
        return np.where(unknown, np.inf, result).reshape(first.shape[1:])


def run_passes(levels: tuple[Family, ...], parent: Ints, precision: Floats) -> ScalarPasses:
    """Both passes without data; `precision`: per node that of its own measurements together, 0 for none."""
    information, summed = precision.copy(), np.zeros_like(precision)
    for family in reversed(levels):
        summed[family.parents] = family.sum(_variance(information))
        information[family.parents] += _inverse(summed[family.parents])
    below = _variance(information)
    gain, variance = np.zeros_like(precision), below.copy()
    for family in levels:
        nodes = family.children
        tied = nodes[np.isfinite(summed[parent[nodes]])]
        above = parent[tied]
        gain[tied] = below[tied] / summed[above]
        variance[tied] = below[tied] - gain[tied] ** 2 * (summed[above] - variance[above])
        others, unknown = np.zeros_like(below), np.zeros_like(below)
        others[family.parents] = family.sum(_finite(below))
        unknown[family.parents] = family.sum(np.isinf(below).astype(float))
        alone = nodes[np.isinf(below[nodes]) & (unknown[parent[nodes]] == 1)]
        gain[alone] = 1.0
        variance[alone] = others[parent[alone]] + variance[parent[alone]]
    return ScalarPasses(parent, below, summed, gain, variance)


def _variance(information: Floats) -> Floats:
    return np.divide(1.0, information, out=np.full_like(information, np.inf), where=information > 0)


def _finite(values: Floats) -> Floats:
    return np.where(np.isfinite(values), values, 0.0)


def _inverse(summed: Floats) -> Floats:
    """1 / S; 0 for a leaf (no children) and where a child is undetermined (its siblings tell nothing)."""
    inverse: Floats = np.divide(1.0, summed, out=np.zeros_like(summed), where=summed > 0)
    return inverse
