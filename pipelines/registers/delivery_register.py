"""Which deliveries this kluis has taken in: their random ids and content digests, for good.

What belongs here: the memory that makes "the same version with another content" visible. What does not: the
content. It lies beside the warehouse, so that a lost warehouse does not give a known delivery a new id (which
would spend budget again). The digest never leaves the kluis: it would confirm a guessed database.
"""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import DeliveryError, RoomError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS deliveries (
    delivery TEXT NOT NULL, peiljaar INTEGER NOT NULL, version INTEGER NOT NULL,
    digest TEXT NOT NULL, algorithm TEXT NOT NULL, delivery_id TEXT NOT NULL,
    PRIMARY KEY (delivery, peiljaar, version)
);
CREATE TRIGGER IF NOT EXISTS deliveries_stay BEFORE UPDATE ON deliveries
BEGIN SELECT RAISE(ABORT, 'a registered delivery does not change'); END;
CREATE TRIGGER IF NOT EXISTS deliveries_remain BEFORE DELETE ON deliveries
BEGIN SELECT RAISE(ABORT, 'a registered delivery is not removed'); END;
"""


@dataclass(frozen=True)
class Digest:
    """An order-independent digest of typed rows, and the algorithm that made it."""

    value: str
    algorithm: str


@dataclass(frozen=True)
class Arrived:
    """A delivery that was read and found in order, to be remembered."""

    delivery: str
    peiljaar: int
    version: int
    digest: Digest


def register_deliveries(path: Path, arrived: list[Arrived]) -> list[str]:
    """The id of each delivery: the known one when its content is the same, a new random one when it is new.

    Raises DeliveryError when a version was taken in before with another content, or a higher version was; nothing is
    registered then. Call it when nothing else can refuse a delivery any more: what is registered stays.
    """
    with _open(path) as connection:
        return [_register(connection, one) for one in arrived]


def was_taken_in(path: Path, delivery: str, peiljaar: int, version: int) -> bool:
    """Was this version of a delivery taken in before?"""
    if not path.exists():
        return False
    with _open(path) as connection:
        asked = "SELECT count(*) FROM deliveries WHERE delivery = ? AND peiljaar = ? AND version = ?"
        return bool(connection.execute(asked, (delivery, peiljaar, version)).fetchone()[0])


def _register(connection: sqlite3.Connection, arrived: Arrived) -> str:
    shown = f"delivery {arrived.delivery} {arrived.peiljaar} version {arrived.version}"
    newest = connection.execute(
        "SELECT max(version) FROM deliveries WHERE delivery = ? AND peiljaar = ?", (arrived.delivery, arrived.peiljaar)
    ).fetchone()[0]
    if newest is not None and newest > arrived.version:
        raise DeliveryError(
            f"{shown} is older than version {newest}, which was taken in before: it does not take its place. Put version "
            f"{newest} back; or, if the older content is the right one, declare it as version {newest + 1}. Nothing was "
            "changed."
        )
    row = connection.execute(
        "SELECT digest, algorithm, delivery_id FROM deliveries WHERE delivery = ? AND peiljaar = ? AND version = ?",
        (arrived.delivery, arrived.peiljaar, arrived.version),
    ).fetchone()
    if row is None:
        delivery_id = secrets.token_hex(16)
        connection.execute(
            "INSERT INTO deliveries VALUES (?, ?, ?, ?, ?, ?)",
            (
                arrived.delivery,
                arrived.peiljaar,
                arrived.version,
                arrived.digest.value,
                arrived.digest.algorithm,
                delivery_id,
            ),
        )
        return delivery_id
    known = Digest(row[0], row[1])
    if known == arrived.digest:
        return str(row[2])
    if known.algorithm != arrived.digest.algorithm:
        raise DeliveryError(
            f"{shown} was registered with digest algorithm {known.algorithm}, and this installation has "
            f"{arrived.digest.algorithm}: they cannot be compared. Go on with the installation that registered it, or "
            "declare a new version in its manifest (once measured, that is a new release with a spend of its own)."
        )
    raise DeliveryError(
        f"{shown} was taken in before with another content. A correction is a new version: ask the supplier for a "
        "manifest with a higher version. Nothing was changed."
    )


@contextmanager
def _open(path: Path) -> Iterator[sqlite3.Connection]:
    failure = ""
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            connection.executescript(_SCHEMA)
            with connection:
                yield connection
    except sqlite3.Error as error:
        failure = type(error).__name__
    if failure:
        raise RoomError(f"the register of deliveries {path} cannot be used ({failure}): check disk and permissions.")
