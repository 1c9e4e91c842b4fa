"""The ledger cannot be rewritten quietly, and a disk that fails costs nothing."""

import os
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from fractions import Fraction
from pathlib import Path

import pytest

from pipelines.errors import BudgetError, RoomError, UserError
from pipelines.privacy.entry import COLUMNS
from pipelines.privacy.ledger import Ledger, measure, open_ledger
from pipelines.privacy.mechanism import OpenDPGaussian
from pipelines.privacy.workload import Table, Workload
from tests.privacy.noise_for_tests import CAP, Counter, ZeroNoise, charge, small_workload


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger with two spends."""
    found = tmp_path / "ledger.sqlite"
    with open_ledger(found, cap=CAP) as ledger:
        for number in (1, 2):
            _spend(ledger, number)
    return found


def _spend(ledger: Ledger, number: int) -> None:
    workload = small_workload()
    measure(ledger, charge(number), workload, Counter(workload), OpenDPGaussian())


def _open(path: Path) -> None:
    with open_ledger(path, cap=CAP):
        pass


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET rho = '0.01'",
        "UPDATE entries SET details = '{}' WHERE seq = 2",
        "DELETE FROM entries",
        "DELETE FROM entries WHERE seq = 2",
        "UPDATE measurements SET blob = x'00'",
        "DELETE FROM measurements WHERE seq = 1",
        "UPDATE settings SET cap = '100'",
        "DELETE FROM settings",
        "INSERT INTO settings VALUES (1, '100', 'ab')",
        "INSERT OR REPLACE INTO entries SELECT * FROM entries WHERE seq = 1",
        "INSERT OR REPLACE INTO measurements SELECT 1, blob FROM measurements WHERE seq = 2",
        "INSERT OR REPLACE INTO measurements VALUES (3, x'00')",
        "REPLACE INTO entries SELECT * FROM entries WHERE seq = 2",
        f"REPLACE INTO entries SELECT 2, 'another', {', '.join(COLUMNS[2:])} FROM entries WHERE seq = 1",
    ],
)
def test_the_file_itself_refuses_to_be_rewritten(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
        connection.rollback()

    _open(path)


@contextmanager
def _without_triggers(path: Path) -> Iterator[sqlite3.Connection]:
    """What someone with the file and SQLite can do: drop the triggers, change a thing, put them back."""
    with closing(sqlite3.connect(path)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _, sql in triggers:
            connection.execute(sql)
        connection.commit()


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("seq", [1, 2])
def test_any_changed_fact_breaks_the_chain(path: Path, column: str, seq: int) -> None:
    numbers = {"seq", "peiljaar", "contributions", "valid_for_publication"}
    changed = f"{column} + 5" if column in numbers else f"'1' || substr({column}, 1, length({column}) - 1)"
    with _without_triggers(path) as connection:
        connection.execute(f"UPDATE entries SET {column} = {changed} WHERE seq = ?", (seq,))

    with pytest.raises(RoomError, match="backup"):
        _open(path)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM entries WHERE seq = 1",
        "DELETE FROM entries WHERE seq = 2",
        "DELETE FROM measurements WHERE seq = 2",
        "INSERT INTO measurements VALUES (3, x'00')",
        "UPDATE measurements SET blob = substr(blob, 1, length(blob) - 1) || x'ff' WHERE seq = 1",
        "UPDATE measurements SET blob = 'text' WHERE seq = 2",
        "UPDATE measurements SET blob = (SELECT blob FROM measurements WHERE seq = 2)",
        "UPDATE settings SET nonce = 'ab'",
        "UPDATE settings SET cap = 1",
        "UPDATE settings SET format = 2",
        "DELETE FROM settings",
        "UPDATE entries SET rho = '1/10' WHERE seq = 1",
        "UPDATE entries SET rho = 'nan' WHERE seq = 1",
        "UPDATE entries SET rho = x'00ff' WHERE seq = 1",
    ],
)
def test_any_other_change_is_seen_on_opening(path: Path, statement: str) -> None:
    with _without_triggers(path) as connection:
        connection.execute(statement)

    with pytest.raises((RoomError, BudgetError)):
        _open(path)


def test_a_ledger_that_lost_a_trigger_is_refused(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TRIGGER entries_no_update")

    with pytest.raises(RoomError, match="tables or triggers were changed"):
        _open(path)


def test_a_change_made_while_the_ledger_is_open_is_seen_before_spending(path: Path) -> None:
    workload = small_workload()
    counter = Counter(workload)
    with open_ledger(path, cap=CAP) as ledger:
        with _without_triggers(path) as connection:
            connection.execute("UPDATE entries SET rho = '0.01' WHERE seq = 1")

        with pytest.raises(RoomError, match="hash does not match"):
            measure(ledger, charge(3), workload, counter, ZeroNoise())
    assert counter.asked == 0


def test_a_flipped_byte_is_either_refused_or_changes_nothing(path: Path) -> None:
    with open_ledger(path, cap=CAP) as ledger:
        whole = ledger.entries()
    good, dice = path.read_bytes(), random.Random(20)  # noqa: S311 picks places, keeps no secret
    refused = 0
    for _ in range(400):
        place = dice.randrange(len(good))
        path.write_bytes(good[:place] + bytes([good[place] ^ dice.randrange(1, 256)]) + good[place + 1 :])
        try:
            with open_ledger(path, cap=CAP) as ledger:
                assert ledger.entries() == whole
        except UserError:
            refused += 1

    assert refused > 10


def test_a_destroyed_page_is_refused_with_a_way_out(path: Path) -> None:
    good = path.read_bytes()
    for page in range(len(good) // 4096):
        path.write_bytes(good[: page * 4096] + b"\xa5" * 4096 + good[(page + 1) * 4096 :])

        with pytest.raises(RoomError, match="backup"):
            _open(path)


def test_a_file_that_is_no_ledger_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_text("not a ledger " * 500)

    with pytest.raises(RoomError, match="never start a new ledger"):
        _open(path)
    assert path.read_text() == "not a ledger " * 500


def test_a_missing_folder_is_named_as_such(tmp_path: Path) -> None:
    with pytest.raises(RoomError, match="folder exists"):
        _open(tmp_path / "nowhere" / "ledger.sqlite")


def test_a_full_disk_costs_nothing_and_stores_nothing(path: Path) -> None:
    workload = Workload((Table("land", 2_000, Fraction(1, 10)),), 3, 1e-9)
    counter = Counter(workload)
    with open_ledger(path, cap=CAP) as ledger:
        pages = ledger._connection.execute("PRAGMA page_count").fetchone()[0]
        ledger._connection.execute(f"PRAGMA max_page_count = {pages}")

        with pytest.raises(RoomError, match="full"):
            measure(ledger, charge(3), workload, counter, ZeroNoise())
        assert ledger.spent == Fraction(2, 10)
    with open_ledger(path, cap=CAP) as ledger:
        assert ledger.spent == Fraction(2, 10)
        _spend(ledger, 9)


def test_a_ledger_in_use_is_waited_for_and_then_refused_before_counting(path: Path) -> None:
    workload = small_workload()
    counter = Counter(workload)
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as other,
        open_ledger(path, cap=CAP, wait_seconds=0.05) as ledger,
    ):
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(RoomError, match="in use by another run"):
            measure(ledger, charge(3), workload, counter, ZeroNoise())
        assert ledger.replay(charge(2).replay_key) is not None
        other.execute("ROLLBACK")
        measure(ledger, charge(3), workload, counter, ZeroNoise())
    assert counter.asked == 1


@contextmanager
def _unprivileged() -> Iterator[None]:
    """Root may write anywhere, so a test of permissions steps down first."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="file permissions as POSIX has them")
@pytest.mark.parametrize("new", [False, True])
def test_a_read_only_disk_costs_nothing_and_still_replays(path: Path, new: bool) -> None:
    folder = Path(tempfile.mkdtemp())
    workload = small_workload()
    counter = Counter(workload)
    copy = folder / "ledger.sqlite"
    try:
        if not new:
            shutil.copy(path, copy)
            copy.chmod(0o444)
        folder.chmod(0o555)
        with _unprivileged():
            if new:
                with pytest.raises(RoomError, match="may write in it"):
                    _open(copy)
            else:
                with open_ledger(copy, cap=CAP) as ledger:
                    replayed = measure(ledger, charge(1), workload, counter, ZeroNoise())
                    with pytest.raises(RoomError, match="read-only"):
                        measure(ledger, charge(3), workload, counter, ZeroNoise())
                assert replayed.entry.seq == 1
    finally:
        folder.chmod(0o700)
        shutil.rmtree(folder)
    assert counter.asked == 0
