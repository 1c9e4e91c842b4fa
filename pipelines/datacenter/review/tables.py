"""The tables of the review database and how it is opened: SQLite in a file, or PostgreSQL by its URL, the same code.

What belongs here: columns, triggers that keep the audit and the duiding append-only, connections. What does not: what is
written when (`store.py`). The URL may hold a password: it is in no message.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import DDL, Column, Engine, Integer, MetaData, String, Table, Text, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from pipelines.errors import UserError
from pipelines.private_files import make_private_folder

WRITING = "blindevlek_writing"
"""Execution option of a connection that is going to write."""

metadata = MetaData()

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("actor", String(80), nullable=False),
    Column("kind", String(40), nullable=False, index=True),
    Column("subject", String(120), nullable=False),
    Column("content", Text, nullable=False),
    Column("previous", String(64), nullable=False, unique=True),
    Column("hash", String(64), nullable=False, unique=True),
)
duiding = Table(
    "duiding",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("account", String(80), nullable=False),
    Column("content", Text, nullable=False),
)
accounts = Table(
    "accounts",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("person", String(120), nullable=False),
    Column("organisation", String(120), nullable=False),
    Column("role", String(40), nullable=False),
    Column("password_hash", String(256), nullable=False),
    Column("active", Integer, nullable=False),
    Column("created_at", String(32), nullable=False),
)
sessions = Table(
    "sessions",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("account", String(80), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("last_used_at", String(32), nullable=False),
)
attempts = Table(
    "attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String(32), nullable=False, index=True),
    Column("who_sha256", String(64), nullable=False),
    Column("address", String(80), nullable=False),
)

_SQLITE = """CREATE TRIGGER {table}_no_{what} BEFORE {what} ON {table}
BEGIN SELECT RAISE(ABORT, 'append-only: a line is never changed or removed'); END"""
_POSTGRES_FUNCTION = """CREATE OR REPLACE FUNCTION blindevlek_append_only() RETURNS trigger LANGUAGE plpgsql AS
$body$ BEGIN RAISE EXCEPTION 'append-only: a line is never changed or removed'; END $body$"""
_POSTGRES_ROW = """CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION blindevlek_append_only()"""
_POSTGRES_ALL = """CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION blindevlek_append_only()"""


def _ddl(text: str, dialect: str) -> Any:
    return DDL(text).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]


event.listen(metadata, "before_create", _ddl(_POSTGRES_FUNCTION, "postgresql"))
for _table in (audit, duiding):
    for _what in ("update", "delete"):
        _text = _SQLITE.format(table=_table.name, what=_what)
        event.listen(_table, "after_create", _ddl(_text, "sqlite"))
    for _text in (_POSTGRES_ROW, _POSTGRES_ALL):
        event.listen(_table, "after_create", _ddl(_text.format(table=_table.name), "postgresql"))


def open_engine(place: str) -> Engine:
    """An engine on a URL (`postgresql+psycopg://...`), or on a SQLite file when `place` is a path.

    Raises UserError for another kind of database; nothing of the URL is in the message.
    """
    url = make_url(place) if "://" in place else URL.create("sqlite", database=place)
    name = url.get_backend_name()
    if name not in ("sqlite", "postgresql"):
        raise UserError(
            "BLINDEVLEK_REVIEW_DB must be a URL that begins with postgresql+psycopg:// (or be left out: then the review is "
            "kept in a SQLite file in the data root)."
        )
    if name == "sqlite":
        make_private_folder(Path(str(url.database)).parent)
        engine = create_engine(url, hide_parameters=True, connect_args={"timeout": 20})
        event.listen(engine, "connect", _sqlite_connected)
        event.listen(engine, "begin", _sqlite_begins)
        return engine
    try:
        return create_engine(url, hide_parameters=True, pool_pre_ping=True)
    except (ArgumentError, ImportError):
        raise UserError(
            "BLINDEVLEK_REVIEW_DB names PostgreSQL, and its driver is not here: use postgresql+psycopg:// and install the "
            "requirements of the services (requirements/serve.txt)."
        ) from None


def _sqlite_connected(connection: Any, _record: object) -> None:
    # Transactions are begun by `_sqlite_begins`, not by the driver's own guess.
    connection.isolation_level = None
    for line in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "recursive_triggers = ON",
    ):
        connection.execute(f"PRAGMA {line}")


def _sqlite_begins(connection: Any) -> None:
    writing = connection.get_execution_options().get(WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
