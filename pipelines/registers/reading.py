"""Opening a delivered file as a relation with lower-case column names.

What belongs here: the three formats and their quirks of encoding and padding. What does not: what the columns
mean or must hold (see `typing_rules.py`).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import DeliveryError, KluisError
from pipelines.registers.catalogue_model import Register
from pipelines.warehouse import Warehouse, parquet_relation

_SAV_RELATION = "delivered_sav"


@dataclass(frozen=True)
class Scan:
    """A readable file: SQL of the relation, and lower-case column -> (delivered name, DuckDB type)."""

    relation: str
    columns: dict[str, tuple[str, str]]
    path: Path
    table: Any = None
    """The Arrow table behind the relation, for a file that DuckDB does not read itself."""

    def total(self, warehouse: Warehouse) -> int:
        """Number of rows in the file (for the kluis only)."""
        return int(warehouse.value(f"SELECT count(*) FROM {self.relation}", step=f"reading {self.path.name}"))


def open_file(warehouse: Warehouse, path: Path) -> Scan:
    """Open a delivered file; raise DeliveryError when it cannot be read as what its name says."""
    extension = path.suffix.lower()
    table = None
    if extension == ".parquet":
        relation = parquet_relation(path)
    elif extension == ".csv":
        relation = _csv_relation(path)
    else:
        relation, table = _SAV_RELATION, _sav_table(path)
        warehouse.connection.register(relation, table)
    try:
        described = warehouse.rows(f"DESCRIBE SELECT * FROM {relation}", step=f"opening {path.name}")
    except KluisError:
        described = []
    if not described:
        raise DeliveryError(
            f"{path.name}: cannot be read as {extension.lstrip('.')}. It is truncated, damaged or of another "
            "format. Copy it again from the supplier; the delivery was refused and nothing was changed."
        )
    columns: dict[str, tuple[str, str]] = {}
    for name, kind, *_ in described:
        if name.lower() in columns:
            raise DeliveryError(f"{path.name}: the column {name} stands in it twice (capitals do not count). Keep one.")
        columns[name.lower()] = (name, kind)
    return Scan(relation, columns, path, table)


def check_columns(scan: Scan, register: Register, peiljaar: int) -> None:
    """Raise DeliveryError for a missing or an undeclared column."""
    declared = {column.delivered(peiljaar): column for column in register.columns}
    missing = [name for name, column in declared.items() if column.required and name not in scan.columns]
    if missing:
        raise DeliveryError(
            f"{scan.path.name}: the column {', '.join(missing)} of {register.name} is missing. Found: "
            f"{', '.join(sorted(scan.columns))}. Ask the supplier, or correct the catalogue if CBS renamed it."
        )
    undeclared = sorted(set(scan.columns) - set(declared))
    if undeclared:
        raise DeliveryError(
            f"{scan.path.name}: the column {', '.join(undeclared)} is not declared in the catalogue of "
            f"{register.name}, so nobody decided that it may enter the kluis. Declare it there "
            "(`keep: false` if it is not needed) or have it left out of the delivery."
        )


def _csv_relation(path: Path) -> str:
    """Text columns, `;` or `,`, UTF-8 or the Windows code page that Remote Access writes."""
    with path.open("rb") as handle:
        head = handle.readline()
        size = handle.seek(0, 2)
        handle.seek(max(0, size - 1))
        ends_well = handle.read(1) == b"\n"
    if not head or not ends_well:
        raise DeliveryError(
            f"{path.name}: is truncated, since its last line does not end. Copy it again from the supplier; the "
            "delivery was refused and nothing was changed."
        )
    delimiter = ";" if head.count(b";") >= head.count(b",") else ","
    encoding = "utf-8" if _is_utf8(path) else "latin-1"
    return (
        f"read_csv('{_quote(path)}', delim = '{delimiter}', header = true, all_varchar = true, quote = '\"', "
        f"encoding = '{encoding}', strict_mode = true)"
    )


def _is_utf8(path: Path) -> bool:
    with path.open("rb") as handle:
        try:
            for chunk in iter(lambda: handle.readline(1 << 20), b""):
                chunk.decode("utf-8")
        except UnicodeDecodeError:
            return False
    return True


def _sav_table(path: Path) -> Any:
    """SPSS through the fast reader, with the reader that Remote Access is known to have as fallback."""
    table = _read_sav_fast(path)
    if table is None:
        table = _read_sav_plain(path)
    if table is None:
        raise DeliveryError(
            f"{path.name}: cannot be read as sav. It is truncated, damaged or of another format. Copy it again "
            "from the supplier; the delivery was refused and nothing was changed."
        )
    return table


def _read_sav_fast(path: Path) -> Any | None:
    try:
        from polars_readstat import scan_readstat
    except ImportError:
        return None
    try:
        return scan_readstat(str(path)).collect().to_arrow()
    except Exception:
        # Whatever the fast reader stumbles over, the plain reader gets its chance; its own text may quote rows.
        return None


def _read_sav_plain(path: Path) -> Any | None:
    import pyarrow as pa
    import pyreadstat

    try:
        frame, _ = pyreadstat.read_sav(str(path), disable_datetime_conversion=True)
        return pa.Table.from_pandas(frame, preserve_index=False)
    except Exception:
        # The last reader failed too: the caller refuses the file in words of our own, since the reader's may quote rows.
        return None


def _quote(path: Path) -> str:
    return str(path).replace("'", "''")
