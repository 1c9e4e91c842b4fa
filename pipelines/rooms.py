"""The three rooms under one data root, the lock of the kluis and its key.

What belongs here: where things lie, who may write, and the key of the warehouse. What does not: what lies in
a room. Nothing here reads the environment or the clock; the front doors hand those in.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from pipelines.errors import RoomError
from pipelines.private_files import (
    is_secret,
    make_private_folder,
    private_files,
    secret_record,
    why_no_secret,
    write_secret,
)

Purpose = Literal["synthetic", "real"]
_ROOT_MODE, _UNDER_REVIEW_MODE = 0o751, 0o750
"""What is made anew: others may pass through the data root to what is published, and see nothing else of it. A stricter
umask stays stricter."""

KEY_BESIDE_LOCK = "a key that lies beside what it opens protects nothing, and goes along with every copy of it"
PURPOSES: tuple[Purpose, ...] = ("synthetic", "real")


@dataclass(frozen=True)
class DataRoot:
    """The data root and the fixed places in it.

    `kluis` holds microdata, exact counts and the ledger; `wachtruimte` what is noised and under review;
    `openbaar` what was approved. Each has its own readers. `unencrypted`: its owner says that the disk of the kluis is
    protected otherwise, since the DuckDB here cannot encrypt; refused where it can.
    """

    path: Path
    unencrypted: bool = field(default=False, kw_only=True)

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
    def uitgaven(self) -> Path:
        """Every published release, by id and version."""
        return self.openbaar / "uitgaven"

    @property
    def beoordeling(self) -> Path:
        """What the review app keeps, unless a database of its own is named: votes, accounts, duiding."""
        return self.path / "beoordeling"

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

    def refuse_inside(self, place: Path, why: str) -> None:
        """Raise RoomError when a file would lie in this data root; `why` it may not, in words."""
        if place.resolve().is_relative_to(self.path.resolve()):
            raise RoomError(f"{place} is inside the data root {self.path}: {why}. Choose another place.")

    def prepare(self) -> None:
        """Make the rooms. The kluis is for its owner only, and what is under review for the group at most; a room that
        stands there keeps the readers that it was given."""
        for room in (self.path, self.wachtruimte, self.openbaar, self.kluis, self.temp, self.reports):
            try:
                if room.is_relative_to(self.kluis):
                    make_private_folder(room)
                else:
                    mode = {self.path: _ROOT_MODE, self.wachtruimte: _UNDER_REVIEW_MODE}.get(room, 0o777)
                    room.mkdir(mode, parents=True, exist_ok=True)
            except OSError as error:
                raise RoomError(
                    f"cannot make {room}: {error.strerror}. Set BLINDEVLEK_DATA to a folder you may write in."
                ) from None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the one writer's lock of the kluis; CLI and Dagster share it. Files made meanwhile are private."""
        self.prepare()
        with private_files(), self._lock():
            yield

    @contextmanager
    def _lock(self) -> Iterator[None]:
        lock = FileLock(self.kluis / "lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise RoomError(
                f"another run is working in {self.kluis} (it holds the lock file there). Wait until it is done; "
                "`blindevlek status` tells how the last one ended."
            ) from None
        try:
            yield
        finally:
            lock.release()


@dataclass(frozen=True)
class WarehouseKey:
    """The key of the encrypted warehouse: 64 hexadecimal characters, and what it may be used for."""

    purpose: Purpose
    secret: str = field(repr=False)


def read_key(path: Path) -> WarehouseKey:
    """Read a key file; raise RoomError when it is missing, unreadable, readable by others, or not a key file."""
    if not path.exists():
        raise RoomError(
            f"no key file at {path}. For synthetic deliveries `blindevlek key new --purpose synthetic --file {path}` makes "
            "one (`make run` makes its own), for real ones the same with `--purpose real`. BLINDEVLEK_KEY_FILE names "
            "another place."
        )
    if why := why_no_secret(path):
        raise RoomError(why)
    key = _key_in(path)
    if key is None:
        raise RoomError(
            f"{path} is not a key file of blindevlek (JSON with `purpose` synthetic or real, and `key` of 64 hexadecimal "
            "characters). Restore it from its copy: a key cannot be mended."
        )
    return key


def purpose_of_key(path: Path) -> Purpose | None:
    """What a key file was made for, without its secret; None when it is not there or no key file."""
    return key.purpose if not why_no_secret(path) and (key := _key_in(path)) else None


def make_key(path: Path, purpose: Purpose) -> WarehouseKey:
    """Write a new random key, readable by its owner only; an existing file is never overwritten."""
    key = WarehouseKey(purpose, secrets.token_hex(32))
    if why := write_secret(path, {"purpose": purpose, "key": key.secret}):
        raise RoomError(why)
    return key


def _key_in(path: Path) -> WarehouseKey | None:
    record = secret_record(path) or {}
    purpose, secret = record.get("purpose"), record.get("key")
    if purpose not in PURPOSES or not is_secret(secret):
        return None
    return WarehouseKey(purpose, str(secret))
