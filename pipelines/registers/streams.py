"""Rows of a file that DuckDB does not read itself, handed to it in pieces.

What belongs here: reading again as often as asked, with flat memory, and noticing that a reader broke off. What does
not: the readers (`reading_sav.py`, `reading_csv.py`). Nothing here is called from a thread of DuckDB: a reader with
threads of its own and DuckDB's would wait for each other.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

PIECE = 2_000_000
"""Rows that are handed over at once. A file of more is sorted afterwards, which costs writing it twice."""

Batches = Callable[[tuple[str, ...]], Iterator[Any]]
"""From the names of the wanted columns to Arrow tables with exactly those columns."""


class BrokeOff(Exception):
    """A reader could not go on. It says nothing of its reason: the words of a reader may quote rows."""


@dataclass(frozen=True)
class Stream:
    """A file as Arrow tables. `schema`: the Arrow schema of all its columns, in order of the file."""

    schema: Any
    batches: Batches

    def pieces(self, columns: tuple[str, ...]) -> Iterator[Any]:
        """Arrow tables of these columns, each of about `PIECE` rows; at least one. Raises BrokeOff."""
        import pyarrow as pa

        wanted = pa.schema([self.schema.field(name) for name in columns])
        gathered: list[Any] = []
        rows, handed = 0, False
        for batch in self._safely(columns, wanted):
            gathered.append(batch)
            rows += batch.num_rows
            if rows >= PIECE:
                yield pa.concat_tables(gathered)
                gathered, rows, handed = [], 0, True
        if gathered or not handed:
            yield pa.concat_tables(gathered) if gathered else wanted.empty_table()

    def _safely(self, columns: tuple[str, ...], wanted: Any) -> Iterator[Any]:
        reading = (batch.select(list(columns)).cast(wanted) for batch in self.batches(columns))
        while True:
            try:
                batch = next(reading, None)
                failed = False
            except Exception:
                # Whatever the reader stumbles over; it is told in words of our own, outside this handler.
                batch, failed = None, True
            if failed:
                raise BrokeOff
            if batch is None:
                return
            yield batch
