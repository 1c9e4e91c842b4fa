"""The tile map: every gemeente once, near where it lies."""

import subprocess
import sys
from math import cos, radians

import numpy as np
import pytest

from pipelines.datacenter.tilelayout import computed_cells
from pipelines.datacenter.tilemap import TileMap, tile_map
from pipelines.facts.gemeenten import PEILJAREN, gemeenten
from tests.unit.invented_figures import PEILJAAR

SHOW = f"from pipelines.datacenter.tilelayout import computed_cells; print(computed_cells({PEILJAAR}))"


def places(layout: TileMap) -> dict[str, tuple[int, int]]:
    return {t.gemeente: (t.column, t.row) for t in layout.tiles}


def test_every_gemeente_has_a_cell_of_its_own_inside_the_grid() -> None:
    layout = tile_map(PEILJAAR)

    cells = places(layout)
    assert [t.gemeente for t in layout.tiles] == [g.code for g in gemeenten(PEILJAAR)]
    assert len(set(cells.values())) == len(cells) == 342
    assert {min(axis) for axis in zip(*cells.values(), strict=True)} == {0}
    assert tuple(max(axis) + 1 for axis in zip(*cells.values(), strict=True)) == (layout.columns, layout.rows)


@pytest.mark.parametrize("peiljaar", PEILJAREN)
def test_the_map_of_every_peiljaar_holds_the_gemeenten_of_that_year(peiljaar: int) -> None:
    layout = tile_map(peiljaar)

    assert [t.gemeente for t in layout.tiles] == [g.code for g in gemeenten(peiljaar)]
    assert len(set(places(layout).values())) == len(layout.tiles)


def test_neighbours_stay_near() -> None:
    """Of each gemeente's three nearest gemeenten, at least 4 in 5 touch it and all lie within 3 cells."""
    rows = gemeenten(PEILJAAR)
    centres = np.array([(g.lengtegraad * cos(radians(52.1)), g.breedtegraad) for g in rows])
    cells = np.array([places(tile_map(PEILJAAR))[g.code] for g in rows])
    distance = np.linalg.norm(centres[:, None] - centres[None], axis=2)
    np.fill_diagonal(distance, np.inf)
    nearest = np.argsort(distance, axis=1)[:, :3]

    steps = np.abs(cells[:, None] - cells[nearest]).max(axis=2)

    assert (steps <= 1).mean() >= 0.8
    assert steps.max() <= 3


def test_north_is_up_and_east_is_right() -> None:
    cells = places(tile_map(PEILJAAR))
    groningen, maastricht, middelburg, enschede = (cells[code] for code in ("GM0014", "GM0935", "GM0687", "GM0153"))

    assert groningen[1] < maastricht[1]
    assert middelburg[0] < enschede[0]


def test_borders_lie_exactly_where_the_provincie_changes() -> None:
    layout = tile_map(PEILJAAR)
    provincie = {(t.column, t.row): t.provincie for t in layout.tiles}

    expected = set()
    for x in range(-1, layout.columns + 1):
        for y in range(-1, layout.rows + 1):
            if provincie.get((x, y)) != provincie.get((x + 1, y)):
                expected.add((x + 1, y, x + 1, y + 1))
            if provincie.get((x, y)) != provincie.get((x, y + 1)):
                expected.add((x, y + 1, x + 1, y + 1))

    assert set(layout.borders) == expected


def test_no_empty_cell_lies_enclosed_like_an_unmarked_gemeente() -> None:
    layout = tile_map(PEILJAAR)
    taken = set(places(layout).values())

    sides = ((1, 0), (-1, 0), (0, 1), (0, -1))
    enclosed = [
        (x, y)
        for x in range(layout.columns)
        for y in range(layout.rows)
        if (x, y) not in taken and all((x + dx, y + dy) in taken for dx, dy in sides)
    ]

    assert enclosed == []


@pytest.mark.parametrize("peiljaar", PEILJAREN)
def test_the_cells_are_those_that_the_layout_computes(peiljaar: int) -> None:
    """After a change: `python -m pipelines.datacenter.tilelayout`."""
    assert places(tile_map(peiljaar)) == computed_cells(peiljaar)


def test_another_process_computes_the_same_layout() -> None:
    there = subprocess.run(
        [sys.executable, "-c", SHOW], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "7"}
    )

    assert there.stdout.strip() == str(places(tile_map(PEILJAAR)))


def test_a_page_needs_no_solver_for_its_map() -> None:
    reads = "import sys, pipelines.datacenter.pages; print('scipy' in sys.modules)"

    there = subprocess.run([sys.executable, "-c", reads], capture_output=True, text=True, check=True)

    assert there.stdout.strip() == "False"
