"""The CSVs as CSV on the Web, judged by the csvw library.

What belongs here: that library. What does not: whether the description is ours (`descriptions.py`): the library gets the one
that we rebuild, never the one that lies in the folder, which could name an address to fetch.
"""

import json
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from pipelines.release.format_checks.reading import cause, rows_read
from pipelines.release.formats.certificate import Verdict
from pipelines.release.formats.csvw_metadata import ENDING, csvw_of
from pipelines.release.formats.tables_of import ReleaseFacts


def check_by_csvw(folder: Path, facts: ReleaseFacts, rows: int | None) -> Iterator[Verdict]:
    """A verdict per CSV; `rows`: read at most this many of each (None: every row)."""
    for table in facts.found:
        csv = folder / f"{table.name}.csv"
        with tempfile.TemporaryDirectory() as place:
            copy = Path(place) / csv.name
            found = _copy(csv, copy, rows)
            described = Path(place) / f"{table.name}{ENDING}"
            described.write_text(json.dumps(csvw_of(table, facts)), encoding="utf-8")
            yield Verdict(f"csvw/{csv.name}", rows_read(found, rows), _fault(described))


def _copy(csv: Path, copy: Path, rows: int | None) -> int:
    """Copy a CSV, or its first rows, and tell how many rows it has."""
    content = csv.read_bytes()
    if rows is None:
        shutil.copyfile(csv, copy)
    else:
        with csv.open("rb") as lines:
            copy.write_bytes(b"".join(islice(lines, rows + 1)))
    return max(0, content.count(b"\n") - 1)


def _fault(described: Path) -> str:
    from csvw import CSVW

    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        try:
            table = CSVW(str(described), validate=True)
            # As a property it looks harmless, but this is what reads the rows (and a second time for the key).
            sound = table.is_valid
        except (ValueError, KeyError, OSError, UnicodeError) as error:
            return f"cannot be read as described, or a key occurs twice ({cause(error)})"
    if sound and not found:
        return ""
    return f"{len(found) + len(table.warnings)} faults, such as {_kinds([*found, *table.warnings])}"


def _kinds(found: list[warnings.WarningMessage]) -> str:
    """The beginning of each message: what follows the first colon is a cell."""
    return "; ".join(sorted({str(one.message).partition(":")[0].lower() for one in found})[:3])
