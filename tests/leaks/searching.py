"""A searcher for what was planted: through texts and trees of files, in every form in which it could hide.

What belongs here: the forms, and opening containers (SQLite, Parquet, CSV, packed and encoded bytes). What does not: what
was planted (`planted.py`), and where to look.
"""

import base64
import binascii
import re
import sqlite3
import traceback
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from tests.leaks.planted import CANARY, COUNTS, FIRST_RIN, LAST_RIN

_PREFIX = str(FIRST_RIN)[:3]
_RIN = re.compile(rf"(?<![0-9])0*{_PREFIX}[0-9]{{6}}(?![0-9])".encode())
_ENCODED = re.compile(rb"[A-Za-z0-9+/_-]{16,}={0,2}")
_HEXADECIMAL = re.compile(rb"(?:[0-9a-fA-F]{2}){8,}")
_ESCAPE = re.compile(rb"(?:\\\\?u00([0-9a-fA-F]{2}))")
_DEEPEST = 3


@dataclass(frozen=True)
class Hunt:
    """What is looked for: the canary, the numbers of people, and these counts (what was planted -> how many)."""

    counts: Mapping[str, int]

    def without(self, *numbers: int) -> "Hunt":
        """The same without counts that are by chance the number of a process that logs name."""
        return Hunt({name: count for name, count in self.counts.items() if count not in numbers})

    def only(self, names: Iterable[str]) -> "Hunt":
        return Hunt({name: self.counts[name] for name in names})

    def in_text(self, text: str) -> list[str]:
        """What of it stands in a text that was said, as `kind of thing`; empty when nothing does."""
        return self.in_bytes(text.encode("utf-8", "surrogatepass"))

    def in_bytes(self, content: bytes, depth: int = 0) -> list[str]:
        """What of it stands in these bytes: plain, escaped, as UTF-16, and inside base64, hexadecimal or packed parts."""
        found = {hit for form in _plain_forms(content) for hit in self._plainly(form)}
        if depth < _DEEPEST:
            for inner in _unpacked(content):
                found.update(self.in_bytes(inner, depth + 1))
        return sorted(found)

    def in_tree(self, folder: Path, leave_out: Callable[[Path], bool] = lambda _path: False) -> list[str]:
        """The same for every file below a folder and its name, as `file: kind of thing`."""
        found: list[str] = []
        for path in sorted(folder.rglob("*")):
            if leave_out(path):
                continue
            name = path.relative_to(folder).as_posix()
            hits = set(self.in_text(name))
            if path.is_file():
                hits.update(self.in_file(path))
            found += [f"{name}: {hit}" for hit in sorted(hits)]
        return found

    def in_file(self, path: Path) -> list[str]:
        """What of it stands in a file: in its bytes, as binary integers, and in the cells of a table."""
        content = path.read_bytes()
        hits = set(self.in_bytes(content)) | set(_binary_numbers(content))
        if content.startswith(b"SQLite format 3"):
            hits.update(hit for cell in _cells(path) for hit in self._in_cell(cell))
        elif path.suffix == ".csv":
            hits.update(self.in_bytes(content.translate(bytes.maketrans(b",;", b"\n\n"))))
        elif content.startswith(b"PAR1"):
            hits.update(self._in_frame(pl.read_parquet(path)))
        return sorted(hits)

    def _plainly(self, content: bytes) -> Iterator[str]:
        if CANARY.lower().encode() in content.lower():
            yield "a canary"
        if _RIN.search(content):
            yield "a RIN"
        for name, count in self.counts.items():
            if _as_number(count).search(content):
                yield f"the count {name}"

    def _in_cell(self, cell: object) -> Iterator[str]:
        if isinstance(cell, bytes):
            yield from self.in_bytes(cell)
            yield from _binary_numbers(cell)
        else:
            yield from self.in_text(str(cell))

    def _in_frame(self, frame: pl.DataFrame) -> Iterator[str]:
        for column in frame.iter_columns():
            if column.dtype.is_numeric():
                values = set(column.drop_nulls().cast(pl.Float64, strict=False).to_list())
                if any(FIRST_RIN <= value <= LAST_RIN and value == int(value) for value in values):
                    yield "a RIN"
                yield from (f"the count {name}" for name, count in self.counts.items() if float(count) in values)
            else:
                for text in column.drop_nulls().cast(pl.String, strict=False).unique().to_list():
                    yield from self.in_text(str(text))


EVERYTHING = Hunt(COUNTS)


def _as_number(count: int) -> re.Pattern[bytes]:
    """A whole number with either thousands separator or none; not part of a longer number, a digest or decimals."""
    groups = f"{count:,}".split(",")
    return re.compile(rf"(?<![0-9a-fA-F.,_]){'[.,_ ]?'.join(groups)}(?:[.,]0+)?(?![0-9a-fA-F_]|[.,][0-9])".encode())


def _plain_forms(content: bytes) -> Iterator[bytes]:
    yield content
    if b"\\" in content:
        yield _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), content)
    if b"\0" in content:
        # Wide characters, of either order and at either place: without the zeros they are plain.
        yield content.replace(b"\0", b"")


def _unpacked(content: bytes) -> Iterator[bytes]:
    for form in (zlib.MAX_WBITS, zlib.MAX_WBITS | 16):
        # Unpacked as far as it goes: what was cut off at its end is found as well. The second form is that of gzip.
        with suppress(zlib.error):
            yield zlib.decompressobj(form).decompress(content)
    for found in _ENCODED.findall(content):
        whole = found.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
        # Text may stand right before it, so each of the four places where a group can begin is tried.
        for start in range(4):
            part = whole[start : start + (len(whole) - start) // 4 * 4]
            try:
                yield base64.b64decode(part, validate=True)
            except binascii.Error:
                continue
    for found in _HEXADECIMAL.findall(content):
        yield binascii.unhexlify(found)


def _binary_numbers(content: bytes) -> Iterator[str]:
    """RINs as little-endian integers of 32 or 64 bits, two or more with the same distance as rows of a table have them,
    or a single one of 64 bits: its upper half is zero, which noise hardly is."""
    for start in range(4):
        usable = (len(content) - start) // 4 * 4
        numbers = np.frombuffer(content[start : start + usable], dtype="<u4")
        places = np.flatnonzero((numbers >= FIRST_RIN) & (numbers <= LAST_RIN))
        wide = places[places + 1 < len(numbers)]
        if np.any(numbers[wide + 1] == 0) or np.any(np.isin(np.diff(places), range(1, 9))):
            yield "a RIN"
            return


def _cells(path: Path) -> Iterator[object]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                yield from row


def everything_of(error: BaseException | None) -> str:
    """All that an error can show: message, arguments, attributes, notes, what hangs on it, and how it is printed."""
    if error is None:
        return ""
    printed = "".join(traceback.format_exception(error))
    seen: list[str] = [printed]
    waiting: list[BaseException | None] = [error]
    known: set[int] = set()
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in known:
            continue
        known.add(id(one))
        seen.append(f"{one} {one!r} {one.args!r} {vars(one)!r} {getattr(one, '__notes__', [])!r}")
        waiting += [one.__cause__, one.__context__]
    return "\n".join(seen)
