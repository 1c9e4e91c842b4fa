"""What a delivered file must be before a row of it is read, and must still be afterwards.

What belongs here: looking at a file from the outside (kind, size, first and last bytes, what its header declares). What does
not: its columns (`reading.py`) and values (`typing_rules.py`).
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from pipelines.errors import DeliveryError, RoomError
from pipelines.registers.file_kinds import IN_UTF16, UTF16, other_text, packed_kind

MOST_COLUMNS = 5_000
MOST_METADATA = 64 << 20
MOST_ROWS_A_BYTE = 64
"""Every row has a key of its own: packed as well as can be, a real file has well under one row a byte."""
_FEW_ROWS = 1_000_000
MOST_UNPACKED = 1_000
_SMALL_UNPACKED = 1 << 30
LONGEST_LINE = 1 << 20
"""Of the first line of a text; as much of it is looked at to see what kind of text it is."""
REFUSED = "The delivery was refused and nothing was changed."

_MEANT = {".parquet": ("Parquet", "encrypted Parquet"), ".sav": ("SPSS",), ".csv": ()}

Stand = tuple[int, int, int, int]
"""Size, time of change, time of change of the entry (both in nanoseconds) and number of a file on its disk."""


def stand(path: Path) -> Stand:
    """How a file stands there now; raise DeliveryError when it is gone."""
    found = None
    with suppress(OSError):
        found = path.stat()
    if found is None:
        raise DeliveryError(
            f"{path.name}: went away while the delivery was read. Put the file back, wait until nobody works in the "
            f"folder, and run again. {REFUSED}"
        )
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def refuse_changed(before: dict[Path, Stand]) -> None:
    """Raise DeliveryError when a file no longer stands there as it did before it was read."""
    for path, then in before.items():
        if stand(path) != then:
            raise DeliveryError(
                f"{path.name}: was written to while it was read, so that what was read is neither the old file nor the new "
                f"one. Wait until the copying is done, and run again. {REFUSED}"
            )


def standing(paths: Iterable[Path]) -> dict[Path, Stand]:
    """How these files stand there now."""
    return {path: stand(path) for path in paths}


def refuse_no_file(path: Path, folder: Path) -> None:
    """Raise DeliveryError when what has the name of a file is a folder, a device, or a link that leads out of the delivery."""
    if path.is_symlink() and not path.exists():
        raise DeliveryError(f"{path.name}: is a link that leads nowhere. Put the file itself in its place. {REFUSED}")
    if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
        raise DeliveryError(
            f"{path.name}: is a link to a file outside the delivery, which others may change. Copy the file itself into "
            f"the folder. {REFUSED}"
        )
    if path.is_dir():
        raise DeliveryError(
            f"{path.name}: is a folder with the name of a file. Move its files to a folder without an extension, and put "
            f"the file itself there. {REFUSED}"
        )
    if not path.is_file():
        raise DeliveryError(
            f"{path.name}: is a pipe or a device, not a file. Put the file itself in its place. {REFUSED}"
        )


def refuse_unfit(path: Path) -> None:
    """Raise DeliveryError when a file cannot be opened, is empty, is of another format than its name says, is cut off, or
    declares more than a file of its size can hold. Reads its ends and what its header declares, never a row."""
    size, head, tail = _ends(path)
    if size == 0:
        raise DeliveryError(f"{path.name}: has no content at all (0 bytes). Copy it again from the supplier. {REFUSED}")
    suffix = path.suffix.lower()
    kind = packed_kind(head)
    found = kind.name if kind else ""
    if found and found not in _MEANT[suffix]:
        raise DeliveryError(
            f"{path.name}: is {found} by its first bytes, not what its extension says. Unpack or convert it, or give it its "
            f"own extension. {REFUSED}"
        )
    if suffix == ".csv" and head.startswith(UTF16):
        raise DeliveryError(f"{path.name}: {IN_UTF16.words} {REFUSED}")
    if suffix != ".csv" and not found:
        raise DeliveryError(
            f"{path.name}: does not begin as {suffix.lstrip('.')} does: it is damaged, or was given the wrong extension. "
            f"Copy it again from the supplier. {REFUSED}"
        )
    if suffix == ".parquet":
        _refuse_parquet(path, size, tail)
    if suffix == ".sav":
        _refuse_sav(path, size, head)


def refuse_other_text(path: Path) -> None:
    """Raise DeliveryError when a text is in UTF-16, a page, an object of JSON or has the line ends of an old Macintosh."""
    with path.open("rb") as handle:
        found = other_text(handle.read(LONGEST_LINE))
    if found:
        raise DeliveryError(f"{path.name}: {found.words} {REFUSED}")


def refuse_wide(path: Path, columns: int) -> None:
    """Raise DeliveryError for more columns than any file of CBS has."""
    if columns > MOST_COLUMNS:
        raise DeliveryError(
            f"{path.name}: has {columns} columns, and at most {MOST_COLUMNS} are read. Ask the supplier for the columns of the "
            f"catalogue only. {REFUSED}"
        )


OF_THE_DISK = (
    "IOException",
    "TransactionException",
    "OutOfMemoryException",
    "FatalException",
    "InternalException",
    "Error",
)
"""How DuckDB names failures of which the disk is a cause (a commit that cannot be written is a TransactionException); reading a damaged file is another, and is told apart first."""


def no_room(doing: str) -> RoomError:
    """What to say when the database could not write."""
    return RoomError(
        f"the kluis could not be written to while {doing}: its disk, or the room for temporary files on it, is full or refuses. "
        "Make room (`blindevlek purge` removes old years) and run again; nothing was changed."
    )


def _ends(path: Path) -> tuple[int, bytes, bytes]:
    failure = ""
    try:
        with path.open("rb") as handle:
            head = handle.read(128)
            size = handle.seek(0, os.SEEK_END)
            handle.seek(max(0, size - 8))
            return size, head, handle.read(8)
    except OSError as error:
        failure = error.strerror or "no reason given"
    raise DeliveryError(
        f"{path.name}: cannot be opened ({failure}). Give this account the right to read it, or copy it again. {REFUSED}"
    )


def _refuse_parquet(path: Path, size: int, tail: bytes) -> None:
    if tail[4:] not in (b"PAR1", b"PARE"):
        raise DeliveryError(
            f"{path.name}: is truncated: it begins as Parquet and does not end as Parquet. Copy it again from the supplier. "
            f"{REFUSED}"
        )
    length = int.from_bytes(tail[:4], "little")
    if length > min(MOST_METADATA, size):
        raise DeliveryError(
            f"{path.name}: declares a description of itself that is larger than the file, or than {MOST_METADATA >> 20} MB. "
            f"It is damaged or made to do harm: ask the supplier for a new one. {REFUSED}"
        )
    if tail[4:] == b"PAR1":
        _refuse_declared(path, size)


def _refuse_declared(path: Path, size: int) -> None:
    from pyarrow import parquet

    try:
        facts = parquet.read_metadata(path)
        groups = [facts.row_group(number) for number in range(facts.num_row_groups)]
        rows, columns = facts.num_rows, facts.num_columns
        unpacked = sum(max(0, group.total_byte_size) for group in groups)
        agreed = rows == sum(group.num_rows for group in groups) and rows >= 0
    except Exception:
        # Whatever the library stumbles over; its own text may quote what the file holds.
        rows, columns, unpacked, agreed = -1, 0, 0, False
    if rows == -1 and columns == 0:
        raise DeliveryError(
            f"{path.name}: the description at its end cannot be read as parquet, so it is damaged. Copy it again from the "
            f"supplier. {REFUSED}"
        )
    refuse_wide(path, columns)
    if not agreed:
        raise DeliveryError(
            f"{path.name}: declares another number of rows than its parts have together. Ask the supplier to make the "
            f"file again. {REFUSED}"
        )
    if rows > _FEW_ROWS and rows > MOST_ROWS_A_BYTE * size:
        raise DeliveryError(
            f"{path.name}: declares more rows than a file of its size can hold. It is damaged or made to do harm: ask the "
            f"supplier for a new one. {REFUSED}"
        )
    if unpacked > _SMALL_UNPACKED and unpacked > MOST_UNPACKED * size:
        raise DeliveryError(
            f"{path.name}: would unpack to over {MOST_UNPACKED} times its size, as no real data do. Ask the supplier to write it "
            f"again. {REFUSED}"
        )


def _refuse_sav(path: Path, size: int, head: bytes) -> None:
    """A row takes a byte at least for each of its places of eight bytes, unless the whole is packed (zsav)."""
    order = "little" if head[64:68] in (b"\x02\0\0\0", b"\x03\0\0\0") else "big"
    places, packed, rows = (
        int.from_bytes(head[at : at + 4], "big" if order == "big" else "little", signed=True) for at in (68, 72, 80)
    )
    least = rows * max(1, places) if packed in (0, 1) else rows // MOST_ROWS_A_BYTE
    if rows > _FEW_ROWS and least > size:
        raise DeliveryError(
            f"{path.name}: its SPSS header promises more rows than a file of its size can hold. Copy it again from the supplier; "
            f"if it stays so, have it saved again. {REFUSED}"
        )
