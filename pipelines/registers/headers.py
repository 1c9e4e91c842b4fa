"""The names of the columns of a delivered file, without reading a row.

What belongs here: the header of each format. What does not: the rows (`reading.py`).
"""

import csv
import re
from collections.abc import Iterable
from pathlib import Path

from pipelines.errors import DeliveryError
from pipelines.registers.catalogue_model import Column
from pipelines.registers.guards import REFUSED, refuse_other_text
from pipelines.warehouse import is_encrypted

_LONGEST_HEADER = 1 << 20
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NUMBER = re.compile(r"\d{9}")
_MANY, _LONG = 20, 40


def is_sealed(path: Path) -> bool:
    """Is this encrypted Parquet, of which nothing can be seen without its key?"""
    try:
        return path.suffix.lower() == ".parquet" and is_encrypted(path)
    except OSError:
        return False


def column_names(path: Path) -> tuple[str, ...]:
    """The column names of a .parquet, .sav or .csv file, as written in it and in its order.

    Raises DeliveryError when its beginning cannot be read as what its name says. Library texts are not carried along.
    """
    if path.suffix.lower() == ".csv":
        refuse_other_text(path)
    readers = {".parquet": _of_parquet, ".sav": _of_sav, ".csv": _of_csv}
    try:
        found = readers[path.suffix.lower()](path)
    except Exception:
        # Three libraries, each with errors of its own, whose texts may quote what the file holds.
        found = ()
    if not found:
        raise DeliveryError(
            f"{path.name}: its beginning cannot be read as {path.suffix.lower().lstrip('.')}. It is empty, damaged or of "
            "another format: copy it again from the supplier."
        )
    return found


def _of_parquet(path: Path) -> tuple[str, ...]:
    from pyarrow.parquet import read_schema

    return tuple(read_schema(path).names)


def _of_sav(path: Path) -> tuple[str, ...]:
    import pyreadstat

    _, meta = pyreadstat.read_sav(str(path), metadataonly=True)
    return tuple(meta.column_names)


def _of_csv(path: Path) -> tuple[str, ...]:
    with path.open("rb") as handle:
        head = handle.readline(_LONGEST_HEADER)
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = head.decode("cp1252")
    delimiter = ";" if text.count(";") >= text.count(",") else ","
    names = next(csv.reader([text.rstrip("\r\n")], delimiter=delimiter))
    return tuple(name.strip() for name in names) if any(name.strip() for name in names) else ()


def require_header(path: Path, names: Iterable[str], declared: tuple[Column, ...], peiljaar: int) -> None:
    """Raise DeliveryError when none of the names is a column of the register: what stands there may be a row, so nothing of
    it is told."""
    known = {column.delivered(peiljaar) for column in declared}
    if not known & {name.lower() for name in names}:
        raise DeliveryError(
            f"{path.name}: holds no column of the register that it is named after: its header is missing, or it is another "
            f"file under this name. Columns that are meant: {shown(sorted(known))}. {REFUSED}"
        )


def shown(names: Iterable[str]) -> str:
    """Names of columns for a message: not too many, not too long. Where one is no name that a column has (letters, digits
    and low lines, a letter first), a row may have become part of the header: then none is told."""
    told = list(names)
    if not all(_is_name(name) for name in told):
        return f"(not told: of {len(told)} names some look like values, so a row may stand in the header)"
    return ", ".join(name[:_LONG] for name in told[:_MANY]) + (
        f" and {len(told) - _MANY} more" if len(told) > _MANY else ""
    )


def _is_name(name: str) -> bool:
    """Can a column be called this? A number of nine digits or more in it may be somebody's."""
    return bool(_NAME.fullmatch(name)) and not _NUMBER.search(name)


def twice(path: Path, name: str) -> DeliveryError:
    """Two columns with one name."""
    return DeliveryError(
        f"{path.name}: the column {shown([name])} stands in it twice (capitals do not count). Keep one. {REFUSED}"
    )
