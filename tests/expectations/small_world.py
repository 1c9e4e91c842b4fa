"""A small warehouse with a table for every register of the catalogue, in which every rule holds, to be damaged.

What belongs here: making it from the catalogue, so that a new register is in it at once; and asking rules directly,
without the library in between. What does not: damage (`damage.py`).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import duckdb

from expectations.asking import answers_to, questions_of
from expectations.ground import COVERAGE, Ground
from expectations.registers import AMOUNTS, TYPES, key_of, stored
from expectations.rules import Rule
from pipelines.facts.gemeenten import gemeenten
from pipelines.indicators.collection import Indicators
from pipelines.registers.catalogue_model import Catalogue, Column, Register
from tests.tiny import PEILJAAR

PEOPLE = 120
"""More than a hundred, so that one of them is less than the one in a hundred that some rules allow."""

FIRST = 101
NOW, BEFORE = f"kluis.y{PEILJAAR}", f"kluis.y{PEILJAAR - 1}"
TWO_SPELLS = ("GBAADRESOBJECTBUS", "GBAHUISHOUDENSBUS")


@dataclass(frozen=True)
class SmallWorld:
    """The open warehouse, and the ground that its rules stand on."""

    connection: duckdb.DuckDBPyConnection
    ground: Ground

    @contextmanager
    def damaged(self, *statements: str) -> Iterator[None]:
        """The warehouse after some statements, until the block ends."""
        self.connection.execute("BEGIN")
        try:
            for statement in statements:
                self.connection.execute(statement)
            yield
        finally:
            self.connection.execute("ROLLBACK")

    def failed(self, rules: Sequence[Rule]) -> set[str]:
        """Ids of the rules that do not hold."""
        found: set[str] = set()
        for question, asked in questions_of(rules):
            answers = answers_to(self._row, question)
            found |= {rule.id for rule, holds in zip(asked, answers, strict=True) if not holds}
        return found

    def _row(self, query: str) -> tuple[Any, ...] | None:
        try:
            (row,) = self.connection.execute(query).fetchall()
        except duckdb.Error:
            return None
        return tuple(row)


def make(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, indicators: Indicators) -> SmallWorld:
    """All registers of this year and the year before, and coverage, below the schema `kluis`."""
    tables = {COVERAGE}
    for schema in (NOW, BEFORE):
        connection.execute(f"CREATE SCHEMA {schema}")
    for register in catalogue.loadable.values():
        columns = _columns(register)
        declared = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        connection.execute(f"CREATE TABLE {NOW}.{register.table} ({declared})")
        connection.execute(f"INSERT INTO {NOW}.{register.table} BY NAME {_rows(register, catalogue)}")
        connection.execute(f"CREATE TABLE {BEFORE}.{register.table} AS FROM {NOW}.{register.table}")
        tables.add(register.table)
        if register.has_persons:
            connection.execute(
                f"CREATE TABLE {NOW}.{register.table}_unlinked (rinpersoons VARCHAR, unlinked_person INTEGER)"
            )
            tables.add(f"{register.table}_unlinked")
    _coverage(connection, catalogue, tables)
    ground = Ground(catalogue, indicators, PEILJAAR, frozenset(tables), frozenset(tables), None)
    return SmallWorld(connection, ground)


def scaled(world: SmallWorld, scale: Fraction) -> SmallWorld:
    """The same world as one whose population says how large it is."""
    ground = world.ground
    wider = Ground(
        ground.catalogue, ground.indicators, PEILJAAR, ground.tables | {"persons"}, ground.before | {"persons"}, scale
    )
    return SmallWorld(world.connection, wider)


def _columns(register: Register) -> dict[str, str]:
    columns = {stored(column): TYPES[column.kind] for column in register.kept if column.kind in TYPES}
    return {"person": "INTEGER", **columns} if register.has_persons else columns


def _rows(register: Register, catalogue: Catalogue) -> str:
    values = {stored(c): _value(register, c, catalogue) for c in register.kept if c.kind in TYPES}
    if register.has_persons:
        values["person"] = f"{FIRST} + i"
    else:
        values |= {name: "'k' || i" for name in key_of(register) if _columns(register)[name] == "VARCHAR"}
    selected = ", ".join(f"{value} AS {name}" for name, value in values.items())
    turns = "range(2)" if register.name in TWO_SPELLS else "range(1)"
    # Somebody, in the first row, who is known and of whom no register says anything.
    first = -1 if register.name == "GBAPERSOONTAB" else 0
    return f"SELECT {selected} FROM range({first}, {PEOPLE}) a(i), {turns} b(turn) ORDER BY i, turn"


def _value(register: Register, column: Column, catalogue: Catalogue) -> str:
    """SQL over the number `i` of a row, and over `turn`, which tells two spells of a person apart."""
    if register.spell and column.name == register.spell.begin:
        return "CASE turn WHEN 0 THEN DATE '2010-01-01' ELSE DATE '2015-01-01' END"
    if register.spell and column.name == register.spell.end:
        two = register.name in TWO_SPELLS
        return "CASE turn WHEN 0 THEN DATE '2014-12-31' ELSE DATE '2023-12-31' END" if two else "DATE '2023-12-31'"
    if column.kind == "code":
        codes = catalogue.codes(column)
        wanted = {"typhh": "1", "plhh": "2"}.get(column.canonical, codes[0] if codes else "x")
        return f"'{wanted}'"
    # The objects of one list are no objects of the other.
    list_of = {"NIETVSLGWBTAB": 9_000}.get(register.name, 1_000)
    return {
        "date": "DATE '2023-06-01'",
        "year": "1980",
        "month": "5",
        "integer": str(max(0, AMOUNTS.get(column.canonical, (0, 0))[0])),
        "number": "100.0",
        "gemeente": "363",
        "object": f"hash({list_of} + i)",
        "household": "hash(i * 2 + turn)",
    }.get(column.kind, "'x'")


def _coverage(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, tables: set[str]) -> None:
    connection.execute(
        f"CREATE TABLE {NOW}.coverage (register VARCHAR, gemeente USMALLINT, covered BOOLEAN, reason VARCHAR)"
    )
    numbers = [int(g.code[2:]) for g in gemeenten(PEILJAAR)]
    for register in catalogue.loadable.values():
        national = register.coverage == "national"
        rows = ", ".join(
            f"('{register.name}', {number}, true, '{'national' if national else 'delivered'}')"
            if register.table in tables and (national or number == 363)
            else f"('{register.name}', {number}, false, 'gemeente does not deliver')"
            for number in numbers
        )
        connection.execute(f"INSERT INTO {NOW}.coverage VALUES {rows}")
