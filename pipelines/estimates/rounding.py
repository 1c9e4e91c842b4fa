"""Whole people that add up: controlled rounding of estimates down a tree, for display only.

What belongs here: integers whose sums agree over regions and over cells. What does not: the estimates themselves, which
stay as they are (unbiased, may be below zero) and are what anybody should reckon with. What lies below zero is lifted to
it, which biases small figures upward and takes the same from larger ones; `lifting_bias` says by how much.
"""

import math

import numpy as np
from numpy.typing import NDArray

from pipelines.estimates.tree import Tree

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_ROUNDS = 40
"""Rounds of fitting rows and columns at most; what is left then is mended by moving single persons."""


def display_cells(tree: Tree, estimates: Floats) -> Ints:
    """Whole, non-negative cells (nodes, d, R) near `estimates` (nodes, d, R) that add up over children, cell by cell.

    Top down. A root's total is rounded. The total of a node is shared out over its children, and the children's cells
    are the nearest non-negative ones that agree with both their own totals and the cells of the node above; parts are
    rounded down and what is left goes to the largest remainders (Hamilton's method). NaN raises ValueError.
    """
    if not np.isfinite(estimates).all():
        raise ValueError("an estimate that does not exist cannot be displayed as whole people")
    shown = np.zeros(estimates.shape, dtype=np.int64)
    wanted = estimates.sum(axis=1)
    for root in np.flatnonzero(tree.parent == -1):
        total = np.rint(np.maximum(wanted[root], 0)).astype(np.int64)
        shown[root] = _whole(_nearest(estimates[root], total), total)
    for family in tree.families:
        ends = np.append(family.starts[1:], len(family.children))
        for parent, first, last in zip(family.parents, family.starts, ends, strict=True):
            children = family.children[first:last]
            total = shown[parent].sum(axis=0)
            totals = _whole(_nearest(wanted[children], total), total)
            shown[children] = _fitted(estimates[children], totals, shown[parent])
    return shown


def display_totals(tree: Tree, totals: Floats, given: Ints, known: NDArray[np.bool_]) -> Ints:
    """Whole, non-negative totals (nodes, R) near `totals` that add up over children, around those that are `given` for the
    `known` nodes (those of the upper levels, or none). Top down, by the rule of `display_cells`."""
    shown: Ints = np.where(known[:, None], given, 0)
    for root in np.flatnonzero((tree.parent == -1) & ~known):
        shown[root] = np.rint(np.maximum(totals[root], 0)).astype(np.int64)
    for family in tree.families:
        ends = np.append(family.starts[1:], len(family.children))
        for parent, first, last in zip(family.parents, family.starts, ends, strict=True):
            children = family.children[first:last]
            if not known[children].all():
                shown[children] = _whole(_nearest(totals[children], shown[parent]), shown[parent])
    return shown


def lifting_bias(mean: float, sd: float) -> float:
    """How far a figure that cannot be shown below zero lies above its true value on average, in persons.

    `mean`: the true value; `sd`: of the noise. The mean of a normal variable cut off at zero, less its own mean:
    sd phi(mean / sd) - mean Phi(-mean / sd) (Johnson, Kotz and Balakrishnan 1994, section 13.10). At a true value of 0
    that is 0.40 sd, at two sd 0.008 sd. Sharing out a fixed total takes it from the larger figures of the same region.
    """
    ratio = mean / sd
    density = math.exp(-(ratio**2) / 2) / math.sqrt(2 * math.pi)
    below = math.erfc(ratio / math.sqrt(2)) / 2
    return sd * density - mean * below


def _shift(values: Floats, total: Floats | Ints, axis: int) -> Floats:
    """What to take from every value along the axis (kept, length 1), so that what is left above zero adds up to `total`.

    That leaves the nearest non-negative values with this sum (Held, Wolfe and Crowder, Mathematical Programming 6
    (1974), 62-88).
    """
    falling = -np.sort(-values, axis=axis)
    over = np.cumsum(falling, axis=axis) - np.expand_dims(total, axis)
    shape = [1] * values.ndim
    shape[axis] = values.shape[axis]
    rank = np.arange(1, values.shape[axis] + 1).reshape(shape)
    kept = np.maximum((falling * rank > over).sum(axis=axis, keepdims=True), 1)
    shift: Floats = np.take_along_axis(over, kept - 1, axis=axis) / kept
    return shift


def _nearest(values: Floats, total: Ints) -> Floats:
    """The non-negative values nearest to `values` (n, ...) that add up to `total` (...)."""
    nearest: Floats = np.maximum(values - _shift(values, total, 0), 0.0)
    return nearest


def _whole(ideal: Floats, total: Ints) -> Ints:
    """Whole parts (n, ...) of `total` (...): rounded down, and one more for the largest remainders; of equal ones the
    first."""
    parts = np.floor(ideal).astype(np.int64)
    left = total - parts.sum(axis=0)
    order = np.argsort(parts - ideal, axis=0, kind="stable")
    rank = np.empty_like(order)
    places = np.arange(len(ideal)).reshape(-1, *[1] * left.ndim)
    np.put_along_axis(rank, order, np.broadcast_to(places, order.shape), axis=0)
    result: Ints = parts + (rank < left)
    return result


def _fitted(wanted: Floats, rows: Ints, columns: Ints) -> Ints:
    """Whole cells (n, d, R) near `wanted` with sums `rows` (n, R) over the cells and `columns` (d, R) over the nodes.

    The nearest real cells follow from fitting rows and columns in turn (each round climbs the dual of the least-squares
    problem); a few persons are then moved within their row, where that costs least.
    """
    by_column = np.zeros((1, *wanted.shape[1:]))
    for _ in range(_ROUNDS):
        by_row = _shift(wanted - by_column, rows, 1)
        by_column = _shift(wanted - by_row, columns, 0)
        off = np.maximum(wanted - by_row - by_column, 0.0).sum(axis=1) - rows
        if np.abs(off).max() < 0.5:
            break
    ideal = np.maximum(wanted - by_column - _shift(wanted - by_column, rows, 1), 0.0)
    shown = np.swapaxes(_whole(np.swapaxes(ideal, 0, 1), rows), 0, 1)
    for problem in np.flatnonzero((shown.sum(axis=0) != columns).any(axis=0)):
        _mend_columns(shown[:, :, problem], ideal[:, :, problem], columns[:, problem])
    return shown


def _mend_columns(shown: Ints, ideal: Floats, columns: Ints) -> None:
    """Move persons within rows, in place, until the columns add up. Ends: a column with too many has one to give."""
    surplus = shown.sum(axis=0) - columns
    above = shown - ideal
    while surplus.any():
        giver, taker = int(np.argmax(surplus)), int(np.argmin(surplus))
        gain = np.where(shown[:, giver] > 0, above[:, giver] - above[:, taker], -np.inf)
        row = int(np.argmax(gain))
        for column, step in ((giver, -1), (taker, 1)):
            shown[row, column] += step
            above[row, column] += step
            surplus[column] += step
