"""The library that encrypts is code that runs in the kluis: DuckDB verifies its signature once per process and file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.context import Context
from pipelines.duckdb_settings import httpfs_file
from pipelines.errors import KluisError, RoomError
from pipelines.warehouse import open_warehouse

Place = Callable[[bool], None]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Puts a copy of the library where the warehouse looks for it: as it is, or with one bit of its signature turned."""
    library = tmp_path / "library" / httpfs_file().name
    library.parent.mkdir()
    content = httpfs_file().read_bytes()
    monkeypatch.setattr("pipelines.warehouse.httpfs_file", lambda: library)

    def put(sound: bool) -> None:
        fresh = library.with_suffix(".fresh")
        fresh.write_bytes(content if sound else content[:-1] + bytes([content[-1] ^ 1]))
        # Moved, not written over: what a process has loaded stays as it is.
        fresh.replace(library)

    return put


def opens(context: Context) -> bool:
    with open_warehouse(context.root, context.key()) as warehouse:
        return bool(warehouse.value("SELECT true", step="look"))


def test_a_library_that_was_tampered_with_is_never_loaded(context: Context, place: Place) -> None:
    place(False)

    for _ in range(2):
        with pytest.raises(RoomError, match="does not load"):
            opens(context)


def test_one_that_takes_the_place_of_a_verified_one_is_verified_itself(context: Context, place: Place) -> None:
    place(True)
    assert opens(context)
    assert opens(context)

    place(False)

    with pytest.raises(RoomError, match="does not load"):
        opens(context)


def test_an_open_warehouse_loads_no_other_library_the_second_time_either(context: Context, tmp_path: Path) -> None:
    others = [folder / "other.duckdb_extension" for folder in (tmp_path, context.root.kluis)]
    for path in others:
        path.write_bytes(b"no library, and nobody may get as far as to find that out")

    for _ in range(2):
        with open_warehouse(context.root, context.key()) as warehouse:
            for path in others:
                with pytest.raises(KluisError, match="PermissionException"):
                    warehouse.run(f"LOAD '{path}'", step="load a library")
