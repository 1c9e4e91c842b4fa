"""A digest of the pattern table that does not depend on the version of any library, written into the kluis.

What belongs here: rows of the kluis, hashed. What does not: comparing (`compare.py`).
"""

import hashlib
import os
from pathlib import Path

from pipelines.surroundings import make_context
from pipelines.warehouse import open_warehouse, year_schema

DIGEST = "patterns.digest"


def write_digest(peiljaar: int) -> Path:
    """Write number of columns and SHA-256 over the sorted rows of the pattern table to the reports of the kluis."""
    context = make_context(os.environ, lambda _message: None, lambda _text: None)
    with open_warehouse(context.root, context.key(), read_only=True, memory=context.memory) as warehouse:
        table = f"{year_schema(peiljaar)}.patterns"
        names = sorted(str(name) for name, *_ in warehouse.rows(f"DESCRIBE {table}", step="columns of the patterns"))
        listed = ", ".join(f'"{name}"::VARCHAR' for name in names)
        rows = warehouse.rows(f"SELECT {listed} FROM {table}", step="read the patterns")
    seen = hashlib.sha256(repr(names).encode())
    for row in sorted(repr(row) for row in rows):
        seen.update(f"{row}\n".encode())
    path = context.root.reports / DIGEST
    path.write_text(f"{len(names)} columns, {'some' if rows else 'no'} rows, {seen.hexdigest()}\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    write_digest(2023)
