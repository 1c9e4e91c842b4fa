"""The SQLite file under the ledger: its tables, its triggers, and what its failures mean.

What belongs here: everything that speaks SQL or knows SQLite. What does not: what an entry means, the cap.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipelines.errors import RoomError
from pipelines.privacy.entry import COLUMNS
from pipelines.withheld import raise_alone

_NUMBERS = {"seq", "peiljaar", "contributions", "valid_for_publication"}
_ENTRY_COLUMNS = ", ".join(f"{name} {'INTEGER' if name in _NUMBERS else 'TEXT'} NOT NULL" for name in COLUMNS)


def _append_only(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ]


def _insert_guard(table: str, refused_when: str) -> str:
    # INSERT OR REPLACE deletes without firing a delete trigger; a guard before the insert stops that too.
    return (
        f"CREATE TRIGGER {table}_in_order BEFORE INSERT ON {table} WHEN {refused_when} "
        f"BEGIN SELECT RAISE(ABORT, 'append-only'); END"
    )


_SCHEMA = [
    "CREATE TABLE settings (format INTEGER NOT NULL, cap TEXT NOT NULL, nonce TEXT NOT NULL)",
    f"CREATE TABLE entries ({_ENTRY_COLUMNS}, PRIMARY KEY (seq), UNIQUE (replay_key))",
    "CREATE TABLE measurements (seq INTEGER PRIMARY KEY REFERENCES entries (seq), blob BLOB NOT NULL)",
    *(sql for table in ("settings", "entries", "measurements") for sql in _append_only(table)),
    _insert_guard("settings", "EXISTS (SELECT 1 FROM settings)"),
    _insert_guard(
        "entries",
        "NEW.seq IS NOT (SELECT count(*) + 1 FROM entries) "
        "OR EXISTS (SELECT 1 FROM entries WHERE replay_key = NEW.replay_key)",
    ),
    _insert_guard(
        "measurements",
        "NEW.seq IS NOT (SELECT count(*) + 1 FROM measurements) "
        "OR NOT EXISTS (SELECT 1 FROM entries WHERE seq = NEW.seq)",
    ),
]

_LESSONS = {
    "SQLITE_BUSY": "The ledger is in use by another run. Wait until that has finished and start again.",
    "SQLITE_LOCKED": "The ledger is in use by another run. Wait until that has finished and start again.",
    "SQLITE_READONLY": "The ledger cannot be written: its file, folder or disk is read-only. Give this "
    "account write access to the kluis folder that holds it.",
    "SQLITE_FULL": "The disk that holds the ledger is full. Make room and start again.",
    "SQLITE_CORRUPT": "The ledger file is damaged. Restore it from the last backup of the kluis; never start "
    "a new ledger, that would forget what was spent.",
    "SQLITE_NOTADB": "The file at the ledger's place is no ledger. Restore it from the last backup of the "
    "kluis; never start a new ledger, that would forget what was spent.",
    "SQLITE_CANTOPEN": "The ledger cannot be opened or its folder cannot be written. Check that the kluis "
    "folder exists and that this account may write in it.",
    "SQLITE_IOERR": "Reading or writing the ledger failed on the disk. Check the disk and its free space, "
    "and start again.",
}


@contextmanager
def lessons() -> Iterator[None]:
    """Turn a failure of SQLite into a RoomError that teaches, without the library's text."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise_alone(
            RoomError("The ledger refused a change: entries are only ever appended, one per release, in order.")
        )
    except sqlite3.Error as error:
        raise_alone(RoomError(_lesson(error)))
    except UnicodeDecodeError:
        # A damaged file can bring text that is no text, even in SQLite's own messages.
        raise_alone(RoomError(_LESSONS["SQLITE_CORRUPT"]))


def _lesson(error: sqlite3.Error) -> str:
    # Extended codes start with the plain one, such as SQLITE_READONLY_DIRECTORY.
    found = getattr(error, "sqlite_errorname", "") or type(error).__name__
    for code, lesson in _LESSONS.items():
        if found.startswith(code):
            return f"{lesson} Nothing was spent and nothing was stored."
    return f"The ledger failed ({found}). Nothing was spent and nothing was stored."


def connect(path: Path, *, create: bool, wait_seconds: float) -> sqlite3.Connection:
    """Open the file, made with access for its owner only if it is new and `create` allows."""
    if not path.exists():
        if create:
            _make_file(path)
        else:
            raise RoomError(
                f"There is no ledger '{path.name}' in this kluis: nothing was ever measured here, or this is "
                "not the right data root."
            )
    with lessons():
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=wait_seconds, isolation_level=None
        )
    try:
        _configure(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _configure(connection: sqlite3.Connection) -> None:
    with lessons():
        connection.row_factory = sqlite3.Row
        # EXTRA is FULL plus a sync of the folder after the journal is gone: without it a power cut could
        # roll back a spend whose measurements were already handed out.
        connection.execute("PRAGMA synchronous = EXTRA")
        connection.execute("PRAGMA recursive_triggers = ON")
        connection.execute("PRAGMA temp_store = MEMORY")


def _make_file(path: Path) -> None:
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return  # another run was just ahead
    except OSError as error:
        raise RoomError(
            f"The ledger '{path.name}' cannot be made in its folder ({type(error).__name__}). Check that the "
            "kluis folder exists and that this account may write in it."
        ) from None


@contextmanager
def transaction(connection: sqlite3.Connection, mode: str) -> Iterator[None]:
    """BEGIN `mode` (DEFERRED or IMMEDIATE), then COMMIT, or ROLLBACK whatever goes wrong inside."""
    with lessons():
        connection.execute(f"BEGIN {mode}")
    try:
        yield
        with lessons():
            connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.rollback()
        raise


def is_new(connection: sqlite3.Connection) -> bool:
    """Whether nothing was written in the file yet."""
    with lessons():
        return not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]


def make(connection: sqlite3.Connection, cap: str, nonce: str) -> None:
    """Write the schema and the settings; call inside a transaction."""
    with lessons():
        for statement in _SCHEMA:
            connection.execute(statement)
        connection.execute("INSERT INTO settings VALUES (1, ?, ?)", (cap, nonce))


def check_writable(connection: sqlite3.Connection) -> None:
    """Fail now rather than after the draw; call inside an IMMEDIATE transaction.

    SQLite lets such a transaction begin on a read-only file, and only refuses the first write.
    """
    with lessons():
        connection.execute("PRAGMA user_version = 1")


def check_file(connection: sqlite3.Connection) -> None:
    """Refuse a damaged file, or one whose tables or triggers are not exactly ours (a dropped trigger)."""
    query = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
    with sqlite3.connect(":memory:") as model:
        for statement in _SCHEMA:
            model.execute(statement)
        expected = model.execute(query).fetchall()
    model.close()
    with lessons():
        found = [tuple(row) for row in connection.execute(query)]
        sound = [row[0] for row in connection.execute("PRAGMA integrity_check(1)")] == ["ok"]
    if not sound:
        raise RoomError(_LESSONS["SQLITE_CORRUPT"])
    if found != expected:
        raise RoomError(
            "The ledger's tables or triggers were changed. Restore it from the last backup of the kluis; "
            "never start a new ledger, that would forget what was spent."
        )


def settings(connection: sqlite3.Connection) -> dict[str, str | int]:
    """What was fixed when the ledger was made: format, cap and a secret nonce."""
    with lessons():
        rows = [dict(row) for row in connection.execute("SELECT * FROM settings")]
    if len(rows) != 1 or [type(value) for value in rows[0].values()] != [int, str, str]:
        raise RoomError(_LESSONS["SQLITE_CORRUPT"])
    if rows[0]["format"] != 1:
        raise RoomError("The ledger was made by a later version of this program. Use that version.")
    return rows[0]


def rows(connection: sqlite3.Connection) -> Iterator[tuple[dict[str, str | int], bytes | None]]:
    """Every entry as stored, in order, with its measurement (None when it is missing)."""
    query = "SELECT e.*, m.blob FROM entries e LEFT JOIN measurements m USING (seq) ORDER BY seq"
    with lessons():
        for row in connection.execute(query):
            values = dict(row)
            blob = values.pop("blob")
            yield values, blob


def number_of_measurements(connection: sqlite3.Connection) -> int:
    with lessons():
        return int(connection.execute("SELECT count(*) FROM measurements").fetchone()[0])


def measurement_of(connection: sqlite3.Connection, seq: int) -> bytes:
    with lessons():
        return bytes(connection.execute("SELECT blob FROM measurements WHERE seq = ?", (seq,)).fetchone()[0])


def append(connection: sqlite3.Connection, row: dict[str, str | int], blob: bytes) -> None:
    """Write an entry and its measurement; call inside a transaction."""
    marks = ", ".join("?" for _ in COLUMNS)
    with lessons():
        connection.execute(
            f"INSERT INTO entries ({', '.join(COLUMNS)}) VALUES ({marks})",
            [row[name] for name in COLUMNS],
        )
        connection.execute("INSERT INTO measurements VALUES (?, ?)", (row["seq"], blob))
