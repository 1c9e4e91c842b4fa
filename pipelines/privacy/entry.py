"""One entry of the ledger: what was spent, on what, and how it hangs on the entry before.

What belongs here: the facts of a spend and their hash. What does not belong: SQLite, the cap, the noise.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from fractions import Fraction
from hashlib import sha256

from pipelines.errors import BudgetError
from pipelines.privacy.budget import exact_text, parse_amount
from pipelines.privacy.measurement import canonical_json

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Charge:
    """What the caller says about a spend; public facts only, since they travel with the release.

    `replay_key`: sha256 (hex) over all that makes this the same release. `created_at`: ISO 8601 time, handed
    in. `details`: JSON object as text (delivery ids, fingerprints). Raises BudgetError when malformed.
    """

    replay_key: str
    release_id: str
    plan_id: str
    population_id: str
    peiljaar: int
    code_version: str
    created_at: str
    details: str = "{}"

    def __post_init__(self) -> None:
        if not _SHA256.fullmatch(self.replay_key):
            raise BudgetError("A replay key is a sha256 as 64 lower-case hexadecimal digits; found another.")
        for name in ("release_id", "plan_id", "population_id", "code_version"):
            if not getattr(self, name):
                raise BudgetError(f"A spend needs a {name}; found an empty one. Nothing was drawn.")
        try:
            datetime.fromisoformat(self.created_at)
        except ValueError:
            raise BudgetError("created_at must be an ISO 8601 time, such as 2026-01-31T12:00:00Z.") from None
        try:
            details = json.loads(self.details)
        except ValueError:
            details = None
        if not isinstance(details, dict):
            raise BudgetError("The details of a spend must be a JSON object as text. Nothing was drawn.")


@dataclass(frozen=True)
class Entry:
    """One spend as the ledger keeps it. `nonce` and `seq` aside, all fields are public facts.

    `nonce` is a secret of the kluis: with it left out of a publication, `hash` confirms no guess about the
    data. `delta` is text, so that it is kept as it was written.
    """

    seq: int
    replay_key: str
    release_id: str
    plan_id: str
    population_id: str
    peiljaar: int
    unit: str
    contributions: int
    delta: str
    rho: Fraction
    cap: Fraction
    noise: str
    valid_for_publication: bool
    opendp_version: str
    code_version: str
    created_at: str
    details: str
    measurement_sha256: str
    nonce: str = field(repr=False)
    prev_hash: str
    hash: str = ""

    def row(self) -> dict[str, str | int]:
        """The entry as stored: amounts as exact text, the boolean as 0 or 1."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        values |= {"rho": exact_text(self.rho), "cap": exact_text(self.cap)}
        return values | {"valid_for_publication": int(self.valid_for_publication)}

    def computed_hash(self) -> str:
        """sha256 over the canonical JSON of all fields but `hash`; `prev_hash` makes it a chain."""
        row = self.row()
        del row["hash"]
        return sha256(canonical_json(row)).hexdigest()


COLUMNS = tuple(each.name for each in fields(Entry))


def entry_of(row: Mapping[str, str | int]) -> Entry:
    """The entry that `Entry.row` wrote. Raises ValueError, KeyError, TypeError or BudgetError if damaged."""
    values: dict[str, object] = {name: row[name] for name in COLUMNS}
    values |= {"rho": parse_amount(str(row["rho"])), "cap": parse_amount(str(row["cap"]))}
    values["valid_for_publication"] = row["valid_for_publication"] == 1
    return Entry(**values)  # type: ignore[arg-type]
