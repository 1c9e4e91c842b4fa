"""Where the tile map puts each gemeente: one cell each, neighbours kept near.

What belongs here: the layout, computed from the public centre coordinates, and writing `tiles.csv` with that of every
peiljaar: `python -m pipelines.datacenter.tilelayout`. What does not: reading it (`tilemap.py`), figures, drawing. No
boundary file is needed and nothing is drawn at random.
"""

import csv
from math import cos, radians
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.spatial import Delaunay, cKDTree

from pipelines.datacenter.tileboard import Board
from pipelines.facts.gemeenten import PEILJAREN, Gemeente, gemeenten

_ROUNDS = 160
_STEP = 0.22
_REACH = 1.35
"""Longest distance (in cells) from a spread-out centre to a cell that may be used for the map."""

Points = NDArray[np.float64]


def main() -> None:
    """Write the cells of every peiljaar beside this module."""
    with Path(__file__).with_name("tiles.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(("peiljaar", "gemeente", "column", "row"))
        for peiljaar in PEILJAREN:
            writer.writerows((peiljaar, code, *cell) for code, cell in computed_cells(peiljaar).items())


def computed_cells(peiljaar: int) -> dict[str, tuple[int, int]]:
    """Code of each gemeente -> its column from the west and row from the north; the same on every call.

    Centres are first spread until they lie about one cell apart (dense regions push outward, empty ones
    close up along their Delaunay neighbours), then given to grid cells by the assignment with the least sum
    of squared distances; small moves then straighten the lines between provincies. Raises UserError for a
    peiljaar without public tables.
    """
    rows = gemeenten(peiljaar)
    spread = _spread(_centres(rows))
    candidates = _candidates(spread)
    chosen = _assign(spread, candidates)
    board = Board(spread, [g.provincie for g in rows], candidates, chosen)
    board.straighten()
    west, north = (min(cell[axis] for cell in board.cell_of) for axis in (0, 1))
    return {g.code: (column - west, row - north) for g, (column, row) in zip(rows, board.cell_of, strict=True)}


def _centres(rows: tuple[Gemeente, ...]) -> Points:
    """Centres on a plane, scaled so that the average gemeente has about one unit of area."""
    north = np.array([g.breedtegraad for g in rows])
    east = np.array([g.lengtegraad for g in rows]) * cos(radians(float(north.mean())))
    points = np.column_stack([east, -north])
    points -= points.mean(axis=0)
    area = float(Delaunay(points).simplices.shape[0]) / 2 + 1
    extent = float(np.prod(np.ptp(points, axis=0)))
    scaled: Points = points * float(np.sqrt(area / extent)) * 1.25
    return scaled


def _spread(points: Points) -> Points:
    """Push centres apart that share a cell, and pull Delaunay neighbours together that lie far apart."""
    points = points.copy()
    edges = _edges(points)
    for _ in range(_ROUNDS):
        shift = np.zeros_like(points)
        pairs = cKDTree(points).query_pairs(1.08, output_type="ndarray")
        pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
        _add_forces(shift, points, pairs, rest=1.08, strength=1.0)
        _add_forces(shift, points, edges, rest=1.0, strength=0.16)
        points += _STEP * shift
    return points


def _edges(points: Points) -> NDArray[np.int64]:
    """Pairs of neighbours in the Delaunay triangulation, without the long ones along the hull."""
    simplices = Delaunay(points).simplices
    pairs = np.vstack([simplices[:, [0, 1]], simplices[:, [1, 2]], simplices[:, [2, 0]]])
    pairs = np.unique(np.sort(pairs, axis=1), axis=0).astype(np.int64)
    length = np.linalg.norm(points[pairs[:, 0]] - points[pairs[:, 1]], axis=1)
    kept: NDArray[np.int64] = pairs[length < 3 * np.median(length)]
    return kept


def _add_forces(shift: Points, points: Points, pairs: NDArray[np.int64], rest: float, strength: float) -> None:
    apart = points[pairs[:, 1]] - points[pairs[:, 0]]
    length = np.maximum(np.linalg.norm(apart, axis=1, keepdims=True), 1e-9)
    force = strength * (length - rest) * apart / length
    np.add.at(shift, pairs[:, 0], force)
    np.add.at(shift, pairs[:, 1], -force)


def _candidates(points: Points) -> NDArray[np.int64]:
    """Grid cells near at least one centre, so that the map keeps the outline of the country."""
    low = np.floor(points.min(axis=0)).astype(int) - 2
    high = np.ceil(points.max(axis=0)).astype(int) + 3
    grid = np.array([(x, y) for y in range(low[1], high[1]) for x in range(low[0], high[0])], dtype=np.int64)
    distance, _ = cKDTree(points).query(grid)
    near: NDArray[np.int64] = grid[distance <= _REACH]
    return near


def _assign(points: Points, cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """The cell of each centre: one each, least sum of squared distances."""
    cost = ((points[:, None, :] - cells[None, :, :]) ** 2).sum(axis=2)
    # Rounded, so that machines which differ in the last bit of a sum still choose the same cells.
    _, chosen = linear_sum_assignment(np.round(cost, 6))
    taken: NDArray[np.int64] = cells[chosen]
    return taken


if __name__ == "__main__":
    main()
