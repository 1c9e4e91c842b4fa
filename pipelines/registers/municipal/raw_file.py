"""Reading a raw municipal file: the only place where a BSN is in memory.

What belongs here: checking every value, and replacing the BSN at once. What does not: anything that raises, logs or
stores. Faults are handed back as line, column and words, because an exception keeps the frames it came through, and with
them the numbers that they hold.
"""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, BinaryIO

from pipelines.registers.catalogue_model import Column
from pipelines.registers.file_kinds import WITH_NUL, other_delimiter, other_text, packed_kind
from pipelines.registers.municipal.bsn import is_synthetic, nine_digits, passes_eleven_test
from pipelines.registers.municipal.pseudonyms import Pseudonymiser
from pipelines.registers.municipal.template import BSN, Layout
from pipelines.rooms import Purpose

PSEUDONYM = "pseudonym"


@dataclass(frozen=True)
class Fault:
    """What is wrong, without any value: line of the file (1 is the header, 0 the file as a whole), column, words in
    Dutch for the official who made the file."""

    line: int
    column: str
    words: str


@dataclass(frozen=True)
class Rows:
    """The checked rows, column by column, with pseudonyms for the BSNs; or what is wrong, and then no rows."""

    columns: dict[str, list[str]] = field(repr=False)
    faults: tuple[Fault, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.columns.get(PSEUDONYM)


_UNREADABLE = "is geen tekstbestand met puntkomma's (CSV, UTF-8 of Windows-1252)"
_NO_HEADER = (
    "heeft in de eerste regel geen enkele kolom van het sjabloon: de kopregel ontbreekt, of het is een ander bestand. In de "
    "eerste regel horen"
)
_FORMS = {
    "year": r"(18|19|20)[0-9]{2}",
    "month": r"0?[1-9]|1[0-2]",
    # At most seven digits, so that no BSN passes for a number.
    "integer": r"-?[0-9]{1,7}",
    "number": r"-?[0-9]{1,7}([.,][0-9]{1,6})?",
}
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_DUTCH = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def read_raw(stream: BinaryIO, layout: Layout, pseudonymiser: Pseudonymiser, purpose: Purpose, peiljaar: int) -> Rows:
    """Read and check a whole file; raises nothing but KeyboardInterrupt, from a frame that holds no number.

    A key for synthetic data takes only numbers that are given to nobody, a key for real data none of those. What began
    after the peiljaar belongs in the delivery of a later one; an end may lie after it.
    """
    stopped = False
    try:
        return _read(stream, layout, pseudonymiser, purpose, peiljaar)
    except KeyboardInterrupt:
        stopped = True
    except Exception:
        # Whatever the standard library stumbles over quotes the file: its words are dropped with it.
        stopped = False
    if stopped:
        raise KeyboardInterrupt
    return Rows({}, (Fault(0, "", _UNREADABLE),))


def _read(stream: BinaryIO, layout: Layout, pseudonymiser: Pseudonymiser, purpose: Purpose, peiljaar: int) -> Rows:
    content = stream.read()
    if words := _other_kind(content):
        return Rows({}, (Fault(0, "", words),))
    text = _decoded(content)
    if text is None:
        return Rows({}, (Fault(0, "", _UNREADABLE),))
    first = text.split("\n", 1)[0]
    if first.count(";") + first.count(",") == 0 and (other := other_delimiter(first)):
        return Rows({}, (Fault(0, "", other.uitleg),))
    lines = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if first.count(";") >= first.count(",") else ",", strict=True
    )
    header = [name.strip().lower() for name in next(lines, [])]
    if faults := _header_faults(header, layout):
        return Rows({}, tuple(faults))
    if not text.endswith("\n"):
        return Rows({}, (Fault(0, "", "eindigt midden in een regel: het is niet helemaal overgekomen"),))
    return _Checker(layout, pseudonymiser, purpose, header, peiljaar).rows(lines)


def _other_kind(content: bytes) -> str:
    """What the whole is when it is no text with lines; empty when it may be."""
    if not content.strip():
        return "heeft geen inhoud: niet eens een eerste regel met namen van kolommen"
    if packed := packed_kind(content):
        return f"is geen tekstbestand maar {packed.naam}. Pak het uit, of bewaar het als CSV"
    found = other_text(content) or (WITH_NUL if b"\0" in content else None)
    return found.uitleg if found else ""


def _decoded(content: bytes) -> str | None:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _header_faults(header: list[str], layout: Layout) -> list[Fault]:
    """Names of columns that are missing; a column too many is counted and not named: its name may be anything."""
    required = (BSN, *(column.name for column in layout.columns if column.required))
    if not set(header) & set(layout.header):
        return [Fault(0, "", f"{_NO_HEADER}: {', '.join(layout.header)}")]
    faults = [Fault(1, name, "ontbreekt") for name in required if name not in header]
    if set(header) - set(layout.header):
        allowed = ", ".join(layout.header)
        faults.append(Fault(1, "", f"er is een kolom die niet in het sjabloon staat (toegestaan: {allowed})"))
    if len(set(header)) != len(header):
        faults.append(Fault(1, "", "een kolom staat er twee keer in"))
    return faults


class _Checker:
    """Checks row by row, and remembers what it judged before: dates and codes come back often."""

    def __init__(
        self, layout: Layout, pseudonymiser: Pseudonymiser, purpose: Purpose, header: list[str], peiljaar: int
    ) -> None:
        self._peiljaar, self._last_day = peiljaar, f"{peiljaar}1231"
        self._layout, self._pseudonymiser, self._purpose, self._header = layout, pseudonymiser, purpose, header
        self._columns = [column for column in layout.columns if column.name in header]
        self._judge = {column.name: _judge_of(layout, column) for column in self._columns}
        self._known: dict[tuple[str, str], str | None] = {}
        self._faults: list[Fault] = []
        self._seen: dict[tuple[str, ...], int] = {}

    def __repr__(self) -> str:
        return "_Checker"

    def rows(self, lines: Any) -> Rows:
        found: dict[str, list[str]] = {PSEUDONYM: [], **{column.name: [] for column in self._columns}}
        for row in lines:
            if len(row) != len(self._header):
                words = "heeft een ander aantal kolommen dan de eerste regel" if any(row) else "is leeg"
                self._faults.append(Fault(lines.line_num, "", words))
                continue
            checked = self._checked(dict(zip(self._header, row, strict=True)), lines.line_num)
            for name, value in checked.items():
                found[name].append(value)
        return Rows({}, tuple(self._faults)) if self._faults else Rows(found)

    def _checked(self, row: dict[str, str], line: int) -> dict[str, str]:
        values = {PSEUDONYM: self._pseudonym(row[BSN], line)}
        for column in self._columns:
            known = (column.name, row[column.name].strip())
            if known not in self._known:
                self._known[known] = self._judge[column.name](known[1])
            value = self._known[known]
            if value is None:
                self._faults.append(Fault(line, column.name, _words(self._layout, column)))
            values[column.name] = value or ""
        self._check_row(values, line)
        return values

    def _pseudonym(self, given: str, line: int) -> str:
        digits = nine_digits(given)
        fault = ""
        if not digits:
            fault = "is geen nummer van negen (of acht) cijfers"
        elif not passes_eleven_test(digits):
            fault = "voldoet niet aan de elfproef"
        elif is_synthetic(digits) != (self._purpose == "synthetic"):
            fault = (
                "is een verzonnen nummer"
                if is_synthetic(digits)
                else "past niet bij een sleutel voor verzonnen gegevens"
            )
        if fault:
            self._faults.append(Fault(line, BSN, fault))
            return ""
        return self._pseudonymiser.pseudonym(digits)

    def _check_row(self, values: dict[str, str], line: int) -> None:
        spell = self._layout.register.spell
        if spell:
            begin, end = values.get(spell.begin, ""), values.get(spell.end, "")
            if begin and end and end not in spell.open_end and end < begin:
                self._faults.append(Fault(line, spell.end, "ligt voor de begindatum"))
            if begin > self._last_day and _date(begin) == begin:
                words = f"ligt na {self._peiljaar}: de regel hoort in de levering van een later jaar"
                self._faults.append(Fault(line, spell.begin, words))
        key = (values[PSEUDONYM], *(values.get(name, "") for name in self._layout.key))
        if all(key) and self._seen.setdefault(key, line) != line:
            self._faults.append(
                Fault(line, "", f"zegt hetzelfde ({', '.join((BSN, *self._layout.key))}) als een eerdere regel")
            )


def _judge_of(layout: Layout, column: Column) -> Callable[[str], str | None]:
    """What turns a text into the value to deliver, or None when it is at fault."""
    if column.kind == "code":
        taken = {*layout.codes.get(column.name, {}), *column.missing, *([""] if layout.may_be_empty(column) else [])}
        return lambda text: text if text in taken else None
    spell = layout.register.spell
    opened = {*spell.open_end} if spell and column.name == spell.end else set()
    taken = opened | set(column.missing) | ({""} if layout.may_be_empty(column) else set())
    if column.kind == "date":
        return lambda text: text if text in taken else _date(text)
    return partial(_matching, re.compile(_FORMS[column.kind], re.ASCII), taken)


def _matching(form: re.Pattern[str], taken: set[str], text: str) -> str | None:
    return text if text in taken or form.fullmatch(text) else None


def _date(text: str) -> str | None:
    """YYYYMMDD for a date as 20231231, 2023-12-31 or 31-12-2023."""
    if match := (_COMPACT.fullmatch(text) or _ISO.fullmatch(text)):
        year, month, day = (int(part) for part in match.groups())
    elif match := _DUTCH.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
    else:
        return None
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not (1880 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= _LENGTHS[month - 1]) or (
        (month, day) == (2, 29) and not leap
    ):
        return None
    return f"{year:04d}{month:02d}{day:02d}"


def _words(layout: Layout, column: Column) -> str:
    empty = "" if layout.may_be_empty(column) else ", of is leeg"
    if column.kind == "date":
        return f"is geen datum zoals 31-12-2023 of 20231231{empty}"
    if column.kind == "code":
        return f"is geen code uit de lijst ({', '.join(layout.codes.get(column.name, {}))}){empty}"
    return f"is geen {dict(year='jaar', month='maand', integer='heel getal', number='getal')[column.kind]}{empty}"
