"""A copy of the ledger that can be put back: made while others may be writing, verified before it is kept.

What belongs here: copying the file. What does not: deciding that a ledger is old (`release/ledger_reading.py` knows
the heads that were published).
"""

import os
import sqlite3
from contextlib import closing
from fractions import Fraction
from pathlib import Path

from pipelines.errors import RoomError
from pipelines.privacy import store
from pipelines.privacy.ledger import open_ledger


def back_up(ledger: Path, cap: Fraction, target: Path) -> str:
    """Copy the ledger to `target`, verify the copy, and return its head.

    The copy is one moment of the ledger, also when a spend is going on (SQLite's online backup). An existing file is
    never overwritten; a copy that does not verify is removed. Raises RoomError.
    """
    if target.exists():
        raise RoomError(f"{target} exists: a copy of the ledger is never overwritten. Name another file.")
    part = target.with_name(f"{target.name}.part")
    try:
        descriptor = os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        os.close(descriptor)
        with (
            closing(store.connect(ledger, create=False, wait_seconds=60.0)) as source,
            store.lessons(),
            closing(sqlite3.connect(part)) as copy,
        ):
            source.backup(copy)
        with open_ledger(part, cap=cap, create=False) as opened:
            head = opened.head
        part.replace(target)
    except OSError as error:
        raise RoomError(f"{target} cannot be written ({error.strerror}): check the disk and its permissions.") from None
    finally:
        part.unlink(missing_ok=True)
    return head
