"""Boundaries of gemeenten from a file: both formats give the same drawing, and a file that is none is refused in words."""

import json
import re
from pathlib import Path

import pytest

from pipelines.datacenter.boundaries import WIDTH, read_outlines
from pipelines.datacenter.figures import persona_figures
from pipelines.datacenter.persona_page import persona_context
from pipelines.datacenter.rendering import frame, release_facts, render
from pipelines.errors import UserError
from pipelines.facts.gemeenten import gemeenten
from tests.unit.invented_figures import PERSONAS, figures, release_text

LEFT = [[5.0, 52.0], [5.5, 52.0], [5.5, 52.5], [5.0, 52.5], [5.0, 52.0]]
RIGHT = [[5.5, 52.0], [6.0, 52.0], [6.0, 52.5], [5.5, 52.5], [5.5, 52.0]]


def geojson(rings: dict[str, list[list[float]]]) -> str:
    features = [
        {"type": "Feature", "properties": {"statcode": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for code, ring in rings.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def topojson() -> str:
    """The same two squares on steps of half a degree; their common side is one arc, which the second walks backwards."""
    shared = [[1, 0], [0, 1]]
    around_left = [[1, 1], [-1, 0], [0, -1], [1, 0]]
    around_right = [[1, 0], [1, 0], [0, 1], [-1, 0]]
    squares = {"GM0001": [[0, 1]], "GM0002": [[2, ~0]]}
    geometries = [{"type": "Polygon", "properties": {"code": code}, "arcs": arcs} for code, arcs in squares.items()]
    return json.dumps(
        {
            "type": "Topology",
            "transform": {"scale": [0.5, 0.5], "translate": [5.0, 52.0]},
            "arcs": [shared, around_left, around_right],
            "objects": {"gemeenten": {"type": "GeometryCollection", "geometries": geometries}},
        }
    )


def corners(path: str) -> set[tuple[int, int]]:
    """The points of an SVG path of one ring."""
    numbers = [tuple(map(int, pair)) for pair in re.findall(r"(-?\d+) (-?\d+)", path)]
    x, y = 0, 0
    found = set()
    for dx, dy in numbers:
        x, y = x + dx, y + dy
        found.add((x, y))
    return found


@pytest.mark.parametrize("kind", ["geojson", "topojson"])
def test_squares_beside_each_other_share_their_side_and_fill_the_drawing(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"{kind}.json"
    path.write_text(geojson({"GM0001": LEFT, "GM0002": RIGHT}) if kind == "geojson" else topojson(), encoding="utf-8")

    found = read_outlines(path)

    left, right = corners(found.paths["GM0001"]), corners(found.paths["GM0002"])
    assert left == {(0, 0), (WIDTH // 2, 0), (0, found.height), (WIDTH // 2, found.height)}
    assert right == {(WIDTH // 2, 0), (WIDTH, 0), (WIDTH // 2, found.height), (WIDTH, found.height)}
    assert found.height == pytest.approx(WIDTH / 2 / 0.6129, abs=2)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"type": "FeatureCollection", "features": []}',
        geojson({"NL01": LEFT}),
        '{"type": "Topology"}',
        "[" * 9999,
    ],
)
def test_a_file_without_gemeenten_is_refused_with_what_is_allowed(tmp_path: Path, content: str) -> None:
    path = tmp_path / "grenzen.json"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(UserError, match="BLINDEVLEK_BOUNDARIES must name a GeoJSON or TopoJSON"):
        read_outlines(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        read_outlines(tmp_path / "weg.json")


def test_the_map_is_drawn_with_boundaries_only_when_every_gemeente_has_one(tmp_path: Path) -> None:
    rings = {
        g.code: [[5 + n / 100, 52.0], [5.01 + n / 100, 52.0], [5.01 + n / 100, 52.1], [5 + n / 100, 52.0]]
        for n, g in enumerate(gemeenten(2023))
    }
    release = release_text(PERSONAS[:1])
    found = persona_figures(figures(personas=PERSONAS[:1]), PERSONAS[0])
    pages = []
    for name, known in (("all", rings), ("one-short", dict(list(rings.items())[1:]))):
        path = tmp_path / f"{name}.json"
        path.write_text(geojson(known), encoding="utf-8")
        context = persona_context(found, release.personas[0], release, read_outlines(path))
        around = frame("", layout="bundle.html", synthetic=True, proef=False) | {"downloads": ""}
        pages.append(render("persona.html", around | release_facts(release) | context))

    assert pages[0].count('<path class="t ') == len(rings)
    assert "Elk vlak is één gemeente" in pages[0]
    assert "Tegelkaart" in pages[1]
