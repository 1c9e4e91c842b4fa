"""Reading delimited text: `;` or `,`, UTF-8 with or without a byte order mark, or the Windows code page 1252.

What belongs here: encoding, delimiter and header. What does not: what the columns must hold (`typing_rules.py`).
"""

import codecs
import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from pipelines.errors import DeliveryError
from pipelines.registers.file_kinds import WITH_NUL, other_delimiter
from pipelines.registers.guards import LONGEST_LINE, REFUSED, refuse_other_text, refuse_wide
from pipelines.registers.headers import twice
from pipelines.registers.streams import Stream

WINDOWS = "cp1252"
"""What Remote Access writes: not latin-1, which has other characters (or none) at 0x80 to 0x9F."""
_BLOCK = 1 << 24
_LONGEST_FIELD = 1 << 17


@dataclass(frozen=True)
class TextFile:
    """A file of text columns: its encoding, delimiter and header, as found."""

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]

    def refuse_twice(self) -> None:
        """Raise DeliveryError when two columns have one name. Call it once the first line is known to be a header."""
        counted = Counter(name.lower() for name in self.header)
        if found := [name for name, number in counted.items() if number > 1]:
            raise twice(self.path, found[0])

    @property
    def stream(self) -> Stream:
        """Its rows, re-encoded on their way and nowhere written down. DuckDB has a reader of its own, but offline it knows
        no code page 1252, guesses more than it should, and fills up some rows that are too short."""
        import pyarrow as pa

        return Stream(pa.schema([(name, pa.string()) for name in self.header]), self._batches)

    def _batches(self, columns: tuple[str, ...]) -> Iterator[Any]:
        import pyarrow as pa
        from pyarrow import csv as arrow_csv

        parsing = arrow_csv.ParseOptions(delimiter=self.delimiter, newlines_in_values=True)
        converting = arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(columns, pa.string()), include_columns=list(columns), null_values=[]
        )
        with self.path.open("rb") as handle:
            for turn, block in enumerate(_records(handle)):
                content = block if self.encoding == "utf-8" else block.decode(self.encoding).encode()
                reading = arrow_csv.ReadOptions(column_names=None if turn == 0 else list(self.header))
                yield arrow_csv.read_csv(pa.BufferReader(content), reading, parsing, converting)


def open_csv(path: Path) -> TextFile:
    """Look at encoding and header; raise DeliveryError when the text is cut off, in no known encoding or headless."""
    refuse_other_text(path)
    encoding = _encoding(path)
    with path.open("rb") as handle:
        size = handle.seek(0, 2)
        handle.seek(max(0, size - 1))
        ends_well = handle.read(1) == b"\n"
    if not ends_well:
        raise DeliveryError(
            f"{path.name}: is truncated, since its last line does not end. Copy it again from the supplier; the "
            "delivery was refused and nothing was changed."
        )
    with path.open("r", encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="") as text:
        first = text.readline(LONGEST_LINE)
        if len(first) == LONGEST_LINE:
            raise DeliveryError(
                f"{path.name}: its first line is over {LONGEST_LINE} characters, so it is no line of column names. Ask the "
                f"supplier for line ends. {REFUSED}"
            )
        delimiter = _delimiter(first)
        header = _header(chain([first], text), delimiter)
    refuse_wide(path, len(header))
    if len(header) == 1 and (other := other_delimiter(first)):
        raise DeliveryError(f"{path.name}: {other.words} {REFUSED}")
    if not all(header):
        raise DeliveryError(
            f"{path.name}: a column has no name in the first line. Add its name, or have the column left out. {REFUSED}"
        )
    return TextFile(path, encoding, delimiter, tuple(header))


def _header(lines: Iterable[str], delimiter: str) -> list[str]:
    try:
        return next(csv.reader(lines, delimiter=delimiter), [])
    except csv.Error:
        return [""]


def why_csv_broke(path: Path) -> str:
    """Why the rows of a text cannot be read, in words with the number of the line; empty when it is no text or not known.

    Reads it once more, row by row up to the first that is wrong: only for a file that is refused anyway.
    """
    if path.suffix.lower() != ".csv":
        return ""
    found = open_csv(path)
    encoding = "utf-8-sig" if found.encoding == "utf-8" else found.encoding
    # The limit is one for the whole process, and libraries that check formats lift it.
    limit = csv.field_size_limit(_LONGEST_FIELD)
    try:
        words = _why_rows_broke(path, found, encoding)
    finally:
        csv.field_size_limit(limit)
    return f"{path.name}: {words} {REFUSED}" if words else ""


def _why_rows_broke(path: Path, found: TextFile, encoding: str) -> str:
    """The first row that is wrong, in words; empty when all are well."""
    with path.open("r", encoding=encoding, newline="") as text:
        rows = csv.reader(text, delimiter=found.delimiter, strict=True)
        words = ""
        try:
            for row in rows:
                if row and len(row) != len(found.header):
                    words = (
                        "has more fields than the first line" if len(row) > len(found.header) else "has too few fields"
                    )
                    words = f"the row that ends at line {rows.line_num} {words}. Is a delimiter inside a text without quotes?"
                    break
        except csv.Error as error:
            long = "larger than field limit" in str(error)
            words = (
                "holds a field that never seems to end" if long else "holds a quote that is not closed or stands loose"
            )
            words = (
                f"the row up to line {rows.line_num} {words}. Have texts quoted as CSV asks, or without quotes at all."
            )
    return words


def _records(handle: BinaryIO) -> Iterator[bytes]:
    """The bytes of a text in blocks of whole records: cut after a line end that no quotes enclose."""
    rest = b""
    for block in iter(lambda: handle.read(_BLOCK), b""):
        rest += block
        cut, quotes = rest.rfind(b"\n") + 1, rest.count(b'"')
        quotes -= rest.count(b'"', cut)
        while cut and quotes % 2:
            earlier = rest.rfind(b"\n", 0, cut - 1) + 1
            quotes -= rest.count(b'"', earlier, cut)
            cut = earlier
        if cut:
            yield rest[:cut]
            rest = rest[cut:]
    if rest:
        yield rest


def _encoding(path: Path) -> str:
    """UTF-8 when every byte of the file is; else code page 1252 when that has all its characters."""
    with path.open("rb") as handle:
        holds_nul = any(b"\0" in block for block in iter(lambda: handle.read(_BLOCK), b""))
    if holds_nul:
        raise DeliveryError(f"{path.name}: {WITH_NUL.words} {REFUSED}")
    for encoding in ("utf-8", WINDOWS):
        decoder = codecs.getincrementaldecoder(encoding)()
        with path.open("rb") as handle:
            try:
                for block in iter(lambda: handle.read(_BLOCK), b""):
                    decoder.decode(block)
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                continue
        return encoding
    raise DeliveryError(
        f"{path.name}: is in no encoding that can be read (UTF-8 or Windows-1252): it is damaged, or was saved in "
        "another one, such as UTF-16. Save it again as UTF-8; the delivery was refused and nothing was changed."
    )


def _delimiter(line: str) -> str:
    """Of `;` and `,` the one that stands most in the first line, outside quotes; `;` when they tie."""
    outside = "".join(line.split('"')[::2])
    return ";" if outside.count(";") >= outside.count(",") else ","
