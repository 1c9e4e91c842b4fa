"""A kluis lies unencrypted only where DuckDB cannot encrypt and its owner says so; then it is said everywhere."""

from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from cli import main
from pipelines.context import Context
from pipelines.duckdb_settings import settings_of_a_room, why_no_encryption
from pipelines.errors import RoomError, UserError
from pipelines.rooms import DataRoot
from pipelines.status import read_status
from pipelines.surroundings import unencrypted_room
from pipelines.warehouse import open_warehouse, open_workbench

CANARY = "KANARIETEKST"
_KLUIS = PurePosixPath("/data/kluis")


@pytest.fixture
def old_duckdb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.duckdb_settings.duckdb_version", lambda: "1.1.1")


@pytest.fixture
def open_room(context: Context, old_duckdb: None) -> Context:
    return replace(context, root=replace(context.root, unencrypted=True))


def put_canary(context: Context) -> None:
    with open_warehouse(context.root, context.key()) as warehouse:
        warehouse.run(f"CREATE TABLE t AS SELECT '{CANARY}' AS a", step="fill")


def test_an_old_duckdb_opens_no_room_unless_its_owner_says_so(context: Context, old_duckdb: None) -> None:
    with pytest.raises(RoomError, match=r"DuckDB 1\.1\.1 cannot encrypt.*--unencrypted-room"):
        put_canary(context)

    assert not context.root.warehouse.exists()


def test_a_room_that_may_be_unencrypted_is_opened_without_a_key(open_room: Context) -> None:
    put_canary(open_room)

    assert CANARY.encode() in open_room.root.warehouse.read_bytes()


def test_where_duckdb_can_encrypt_no_room_is_left_unencrypted(context: Context) -> None:
    with pytest.raises(RoomError, match="can encrypt, so --unencrypted-room"):
        put_canary(replace(context, root=replace(context.root, unencrypted=True)))
    with pytest.raises(RoomError, match="can encrypt, so --unencrypted-room"):
        unencrypted_room({"BLINDEVLEK_UNENCRYPTED_ROOM": "1"})

    assert not context.root.warehouse.exists()


@pytest.mark.parametrize("arguments", [["--unencrypted-room", "status"], ["--unencrypted-room", "run", "--synthetic"]])
def test_the_command_line_refuses_it_for_every_command(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, context: Context
) -> None:
    monkeypatch.setenv("BLINDEVLEK_DATA", str(context.root.path))

    assert main(arguments) == RoomError.exit_code
    assert "can encrypt" in capsys.readouterr().err


def test_a_variable_that_says_neither_yes_nor_no_is_refused() -> None:
    with pytest.raises(UserError, match="must be 1"):
        unencrypted_room({"BLINDEVLEK_UNENCRYPTED_ROOM": "yes"})

    assert not unencrypted_room({"BLINDEVLEK_UNENCRYPTED_ROOM": "0"})


def test_every_command_and_the_status_say_that_the_room_is_not_encrypted(
    open_room: Context, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BLINDEVLEK_DATA", str(open_room.root.path))
    monkeypatch.setenv("BLINDEVLEK_KEY_FILE", str(open_room.key_file))

    main(["--unencrypted-room", "status"])

    said = capsys.readouterr()
    assert "NOT encrypted" in said.err
    assert "room: NOT ENCRYPTED. DuckDB 1.1.1 cannot encrypt" in said.out
    assert "spilled" in said.out


def test_the_status_of_an_encrypted_room_says_so(context: Context) -> None:
    assert any(line.startswith("room: encrypted by DuckDB") for line in read_status(context, (2023,)).lines)


def test_the_status_of_a_room_that_cannot_be_opened_says_what_to_do(context: Context, old_duckdb: None) -> None:
    assert any("room: CLOSED" in line and "--unencrypted-room" in line for line in read_status(context, (2023,)).lines)


def test_an_encrypted_warehouse_does_not_open_as_an_unencrypted_one(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_canary(context)
    before = context.root.warehouse.read_bytes()
    monkeypatch.setattr("pipelines.duckdb_settings.duckdb_version", lambda: "1.1.1")

    with pytest.raises(RoomError, match="it is encrypted"):
        put_canary(replace(context, root=DataRoot(context.root.path, unencrypted=True)))

    assert context.root.warehouse.read_bytes() == before


def test_an_unencrypted_warehouse_is_not_opened_once_duckdb_can_encrypt(
    open_room: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_canary(open_room)
    monkeypatch.undo()

    with pytest.raises(RoomError, match="made with --unencrypted-room"):
        put_canary(replace(open_room, root=DataRoot(open_room.root.path)))


def test_an_old_duckdb_gets_the_settings_it_has_and_can_still_read_its_deliveries() -> None:
    old = settings_of_a_room(_KLUIS, None, "1GB", known=(), encrypted=False)
    new = settings_of_a_room(_KLUIS, None, "1GB", known=("allowed_directories",), encrypted=False)

    assert not any("allowed_directories" in setting or "enable_external_access" in setting for setting in old)
    assert any("enable_external_access = false" in setting for setting in new)
    assert not any("temp_file_encryption" in setting for setting in (*old, *new))


def test_an_encrypted_room_asks_for_every_setting_whatever_is_known() -> None:
    settings = settings_of_a_room(_KLUIS, None, "1GB", known=(), encrypted=True)

    assert {"temp_file_encryption", "allowed_directories", "enable_external_access", "lock_configuration"} <= {
        setting.split()[1] for setting in settings
    }


def test_no_bsn_is_sealed_where_duckdb_cannot_encrypt(context: Context, old_duckdb: None) -> None:
    with pytest.raises(RoomError, match="no encrypted Parquet"), open_workbench(context.root.kluis, []):
        pass


def test_a_library_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.duckdb_settings.find_spec", lambda _name: None)

    assert "duckdb-extension-httpfs" in why_no_encryption()
