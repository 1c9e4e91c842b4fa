"""What the DuckDB of this machine can do, and the settings under which it opens a kluis.

What belongs here: whether it can encrypt, which settings it has, and how a path is written in SQL. What does not: opening
anything (`warehouse.py`). Remote Access has an older DuckDB than the pinned one (docs/decisions/021).
"""

import re
from collections.abc import Collection
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path, PurePath

FIRST_THAT_ENCRYPTS = (1, 4)
"""The first DuckDB that can attach an encrypted database."""

SETTINGS_OF_A_ROOM = {
    "temp_file_encryption": "what is spilled to the temp folder of the kluis is not encrypted",
    "allowed_directories": "the database itself is not confined to the folder of the kluis",
}
"""What guards a room and is not in every DuckDB -> what it means when it is not there."""


def sql_path(path: PurePath) -> str:
    """A path inside the quotes of an SQL text. With forward slashes: DuckDB reads those on Windows too, and compares
    `allowed_directories` by them."""
    return quote(path.as_posix())


def quote(text: str) -> str:
    """A text inside the quotes of an SQL text."""
    return text.replace("'", "''")


def duckdb_version() -> str:
    """The version of DuckDB installed here."""
    return version("duckdb")


def duckdb_numbers() -> tuple[int, ...]:
    """The first two numbers of that version."""
    return _numbers(duckdb_version())


def why_no_encryption() -> str:
    """Why a kluis cannot be encrypted by the DuckDB of this machine, in words; empty when it can."""
    found = duckdb_version()
    if _numbers(found) < FIRST_THAT_ENCRYPTS:
        return f"DuckDB {found} cannot encrypt a database (1.4 was the first that can)"
    if not _httpfs_file(found):
        return (
            f"DuckDB {found} encrypts with a library that is not here (duckdb-extension-httpfs, of the same version as "
            "duckdb)"
        )
    return ""


def why_not_so(*, unencrypted: bool) -> str:
    """Why a room is not opened as asked, encrypted or not; empty when it is."""
    why = why_no_encryption()
    if unencrypted and not why:
        return (
            "the DuckDB of this machine can encrypt, so --unencrypted-room (BLINDEVLEK_UNENCRYPTED_ROOM) is refused. Leave "
            "it out; a warehouse that was made without encryption is moved away first, and its deliveries ingested again."
        )
    if why and not unencrypted:
        return (
            f"{why}, so the kluis would lie unencrypted on this disk. Install requirements/run.txt. Where that cannot be "
            "(CBS Remote Access) and the disk is protected otherwise, say so: --unencrypted-room before the command, or "
            "BLINDEVLEK_UNENCRYPTED_ROOM=1 (docs/how-to/remote-access.md)."
        )
    return ""


def httpfs_file() -> Path:
    """The extension file inside its wheel: DuckDB writes encrypted files only with OpenSSL from httpfs. To be asked
    only where `why_no_encryption` is empty."""
    found = _httpfs_file(duckdb_version())
    if found is None:
        raise FileNotFoundError("httpfs.duckdb_extension")
    return found


Stamp = tuple[str, int, int, int, int, int]
"""Which very file stands at a path: one that was changed, or put in its place, has another stamp."""


def stamp_of(path: Path) -> Stamp:
    """The stamp of the file that stands there now."""
    about = path.stat()
    return str(path), about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns


def _httpfs_file(of_version: str) -> Path | None:
    try:
        wheel = find_spec("duckdb_extension_httpfs")
    except ImportError:
        return None
    if wheel is None or wheel.origin is None:
        return None
    found = Path(wheel.origin).parent / "extensions" / f"v{of_version}" / "httpfs.duckdb_extension"
    return found if found.exists() else None


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text)[:2])


def known_settings() -> frozenset[str]:
    """The names of the settings that the DuckDB of this machine has; asked of an empty database in memory."""
    import duckdb

    with duckdb.connect(":memory:") as empty:
        return frozenset(str(name) for (name,) in empty.execute("SELECT name FROM duckdb_settings()").fetchall())


def why_it_does_not_open(warehouse: PurePath, failure: str, *, unencrypted: bool) -> str:
    """What may be wrong when a warehouse does not open, in words; `failure` is the kind of error."""
    if unencrypted:
        return (
            f"the warehouse {warehouse} does not open ({failure}): it is encrypted, another process has it open, a "
            "newer DuckDB made it, or the file is damaged. Check that no other run is working; else move the file away "
            "and ingest the deliveries again."
        )
    return (
        f"the warehouse {warehouse} does not open ({failure}): the key does not fit, another process "
        "has it open, or the file is damaged. Check BLINDEVLEK_KEY_FILE, and that no other run is working. "
        "If the key is lost, or it was made with --unencrypted-room, move the file away and ingest the deliveries again."
    )


def settings_of_a_room(
    kluis: PurePath, temp: PurePath | None, memory: str, *, known: Collection[str], encrypted: bool
) -> list[str]:
    """The statements that confine an open database to a kluis and lock its configuration, in order.

    `temp`: where it may spill; None: nowhere. `known`: the settings that this DuckDB has. An encrypted room gets all of
    them, so that a DuckDB without one is refused. One that is not encrypted gets those that exist: without
    `allowed_directories`, refusing all files would refuse the deliveries too, so then files stay open.
    """
    confined = encrypted or "allowed_directories" in known
    settings = [f"SET temp_directory = '{sql_path(temp) if temp else ''}'"]
    if encrypted:
        settings.append("SET temp_file_encryption = true")
    if confined:
        settings.append(f"SET allowed_directories = ['{sql_path(kluis)}/']")
    settings += [
        f"SET memory_limit = '{quote(memory)}'",
        "SET preserve_insertion_order = false",
        "SET enable_progress_bar = false",
    ]
    if confined:
        settings.append("SET enable_external_access = false")
    return [*settings, "SET lock_configuration = true"]


def room_words(*, unencrypted: bool, known: Collection[str]) -> list[str]:
    """How the room is guarded, in lines: encrypted, or not and what it lacks."""
    if why := why_not_so(unencrypted=unencrypted):
        return [f"room: CLOSED. {why}"]
    if not unencrypted:
        return [f"room: encrypted by DuckDB {duckdb_version()}"]
    lacking = [words for name, words in SETTINGS_OF_A_ROOM.items() if name not in known or name.startswith("temp_")]
    return [
        f"room: NOT ENCRYPTED. {why_no_encryption()}, and --unencrypted-room was given: the disk of the kluis must be "
        "protected otherwise",
        *(f"room: {words}" for words in lacking),
    ]
