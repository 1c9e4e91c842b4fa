"""Both kinds of CSV and the datapackage, judged by the library of Frictionless Data.

What belongs here: that library. What does not: whether the descriptor is ours (`descriptions.py`): the library gets the one
that we rebuild, never the one that lies in the folder, which could name an address to fetch.
"""

from collections.abc import Iterator
from pathlib import Path

from pipelines.release.format_checks.reading import cause, rows_read
from pipelines.release.formats.certificate import Verdict
from pipelines.release.formats.datapackage import resource_of
from pipelines.release.formats.tables_of import ReleaseFacts

_MOST_NAMED = 5


def check_by_frictionless(folder: Path, facts: ReleaseFacts, rows: int | None) -> Iterator[Verdict]:
    """A verdict per CSV; `rows`: read at most this many of each (None: every row)."""
    for table in facts.found:
        for path in (folder / name for name in (f"{table.name}.csv", f"{table.name}-excel.csv")[: 1 + table.excel]):
            resource = resource_of(table, facts, path.name)
            yield Verdict(f"frictionless/{path.name}", rows_read(_lines(path), rows), _fault(resource, folder, rows))


def _fault(resource: dict[str, object], folder: Path, rows: int | None) -> str:
    from frictionless import FrictionlessException, Resource

    try:
        report = Resource.from_descriptor(resource, basepath=str(folder)).validate(limit_rows=rows)
    except (FrictionlessException, OSError, ValueError) as error:
        return f"cannot be read ({cause(error)})"
    errors = [error for task in report.tasks for error in task.errors]
    if not errors:
        return ""
    named = sorted({_where(error) for error in errors})
    return f"{len(errors)} faults, such as {'; '.join(named[:_MOST_NAMED])}"


def _where(error: object) -> str:
    """Kind of the fault with the row and column; never the cell."""
    row, column = getattr(error, "row_number", None), getattr(error, "field_name", None)
    kind = str(getattr(error, "type", "fault"))
    return kind + (f" in row {row}" if row else "") + (f", column {column}" if column else "")


def _lines(path: Path) -> int:
    """Rows of a CSV that has one line per row and one line of names."""
    return max(0, path.read_bytes().count(b"\n") - 1)
