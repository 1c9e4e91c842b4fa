"""`datapackage.json`: all data files of a release with size, sha256 and columns, as a Frictionless Data Package.

What belongs here: that descriptor. What does not: files that describe the release as a whole, which are made later.
"""

from collections.abc import Iterator
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

import polars as pl

from pipelines.release.content import FILES, WARNING
from pipelines.release.formats.columns import Column
from pipelines.release.formats.tables_of import ReleaseFacts, Table, columns_of
from pipelines.release.formats.words import LICENCE, LICENCE_NAME, LICENCE_TITLE, PUBLISHER, STATUS, json_text

NAME = "datapackage.json"
OWN = "blindevlek"
"""Key of our own facts in the descriptor: what a reader of the folder needs to rebuild every description."""

_TYPES = {pl.String: "string", pl.Int32: "integer", pl.Int64: "integer", pl.Float64: "number"}
_MEDIA = {
    "parquet": "application/vnd.apache.parquet",
    "jsonstat.json": "application/json",
    "csv": "text/csv",
}
_OTHERS = ("metingen.parquet",)


def write_datapackage(facts: ReleaseFacts, folder: Path) -> Path:
    """Write the descriptor over the data files that lie in the folder."""
    path = folder / NAME
    path.write_bytes(json_text(datapackage_of(facts, folder)).encode())
    return path


def datapackage_of(facts: ReleaseFacts, folder: Path) -> dict[str, object]:
    """The descriptor as nested dictionaries. Raises FileNotFoundError when a data file is missing."""
    return {
        "name": facts.release_id.lower(),
        "title": facts.title,
        "description": f"Status: {STATUS[facts.status]}. {WARNING} Lees eerst LEESMIJ.txt.",
        "version": facts.versie,
        "created": facts.created_at,
        "licenses": [{"name": LICENCE_NAME, "title": LICENCE_TITLE, "path": LICENCE}],
        "contributors": [{"title": PUBLISHER, "role": "publisher"}],
        OWN: asdict(facts) | {"tables": list(facts.tables)},
        "resources": list(_resources(facts, folder)),
    }


def _resources(facts: ReleaseFacts, folder: Path) -> Iterator[dict[str, object]]:
    for table in facts.found:
        yield _rows(table, facts, folder, f"{table.name}.csv", ",", ".")
        if table.excel:
            yield _rows(table, facts, folder, f"{table.name}-excel.csv", ";", ",")
        for ending in ("parquet", "jsonstat.json"):
            yield _file(f"{table.name}.{ending}", ending, folder)
    for name in _OTHERS:
        yield _file(name, name.partition(".")[2], folder)


def _rows(
    table: Table, facts: ReleaseFacts, folder: Path, path: str, delimiter: str, decimal: str
) -> dict[str, object]:
    columns = columns_of(table, facts)
    return {
        "name": path.removesuffix(".csv"),
        "type": "table",
        "title": table.title,
        **_about(path, "csv", folder),
        "format": "csv",
        "encoding": "utf-8" if delimiter == "," else "utf-8-sig",
        "dialect": {"csv": {"delimiter": delimiter}},
        "schema": {
            "fields": [_field(name, column, decimal) for name, column in columns.items()],
            "primaryKey": list(table.key),
            "missingValues": [""],
        },
    }


def _file(path: str, ending: str, folder: Path) -> dict[str, object]:
    return {"name": path.replace(".", "-"), "type": "file", **_about(path, ending, folder)}


def _about(path: str, ending: str, folder: Path) -> dict[str, object]:
    content = (folder / path).read_bytes()
    return {
        "description": FILES[path],
        "path": path,
        "mediatype": _MEDIA[ending],
        "bytes": len(content),
        "hash": f"sha256:{sha256(content).hexdigest()}",
    }


def _field(name: str, column: Column, decimal: str) -> dict[str, object]:
    constraints: dict[str, object] = {"required": not column.empty}
    if column.codes:
        constraints["enum"] = list(column.codes)
    if column.least is not None:
        constraints["minimum"] = column.least
    if column.most is not None:
        constraints["maximum"] = column.most
    own_decimal = decimal != "." and column.dtype == pl.Float64
    return {
        "name": name,
        "type": _TYPES[column.dtype],
        "title": column.title,
        "description": column.meaning,
        **({"unit": column.unit} if column.unit else {}),
        **({"decimalChar": decimal} if own_decimal else {}),
        "constraints": constraints,
    }
