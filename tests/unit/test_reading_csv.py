"""Delimited text is read as it was meant, whatever encoding, delimiter, quotes and line ends it came in."""

import csv
import datetime
from pathlib import Path

import pytest

from pipelines.context import Context
from pipelines.errors import DeliveryError
from pipelines.registers import reading_csv
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.registers.reading_csv import open_csv, why_csv_broke
from tests.unit.loading_one import load_one

HEADER = ("RINPERSOONS", "rinPersoon", "typearrangement", "wmodatumaanvang", "WMODATUMEINDE", "wmotoewijzingsnummer")
NUMBERS = ("€ 12", "coördinatie", "a;b, c", 'zei "ja"')
OPEN = datetime.date(9999, 12, 31)


def text(delimiter: str = ";", line_end: str = "\r\n", numbers: tuple[str, ...] = NUMBERS) -> str:
    """A WMOBUS of one person, with these allocation numbers."""
    lines = [delimiter.join((*HEADER, "wmogemeente"))]
    for number in numbers:
        quoted = '"' + number.replace('"', '""') + '"'
        values = ("R", "300000001", '"1"', "20230101", "88888888", quoted, " 0363 ")
        lines.append(delimiter.join(values))
    return line_end.join(lines) + line_end


def write(folder: Path, content: bytes) -> Path:
    path = folder / "WMO2023BUSV1.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
@pytest.mark.parametrize("delimiter", [";", ","])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_the_same_text_gives_the_same_rows_in_every_form(
    context: Context, tmp_path: Path, encoding: str, delimiter: str, line_end: str
) -> None:
    path = write(tmp_path, text(delimiter, line_end).encode(encoding))

    rows, _ = load_one(context, "WMOBUS", path)

    begin = datetime.date(2023, 1, 1)
    assert {row[:4] + row[5:] for row in rows} == {(300_000_001, "1", begin, OPEN, 363)}
    assert {row[4] for row in rows} == set(NUMBERS)


def test_the_whole_of_code_page_1252_is_read_also_where_latin_1_has_nothing(context: Context, tmp_path: Path) -> None:
    characters = bytes(byte for byte in range(0x80, 0x100) if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D, 0xA0)).decode(
        "cp1252"
    )
    path = write(tmp_path, text(numbers=tuple(characters)).encode("cp1252"))

    rows, _ = load_one(context, "WMOBUS", path)

    assert {row[4] for row in rows} == set(characters)


def test_a_line_end_inside_quotes_is_part_of_the_value(context: Context, tmp_path: Path) -> None:
    for encoding in ("utf-8", "cp1252"):
        path = write(tmp_path, text(numbers=("twee\nregels é",)).encode(encoding))

        assert load_one(context, "WMOBUS", path)[0][0][4] == "twee\nregels é"


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_header_without_rows_is_an_empty_register(context: Context, tmp_path: Path, encoding: str) -> None:
    assert load_one(context, "WMOBUS", write(tmp_path, text(numbers=()).encode(encoding)))[0] == []


def test_a_decimal_comma_is_a_decimal_point(context: Context, tmp_path: Path) -> None:
    costs = load_catalogue().register("ZVWZORGKOSTENTAB")
    columns = tuple(c.model_copy(update={"kind": "number"}) if c.name.startswith("zvwk") else c for c in costs.columns)
    path = tmp_path / "ZVWZORGKOSTEN2023TABV1.csv"
    names = "rinpersoons;rinpersoon;zvwkziekenhuis;zvwkgeboortezorg;zvwkwykverpleging"
    path.write_text(f"{names}\r\nR;300000001;-12,50;0;1234,5\r\n", encoding="cp1252", newline="")

    rows, _ = load_one(context, costs.model_copy(update={"columns": columns}), path)

    assert [value for value in rows[0] if isinstance(value, float)] == [-12.5, 0.0, 1234.5]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (text().encode("utf-16"), "is text in UTF-16"),
        (text(numbers=("x",)).encode() + b"R;\x81\xfe;;;;;\r\n", "in no encoding that can be read"),
        (text().encode()[:-1], "truncated"),
        (b"", "no content at all"),
        (b"rinpersoons;RINPERSOONS\r\n", "the column rinpersoons stands in it twice"),
        (b"rinpersoons;;rinpersoon\r\n", "a column has no name"),
        (text(numbers=("x",)).encode() + b"R;300000002\r\n", "has too few fields"),
        (text(numbers=("x", "é")).encode("cp1252") + b"R;300000002\r\n", "has too few fields"),
        (
            text(numbers=("x",)).encode() + b'R;"300000002"\r\n',
            "has too few fields",
        ),
        (
            text(numbers=("x",)).encode() + b"R;300000002;1;20230101;88888888;x;0363;meer\r\n",
            "has more fields than the first line",
        ),
    ],
)
def test_text_that_is_damaged_is_refused_without_quoting_it(
    context: Context, tmp_path: Path, content: bytes, words: str
) -> None:
    with pytest.raises(DeliveryError, match=words) as caught:
        load_one(context, "WMOBUS", write(tmp_path, content))

    assert "300000002" not in f"{caught.value}{caught.value.__context__!r}"


def test_re_encoding_writes_nothing_down(context: Context, tmp_path: Path) -> None:
    path = write(tmp_path, text(numbers=("€ KANARIE",)).encode("cp1252"))

    load_one(context, "WMOBUS", path)

    written = [file for file in tmp_path.rglob("*") if file.is_file() and file != path]
    assert written
    assert not any(b"KANARIE" in file.read_bytes() for file in written)


def test_a_delimiter_inside_a_quoted_name_does_not_count(tmp_path: Path) -> None:
    found = open_csv(write(tmp_path, b'"a,b,c";d\r\n'))

    assert (found.delimiter, found.header) == (";", ("a,b,c", "d"))


def test_records_are_never_cut_where_quotes_enclose_a_line_end(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = tuple(f'{"regel" * (turn % 7)}\n"{turn}"\n' for turn in range(200))
    whole = load_one(context, "WMOBUS", write(tmp_path, text(numbers=numbers).encode()))

    monkeypatch.setattr(reading_csv, "_BLOCK", 97)

    assert load_one(context, "WMOBUS", write(tmp_path, text(numbers=numbers).encode("cp1252"))) == whole
    assert {row[4] for row in whole[0]} == set(numbers)


def test_a_field_without_end_is_called_so_also_after_a_library_lifted_the_limit_of_the_process(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text(f"a;b\r\n1;2\r\n{'x' * 200_000};1;2\r\n", encoding="utf-8")
    before = csv.field_size_limit(1 << 30)
    try:
        words = why_csv_broke(path)
        assert csv.field_size_limit() == 1 << 30
    finally:
        csv.field_size_limit(before)

    assert "holds a field that never seems to end" in words
