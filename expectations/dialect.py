"""The SQLAlchemy dialect through which Great Expectations reads the encrypted warehouse.

What belongs here: handing out connections by a token (so that no URL, repr or log holds a path or a key), and
reading results at once. What does not: rules, and anything that writes.
"""

import re
import secrets
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb_engine
import sqlalchemy
from sqlalchemy.dialects import registry
from sqlalchemy.engine.url import URL
from sqlalchemy.exc import NoSuchTableError
from sqlalchemy.pool import Pool, StaticPool

if TYPE_CHECKING:
    import duckdb

Opener = Callable[[], "duckdb.DuckDBPyConnection"]
"""Gives a cursor of an open read-only warehouse, whose default schema holds the tables. It closes with the
warehouse, so that a library that keeps its engine does not keep the warehouse locked."""

MOST_ROWS = 10_000
"""More rows than any aggregate has. A result beyond it is refused: that work belongs in SQL."""

_openers: dict[str, Opener] = {}


@contextmanager
def engine_url(opener: Opener) -> Iterator[str]:
    """An engine URL that opens connections with `opener`, for as long as the block runs.

    The URL holds a random token and nothing else.
    """
    token = secrets.token_hex(8)
    _openers[token] = opener
    try:
        yield f"duckdb+kluis:///{token}"
    finally:
        del _openers[token]


class ReadCursor:
    """A cursor that holds its rows: Great Expectations fetches after the connection went back to its pool, and
    DuckDB has dropped an open result by then (great_expectations issue 11579)."""

    arraysize = 1
    rowcount = -1

    def __init__(self, connection: "ReadConnection") -> None:
        self.connection = connection
        self._rows: deque[tuple[Any, ...]] = deque()
        self.description: Any = None

    def execute(self, statement: str, parameters: Sequence[Any] | None = None) -> None:
        """Run a statement and read its whole result; raises the DBAPI's error when it is not an aggregate."""
        self._rows.clear()
        result = self.connection.raw.execute(statement, list(parameters or ()))
        self.description = result.description
        if self.description is None:
            return
        self._rows.extend(result.fetchmany(MOST_ROWS + 1))
        if len(self._rows) > MOST_ROWS:
            self._rows.clear()
            raise duckdb_engine.DBAPI.Error("a check asked for rows instead of an aggregate")

    def fetchone(self) -> tuple[Any, ...] | None:
        return self._rows.popleft() if self._rows else None

    def fetchmany(self, size: int = 1) -> list[tuple[Any, ...]]:
        return [self._rows.popleft() for _ in range(min(size, len(self._rows)))]

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self.fetchmany(len(self._rows))

    def close(self) -> None:
        self._rows.clear()


class ReadConnection:
    """A connection whose cursors read at once. Nothing is written, so there is nothing to commit."""

    notices = ()

    def __init__(self, raw: "duckdb.DuckDBPyConnection") -> None:
        self.raw = raw

    def cursor(self) -> ReadCursor:
        return ReadCursor(self)

    def begin(self) -> None: ...

    def commit(self) -> None: ...

    def rollback(self) -> None: ...

    def close(self) -> None:
        self.raw.close()


class KluisDialect(duckdb_engine.Dialect):
    """duckdb_engine's SQL, over connections of ours. One connection serves the whole engine."""

    driver = "kluis"
    supports_statement_cache = False

    def create_connect_args(self, url: URL) -> tuple[tuple[str, ...], dict[str, Any]]:
        return (str(url.database),), {}

    def connect(self, *arguments: Any, **_options: Any) -> ReadConnection:
        return ReadConnection(_openers[arguments[0]]())

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Pool]:  # noqa: ARG003 - the library passes it by name
        return StaticPool

    def get_columns(
        self, connection: Any, table_name: str, schema: str | None = None, **_options: Any
    ) -> list[dict[str, Any]]:
        """The columns of a table or view; duckdb_engine asks for catalogue tables that DuckDB does not have."""
        rows = connection.execute(
            sqlalchemy.text(
                "SELECT column_name, data_type, is_nullable FROM duckdb_columns() WHERE table_name = :table "
                "AND schema_name = coalesce(:schema, current_schema()) AND database_name = current_database() "
                "ORDER BY column_index"
            ),
            {"table": str(table_name), "schema": schema},
        ).fetchall()
        if not rows:
            raise NoSuchTableError(table_name)
        return [self._column(name, kind, nullable) for name, kind, nullable in rows]

    def _column(self, name: str, kind: str, nullable: bool) -> dict[str, Any]:
        plain = re.split(r"[(\[]", kind)[0].strip().lower()
        found = self.ischema_names.get(plain, sqlalchemy.types.NullType)
        return {"name": name, "type": found(), "nullable": nullable, "default": None, "autoincrement": False}


registry.register("duckdb.kluis", __name__, "KluisDialect")
