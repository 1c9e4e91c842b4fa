"""Spends that are killed with SIGKILL at any moment, and what must be true of the ledger afterwards.

What belongs here: the run that is killed, and the claim. What does not: how often, which the test and `make verify` say.
A killed process loses nothing that it wrote, so the notes of a run need no sync to disk; the ledger syncs by itself.
"""

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from multiprocessing.synchronize import Event
from pathlib import Path

from pipelines.privacy.ledger import measure, open_ledger
from pipelines.privacy.mechanism import Counts, OpenDPGaussian
from pipelines.privacy.workload import Workload
from tests.privacy.noise_for_tests import Counter, charge, small_workload

CAP = Fraction(1000)
RHO = Fraction(1, 100)
FORK = multiprocessing.get_context("fork") if hasattr(os, "fork") else multiprocessing.get_context()

SPENDS = 2
"""The first run is killed within the time of so many spends, so that every moment of one has its turn."""

_SHORTER, _LONGER = 0.8, 1.25
"""What the time within which a run is killed is multiplied by after a run that paid for something, and after one that did not."""

_CHAIN = 25
"""Kills on one ledger. A chain is verified before each spend, so a short one keeps the kills frequent."""


@dataclass(frozen=True)
class Tally:
    """What happened: kills, releases that were paid, keys tried again after a kill, and how many of those had been paid."""

    kills: int
    paid: int
    tried_again: int
    paid_before: int


def note(path: Path, line: str) -> None:
    """Add a line, in one write."""
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def notes(path: Path) -> list[str]:
    """The whole lines: a kill may cut the last one short."""
    return path.read_text(encoding="utf-8").split("\n")[:-1] if path.exists() else []


def counting(folder: Path, number: int, workload: Workload) -> Callable[[], Mapping[str, Counts]]:
    """The counts of a release, noting that they were asked for: that is when a draw begins."""

    def counts() -> Mapping[str, Counts]:
        note(folder / "drawn", str(number))
        return Counter(workload).tables

    return counts


def kill_at_random(folder: Path, kills: int, dice: random.Random) -> Tally:
    """Kill a run of spends so often, each time at another moment, and judge the ledger after each.

    The run after a kill begins with the release that it interrupted and the one before that. Raises AssertionError.
    """
    longest = SPENDS * _seconds_of_a_spend(folder / "timed")
    paid = tried_again = paid_before = 0
    for first in range(0, kills, _CHAIN):
        chain = folder / str(first)
        chain.mkdir(parents=True)
        known: set[int] = set()
        for _ in range(min(_CHAIN, kills - first)):
            tried, begun = notes(chain / "tried"), len(notes(chain / "drawn"))
            _kill_once(chain, max(int(tried[-1]) - 1, 0) if tried else 0, dice.uniform(0, longest))
            drawn = {int(line) for line in notes(chain / "drawn")[begun:]}
            assert not drawn & known, "a release that was paid for was drawn again"
            again = {int(line) for line in set(notes(chain / "tried")[len(tried) :]) & set(tried)}
            tried_again += len(again)
            paid_before += len(again & known)
            now_paid = assert_paid_or_nothing(chain)
            # How long a spend takes depends on what else the machine does: about half of the runs should pay.
            longest *= _SHORTER if now_paid - known else _LONGER
            known = now_paid
        paid += len(known)
    return Tally(kills, paid, tried_again, paid_before)


def _seconds_of_a_spend(folder: Path) -> float:
    """Also loads OpenDP and finds the scales, which the runs that are forked from here then need not."""
    folder.mkdir(parents=True)
    workload = small_workload(RHO)
    with open_ledger(folder / "ledger.sqlite", cap=CAP) as ledger:
        measure(ledger, charge(0), workload, Counter(workload), OpenDPGaussian())
        started = time.perf_counter()
        for number in range(1, 6):
            measure(ledger, charge(number), workload, Counter(workload), OpenDPGaussian())
        return (time.perf_counter() - started) / 5


def _kill_once(folder: Path, first: int, after: float) -> None:
    started = FORK.Event()
    run = FORK.Process(target=_release_forever, args=(folder, first, started))
    run.start()
    assert started.wait(30), "the run did not begin"
    time.sleep(after)
    assert run.pid is not None
    os.kill(run.pid, signal.SIGKILL)
    run.join()


def _release_forever(folder: Path, first: int, started: Event) -> None:
    """Measure one release after another, and hand each out (a line in `released`) once it returned."""
    workload = small_workload(RHO)
    with open_ledger(folder / "ledger.sqlite", cap=CAP) as ledger:
        started.set()
        for number in range(first, first + 10_000):
            note(folder / "tried", str(number))
            stored = measure(ledger, charge(number), workload, counting(folder, number, workload), OpenDPGaussian())
            note(folder / "released", f"{number} {stored.measurement.sha256}")


def assert_paid_or_nothing(folder: Path) -> set[int]:
    """Every spend has its measurements, everything handed out was paid for, and a key has one measurement for good.

    Opening the ledger verifies the first. Returns the numbers of the releases that were paid for.
    """
    if not (folder / "ledger.sqlite").exists():
        assert not notes(folder / "released"), "something was handed out without a ledger"
        return set()
    with open_ledger(folder / "ledger.sqlite", cap=CAP) as ledger:
        entries = ledger.entries()
        assert ledger.spent == len(entries) * RHO, "the ledger adds up to something else than its spends"
        numbers = {charge(number).replay_key: number for number in {int(line) for line in notes(folder / "tried")}}
        paid = {numbers[entry.replay_key]: entry.measurement_sha256 for entry in entries}
        assert len(paid) == len(entries), "a release was paid for twice"
        for line in notes(folder / "released"):
            number, digest = line.split()
            assert paid.get(int(number)) == digest, "a measurement was handed out that the ledger does not hold"
        for entry in entries[-2:]:
            stored = ledger.replay(entry.replay_key)
            assert stored is not None
            assert stored.measurement.sha256 == entry.measurement_sha256, "a replay gives another measurement"
    return set(paid)
