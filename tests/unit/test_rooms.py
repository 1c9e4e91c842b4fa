"""The rooms: one writer at a time, a key that only its owner can read, a warehouse that tells nothing."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.context import Context
from pipelines.errors import KluisError, RoomError
from pipelines.rooms import DataRoot, make_key, read_key
from pipelines.warehouse import Warehouse, open_warehouse


def test_a_second_writer_is_told_to_wait(tmp_path: Path) -> None:
    first, second = DataRoot(tmp_path), DataRoot(tmp_path)

    with first.writing(), pytest.raises(RoomError, match="another run is working"), second.writing():
        pass
    with second.writing():
        pass


def test_the_kluis_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    root = DataRoot(tmp_path / "data")

    root.prepare()

    assert root.kluis.stat().st_mode & 0o777 == 0o700


def test_a_room_keeps_the_readers_that_it_was_given(tmp_path: Path) -> None:
    root = DataRoot(tmp_path / "data")
    root.wachtruimte.mkdir(parents=True)
    root.wachtruimte.chmod(0o2770)

    root.prepare()

    assert root.wachtruimte.stat().st_mode & 0o7777 == 0o2770


def test_a_key_beside_what_it_opens_is_refused_unless_its_owner_says_that_it_must(context: Context) -> None:
    context.root.prepare()
    make_key(inside := context.root.path / "keys" / "k.json", "synthetic")
    beside = replace(context, key_file=inside)

    with pytest.raises(RoomError, match=r"protects nothing.*BLINDEVLEK_KEY_IN_DATA_ROOT=1"):
        beside.key()
    assert replace(beside, key_in_root=True).key().purpose == "synthetic"


def test_a_key_is_written_once_and_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "k.json"
    key = make_key(path, "synthetic")

    assert read_key(path) == key
    assert path.stat().st_mode & 0o777 == 0o600
    assert key.secret not in repr(key)
    with pytest.raises(RoomError, match="never overwritten"):
        make_key(path, "synthetic")


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "k.json"
    make_key(path, "synthetic")
    path.chmod(0o644)

    with pytest.raises(RoomError, match="chmod 600"):
        read_key(path)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"purpose": "fun", "key": "ab"}', '{"purpose": "real", "key": "zz"}']
)
def test_a_file_that_is_no_key_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "k.json"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)

    with pytest.raises(RoomError, match="not a key file"):
        read_key(path)


def test_a_missing_key_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(
        RoomError, match=r"synthetic deliveries `blindevlek key new --purpose synthetic.*--purpose real`"
    ):
        read_key(tmp_path / "none.json")


def test_the_wrong_key_does_not_open_the_warehouse(context: Context, tmp_path: Path) -> None:
    with open_warehouse(context.root, context.key()):
        pass
    other = make_key(tmp_path / "other.json", "synthetic")

    with pytest.raises(RoomError, match="the key does not fit") as caught, open_warehouse(context.root, other):
        pass

    assert other.secret not in str(caught.value)
    assert caught.value.__context__ is None


def test_a_failing_query_withholds_what_the_library_says(context: Context) -> None:
    with (
        open_warehouse(context.root, context.key()) as warehouse,
        pytest.raises(KluisError, match=r"casting \(ConversionException\)") as caught,
    ):
        warehouse.rows("SELECT 'KANARIE'::INTEGER", step="casting")

    assert "KANARIE" not in str(caught.value)
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


def test_the_warehouse_reads_nothing_outside_the_kluis(context: Context, tmp_path: Path) -> None:
    (tmp_path / "outside.csv").write_text("a\n1\n", encoding="utf-8")

    with (
        open_warehouse(context.root, context.key()) as warehouse,
        pytest.raises(KluisError, match="PermissionException"),
    ):
        warehouse.rows(f"SELECT * FROM read_csv('{tmp_path / 'outside.csv'}')", step="reading")


def test_a_transaction_that_fails_leaves_nothing(context: Context) -> None:
    def make_and_fail(warehouse: Warehouse) -> None:
        with warehouse.transaction():
            warehouse.run("CREATE TABLE t AS SELECT 1 AS a", step="make")
            warehouse.run("SELECT error('no')", step="fail")

    with open_warehouse(context.root, context.key()) as warehouse:
        with pytest.raises(KluisError):
            make_and_fail(warehouse)

        assert not warehouse.has_table("main", "t")
