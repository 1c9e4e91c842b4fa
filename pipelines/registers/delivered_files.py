"""Which files a peiljaar was made of: the table `delivered_files` of the kluis, and its words.

What belongs here: register, file name, version and period of what was read and what was passed over; and, apart, how many
double rows were left out (exact, so never shown). What does not: the deliveries themselves (see `ingest.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from pipelines.registers.finding import FoundFile, RegisterFiles
from pipelines.warehouse import Warehouse, year_schema

_MANY = 3


@dataclass(frozen=True)
class DeliveredFile:
    """A file of a delivery, as its name says: nothing about its rows. `used`: it was read; else an older version of it
    was there, or a copy."""

    register: str
    file_name: str
    version: str
    period: str
    used: bool


def write_delivered_files(warehouse: Warehouse, schema: str, files: Iterable[RegisterFiles]) -> None:
    """Write `delivered_files`: register, file_name, version, period, used."""
    step = "write the delivered files"
    warehouse.run(
        f"CREATE TABLE {schema}.delivered_files (register VARCHAR, file_name VARCHAR, version VARCHAR, period VARCHAR, "
        "used BOOLEAN)",
        step=step,
    )
    for found in files:
        for used, group in ((True, found.read), (False, found.passed_over)):
            for file in group:
                values = [found.register, file.path.name, file.name.version_text, _period(file), used]
                warehouse.run(
                    f"INSERT INTO {schema}.delivered_files VALUES (?, ?, ?, ?, ?)", step=step, parameters=values
                )


def write_left_out(warehouse: Warehouse, schema: str, doubles: dict[str, int]) -> None:
    """Write `left_out`: register and number of double rows, where there were any. Exact: it stays in the kluis."""
    step = "write what was left out"
    warehouse.run(f"CREATE TABLE {schema}.left_out (register VARCHAR, double_rows BIGINT)", step=step)
    for register, number in doubles.items():
        if number:
            warehouse.run(f"INSERT INTO {schema}.left_out VALUES (?, ?)", step=step, parameters=[register, number])


def delivered_files(warehouse: Warehouse, peiljaar: int) -> list[DeliveredFile]:
    """The files of a peiljaar in order of register; empty when nothing was taken in (or by an older installation)."""
    schema = year_schema(peiljaar)
    if not warehouse.has_table(schema, "delivered_files"):
        return []
    rows = warehouse.rows(
        f"SELECT register, file_name, version, period, used FROM {schema}.delivered_files "
        "ORDER BY register, used DESC, period, version, file_name",
        step="read the delivered files",
    )
    return [DeliveredFile(*row) for row in rows]


def file_lines(files: list[DeliveredFile]) -> list[str]:
    """A line a register: which files were read, and which were passed over."""
    lines: list[str] = []
    for register, group in groupby(files, key=lambda file: file.register):
        own = list(group)
        used, passed = [f for f in own if f.used], [f for f in own if not f.used]
        said = (
            f"{_named(used)} (version {_together(f.version for f in used)}, period {_together(f.period for f in used)})"
        )
        lines.append(f"{register}: {said}" + (f"; passed over: {_named(passed)}" if passed else ""))
    return lines


def _period(file: FoundFile) -> str:
    name = file.name
    if name.edition:
        return f"up to {name.edition[0]}-{name.edition[1]:02d}"
    if name.year is None:
        return "not in its name"
    return f"{name.year}-{name.part}" if name.part else str(name.year)


def _together(values: Iterable[str]) -> str:
    different = list(dict.fromkeys(values))
    return different[0] if len(different) == 1 else f"{different[0]} to {different[-1]}"


def _named(files: list[DeliveredFile]) -> str:
    names = [file.file_name for file in files]
    return ", ".join(names) if len(names) <= _MANY else f"{names[0]} and {len(names) - 1} more"
