"""Whole people that add up: controlled rounding of estimates down a tree, for display only.

What belongs here: integers whose sums agree on every level. What does not: the estimates themselves, which stay as they
are (unbiased, may be below zero) and are what anybody should reckon with. Lifting what is below zero biases small
figures upward; `lifting_bias` says by how much.
"""

import math

import numpy as np
from numpy.typing import NDArray

from pipelines.estimates.tree import Tree

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def display_cells(tree: Tree, estimates: Floats) -> Ints:
    """Whole, non-negative cells (nodes, d, R) near `estimates` (nodes, d, R) that add up over children.

    Top down: a root's total is rounded, every total is shared out over the children in proportion to what they have
    above zero, and a leaf's total over its cells; parts are rounded down and what is left goes to the largest
    remainders (Hamilton's method). Nodes above the leaves get the sums of what is below them. NaN raises ValueError.
    """
    if not np.isfinite(estimates).all():
        raise ValueError("an estimate that does not exist cannot be displayed as whole people")
    nodes, cells, problems = estimates.shape
    totals = np.zeros((nodes, problems), dtype=np.int64)
    wanted = estimates.sum(axis=1)
    roots = tree.parent == -1
    totals[roots] = np.rint(np.maximum(wanted[roots], 0)).astype(np.int64)
    for family in tree.families:
        ends = np.append(family.starts[1:], len(family.children))
        for parent, first, last in zip(family.parents, family.starts, ends, strict=True):
            children = family.children[first:last]
            totals[children] = _shared_out(totals[parent], wanted[children])
    shown = np.zeros((nodes, cells, problems), dtype=np.int64)
    for leaf in np.flatnonzero(tree.is_leaf):
        shown[leaf] = _shared_out(totals[leaf], estimates[leaf])
    for family in reversed(tree.families):
        shown[family.parents] = np.add.reduceat(shown[family.children], family.starts, axis=0)
    return shown


def lifting_bias(mean: float, sd: float) -> float:
    """How far a figure that cannot be shown below zero lies above its true value on average, in persons.

    `mean`: the true value; `sd`: of the noise. The mean of a normal variable cut off at zero, less its own mean:
    sd phi(mean / sd) - mean Phi(-mean / sd) (Johnson, Kotz and Balakrishnan 1994, section 13.10). At a true value of 0
    that is 0.40 sd, at two sd 0.008 sd. Sharing out a fixed total takes part of it from larger figures.
    """
    ratio = mean / sd
    density = math.exp(-(ratio**2) / 2) / math.sqrt(2 * math.pi)
    below = math.erfc(ratio / math.sqrt(2)) / 2
    return sd * density - mean * below


def _shared_out(total: Ints, wanted: Floats) -> Ints:
    """Share `total` (R,) over parts (n, R) in proportion to their positive part; equally where none is positive."""
    positive = np.maximum(wanted, 0.0)
    whole = positive.sum(axis=0)
    share = np.where(whole > 0, positive / np.where(whole > 0, whole, 1.0), 1 / len(wanted))
    ideal = share * total
    parts = np.floor(ideal).astype(np.int64)
    left = total - parts.sum(axis=0)
    # The largest remainders get one more; of equal ones the first.
    order = np.argsort(parts - ideal, axis=0, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(len(wanted))[:, None] + np.zeros_like(order), axis=0)
    result: Ints = parts + (rank < left)
    return result
