"""Working on an existing data root without leaving a trace in its ledger, its warehouse or its rooms.

What belongs here: a data root whose outgoing places lie in a scratch folder inside the kluis. What does not: what
is measured there (`steps.py`, `proofs.py`).
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from pipelines.context import Context
from pipelines.errors import UserError
from pipelines.registers.ingest import taken_in
from pipelines.rooms import DataRoot
from pipelines.surroundings import make_context
from pipelines.warehouse import open_warehouse


@dataclass(frozen=True)
class ScratchRoot(DataRoot):
    """The data root at `path`, with ledger and outgoing rooms in `scratch`; the warehouse too when `own_warehouse`."""

    scratch: Path = field(kw_only=True)
    own_warehouse: bool = field(default=False, kw_only=True)

    @property
    def wachtruimte(self) -> Path:
        return self.scratch / "wachtruimte"

    @property
    def openbaar(self) -> Path:
        return self.scratch / "openbaar"

    @property
    def ledger(self) -> Path:
        return self.scratch / "ledger.sqlite"

    @property
    def reports(self) -> Path:
        return self.scratch / "reports"

    @property
    def warehouse(self) -> Path:
        return self.scratch / "warehouse.duckdb" if self.own_warehouse else super().warehouse

    @property
    def delivery_register(self) -> Path:
        return self.scratch / "deliveries.sqlite" if self.own_warehouse else super().delivery_register


def quiet_context() -> Context:
    """The context that the environment variables of the command line describe, without any output."""
    return make_context(os.environ, lambda _message: None, lambda _text: None)


def on_scratch(context: Context, scratch: Path, *, own_warehouse: bool = False) -> Context:
    """The same context over a scratch root."""
    return replace(
        context,
        root=ScratchRoot(
            context.root.path, unencrypted=context.root.unencrypted, scratch=scratch, own_warehouse=own_warehouse
        ),
    )


@contextmanager
def scratch_folder(context: Context, name: str) -> Iterator[Path]:
    """An empty folder inside the kluis, since what is written there may be microdata; removed at the end.

    Holds the writer's lock meanwhile. Raises RuntimeError when the ledger of the data root changed.
    """
    with context.root.writing():
        before = ledger_digest(context)
        folder = context.root.temp / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        if ledger_digest(context) != before:
            raise RuntimeError("the ledger of the data root changed during a measurement of speed: that must not be")


def ledger_digest(context: Context) -> str:
    """SHA-256 of the ledger file, or an empty text when there is none."""
    path = context.root.ledger
    return sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def require_synthetic(context: Context, peiljaar: int) -> str:
    """The id of the synthetic population in the warehouse.

    Raises UserError for a real delivery: noise drawn into a scratch ledger would be a spend that nobody counts.
    """
    with open_warehouse(context.root, context.key(), read_only=True, memory=context.memory) as warehouse:
        deliveries = taken_in(warehouse, peiljaar)
    if any(delivery.kind != "synthetic" for delivery in deliveries):
        raise UserError("this data root holds a real delivery. Benchmarks and proofs run on synthetic data only.")
    return deliveries[0].population or "synthetic"
