"""Opening the delivered files of a register as one relation with lower-case column names.

What belongs here: which columns are there and which are read, and a year in parts as one relation. What does not: each
format (`reading_sav.py`, `reading_csv.py`), and what the columns mean or must hold (see `typing_rules.py`).
"""

from dataclasses import dataclass, replace
from pathlib import Path

from pipelines.errors import DeliveryError, KluisError
from pipelines.registers.catalogue_model import Register
from pipelines.registers.finding import FoundFile, RegisterFiles
from pipelines.registers.reading_csv import WINDOWS, open_csv
from pipelines.registers.reading_sav import open_sav
from pipelines.registers.streams import Stream
from pipelines.warehouse import Warehouse

PART_COLUMN = "bestandsdeel"
"""The month, quarter or day that a file of part of a year holds (`03`, `K1`, `1231`): a column beside those of the file,
which a register has when its catalogue entry lists it."""
Columns = dict[str, tuple[str, str]]
"""Lower-case column -> (delivered name, DuckDB type)."""


@dataclass(frozen=True)
class Source:
    """One file: SQL of its rows, its columns, and the stream behind it when DuckDB does not read it itself. `names`: the
    delivered columns that are read."""

    path: Path
    relation: str
    columns: Columns
    stream: Stream | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scan:
    """Readable files: SQL of the relation, its columns, and where it comes from. Call `ready` before each statement."""

    relation: str
    columns: Columns
    path: Path
    sources: tuple[Source, ...] = ()

    @property
    def name(self) -> str:
        """The file name, for messages."""
        return f"{self.path.name}{f' (and {len(self.sources) - 1} more)' if len(self.sources) > 1 else ''}"

    @property
    def is_padded(self) -> bool:
        """May texts be padded with blanks? Those of Parquet stand there as they are meant."""
        paths = [source.path for source in self.sources] or [self.path]
        return any(path.suffix.lower() != ".parquet" for path in paths)

    def ready(self, warehouse: Warehouse) -> None:
        """Make the relation readable from its first row, on this connection, for one statement."""
        for source in self.sources:
            if source.stream:
                warehouse.connection.register(source.relation, source.stream.reader(source.names))

    @property
    def broken(self) -> frozenset[Path]:
        """The files whose reader broke off: what was read of them is not all that is in them."""
        return frozenset(source.path for source in self.sources if source.stream and source.stream.broke)


def open_files(
    warehouse: Warehouse, files: RegisterFiles, register: Register, peiljaar: int, plain: frozenset[Path] = frozenset()
) -> Scan:
    """The files of a register as one relation, of which only the columns are read that the kluis keeps. `plain`: files
    that the fast reader could not finish.

    Raises DeliveryError when one cannot be read as what its name says, or has a missing or an undeclared column.
    """
    parts = {found.name.part for found in files.read}
    sources = tuple(_open(warehouse, found.path, turn, found.path in plain) for turn, found in enumerate(files.read))
    for source in sources:
        check_columns(source, register, peiljaar)
    sources = tuple(replace(source, names=_wanted(source, register, peiljaar)) for source in sources)
    if parts == {None}:
        (only,) = sources
        return Scan(only.relation, only.columns, only.path, sources)
    return _together(warehouse, files.read, sources, register)


def check_columns(source: Source, register: Register, peiljaar: int) -> None:
    """Raise DeliveryError for a missing or an undeclared column."""
    declared = {column.delivered(peiljaar): column for column in register.columns if column.name != PART_COLUMN}
    missing = [name for name, column in declared.items() if column.required and name not in source.columns]
    if missing:
        raise DeliveryError(
            f"{source.path.name}: the column {', '.join(missing)} of {register.name} is missing. Found: "
            f"{', '.join(sorted(source.columns))}. Ask the supplier, or correct the catalogue if CBS renamed it."
        )
    undeclared = sorted(set(source.columns) - set(declared))
    if undeclared:
        raise DeliveryError(
            f"{source.path.name}: the column {', '.join(undeclared)} is not declared in the catalogue of "
            f"{register.name}, so nobody decided that it may enter the kluis. Declare it there "
            "(`keep: false` if it is not needed) or have it left out of the delivery."
        )


def _open(warehouse: Warehouse, path: Path, turn: int, plain: bool) -> Source:
    """Open one file; `turn` keeps the relations of several apart."""
    extension, relation = path.suffix.lower(), f"delivered_{turn}"
    stream: Stream | None = None
    if extension == ".parquet":
        relation = f"read_parquet('{_quote(path)}')"
    elif extension == ".csv":
        text = open_csv(path)
        if text.encoding == WINDOWS:
            stream = text.stream
        else:
            relation = text.relation
    else:
        stream = open_sav(path, plain=plain)
        if stream is None:
            raise _unreadable(path)
    if stream:
        warehouse.connection.register(relation, stream.schema.empty_table())
    try:
        described = warehouse.rows(f"DESCRIBE SELECT * FROM {relation}", step=f"opening {path.name}")
    except KluisError:
        described = []
    if not described:
        raise _unreadable(path)
    columns: Columns = {}
    for name, kind, *_ in described:
        if name.lower() in columns:
            raise DeliveryError(f"{path.name}: the column {name} stands in it twice (capitals do not count). Keep one.")
        columns[name.lower()] = (name, kind)
    return Source(path, relation, columns, stream)


def _unreadable(path: Path) -> DeliveryError:
    return DeliveryError(
        f"{path.name}: cannot be read as {path.suffix.lower().lstrip('.')}. It is truncated, damaged or of another "
        "format. Copy it again from the supplier; the delivery was refused and nothing was changed."
    )


def _wanted(source: Source, register: Register, peiljaar: int) -> tuple[str, ...]:
    """The delivered names of the columns that are read: those that are kept, and the keys."""
    keys = {*register.person_key, "soortobjectnummer"}
    wanted = {column.delivered(peiljaar) for column in register.columns if column.keep or column.name in keys}
    return tuple(name for lower, (name, _) in source.columns.items() if lower in wanted)


def _together(
    warehouse: Warehouse, files: tuple[FoundFile, ...], sources: tuple[Source, ...], register: Register
) -> Scan:
    """The parts of a year under each other. A column must be of one sort in all of them."""
    lower = list(dict.fromkeys(name.lower() for source in sources for name in source.names))
    for name in lower:
        sorts = {_sort(source.columns[name][1]) for source in sources if name in source.columns}
        if len(sorts) > 1:
            raise DeliveryError(
                f"{files[0].path.name} and the other files of {register.name}: the column {name} is stored as "
                f"{' in one, as '.join(sorted(sorts))} in another. Convert them again, all in the same way."
            )
    with_part = any(column.name == PART_COLUMN for column in register.columns)
    selects: list[str] = []
    for found, source in zip(files, sources, strict=True):
        own = [
            f'"{_doubled(source.columns[name][0])}" AS {name}' if name in source.columns else f"NULL AS {name}"
            for name in lower
        ]
        part = [f"'{found.name.part}' AS {PART_COLUMN}"] if with_part else []
        selects.append(f"SELECT {', '.join([*own, *part])} FROM {source.relation}")
    relation = f"({' UNION ALL '.join(selects)})"
    scan = Scan(relation, {}, files[0].path, sources)
    scan.ready(warehouse)
    described = warehouse.rows(f"DESCRIBE SELECT * FROM {relation}", step=f"opening {scan.name}")
    return replace(scan, columns={name: (name, kind) for name, kind, *_ in described})


def _sort(kind: str) -> str:
    return "text" if kind == "VARCHAR" else "a date" if kind.startswith(("DATE", "TIMESTAMP")) else "a number"


def _quote(path: Path) -> str:
    return str(path).replace("'", "''")


def _doubled(name: str) -> str:
    return name.replace('"', '""')
