"""Ranges of people, worked through one after the other, so that memory stays flat however many people there are.

What belongs here: the ranges, and views of the tables of a year that show one of them. What does not: what is done with
a range. Registers and persons stand in order of person, so a range is read without the rest.
"""

from collections.abc import Iterator

from pipelines.warehouse import Warehouse

PEOPLE_AT_ONCE = 1_200_000
"""As many as keep the words of a range in the processor's caches; the national run takes fifteen turns."""

SCHEMA = "temp.main"
"""Where the views stand: only this connection sees them."""


def ranges(warehouse: Warehouse, table: str, at_once: int = PEOPLE_AT_ONCE) -> Iterator[tuple[int, int]]:
    """First and last number of each range of the people in a table, both included; one range of everything when there
    is nobody."""
    people, first, last = warehouse.rows(
        f"SELECT count(*), coalesce(min(person), 0), coalesce(max(person), 0) FROM {table}", step="ranges"
    )[0]
    # Numbers are meaningless and spread evenly, so equal ranges hold about equally many people.
    turns = max(1, -(-people // at_once))
    width = (last - first) // turns + 1
    for turn in range(turns):
        yield first + turn * width, min(last, first + (turn + 1) * width - 1)


def show_range(warehouse: Warehouse, schema: str, tables: tuple[str, ...], first: int, last: int) -> None:
    """Make the views of these tables show the people of one range only."""
    for table in tables:
        warehouse.run(
            f"CREATE OR REPLACE TEMP VIEW {table} AS SELECT * FROM {schema}.{table} "
            f"WHERE person BETWEEN {first} AND {last}",
            step="show a range of people",
        )


def show_whole(warehouse: Warehouse, schema: str, tables: tuple[str, ...]) -> None:
    """Make views of tables that hold no people."""
    for table in tables:
        warehouse.run(f"CREATE OR REPLACE TEMP VIEW {table} AS SELECT * FROM {schema}.{table}", step="show a table")
