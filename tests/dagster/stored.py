"""What Dagster stores and what a run says, as bytes to search through.

What belongs here: gathering. What does not: what may not be found.
"""

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

Said = list[tuple[str, bytes]]
"""Name of a file or stream, and what it holds."""


def stored_and_said(home: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Said:
    """Everything below the home of Dagster, both streams since they were last read, and the log."""
    said = capfd.readouterr()
    return [
        *_stored(home),
        ("stdout", said.out.encode()),
        ("stderr", said.err.encode()),
        ("log", caplog.text.encode()),
    ]


def _stored(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder as it lies there, and every cell of its SQLite tables, unpacked where packed."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        content = path.read_bytes()
        yield path.name, content
        if content.startswith(b"SQLite format 3"):
            yield from ((path.name, cell) for cell in _cells(path))


def _cells(path: Path) -> Iterator[bytes]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                for cell in row:
                    raw = cell if isinstance(cell, bytes) else str(cell).encode()
                    yield raw
                    try:
                        yield zlib.decompress(raw)
                    except zlib.error:
                        continue
