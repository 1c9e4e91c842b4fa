"""A release in two stages: totals first, then age and sex where the noised totals allow it.

What belongs here: what the second stage measures, decided by what the first one drew and by public facts; and the two
measurements as the one that figures are made from. What does not: counting and spending (`measure.py`).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType

from pipelines.privacy.entry import Entry
from pipelines.privacy.ledger import Ledger, StoredMeasurement
from pipelines.privacy.mechanism import Counts
from pipelines.release.cells import Block, KeySet
from pipelines.release.plan import ALL_LEVELS, ReleasePlan
from pipelines.release.solving import solved_blocks
from pipelines.state import fingerprint

FOLLOWS = "follows"
"""In the details of a ledger entry of a second stage: the replay key of the first."""


@dataclass(frozen=True)
class TwoStages(StoredMeasurement):
    """Both measurements of a release; `entry` and `measurement` are those of the second, which hangs on the first."""

    first: StoredMeasurement

    @property
    def blob(self) -> bytes:
        return self.first.blob + self.measurement.blob

    @property
    def tables(self) -> Mapping[str, Counts]:
        return MappingProxyType({**self.first.tables, **self.measurement.tables})

    @property
    def sigma(self) -> Mapping[str, float]:
        return MappingProxyType({**self.first.sigma, **self.measurement.sigma})

    @property
    def rho(self) -> Fraction:
        """The exact sum of both stages: zCDP adds up, also when the second depends on what the first drew."""
        return self.first.entry.rho + self.entry.rho

    @property
    def first_seq(self) -> int:
        return self.first.entry.seq


def key_set_after(first: StoredMeasurement, key_set: KeySet, detail_from: int) -> KeySet:
    """The public cells of the second stage. Reads noised numbers only: the least-squares total of the land.

    A persona and state gets age and sex on a level where that total is at least `detail_from` persons for each of its regions
    there. A level has more regions than the one above, so what a level gets, those above it get too.
    """
    totals_only = replace(key_set, blocks=tuple(replace(block, detail=frozenset()) for block in key_set.blocks))
    size: dict[tuple[str, str], float] = {}
    for solved in solved_blocks(first, totals_only):
        for column, block in enumerate(solved.blocks):
            size[block.persona.id, block.state] = float(solved.solution.totals[0, column])
    return replace(
        key_set,
        blocks=tuple(
            replace(block, detail=_levels(block, size[block.persona.id, block.state], detail_from))
            for block in key_set.blocks
        ),
    )


def _levels(block: Block, size: float, detail_from: int) -> frozenset[str]:
    return frozenset(level for level in ALL_LEVELS if block.at(level) and size >= detail_from * len(block.at(level)))


def stored_release(
    ledger: Ledger, replay_key: str, key_set: KeySet, detail_from: int | None
) -> tuple[StoredMeasurement, KeySet] | None:
    """What the ledger holds of a release, with its public cells; None when it was not measured, or not yet in all its stages."""
    first = ledger.replay(replay_key)
    if first is None or detail_from is None:
        return None if first is None else (first, key_set)
    second = ledger.replay(key_of_second(replay_key, first))
    if second is None:
        return None
    return TwoStages(second.entry, second.measurement, first), key_set_after(first, key_set, detail_from)


def key_of_second(replay_key: str, first: StoredMeasurement) -> str:
    """The replay key of the second stage: that of the first, and what it drew."""
    return fingerprint("second stage", replay_key, first.measurement.sha256)


def follows(entry: Entry) -> str | None:
    """The replay key of the first stage, of an entry of a second; None for any other."""
    found = json.loads(entry.details).get(FOLLOWS)
    return found if isinstance(found, str) else None


@dataclass(frozen=True)
class Earlier:
    """An earlier measurement of the same plan: `entry` is its first one in the ledger, `rho` the exact sum of what all its
    stages cost, also when a run was stopped between them and the second was never drawn."""

    entry: Entry
    rho: Fraction


def earlier_of(plan_id: str, entries: Iterable[Entry], before: int) -> tuple[Earlier, ...]:
    """The measurements of a plan that began before the entry with this number, oldest first."""
    of_plan = [entry for entry in entries if entry.plan_id == plan_id and entry.seq < before]
    seconds = {first: entry.rho for entry in of_plan if (first := follows(entry)) is not None}
    return tuple(
        Earlier(entry, entry.rho + seconds.get(entry.replay_key, Fraction(0)))
        for entry in of_plan
        if follows(entry) is None
    )


def is_measured(plan: ReleasePlan, replay_key: str, entries: Iterable[Entry]) -> bool:
    """Does the ledger hold all stages of a release?"""
    wanted = replay_key if plan.detail_from is None else None
    return any(entry.replay_key == wanted if wanted is not None else follows(entry) == replay_key for entry in entries)
