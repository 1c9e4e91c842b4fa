"""A kluis in memory from an invented country: the same rows as tables, and the real steps that read them.

What belongs here: writing tables as a load would leave them. What does not: who is invented (`invented_rows.py`).
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import duckdb

from pipelines.indicators.collection import Indicators
from pipelines.indicators.table import build_person_words
from pipelines.personas.reference_rows import Cell
from pipelines.persons.build import build_persons
from pipelines.warehouse import ALIAS, Warehouse, year_schema
from tests.personas.invented_rows import CATALOGUE, GEMEENTEN, INVENTED, OBJECTS, Country

_KINDS = {"code": "VARCHAR", "integer": "INTEGER", "number": "DOUBLE", "date": "DATE"}
_LETTERS = {"instelling": "I", "opvang_of_briefadres": "B"}


def compiled_facts(
    connection: duckdb.DuckDBPyConnection, country: Country, indicators: Indicators
) -> dict[int, dict[str, bool | None]]:
    """What the real steps make of the country: person -> indicator -> true, false or unknown."""
    peiljaar = country.peildatum.year
    schema = year_schema(peiljaar)
    warehouse = Warehouse(connection)
    connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}")
    for name, columns, rows in _tables(country):
        connection.execute(f"CREATE TABLE {schema}.{name} ({columns})")
        values = ", ".join(f"({', '.join(_literal(cell) for cell in row)})" for row in rows)
        if values:
            connection.execute(f"INSERT INTO {schema}.{name} VALUES {values}")
        if columns.startswith("person INTEGER"):
            # Everybody here is in the BRP.
            connection.execute(
                f"CREATE TABLE {schema}.{name}_unlinked AS SELECT 'S' AS rinpersoons, person AS unlinked_person, "
                f"* EXCLUDE person FROM {schema}.{name} LIMIT 0"
            )
    build_persons(warehouse, peiljaar)
    build_person_words(warehouse, indicators, CATALOGUE, peiljaar)
    names = tuple(indicators.by_id)
    found = connection.execute(f"SELECT person, {', '.join(names)} FROM {schema}.person_indicators").fetchall()
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in found}


def memory_kluis() -> duckdb.DuckDBPyConnection:
    """An empty database under the name that the stored views carry."""
    connection = duckdb.connect(config={"threads": 1})
    connection.execute(f"ATTACH ':memory:' AS {ALIAS}; USE {ALIAS}")
    return connection


def _tables(country: Country) -> Iterator[tuple[str, str, Iterable[Sequence[Cell]]]]:
    """Name, columns and rows of every table."""
    yield (
        "coverage",
        "register VARCHAR, gemeente USMALLINT, covered BOOLEAN, since DATE, reason VARCHAR",
        _coverage(country),
    )
    yield "vslgwbtab", "object_id INTEGER, gem USMALLINT", ((_object(g, "woning"), g) for g in GEMEENTEN)
    yield (
        "nietvslgwbtab",
        "object_id INTEGER, soortobjectnummer VARCHAR, gem USMALLINT",
        ((_object(g, kind), letter, g) for g in GEMEENTEN for kind, letter in _LETTERS.items()),
    )
    yield (
        "gbapersoontab",
        "person INTEGER, gbageslacht VARCHAR, gbageboortejaar USMALLINT",
        ((person, "1", born) for person, born in country.born.items()),
    )
    yield (
        "gbaadresobjectbus",
        "person INTEGER, gbadatumaanvangadreshouding DATE, gbadatumeindeadreshouding DATE, "
        "soortobjectnummer VARCHAR, object_id INTEGER",
        _addresses(country),
    )
    if country.covered["GBAHUISHOUDENSBUS"]:
        yield (
            "gbahuishoudensbus",
            "person INTEGER, huishoudnr UBIGINT, datumaanvanghh DATE, datumeindehh DATE, typhh VARCHAR, plhh VARCHAR, "
            "aantalpershh INTEGER, aantalkindhh INTEGER",
            _households(country),
        )
    for name, register in INVENTED.items():
        if not country.covered[name]:
            continue  # Not delivered: there is no table at all.
        kept = [column for column in register.kept if column.kind in _KINDS]
        yield (
            register.table,
            ", ".join(("person INTEGER", *(f"{column.canonical} {_KINDS[column.kind]}" for column in kept))),
            [
                (person, *(row[column.canonical] for column in kept))
                for person, rows in country.rows[name].items()
                for row in rows
            ],
        )


def _coverage(country: Country) -> Iterator[Sequence[Cell]]:
    for name, covered in country.covered.items():
        for gemeente in GEMEENTEN:
            yield name, gemeente, gemeente in covered, None, ""


def _addresses(country: Country) -> Iterator[Sequence[Cell]]:
    for person, rows in country.rows["GBAADRESOBJECTBUS"].items():
        for row in rows:
            first, last = row.values()
            kind = country.address[person]
            home = _object(country.gemeente[person], kind) if kind else 0
            yield person, first, last, "D", home


def _households(country: Country) -> Iterator[Sequence[Cell]]:
    """The household of the peildatum; who has none had one before, or has one without a number."""
    day, some = country.peildatum, date(country.peildatum.year - 3, 1, 1)
    for person, household in country.household.items():
        if household is not None:
            yield person, household[0], household[1], day, "5", "1", 2, 1
        elif person % 3 == 0:
            yield person, None, some, day, "5", "1", 2, 1
        elif person % 3 == 1:
            yield person, 0, some, date(day.year, 12, 30), "5", "1", 2, 1


def _object(gemeente: int, kind: str) -> int:
    return gemeente * 10 + OBJECTS[kind]


def _literal(cell: Cell) -> str:
    if cell is None:
        return "NULL"
    if isinstance(cell, date):
        return f"DATE '{cell.isoformat()}'"
    return f"'{cell}'" if isinstance(cell, str) else str(cell).lower()
