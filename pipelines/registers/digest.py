"""The canonical digest of what was taken in: independent of row order and of file format.

What belongs here: the digest of typed tables. What does not: keeping it (`delivery_register.py`). It is a sum of
row hashes, to notice a changed delivery; it is no proof against somebody who wants a collision.
"""

from collections.abc import Sequence

import duckdb

from pipelines.registers.catalogue_model import Column, Register
from pipelines.registers.delivery_register import Digest
from pipelines.state import fingerprint
from pipelines.warehouse import Warehouse

ALGORITHM = f"row-hash-sum-2/duckdb-{duckdb.__version__}"
"""DuckDB does not promise its hash over versions, so a digest is only compared with one of the same version."""


def table_digest(warehouse: Warehouse, schema: str, register: Register) -> Digest:
    """Digest of all rows of a register, linked and unlinked."""
    return digest_and_sums(warehouse, schema, register, ())[0]


def digest_and_sums(
    warehouse: Warehouse, schema: str, register: Register, sums: Sequence[str]
) -> tuple[Digest, tuple[int, ...]]:
    """The digest, and other whole numbers over the same rows (SQL aggregates), for which no second pass is needed."""
    tables = [register.table, f"{register.table}_unlinked"] if register.has_persons else [register.table]
    parts, found = [register.name], [0] * len(sums)
    # Two sums of hashes, because rows that change together could leave one as it was; each value is hashed once.
    asked = ", ".join(("count(*)", "sum(_h::HUGEINT)", "sum(hash('second', _h)::HUGEINT)", *sums))
    for table in tables:
        # A column that was not delivered changes no digest: so a file keeps the one of before the catalogue knew the column.
        named, without = (
            f"{schema}.{table}",
            [c for c in register.kept if c.only_for and _is_empty(warehouse, schema, table, c)],
        )
        if without:
            named = f"(SELECT * EXCLUDE ({', '.join(column.canonical for column in without)}) FROM {named})"
        # No column of a catalogue begins with a low line.
        (row,) = warehouse.rows(
            f"SELECT {asked} FROM (SELECT *, hash(t) AS _h FROM {named} t)",
            step=f"digest of {register.name}",
        )
        parts.extend(str(value) for value in row[:3])
        found = [before + int(value) for before, value in zip(found, row[3:], strict=True)]
    return Digest(fingerprint(*parts), ALGORITHM), tuple(found)


def _is_empty(warehouse: Warehouse, schema: str, table: str, column: Column) -> bool:
    found = f"SELECT 1 FROM {schema}.{table} WHERE {column.canonical} IS NOT NULL LIMIT 1"
    return not warehouse.rows(found, step="look for a column")


def combine(digests: list[Digest]) -> Digest:
    """One digest for a delivery."""
    return Digest(fingerprint(*(digest.value for digest in digests)), ALGORITHM)
