"""Figures as files: the same values in every format, the same bytes every time."""

import csv
from pathlib import Path

import polars as pl
import pytest

from pipelines.errors import UserError
from pipelines.release.formats.columns import COLUMNS, KEY
from pipelines.release.tables import write_tables
from tests.unit.invented_figures import figures, small_figures, uncovered, with_value


def read_back(path: Path, decimal: str, delimiter: str, encoding: str) -> list[dict[str, object]]:
    """Rows as a reader without our code gets them, numbers parsed by the column's type."""
    with path.open(encoding=encoding, newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter=delimiter))
    return [{name: parsed(name, text, decimal) for name, text in row.items()} for row in rows]


def parsed(name: str, text: str, decimal: str) -> object:
    if text == "":
        return None
    if COLUMNS[name].dtype == pl.Float64:
        assert decimal == "." or "." not in text
        return float(text.replace(decimal, "."))
    return text if COLUMNS[name].dtype == pl.String else int(text)


def test_the_dutch_csv_reads_back_equal_with_a_decimal_comma(tmp_path: Path) -> None:
    frame = small_figures()

    write_tables(frame, tmp_path)

    raw = (tmp_path / "cijfers-excel.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert read_back(tmp_path / "cijfers-excel.csv", ",", ";", "utf-8-sig") == frame.sort(KEY).to_dicts()


def test_all_three_formats_hold_the_same_values_at_full_size(tmp_path: Path) -> None:
    frame = figures()

    write_tables(frame, tmp_path)

    wanted = frame.sort(KEY)
    assert pl.read_parquet(tmp_path / "cijfers.parquet").equals(wanted)
    assert pl.read_csv(tmp_path / "cijfers.csv", schema=wanted.schema).equals(wanted)
    dutch = pl.read_csv(tmp_path / "cijfers-excel.csv", separator=";", decimal_comma=True, schema=wanted.schema)
    assert dutch.equals(wanted)


def test_the_same_figures_in_another_order_give_the_same_bytes(tmp_path: Path) -> None:
    frame = figures(personas=("a", "b"))
    shuffled = frame.sample(fraction=1.0, shuffle=True, seed=3).select(reversed(frame.columns))
    for name, rows in (("one", frame), ("two", shuffled)):
        (tmp_path / name).mkdir()
        write_tables(rows, tmp_path / name)

    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_a_negative_estimate_stays_negative_in_every_file(tmp_path: Path) -> None:
    frame = with_value(small_figures(), "GM0014", "missing", schatting=-4.25, weergave=0)

    write_tables(frame, tmp_path)

    for rows in (
        pl.read_parquet(tmp_path / "cijfers.parquet").to_dicts(),
        read_back(tmp_path / "cijfers.csv", ".", ",", "utf-8"),
        read_back(tmp_path / "cijfers-excel.csv", ",", ";", "utf-8-sig"),
    ):
        mine = [r for r in rows if r["regio"] == "GM0014" and r["toestand"] == "missing"]
        assert [(r["schatting"], r["weergave"]) for r in mine] == [(-4.25, 0)]


def test_every_row_carries_its_interval_flag_and_status(tmp_path: Path) -> None:
    write_tables(figures(personas=("a",)), tmp_path)

    rows = read_back(tmp_path / "cijfers.csv", ".", ",", "utf-8")

    bare = uncovered()
    assert all(row["bruikbaarheid"] and row["status"] and row["versie"] for row in rows)
    for row in rows:
        silent = row["regio"] in bare and row["toestand"] != "unknown"
        numbers = [row[name] for name in ("schatting", "sd", "onder95", "boven95", "marge95")]
        assert [number is None for number in numbers] == [silent] * 5


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_text_that_excel_would_run_is_defused_only_in_the_excel_file(tmp_path: Path, text: str) -> None:
    frame = small_figures().with_columns(pl.lit(text).alias("regio_naam"))

    write_tables(frame, tmp_path)

    excel = read_back(tmp_path / "cijfers-excel.csv", ",", ";", "utf-8-sig")
    plain = read_back(tmp_path / "cijfers.csv", ".", ",", "utf-8")
    assert {row["regio_naam"] for row in excel} == {f"'{text}"}
    assert {row["regio_naam"] for row in plain} == {text}


def test_every_column_is_explained_in_dutch(tmp_path: Path) -> None:
    write_tables(small_figures(), tmp_path)

    with (tmp_path / "kolommen.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    header = (tmp_path / "cijfers.csv").read_text(encoding="utf-8").splitlines()[0]
    assert [row["kolom"] for row in rows] == header.split(",")
    assert all(row["betekenis"] for row in rows)


def test_a_figure_that_occurs_twice_is_refused(tmp_path: Path) -> None:
    frame = small_figures()

    with pytest.raises(UserError, match=r"more than once.*one row per persona"):
        write_tables(pl.concat([frame, frame.head(1)]), tmp_path)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda f: f.drop("sd"), "sd"),
        (lambda f: f.with_columns(telling=pl.lit(1)), "telling"),
        (lambda f: f.with_columns(pl.col("weergave").cast(pl.Float64)), "weergave"),
    ],
    ids=["a missing column", "an extra column", "another type"],
)
def test_other_columns_than_agreed_are_refused_by_name(tmp_path: Path, change: object, named: str) -> None:
    with pytest.raises(UserError, match=f"missing, unknown or of another type: {named}\\."):
        write_tables(change(small_figures()), tmp_path)  # type: ignore[operator]

    assert list(tmp_path.iterdir()) == []


def test_every_end_of_an_interval_says_what_it_does_not_cover() -> None:
    ends = [name for name in COLUMNS if name.endswith("95")]

    assert len(ends) == 5
    assert all("dekt alleen de toegevoegde ruis" in COLUMNS[name].meaning for name in ends)
