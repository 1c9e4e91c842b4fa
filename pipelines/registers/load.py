"""Loading one register: scan, type, check, store.

What belongs here: the SQL of a load and the search for what is wrong with a file. What does not: the rules per
column (`typing_rules.py`).
"""

from pathlib import Path

from pipelines.errors import DeliveryError, KluisError
from pipelines.registers.catalogue_model import RIN_COLUMNS, Catalogue, Column, Register
from pipelines.registers.reading import Scan, check_columns, open_file
from pipelines.registers.typing_rules import (
    RIN_FAULT,
    RIN_WORDS,
    UNUSABLE_RINS,
    TypedColumn,
    check_physical_types,
    cleaned,
    literals,
    typed_columns,
)
from pipelines.registers.unusable import count_unusable
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
        failed = False
    except KluisError:
        failed = True
    if failed:
        raise DeliveryError(_diagnosis(warehouse, scan, register, columns))
    _check_key(warehouse, scan, register, schema)
    count_unusable(warehouse, scan, register, schema)


def _statements(scan: Scan, register: Register, columns: list[TypedColumn], schema: str) -> list[str]:
    guarded = ", ".join(f"{_guard(column)} AS {column.name}" for column in columns)
    table = f"{schema}.{register.table}"
    if not register.has_persons:
        return [f"CREATE TABLE {table} AS SELECT {guarded} FROM ({_typed_rows(scan, register, columns, '')})"]
    kind, rin = (cleaned(scan, name) for name in register.person_key)
    usable = f"({rin} IS NULL OR {rin} NOT IN ({literals(UNUSABLE_RINS)}))"
    number = f"CASE WHEN {RIN_FAULT} THEN error('fault') ELSE CAST(c_rinpersoon AS INTEGER) END"
    rest = f", {guarded}" if guarded else ""
    linked = _typed_rows(scan, register, columns, f"({kind} = 'R' OR {kind} IS NULL) AND {usable}")
    unlinked = _typed_rows(scan, register, columns, f"{kind} <> 'R' AND {usable}")
    return [
        # In order of person, so that a range of people is read without the rest (see `indicators/table.py`).
        f"CREATE TABLE {table} AS SELECT {number} AS person{rest} FROM ({linked}) ORDER BY person",
        f"CREATE TABLE {table}_unlinked AS "
        f"SELECT c_rinpersoons AS rinpersoons, {number} AS unlinked_person{rest} FROM ({unlinked})",
    ]


def _typed_rows(scan: Scan, register: Register, columns: list[TypedColumn], where: str) -> str:
    """The cleaned columns (c_...) and the typed ones (v_...) of the rows that `where` asks for."""
    clean = [f"{column.clean} AS c_{column.name}" for column in columns]
    if register.has_persons:
        own = zip(register.person_key, RIN_COLUMNS, strict=True)
        clean += [f"{cleaned(scan, delivered)} AS c_{name}" for delivered, name in own]
    # The object surrogate hashes the kind of object along with its number.
    if "soortobjectnummer" in scan.columns:
        clean.append(f"{cleaned(scan, 'soortobjectnummer')} AS c_soort")
    condition = f" WHERE {where}" if where else ""
    values = "".join(f", {column.value} AS v_{column.name}" for column in columns)
    return f"SELECT *{values} FROM (SELECT {', '.join(clean)} FROM {scan.relation}{condition})"


def _guard(column: TypedColumn) -> str:
    """Stop the load at the first faulty value; what is wrong is found by a second look (`_diagnosis`)."""
    if not column.fault:
        return f"v_{column.name}"
    return f"CASE WHEN {column.fault} THEN error('fault') ELSE v_{column.name} END"


def _diagnosis(warehouse: Warehouse, scan: Scan, register: Register, columns: list[TypedColumn]) -> str:
    """What is wrong with the file, column by column, without any value of it."""
    faults = [(column.name, column.words, column.fault) for column in columns if column.fault]
    where = ""
    if register.has_persons:
        rin = cleaned(scan, register.person_key[1])
        where = f"{rin} IS NULL OR {rin} NOT IN ({literals(UNUSABLE_RINS)})"
        faults.append((register.person_key[1], RIN_WORDS, RIN_FAULT))
    refused = "The delivery was refused and nothing was changed."
    # The look runs outside the failed transaction, on a cursor of its own.
    look = Warehouse(warehouse.connection.cursor())
    if scan.table is not None:
        look.connection.register(scan.relation, scan.table)
    selected = ", ".join(f"coalesce(bool_or({fault}), false)" for _, _, fault in faults) or "true"
    try:
        found = look.rows(f"SELECT {selected} FROM ({_typed_rows(scan, register, columns, where)})", step="look")[0]
    except KluisError:
        return (
            f"{scan.path.name}: cannot be read to its end. It is truncated or damaged: copy it again from the "
            f"supplier. {refused}"
        )
    wrong = [f"{name} holds {words}" for (name, words, _), bad in zip(faults, found, strict=bool(faults)) if bad]
    if not wrong:
        return f"{scan.path.name}: cannot be loaded as {register.name}: copy it again from the supplier. {refused}"
    return (
        f"{scan.path.name}: {'; '.join(wrong)}. Ask the supplier for a correction, or add the code to the catalogue "
        f"if CBS introduced it. {refused}"
    )


def _check_key(warehouse: Warehouse, scan: Scan, register: Register, schema: str) -> None:
    """Raise DeliveryError when the key of the register is not unique, among linked or unlinked records."""
    by_name = {c.name: c for c in register.columns}
    rest = [by_name[name] for name in register.key if name not in register.person_key]
    if not register.has_persons:
        # The object surrogate is a hash of the whole key: distinct means unique, and no two keys collided.
        tables = {register.table: ["object_id"]}
    else:
        own = [packed] if (packed := _packed(rest)) else ["person", *(column.canonical for column in rest)]
        other = ["rinpersoons", "unlinked_person", *(column.canonical for column in rest)]
        tables = {register.table: own, f"{register.table}_unlinked": other}
    for table, key in tables.items():
        duplicated = _occurs_twice(warehouse, f"{schema}.{table}", key, f"key of {register.name}")
        if duplicated:
            raise DeliveryError(
                f"{scan.path.name}: the key ({', '.join(register.key)}) is not unique: a row stands in it twice. "
                "Ask the supplier for a corrected file; the delivery was refused and nothing was changed."
            )


def _occurs_twice(warehouse: Warehouse, table: str, key: list[str], step: str) -> bool:
    if len(key) == 1:
        return warehouse.has_twice(f"SELECT {key[0]} FROM {table}", step=step)
    columns = ", ".join(key)
    return bool(warehouse.rows(f"SELECT 1 FROM {table} GROUP BY {columns} HAVING count(*) > 1 LIMIT 1", step=step))


def _packed(rest: list[Column]) -> str:
    """Person and at most one date as a single whole number. Empty for other keys."""
    if not rest:
        return "person"
    if len(rest) == 1 and rest[0].kind == "date":
        return f"person::BIGINT * 4000000 + (date_diff('day', DATE '1800-01-01', {rest[0].canonical}))"
    return ""
