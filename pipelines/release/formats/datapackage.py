"""`datapackage.json`: all data files of a release with size, sha256 and columns, as a Frictionless Data Package.

What belongs here: that descriptor. What does not: files that describe the release as a whole, which are made later.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

import polars as pl

from pipelines.release.content import FILES, WARNING
from pipelines.release.formats.columns import Column
from pipelines.release.formats.tables_of import ReleaseFacts, Table, columns_of
from pipelines.release.formats.words import LICENCE, LICENCE_NAME, LICENCE_TITLE, PUBLISHER, STATUS, Size, json_text

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


def write_datapackage(facts: ReleaseFacts, sizes: Mapping[str, Size], folder: Path) -> Path:
    """Write the descriptor over the data files of these sizes into the folder."""
    path = folder / NAME
    path.write_bytes(json_text(datapackage_of(facts, sizes)).encode())
    return path


def datapackage_of(facts: ReleaseFacts, sizes: Mapping[str, Size]) -> dict[str, object]:
    """The descriptor as nested dictionaries. `sizes`: those of every file of `data_files`."""
    return {
        "name": facts.release_id.lower(),
        "title": facts.title,
        "description": f"Status: {STATUS[facts.status]}. {WARNING} Lees eerst LEESMIJ.txt.",
        "version": facts.versie,
        "created": facts.created_at,
        "licenses": [{"name": LICENCE_NAME, "title": LICENCE_TITLE, "path": LICENCE}],
        "contributors": [{"title": PUBLISHER, "role": "publisher"}],
        OWN: _own(facts),
        "resources": list(_resources(facts, sizes)),
    }


def _own(facts: ReleaseFacts) -> dict[str, object]:
    """The facts; nothing of wijken where none are measured, as in every release of before they could be."""
    kept = {name: value for name, value in asdict(facts).items() if facts.wijken or name not in ("wijken", "per_wijk")}
    return kept | {name: list(kept[name]) for name in ("tables", "per_wijk") if name in kept}


def _resources(facts: ReleaseFacts, sizes: Mapping[str, Size]) -> Iterator[dict[str, object]]:
    for table in facts.found:
        yield resource_of(table, facts, f"{table.name}.csv") | _size(sizes[f"{table.name}.csv"])
        if table.excel:
            excel = f"{table.name}-excel.csv"
            yield resource_of(table, facts, excel) | _size(sizes[excel])
        for ending in ("parquet", "jsonstat.json"):
            yield _file(f"{table.name}.{ending}", ending, sizes)
    for name in _OTHERS:
        yield _file(name, name.partition(".")[2], sizes)


def resource_of(table: Table, facts: ReleaseFacts, path: str) -> dict[str, object]:
    """What is said of one CSV, its size and sha256 left out. `path`: the plain one of the table, or that for Excel."""
    excel = path.endswith("-excel.csv")
    columns = columns_of(table, facts)
    return {
        "name": path.removesuffix(".csv"),
        "type": "table",
        "title": table.title,
        "description": FILES[path],
        "path": path,
        "mediatype": _MEDIA["csv"],
        "format": "csv",
        "encoding": "utf-8-sig" if excel else "utf-8",
        "dialect": {"csv": {"delimiter": ";" if excel else ","}},
        "schema": {
            "fields": [_field(name, column, "," if excel else ".") for name, column in columns.items()],
            "primaryKey": list(table.key),
            "missingValues": [""],
        },
    }


def _file(path: str, ending: str, sizes: Mapping[str, Size]) -> dict[str, object]:
    about = {"name": path.replace(".", "-"), "type": "file", "description": FILES[path], "path": path}
    return about | {"mediatype": _MEDIA[ending]} | _size(sizes[path])


def _size(size: Size) -> dict[str, object]:
    return {"bytes": size.size, "hash": f"sha256:{size.sha256}"}


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
