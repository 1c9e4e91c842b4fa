"""SPSS files: the fast reader, and one that always can, give the same rows; a file that is not whole is refused."""

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import polars_readstat
import pyreadstat
import pytest

from pipelines.context import Context
from pipelines.errors import DeliveryError
from pipelines.registers import load, reading_sav, streams
from pipelines.registers.reading_sav import open_sav
from tests.unit.loading_one import load_one

DAY = datetime.date
SPELLS = {
    "RINPersoonS": ["R", "R", "R ", "S"],
    "RINPersoon": ["300000001", "300000001", "300000002", "300000003"],
    "TypeArrangement": ["1", "2 ", "1", "1"],
    "WmoToewijzingsnummer": ["a", "b  ", "é €", "d"],
    "WmoGemeente": ["0363", "0363 ", "0344", "0344"],
}
BEGIN = [DAY(2023, 1, 1), DAY(2019, 2, 28), DAY(1899, 12, 31), DAY(2023, 1, 1)]
END = [DAY(2023, 6, 30), None, DAY(2023, 12, 31), None]


def write(folder: Path, form: str = "EDATE10", **options: Any) -> Path:
    """A WMOBUS whose dates are numbers with a date format of SPSS, with labels on the codes."""
    path = folder / "WMO2023BUSV1.sav"
    frame = pd.DataFrame(SPELLS | {"WmoDatumAanvang": BEGIN, "WmoDatumEinde": END})
    pyreadstat.write_sav(
        frame,
        str(path),
        variable_format={"WmoDatumAanvang": form, "WmoDatumEinde": form},
        variable_value_labels={"TypeArrangement": {"1": "ondersteuning thuis"}},
        **options,
    )
    return path


def plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fast reader is not installed."""
    monkeypatch.setattr(reading_sav, "_fast", lambda _path: None)


@pytest.fixture(params=["fast", "plain"])
def reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "plain":
        plainly(monkeypatch)
    return str(request.param)


@pytest.mark.parametrize("form", ["DATE11", "ADATE10", "EDATE10", "JDATE7", "SDATE10", "DATETIME20", "YMDHMS19"])
@pytest.mark.usefixtures("reader")
def test_blanks_labels_and_date_formats_do_not_matter(context: Context, tmp_path: Path, form: str) -> None:
    rows, _ = load_one(context, "WMOBUS", write(tmp_path, form))

    still = DAY(9999, 12, 31)
    assert rows == [
        (300_000_001, "1", DAY(2023, 1, 1), DAY(2023, 6, 30), "a", 363),
        (300_000_001, "2", DAY(2019, 2, 28), still, "b", 363),
        (300_000_002, "1", DAY(1899, 12, 31), DAY(2023, 12, 31), "é €", 344),
    ]


@pytest.mark.usefixtures("reader")
def test_a_time_of_day_is_no_date(context: Context, tmp_path: Path) -> None:
    path = tmp_path / "WMO2023BUSV1.sav"
    frame = pd.DataFrame(SPELLS | {"WmoDatumAanvang": [datetime.datetime(2023, 1, 1, 12)] * 4, "WmoDatumEinde": END})
    pyreadstat.write_sav(frame, str(path))

    with pytest.raises(DeliveryError, match="wmodatumaanvang holds a date that is not YYYYMMDD"):
        load_one(context, "WMOBUS", path)


def income(folder: Path, **options: Any) -> Path:
    path = folder / "INPA2023TABV1.sav"
    frame = pd.DataFrame(
        {"rinpersoons": ["R", "R"], "rinpersoon": ["300000001", "300000002"], "inpp100ppers": [50.0, -2.0]}
    )
    pyreadstat.write_sav(frame, str(path), **options)
    return path


@pytest.mark.usefixtures("reader")
def test_what_means_missing_is_for_the_catalogue_to_say_not_for_the_file(context: Context, tmp_path: Path) -> None:
    declared = {"inpp100ppers": [{"lo": 50, "hi": 50}]}

    plain = load_one(context, "INPATAB", income(tmp_path))
    with_missing = load_one(context, "INPATAB", income(tmp_path, missing_ranges=declared))

    assert with_missing == plain
    assert [row[1] for row in plain[0]] == [50, None]


class BreaksOff:
    """Stands for the fast reader: gives its first rows, and then an error whose words quote a row."""

    def __init__(self, path: str, **_options: Any) -> None:
        self._frame = polars_readstat.scan_readstat(path).collect().head(1)
        self._asked = 0

    def set_with_columns(self, columns: list[str]) -> None:
        self._frame = self._frame.select(columns)

    def next(self) -> pl.DataFrame:
        self._asked += 1
        if self._asked > 1:
            raise ValueError("row KANARIE99 of 300000002")
        return self._frame


def test_when_the_fast_reader_breaks_off_the_plain_one_starts_again(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path)
    whole = load_one(context, "WMOBUS", path)
    monkeypatch.setattr(polars_readstat, "PyPolarsReadstat", BreaksOff)

    assert load_one(context, "WMOBUS", path) == whole


def test_when_both_readers_break_off_the_file_is_refused_without_their_words(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(*_arguments: Any, **_options: Any) -> Iterator[Any]:
        raise ValueError("row KANARIE99")

    path = write(tmp_path)
    monkeypatch.setattr(polars_readstat, "PyPolarsReadstat", BreaksOff)
    monkeypatch.setattr(pyreadstat, "read_file_in_chunks", nothing)

    with pytest.raises(DeliveryError, match="cannot be read to its end") as caught:
        load_one(context, "WMOBUS", path)

    assert "KANARIE99" not in f"{caught.value}{caught.value.__context__!r}{caught.value.__cause__!r}"


# The last byte of a compressed file is padding: without it every row is still there.
@pytest.mark.parametrize(
    ("cut", "compress"),
    [(40, False), (200, True), (700, False), (700, True), (-1, False), (-9, True), (-200, False), (-200, True)],
)
@pytest.mark.usefixtures("reader")
def test_a_file_cut_off_anywhere_is_refused(context: Context, tmp_path: Path, cut: int, compress: bool) -> None:
    path = write(tmp_path, row_compress=compress)
    path.write_bytes(path.read_bytes()[:cut])

    with pytest.raises(DeliveryError, match="truncated"):
        load_one(context, "WMOBUS", path)


def test_the_fast_reader_reads_a_whole_file_and_only_the_columns_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(pyreadstat, "read_file_in_chunks")
    stream = open_sav(write(tmp_path))
    assert stream

    assert [piece.column_names for piece in stream.pieces(("WmoGemeente",))] == [["WmoGemeente"]]
    assert sum(piece.num_rows for piece in stream.pieces(("WmoGemeente",))) == len(BEGIN)


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize("piece", [1, 2])
def test_a_file_of_many_pieces_is_loaded_as_one_in_order_of_person(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    path = write(tmp_path)
    whole = load_one(context, "WMOBUS", path)
    for name in ("ROWS_AT_ONCE", "PLAIN_ROWS_AT_ONCE"):
        monkeypatch.setattr(reading_sav, name, 1)
    monkeypatch.setattr(streams, "PIECE", piece)
    monkeypatch.setattr(load, "PIECE", piece)

    assert load_one(context, "WMOBUS", path) == whole
