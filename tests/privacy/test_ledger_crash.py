"""A run that is killed leaves a paid release or nothing; runs at once make one release, and never pass the cap together.

`make verify` kills 200 times more, on the machine and the disk that it runs on.
"""

import os
import random
import signal
import time
from collections.abc import Mapping
from fractions import Fraction
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from pipelines.errors import BudgetError, RoomError
from pipelines.privacy.ledger import measure, open_ledger
from pipelines.privacy.mechanism import Counts, OpenDPGaussian
from pipelines.privacy.workload import Table, Workload
from tests.privacy.kills import CAP, FORK, RHO, assert_paid_or_nothing, counting, kill_at_random, note, notes
from tests.privacy.noise_for_tests import Counter, charge, small_workload

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kill -9 as POSIX has it")

KILLS = 200


def test_a_kill_at_any_moment_leaves_a_paid_release_or_nothing(tmp_path: Path) -> None:
    tally = kill_at_random(tmp_path, KILLS, random.Random(7))  # noqa: S311 picks moments, keeps no secret

    assert tally.kills == KILLS
    assert tally.paid > KILLS // 10, "runs came far enough to be interrupted"
    assert 0 < tally.paid_before < tally.tried_again, "both paid and unpaid releases were tried again"


def _die_at_statement(folder: Path, statement: int) -> None:
    workload = small_workload(RHO)
    note(folder / "tried", "1")
    with open_ledger(folder / "ledger.sqlite", cap=CAP) as ledger:
        left = statement

        def count_down(_sql: str) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

        ledger._connection.set_trace_callback(count_down)
        stored = measure(ledger, charge(1), workload, Counter(workload), OpenDPGaussian())
        note(folder / "released", f"1 {stored.measurement.sha256}")


def test_a_kill_before_each_statement_of_a_spend_leaves_nothing(tmp_path: Path) -> None:
    small_workload(RHO).epsilon()
    for statement in range(60):
        run = FORK.Process(target=_die_at_statement, args=(tmp_path, statement))
        run.start()
        run.join()

        paid = assert_paid_or_nothing(tmp_path)
        if run.exitcode == 0:
            break
        assert run.exitcode == -signal.SIGKILL
        assert not paid

    assert paid == {1}
    assert 8 < statement < 59


def _measure_once(folder: Path, value: int, go: Event) -> None:
    workload = small_workload(RHO)
    note(folder / "tried", "1")

    def counts() -> Mapping[str, Counts]:
        note(folder / "drawn", "1")
        time.sleep(0.1)
        return Counter(workload, value).tables

    go.wait(30)
    with open_ledger(folder / "ledger.sqlite", cap=CAP) as ledger:
        stored = measure(ledger, charge(1), workload, counts, OpenDPGaussian())
        note(folder / "released", f"1 {stored.measurement.sha256}")


@pytest.mark.parametrize("attempt", range(5))
def test_runs_at_once_with_the_same_replay_key_make_one_release(tmp_path: Path, attempt: int) -> None:
    small_workload(RHO).epsilon()
    go = FORK.Event()
    runs = [FORK.Process(target=_measure_once, args=(tmp_path, value, go)) for value in range(attempt, attempt + 3)]
    for run in runs:
        run.start()
    go.set()
    for run in runs:
        run.join(60)

    assert [run.exitcode for run in runs] == [0, 0, 0]
    assert assert_paid_or_nothing(tmp_path) == {1}
    assert notes(tmp_path / "drawn") == ["1"]
    assert len(notes(tmp_path / "released")) == 3
    assert len(set(notes(tmp_path / "released"))) == 1


def _spend_until_refused(folder: Path, first: int, cap: Fraction, go: Event) -> None:
    workload = small_workload(RHO)
    go.wait(30)
    with open_ledger(folder / "ledger.sqlite", cap=cap) as ledger:
        for number in range(first, first + 100):
            try:
                measure(ledger, charge(number), workload, counting(folder, number, workload), OpenDPGaussian())
            except BudgetError:
                note(folder / "refused", str(number))
                return


def test_runs_at_once_never_pass_the_cap_together(tmp_path: Path) -> None:
    """Three runs with releases of their own and room for ten: ten are paid and drawn, and each run is refused once."""
    small_workload(RHO).epsilon()
    cap, go = 10 * RHO, FORK.Event()
    runs = [FORK.Process(target=_spend_until_refused, args=(tmp_path, 1000 * n, cap, go)) for n in range(3)]
    for run in runs:
        run.start()
    go.set()
    for run in runs:
        run.join(60)

    assert [run.exitcode for run in runs] == [0, 0, 0]
    assert len(notes(tmp_path / "drawn")) == 10
    assert len(notes(tmp_path / "refused")) == 3
    with open_ledger(tmp_path / "ledger.sqlite", cap=cap) as ledger:
        assert len(ledger.entries()) == 10
        assert ledger.left == 0


def _spend_with_room_for(path: Path, size: int) -> None:
    """Spend while no file may grow beyond `size` bytes: the operating system refuses the write, as a full disk does."""
    import resource  # POSIX only, as this whole module

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    workload = Workload((Table("land", 1_500, RHO),), 3, 1e-9)
    code = 1
    with open_ledger(path, cap=CAP) as ledger:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        try:
            measure(ledger, charge(2), workload, Counter(workload), OpenDPGaussian())
            code = 0
        except RoomError as error:
            code = 2 if "Nothing was spent and nothing was stored" in str(error) else 3
    os._exit(code)


def test_a_disk_that_is_full_at_any_page_costs_nothing_and_stores_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    workload = small_workload(RHO)
    with open_ledger(path, cap=CAP) as ledger:
        measure(ledger, charge(1), workload, Counter(workload), OpenDPGaussian())
    whole, codes = path.read_bytes(), []

    for more in range(0, 40_000, 4_096):
        path.write_bytes(whole)
        run = FORK.Process(target=_spend_with_room_for, args=(path, len(whole) + more))
        run.start()
        run.join()
        codes.append(run.exitcode)
        with open_ledger(path, cap=CAP) as ledger:
            assert len(ledger.entries()) == (2 if run.exitcode == 0 else 1)

    assert set(codes) == {0, 2}, "refused in words until there was room, and then spent"
    assert codes == sorted(codes, reverse=True)
