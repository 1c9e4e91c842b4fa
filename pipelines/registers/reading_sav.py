"""Reading SPSS files: the fast reader, and the one that Remote Access is known to have.

What belongs here: both readers, made to give the same. What does not: what the columns must hold (`typing_rules.py`).
Value labels are never read: codes are. Numbers with a date format become dates; text stays text, blanks and all.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.registers.streams import Stream

ROWS_AT_ONCE = 100_000
PLAIN_ROWS_AT_ONCE = 500_000
"""The plain reader skips to where it was, so that many small pieces of a large file would take long."""

_DATES = ("DATE", "ADATE", "EDATE", "JDATE", "SDATE")
_TIMES = ("DATETIME", "YMDHMS")
_DAYS_TO_1970 = 141_428
"""SPSS counts seconds from 14 October 1582."""


def open_sav(path: Path, *, plain: bool = False) -> Stream | None:
    """The file through the fast reader, or through the plain one when that cannot, or when `plain` asks for it; None
    when no reader understands it."""
    return (None if plain else _fast(path)) or _plain(path)


def _fast(path: Path) -> Stream | None:
    """None when the library is not there, or does not understand the file.

    Also None when the file declares values as missing: this reader then drops them, and which value means missing is
    for the catalogue to say.
    """
    try:
        import polars as pl
        import polars_readstat

        facts: dict[str, Any] = polars_readstat.ScanReadstat(str(path)).metadata
        if any(v["missing_doubles"] or v["missing_range"] or v["missing_strings"] for v in facts["variables"]):
            return None
        lazy = polars_readstat.scan_readstat(str(path))
        schema = pl.DataFrame(schema=lazy.collect_schema()).to_arrow().schema
    except Exception:
        # Whatever the fast reader stumbles over, the plain reader gets its chance; its own text may quote rows.
        return None

    def batches(columns: tuple[str, ...]) -> Iterator[Any]:
        # Polars' own scan would call back into Python from its threads; this is what that scan calls.
        reader = polars_readstat.PyPolarsReadstat(
            path=str(path), size_hint=ROWS_AT_ONCE, n_rows=None, threads=None, missing_string_as_null=False
        )
        reader.set_with_columns(list(columns))
        rows = 0
        while (frame := reader.next()) is not None:
            rows += frame.height
            yield frame.to_arrow()
        if rows != facts["row_count"]:
            raise ValueError("the file has another number of rows than it says")

    return Stream(schema, batches)


def _plain(path: Path) -> Stream | None:
    try:
        import pyarrow as pa
        import pyreadstat

        _, facts = pyreadstat.read_sav(str(path), metadataonly=True)
        types = {name: _arrow_type(facts, name) for name in facts.column_names}
        schema = pa.schema(list(types.items()))
    except Exception:
        # The last reader fails too: the caller refuses the file in words of our own, since the reader's may quote rows.
        return None

    def batches(columns: tuple[str, ...]) -> Iterator[Any]:
        pieces = pyreadstat.read_file_in_chunks(
            pyreadstat.read_sav,
            str(path),
            chunksize=PLAIN_ROWS_AT_ONCE,
            usecols=list(columns),
            disable_datetime_conversion=True,
            user_missing=True,
            output_format="dict",
        )
        rows = 0
        for values, _ in pieces:
            batch = pa.table({name: _values(values[name], types[name]) for name in columns})
            rows += batch.num_rows
            yield batch
        if facts.number_rows is not None and rows != facts.number_rows:
            raise ValueError("the file has another number of rows than it says")

    return Stream(schema, batches)


def _arrow_type(facts: Any, name: str) -> Any:
    import pyarrow as pa

    if facts.readstat_variable_types[name] == "string":
        return pa.large_string()
    form = facts.original_variable_types[name].rstrip("0123456789.")
    return pa.date32() if form in _DATES else pa.timestamp("ms") if form in _TIMES else pa.float64()


def _values(values: Any, kind: Any) -> Any:
    """One column as Arrow; from seconds of SPSS to a date or a time."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not (pa.types.is_date(kind) or pa.types.is_timestamp(kind)):
        return pa.array(values, type=kind, from_pandas=True)
    seconds = pc.subtract(pa.array(values, type=pa.float64(), from_pandas=True), _DAYS_TO_1970 * 86_400.0)
    if pa.types.is_date(kind):
        return pc.cast(pc.cast(pc.floor(pc.divide(seconds, 86_400.0)), pa.int32()), kind)
    return pc.cast(pc.cast(pc.round(pc.multiply(seconds, 1000.0)), pa.int64()), kind)
