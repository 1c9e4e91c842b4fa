"""Every row of every table, read at once: types, closed lists, one row per key, bounds, and the same in every format.

What belongs here: rules that need all rows, vectorised. What does not: the libraries that read row by row
(`by_frictionless.py`, `by_csvw.py`).
"""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from pipelines.estimates.quality import WITHOUT_NUMBER
from pipelines.release.format_checks.reading import cause, rows_read
from pipelines.release.formats.certificate import Verdict
from pipelines.release.formats.columns import Column
from pipelines.release.formats.tables_of import ReleaseFacts, Table, columns_of, regions

_EXCEL_MARK = r"^'([=+\-@\t\r])"
_FREE = "regio_naam"
"""The one column whose words are not ours: a name that a spreadsheet would run is defused there."""

_NEAR = 1e-6
_LONGER_THAN_A_HEADER = 4096


def check_tables(folder: Path, facts: ReleaseFacts) -> Iterator[Verdict]:
    """Verdicts over Parquet, both CSVs and their agreement, per table."""
    for table in facts.found:
        columns = columns_of(table, facts)
        schema = {name: column.dtype for name, column in columns.items()}
        frame, fault = _parquet(folder / f"{table.name}.parquet", schema)
        read = rows_read(frame.height if frame is not None else 0)
        yield Verdict(f"parquet/{table.name}.parquet", read, fault)
        if frame is not None:
            yield Verdict(f"waarden/{table.name}.parquet", read, _values(frame, table, columns, facts))
        yield Verdict(f"gelijk/{table.name}.csv", read, _same(frame, folder / f"{table.name}.csv", schema, excel=False))
        if table.excel:
            path = folder / f"{table.name}-excel.csv"
            yield Verdict(f"gelijk/{path.name}", read, _same(frame, path, schema, excel=True))


def _parquet(path: Path, schema: dict[str, type[pl.DataType]]) -> tuple[pl.DataFrame | None, str]:
    try:
        frame = pl.read_parquet(path, memory_map=False)
    except (OSError, PolarsError) as error:
        return None, f"cannot be read as Parquet ({cause(error)})"
    wrong = sorted(
        name
        for name in {*schema, *frame.columns}
        if name not in schema or name not in frame.columns or frame.schema[name] != schema[name]
    )
    if wrong or frame.columns != list(schema):
        return None, f"columns missing, unknown, in another order or of another type: {', '.join(wrong) or 'order'}"
    return frame, ""


def _values(frame: pl.DataFrame, table: Table, columns: dict[str, Column], facts: ReleaseFacts) -> str:
    """What is wrong with the values of a table, by rule and column; never a value."""
    rules: dict[str, pl.Expr] = {}
    for name, column in columns.items():
        value = pl.col(name)
        if not column.empty:
            rules[f"{name} is empty"] = value.is_null()
        if column.codes:
            rules[f"{name} is not in its list"] = value.is_not_null() & ~value.is_in(list(column.codes))
        if column.least is not None:
            rules[f"{name} is below {column.least}"] = value < column.least
        if column.most is not None:
            rules[f"{name} is above {column.most}"] = value > column.most
        if column.dtype == pl.Float64:
            rules[f"{name} is no finite number"] = ~value.is_finite()
    rules |= _bounds()
    if table.levels:
        rules |= _places(table, facts)
    broken = frame.select(
        pl.any_horizontal(rule).fill_null(value=False).any().alias(name) for name, rule in rules.items()
    )
    found = [name for name, is_broken in broken.row(0, named=True).items() if is_broken]
    if frame.select(table.key).is_duplicated().any():
        found.append(f"more than one row for the same {', '.join(table.key)}")
    elif not _complete(frame, table, columns):
        found.append("not every combination that a figure has is there")
    return "; ".join(found)


def _bounds() -> dict[str, pl.Expr]:
    """Bounds lie around the estimate at the stated margin; a figure without a number says why."""
    estimate, margin = pl.col("schatting"), pl.col("marge95")
    near = _NEAR * (1 + estimate.abs() + margin)
    shown = ~pl.col("bruikbaarheid").is_in(WITHOUT_NUMBER)
    numbers = ("schatting", "sd", "onder95", "boven95", "marge95", "weergave")
    return {
        "onder95 is not schatting minus marge95": (pl.col("onder95") - (estimate - margin)).abs() > near,
        "boven95 is not schatting plus marge95": (pl.col("boven95") - (estimate + margin)).abs() > near,
        "a figure that was measured has no number, or the other way round": pl.any_horizontal(
            pl.col(name).is_null() == shown for name in numbers
        ),
        "kwaliteit and bruikbaarheid contradict each other": pl.any_horizontal(
            (pl.col("kwaliteit") == why) != (pl.col("bruikbaarheid") == why) for why in WITHOUT_NUMBER
        ),
    }


def _places(table: Table, facts: ReleaseFacts) -> dict[str, pl.Expr]:
    names = regions(facts, table.levels)
    level = {code: one for one in table.levels for code in regions(facts, (one,))}
    code = pl.col("regio")
    return {
        "regio_naam is not the name of regio": pl.col("regio_naam") != code.replace_strict(names, default=None),
        "niveau is not that of regio": pl.col("niveau") != code.replace_strict(level, default=None),
    }


def _complete(frame: pl.DataFrame, table: Table, columns: dict[str, Column]) -> bool:
    """Every persona, state and region that occurs has every age and sex; a table without regions every state."""
    inner = ("leeftijd", "geslacht") if table.levels else ("toestand",)
    outer = [name for name in table.key if name not in inner]
    each = 1
    for name in inner:
        each *= len(columns[name].codes)
    return frame.select(outer).n_unique() * each == frame.height


def _same(frame: pl.DataFrame | None, path: Path, schema: dict[str, type[pl.DataType]], *, excel: bool) -> str:
    """Why a CSV does not hold exactly the rows of the Parquet file; empty when it does."""
    try:
        with path.open("rb") as opened:
            start = opened.read(_LONGER_THAN_A_HEADER)
        separator = ";" if excel else ","
        header = separator.join(schema).encode()
        wanted = b"\xef\xbb\xbf" + header + b"\r\n" if excel else header + b"\n"
        if not start.startswith(wanted):
            return "the first line is not the names of the columns in order" + (
                " after a byte order mark" if excel else ""
            )
        found = pl.read_csv(path, schema=schema, separator=separator, decimal_comma=excel)
    except (OSError, PolarsError) as error:
        return f"cannot be read with the types of its columns ({cause(error)})"
    if excel:
        found = found.with_columns(pl.col(_FREE).str.replace(_EXCEL_MARK, "${1}"))
    if frame is None:
        return "cannot be compared: the Parquet file cannot be read"
    return "" if found.equals(frame) else "holds other rows than the Parquet file"
