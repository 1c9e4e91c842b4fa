"""The canonical digest of what was taken in: independent of row order and of file format.

What belongs here: the digest of typed tables. What does not: keeping it (`delivery_register.py`). It is a sum of
row hashes, to notice a changed delivery; it is no proof against somebody who wants a collision.
"""

import duckdb

from pipelines.registers.catalogue_model import Register
from pipelines.registers.delivery_register import Digest
from pipelines.state import fingerprint
from pipelines.warehouse import Warehouse

ALGORITHM = f"row-hash-sum-2/duckdb-{duckdb.__version__}"
"""DuckDB does not promise its hash over versions, so a digest is only compared with one of the same version."""


def table_digest(warehouse: Warehouse, schema: str, register: Register) -> Digest:
    """Digest of all rows of a register, linked and unlinked."""
    tables = [register.table, f"{register.table}_unlinked"] if register.has_persons else [register.table]
    parts = [register.name]
    for table in tables:
        rows = warehouse.rows(
            # Two sums, because rows that change together could leave one as it was; each value is hashed once.
            "SELECT count(*), sum(h::HUGEINT), sum(hash('second', h)::HUGEINT) "
            f"FROM (SELECT hash(t) AS h FROM {schema}.{table} t)",
            step=f"digest of {register.name}",
        )
        parts.extend(str(value) for value in rows[0])
    return Digest(fingerprint(*parts), ALGORITHM)


def combine(digests: list[Digest]) -> Digest:
    """One digest for a delivery."""
    return Digest(fingerprint(*(digest.value for digest in digests)), ALGORITHM)
