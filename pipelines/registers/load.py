"""Loading one register: scan, type, check, store.

What belongs here: the SQL of a load and the search for what is wrong with a file. What does not: the rules per
column (`typing_rules.py`).
"""

from pathlib import Path
from typing import Any

from pipelines.errors import DeliveryError, KluisError, UserError
from pipelines.registers.catalogue_model import RIN_COLUMNS, Catalogue, Column, Register
from pipelines.registers.finding import RegisterFiles
from pipelines.registers.guards import OF_THE_DISK, REFUSED, no_room, refuse_unfit
from pipelines.registers.reading import Scan, open_file
from pipelines.registers.reading_csv import why_csv_broke
from pipelines.registers.reasons import Reason, of_rin, of_rin_kind, remedies
from pipelines.registers.streams import PIECE, BrokeOff
from pipelines.registers.typing_rules import (
    RIN_FAULT,
    RIN_KIND_FAULT,
    UNUSABLE_RINS,
    TypedColumn,
    check_physical_types,
    cleaned,
    literals,
    typed_columns,
)
from pipelines.registers.unusable import count_unusable, forget_unusable
from pipelines.warehouse import Warehouse, year_schema


def load_register(
    warehouse: Warehouse, files: RegisterFiles, register: Register, catalogue: Catalogue, peiljaar: int
) -> int:
    """Load the files of a register into its table of the year (and, with persons, a table of unlinked records beside it).

    Linked: RINPERSOONS is R and the number is usable; its integer is the surrogate `person`. Unlinked: another
    kind of key. Records without a usable number are left out: nothing can bound what they contribute. So are rows that
    stand there twice, the same in every kept column; their number is returned, and stays in the kluis.
    Raises DeliveryError with every faulty column.
    """
    schema = year_schema(peiljaar)
    plain: frozenset[Path] = frozenset()
    while broken := _load_files(warehouse, files, register, catalogue, peiljaar, plain):
        if broken in plain or broken.suffix.lower() != ".sav":
            raise DeliveryError(why_csv_broke(broken) or _cut_off(broken))
        plain |= {broken}
        for table in _tables(register):
            warehouse.run(f"DROP TABLE IF EXISTS {schema}.{table}", step=f"loading {register.name} again")
        forget_unusable(warehouse, register, schema)
    return _settle_keys(warehouse, files, register, schema)


def _load_files(
    warehouse: Warehouse,
    files: RegisterFiles,
    register: Register,
    catalogue: Catalogue,
    peiljaar: int,
    plain: frozenset[Path],
) -> Path | None:
    """Load every piece of every file; the file whose reader broke off, if one did."""
    schema, turn = year_schema(peiljaar), 0
    several = len(files.read) > 1
    for found in files.read:
        refuse_unfit(found.path)
        scan = open_file(warehouse, found, register, peiljaar, plain=found.path in plain)
        check_physical_types(scan, register, peiljaar)
        columns = typed_columns(scan, register, catalogue, peiljaar)
        try:
            for piece in scan.pieces():
                scan.offer(warehouse, piece)
                # One piece is sorted as it comes in; several are, when all are there.
                several = several or turn > 0 or (piece is not None and piece.num_rows >= PIECE)
                statements = _statements(scan, register, columns, schema, turn, several)
                if failure := _run_all(warehouse, statements, register):
                    raise _diagnosis(warehouse, scan, piece, register, columns, failure)
                count_unusable(warehouse, scan, register, schema)
                turn += 1
        except BrokeOff:
            return found.path
        finally:
            scan.withdraw(warehouse)
    if several and register.has_persons:
        name = f"{schema}.{register.table}"
        warehouse.run(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM {name} ORDER BY person", step=f"sort {name}")
    return None


def _tables(register: Register) -> tuple[str, ...]:
    return (register.table, f"{register.table}_unlinked") if register.has_persons else (register.table,)


def _run_all(warehouse: Warehouse, statements: list[str], register: Register) -> str:
    """Run them; the kind of failure, if one fails."""
    try:
        for statement in statements:
            warehouse.run(statement, step=f"loading {register.name}")
    except KluisError as error:
        return error.failure or "failed"
    return ""


def _statements(
    scan: Scan, register: Register, columns: list[TypedColumn], schema: str, turn: int, several: bool
) -> list[str]:
    """What puts a piece into the tables; the first one (`turn` 0) makes them."""
    guarded = ", ".join(f"{_guard(column)} AS {column.name}" for column in columns)
    into = [f"INSERT INTO {schema}.{t}" if turn else f"CREATE TABLE {schema}.{t} AS" for t in _tables(register)]
    if not register.has_persons:
        return [f"{into[0]} SELECT {guarded} FROM ({_typed_rows(scan, register, columns, '')})"]
    kind, rin = (cleaned(scan, name) for name in register.person_key)
    usable = f"({rin} IS NULL OR {rin} NOT IN ({literals(UNUSABLE_RINS)}))"
    fault = f"{RIN_KIND_FAULT} OR {RIN_FAULT}"
    number = f"CASE WHEN {fault} THEN error('fault') ELSE CAST(c_rinpersoon AS INTEGER) END"
    rest = f", {guarded}" if guarded else ""
    linked = _typed_rows(scan, register, columns, f"({kind} = 'R' OR {kind} IS NULL) AND {usable}")
    unlinked = _typed_rows(scan, register, columns, f"{kind} <> 'R' AND {usable}")
    # In order of person, so that a range of people is read without the rest (see `indicators/table.py`).
    order = "" if several else " ORDER BY person"
    return [
        f"{into[0]} SELECT {number} AS person{rest} FROM ({linked}){order}",
        f"{into[1]} SELECT c_rinpersoons AS rinpersoons, {number} AS unlinked_person{rest} FROM ({unlinked})",
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
    return f"SELECT *{values} FROM (SELECT {', '.join(clean)} FROM {scan.rows}{condition})"


def _guard(column: TypedColumn) -> str:
    """Stop the load at the first faulty value; what is wrong is found by a second look (`_diagnosis`)."""
    if not column.fault:
        return f"v_{column.name}"
    return f"CASE WHEN {column.fault} THEN error('fault') ELSE v_{column.name} END"


def _cut_off(path: Path) -> str:
    return f"{path.name}: cannot be read to its end. It is truncated or damaged: copy it again from the supplier. {REFUSED}"


def _diagnosis(
    warehouse: Warehouse, scan: Scan, piece: Any, register: Register, columns: list[TypedColumn], failure: str
) -> UserError:
    """What is wrong with (this piece of) the file, column by column, without any value of it; or, when nothing is, with the
    disk that it was written to."""
    faults = [(column.name, column.fault, column.reasons) for column in columns if column.fault]
    where = ""
    if register.has_persons:
        rin = cleaned(scan, register.person_key[1])
        where = f"{rin} IS NULL OR {rin} NOT IN ({literals(UNUSABLE_RINS)})"
        faults.append((register.person_key[0], RIN_KIND_FAULT, of_rin_kind()))
        faults.append((register.person_key[1], RIN_FAULT, of_rin()))
    # The look runs outside the failed transaction, on a cursor of its own.
    look = Warehouse(warehouse.connection.cursor())
    scan.offer(look, piece)
    selected = ", ".join(_which(fault, reasons) for _, fault, reasons in faults) or "NULL"
    try:
        found = look.rows(f"SELECT {selected} FROM ({_typed_rows(scan, register, columns, where)})", step="look")[0]
    except KluisError:
        return DeliveryError(_cut_off(scan.path))
    told = [
        (name, reasons[which])
        for (name, _, reasons), held in zip(faults, found, strict=False)
        for which in sorted(number for number in held or () if number is not None)
    ]
    if not told and failure in OF_THE_DISK:
        return no_room(f"loading {register.name}")
    if not told:
        return DeliveryError(
            f"{scan.path.name}: cannot be loaded as {register.name}: copy it again from the supplier. {REFUSED}"
        )
    wrong = "; ".join(f"{name} holds {reason.words}" for name, reason in told)
    return DeliveryError(f"{scan.path.name}: {wrong}. {remedies(reason for _, reason in told)} {REFUSED}")


def _which(fault: str, reasons: tuple[Reason, ...]) -> str:
    """SQL of the numbers of the reasons that hold somewhere, of each value at fault the first."""
    cases = " ".join(f"WHEN {reason.holds} THEN {number}" for number, reason in enumerate(reasons))
    return f"list(DISTINCT CASE WHEN coalesce({fault}, false) THEN (CASE {cases} END) END)"


def _settle_keys(warehouse: Warehouse, files: RegisterFiles, register: Register, schema: str) -> int:
    """Leave out rows that stand there twice, alike in every column; return how many.

    Raises DeliveryError when the key of the register then still is not unique, among linked or unlinked records:
    rows that contradict each other are not ours to choose from.
    """
    left_out = 0
    for table, key in _keys(register).items():
        name, step = f"{schema}.{table}", f"key of {register.name}"
        if not _occurs_twice(warehouse, name, key, step):
            continue
        left_out += _leave_out_doubles(warehouse, name, register, step)
        if _occurs_twice(warehouse, name, key, step):
            raise DeliveryError(
                f"{files.read[0].path.name}: the key ({', '.join(register.key)}) is not unique: two rows have the same key and "
                "contradict each other. Ask the supplier for a corrected file; the delivery was refused and nothing was "
                "changed."
            )
    return left_out


def _leave_out_doubles(warehouse: Warehouse, table: str, register: Register, step: str) -> int:
    before = int(warehouse.value(f"SELECT count(*) FROM {table}", step=step))
    order = " ORDER BY person" if register.has_persons and not table.endswith("_unlinked") else ""
    warehouse.run(f"CREATE OR REPLACE TABLE {table} AS SELECT DISTINCT * FROM {table}{order}", step=step)
    return before - int(warehouse.value(f"SELECT count(*) FROM {table}", step=step))


def _keys(register: Register) -> dict[str, list[str]]:
    """Table -> the columns (or the one number made of them) that must be unique in it."""
    if not register.has_persons:
        # The object surrogate is a hash of the whole key: distinct means unique, and no two keys collided.
        return {register.table: ["object_id"]}
    by_name = {c.name: c for c in register.columns}
    rest = [by_name[name] for name in register.key if name not in register.person_key]
    own = [packed] if (packed := _packed(rest)) else ["person", *(column.canonical for column in rest)]
    other = ["rinpersoons", "unlinked_person", *(column.canonical for column in rest)]
    return {register.table: own, f"{register.table}_unlinked": other}


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
