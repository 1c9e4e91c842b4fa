"""Rows of a file that DuckDB does not read itself, handed to it batch by batch.

What belongs here: reading again as often as asked, with flat memory, and noticing that a reader broke off. What does
not: the readers (`reading_sav.py`, `reading_csv.py`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

Batches = Callable[[tuple[str, ...]], Iterator[Any]]
"""From the names of the wanted columns to Arrow record batches with exactly those columns."""


@dataclass
class Stream:
    """A file as batches. `schema`: the Arrow schema of all its columns, in order of the file. `broke`: a reading
    ended too early; what DuckDB got is then worth nothing, and the caller must look here after every statement (an
    error raised into DuckDB would end its transaction, and carry the reader's words, which may quote rows)."""

    schema: Any
    batches: Batches
    broke: bool = field(default=False, init=False)

    def reader(self, columns: tuple[str, ...]) -> Any:
        """A fresh reader of these columns, for one statement."""
        import pyarrow as pa

        wanted = pa.schema([self.schema.field(name) for name in columns])
        return pa.RecordBatchReader.from_batches(wanted, self._guarded(wanted, columns))

    def _guarded(self, wanted: Any, columns: tuple[str, ...]) -> Iterator[Any]:
        try:
            for batch in self.batches(columns):
                yield batch.select(list(columns)).cast(wanted)
        except Exception:
            # Whatever the reader stumbles over; the caller says it in words of our own.
            self.broke = True
