"""One published version as a table: its rows with codes as CBS writes them, and the names behind the codes.

What belongs here: reading `cijfers.parquet`, `gebieden.parquet`, `wijken.parquet` (where there is one) and the names of the personas from a bundle. What does
not: which bundles there are (`shelf.py`), and the shape of an answer (`feed.py`, `service4.py`).
"""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import cast

import polars as pl

from pipelines.datacenter.odata.fields import Fields, Numbers, Words
from pipelines.datacenter.odata.labels import (
    CODES,
    DIMENSIONS,
    MEASURES,
    PERIODS,
    REGION_GROUPS,
    REGIONS,
    STARS,
    STATUS,
    Dimension,
    Measure,
)

ID = "ID"
_FILES = ("cijfers.parquet", "gebieden.parquet", "wijken.parquet")
_NAMED = re.compile(r"(?:^|\); )(.+?) \(([a-z0-9-]+), version \d+, ")


@dataclass(frozen=True)
class Code:
    """One code of a dimension with its Dutch title; `group` for regions, `status` for periods."""

    code: str
    title: str
    group: str = ""
    status: str | None = None


class Table:
    """The figures of one bundle: `frame` has ID (0, 1, ...), one column per dimension with its codes, and one per
    measure under the name that it has in the figures; a measure that an older bundle does not have is left out."""

    def __init__(self, folder: Path) -> None:
        rows = pl.concat([pl.read_parquet(folder / name) for name in _FILES if (folder / name).is_file()])
        self.measures: tuple[Measure, ...] = tuple(one for one in MEASURES if one.column in rows.columns)
        self.codes: dict[str, tuple[Code, ...]] = {
            dimension.key: _codes(dimension, rows, persona_names(folder)) for dimension in DIMENSIONS
        }
        self.frame = _framed(rows, self.measures)

    @property
    def height(self) -> int:
        """Number of rows: figures, each with all measures."""
        return self.frame.height

    @cached_property
    def padded(self) -> Fields:
        """The dimensions as version 3 writes their codes, filled with spaces."""
        return {one.key: self._words(one, one.width) for one in DIMENSIONS}

    @cached_property
    def plain(self) -> Fields:
        """The dimensions as version 4 writes their codes."""
        return {one.key: self._words(one, 0) for one in DIMENSIONS}

    def _words(self, dimension: Dimension, width: int) -> Words:
        stored = self._stored(dimension.key)
        values = tuple(code.ljust(width) for code in stored.to_list())
        return Words(dimension.key, values, stored, padded=width > 0)

    def field_of(self, measure: Measure) -> Words | Numbers:
        """The field of a measure: numbers, or texts of which all values are known."""
        if measure.datatype != "String":
            return Numbers(pl.col(measure.column))
        stored = self._stored(measure.column)
        return Words(measure.column, tuple(stored.to_list()), stored)

    def _stored(self, column: str) -> pl.Series:
        """Every code of a column, once."""
        kind = cast("pl.Enum", self.frame.schema[column])
        return kind.categories.cast(kind)


def observations_in(folder: Path) -> int:
    """The number of observations of a bundle, without reading its figures: rows times measures."""
    found = [pl.scan_parquet(folder / name) for name in _FILES if (folder / name).is_file()]
    there = found[0].collect_schema().names()
    rows = sum(int(one.select(pl.len()).collect().item()) for one in found)
    return rows * sum(measure.column in there for measure in MEASURES)


def period(year: int) -> str:
    """The code of a year: `2023JJ00`."""
    return f"{year}JJ00"


def _framed(rows: pl.DataFrame, measures: tuple[Measure, ...]) -> pl.DataFrame:
    """Codes as enumerations in order of the alphabet, so that sorting them is sorting texts."""
    texts = [_coded(dimension).alias(dimension.key) for dimension in DIMENSIONS]
    numbers = [
        pl.col(one.column).fill_nan(None) if rows.schema[one.column].is_float() else pl.col(one.column)
        for one in measures
    ]
    frame = rows.select(*texts, *numbers)
    words = [dimension.key for dimension in DIMENSIONS] + [one.column for one in measures if one.datatype == "String"]
    enumerated = [pl.col(name).cast(pl.Enum(frame[name].drop_nulls().unique().sort())).alias(name) for name in words]
    return frame.with_columns(enumerated).with_row_index(ID).with_columns(pl.col(ID).cast(pl.Int32))


def _coded(dimension: Dimension) -> pl.Expr:
    if dimension.key == PERIODS:
        return pl.col(dimension.column).cast(pl.String) + "JJ00"
    known = CODES.get(dimension.key)
    column = pl.col(dimension.column)
    return column.replace({value: code for value, (code, _) in known.items()}) if known else column


def _codes(dimension: Dimension, rows: pl.DataFrame, personas: dict[str, str]) -> tuple[Code, ...]:
    """The codes of a dimension in the order in which a reader looks for them."""
    if dimension.key == REGIONS:
        found = rows.select("regio", "regio_naam", "niveau").unique(subset="regio", maintain_order=True)
        order = {level: number for number, level in enumerate(REGION_GROUPS)}
        regions = sorted(found.rows(), key=lambda row: (order.get(row[2], len(order)), row[0]))
        return tuple(Code(code, name, REGION_GROUPS.get(level, level)) for code, name, level in regions)
    if dimension.key == PERIODS:
        years = sorted(rows.select("jaar", "status").unique(subset="jaar").rows())
        return tuple(
            Code(period(year), f"{year}{STARS.get(status, '')}", status=STATUS.get(status, status))
            for year, status in years
        )
    there = rows[dimension.column].unique().sort().to_list()
    known = CODES.get(dimension.key) or {name: (name, personas.get(name, name)) for name in there}
    listed = [value for value in known if value in there] + [value for value in there if value not in known]
    return tuple(Code(*known.get(value, (value, value))) for value in listed)


def persona_names(folder: Path) -> dict[str, str]:
    """Short name of a persona -> its name, as the bundle's own privacy record tells; a persona without one keeps the
    short name."""
    record = folder / "privacy.json"
    if not record.is_file():
        return {}
    told = json.loads(record.read_text(encoding="utf-8"))["deployment"]["basic"]["description"]
    return {persona: name for name, persona in _NAMED.findall(str(told).partition("Personas: ")[2])}
