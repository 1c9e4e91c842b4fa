"""Where each gemeente sits on the tile map.

What belongs here: the cells of `tiles.csv` and the lines between provincies. What does not: how the cells were found
(`tilelayout.py`: it needs seconds and a solver, and gives the same every time), figures, colours, drawing.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pipelines.facts.gemeenten import gemeenten


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
    """The tile map of the gemeenten of a peiljaar. Raises UserError for a peiljaar without public tables."""
    rows = gemeenten(peiljaar)
    cells = _cells()
    tiles = tuple(Tile(g.code, g.naam, g.provincie, *cells[peiljaar, g.code]) for g in rows)
    width, height = (1 + max(t.column for t in tiles), 1 + max(t.row for t in tiles))
    return TileMap(tiles, width, height, _borders(tiles))


@cache
def _cells() -> dict[tuple[int, str], tuple[int, int]]:
    """Peiljaar and code of a gemeente -> its column and row."""
    with files(__package__).joinpath("tiles.csv").open(encoding="utf-8") as handle:
        return {
            (int(row["peiljaar"]), row["gemeente"]): (int(row["column"]), int(row["row"]))
            for row in csv.DictReader(handle)
        }


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
