"""Reading delimited text: `;` or `,`, UTF-8 with or without a byte order mark, or the Windows code page 1252.

What belongs here: encoding, delimiter and header. What does not: what the columns must hold (`typing_rules.py`).
"""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from pipelines.errors import DeliveryError
from pipelines.registers.streams import Stream

WINDOWS = "cp1252"
"""What Remote Access writes: not latin-1, which has other characters (or none) at 0x80 to 0x9F."""
_BLOCK = 1 << 24


@dataclass(frozen=True)
class TextFile:
    """A file of text columns: its encoding, delimiter and header, as found."""

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]

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
        first = text.readline()
        delimiter = _delimiter(first)
        header = next(csv.reader(chain([first], text), delimiter=delimiter), [])
    lower = [name.lower() for name in header]
    if twice := [place for place, name in enumerate(lower, start=1) if name in lower[: place - 1]]:
        # By its place: what stands in the first line of a text without a header is a value.
        raise DeliveryError(
            f"{path.name}: the name of column {twice[0]} stands in the first line twice (capitals do not count). Keep one; "
            "and when that line holds no names, ask the supplier for the file with them."
        )
    if not all(header):
        raise DeliveryError(
            f"{path.name}: a column has no name in the first line. Add its name, or have the column left out."
        )
    return TextFile(path, encoding, delimiter, tuple(header))


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
        encodings = () if b"\0" in handle.read(_BLOCK) else ("utf-8", WINDOWS)
    for encoding in encodings:
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
