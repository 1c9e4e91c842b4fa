"""The DuckDB connection that the generator works in.

What belongs here: opening it and handing it tables of numbers. What does not: SQL about people.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.population.uniforms import macros

MEMORY_LIMIT = "6GB"


def open_engine(temp: Path, seed: int, peiljaar: int, threads: int | None) -> duckdb.DuckDBPyConnection:
    """An in-memory connection that spills into `temp`, loads nothing from outside and has the macros of a seed."""
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
    for statement in macros(seed, peiljaar):
        connection.execute(statement)
    return connection


def put_table(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Make a small table from rows of numbers and texts, in their order."""
    frame = pl.DataFrame(rows, schema=list(columns), orient="row", infer_schema_length=None)
    connection.register("handed_over", frame.to_arrow())
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM handed_over")
    connection.unregister("handed_over")


def rows_of(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    """All rows of a small query."""
    return connection.execute(sql).fetchall()


def value_of(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    """The one whole number of a query; nothing counts as 0."""
    return int(rows_of(connection, sql)[0][0] or 0)
