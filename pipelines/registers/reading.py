"""Opening a delivered file as a relation with lower-case column names.

What belongs here: which columns are there and which are read. What does not: each format (`reading_sav.py`, `reading_csv.py`), and what the columns mean or must hold (see `typing_rules.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipelines.errors import DeliveryError, KluisError
from pipelines.registers.catalogue_model import Column, Register
from pipelines.registers.finding import FoundFile
from pipelines.registers.guards import REFUSED, refuse_wide
from pipelines.registers.headers import require_header, shown, twice
from pipelines.registers.reading_csv import open_csv
from pipelines.registers.reading_sav import open_sav
from pipelines.registers.streams import Stream
from pipelines.warehouse import Warehouse, parquet_relation

PART_COLUMN = "bestandsdeel"
"""The month, quarter or day that a file of part of a year holds (`03`, `K1`, `1231`): a column beside those of the file,
which a register has when its catalogue entry lists it."""
Columns = dict[str, tuple[str, str]]
"""Lower-case column -> (delivered name, DuckDB type)."""


@dataclass(frozen=True)
class Scan:
    """One readable file: SQL of its rows, its columns, and the stream behind it when DuckDB does not read it itself.
    `names`: the delivered columns that are read; `part`: the part of the year it holds."""

    relation: str
    columns: Columns
    path: Path
    stream: Stream | None = None
    names: tuple[str, ...] = ()
    part: str | None = None

    @property
    def is_padded(self) -> bool:
        """May texts be padded with blanks? Those of Parquet stand there as they are meant."""
        return self.path.suffix.lower() != ".parquet"

    @property
    def rows(self) -> str:
        """SQL of the rows, with the part of the year as a column when it is one."""
        return f"(SELECT *, '{self.part}' AS {PART_COLUMN} FROM {self.relation})" if self.part else self.relation

    def pieces(self) -> Iterator[Any]:
        """The file in pieces, to be offered to a connection each in turn; None where DuckDB reads the file itself.

        Raises BrokeOff when the reader cannot go on.
        """
        return iter((None,)) if self.stream is None else self.stream.pieces(self.names)

    def offer(self, warehouse: Warehouse, piece: Any) -> None:
        """Make this piece what `relation` reads, on this connection."""
        if piece is not None:
            warehouse.connection.register(self.relation, piece)

    def withdraw(self, warehouse: Warehouse) -> None:
        """Let go of the last piece that was offered."""
        if self.stream is not None:
            warehouse.connection.unregister(self.relation)


def open_file(
    warehouse: Warehouse, found: FoundFile, register: Register, peiljaar: int, *, plain: bool = False
) -> Scan:
    """Open a file of a register, of which only the columns are read that the kluis keeps. `plain`: not with the fast
    reader of SPSS.

    Raises DeliveryError when it cannot be read as what its name says, or has a missing or an undeclared column.
    """
    scan = _open(warehouse, found.path, plain, register.columns, peiljaar)
    check_columns(scan, register, peiljaar)
    scan = replace(scan, names=_wanted(scan, register, peiljaar))
    if found.name.part and any(column.name == PART_COLUMN for column in register.columns):
        columns = scan.columns | {PART_COLUMN: (PART_COLUMN, "VARCHAR")}
        scan = replace(scan, part=found.name.part, columns=columns)
    return scan


def check_columns(scan: Scan, register: Register, peiljaar: int) -> None:
    """Raise DeliveryError for a missing or an undeclared column."""
    declared = {column.delivered(peiljaar): column for column in register.columns if column.name != PART_COLUMN}
    missing = [name for name, column in declared.items() if column.required and name not in scan.columns]
    for name in missing:
        if other := [found for found in scan.columns if _is_of_another_year(found, declared[name], peiljaar)]:
            raise DeliveryError(
                f"{scan.path.name}: has {shown(other)} where {peiljaar} has {name}: the columns are those of another year. Ask "
                f"the supplier for the file of {peiljaar}. {REFUSED}"
            )
    if missing:
        raise DeliveryError(
            f"{scan.path.name}: the column {', '.join(missing)} of {register.name} is missing. Found: "
            f"{shown(sorted(scan.columns))}. Ask the supplier, or correct the catalogue if CBS renamed it. {REFUSED}"
        )
    undeclared = sorted(set(scan.columns) - set(declared))
    if undeclared:
        raise DeliveryError(
            f"{scan.path.name}: the column {shown(undeclared)} is not declared in the catalogue of "
            f"{register.name}, so nobody decided that it may enter the kluis. Declare it there "
            f"(`keep: false` if it is not needed) or have it left out of the delivery. {REFUSED}"
        )


def _is_of_another_year(found: str, column: Column, peiljaar: int) -> bool:
    return column.name != column.canonical and any(
        found == column.delivered(year) for year in range(peiljaar - 40, peiljaar + 10)
    )


def _open(warehouse: Warehouse, path: Path, plain: bool, declared: tuple[Column, ...], peiljaar: int) -> Scan:
    extension, relation = path.suffix.lower(), "delivered_rows"
    stream: Stream | None = None
    if extension == ".parquet":
        relation = parquet_relation(path)
    elif extension == ".csv":
        text = open_csv(path)
        # Before anything of the first line is told: without a header it would be a row of somebody.
        require_header(path, text.header, declared, peiljaar)
        text.refuse_twice()
        stream = text.stream
    else:
        stream = open_sav(path, plain=plain)
        if stream is None:
            raise _unreadable(path)
    if stream:
        refuse_wide(path, len(stream.schema))
        warehouse.connection.register(relation, stream.schema.empty_table())
    try:
        described = warehouse.rows(f"DESCRIBE SELECT * FROM {relation}", step=f"opening {path.name}")
    except KluisError:
        described = []
    if not described:
        raise _unreadable(path)
    require_header(path, [name for name, *_ in described], declared, peiljaar)
    columns: Columns = {}
    for name, kind, *_ in described:
        if name.lower() in columns:
            raise twice(path, name)
        columns[name.lower()] = (name, kind)
    return Scan(relation, columns, path, stream)


def _unreadable(path: Path) -> DeliveryError:
    return DeliveryError(
        f"{path.name}: cannot be read as {path.suffix.lower().lstrip('.')}. It is truncated, damaged or of another "
        "format. Copy it again from the supplier; the delivery was refused and nothing was changed."
    )


def _wanted(scan: Scan, register: Register, peiljaar: int) -> tuple[str, ...]:
    """The delivered names of the columns that are read: those that are kept, and the keys."""
    keys = {*register.person_key, "soortobjectnummer"}
    wanted = {column.delivered(peiljaar) for column in register.columns if column.keep or column.name in keys}
    return tuple(name for lower, (name, _) in scan.columns.items() if lower in wanted)
