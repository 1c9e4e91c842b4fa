"""What lies in the kluis is unreadable without its key: the file, its WAL, what is spilled, and Parquet between steps."""

import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipelines.context import Context
from pipelines.errors import KluisError, RoomError
from pipelines.private_files import files_like, private_files, write_secret
from pipelines.rooms import DataRoot, WarehouseKey, make_key, read_key
from pipelines.warehouse import (
    Warehouse,
    connect,
    open_warehouse,
    open_workbench,
    parquet_options,
    parquet_relation,
)
from tests.conftest import CHECKOUT
from tests.municipal import everything_in, files_with, parts

CANARY = "KANARIETEKST"
BIG = f"SELECT '{CANARY}' || md5(range::VARCHAR) AS text FROM range(1200000)"
"""Some 60 MB of text that no compression hides: more than the memory that these tests give."""


def canaries(folder: Path) -> list[str]:
    return files_with(folder, (CANARY.encode(), CANARY.encode("utf-16-le")))


def test_what_is_spilled_is_unreadable(context: Context) -> None:
    with open_warehouse(context.root, context.key(), memory="50MB") as warehouse:
        warehouse.run(f"CREATE TEMP TABLE big AS {BIG}", step="more than fits")

        spilled = [path for path in context.root.temp.rglob("*") if path.is_file()]
        assert sum(path.stat().st_size for path in spilled) > 1_000_000
        assert all(path.stat().st_mode & 0o777 == 0o600 for path in spilled)
        assert canaries(context.root.kluis) == []


def test_the_search_finds_what_a_database_without_encryption_spills(tmp_path: Path) -> None:
    """The same statement without our settings: were nothing encrypted, the search above would find it."""
    with duckdb.connect(
        ":memory:", config={"memory_limit": "50MB", "temp_directory": str(tmp_path / "spill")}
    ) as plain:
        plain.execute("SET preserve_insertion_order = false")
        plain.execute(f"CREATE TEMP TABLE big AS {BIG}")

        assert canaries(tmp_path) != []


_LEAVE_A_WAL = """
import os, signal, sys
from pathlib import Path
from pipelines.rooms import DataRoot, read_key
from pipelines.warehouse import open_warehouse
with open_warehouse(DataRoot(Path(sys.argv[1])), read_key(Path(sys.argv[2]))) as warehouse:
    warehouse.run("CREATE TABLE t (a VARCHAR)", step="make")
    for number in range(50):
        warehouse.run("INSERT INTO t VALUES (?)", step="fill", parameters=["KANARIETEKST" * 20])
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_wal_is_unreadable_and_is_played_back_with_the_key(context: Context) -> None:
    arguments = [sys.executable, "-c", _LEAVE_A_WAL, str(context.root.path), str(context.key_file)]

    ended = subprocess.run(arguments, cwd=CHECKOUT, capture_output=True, check=False)

    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    wal = context.root.warehouse.with_name("warehouse.duckdb.wal")
    assert wal.stat().st_size > 10_000
    assert wal.stat().st_mode & 0o777 == 0o600
    assert canaries(context.root.path) == []
    with open_warehouse(context.root, context.key()) as warehouse:
        assert warehouse.value("SELECT count(*) FROM t WHERE a LIKE 'KANARIE%'", step="count") == 50


def test_parquet_between_steps_opens_with_the_key_of_the_kluis_only(context: Context, tmp_path: Path) -> None:
    path = context.root.kluis / "between.parquet"
    with open_warehouse(context.root, context.key()) as warehouse:
        warehouse.run(f"COPY (SELECT '{CANARY}' AS a) TO '{path}' ({parquet_options('kluis')})", step="write")
        assert warehouse.rows(f"SELECT a FROM {parquet_relation(path)}", step="read") == [(CANARY,)]
    context.root.warehouse.unlink()

    assert canaries(context.root.kluis) == []
    other = make_key(tmp_path / "other.json", "synthetic")
    with (
        open_warehouse(context.root, other) as warehouse,
        pytest.raises(KluisError, match="InvalidInputException") as caught,
    ):
        warehouse.rows(f"SELECT a FROM {parquet_relation(path)}", step="read")
    assert CANARY not in everything_in(caught.value)


def test_a_bit_that_changed_in_encrypted_parquet_is_noticed(context: Context) -> None:
    path = context.root.kluis / "between.parquet"
    with open_warehouse(context.root, context.key()) as warehouse:
        warehouse.run(
            f"COPY (SELECT range AS a FROM range(9999)) TO '{path}' ({parquet_options('kluis')})", step="write"
        )
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)

        with pytest.raises(KluisError):
            warehouse.rows(f"SELECT sum(a) FROM {parquet_relation(path)}", step="read")


def test_the_workbench_of_a_gemeente_reaches_its_own_folder_only_and_spills_nothing(tmp_path: Path) -> None:
    (tmp_path / "outside.csv").write_text("a\n1\n", encoding="utf-8")
    (tmp_path / "bench").mkdir()

    def ask(bench: Warehouse, sql: str) -> None:
        bench.rows(sql, step="asking")

    with open_workbench(tmp_path / "bench", [], memory="50MB") as bench:
        with pytest.raises(KluisError, match="PermissionException"):
            ask(bench, f"SELECT * FROM read_csv('{tmp_path / 'outside.csv'}')")
        with pytest.raises(KluisError, match="OutOfMemory"):
            ask(bench, f"CREATE TABLE big AS {BIG}")

    assert list((tmp_path / "bench").iterdir()) == []


def _wrong(context: Context, tmp_path: Path) -> tuple[str, Callable[[], object]]:
    with open_warehouse(context.root, context.key()):
        pass
    other = make_key(tmp_path / "other.json", "synthetic")
    return other.secret, lambda: connect(context.root, other)


def _no_key(context: Context, tmp_path: Path) -> tuple[str, Callable[[], object]]:
    with open_warehouse(context.root, context.key()):
        pass
    return context.key().secret, lambda: connect(context.root, WarehouseKey("synthetic", "' OR '"))


def _damaged_file(context: Context, tmp_path: Path) -> tuple[str, Callable[[], object]]:
    context.root.warehouse.write_bytes(b"nothing" * 3000)
    key = context.key()
    return key.secret, lambda: connect(context.root, key)


def _malformed(context: Context, tmp_path: Path) -> tuple[str, Callable[[], object]]:
    secret = context.key().secret
    write_secret(tmp_path / "bad.json", {"purpose": "synthetic", "key": secret + "0"})
    return secret, lambda: read_key(tmp_path / "bad.json")


def _half(context: Context, tmp_path: Path) -> tuple[str, Callable[[], object]]:
    secret = context.key().secret
    (tmp_path / "half.json").write_text(f'{{"key": "{secret}", "purp', encoding="utf-8")
    (tmp_path / "half.json").chmod(0o600)
    return secret, lambda: read_key(tmp_path / "half.json")


@pytest.mark.parametrize("fault", [_wrong, _no_key, _damaged_file, _malformed, _half])
def test_a_key_that_does_not_fit_is_in_nothing_that_is_said(
    fault: Callable[[Context, Path], tuple[str, Callable[[], object]]], context: Context, tmp_path: Path
) -> None:
    secret, use = fault(context, tmp_path)

    with pytest.raises(RoomError) as caught:
        use()

    told = everything_in(caught.value)
    assert [part for part in parts(secret) if part in told] == []
    assert caught.value.__context__ is None


def test_a_disk_that_refuses_the_key_leaves_no_half_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object, **_kwargs: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipelines.private_files.json.dumps", full)

    with pytest.raises(RoomError, match="No space left") as caught:
        make_key(tmp_path / "k.json", "real")

    assert not (tmp_path / "k.json").exists()
    assert "'key'" not in everything_in(caught.value)


def test_a_step_that_fails_with_the_warehouse_open_shows_no_key(context: Context) -> None:
    key = context.key()

    def fail() -> None:
        with open_warehouse(context.root, key) as warehouse:
            warehouse.run("SELECT error('no')", step="fail")

    with pytest.raises(KluisError) as caught:
        fail()

    frames = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert [part for part in parts(key.secret) if part in frames] == []


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_files_of_the_kluis_are_private_whatever_the_mask(mask: int, tmp_path: Path) -> None:
    root = DataRoot(tmp_path / "data")
    before = os.umask(mask)
    try:
        with root.writing():
            (root.kluis / "new").mkdir()
            (root.kluis / "new" / "file").write_text("x", encoding="utf-8")
        key = make_key(tmp_path / "key.json", "synthetic")
        with open_warehouse(root, key):
            pass
    finally:
        os.umask(before)

    assert open_to_others(root.kluis) == []
    # What is under review is for its group at most; others may pass through to what is published.
    assert root.wachtruimte.stat().st_mode & 0o777 == 0o750 & ~mask
    assert root.path.stat().st_mode & 0o777 == 0o751 & ~mask
    assert root.openbaar.stat().st_mode & 0o777 == 0o777 & ~mask


def open_to_others(folder: Path) -> list[str]:
    """What below a folder somebody else than its owner may read, write or enter."""
    return [path.name for path in (folder, *folder.rglob("*")) if path.stat().st_mode & 0o077]


def test_what_is_written_for_a_room_with_readers_follows_the_mode_of_that_room(tmp_path: Path) -> None:
    room = tmp_path / "wachtruimte"
    room.mkdir()
    room.chmod(0o750)

    with private_files(), files_like(room):
        (room / "release").mkdir()
        (room / "release" / "file").write_text("x", encoding="utf-8")
    (tmp_path / "after").write_text("x", encoding="utf-8")

    assert (room / "release").stat().st_mode & 0o777 == 0o750
    assert (room / "release" / "file").stat().st_mode & 0o777 == 0o640
