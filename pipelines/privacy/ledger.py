"""The ledger: every spend with its measurements, in one transaction, under one cap over all years.

What belongs here: the rules of spending (replay, cap, append, verify). What does not belong: SQL (store),
the noise (mechanism), and deciding what a release measures.
"""

import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

from numpy.typing import ArrayLike

from pipelines.errors import BudgetError, RoomError
from pipelines.privacy import mechanism, store
from pipelines.privacy.budget import exact_text, parse_amount
from pipelines.privacy.drawing import draw
from pipelines.privacy.entry import Charge, Entry, entry_of
from pipelines.privacy.measurement import Measurement, canonical_json, decode
from pipelines.privacy.mechanism import Counts, NoiseSource, Progress
from pipelines.privacy.unit import Unit, unit_of
from pipelines.privacy.workload import Workload

_RESTORE = (
    "Restore the ledger from the last backup of the kluis; never start a new one, that would forget what was "
    "spent. Nothing was spent and nothing was stored."
)


@dataclass(frozen=True)
class StoredMeasurement:
    """What a release measured, with the entry that paid for it."""

    entry: Entry
    measurement: Measurement

    @property
    def rho(self) -> Fraction:
        """What it cost."""
        return self.entry.rho

    @property
    def first_seq(self) -> int:
        """The number of the ledger entry with which the release began."""
        return self.entry.seq

    @property
    def blob(self) -> bytes:
        """The measurement file, byte for byte as first stored."""
        return self.measurement.blob

    @property
    def tables(self) -> Mapping[str, Counts]:
        """Name -> noised int64 vector, in the public order of the table's cells."""
        return self.measurement.tables

    @property
    def sigma(self) -> Mapping[str, float]:
        """Name -> scale of the discrete Gaussian noise."""
        return self.measurement.sigma


class Ledger:
    """An open ledger, verified. Made by `open_ledger`; spends are made by `measure`."""

    def __init__(self, connection: sqlite3.Connection, cap: Fraction) -> None:
        self._connection = connection
        self.cap = cap
        self._entries: list[Entry] = []
        self._genesis = ""
        with store.transaction(connection, "DEFERRED"):
            self._verify()

    @property
    def spent(self) -> Fraction:
        """Exact sum of rho over all entries: zCDP adds up, also when a plan depends on earlier figures."""
        return sum((entry.rho for entry in self._entries), Fraction(0))

    @property
    def left(self) -> Fraction:
        return self.cap - self.spent

    @property
    def head(self) -> str:
        """The hash that stands for the whole ledger so far; safe to publish (see `Entry`)."""
        return self._entries[-1].hash if self._entries else self._genesis

    def contains(self, head: str) -> bool:
        """Whether a head seen before (in a publication) is still in the chain.

        A chain alone cannot show that its last entries were taken off, or that an old copy of the file was
        put back; a head that was noted elsewhere can.
        """
        return head == self._genesis or any(entry.hash == head for entry in self._entries)

    def entries(self) -> list[Entry]:
        """All spends, oldest first."""
        return list(self._entries)

    def replay(self, replay_key: str) -> StoredMeasurement | None:
        """What an earlier release with this key measured, or None. Costs nothing."""
        for entry in self._entries:
            if entry.replay_key == replay_key:
                blob = store.measurement_of(self._connection, entry.seq)
                if sha256(blob).hexdigest() != entry.measurement_sha256:
                    raise RoomError(f"The stored measurements of entry {entry.seq} were changed. {_RESTORE}")
                return StoredMeasurement(entry, decode(blob))
        return None

    def check_room_for(self, rho: Fraction) -> None:
        """Raise BudgetError when a spend of `rho` does not fit under the cap; exactly reaching it fits."""
        if self.spent + rho > self.cap:
            raise BudgetError(
                f"This measurement costs rho {exact_text(rho)}, but only {exact_text(self.left)} is left: of "
                f"the cap of {exact_text(self.cap)} for all years {exact_text(self.spent)} is spent. Nothing "
                "was drawn and nothing was spent. Lower the plan's budget or measure fewer tables."
            )

    def check_unit(self, unit: Unit) -> None:
        """Raise BudgetError when what was spent before protects another kind of unit: the cap is a promise to one."""
        others = {unit_of(entry.unit).kind for entry in self._entries} - {unit.kind}
        if others:
            raise BudgetError(
                f"This measurement protects one {unit.kind}, and the ledger holds measurements that protect one "
                f"{', '.join(others)}. A cap over all years is a promise to one kind of unit, so a ledger holds one. Nothing was "
                "drawn and nothing was spent. Keep the unit of the earlier plans, or measure this one in a data root of its own."
            )

    @contextmanager
    def writing(self) -> Iterator[None]:
        """The one transaction of a spend: other writers wait, what they wrote before is read again."""
        known = self._entries
        try:
            with store.transaction(self._connection, "IMMEDIATE"):
                store.check_writable(self._connection)
                self._verify()
                known = self._entries
                yield
        except BaseException:
            self._entries = known
            raise

    def append(self, charge: Charge, workload: Workload, noise: NoiseSource, blob: bytes) -> StoredMeasurement:
        """Write one spend; call inside `writing`. It counts once that transaction has been committed."""
        entry = Entry(
            seq=len(self._entries) + 1,
            replay_key=charge.replay_key,
            release_id=charge.release_id,
            plan_id=charge.plan_id,
            population_id=charge.population_id,
            peiljaar=charge.peiljaar,
            unit=workload.unit.words,
            contributions=workload.contributions,
            delta=repr(workload.delta),
            rho=workload.rho,
            cap=self.cap,
            noise=noise.name,
            valid_for_publication=noise.valid_for_publication,
            opendp_version=mechanism.opendp_version(),
            code_version=charge.code_version,
            created_at=charge.created_at,
            details=charge.details,
            measurement_sha256=sha256(blob).hexdigest(),
            nonce=secrets.token_hex(16),
            prev_hash=self.head,
        )
        entry = replace(entry, hash=entry.computed_hash())
        store.append(self._connection, entry.row(), blob)
        self._entries = [*self._entries, entry]
        return StoredMeasurement(entry, decode(blob))

    def _verify(self) -> None:
        """Read and check everything: schema, cap, chain, every measurement. Call inside a transaction."""
        store.check_file(self._connection)
        settings = store.settings(self._connection)
        recorded = parse_amount(str(settings["cap"]))
        if recorded != self.cap:
            raise BudgetError(
                f"This ledger was started with a cap of {exact_text(recorded)} over all years; found a cap "
                f"of {exact_text(self.cap)}. A cap is a promise and does not change: put the first one back."
            )
        self._genesis = sha256(canonical_json(settings)).hexdigest()
        entries: list[Entry] = []
        for row, blob in store.rows(self._connection):
            entries.append(_checked(row, blob, entries[-1] if entries else None, self._genesis, self.cap))
        spent = sum((entry.rho for entry in entries), Fraction(0))
        if store.number_of_measurements(self._connection) != len(entries) or spent > self.cap:
            raise RoomError(f"The ledger holds measurements without a spend, or exceeds its cap. {_RESTORE}")
        self._entries = entries


def _checked(row: dict[str, str | int], blob: bytes | None, before: Entry | None, genesis: str, cap: Fraction) -> Entry:
    """The entry in a row, if it hangs on the one before and its measurement is the one it paid for."""
    seq = before.seq + 1 if before else 1
    try:
        entry = entry_of(row)
        whole = entry.row() == row and entry.hash == entry.computed_hash()
    except (ValueError, KeyError, TypeError, BudgetError):
        whole = False
    if not whole:
        raise RoomError(f"Entry {seq} of the ledger was changed: its hash does not match. {_RESTORE}")
    if entry.seq != seq or entry.prev_hash != (before.hash if before else genesis) or entry.cap != cap:
        raise RoomError(f"Entry {seq} of the ledger does not follow the one before it. {_RESTORE}")
    if not isinstance(blob, bytes) or sha256(blob).hexdigest() != entry.measurement_sha256:
        raise RoomError(f"The stored measurements of entry {seq} are missing or were changed. {_RESTORE}")
    return entry


@contextmanager
def open_ledger(path: Path, *, cap: Fraction, create: bool = True, wait_seconds: float = 60.0) -> Iterator[Ledger]:
    """Open the ledger and verify all of it; close it afterwards.

    `cap`: rho over all years, fixed when the ledger is made. `create=False` is for readers: a missing ledger
    is then an error and not an empty one. `wait_seconds`: how long to wait for another run. Raises RoomError
    (missing, damaged, locked, not writable) or BudgetError (another cap).
    """
    cap = parse_amount(cap)
    with closing(store.connect(path, create=create, wait_seconds=wait_seconds)) as connection:
        if store.is_new(connection):
            _make(connection, cap, path, create=create)
        yield Ledger(connection, cap)


def _make(connection: sqlite3.Connection, cap: Fraction, path: Path, *, create: bool) -> None:
    if not create:
        raise RoomError(f"The ledger '{path.name}' is empty: nothing was ever measured in this kluis.")
    with store.transaction(connection, "IMMEDIATE"):
        # Another run may have made it while this one waited for the lock.
        if store.is_new(connection):
            store.make(connection, exact_text(cap), secrets.token_hex(16))


def measure(
    ledger: Ledger,
    charge: Charge,
    workload: Workload,
    counts: Callable[[], Mapping[str, ArrayLike]],
    noise: NoiseSource,
    progress: Progress | None = None,
    to_follow: Fraction = Fraction(0),
) -> StoredMeasurement:
    """Spend and measure, or return what the same replay key measured before.

    One transaction holds the check of the cap, the entry and the measurements, so a crash leaves either a paid release or
    nothing. `counts` is called at most once, only when the spend fits, and gives for each table of the workload its exact
    counts; they are neither kept nor mentioned. `to_follow`: what later stages of the same release cost, which must fit
    too. Raises BudgetError (refused; nothing drawn), RoomError (the ledger could not be written; the draw, if any, is
    discarded) or KluisError (the counting or the noise failed).
    """
    stored = ledger.replay(charge.replay_key)
    if stored is None:
        with ledger.writing():
            stored = ledger.replay(charge.replay_key)
            if stored is None:
                ledger.check_unit(workload.unit)
                ledger.check_room_for(workload.rho + to_follow)
                blob = draw(workload, counts, noise, progress)
                stored = ledger.append(charge, workload, noise, blob)
    if stored.measurement.workload != workload:
        raise BudgetError(
            "A release with this replay key was measured before with other tables, shares, K or delta. The "
            "replay key must cover the whole plan. Nothing was drawn and nothing was spent."
        )
    return stored
