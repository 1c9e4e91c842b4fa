"""Real boundaries of gemeenten for the map, from a file that is given.

What belongs here: reading GeoJSON or TopoJSON in degrees (WGS84) and turning each gemeente into one SVG path. What does
not: figures, colours, and boundaries of our own: without a file the map is one of tiles (`tilemap`).
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from math import cos, radians
from pathlib import Path
from typing import Any

from pipelines.errors import UserError

WIDTH = 640
"""Width of the drawing in units; a point is kept only where it differs by one unit from the one before."""

Point = tuple[float, float]
Ring = Sequence[Point]
_CODE = re.compile(r"GM\d{4}")


@dataclass(frozen=True)
class Outlines:
    """Code of a gemeente -> its SVG path, on a drawing of this size in units."""

    paths: Mapping[str, str]
    width: int
    height: int


@cache
def read_outlines(path: Path) -> Outlines:
    """The gemeenten of a file. Raises UserError when it cannot be read, or holds no gemeente with a code."""
    try:
        content = json.loads(path.read_bytes())
        rings = dict(_topojson(content) if content.get("type") == "Topology" else _geojson(content))
        return _projected(rings)
    except OSError as error:
        raise UserError(f"boundaries: {path} cannot be read ({error.strerror}). {_ALLOWED}") from None
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        raise UserError(f"boundaries: {path} holds no boundaries of gemeenten that can be drawn. {_ALLOWED}") from None


_ALLOWED = (
    "BLINDEVLEK_BOUNDARIES must name a GeoJSON or TopoJSON file in degrees, with polygons whose property `code` or `statcode` is "
    "a code such as GM0363; or leave it out for a map of tiles."
)


def _geojson(content: dict[str, Any]) -> Iterator[tuple[str, list[Ring]]]:
    for feature in content["features"]:
        if code := _code(feature.get("properties")):
            yield code, [[(x, y) for x, y, *_ in ring] for ring in _rings(feature["geometry"], "coordinates")]


def _topojson(content: dict[str, Any]) -> Iterator[tuple[str, list[Ring]]]:
    """Arcs are shared lines, written as steps from the point before; ~n stands for arc n backwards."""
    (sx, sy), (tx, ty) = content["transform"]["scale"], content["transform"]["translate"]
    arcs = []
    for arc in content["arcs"]:
        xs, ys = (list(accumulate(step[axis] for step in arc)) for axis in (0, 1))
        arcs.append([(x * sx + tx, y * sy + ty) for x, y in zip(xs, ys, strict=True)])
    for group in content["objects"].values():
        for geometry in group.get("geometries", ()):
            if code := _code(geometry.get("properties")):
                yield (
                    code,
                    [
                        [point for number in ring for point in (arcs[number] if number >= 0 else arcs[~number][::-1])]
                        for ring in _rings(geometry, "arcs")
                    ],
                )


def _rings(geometry: dict[str, Any], key: str) -> list[Any]:
    parts = geometry[key]
    return list(parts) if geometry["type"] == "Polygon" else [ring for polygon in parts for ring in polygon]


def _code(properties: dict[str, Any] | None) -> str:
    found = [str((properties or {}).get(name, "")) for name in ("code", "statcode")]
    return next((text for text in found if _CODE.fullmatch(text)), "")


def _projected(rings: Mapping[str, list[Ring]]) -> Outlines:
    """On a plane where a step east and a step north are as long, near enough for a country of this size."""
    points = [point for parts in rings.values() for ring in parts for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    wide = cos(radians((south + north) / 2))
    unit = WIDTH / ((east - west) * wide)

    def place(point: Point) -> tuple[int, int]:
        return round((point[0] - west) * wide * unit), round((north - point[1]) * unit)

    paths = {code: "".join(_path([place(p) for p in ring]) for ring in parts) for code, parts in sorted(rings.items())}
    return Outlines(paths, WIDTH, round((north - south) * unit))


def _path(points: list[tuple[int, int]]) -> str:
    """A closed ring as steps between points that differ; nothing for one that shrank to a line."""
    kept = [points[0], *(after for before, after in pairwise(points) if after != before)]
    if len(set(kept)) < 3:
        return ""
    steps = "".join(f"l{x2 - x1} {y2 - y1}" for (x1, y1), (x2, y2) in pairwise(kept))
    return f"M{kept[0][0]} {kept[0][1]}{steps}z"
