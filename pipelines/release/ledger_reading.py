"""Reading the ledger of a data root without spending.

What belongs here: the entries for a command or an asset to show. What does not: writing.
"""

import sqlite3
from contextlib import closing

from pipelines.privacy.budget import parse_amount
from pipelines.privacy.entry import Entry
from pipelines.privacy.ledger import open_ledger
from pipelines.rooms import DataRoot


def read_ledger(root: DataRoot) -> list[Entry]:
    """All entries, oldest first, after verifying the whole chain; empty when nothing was ever measured.

    Raises RoomError when the ledger is damaged.
    """
    if not root.ledger.exists():
        return []
    with closing(sqlite3.connect(f"file:{root.ledger}?mode=ro", uri=True)) as connection:
        row = connection.execute("SELECT cap FROM settings").fetchone()
    if row is None:
        return []
    with open_ledger(root.ledger, cap=parse_amount(row[0]), create=False) as ledger:
        return ledger.entries()
