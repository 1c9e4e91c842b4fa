"""`<tabel>.csv-metadata.json`: what a CSV file holds, in the W3C's CSV on the Web vocabulary.

What belongs here: that description, derived from the columns. What does not: the CSV (`pipelines/release/tables.py`).
"""

import re
from pathlib import Path

import polars as pl

from pipelines.release.content import WARNING
from pipelines.release.formats.columns import Column
from pipelines.release.formats.tables_of import ReleaseFacts, Table, columns_of
from pipelines.release.formats.words import LICENCE, PUBLISHER, json_text

ENDING = ".csv-metadata.json"
_TYPES = {pl.String: "string", pl.Int32: "integer", pl.Int64: "integer", pl.Float64: "double"}


def write_csvw(facts: ReleaseFacts, folder: Path) -> tuple[Path, ...]:
    """Write the description of each CSV table beside it."""
    paths = []
    for table in facts.found:
        path = folder / f"{table.name}{ENDING}"
        path.write_bytes(json_text(csvw_of(table, facts)).encode())
        paths.append(path)
    return tuple(paths)


def csvw_of(table: Table, facts: ReleaseFacts) -> dict[str, object]:
    """The description of one table, as nested dictionaries."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "nl"}],
        "url": f"{table.name}.csv",
        "dc:title": f"{table.title} ({facts.title})",
        "dc:description": f"{table.description} {WARNING}",
        "dc:publisher": PUBLISHER,
        "dc:license": {"@id": LICENCE},
        "dc:created": facts.created_at,
        "dialect": {"encoding": "utf-8", "delimiter": ",", "quoteChar": '"', "doubleQuote": True, "header": True},
        "tableSchema": {
            "columns": [_column(name, column) for name, column in columns_of(table, facts).items()],
            "primaryKey": list(table.key),
        },
    }


def _column(name: str, column: Column) -> dict[str, object]:
    return {
        "name": name,
        "titles": name,
        "dc:title": column.title,
        "dc:description": column.meaning,
        **({"schema:unitText": column.unit} if column.unit else {}),
        "datatype": _datatype(column),
        "required": not column.empty,
    }


def _datatype(column: Column) -> dict[str, object]:
    found: dict[str, object] = {"base": _TYPES[column.dtype]}
    if column.codes:
        found["format"] = "|".join(re.escape(code) for code in column.codes)
    if column.least is not None:
        found["minimum"] = column.least
    if column.most is not None:
        found["maximum"] = column.most
    return found
