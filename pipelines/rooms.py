"""The three rooms under one data root, the lock of the kluis and its key.

What belongs here: where things lie, who may write, and the key of the warehouse. What does not: what lies in
a room. Nothing here reads the environment or the clock; the front doors hand those in.
"""

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from pipelines.errors import RoomError

Purpose = Literal["synthetic", "real"]


@dataclass(frozen=True)
class DataRoot:
    """The data root and the fixed places in it.

    `kluis` holds microdata, exact counts and the ledger; `wachtruimte` what is noised and under review;
    `openbaar` what was approved. Each has its own readers.
    """

    path: Path

    @property
    def kluis(self) -> Path:
        return self.path / "kluis"

    @property
    def wachtruimte(self) -> Path:
        return self.path / "wachtruimte"

    @property
    def openbaar(self) -> Path:
        return self.path / "openbaar"

    @property
    def warehouse(self) -> Path:
        return self.kluis / "warehouse.duckdb"

    @property
    def ledger(self) -> Path:
        return self.kluis / "ledger.sqlite"

    @property
    def delivery_register(self) -> Path:
        return self.kluis / "deliveries.sqlite"

    @property
    def temp(self) -> Path:
        return self.kluis / "temp"

    @property
    def reports(self) -> Path:
        """Reports with exact content for people inside the kluis; never copied out."""
        return self.kluis / "reports"

    @property
    def dagster_home(self) -> Path:
        return self.kluis / "dagster"

    def deliveries(self, peiljaar: int) -> Path:
        return self.kluis / "deliveries" / str(peiljaar)

    def truth(self, peiljaar: int) -> Path:
        """The truth of a synthetic population: for tests and benchmarks, never read by the line."""
        return self.kluis / "truth" / str(peiljaar)

    def prepare(self) -> None:
        """Make the rooms. The kluis is readable by its owner only."""
        for room in (self.kluis, self.wachtruimte, self.openbaar, self.temp, self.reports):
            try:
                room.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise RoomError(
                    f"cannot make {room}: {error.strerror}. Set BLINDEVLEK_DATA to a folder you may write in."
                ) from None
        self.kluis.chmod(0o700)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the one writer's lock of the kluis; CLI and Dagster share it."""
        self.prepare()
        lock = FileLock(self.kluis / "lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise RoomError(
                f"another run is working in {self.kluis} (it holds the lock file there). Wait until it is done; "
                "`blindevlek status` shows what runs."
            ) from None
        try:
            yield
        finally:
            lock.release()


@dataclass(frozen=True)
class WarehouseKey:
    """The key of the encrypted warehouse: 64 hexadecimal characters, and what it may be used for."""

    purpose: Purpose
    secret: str

    def __repr__(self) -> str:
        return f"WarehouseKey(purpose={self.purpose!r})"


def read_key(path: Path) -> WarehouseKey:
    """Read a key file; raise RoomError when it is missing, readable by others, or not a key file."""
    if not path.exists():
        raise RoomError(
            f"no key file at {path}. `blindevlek key new --purpose real --file {path}` makes one; for synthetic "
            "data `make run` makes its own. BLINDEVLEK_KEY_FILE names another place."
        )
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise RoomError(f"the key file {path} is readable by others: `chmod 600 {path}`.")
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        key = WarehouseKey(record["purpose"], record["key"])
    except (ValueError, KeyError, TypeError):
        raise RoomError(f"{path} is not a key file of blindevlek (JSON with `purpose` and `key`).") from None
    if key.purpose not in ("synthetic", "real") or len(key.secret) != 64 or not _is_hex(key.secret):
        raise RoomError(f"{path} is not a key file of blindevlek: purpose or key has the wrong form.")
    return key


def make_key(path: Path, purpose: Purpose) -> WarehouseKey:
    """Write a new random key, readable by its owner only; an existing file is never overwritten."""
    path.parent.mkdir(parents=True, exist_ok=True)
    key = WarehouseKey(purpose, secrets.token_hex(32))
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise RoomError(f"{path} exists: a key is never overwritten, since its warehouse would be lost.") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        json.dump({"purpose": purpose, "key": key.secret}, handle)
    return key


def _is_hex(text: str) -> bool:
    return all(character in "0123456789abcdef" for character in text)
