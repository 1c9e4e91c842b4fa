"""A synthetic delivery without one person, or one household: the neighbouring data of the privacy promise.

What belongs here: copying synthetic files without the rows of some numbers. What does not: which numbers, and counting.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb


@dataclass(frozen=True)
class FileOfPeople:
    """A Parquet file to copy; `person_key`: its columns with kind and number of the person, None without people."""

    source: Path
    target: Path
    person_key: tuple[str, str] | None


def copy_without(files: Iterable[FileOfPeople], people: Iterable[str]) -> None:
    """Copy each file, leaving out the rows of the people with these RINPERSOONs (nine digits, kind R)."""
    numbers = ", ".join(f"'{person}'" for person in people)
    with duckdb.connect() as connection:
        for file in files:
            file.target.parent.mkdir(parents=True, exist_ok=True)
            where = ""
            if file.person_key:
                kind, number = file.person_key
                where = f" WHERE NOT coalesce({kind} = 'R' AND {number} IN ({numbers}), false)"
            connection.execute(
                f"COPY (SELECT * FROM read_parquet('{_quoted(file.source)}'){where}) "
                f"TO '{_quoted(file.target)}' (FORMAT parquet)"
            )


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
