"""The DuckDB connection that the generator works in.

What belongs here: opening it and handing it tables of numbers. What does not: SQL about people.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.duckdb_settings import duckdb_numbers
from pipelines.population.uniforms import macros

MEMORY_LIMIT = "6GB"
_ROW_GROUP = 2048
"""Rows that one thread takes at a time from the tables of `ground`, each of which stands for many people."""

_FIRST_WITH_SIZES = (1, 3)


def open_engine(temp: Path, seed: int, threads: int | None) -> duckdb.DuckDBPyConnection:
    """An in-memory connection that spills into `temp`, loads nothing from outside and has the macros of a seed.

    The schema `ground` is a small file in `temp`: only there the size of row groups can be chosen.
    """
    config: dict[str, Any] = {
        "memory_limit": MEMORY_LIMIT,
        "temp_directory": str(temp),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "preserve_insertion_order": "true",
    }
    if threads is not None:
        config["threads"] = str(threads)
    connection = duckdb.connect(":memory:", config=config)
    file = str(temp / "ground.db").replace("'", "''")
    connection.execute(f"ATTACH '{file}' AS ground{_sizes_of_row_groups()}")
    for statement in macros(seed):
        connection.execute(statement)
    return connection


def _sizes_of_row_groups() -> str:
    """The option of ATTACH, which the DuckDB of Remote Access does not have: one thread then does what several could."""
    return f" (ROW_GROUP_SIZE {_ROW_GROUP})" if duckdb_numbers() >= _FIRST_WITH_SIZES else ""


def put_table(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Make a small table from rows of numbers and texts, in their order."""
    put_frame(connection, name, pl.DataFrame(rows, schema=list(columns), orient="row", infer_schema_length=None))


def put_frame(connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    """Make a table from a frame, in its order."""
    connection.register("handed_over", frame.to_arrow())
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM handed_over")
    connection.unregister("handed_over")


def put_lookup(connection: duckdb.DuckDBPyConnection, name: str, values: Sequence[bool | int | float | str]) -> None:
    """Make a macro `name(g)`: the value of gemeente number g.

    A join would do as well, but DuckDB gives the rows of a join in no fixed order when it uses several threads.
    """
    literals = [_literal(value) for value in values]
    body = literals[0] if len(set(literals)) == 1 else f"[{', '.join(literals)}][g + 1]"
    connection.execute(f"CREATE OR REPLACE MACRO {name}(g) AS {body}")


def _literal(value: bool | int | float | str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.17e}"
    return f"'{value}'" if isinstance(value, str) else str(value)


def rows_of(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    """All rows of a small query."""
    return connection.execute(sql).fetchall()


def value_of(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    """The one whole number of a query; nothing counts as 0."""
    return int(rows_of(connection, sql)[0][0] or 0)
