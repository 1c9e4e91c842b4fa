"""The canonical digest of what was taken in: independent of row order and of file format.

What belongs here: the digest of typed tables. What does not: keeping it (`delivery_register.py`). It is a sum of
row hashes, to notice a changed delivery; it is no proof against somebody who wants a collision.
"""

from collections.abc import Sequence

import duckdb

from pipelines.registers.catalogue_model import Register
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
        # No column of a catalogue begins with a low line.
        (row,) = warehouse.rows(
            f"SELECT {asked} FROM (SELECT *, hash(t) AS _h FROM {schema}.{table} t)",
            step=f"digest of {register.name}",
        )
        parts.extend(str(value) for value in row[:3])
        found = [before + int(value) for before, value in zip(found, row[3:], strict=True)]
    return Digest(fingerprint(*parts), ALGORITHM), tuple(found)


def combine(digests: list[Digest]) -> Digest:
    """One digest for a delivery."""
    return Digest(fingerprint(*(digest.value for digest in digests)), ALGORITHM)
