"""Who may sign in, as what, and how: passwords by argon2, sessions on the server, a brake on guessing.

What belongs here: roles, the rules of names and passwords, signing in and out. What does not: rows (`people.py`), pages
(`app.py`). No password and no token is in any line of the audit, error or log. Another way of signing in (OIDC at CBS or
VWS) proves who somebody is and then calls `open_proved` (`single_sign_on.py`).
"""

import re
import secrets
from datetime import timedelta
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from pipelines.datacenter.review.events import Party
from pipelines.datacenter.review.people import Account, People, Session, before, digest
from pipelines.datacenter.review.store import Store
from pipelines.errors import UserError

ROLES: dict[str, str] = {
    "maker": "maker",
    "beoordelaar_cbs": "beoordelaar CBS",
    "beoordelaar_vws": "beoordelaar VWS",
    "duider": "duider",
    "tweede_lezer": "tweede lezer",
    "beheerder": "beheerder",
}
"""Role -> what pages call it. An account has one role, so nobody makes and judges."""

PARTY_OF: dict[str, Party] = {"beoordelaar_cbs": "CBS", "beoordelaar_vws": "VWS"}

IDLE, LONGEST = timedelta(hours=1), timedelta(hours=10)
"""A session ends an hour after it was last used, and ten hours after it began."""

WINDOW = timedelta(minutes=15)
MOST_PER_NAME, MOST_PER_ADDRESS = 5, 30
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200
_NAME = re.compile(r"[a-z][a-z0-9.-]{1,39}")
_AT_ONCE = BoundedSemaphore(2)
"""Argon2 takes 64 MB for each password: many attempts at once wait instead of filling the memory."""


class TooMany(UserError):
    """Too many failed attempts: nothing was looked at."""


class Accounts:
    """Signing in and out over a store. `hasher` is argon2id with the defaults of its library."""

    def __init__(self, store: Store, hasher: PasswordHasher | None = None) -> None:
        self.store = store
        self.people = People(store)
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    def add(self, name: str, person: str, organisation: str, role: str, password: str, *, by: str) -> Account:
        """A new account. Raises UserError for a name, person, role or password that cannot be."""
        why = self._why_not(name, person, organisation, role) or why_weak(password)
        if why:
            raise UserError(why)
        account = Account(name, person, organisation, role, self._hash(password), True, self.store.now())
        self.people.add(account)
        self.store.note(by, "account_added", "", {"name": name, "organisation": organisation, "role": role})
        return account

    def change_password(self, name: str, password: str, *, by: str) -> None:
        """Another password; sessions of the account end. Raises UserError when there is no such account."""
        if self.people.find(name) is None:
            raise UserError(f"no account '{name}'. `blindevlek review accounts list` shows them.")
        if why := why_weak(password):
            raise UserError(why)
        self.people.change(name, password_hash=self._hash(password))
        self.store.note(by, "account_password", "", {"name": name})

    def close(self, name: str, *, by: str) -> None:
        """Nobody signs in with this account any more; what it did stays in the audit."""
        if self.people.find(name) is None:
            raise UserError(f"no account '{name}'. `blindevlek review accounts list` shows them.")
        self.people.change(name, active=False)
        self.store.note(by, "account_closed", "", {"name": name})

    def sign_in(self, name: str, password: str, address: str) -> str | None:
        """The token of a new session, or None when name and password are not right. Raises TooMany."""
        name = name.strip().lower()[:80]
        as_name, from_address = self.people.failures(name, address, WINDOW)
        if as_name >= MOST_PER_NAME or from_address >= MOST_PER_ADDRESS:
            raise TooMany("Te veel mislukte pogingen. Wacht een kwartier en probeer het opnieuw.")
        account = self.people.find(name)
        if not self._fits(account, password[:LONGEST_PASSWORD]):
            self.people.failed(name, address, WINDOW)
            self.store.note(account.name if account else "unknown", "sign_in_failed", "", {"address": address[:80]})
            return None
        return self.open_session(name)

    def open_session(self, name: str) -> str:
        """The token of a new session for somebody who proved to be this account."""
        token = secrets.token_urlsafe(32)
        self.people.start_session(token, secrets.token_urlsafe(32), name, before(self.store.now(), LONGEST))
        self.store.note(name, "signed_in")
        return token

    def open_proved(self, name: str) -> str | None:
        """The token of a new session for whom the identity provider of an organisation named; None unless exactly that account
        is there and open."""
        account = self.people.find(name)
        return self.open_session(name) if account and account.active else None

    def session(self, token: str) -> Session | None:
        """The session of a token, if it is still good."""
        return self.people.session(token, IDLE, LONGEST) if token else None

    def sign_out(self, token: str) -> None:
        """End the session of a token."""
        self.people.end_session(digest(token))

    def end(self, session: Session) -> None:
        """End a session."""
        self.people.end_session(session.token_sha256)

    def knows(self, name: str, password: str) -> bool:
        """Is this the password of an account?"""
        return self._fits(self.people.find(name), password[:LONGEST_PASSWORD])

    def _fits(self, account: Account | None, password: str) -> bool:
        """Takes as long for a name that does not exist."""
        stored = account.password_hash if account and account.active else self._nobody
        with _AT_ONCE:
            fits = True
            try:
                self._hasher.verify(stored, password)
            except (VerificationError, InvalidHashError, UnicodeError):
                fits = False
        return fits and account is not None and account.active

    def _hash(self, password: str) -> str:
        with _AT_ONCE:
            return self._hasher.hash(password)

    def _why_not(self, name: str, person: str, organisation: str, role: str) -> str:
        if not _NAME.fullmatch(name):
            return (
                "a name of an account is 2 to 40 small letters, digits, points and hyphens, and begins with a letter."
            )
        if role not in ROLES:
            return f"no role '{role}'. Roles: {', '.join(ROLES)}."
        for text in (person, organisation):
            if not 2 <= len(text.strip()) <= 120 or not text.isprintable():
                return "person and organisation are 2 to 120 readable characters."
        known = self.people.all()
        if any(account.name == name for account in known):
            return f"the account '{name}' exists. An account is never given to somebody else; choose another name."
        if any(_same(account.person, person) and account.active for account in known):
            return f"{person} has an account already. One person has one account, so that nobody judges twice."
        return ""


def why_weak(password: str) -> str:
    """Why a password is refused; empty when it is not."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        return f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters; four words do well."
    return "" if len(set(password)) > 4 else "this password repeats itself; four words do well."


def same_token(given: str, wanted: str) -> bool:
    """Are two tokens the same? Takes as long when they are not."""
    return secrets.compare_digest(digest(given), digest(wanted))


def _same(one: str, other: str) -> bool:
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())
