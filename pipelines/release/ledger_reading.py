"""Reading the ledger of a data root without spending, and noticing a ledger that forgot.

What belongs here: the entries for a command or an asset to show, and the ledger heads that bundles carry. What
does not: writing.
"""

import json
import sqlite3
from contextlib import closing
from fractions import Fraction
from pathlib import Path

from pipelines.errors import RoomError
from pipelines.privacy.budget import parse_amount
from pipelines.privacy.entry import Entry
from pipelines.privacy.ledger import Ledger, open_ledger
from pipelines.release.manifest import MANIFEST
from pipelines.rooms import DataRoot

_LACKS = (
    "the ledger lacks an entry that a bundle was paid from: it was lost, or an old copy was put back. Restore the newest "
    "copy of kluis/ledger.sqlite; going on would forget what was spent. Nothing was drawn and nothing was spent."
)


def read_ledger(root: DataRoot) -> list[Entry]:
    """All entries, oldest first, after verifying the whole chain; empty when nothing was ever measured.

    Raises RoomError when the ledger is damaged, or lacks an entry that a bundle was paid from.
    """
    heads = known_heads(root)
    cap = cap_of(root)
    if cap is None:
        if heads:
            raise RoomError(_forgot(root))
        return []
    with open_ledger(root.ledger, cap=cap, create=False) as ledger:
        require_heads(ledger, heads)
        return ledger.entries()


def known_heads(root: DataRoot) -> frozenset[str]:
    """The ledger heads in the manifests of wachtruimte and openbaar: entries that a ledger must still have."""
    return heads_below(root.wachtruimte) | heads_below(root.openbaar)


def heads_below(folder: Path) -> frozenset[str]:
    """The ledger heads in all manifests below a folder, such as a copy of what was published."""
    found: set[str] = set()
    for path in folder.rglob(MANIFEST):
        try:
            head = json.loads(path.read_text(encoding="utf-8"))["facts"].get("ledger_head")
        except (ValueError, KeyError, TypeError, AttributeError):
            # A damaged bundle is told by `release show`; it proves nothing of the ledger.
            continue
        if isinstance(head, str):
            found.add(head)
    return frozenset(found)


def require_heads(ledger: Ledger, heads: frozenset[str]) -> None:
    """Raise RoomError when the ledger lacks an entry that a bundle was paid from: it was lost or put back."""
    if not all(ledger.contains(head) for head in heads):
        raise RoomError(_LACKS)


def require_known(entries: list[Entry], heads: frozenset[str]) -> None:
    """The same for entries that were read before, and heads from elsewhere."""
    if heads - {entry.hash for entry in entries}:
        raise RoomError(_LACKS)


def cap_of(root: DataRoot) -> Fraction | None:
    """The cap that the ledger was started with; None when there is no ledger, or one that never held anything."""
    if not root.ledger.exists():
        return None
    failure = ""
    try:
        with closing(sqlite3.connect(f"{root.ledger.as_uri()}?mode=ro", uri=True)) as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            row = connection.execute("SELECT cap FROM settings").fetchone() if "settings" in tables else None
            return parse_amount(row[0]) if row else None
    except sqlite3.Error as error:
        failure = type(error).__name__
    raise RoomError(
        f"the ledger {root.ledger} cannot be read ({failure}): it is damaged or of another program. Restore its last "
        "copy; never start a new one, that would forget what was spent."
    )


def _forgot(root: DataRoot) -> str:
    return (
        f"there is no ledger in {root.kluis}, but a bundle of this data root was paid from one: it was lost. Restore "
        "the newest copy of ledger.sqlite; a new one would forget what was spent."
    )
