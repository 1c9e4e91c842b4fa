"""Loading one register: scan, type, check, store.

What belongs here: the SQL of a load and the search for what is wrong with a file. What does not: the rules per
column (`typing_rules.py`).
"""

from pathlib import Path

from pipelines.errors import DeliveryError, KluisError
from pipelines.registers.catalogue_model import Catalogue, Register
from pipelines.registers.reading import Scan, check_columns, open_file
from pipelines.registers.typing_rules import TypedColumn, check_physical_types, rin_expressions, typed_columns
from pipelines.warehouse import Warehouse, year_schema


def load_register(warehouse: Warehouse, path: Path, register: Register, catalogue: Catalogue, peiljaar: int) -> None:
    """Load one file into its table of the year (and, with persons, a table of unlinked records beside it).

    Linked: RINPERSOONS is R and the number is usable; its integer is the surrogate `person`. Unlinked: another
    kind of key. Records without a usable number are left out: nothing can bound what they contribute.
    Raises DeliveryError with every faulty column.
    """
    scan = open_file(warehouse, path)
    check_columns(scan, register, peiljaar)
    check_physical_types(scan, register, peiljaar)
    columns = typed_columns(scan, register, catalogue, peiljaar)
    schema = year_schema(peiljaar)
    try:
        for statement in _statements(scan, register, columns, schema):
            warehouse.run(statement, step=f"loading {register.name}")
    except KluisError:
        failed = True
    else:
        failed = False
    if failed:
        raise DeliveryError(_diagnosis(warehouse, scan, register, columns))
    _check_key(warehouse, scan, register, schema)


def _statements(scan: Scan, register: Register, columns: list[TypedColumn], schema: str) -> list[str]:
    guarded = [f"{_guard(column)} AS {column.name}" for column in columns]
    if not register.has_persons:
        return [f"CREATE TABLE {schema}.{register.table} AS SELECT {', '.join(guarded)} FROM {scan.relation}"]
    kind, rin, fault = rin_expressions(scan)
    person = f"CASE WHEN {fault} THEN error('fault') ELSE {rin} END"
    linked = ", ".join([f"{person} AS person", *guarded])
    unlinked = ", ".join([f"{kind} AS rinpersoons", f"{rin} AS unlinked_person", *guarded])
    return [
        f"CREATE TABLE {schema}.{register.table} AS SELECT {linked} FROM {scan.relation} "
        f"WHERE {kind} IS NULL OR ({kind} = 'R' AND {rin} IS NOT NULL) OR {fault}",
        f"CREATE TABLE {schema}.{register.table}_unlinked AS SELECT {unlinked} FROM {scan.relation} "
        f"WHERE {kind} <> 'R' AND {rin} IS NOT NULL",
    ]


def _guard(column: TypedColumn) -> str:
    """Stop the load at the first faulty value; what is wrong is found by a second look (`_diagnosis`)."""
    if column.fault == "false":
        return column.expression
    return f"CASE WHEN {column.fault} THEN error('fault') ELSE {column.expression} END"


def _diagnosis(warehouse: Warehouse, scan: Scan, register: Register, columns: list[TypedColumn]) -> str:
    """What is wrong with the file, column by column, without any value of it."""
    faults = [(column.name, column.words, column.fault) for column in columns if column.fault != "false"]
    if register.has_persons:
        faults.append(("rinpersoon", "a number that is not nine digits, or an empty key", rin_expressions(scan)[2]))
    refused = "The delivery was refused and nothing was changed."
    # The look runs outside the failed transaction, on a cursor of its own.
    look = Warehouse(warehouse.connection.cursor())
    if scan.table is not None:
        look.connection.register(scan.relation, scan.table)
    try:
        selected = ", ".join(f"coalesce(bool_or({fault}), false)" for _, _, fault in faults)
        found = look.rows(f"SELECT {selected} FROM {scan.relation}", step="look") if faults else []
    except KluisError:
        return (
            f"{scan.path.name}: cannot be read to its end. It is truncated or damaged: copy it again from the "
            f"supplier. {refused}"
        )
    wrong = (
        [f"{name} holds {words}" for (name, words, _), bad in zip(faults, found[0], strict=True) if bad]
        if found
        else []
    )
    if not wrong:
        return f"{scan.path.name}: cannot be loaded as {register.name}: copy it again from the supplier. {refused}"
    return (
        f"{scan.path.name}: {'; '.join(wrong)}. Ask the supplier for a correction, or add the code to the catalogue "
        f"if CBS introduced it. {refused}"
    )


def _check_key(warehouse: Warehouse, scan: Scan, register: Register, schema: str) -> None:
    """Raise DeliveryError when the key of the register is not unique, among linked or unlinked records."""
    by_name = {c.name: ("object_id" if c.kind == "object" else c.canonical) for c in register.columns}
    rest = [by_name[name] for name in register.key if name not in ("rinpersoons", "rinpersoon")]
    if not register.has_persons:
        # The object surrogate is a hash of the whole key: distinct means unique, and no two keys collided.
        tables = {register.table: ["object_id"] if "object_id" in rest else rest}
    else:
        tables = {
            register.table: ["person", *rest],
            f"{register.table}_unlinked": ["rinpersoons", "unlinked_person", *rest],
        }
    for table, key in tables.items():
        columns = ", ".join(key)
        duplicated = warehouse.rows(
            f"SELECT 1 FROM {schema}.{table} GROUP BY {columns} HAVING count(*) > 1 LIMIT 1",
            step=f"key of {register.name}",
        )
        if duplicated:
            raise DeliveryError(
                f"{scan.path.name}: the key ({', '.join(register.key)}) is not unique: a row stands in it twice. "
                "Ask the supplier for a corrected file; the delivery was refused and nothing was changed."
            )
