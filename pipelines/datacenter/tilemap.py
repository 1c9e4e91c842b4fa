"""Where each gemeente sits on the tile map: one cell each, neighbours kept near.

What belongs here: the layout, computed from the public centre coordinates. What does not: figures, colours,
drawing. No boundary file is needed and nothing is drawn at random.
"""

from dataclasses import dataclass
from functools import cache
from math import cos, radians

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.spatial import Delaunay, cKDTree

from pipelines.datacenter.tileboard import Board
from pipelines.facts.gemeenten import Gemeente, gemeenten

_ROUNDS = 160
_STEP = 0.22
_REACH = 1.35
"""Longest distance (in cells) from a spread-out centre to a cell that may be used for the map."""

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Tile:
    """One gemeente on the map; column counts from the west, row from the north, both from 0."""

    gemeente: str
    naam: str
    provincie: str
    column: int
    row: int


@dataclass(frozen=True)
class TileMap:
    """All tiles of a peiljaar, the size of the grid in cells, and the lines between provincies."""

    tiles: tuple[Tile, ...]
    columns: int
    rows: int
    borders: tuple[tuple[int, int, int, int], ...]
    """Line pieces (x1, y1, x2, y2) in cells, where the provincie changes or the country ends."""


@cache
def tile_map(peiljaar: int) -> TileMap:
    """The tile map of the gemeenten of a peiljaar; the same on every call and every machine.

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
    tiles = tuple(
        Tile(g.code, g.naam, g.provincie, column - west, row - north)
        for g, (column, row) in zip(rows, board.cell_of, strict=True)
    )
    width, height = (1 + max(t.column for t in tiles), 1 + max(t.row for t in tiles))
    return TileMap(tiles, width, height, _borders(tiles))


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


def _borders(tiles: tuple[Tile, ...]) -> tuple[tuple[int, int, int, int], ...]:
    """Line pieces between cells of different provincies; the outside counts as a provincie."""
    provincie = {(t.column, t.row): t.provincie for t in tiles}
    lines = set()
    for x, y in provincie:
        here = provincie[x, y]
        if provincie.get((x + 1, y)) != here:
            lines.add((x + 1, y, x + 1, y + 1))
        if provincie.get((x - 1, y)) != here:
            lines.add((x, y, x, y + 1))
        if provincie.get((x, y + 1)) != here:
            lines.add((x, y + 1, x + 1, y + 1))
        if provincie.get((x, y - 1)) != here:
            lines.add((x, y, x + 1, y))
    return tuple(sorted(lines))
