"""Accounts, sessions and failed attempts to sign in, as they are stored.

What belongs here: their rows. What does not: passwords and rules (`accounts.py`), the audit (`store.py`). A session is
kept as the hash of its token, an attempt as the hash of the name that was given: people type passwords into that field.
"""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from pipelines.datacenter.review.store import Store
from pipelines.datacenter.review.tables import accounts, attempts, sessions


@dataclass(frozen=True)
class Account:
    """Somebody who may sign in: one person, one organisation, one role."""

    name: str
    person: str
    organisation: str
    role: str
    password_hash: str = field(repr=False)
    active: bool
    created_at: str


@dataclass(frozen=True)
class Session:
    """Who is signed in, and the token that the forms of this session carry."""

    account: Account
    csrf: str = field(repr=False)
    token_sha256: str = field(repr=False)


class People:
    """The rows of accounts, sessions and attempts in the database of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> list[Account]:
        """Every account, by name."""
        with self._store.reading() as connection:
            rows = connection.execute(select(accounts).order_by(accounts.c.name)).all()
        return [_account(row) for row in rows]

    def find(self, name: str) -> Account | None:
        """The account of a name, or None."""
        with self._store.reading() as connection:
            row = connection.execute(select(accounts).where(accounts.c.name == name)).first()
        return _account(row) if row else None

    def add(self, account: Account) -> None:
        """Store a new account."""
        row = asdict(account) | {"active": int(account.active)}
        with self._store.writing() as connection:
            connection.execute(insert(accounts).values(**row))

    def change(self, name: str, *, password_hash: str | None = None, active: bool | None = None) -> None:
        """Change the password or close an account; its sessions end."""
        values: dict[str, object] = {}
        if password_hash is not None:
            values["password_hash"] = password_hash
        if active is not None:
            values["active"] = int(active)
        with self._store.writing() as connection:
            connection.execute(update(accounts).where(accounts.c.name == name).values(**values))
            connection.execute(delete(sessions).where(sessions.c.account == name))

    def start_session(self, token: str, csrf: str, account: str, oldest: str) -> None:
        """Store a session under the hash of its token; sessions begun before `oldest` are removed."""
        now = self._store.now()
        row = {"token_sha256": digest(token), "account": account, "csrf": csrf, "created_at": now, "last_used_at": now}
        with self._store.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.created_at < oldest))
            connection.execute(insert(sessions).values(**row))

    def session(self, token: str, idle: timedelta, longest: timedelta) -> Session | None:
        """The session of a token that was used within `idle` and begun within `longest`; it counts as used now."""
        now = self._store.now()
        with self._store.reading() as connection:
            row = connection.execute(select(sessions).where(sessions.c.token_sha256 == digest(token))).first()
        if row is None or before(now, idle) > row.last_used_at or before(now, longest) > row.created_at:
            return None
        account = self.find(row.account)
        if account is None or not account.active:
            return None
        if before(now, timedelta(minutes=1)) > row.last_used_at:
            with self._store.writing() as connection:
                used = update(sessions).where(sessions.c.token_sha256 == row.token_sha256).values(last_used_at=now)
                connection.execute(used)
        return Session(account, row.csrf, row.token_sha256)

    def end_session(self, token_sha256: str) -> None:
        """Forget the session whose token has this hash."""
        with self._store.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.token_sha256 == token_sha256))

    def failed(self, name: str, address: str, window: timedelta) -> None:
        """Remember a failed attempt; those before the window are forgotten."""
        now = self._store.now()
        with self._store.writing() as connection:
            connection.execute(delete(attempts).where(attempts.c.at < before(now, window)))
            connection.execute(insert(attempts).values(at=now, who_sha256=digest(name), address=address[:80]))

    def failures(self, name: str, address: str, window: timedelta) -> tuple[int, int]:
        """How often somebody failed within the window: under this name, and from this address."""
        recent = select(func.count()).select_from(attempts).where(attempts.c.at >= before(self._store.now(), window))
        with self._store.reading() as connection:
            as_name = connection.execute(recent.where(attempts.c.who_sha256 == digest(name))).scalar()
            from_address = connection.execute(recent.where(attempts.c.address == address[:80])).scalar()
        return int(as_name or 0), int(from_address or 0)


def _account(row: Any) -> Account:
    return Account(
        row.name, row.person, row.organisation, row.role, row.password_hash, bool(row.active), row.created_at
    )


def digest(text: str) -> str:
    """Sha256 of a text, in hexadecimal."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def before(now: str, span: timedelta) -> str:
    """The moment that lies a span before another (ISO 8601)."""
    return (datetime.fromisoformat(now) - span).isoformat(timespec="seconds")
