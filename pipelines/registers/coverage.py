"""Coverage: for which gemeenten a register speaks, as declared, never inferred from rows.

What belongs here: the coverage table, and refusing a delivery whose rows contradict its declaration. What does
not: what coverage means for an indicator (see `pipelines/indicators`).
"""

from pipelines.errors import DeliveryError
from pipelines.facts.gemeenten import gemeenten
from pipelines.registers.catalogue_model import Catalogue, Register
from pipelines.registers.delivery import DeclaredFile
from pipelines.rooms import DataRoot
from pipelines.warehouse import Warehouse


def write_coverage(
    warehouse: Warehouse, schema: str, declared: list[DeclaredFile], catalogue: Catalogue, peiljaar: int
) -> None:
    """Write `coverage`: register, gemeente (number), covered, reason; every register that can be taken in x gemeente."""
    warehouse.run(
        f"CREATE TABLE {schema}.coverage (register VARCHAR, gemeente USMALLINT, covered BOOLEAN, reason VARCHAR)",
        step="write coverage",
    )
    by_register = {item.register_name: item for item in declared}
    codes = [g.code for g in gemeenten(peiljaar)]
    values: list[str] = []
    for name in catalogue.loadable:
        item = by_register.get(name)
        for code in codes:
            covered, reason = _covered(item, code)
            values.append(f"('{name}', {int(code[2:])}, {str(covered).lower()}, '{reason}')")
    warehouse.run(f"INSERT INTO {schema}.coverage VALUES {', '.join(values)}", step="write coverage")


def _covered(item: DeclaredFile | None, code: str) -> tuple[bool, str]:
    if item is None:
        return False, "not delivered"
    if item.coverage.kind == "national":
        return True, "national"
    if code in item.coverage.nothing_to_report:
        return True, "delivered, nothing to report"
    if code in item.coverage.gemeenten:
        return True, "delivered"
    return False, "gemeente does not deliver"


def covered_gemeenten(warehouse: Warehouse, schema: str) -> dict[str, frozenset[int]]:
    """Register -> numbers of the gemeenten that it covers. Public: it comes from manifests."""
    rows = warehouse.rows(
        f"SELECT register, list(gemeente) FILTER (covered) FROM {schema}.coverage GROUP BY register",
        step="read coverage",
    )
    return {register: frozenset(found or ()) for register, found in rows}


def check_suppliers(
    warehouse: Warehouse, root: DataRoot, schema: str, declared: list[DeclaredFile], catalogue: Catalogue
) -> None:
    """Raise DeliveryError when a gemeente has rows without a declaration, or declared and has none.

    The message names the register; which gemeenten it concerns stands in a report in the kluis, because whether
    a gemeente has any row at all is a fact of the microdata.
    """
    for item in declared:
        register = catalogue.register(item.register_name)
        if register.supplier_gemeente is None:
            _check_national(warehouse, schema, register, item)
            continue
        column = register.supplier_gemeente
        present = {
            number
            for (number,) in warehouse.rows(
                f"SELECT DISTINCT {column} FROM {schema}.{register.table} WHERE {column} IS NOT NULL "
                f"UNION SELECT DISTINCT {column} FROM {schema}.{register.table}_unlinked WHERE {column} IS NOT NULL",
                step=f"suppliers of {register.name}",
            )
        }
        names = {int(code[2:]): code for code in item.coverage.gemeenten}
        silent = {int(code[2:]) for code in item.coverage.nothing_to_report}
        undeclared = sorted(present - set(names)) + sorted(present & silent)
        empty = sorted(set(names) - silent - present)
        if undeclared or empty:
            report = root.reports / f"coverage-{register.table}.txt"
            report.write_text(
                f"{register.name}: rows without a declaration: {_codes(undeclared)}\n"
                f"{register.name}: declared, without any row: {_codes(empty)}\n",
                encoding="utf-8",
            )
            raise DeliveryError(
                f"{register.name}: what gemeenten declared and what they delivered do not agree "
                f"({'rows of undeclared gemeenten' if undeclared else 'declared gemeenten without rows'}). The "
                f"report is in the kluis: reports/{report.name}. Correct the manifest (`nothing_to_report` for a "
                "gemeente that has nothing), or ask the gemeenten. Nothing was changed."
            )


def _check_national(warehouse: Warehouse, schema: str, register: Register, item: DeclaredFile) -> None:
    has_rows = bool(warehouse.rows(f"SELECT 1 FROM {schema}.{register.table} LIMIT 1", step=f"rows of {register.name}"))
    if has_rows == item.coverage.empty:
        found = "has rows although the manifest declares it empty" if has_rows else "has no row at all"
        raise DeliveryError(
            f"{register.name}: the file {found}. An empty file would say of everybody that they have none of it. Ask the "
            "supplier; if it is meant, declare `empty: true` (or leave it out) in the coverage. Nothing was changed."
        )


def _codes(numbers: list[int]) -> str:
    return ", ".join(f"GM{number:04d}" for number in numbers) or "none"
