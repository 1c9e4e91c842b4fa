"""Reading delimited text: `;` or `,`, UTF-8 with or without a byte order mark, or the Windows code page 1252.

What belongs here: encoding, delimiter and header. What does not: what the columns must hold (`typing_rules.py`).
"""

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from pipelines.errors import DeliveryError
from pipelines.registers.streams import Stream

WINDOWS = "cp1252"
_BLOCK = 1 << 22


@dataclass(frozen=True)
class TextFile:
    """A file of text columns: its encoding, delimiter and header, as found."""

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]

    @property
    def relation(self) -> str:
        """SQL that reads it (UTF-8 only). Nothing is left for DuckDB to guess: a guess could skip rows."""
        columns = ", ".join(f"{_literal(name)}: 'VARCHAR'" for name in self.header)
        return (
            f"read_csv({_literal(str(self.path))}, auto_detect = false, header = true, columns = {{{columns}}}, "
            f"delim = '{self.delimiter}', quote = '\"', escape = '\"', encoding = 'utf-8', strict_mode = true)"
        )

    @property
    def stream(self) -> Stream:
        """Its rows, re-encoded on their way and nowhere written down: DuckDB offline knows no code page 1252."""
        import pyarrow as pa

        return Stream(pa.schema([(name, pa.string()) for name in self.header]), self._batches)

    def _batches(self, columns: tuple[str, ...]) -> Iterator[Any]:
        import pyarrow as pa
        from pyarrow import csv as arrow_csv

        found = arrow_csv.open_csv(
            str(self.path),
            read_options=arrow_csv.ReadOptions(encoding=self.encoding, use_threads=False, block_size=_BLOCK),
            parse_options=arrow_csv.ParseOptions(delimiter=self.delimiter, newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()), include_columns=list(columns), null_values=[]
            ),
        )
        yield from found


def open_csv(path: Path) -> TextFile:
    """Look at encoding and header; raise DeliveryError when the text is cut off, in no known encoding or headless."""
    with path.open("rb") as handle:
        size = handle.seek(0, 2)
        handle.seek(max(0, size - 1))
        ends_well = handle.read(1) == b"\n"
    if not ends_well:
        raise DeliveryError(
            f"{path.name}: is truncated, since its last line does not end. Copy it again from the supplier; the "
            "delivery was refused and nothing was changed."
        )
    encoding = _encoding(path)
    with path.open("r", encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="") as text:
        first = text.readline()
        delimiter = _delimiter(first)
        header = next(csv.reader(chain([first], text), delimiter=delimiter), [])
    if twice := [name for name, number in Counter(name.lower() for name in header).items() if number > 1]:
        raise DeliveryError(f"{path.name}: the column {twice[0]} stands in it twice (capitals do not count). Keep one.")
    if not all(header):
        raise DeliveryError(
            f"{path.name}: a column has no name in the first line. Add its name, or have the column left out."
        )
    return TextFile(path, encoding, delimiter, tuple(header))


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


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
