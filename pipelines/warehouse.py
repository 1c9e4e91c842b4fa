"""The encrypted DuckDB warehouse of the kluis, and the one wrapper around every call on it.

What belongs here: opening the file as designed, and running SQL so that no library text can carry a row value
out. What does not: the SQL of any step.
"""

import base64
import hmac
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.duckdb_settings import (
    Stamp,
    httpfs_file,
    known_settings,
    quote,
    settings_of_a_room,
    sql_path,
    stamp_of,
    why_it_does_not_open,
    why_no_encryption,
    why_not_so,
)
from pipelines.errors import KluisError, RoomError
from pipelines.private_files import make_private_folder, private_files
from pipelines.rooms import DataRoot, WarehouseKey

if TYPE_CHECKING:
    import duckdb
    import polars as pl

ALIAS = "kluis"
"""The attached name: stored views carry it, so it never changes."""

DEFAULT_MEMORY = "1200MB"
"""Keeps a national run under 2 GB; measured as fast as 4 GB (docs/decisions/007)."""


_verified: set[Stamp] = set()
"""The encryption library as this process loaded it after DuckDB had verified its signature (docs/decisions/037)."""


@dataclass(frozen=True)
class FileKey:
    """A key for encrypted Parquet, under the name that SQL gives it. `secret`: 256 bits in base64, never shown."""

    name: str
    secret: str = field(repr=False)


def file_key(name: str, secret: str, use: str) -> FileKey:
    """The key for one use, derived (HMAC-SHA-256) from a secret of 64 hexadecimal characters."""
    derived = hmac.digest(bytes.fromhex(secret), f"blindevlek/{use}/1".encode(), "sha256")
    return FileKey(name, base64.b64encode(derived).decode())


def parquet_options(name: str) -> str:
    """What COPY ... TO needs between its brackets to write Parquet that only this key opens."""
    return f"FORMAT parquet, COMPRESSION zstd, ENCRYPTION_CONFIG {{footer_key: '{name}'}}"


def parquet_relation(*paths: Path, key_name: str = "") -> str:
    """SQL of the rows in Parquet files. Without a name of a key, a file that is encrypted is opened as the kluis does."""
    if not key_name and all(is_encrypted(path) for path in paths):
        key_name = ALIAS
    listed = ", ".join(f"'{sql_path(path)}'" for path in paths)
    config = f", encryption_config = {{footer_key: '{key_name}'}}" if key_name else ""
    return f"read_parquet([{listed}]{config})"


def text_literal(text: str) -> str:
    """A text as SQL. For the words of our own that every step asks for: given as a parameter, even one of them makes DuckDB
    load pandas, which takes longer than the question."""
    return f"'{quote(text)}'"


def is_encrypted(path: Path) -> bool:
    """Does this file end as encrypted Parquet does?"""
    with path.open("rb") as handle:
        size = handle.seek(0, os.SEEK_END)
        handle.seek(max(0, size - 4))
        return handle.read(4) == b"PARE"


@dataclass(frozen=True)
class Warehouse:
    """An open warehouse. Every call goes through `run`, `rows` or `frame`."""

    connection: "duckdb.DuckDBPyConnection"

    def run(self, sql: str, *, step: str, parameters: Sequence[Any] = ()) -> None:
        """Run a statement; `step` says in an error what was being done."""
        self.rows(sql, step=step, parameters=parameters)

    def rows(self, sql: str, *, step: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a query and return its rows. Raises KluisError without any text of the library."""
        failure = ""
        try:
            return self.connection.execute(sql, list(parameters)).fetchall()
        except Exception as error:
            # Of DuckDB itself, or of the library whose rows it reads.
            failure = type(error).__name__
        # Raised outside the handler: even `from None` would keep the library's error as __context__.
        raise KluisError(_describe(step, failure), failure)

    def value(self, sql: str, *, step: str, parameters: Sequence[Any] = ()) -> Any:
        """The single value of a query."""
        ((found,),) = self.rows(sql, step=step, parameters=parameters)
        return found

    def frame(self, sql: str, *, step: str) -> "pl.DataFrame":
        """Run a query and return a Polars frame (small tables only)."""
        failure = ""
        try:
            return self.connection.sql(sql).pl()
        except Exception as error:
            failure = type(error).__name__
        raise KluisError(_describe(step, failure), failure)

    def has_twice(self, sql: str, *, step: str) -> bool:
        """Does the one whole number that a query selects occur in two of its rows?

        Numbers that rise all along (a register in order of person with a row each) are looked at once; others are sorted by
        Polars: for a population that costs a quarter of grouping it (16 bytes a row, outside the limit of the database).
        """
        numbers = self.frame(sql, step=step).to_series()
        if not numbers.null_count() and bool((numbers.slice(1) > numbers.slice(0, max(len(numbers) - 1, 0))).all()):
            return False
        ordered = numbers.sort()
        return bool((ordered.slice(1) == ordered.slice(0, max(len(ordered) - 1, 0))).any())

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: commit at the end, roll back on any error."""
        self.run("BEGIN TRANSACTION", step="begin")
        try:
            yield
        except BaseException:
            # What came first is told (after a full disk nothing can be rolled back); closing undoes it as well.
            with suppress(KluisError):
                self.run("ROLLBACK", step="roll back")
            raise
        self.run("COMMIT", step="commit")

    def has_table(self, schema: str, table: str) -> bool:
        return bool(
            self.rows(
                f"SELECT 1 FROM duckdb_tables() WHERE database_name = {text_literal(ALIAS)} "
                f"AND schema_name = {text_literal(schema)} AND table_name = {text_literal(table)}",
                step="look for a table",
            )
        )


def year_schema(peiljaar: int) -> str:
    """The schema that holds everything of one peiljaar."""
    return f"y{peiljaar}"


@contextmanager
def open_warehouse(
    root: DataRoot,
    key: WarehouseKey,
    *,
    read_only: bool = False,
    memory: str = DEFAULT_MEMORY,
    file_keys: Sequence[FileKey] = (),
) -> Iterator[Warehouse]:
    """Open the encrypted warehouse of a data root; close it at the end.

    Only the kluis can be read or written through it, no extension is fetched, spilled data are encrypted, and
    the configuration is locked. Parquet under the name `kluis` is encrypted with a key that follows from the
    warehouse's; `file_keys` are others to read with. Files made meanwhile are for their owner only.
    Raises RoomError when the file cannot be opened with this key.
    """
    with private_files():
        connection = connect(root, key, read_only=read_only, memory=memory, file_keys=file_keys)
        try:
            yield Warehouse(connection)
        finally:
            connection.close()


@contextmanager
def open_workbench(folder: Path, file_keys: Sequence[FileKey], memory: str = DEFAULT_MEMORY) -> Iterator[Warehouse]:
    """A database in memory that reads and writes in one folder only, and spills nothing: for encrypted Parquet made
    where there is no warehouse. Raises RoomError when DuckDB cannot encrypt here."""
    if why := why_no_encryption():
        raise RoomError(
            f"{why}, so no encrypted Parquet is written here. Do it where requirements/run.txt is installed."
        )
    with private_files():
        connection = _in_memory(encrypting=True)
        settings = settings_of_a_room(folder, None, memory, known=(), encrypted=True)
        failure = _configure(connection, settings, file_keys)
        if failure:
            connection.close()
            raise RoomError(f"this DuckDB cannot write encrypted Parquet ({failure}). Install requirements/run.txt.")
        try:
            yield Warehouse(connection)
        finally:
            connection.close()


def connect(
    root: DataRoot,
    key: WarehouseKey,
    *,
    read_only: bool = False,
    memory: str = DEFAULT_MEMORY,
    file_keys: Sequence[FileKey] = (),
) -> "duckdb.DuckDBPyConnection":
    """The raw connection behind `open_warehouse`, for the dialect of Great Expectations."""
    if why := why_not_so(unencrypted=root.unencrypted):
        raise RoomError(why)
    make_private_folder(root.temp)
    if read_only and not root.warehouse.exists():
        raise RoomError(
            f"there is no warehouse in {root.kluis} yet: run `make run`, or `blindevlek ingest` for a delivery."
        )
    connection = _in_memory(encrypting=not root.unencrypted)
    failure = _attach(connection, root, key, read_only)
    if not failure:
        keys = [file_key(ALIAS, key.secret, "parquet of the kluis"), *file_keys]
        failure = _configure(connection, _settings(root, memory), keys)
    if failure:
        connection.close()
        raise RoomError(why_it_does_not_open(root.warehouse, failure, unencrypted=root.unencrypted))
    return connection


def _in_memory(*, encrypting: bool) -> "duckdb.DuckDBPyConnection":
    """A connection that fetches no extension; `encrypting`: with the library that encrypts. Raises RoomError when that
    does not load. DuckDB verifies the signature of a library when this process loads that very file for the first time."""
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    if not encrypting:
        return duckdb.connect(":memory:", config=config)
    library = httpfs_file()
    stamp = stamp_of(library)
    if stamp in _verified:
        config["allow_unsigned_extensions"] = "true"
    connection = duckdb.connect(":memory:", config=config)
    failure = ""
    try:
        connection.execute(f"LOAD '{sql_path(library)}'")
    except duckdb.Error as error:
        failure = type(error).__name__
        connection.close()
    if failure:
        raise RoomError(f"the encryption library of DuckDB does not load ({failure}). Install requirements/run.txt.")
    _verified.add(stamp)
    return connection


def _attach(connection: "duckdb.DuckDBPyConnection", root: DataRoot, key: WarehouseKey, read_only: bool) -> str:
    """Attach the warehouse; returns the kind of failure, since the library's own text may quote the statement."""
    import duckdb

    options = [] if root.unencrypted else [f"ENCRYPTION_KEY '{quote(key.secret)}'"]
    options += ["READ_ONLY"] if read_only else []
    bracketed = f" ({', '.join(options)})" if options else ""
    try:
        connection.execute(f"ATTACH '{sql_path(root.warehouse)}' AS {ALIAS}{bracketed}")
        connection.execute(f"USE {ALIAS}")
    except duckdb.Error as error:
        return type(error).__name__
    return ""


def _configure(connection: "duckdb.DuckDBPyConnection", settings: Sequence[str], file_keys: Sequence[FileKey]) -> str:
    """Hand over the keys of files and lock the settings; returns the kind of failure."""
    import duckdb

    try:
        for given in file_keys:
            connection.execute(f"PRAGMA add_parquet_key('{given.name}', '{given.secret}')")
        for setting in settings:
            connection.execute(setting)
    except duckdb.Error as error:
        return type(error).__name__
    return ""


def _settings(root: DataRoot, memory: str) -> list[str]:
    known = known_settings() if root.unencrypted else ()
    return settings_of_a_room(root.kluis, root.temp, memory, known=known, encrypted=not root.unencrypted)


def _describe(step: str, failure: str) -> str:
    return (
        f"the kluis failed at: {step} ({failure}). The library's own message is withheld, because it may quote "
        "row values. Run `blindevlek check` for the checks on this step."
    )
