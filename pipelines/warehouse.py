"""The encrypted DuckDB warehouse of the kluis, and the one wrapper around every call on it.

What belongs here: opening the file as designed, and running SQL so that no library text can carry a row value
out. What does not: the SQL of any step.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.errors import KluisError, RoomError
from pipelines.rooms import DataRoot, WarehouseKey

if TYPE_CHECKING:
    import duckdb
    import polars as pl

ALIAS = "kluis"
"""The attached name: stored views carry it, so it never changes."""

DEFAULT_MEMORY = "1200MB"
"""Keeps a national run under 2 GB; measured as fast as 4 GB (docs/decisions/007)."""


@dataclass(frozen=True)
class Warehouse:
    """An open warehouse. Every call goes through `run`, `rows` or `frame`."""

    connection: "duckdb.DuckDBPyConnection"

    def run(self, sql: str, *, step: str, parameters: Sequence[Any] = ()) -> None:
        """Run a statement; `step` says in an error what was being done."""
        self.rows(sql, step=step, parameters=parameters)

    def rows(self, sql: str, *, step: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a query and return its rows. Raises KluisError without any text of the library."""
        import duckdb

        failure = ""
        try:
            return self.connection.execute(sql, list(parameters)).fetchall()
        except duckdb.Error as error:
            failure = type(error).__name__
        # Raised outside the handler: even `from None` would keep the library's error as __context__.
        raise KluisError(_describe(step, failure))

    def value(self, sql: str, *, step: str, parameters: Sequence[Any] = ()) -> Any:
        """The single value of a query."""
        ((found,),) = self.rows(sql, step=step, parameters=parameters)
        return found

    def frame(self, sql: str, *, step: str) -> "pl.DataFrame":
        """Run a query and return a Polars frame (small tables only)."""
        import duckdb

        failure = ""
        try:
            return self.connection.sql(sql).pl()
        except duckdb.Error as error:
            failure = type(error).__name__
        raise KluisError(_describe(step, failure))

    def has_twice(self, sql: str, *, step: str) -> bool:
        """Does the one whole number that a query selects occur in two of its rows?

        Sorted by Polars: for a population that costs a quarter of grouping it (16 bytes a row, outside the limit of
        the database).
        """
        numbers = self.frame(sql, step=step).to_series().sort()
        return bool((numbers.slice(1) == numbers.slice(0, max(len(numbers) - 1, 0))).any())

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: commit at the end, roll back on any error."""
        self.run("BEGIN TRANSACTION", step="begin")
        try:
            yield
        except BaseException:
            self.run("ROLLBACK", step="roll back")
            raise
        self.run("COMMIT", step="commit")

    def has_table(self, schema: str, table: str) -> bool:
        return bool(
            self.rows(
                "SELECT 1 FROM duckdb_tables() WHERE database_name = ? AND schema_name = ? AND table_name = ?",
                step="look for a table",
                parameters=[ALIAS, schema, table],
            )
        )


def year_schema(peiljaar: int) -> str:
    """The schema that holds everything of one peiljaar."""
    return f"y{peiljaar}"


@contextmanager
def open_warehouse(
    root: DataRoot, key: WarehouseKey, *, read_only: bool = False, memory: str = DEFAULT_MEMORY
) -> Iterator[Warehouse]:
    """Open the encrypted warehouse of a data root; close it at the end.

    Only the kluis can be read or written through it, no extension is fetched, spilled data are encrypted, and
    the configuration is locked. Raises RoomError when the file cannot be opened with this key.
    """
    connection = connect(root, key, read_only=read_only, memory=memory)
    try:
        yield Warehouse(connection)
    finally:
        connection.close()


def connect(
    root: DataRoot, key: WarehouseKey, *, read_only: bool = False, memory: str = DEFAULT_MEMORY
) -> "duckdb.DuckDBPyConnection":
    """The raw connection behind `open_warehouse`, for the dialect of Great Expectations."""
    import duckdb

    root.temp.mkdir(parents=True, exist_ok=True)
    if read_only and not root.warehouse.exists():
        raise RoomError(
            f"there is no warehouse in {root.kluis} yet: run `make run`, or `blindevlek ingest` for a delivery."
        )
    connection = duckdb.connect(
        ":memory:",
        config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"},
    )
    failure = ""
    try:
        connection.execute(f"LOAD '{_quote(_httpfs_file())}'")
        mode = ", READ_ONLY" if read_only else ""
        connection.execute(f"ATTACH '{_quote(root.warehouse)}' AS {ALIAS} (ENCRYPTION_KEY '{key.secret}'{mode})")
        for setting in _settings(root, memory):
            connection.execute(setting)
        connection.execute(f"USE {ALIAS}")
    except duckdb.Error as error:
        failure = type(error).__name__
        connection.close()
    if failure:
        raise RoomError(
            f"the warehouse {root.warehouse} does not open ({failure}): the key does not fit, another process "
            "has it open, or the file is damaged. Check BLINDEVLEK_KEY_FILE, and that no other run is working. "
            "If the key is lost, move the file away and ingest the deliveries again."
        )
    return connection


def _settings(root: DataRoot, memory: str) -> list[str]:
    return [
        f"SET temp_directory = '{_quote(root.temp)}'",
        "SET temp_file_encryption = true",
        f"SET allowed_directories = ['{_quote(root.kluis)}{os.sep}']",
        f"SET memory_limit = '{_quote(memory)}'",
        "SET preserve_insertion_order = false",
        "SET enable_progress_bar = false",
        "SET enable_external_access = false",
        "SET lock_configuration = true",
    ]


def _httpfs_file() -> Path:
    """The extension file inside its wheel: DuckDB writes encrypted files only with OpenSSL from httpfs."""
    import duckdb
    import duckdb_extension_httpfs

    folder = Path(str(duckdb_extension_httpfs.__file__)).parent / "extensions" / f"v{duckdb.__version__}"
    found = folder / "httpfs.duckdb_extension"
    if not found.exists():
        raise RoomError(
            f"DuckDB {duckdb.__version__} has no matching encryption library: install duckdb and "
            "duckdb-extension-httpfs of one version (requirements/run.txt does)."
        )
    return found


def _quote(text: Path | str) -> str:
    return str(text).replace("'", "''")


def _describe(step: str, failure: str) -> str:
    return (
        f"the kluis failed at: {step} ({failure}). The library's own message is withheld, because it may quote "
        "row values. Run `blindevlek check` for the checks on this step."
    )
