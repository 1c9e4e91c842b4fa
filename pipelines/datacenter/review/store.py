"""The store of the review: the audit chain and what follows from it, and the texts of duiding.

What belongs here: reading and appending, each append in one transaction with the question whether it is allowed. What
does not: SQL of accounts and sessions (`people.py`), rules (`state.py`, `duiding.py`), tables (`tables.py`).
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine, func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError

from pipelines.datacenter.review import tables
from pipelines.datacenter.review.chain import Line, canonical, next_line, require_heads, verify
from pipelines.datacenter.review.events import (
    Commented,
    Event,
    Name,
    Postponed,
    Published,
    Released,
    Submitted,
    TakenBack,
    Voted,
    VoteWithdrawn,
    Withdrawn,
    World,
)
from pipelines.datacenter.review.state import apply
from pipelines.errors import RoomError
from pipelines.withheld import raise_alone

_EVENTS: dict[str, TypeAdapter[Any]] = {
    kind.__name__: TypeAdapter(kind)
    for kind in (
        Submitted,
        Voted,
        VoteWithdrawn,
        Commented,
        Postponed,
        TakenBack,
        Released,
        Published,
        Withdrawn,
    )
}
_BEGUN, _ADDED = "begun", "duiding_added"
_LOCK = 7_230_411
"""Number of the advisory lock in PostgreSQL that appending holds: one writer at a time, as in SQLite."""


class Store:
    """An open review database. `now` is the clock: UTC, ISO 8601, whole seconds."""

    def __init__(self, engine: Engine, now: Callable[[], str]) -> None:
        self.engine = engine
        self.now = now

    def prepare(self, *, demonstration: bool) -> None:
        """Make the tables and the first line when they are not there. A database for demonstration stays one.

        Raises RoomError when the database is of the other kind.
        """
        with told():
            tables.metadata.create_all(self.engine)
        with self.writing() as connection:
            if self._last(connection) is None:
                content = {"demonstration": demonstration, "nonce": secrets.token_hex(16)}
                self._append(connection, "system", _BEGUN, "", content)
        if self.demonstration != demonstration:
            raise RoomError(
                "this review database is "
                + ("for demonstration" if self.demonstration else "a real one")
                + ", and was asked for as the other kind. Votes of a demonstration never count; give each its own place."
            )

    @property
    def demonstration(self) -> bool:
        """Is this a database of the demonstration, whose votes count for nothing real?"""
        return bool(self.lines(_BEGUN)[0].facts()["demonstration"])

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that may append; others wait for it."""
        with (
            told(),
            self.engine.connect().execution_options(**{tables.WRITING: True}) as connection,
            connection.begin(),
        ):
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One transaction that reads."""
        with told(), self.engine.connect() as connection, connection.begin():
            yield connection

    def lines(self, *kinds: str, subject: str = "") -> list[Line]:
        """The lines of the audit, oldest first: of these kinds and this subject, or all."""
        with self.reading() as connection:
            return self._lines(connection, kinds, subject)

    def verify(self, published: Mapping[str, str] | None = None) -> str:
        """The head of a sound audit; every duiding is as it was added; the heads that publications carry are in it.

        Raises RoomError that says what is not so.
        """
        with self.reading() as connection:
            lines = self._lines(connection)
            texts = {row.id: row.content for row in connection.execute(select(tables.duiding))}
        head = verify(lines)
        require_heads(lines, published or {})
        added = {int(str(line.facts()["id"])): line.facts()["sha256"] for line in lines if line.kind == _ADDED}
        changed = sorted(key for key in added.keys() | texts.keys() if added.get(key) != _digest(texts.get(key, "")))
        if changed:
            raise RoomError(
                f"duiding {', '.join(map(str, changed))} is not as it was added. Put the last backup of the review database "
                "back; nothing is published from a damaged one."
            )
        return head

    def world(self) -> World:
        """All reviews, as their events make them."""
        with self.reading() as connection:
            return self._world(connection)

    def record(self, name: Name, event: Event) -> str:
        """Append an event when the state machine allows it; returns the head after it. Raises Refused otherwise."""
        with self.writing() as connection:
            return self._record(connection, name, event)

    def note(self, actor: str, kind: str, subject: str = "", content: Mapping[str, object] | None = None) -> str:
        """Append a line that changes no review: who looked, who signed in, an account. Returns the head after it."""
        with self.writing() as connection:
            return self._append(connection, actor, kind, subject, content or {})

    def note_once_a_day(self, actor: str, kind: str, subject: str, content: Mapping[str, object]) -> None:
        """The same, unless this line stands there already today: who looks at a page ten times has looked."""
        today, wanted = self.now()[:10], canonical(content)
        if not any(
            line.at[:10] == today and line.actor == actor and line.content == wanted
            for line in self.lines(kind, subject=subject)
        ):
            self.note(actor, kind, subject, content)

    def add_duiding(self, account: str, subject: str, content: Mapping[str, object]) -> int:
        """Append a text of duiding with its line in the audit; returns its number."""
        with self.writing() as connection:
            number = (connection.execute(select(func.max(tables.duiding.c.id))).scalar() or 0) + 1
            written = canonical(content)
            row = {"id": number, "at": self.now(), "account": account, "content": written}
            connection.execute(insert(tables.duiding).values(**row))
            self._append(connection, account, _ADDED, subject, {"id": number, "sha256": _digest(written)})
        return number

    def duidingen(self) -> list[tuple[int, str, str, str]]:
        """Number, time, account and content (JSON text) of every duiding, oldest first."""
        with self.reading() as connection:
            rows = connection.execute(select(tables.duiding).order_by(tables.duiding.c.id))
            return [(row.id, row.at, row.account, row.content) for row in rows]

    def _world(self, connection: Connection) -> World:
        world: World = {}
        for line in self._lines(connection, tuple(_EVENTS)):
            release_id, versie = line.subject.split("/")
            event = _EVENTS[line.kind].validate_json(line.content)
            world = apply(world, (release_id, versie), event, line.at)
        return world

    def _record(self, connection: Connection, name: Name, event: Event) -> str:
        apply(self._world(connection), name, event, self.now())
        return self._append(connection, event.by, type(event).__name__, "/".join(name), asdict(event))

    def _append(
        self, connection: Connection, actor: str, kind: str, subject: str, content: Mapping[str, object]
    ) -> str:
        line = next_line(self._last(connection), self.now(), actor, kind, subject, content)
        connection.execute(insert(tables.audit).values(**asdict(line)))
        return line.hash

    @staticmethod
    def _last(connection: Connection) -> Line | None:
        row = connection.execute(select(tables.audit).order_by(tables.audit.c.seq.desc()).limit(1)).first()
        return Line(*row) if row else None

    @staticmethod
    def _lines(connection: Connection, kinds: tuple[str, ...] = (), subject: str = "") -> list[Line]:
        wanted = select(tables.audit).order_by(tables.audit.c.seq)
        if kinds:
            wanted = wanted.where(tables.audit.c.kind.in_(kinds))
        if subject:
            wanted = wanted.where(tables.audit.c.subject == subject)
        return [Line(*row) for row in connection.execute(wanted)]


@contextmanager
def told() -> Iterator[None]:
    """What the database refuses is told without the text of the library: it may quote the URL or a value."""
    failed = ""
    try:
        yield
    except SQLAlchemyError as error:
        failed = type(error).__name__
    if failed:
        raise_alone(
            RoomError(
                f"the review database refused ({failed}). Is it there, may this process write in it, and does "
                "BLINDEVLEK_REVIEW_DB name the right one? Nothing was half-written: each change is one transaction."
            )
        )


def _digest(content: str) -> str:
    return sha256(content.encode()).hexdigest()
