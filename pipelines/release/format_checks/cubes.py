"""The JSON-stat cubes: their form by jsonstat-validator, and every number against the table.

What belongs here: those two. What does not: writing a cube (`formats/jsonstat.py`).

The library looks at form and not at whether the numbers fill the cube, so that is a rule of our own.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from polars.exceptions import PolarsError

from pipelines.release.format_checks.reading import cause, rows_read
from pipelines.release.formats.certificate import Verdict
from pipelines.release.formats.jsonstat import ENDING, MEASURES, NO_ROW, STATUS_LETTERS, head_of
from pipelines.release.formats.tables_of import ReleaseFacts, Table

_LISTS = ("value", "status")
_NUMBER = {letter: number for number, letter in enumerate((*STATUS_LETTERS.values(), NO_ROW), start=1)}
_UNKNOWN = 0


def check_cubes(folder: Path, facts: ReleaseFacts, rows: int | None) -> Iterator[Verdict]:
    """Two verdicts per cube. `rows`: the library reads at most three times this many numbers (None: all); the comparison
    always reads every number."""
    for table in facts.found:
        path = folder / f"{table.name}{ENDING}"
        try:
            content = json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_number)
            lists = [list(content[name]) for name in _LISTS]
        except (OSError, ValueError, KeyError, TypeError) as error:
            yield Verdict(f"jsonstat/{path.name}", rows_read(0), f"is no JSON with values and status ({cause(error)})")
            continue
        most = None if rows is None else rows * len(MEASURES)
        read = rows_read(len(lists[0]), most).replace("regels", "getallen")
        yield Verdict(f"jsonstat/{path.name}", read, _form(content, most))
        every = rows_read(len(lists[0])).replace("regels", "getallen")
        yield Verdict(f"gelijk/{path.name}", every, _same(content, table, facts, folder))


def _form(content: dict[str, Any], most: int | None) -> str:
    from jsonstat_validator import JSONStatValidationError, validate_jsonstat

    shortened = {name: value[:most] if name in _LISTS else value for name, value in content.items()}
    try:
        validate_jsonstat(shortened)
    except (JSONStatValidationError, ValueError) as error:
        return f"is no JSON-stat 2.0 ({cause(error)})"
    return ""


def _same(content: dict[str, Any], table: Table, facts: ReleaseFacts, folder: Path) -> str:
    """Why the cube does not say what the table says; empty when it does."""
    head = {name: value for name, value in content.items() if name not in _LISTS}
    if head != json.loads(json.dumps(head_of(table, facts))):
        return "labels, dimensions, status or sizes are not those of this release"
    size = int(np.prod(content["size"]))
    if any(len(content[name]) != size for name in _LISTS):
        return "the numbers or their status do not fill the cube"
    try:
        numbers = pl.Series(content["value"], dtype=pl.Float64, strict=True).to_numpy().reshape(-1, len(MEASURES))
        letters = _numbered(pl.Series(content["status"], dtype=pl.String, strict=True)).reshape(-1, len(MEASURES))
        rows = pl.read_parquet(folder / f"{table.name}.parquet", memory_map=False)
        place = _places(rows, content)
    except (OSError, TypeError, PolarsError) as error:
        return f"holds something else than numbers, or regions and words that the table has not ({cause(error)})"
    wanted = rows.select(MEASURES).to_numpy()
    if not np.array_equal(numbers[place], wanted, equal_nan=True):
        return "holds other numbers than the Parquet file"
    words = _numbered(rows["bruikbaarheid"].replace_strict(STATUS_LETTERS, default=""))
    rest = np.ones(len(numbers), dtype=bool)
    rest[place] = False
    if (
        (letters[place] != words[:, None]).any()
        or (words == _UNKNOWN).any()
        or (letters[rest] != _NUMBER[NO_ROW]).any()
        or not np.isnan(numbers[rest]).all()
    ):
        return "a status contradicts the Parquet file"
    return ""


def _numbered(letters: pl.Series) -> np.ndarray[Any, np.dtype[np.int64]]:
    """A number per letter, since comparing numbers is quick; other texts are _UNKNOWN."""
    found: np.ndarray[Any, np.dtype[np.int64]] = letters.replace_strict(
        _NUMBER, default=_UNKNOWN, return_dtype=pl.Int64
    ).to_numpy()
    return found


def _no_number(_: str) -> None:
    raise ValueError("NaN and Infinity are no JSON")


def _places(rows: pl.DataFrame, content: Mapping[str, Any]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The place of each row of the table, reckoned with the sizes and categories that the cube itself states."""
    names, sizes = content["id"][:-1], content["size"][:-1]
    strides = np.cumprod([1, *reversed(sizes[1:])])[::-1]
    place = np.zeros(rows.height, dtype=np.int64)
    for name, stride in zip(names, strides, strict=True):
        order = pl.DataFrame({name: content["dimension"][name]["category"]["index"]}).with_row_index("number")
        found = rows.select(pl.col(name).cast(pl.String)).join(order, on=name, how="left", maintain_order="left")
        place += found["number"].cast(pl.Int64).to_numpy() * int(stride)
    return place
