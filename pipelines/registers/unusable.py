"""Records without a usable number: how many there are, in the kluis and nowhere else.

What belongs here: counting what a load leaves out. What does not: loading (`load.py`). Nothing can bound what such
records contribute to a figure, so they are in none; their share says how much the register misses.
"""

from pipelines.registers.catalogue_model import Register
from pipelines.registers.reading import Scan
from pipelines.registers.typing_rules import UNUSABLE_RINS, cleaned, literals
from pipelines.warehouse import Warehouse

TABLE = "unusable_keys"


def prepare_unusable(warehouse: Warehouse, schema: str) -> None:
    """Make `unusable_keys`: register, gemeente (who supplied the records; NULL for a national file), unusable (records
    that were left out). A supplier of such records has a row for each piece of a file that held any."""
    warehouse.run(
        f"CREATE TABLE {schema}.{TABLE} (register VARCHAR, gemeente USMALLINT, unusable BIGINT)",
        step="prepare the count of unusable keys",
    )


def count_unusable(warehouse: Warehouse, scan: Scan, register: Register, schema: str) -> None:
    """Count the records of a file (or of the piece of it that is read) whose number is known to be none, per supplier."""
    if not register.has_persons:
        return
    rin = cleaned(scan, register.person_key[1])
    supplier = "NULL"
    if register.supplier_gemeente is not None:
        supplier = f"TRY_CAST({cleaned(scan, register.supplier_gemeente)} AS USMALLINT)"
    warehouse.run(
        f"INSERT INTO {schema}.{TABLE} SELECT '{register.name}', {supplier} AS gemeente, count(*) FROM {scan.rows} "
        f"WHERE {rin} IN ({literals(UNUSABLE_RINS)}) GROUP BY ALL HAVING count(*) > 0",
        step=f"counting unusable keys of {register.name}",
    )


def forget_unusable(warehouse: Warehouse, register: Register, schema: str) -> None:
    """Take back what was counted of a register, because its files are read again."""
    warehouse.run(f"DELETE FROM {schema}.{TABLE} WHERE register = '{register.name}'", step="count again")


def share(warehouse: Warehouse, schema: str, register: Register) -> float:
    """The share of the records of a register that have no usable number. Exact: for the kluis only."""
    tables = (register.table, f"{register.table}_unlinked")
    kept = sum(int(warehouse.value(f"SELECT count(*) FROM {schema}.{table}", step="count records")) for table in tables)
    left_out = int(
        warehouse.value(
            f"SELECT coalesce(sum(unusable), 0) FROM {schema}.{TABLE} WHERE register = '{register.name}'",
            step="count unusable keys",
        )
    )
    return left_out / (kept + left_out) if kept + left_out else 0.0
