"""A small tree with awkward families, plans that measure it, and the estimates by dense normal equations.

What belongs here: truth, measurements, and the same estimates the slow way. What does not: the tests that compare.
"""

import numpy as np
from numpy.typing import NDArray

from pipelines.estimates.tree import LevelNoise, Tree

Floats = NDArray[np.float64]

ALARM = 1e-6
"""How often a simulation may raise a false alarm."""


def unbalanced() -> Tree:
    """Three levels, families of 5, 8, 1 and 2 leaves, and one node on level 1 that is a leaf itself."""
    parent = [-1, 0, 0, 0, 0, 0] + [1] * 5 + [2] * 8 + [3] + [4] * 2
    return Tree(np.array(parent), np.array([0] + [1] * 5 + [2] * 16))


PLANS = {
    "everything": LevelNoise((3.0, 4.0, 5.0), (2.0, 7.0, 1.5)),
    "no totals": LevelNoise((3.0, 4.0, 5.0), (None, None, None)),
    "leaves only": LevelNoise((None, 2.0, 2.0), (None, None, None)),
    "totals in the middle": LevelNoise((1.0, None, 5.0), (None, 3.0, None)),
    "cells without totals above": LevelNoise((None, 2.5, 5.0), (0.5, None, 1.0)),
}


def measure(tree: Tree, noise: LevelNoise, cells: int, problems: int, seed: int) -> tuple[Floats, ...]:
    """A truth that adds up, and its measurements; unmeasured levels hold NaN."""
    dice = np.random.default_rng(seed)
    truth = np.zeros((tree.size, cells, problems))
    truth[tree.is_leaf] = dice.poisson(6, (int(tree.is_leaf.sum()), cells, problems))
    for node in range(tree.size - 1, 0, -1):
        truth[tree.parent[node]] += truth[node]
    sds = [np.sqrt([np.nan if v is None else v for v in side])[tree.level] for side in (noise.cells, noise.totals)]
    noised = truth + dice.normal(size=truth.shape) * sds[0][:, None, None]
    totals = truth.sum(axis=1) + dice.normal(size=(tree.size, problems)) * sds[1][:, None]
    return truth, noised, totals


def dense(tree: Tree, noise: LevelNoise, cells: Floats, totals: Floats) -> tuple[Floats, Floats, Floats]:
    """The normal equations over all leaf cells: design over nodes, estimates and covariance of the leaves."""
    width, problems = cells.shape[1:]
    leaves = np.flatnonzero(tree.is_leaf)
    above = np.zeros((tree.size, len(leaves)))
    for column, leaf in enumerate(leaves):
        node = int(leaf)
        while node >= 0:
            above[node, column] = 1
            node = int(tree.parent[node])
    information = np.zeros((len(leaves) * width,) * 2)
    evidence = np.zeros((len(leaves) * width, problems))
    for node in range(tree.size):
        depth = int(tree.level[node])
        for variance, within, seen in (
            (noise.cells[depth], np.eye(width), cells[node]),
            (noise.totals[depth], np.ones((1, width)), totals[node : node + 1]),
        ):
            if variance is not None:
                design = np.kron(above[node : node + 1], within)
                information += design.T @ design / variance
                evidence += design.T @ seen / variance
    covariance = np.linalg.inv(information)
    return above, (covariance @ evidence).reshape(len(leaves), width, problems), covariance
