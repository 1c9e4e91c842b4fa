"""A kluis in memory with a few rows of a few registers, and what the real compiler makes of them.

What belongs here: running rules on invented rows. What does not: the rows and what they must say (`rule_cases.py`).
"""

from collections.abc import Mapping, Sequence

import duckdb

from pipelines.indicators.collection import Indicators
from pipelines.indicators.table import build_person_words
from pipelines.persons.build import ADDRESS_KINDS
from pipelines.registers.catalogue_model import Catalogue, Register, load_catalogue
from pipelines.warehouse import ALIAS, Warehouse

PEILJAAR = 2023
COVERED, UNCOVERED = 363, 14
"""Gemeenten: one that delivers every register, one that delivers no municipal one."""

Cell = str | int | float | None
Row = Mapping[str, Cell]
_TYPES = {
    "date": "DATE",
    "year": "USMALLINT",
    "month": "UTINYINT",
    "integer": "INTEGER",
    "number": "DOUBLE",
    "gemeente": "USMALLINT",
    "household": "VARCHAR",
}


def answers(
    indicators: Indicators, people: Sequence[Row], rows: Mapping[str, Sequence[Row]]
) -> dict[str, dict[str, bool | None]]:
    """Person -> indicator -> true, false or None for unknown.

    `people` are rows with `person` (a letter) and, where it matters, `leeftijd`, `address_kind` and `gemeente`; `rows`
    are records per register, with `person` and the columns that matter. Registers that are not named are delivered
    and empty.
    """
    catalogue = load_catalogue()
    number = {str(row["person"]): place for place, row in enumerate(people, start=1)}
    connection = duckdb.connect(config={"threads": 1})
    connection.execute(f"ATTACH ':memory:' AS {ALIAS}; USE {ALIAS}; CREATE SCHEMA y{PEILJAAR}")
    for register in catalogue.loadable.values():
        _write_register(connection, register, rows.get(register.name, ()), number)
    _write_persons(connection, people, number)
    _write_coverage(connection, catalogue)
    build_person_words(Warehouse(connection), indicators, catalogue, PEILJAAR)
    names = tuple(indicators.by_id)
    found = connection.execute(f"SELECT person, {', '.join(names)} FROM y{PEILJAAR}.person_indicators").fetchall()
    letters = {place: letter for letter, place in number.items()}
    connection.close()
    return {letters[row[0]]: dict(zip(names, row[1:], strict=True)) for row in found}


def _write_register(
    connection: duckdb.DuckDBPyConnection, register: Register, rows: Sequence[Row], number: Mapping[str, int]
) -> None:
    columns = {
        "object_id" if column.kind == "object" else column.canonical: _TYPES.get(column.kind, "VARCHAR")
        for column in register.kept
    }
    typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    person = ["person INTEGER"] if register.has_persons else []
    connection.execute(
        f"CREATE TABLE y{PEILJAAR}.{register.table} ({', '.join([*person, *([typed] if typed else [])])})"
    )
    for row in rows:
        unknown = set(row) - set(columns) - {"person"}
        assert not unknown, f"{register.name} has no column {unknown}"
        own = [number[str(row["person"])]] if register.has_persons else []
        values = [*own, *(row.get(name) for name in columns)]
        marks = ", ".join("?" for _ in values)
        connection.execute(f"INSERT INTO y{PEILJAAR}.{register.table} VALUES ({marks})", values)


def _write_persons(connection: duckdb.DuckDBPyConnection, people: Sequence[Row], number: Mapping[str, int]) -> None:
    connection.execute(
        f"CREATE TABLE y{PEILJAAR}.persons (person INTEGER, gemeente USMALLINT, leeftijd UTINYINT, "
        "leeftijdsgroep UTINYINT, geslacht UTINYINT, address_kind UTINYINT)"
    )
    for row in people:
        kind = row.get("address_kind", "woning")
        values = [
            number[str(row["person"])],
            row.get("gemeente", COVERED),
            row.get("leeftijd", 40),
            ADDRESS_KINDS[str(kind)] if kind is not None else None,
        ]
        connection.execute(f"INSERT INTO y{PEILJAAR}.persons VALUES (?, ?, ?, 0, 1, ?)", values)


def _write_coverage(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    connection.execute(
        f"CREATE TABLE y{PEILJAAR}.coverage "
        "(register VARCHAR, gemeente USMALLINT, covered BOOLEAN, since DATE, reason VARCHAR)"
    )
    for register in catalogue.loadable.values():
        for gemeente in (COVERED, UNCOVERED):
            covered = register.coverage == "national" or gemeente == COVERED
            connection.execute(
                f"INSERT INTO y{PEILJAAR}.coverage VALUES (?, ?, ?, NULL, '')", [register.name, gemeente, covered]
            )
