"""A run that is killed leaves a paid release or nothing; two runs at once make one release.

`BLINDEVLEK_LONG=1` kills 1,000 times instead of 30.
"""

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Mapping
from fractions import Fraction
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from pipelines.privacy.ledger import measure, open_ledger
from pipelines.privacy.mechanism import Counts, OpenDPGaussian
from tests.privacy.noise_for_tests import Counter, charge, small_workload

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kill -9 as POSIX has it")

_CAP = Fraction(1000)
_RHO = Fraction(1, 100)
_FORK = multiprocessing.get_context("fork") if hasattr(os, "fork") else multiprocessing.get_context()
_KILLS = 1_000 if os.environ.get("BLINDEVLEK_LONG") == "1" else 30


def _note(path: Path, line: str) -> None:
    with path.open("a") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


def _notes(path: Path) -> list[str]:
    # A kill may cut the last line short; what was not noted in full was not handed out.
    return path.read_text().split("\n")[:-1] if path.exists() else []


def _release_forever(folder: Path, first: int, started: Event) -> None:
    """Measure again and again, and hand each measurement out (a line in `released`) once it returned."""
    workload = small_workload(_RHO)
    with open_ledger(folder / "ledger.sqlite", cap=_CAP) as ledger:
        started.set()
        for number in range(first, first + 10_000):
            stored = measure(ledger, charge(number), workload, Counter(workload), OpenDPGaussian())
            _note(folder / "released", f"{number} {stored.measurement.sha256}")


def _assert_paid_or_nothing(folder: Path) -> int:
    """Opening verifies that each spend has its measurements and the other way round."""
    with open_ledger(folder / "ledger.sqlite", cap=_CAP) as ledger:
        entries = ledger.entries()
        assert ledger.spent == len(entries) * _RHO
        paid = [entry.measurement_sha256 for entry in entries]
        released = [line.split()[1] for line in _notes(folder / "released")]
        missing = set(released) - set(paid)
        assert not missing
        for entry in entries[-3:]:
            stored = ledger.replay(entry.replay_key)
            assert stored is not None
            assert stored.measurement.sha256 == entry.measurement_sha256
    return len(entries)


def test_a_kill_at_any_moment_leaves_a_paid_release_or_nothing(tmp_path: Path) -> None:
    small_workload(_RHO).epsilon()  # loads OpenDP once, before the forks
    dice = random.Random(7)  # noqa: S311 picks moments, keeps no secret
    number = entries = rounds_with_progress = 0
    folder = tmp_path
    for kill in range(_KILLS):
        if kill % 100 == 0:
            # A chain is verified before each spend, so a short one keeps the kills frequent.
            folder, entries = tmp_path / str(kill), 0
            folder.mkdir()
        started = _FORK.Event()
        run = _FORK.Process(target=_release_forever, args=(folder, number, started))
        run.start()
        assert started.wait(30)
        time.sleep(dice.uniform(0, 0.08))
        assert run.pid is not None
        os.kill(run.pid, signal.SIGKILL)
        run.join()
        number += 10_000

        now = _assert_paid_or_nothing(folder)
        rounds_with_progress += now > entries
        entries = now

    assert rounds_with_progress > _KILLS // 10


def _die_at_statement(folder: Path, statement: int) -> None:
    workload = small_workload(_RHO)
    with open_ledger(folder / "ledger.sqlite", cap=_CAP) as ledger:
        left = statement

        def count_down(_sql: str) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

        ledger._connection.set_trace_callback(count_down)
        stored = measure(ledger, charge(1), workload, Counter(workload), OpenDPGaussian())
        _note(folder / "released", f"1 {stored.measurement.sha256}")


def test_a_kill_before_each_statement_of_a_spend_leaves_nothing(tmp_path: Path) -> None:
    small_workload(_RHO).epsilon()
    for statement in range(60):
        run = _FORK.Process(target=_die_at_statement, args=(tmp_path, statement))
        run.start()
        run.join()

        entries = _assert_paid_or_nothing(tmp_path)
        if run.exitcode == 0:
            break
        assert run.exitcode == -signal.SIGKILL
        assert entries == 0

    assert entries == 1
    assert 8 < statement < 59


def _measure_once(folder: Path, value: int, go: Event) -> None:
    workload = small_workload(_RHO)

    def counts() -> Mapping[str, Counts]:
        _note(folder / "counted", "once")
        time.sleep(0.1)
        return Counter(workload, value).tables

    go.wait(30)
    with open_ledger(folder / "ledger.sqlite", cap=_CAP) as ledger:
        stored = measure(ledger, charge(1), workload, counts, OpenDPGaussian())
        _note(folder / "released", f"1 {stored.measurement.sha256}")


@pytest.mark.parametrize("attempt", range(5))
def test_runs_at_once_with_the_same_replay_key_make_one_release(tmp_path: Path, attempt: int) -> None:
    small_workload(_RHO).epsilon()
    go = _FORK.Event()
    runs = [_FORK.Process(target=_measure_once, args=(tmp_path, value, go)) for value in range(attempt, attempt + 3)]
    for run in runs:
        run.start()
    go.set()
    for run in runs:
        run.join(60)

    assert [run.exitcode for run in runs] == [0, 0, 0]
    assert _assert_paid_or_nothing(tmp_path) == 1
    assert _notes(tmp_path / "counted") == ["once"]
    assert len(_notes(tmp_path / "released")) == 3
    assert len(set(_notes(tmp_path / "released"))) == 1
