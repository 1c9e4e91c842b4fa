"""The CSV for Excel, read by the rules of an Excel with Dutch settings: what each cell becomes when somebody opens the file.

Excel itself is not here. These are its rules for a file that is opened by a double click: a byte order mark says UTF-8, the list
separator is `;`, and a cell becomes a number, a date, a time, a boolean or a formula whenever it looks like one.
"""

import re
from pathlib import Path

import polars as pl
import pytest

from pipelines.release.formats.columns import COLUMNS, KEY
from tests.browser.small_site import OTHER, PERSONA
from tests.invented_releases import publish

MONTHS = "jan|feb|mrt|apr|mei|jun|jul|aug|sep|okt|nov|dec|januari|februari|maart|april|juni|juli|augustus|september|oktober|november|december"
NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d*)?(?:E[+-]?\d+)?", re.IGNORECASE)
DATES = (
    re.compile(r"(?P<d>\d{1,2})[-/](?P<m>\d{1,2})(?:[-/](?:\d{2}|\d{4}))?"),
    re.compile(r"(?P<m>\d{1,2})[-/]\d{4}"),
    re.compile(r"\d{4}[-/](?P<m>\d{1,2})(?:[-/](?P<d>\d{1,2}))?"),
    re.compile(rf"(?:(?P<d>\d{{1,2}})[- ])?(?:{MONTHS})(?:[- ]\d{{1,4}})?", re.IGNORECASE),
)
OTHERS = {
    "time": re.compile(r"\d{1,2}:\d{2}(?::\d{2})?"),
    "percentage": re.compile(r"[+-]?\d+(?:,\d+)?\s?%"),
    "money": re.compile(r"€\s?-?[\d.,]+"),
    "fraction": re.compile(r"\d+ \d+/\d+"),
    "boolean": re.compile(r"WAAR|ONWAAR", re.IGNORECASE),
    "formula": re.compile(r"[=+\-@\t\r].*", re.DOTALL),
}
DIGITS = 15
"""What Excel keeps of a number."""


def cells_of(raw: bytes) -> list[list[str]]:
    """Rows of a file as Excel takes it apart. Fails for one that it would show as strange signs or on one line."""
    assert raw.startswith(b"\xef\xbb\xbf"), "without a byte order mark Excel reads code page 1252"
    text = raw[3:].decode("utf-8")
    assert not text.startswith("ID"), "a file that begins with ID is taken for SYLK"
    rows, row, cell, quoted, place = [], list[str](), "", False, 0
    while place < len(text):
        sign, place = text[place], place + 1
        if quoted and text[place - 1 : place + 1] == '""':
            cell, place = cell + '"', place + 1
        elif sign == '"' and (quoted or not cell):
            quoted = not quoted
        elif quoted or sign not in ";\r\n":
            cell += sign
        elif sign == ";":
            row, cell = [*row, cell], ""
        else:
            assert text[place - 1 : place + 1] == "\r\n", "a line ends with CR LF"
            rows, row, cell, place = [*rows, [*row, cell]], [], "", place + 1
    assert (row, cell) == ([], ""), "the last line ends too"
    return rows


def becomes(cell: str) -> float | str | None:
    """What a cell is in Excel: a number, a text, nothing; or the name of what it became instead, between angle brackets."""
    if not cell:
        return None
    if NUMBER.fullmatch(cell):
        return float(cell.replace(".", "").replace(",", "."))
    for pattern in DATES:
        found = pattern.fullmatch(cell)
        parts = found.groupdict() if found else {}
        if found and 1 <= int(parts.get("m") or 1) <= 12 and 1 <= int(parts.get("d") or 1) <= 31:
            return "<date>"
    return next((f"<{name}>" for name, pattern in OTHERS.items() if pattern.fullmatch(cell)), cell)


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("1,5", 1.5),
        ("-4,25", -4.25),
        ("1.000", 1000.0),
        ("1.5", "1.5"),
        ("2,5e-05", 2.5e-05),
        ("15-12", "<date>"),
        ("15-24", "15-24"),
        ("mrt-24", "<date>"),
        ("2023-12-31", "<date>"),
        ("=1+1", "<formula>"),
        ("-5 tot 5", "<formula>"),
        ("'=1+1", "'=1+1"),
        ("waar", "<boolean>"),
        ("GM0363", "GM0363"),
    ],
)
def test_the_rules_are_those_of_a_dutch_excel(cell: str, meant: object) -> None:
    assert becomes(cell) == meant


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release over all gemeenten of the Netherlands, with ages, sexes, gebieden and figures that are not measured."""
    place = tmp_path_factory.mktemp("uitgave")
    return publish(place, 2023, chosen=[PERSONA, OTHER], uncovered=frozenset({"GM0014"}))


@pytest.mark.parametrize("name", ["cijfers", "gebieden"])
def test_every_number_opens_as_that_number_and_every_text_as_that_text(folder: Path, name: str) -> None:
    published = pl.read_parquet(folder / f"{name}.parquet").sort(KEY)

    header, *rows = cells_of((folder / f"{name}-excel.csv").read_bytes())

    assert header == published.columns
    assert len(rows) == published.height < 1_048_576
    for place, column in enumerate(header):
        opened = [becomes(row[place]) for row in rows]
        meant = published[column].to_list()
        if COLUMNS[column].dtype == pl.String:
            wrong = [
                (row[place], seen) for row, seen in zip(rows, opened, strict=True) if seen not in (row[place], None)
            ]
            assert wrong[:3] == [], column
            assert [seen or "" for seen in opened] == [text or "" for text in meant], column
        else:
            assert [None if seen is None else float(f"{seen:.{DIGITS}g}") for seen in opened] == [
                None if value is None else float(f"{value:.{DIGITS}g}") for value in meant
            ], column
