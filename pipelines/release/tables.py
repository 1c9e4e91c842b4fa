"""The figures of a release as files: two kinds of CSV, Parquet, and a list of the columns.

What belongs here: how figures are written, with the same bytes for the same figures. What does not: estimating figures,
rounding them for a page, what a column means (`formats/columns.py`).
"""

import csv
import io
from pathlib import Path

import polars as pl

from pipelines.errors import UserError
from pipelines.release.formats.columns import COLUMNS, KEY

_FORMULA_STARTS = r"^([=+\-@\t\r])"


def write_tables(figures: pl.DataFrame, folder: Path) -> tuple[Path, ...]:
    """Write `cijfers.csv`, `cijfers-excel.csv`, `cijfers.parquet` and `kolommen.csv` into an existing folder.

    `figures` has the columns of COLUMNS (others are refused), one row per KEY. The three files hold the same
    values in the same order, negative estimates included. Raises UserError for other columns or types, or a
    figure that occurs twice.
    """
    columns = folder / "kolommen.csv"
    paths = _write(checked(figures), folder, "cijfers")
    columns.write_bytes(_columns_csv().encode("utf-8"))
    return (*paths, columns)


def write_areas(areas: pl.DataFrame, folder: Path) -> tuple[Path, ...]:
    """Write `gebieden.csv`, `gebieden-excel.csv` and `gebieden.parquet`, the same columns and rules as `write_tables`."""
    return _write(checked(areas), folder, "gebieden")


def write_wijken(wijken: pl.DataFrame, folder: Path) -> tuple[Path, ...]:
    """Write `wijken.csv`, `wijken-excel.csv` and `wijken.parquet`, the same columns and rules as `write_tables`."""
    return _write(checked(wijken), folder, "wijken")


def _write(rows: pl.DataFrame, folder: Path, name: str) -> tuple[Path, ...]:
    plain, excel, parquet = paths = tuple(folder / f"{name}{ending}" for ending in (".csv", "-excel.csv", ".parquet"))
    rows.write_csv(plain, line_terminator="\n")
    _defused(rows).write_csv(excel, include_bom=True, separator=";", decimal_comma=True, line_terminator="\r\n")
    rows.write_parquet(parquet, compression="zstd", compression_level=6, row_group_size=1 << 20)
    return paths


def checked(figures: pl.DataFrame) -> pl.DataFrame:
    """The figures in the fixed order of columns and rows. Raises UserError as `write_tables` does."""
    wanted = {name: column.dtype for name, column in COLUMNS.items()}
    wrong = sorted(
        name
        for name in {*wanted, *figures.columns}
        if name not in wanted or name not in figures.columns or figures.schema[name] != wanted[name]
    )
    if wrong:
        raise UserError(
            f"figures of a release: missing, unknown or of another type: {', '.join(wrong)}. "
            f"Allowed are exactly the columns of pipelines/release/formats/columns.py ({len(wanted)}), with those "
            "types. Mend the step that makes the figures."
        )
    if figures.select(KEY).is_duplicated().any():
        raise UserError(
            f"figures of a release: some figure occurs more than once. Allowed is one row per "
            f"{', '.join(KEY)}. Mend the step that makes the figures."
        )
    return figures.select(list(COLUMNS)).sort(KEY)


def _defused(rows: pl.DataFrame) -> pl.DataFrame:
    """Texts that a spreadsheet would run as a formula, with an apostrophe before them."""
    return rows.with_columns(pl.col(pl.String).str.replace(_FORMULA_STARTS, "'${1}"))


def _columns_csv() -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("kolom", "titel", "betekenis", "eenheid", "waarden"))
    for name, column in COLUMNS.items():
        writer.writerow((name, column.title, column.meaning, column.unit, column.words))
    return text.getvalue()
