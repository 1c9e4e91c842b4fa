"""Small moves on the tile map that make the outline of each provincie simpler.

What belongs here: swapping neighbouring tiles when that costs little distance and saves border. What does
not: where tiles start (`tilemap`), figures.
"""

from numpy import float64, int64
from numpy.typing import NDArray

Cell = tuple[int, int]

_SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1))
_AROUND = (*_SIDES, (1, 1), (1, -1), (-1, 1), (-1, -1))
_BORDER_COST = 1.4
"""Squared cells of distance that one piece of border is worth."""
_ROUNDS = 8


class Board:
    """Tiles on cells, with the cost of their places; cells outside `candidates` are never used."""

    def __init__(
        self, points: NDArray[float64], groups: list[str], candidates: NDArray[int64], chosen: NDArray[int64]
    ) -> None:
        """`points` are where tiles want to be, `groups` their provincie, `chosen` the cell of each."""
        self._points: list[tuple[float, float]] = [(float(x), float(y)) for x, y in points]
        self._groups = groups
        self._usable: set[Cell] = {(int(x), int(y)) for x, y in candidates}
        self.cell_of: list[Cell] = [(int(x), int(y)) for x, y in chosen]
        self._tile_on: dict[Cell, int] = {cell: tile for tile, cell in enumerate(self.cell_of)}

    def straighten(self) -> None:
        """Move each tile to a neighbouring cell (swapping with its tile) while that lowers the cost."""
        for _ in range(_ROUNDS):
            if not any([self._improve(tile) for tile in range(len(self.cell_of))]):
                return

    def _improve(self, tile: int) -> bool:
        x, y = self.cell_of[tile]
        for dx, dy in _AROUND:
            goal = (x + dx, y + dy)
            if goal not in self._usable:
                continue
            here = self.cell_of[tile]
            before = self._cost(here, goal)
            self._swap(here, goal)
            if self._cost(here, goal) < before - 1e-6:
                return True
            self._swap(here, goal)
        return False

    def _swap(self, one: Cell, other: Cell) -> None:
        tiles = self._tile_on.pop(one, None), self._tile_on.pop(other, None)
        for tile, cell in zip(tiles, (other, one), strict=True):
            if tile is not None:
                self._tile_on[cell] = tile
                self.cell_of[tile] = cell

    def _cost(self, one: Cell, other: Cell) -> float:
        """Distance of the tiles on two cells, and the border around both."""
        distance = sum(self._distance(cell) for cell in (one, other))
        sides = {frozenset((cell, (cell[0] + dx, cell[1] + dy))) for cell in (one, other) for dx, dy in _SIDES}
        border = sum(len({self._group(cell) for cell in side}) - 1 for side in sides)
        return distance + _BORDER_COST * border

    def _distance(self, cell: Cell) -> float:
        tile = self._tile_on.get(cell)
        if tile is None:
            return 0.0
        x, y = self._points[tile]
        return (x - cell[0]) ** 2 + (y - cell[1]) ** 2

    def _group(self, cell: Cell) -> str | None:
        tile = self._tile_on.get(cell)
        return None if tile is None else self._groups[tile]
