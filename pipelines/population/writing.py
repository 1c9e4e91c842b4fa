"""Writing files: the tables of a delivery in Parquet, SPSS or text, and the manifest last of all.

What belongs here: forms of files. What does not: what is in them.
"""

import json
from pathlib import Path
from typing import Any

import duckdb

from pipelines.duckdb_settings import duckdb_numbers
from pipelines.population.coverage import delivering
from pipelines.population.engine import rows_of
from pipelines.population.settings import FileFormat, PopulationSettings
from pipelines.population.tables import DeliveredTable, DeliveryName

MANIFEST = "manifest.json"
_SUPPLIERS: dict[DeliveryName, str] = {"cbs": "cbs", "gemeenten": "gemeente", "stapelingsmonitor": "cbs"}
_PARQUET = "FORMAT parquet, COMPRESSION uncompressed"
"""A number of a person is as good as chance: to compress it takes time and wins little."""
_NEWER, _FIRST_WITH_THEM = ", PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT 8000", (1, 2)
"""Pages with lengths apart, and small dictionaries: options that the DuckDB of Remote Access does not have."""
_PERSONS = ("R", "S", "F")
_KINDS = {"rinpersoons": _PERSONS, "rinpersoonshkw": _PERSONS, "soortobjectnummer": ("D", "I", "B")}
"""Columns that say of what kind a number is -> what stands there. As an ENUM the same text is written in a tenth of the
time: DuckDB looks for no dictionary then."""
_CSV = "FORMAT csv, DELIMITER ';', HEADER true"
"""Every value is plain ASCII, so the text is cp1252 as well."""


def write_table(connection: duckdb.DuckDBPyConnection, table: DeliveredTable, folder: Path, form: FileFormat) -> Path:
    """Write one table below a delivery's folder; return the file."""
    path = folder / table.folder / f"{table.stem}.{form}"
    path.parent.mkdir(parents=True, exist_ok=True)
    if form == "sav":
        # Needed for this form only, and Remote Access has no such library.
        import polars_readstat

        polars_readstat.write_readstat(connection.sql(table.sql).pl(), str(path))
    else:
        write_query(connection, _kinds_named(connection, table.sql) if form == "parquet" else table.sql, path, form)
    return path


def _kinds_named(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """SQL of the same rows, with the columns of _KINDS as ENUM."""
    kinds = []
    for name, *_ in connection.execute(f"DESCRIBE {sql}").fetchall():
        if values := _KINDS.get(name.lower()):
            listed = ", ".join(f"'{value}'" for value in values)
            kinds.append(f'"{name}"::ENUM({listed}) AS "{name}"')
    return f"SELECT * REPLACE ({', '.join(kinds)}) FROM ({sql})" if kinds else sql


def write_query(connection: duckdb.DuckDBPyConnection, sql: str, path: Path, form: FileFormat = "parquet") -> None:
    """Write the rows of a query as Parquet or text."""
    parquet = _PARQUET + (_NEWER if duckdb_numbers() >= _FIRST_WITH_THEM else "")
    connection.execute(f"COPY ({sql}) TO '{quoted(path)}' ({_CSV if form == 'csv' else parquet})")


def write_manifest(
    connection: duckdb.DuckDBPyConnection,
    delivery: DeliveryName,
    tables: tuple[DeliveredTable, ...],
    settings: PopulationSettings,
    folder: Path,
) -> None:
    """Write the manifest of a delivery whose files are all there; it appears whole or not at all."""
    manifest = {
        "delivery": delivery,
        "supplier": _SUPPLIERS[delivery],
        "kind": "synthetic",
        "population": settings.population_id,
        "peiljaar": settings.peiljaar,
        "version": 1,
        "status": "voorlopig",
        "completed": True,
        "files": [
            {
                "register": table.register,
                "coverage": _coverage(connection, table, settings, folder),
                "period": {"from": _iso(table.since), "to": _iso(settings.last_day)},
            }
            for table in tables
            if table.delivery == delivery
        ],
    }
    part = folder / f"{MANIFEST}.part"
    part.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    part.replace(folder / MANIFEST)


def _coverage(
    connection: duckdb.DuckDBPyConnection, table: DeliveredTable, settings: PopulationSettings, folder: Path
) -> dict[str, Any]:
    if table.gemeente_column is None:
        return {"kind": "national"}
    covered = delivering(table.register, settings.peiljaar)
    rows = f"({table.sql})"
    if settings.file_format == "parquet":
        # What was written is read back faster than it is made again.
        rows = f"read_parquet('{quoted(folder / table.folder / f'{table.stem}.parquet')}')"
    found = rows_of(connection, f'SELECT DISTINCT "{table.gemeente_column}" FROM {rows}')
    present = {f"GM{code}" for (code,) in found}
    coverage: dict[str, Any] = {"kind": "gemeenten", "gemeenten": list(covered)}
    if silent := [code for code in covered if code not in present]:
        coverage["nothing_to_report"] = silent
    return coverage


def _iso(day: int) -> str:
    return f"{day // 10_000}-{day // 100 % 100:02d}-{day % 100:02d}"


def quoted(path: Path) -> str:
    """A path inside the quotes of an SQL text."""
    return str(path).replace("'", "''")
