"""Geometry of the small drawings: classes of the map, its tiles, interval bars.

What belongs here: numbers that a template turns into SVG. What does not: SVG text, colours (style sheet).
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10
from statistics import quantiles

from pipelines.datacenter import words
from pipelines.datacenter.figures import Figure
from pipelines.datacenter.tilemap import TileMap

CLASSES = 5
TILE = 20
"""Side of a tile in drawing units."""
BAR_WIDTH = 120
_BAR_PAD = 6


@dataclass(frozen=True)
class Scale:
    """Classes for rates: sorted breaks, and how many digits the rates are written with."""

    breaks: tuple[float, ...]
    digits: int

    @property
    def classes(self) -> int:
        """Number of classes; 0 when nothing can be classed."""
        return len(self.breaks) + 1 if self.breaks else 0

    def of(self, rate: float) -> int:
        """The class of a rate, from 1 (low)."""
        return bisect_right(self.breaks, max(0.0, rate)) + 1

    def labels(self) -> list[str]:
        """What each class means, in words."""
        told = [words.decimal(b, self.digits) for b in self.breaks]
        if not told:
            return []
        between = [f"{low} tot {high}" for low, high in pairwise(told)]
        return [f"minder dan {told[0]}", *between, f"{told[-1]} of meer"]


@dataclass(frozen=True)
class MapTile:
    """One gemeente as drawn: place in drawing units, style class, the sign in the tile, and its title."""

    x: int
    y: int
    style: str
    sign: str
    title: str


@dataclass(frozen=True)
class MapShape:
    """One gemeente as drawn with its real boundary: the data of an SVG path, style class, title."""

    path: str
    style: str
    title: str


@dataclass(frozen=True)
class Label:
    """The name of a provincie on the small key map (drawing units)."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Bar:
    """An interval bar: thin line from `low` to `high`, a dot, a mark at the national rate (drawing units)."""

    low: float
    high: float
    dot: float
    mark: float
    cut: bool
    """Whether the interval goes on beyond the right edge."""


def rate_scale(usable: Sequence[float], digits: int) -> Scale:
    """Breaks at the fifths of the usable rates, rounded; fewer when rates coincide, one for a single rate."""
    if not usable:
        return Scale((), digits)
    if len(usable) == 1:
        # One class boundary at its own rate, so that the only usable gemeente is drawn in colour.
        only = round(max(0.0, usable[0]), digits)
        return Scale((only,) if only > 0 else (), digits)
    cuts = {round(cut, digits) for cut in quantiles((max(0.0, r) for r in usable), n=CLASSES, method="inclusive")}
    return Scale(tuple(sorted(cut for cut in cuts if cut > 0)), digits)


def map_tiles(layout: TileMap, figures: dict[str, Figure], scale: Scale) -> list[MapTile]:
    """Each tile of the layout with the figure of its gemeente; without a figure it is not measured."""
    tiles = []
    for tile in layout.tiles:
        figure = figures.get(tile.gemeente)
        style, sign = _look(figure, scale)
        title = f"{tile.naam}: {_told(figure, scale.digits)}"
        tiles.append(MapTile(tile.column * TILE, tile.row * TILE, style, sign, title))
    return tiles


def map_shapes(paths: Mapping[str, str], figures: Mapping[str, Figure], scale: Scale) -> list[MapShape]:
    """The gemeenten that have a figure, each with its boundary. Raises KeyError for one without."""
    return [
        MapShape(paths[code], _look(figure, scale)[0], f"{figure.regio_naam}: {_told(figure, scale.digits)}")
        for code, figure in figures.items()
    ]


def border_path(layout: TileMap) -> str:
    """All lines between provincies as the data of one SVG path."""
    lines = ([TILE * n for n in line] for line in layout.borders)
    return "".join(f"M{x1} {y1}L{x2} {y2}" for x1, y1, x2, y2 in lines)


def provincie_labels(layout: TileMap, names: dict[str, str]) -> list[Label]:
    """The name of each provincie at the middle of its tiles; `Noord-` and `Zuid-` shortened."""
    labels = []
    for code, name in names.items():
        own = [t for t in layout.tiles if t.provincie == code]
        x, y = (TILE * (sum(values) / len(own) + 0.5) for values in ([t.column for t in own], [t.row for t in own]))
        labels.append(Label(round(x, 1), round(y, 1), name.replace("Noord-", "N-").replace("Zuid-", "Z-")))
    return labels


def bar(figure: Figure, top: float, national: float) -> Bar | None:
    """The interval bar of a rate on a scale from 0 to `top`; None when there is no rate."""
    if figure.per_1000 is None or figure.per_1000_onder95 is None or figure.per_1000_boven95 is None:
        return None
    low, dot, high, mark = (
        _place(rate, top) for rate in (figure.per_1000_onder95, figure.per_1000, figure.per_1000_boven95, national)
    )
    return Bar(low, high, dot, mark, cut=figure.per_1000_boven95 > top)


def bar_top(figures: Sequence[Figure]) -> float:
    """A round upper end for bars: holds the intervals of all usable figures (of all, when none is usable)."""
    usable = [f for f in figures if f.bruikbaarheid == "bruikbaar"] or list(figures)
    highest = max((f.per_1000_boven95 for f in usable if f.per_1000_boven95 is not None), default=1.0)
    if highest <= 0:
        return 1.0
    step: float = 10.0 ** floor(log10(highest)) / 2
    return ceil(highest / step) * step


def _place(rate: float, top: float) -> float:
    share = min(1.0, max(0.0, rate / top))
    return round(_BAR_PAD + share * (BAR_WIDTH - 2 * _BAR_PAD), 1)


def _look(figure: Figure | None, scale: Scale) -> tuple[str, str]:
    if figure is not None and figure.held_back:
        return "leeg", "–"
    if figure is None or not figure.measured or figure.per_1000 is None:
        return "leeg", "×"
    if figure.bruikbaarheid == "te_onzeker" or not scale.classes:
        return "onzeker", ""
    number = scale.of(figure.per_1000)
    return f"k{number} van{scale.classes}", str(number)


def _told(figure: Figure | None, digits: int) -> str:
    if figure is None:
        return words.USABILITY["niet_gemeten"]
    if not figure.measured:
        return words.TOO_SMALL if figure.held_back else figure.usability
    told = f"ongeveer {figure.number} ({figure.margin})"
    if figure.per_1000 is not None:
        told += f", {figure.rate(digits)} per 1.000 inwoners"
    return told if figure.bruikbaarheid == "bruikbaar" else f"{told}; {figure.usability}"
