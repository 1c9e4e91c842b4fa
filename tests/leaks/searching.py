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
_RIN = re.compile(rf"{_PREFIX}[0-9]{{6}}(?![0-9])".encode())
_INSIDE_A_NUMBER = re.compile(rb"[0-9a-fA-F_]\Z|[0-9][.,]\Z")
_GOES_ON = re.compile(rb"[0-9a-fA-F_]|[.,][0-9]*[1-9]")
_SHORTEST = 24
_ENCODED = re.compile(rb"[A-Za-z0-9+/_-]{%d,}={0,2}" % _SHORTEST)
_HEXADECIMAL = re.compile(rb"(?:[0-9a-fA-F]{2}){%d,}" % (_SHORTEST // 2))
_ESCAPE = re.compile(rb"(?:\\\\?u00([0-9a-fA-F]{2}))")
_DEEPEST = 2
_LARGE = 1 << 21


@dataclass(frozen=True)
class Hunt:
    """What is looked for: the canary, the numbers of people, and these counts (what was planted -> how many)."""

    counts: Mapping[str, int]

    def without(self, *numbers: int) -> "Hunt":
        """The same without counts that are by chance the number of a process that logs name."""
        return Hunt({name: count for name, count in self.counts.items() if count not in numbers})

    def only(self, names: Iterable[str]) -> "Hunt":
        return Hunt({name: self.counts[name] for name in names if name in self.counts})

    def in_text(self, text: str) -> list[str]:
        """What of it stands in a text that was said, as `kind of thing`; empty when nothing does."""
        return self.in_bytes(text.encode("utf-8", "surrogatepass"))

    def in_bytes(self, content: bytes, depth: int = 0) -> list[str]:
        """What of it stands in these bytes: plain, escaped, as UTF-16, and inside base64, hexadecimal or packed parts."""
        found = {hit for form in _plain_forms(content) for hit in self._plainly(form)}
        if depth < _DEEPEST:
            for inner in filter(None, _unpacked(content)):
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
        hits = set() if path.suffix == ".csv" else set(_binary_numbers(content))
        if path.suffix == ".csv":
            hits.update(self._in_frame(_text_cells(path, content)))
        if len(content) <= _LARGE or path.suffix != ".csv":
            hits.update(self.in_bytes(content, _DEEPEST if len(content) > _LARGE else 0))
        if content.startswith(b"SQLite format 3"):
            cells = list(_cells(path))
            hits.update(self.in_text("\n".join(str(cell) for cell in cells if not isinstance(cell, bytes))))
            hits.update(hit for cell in cells if isinstance(cell, bytes) for hit in self.in_bytes(cell))
        elif content.startswith(b"PAR1"):
            hits.update(self._in_frame(pl.read_parquet(path)))
        return sorted(hits)

    def _plainly(self, content: bytes) -> Iterator[str]:
        if CANARY.lower().encode() in content.lower():
            yield "a canary"
        if any(_stands_alone(content, found.start()) for found in _RIN.finditer(content)):
            yield "a RIN"
        for name, count in self.counts.items():
            if any(_is_there(content, form) for form in _written(count)):
                yield f"the count {name}"

    def _in_frame(self, frame: pl.DataFrame) -> Iterator[str]:
        for column in frame.iter_columns():
            if column.dtype.is_numeric():
                values = column.drop_nulls().cast(pl.Float64, strict=False)
                whole = values.filter(values == values.round())
                if whole.is_between(FIRST_RIN, LAST_RIN).any():
                    yield "a RIN"
                there = set(whole.filter(whole.is_in([float(count) for count in self.counts.values()])))
                yield from (f"the count {name}" for name, count in self.counts.items() if float(count) in there)
            else:
                texts = column.drop_nulls().cast(pl.String, strict=False).unique()
                yield from self.in_bytes("\n".join(texts).encode("utf-8", "surrogatepass"), _DEEPEST)
                # A cell shorter than the shortest encoded part holds none.
                yield from self.in_text("\n".join(texts.filter(texts.str.len_bytes() >= _SHORTEST)))


EVERYTHING = Hunt(COUNTS)


def _written(count: int) -> tuple[bytes, ...]:
    return tuple(f"{count:,}".replace(",", separator).encode() for separator in ("", ",", ".", "_", " "))


def _is_there(content: bytes, number: bytes) -> bool:
    """Does this number stand somewhere as a whole one: not part of a longer number, a digest or decimals?

    Looked for as bytes: a pattern that looks behind itself takes a minute for the tables of a bundle.
    """
    place = content.find(number)
    while place >= 0:
        end = place + len(number)
        if not _INSIDE_A_NUMBER.search(content[max(0, place - 2) : place]) and not _GOES_ON.match(
            content[end : end + 9]
        ):
            return True
        place = content.find(number, end)
    return False


def _stands_alone(content: bytes, place: int) -> bool:
    """Is a RIN at this place the whole number, but for leading zeros?"""
    before = content[max(0, place - 12) : place].rstrip(b"0")
    return not re.search(rb"[0-9]\Z|[0-9][.,]\Z", before)


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
    encoded = _ENCODED.findall(content)
    # Text may stand right before it, so each of the four places where a group can begin is tried.
    for start in range(4):
        yield b"\n".join(_from_base64(found[start:]) for found in encoded)
        # What was packed before it was encoded is unpacked one by one.
        yield from (inner for found in encoded if _is_packed(inner := _from_base64(found[start:])))
    yield b"\n".join(binascii.unhexlify(found) for found in _HEXADECIMAL.findall(content))


def _from_base64(text: bytes) -> bytes:
    whole = text.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
    return base64.b64decode(whole[: len(whole) // 4 * 4])


def _is_packed(content: bytes) -> bool:
    return content[:2] in (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda", b"\x1f\x8b")


def _binary_numbers(content: bytes) -> Iterator[str]:
    """RINs as little-endian integers of 32 or 64 bits: two in a row that follow each other, as rows in order of person do.
    A single one is not told from chance: small noised numbers, and bytes that are packed or encrypted, hold such runs."""
    for start in range(4):
        usable = (len(content) - start) // 4 * 4
        numbers = np.frombuffer(content[start : start + usable], dtype="<u4").astype(np.int64)
        places = np.flatnonzero((numbers >= FIRST_RIN) & (numbers < LAST_RIN))
        places = places[places + 2 < len(numbers)]
        narrow = numbers[places + 1] == numbers[places] + 1
        wide = (numbers[places + 1] == 0) & (numbers[places + 2] == numbers[places] + 1)
        if np.any(narrow | wide):
            yield "a RIN"
            return


def _text_cells(path: Path, content: bytes) -> pl.DataFrame:
    """The cells of a CSV as text, its first line included: of megabytes of rows, each value is looked at once."""
    first = content.split(b"\n", 1)[0]
    delimiter = ";" if first.count(b";") >= first.count(b",") else ","
    return pl.read_csv(path, separator=delimiter, has_header=False, infer_schema=False, truncate_ragged_lines=False)


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
