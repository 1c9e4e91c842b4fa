"""The rows that a question asks for, as JSON: of a list of names, of figures side by side, of observations one by one.

What belongs here: filtering, sorting and cutting a page, the same for every kind of set. What does not: reading the
question (`question.py`), and addresses and headers (`service.py`). Everything happens on frames in memory: there is no
query language below that somebody could write into.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import polars as pl

from pipelines.datacenter.odata.fields import Field, Fields, Numbers, Words, words_in
from pipelines.datacenter.odata.labels import DIMENSIONS, Measure
from pipelines.datacenter.odata.question import Question
from pipelines.datacenter.odata.refusal import Refusal
from pipelines.datacenter.odata.table import ID, Table

Edm = Literal["String", "Int32", "Int64", "Double", "Boolean", "DateTimeOffset"]
_FRAMED = {"Double": pl.Float64, "Int32": pl.Int32, "Int64": pl.Int64, "Boolean": pl.Boolean}
MAX_SORTED_ROWS = 200_000
"""Observations that are sorted at once; sorting is the one thing that takes memory for all rows and not for a page."""


@dataclass(frozen=True)
class Found:
    """A page: the rows as a JSON array, how many there are in it, how many fit the filter, and whether more follow."""

    rows: bytes
    given: int
    total: int
    more: bool


class RowSet(Protocol):
    """A set of rows with one key column."""

    name: str
    key: str
    columns: Mapping[str, Edm]

    def find(self, question: Question, page: int) -> Found:
        """At most `page` rows. Raises Refusal for a question that does not fit the columns."""
        ...


class Listing:
    """A short list: codes, properties, tables. A row may lack columns that do not go with its kind."""

    def __init__(self, name: str, key: str, columns: Mapping[str, Edm], rows: Sequence[Mapping[str, Any]]) -> None:
        self.name, self.key, self.columns, self.rows = name, key, columns, rows
        schema = {column: _FRAMED.get(edm, pl.String) for column, edm in columns.items()}
        self._frame = pl.DataFrame([[row.get(name) for name in columns] for row in rows], schema=schema, orient="row")
        self._fields: Fields = {
            column: Numbers(pl.col(column)) if schema[column].is_numeric() else words_in(self._frame, column)
            for column in columns
        }

    def find(self, question: Question, page: int) -> Found:
        asked = question.only(self.columns)
        places = _places(self._frame, asked, self._fields)
        there = range(self._frame.height) if places is None else places.to_list()
        wanted = _cut(len(there), asked, page)
        shown = {"odata.type", *asked.select}
        rows = [{name: value for name, value in self.rows[place].items() if name in shown} for place in there[wanted]]
        text = json.dumps(rows, ensure_ascii=False).encode()
        return Found(text, len(rows), len(there), _follows(wanted, len(there), asked))


class SideBySide:
    """The data set of version 3: a row per figure, its measures as columns; `typed` false: every value as text."""

    key = ID

    def __init__(self, table: Table, *, typed: bool) -> None:
        self.name = "TypedDataSet" if typed else "UntypedDataSet"
        self._table, self._typed = table, typed
        kinds: dict[str, Edm] = {"Double": "Double", "Long": "Int64", "String": "String"}
        self.columns: Mapping[str, Edm] = {
            ID: "Int32",
            **{one.key: "String" for one in DIMENSIONS},
            **{one.topic: kinds[one.datatype] if typed else "String" for one in table.measures},
        }
        measures: dict[str, Field] = {one.topic: table.field_of(one) for one in table.measures}
        self._fields: Fields = {ID: Numbers(pl.col(ID)), **table.padded, **(measures if typed else {})}
        self._shown = {ID: pl.col(ID)}
        for dimension in DIMENSIONS:
            self._shown[dimension.key] = pl.col(dimension.key).cast(pl.String).str.pad_end(dimension.width)
        for measure in table.measures:
            self._shown[measure.topic] = (
                pl.col(measure.column) if typed else _as_text(measure).alias(measure.topic)
            ).alias(measure.topic)

    def find(self, question: Question, page: int) -> Found:
        asked = question.only(self.columns)
        if asked.condition and not self._typed:
            lacking = asked.condition.names & {one.topic for one in self._table.measures}
            if lacking:
                raise Refusal(
                    400, f"UntypedDataSet kent waarden alleen als tekst. Filter {', '.join(lacking)} in TypedDataSet."
                )
        frame = self._table.frame
        by = {measure.topic: measure.column for measure in self._table.measures}
        places = _places(frame, asked, self._fields, by)
        total = frame.height if places is None else len(places)
        wanted = _cut(total, asked, page)
        rows = (frame[wanted] if places is None else frame[places[wanted]]).select(
            self._shown[name] for name in asked.select
        )
        return Found(rows.write_json().encode(), rows.height, total, _follows(wanted, total, asked))


class OneByOne:
    """The observations of version 4: figure after figure, each with all its measures, numbered through.

    In this order every page holds measures of numbers and of texts, as a client wants that gives each page a type of its
    own (`cbsodata4`).
    """

    name, key = "Observations", "Id"

    def __init__(self, table: Table) -> None:
        self._table = table
        self.columns: Mapping[str, Edm] = {
            "Id": "Int64",
            "Measure": "String",
            "ValueAttribute": "String",
            "Value": "Double",
            "StringValue": "String",
            **{one.key: "String" for one in DIMENSIONS},
        }
        self._fields = [self._fields_of(place, measure) for place, measure in enumerate(table.measures)]

    def find(self, question: Question, page: int) -> Found:
        asked = question.only(self.columns)
        numbers = self._numbers(asked)
        total = self._table.height * len(self._fields) if numbers is None else len(numbers)
        if asked.order and total > MAX_SORTED_ROWS:
            raise Refusal(
                400,
                f"$orderby sorteert hoogstens {MAX_SORTED_ROWS} waarnemingen; dit zijn er {total}. Zet er een $filter bij, "
                "bijvoorbeeld op Measure, of sorteer zelf. Zonder $orderby is Id de volgorde.",
            )
        wanted = _cut(total, asked, page)
        reach = slice(0, total) if asked.order else wanted
        rows = self._rows(
            pl.int_range(reach.start, reach.stop, eager=True) if numbers is None else numbers[reach.start : reach.stop]
        )
        if asked.order:
            names, descending, nulls_last = _sorting(asked)
            rows = rows.sort(names, descending=descending, nulls_last=nulls_last, maintain_order=True)[wanted]
        text = (rows if asked.select == tuple(self.columns) else rows.select(asked.select)).write_json().encode()
        return Found(text, rows.height, total, _follows(wanted, total, asked))

    def _numbers(self, asked: Question) -> pl.Series | None:
        """The numbers (Id) of the observations that are meant, in order; None for all of them. One look at the frame is
        enough when the filter speaks of dimensions only."""
        condition = asked.condition
        if condition is None:
            return None
        frame, several = self._table.frame, len(self._fields)
        if condition.names <= self._table.plain.keys():
            found = [_where(frame, condition.rows(self._fields[0]))] * several
        else:
            found = [_where(frame, condition.rows(fields)) for fields in self._fields]
        parts = [
            (frame[ID] if places is None else places).cast(pl.Int64) * several + place
            for place, places in enumerate(found)
            if places is None or len(places)
        ]
        if len(parts) < 2:
            return parts[0] if parts else pl.Series([], dtype=pl.Int64)
        return pl.concat(parts).sort()

    def _rows(self, numbers: pl.Series) -> pl.DataFrame:
        """The observations with these numbers, in order."""
        several = len(self._fields)
        measure = numbers % several
        rows = self._table.frame[numbers // several]
        places = measure.unique().to_list() or [0]
        if len(places) == 1:
            return rows.select(self._shown(places[0]))
        parts = [rows.filter(measure == place).select(self._shown(place)) for place in places]
        return pl.concat(parts).sort("Id")

    def _shown(self, place: int) -> list[pl.Expr]:
        measure = self._table.measures[place]
        text = measure.datatype == "String"
        empty = pl.lit(None)
        return [
            self._id(place).alias("Id"),
            pl.lit(measure.identifier).alias("Measure"),
            pl.lit("None").alias("ValueAttribute"),
            (empty if text else pl.col(measure.column)).cast(pl.Float64).alias("Value"),
            (pl.col(measure.column) if text else empty).cast(pl.String).alias("StringValue"),
            *(pl.col(dimension.key) for dimension in DIMENSIONS),
        ]

    def _id(self, place: int) -> pl.Expr:
        return pl.col(ID).cast(pl.Int64) * len(self._table.measures) + place

    def _fields_of(self, place: int, measure: Measure) -> Fields:
        text = measure.datatype == "String"
        own, none = self._table.field_of(measure), Words(None, (None,))
        return {
            "Id": Numbers(self._id(place)),
            "Measure": Words(None, (measure.identifier,)),
            "ValueAttribute": Words(None, ("None",)),
            "Value": none if text else own,
            "StringValue": own if text else none,
            **self._table.plain,
        }


def _where(frame: pl.DataFrame, rows: bool | pl.Expr) -> pl.Series | None:
    """The places of the rows that are meant; None for all of them."""
    if isinstance(rows, bool):
        return None if rows else pl.Series([], dtype=pl.get_index_type())
    return frame.select(rows.arg_true()).to_series()


def _places(
    frame: pl.DataFrame, asked: Question, fields: Fields, columns: Mapping[str, str] | None = None
) -> pl.Series | None:
    """The rows that are meant, in the order that is asked; `columns`: name in an answer -> column of the frame."""
    places = _where(frame, asked.condition.rows(fields)) if asked.condition else None
    if not asked.order:
        return places
    names, descending, nulls_last = _sorting(asked)
    keys = frame.select((columns or {}).get(name, name) for name in names)
    order = (keys if places is None else keys[places]).select(
        pl.arg_sort_by(keys.columns, descending=descending, nulls_last=nulls_last, maintain_order=True)
    )
    return order.to_series() if places is None else places[order.to_series()]


def _sorting(asked: Question) -> tuple[list[str], list[bool], list[bool]]:
    """Columns, which of them from high to low, and that nothing comes before everything (OData)."""
    descending = [down for _, down in asked.order]
    return [name for name, _ in asked.order], descending, descending


def _cut(there: int, asked: Question, page: int) -> slice:
    """The rows of this page, of the rows that fit the filter."""
    first = min(asked.skip, there)
    return slice(first, min(_end(there, asked), first + page))


def _end(there: int, asked: Question) -> int:
    """Where the rows that are asked for end, over all pages."""
    return there if asked.top is None else min(there, asked.skip + asked.top)


def _follows(wanted: slice, there: int, asked: Question) -> bool:
    return int(wanted.stop) < _end(there, asked)


def _as_text(measure: Measure) -> pl.Expr:
    """A value as UntypedDataSet has it: filled with spaces before it, a point where there is none."""
    return pl.col(measure.column).cast(pl.String).fill_null(".").str.pad_start(8)
