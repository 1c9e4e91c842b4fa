"""Refusing a delivery whose rows contradict what was declared: declared but empty, or filled but undeclared.

What belongs here: comparing rows with declarations. What does not: the declarations (`coverage.py`). The message names
the register; which gemeenten it concerns stands in a report in the kluis, because whether a gemeente has any row at all
is a fact of the microdata.
"""

from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import DeliveryError
from pipelines.registers.catalogue_model import Catalogue, Register
from pipelines.registers.delivery import FORMATS, MANIFEST, DeclaredFile, Delivery
from pipelines.registers.file_names import read_name
from pipelines.registers.finding import stands_there
from pipelines.rooms import DataRoot
from pipelines.warehouse import Warehouse


def check_suppliers(
    warehouse: Warehouse, root: DataRoot, schema: str, declared: list[DeclaredFile], catalogue: Catalogue
) -> None:
    """Raise DeliveryError when rows and declarations do not agree: gemeenten, whole files, or days.

    Rows under a number outside the BRP count as rows of their gemeente, and so do rows without a usable number.
    """
    for item in declared:
        register = catalogue.register(item.register_name)
        if register.supplier_gemeente is None:
            _check_national(warehouse, schema, register, item)
        else:
            _check_gemeenten(warehouse, root, schema, register, item)
        _check_days(warehouse, root, schema, register, item)


def check_undeclared_files(delivery: Delivery, catalogue: Catalogue) -> None:
    """Raise DeliveryError when a file of a register stands in a delivery whose manifest does not declare it."""
    declared = {item.register_name for item in delivery.manifest.files}
    for register in catalogue.loadable.values():
        if register.name not in declared and (found := stands_there(delivery, register)):
            raise DeliveryError(
                f"{delivery.folder.name}: {found} is a file of {register.name}, and the manifest does not declare it, so "
                "nobody said for whom it speaks. Declare it with its coverage, or move the file away. Nothing was changed."
            )


def check_unclaimed_files(folder: Path, catalogue: Catalogue, peiljaar: int) -> None:
    """Raise DeliveryError when a file of a register stands below the deliveries of a peiljaar, and in none of them: not to
    see it would make its register unknown everywhere, and spend budget on that."""
    for place in sorted(folder.iterdir()):
        if (place / MANIFEST).exists():
            continue
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if (name := _register_of(path, catalogue, peiljaar)) is None:
                continue
            where = f"the folder {place.name}" if place.is_dir() else f"the folder {folder.name} itself"
            raise DeliveryError(
                f"{where} holds {path.name}, a file of {name}, and no {MANIFEST} beside it tells what it is: it is still being filled, "
                f"or its manifest has another name or place. Write {MANIFEST} in a folder of the delivery, or move the files away to "
                "go on without them. Nothing was changed."
            )


def _register_of(path: Path, catalogue: Catalogue, peiljaar: int) -> str | None:
    """The register of which this is a file of the peiljaar, by its name."""
    if path.suffix.lower().lstrip(".") not in FORMATS:
        return None
    named = ((register.name, read_name(path.stem, register)) for register in catalogue.loadable.values())
    return next((name for name, said in named if said and said.year in (None, peiljaar)), None)


@dataclass(frozen=True)
class _Suppliers:
    """Numbers of gemeenten whose rows contradict the declaration."""

    undeclared: list[int]
    empty: list[int]


def _check_gemeenten(warehouse: Warehouse, root: DataRoot, schema: str, register: Register, item: DeclaredFile) -> None:
    present = _present(warehouse, schema, register)
    names = {int(code[2:]) for code in item.coverage.gemeenten}
    silent = {int(code[2:]) for code in item.coverage.nothing_to_report}
    found = _Suppliers(sorted(present - names) + sorted(present & silent), sorted(names - silent - present))
    if not found.undeclared and not found.empty:
        return
    report = _report(
        root,
        f"coverage-{register.table}.txt",
        f"{register.name}: rows without a declaration: {_codes(found.undeclared)}",
        f"{register.name}: declared, without any row: {_codes(found.empty)}",
    )
    raise DeliveryError(
        f"{register.name}: what gemeenten declared and what they delivered do not agree "
        f"({'rows of undeclared gemeenten' if found.undeclared else 'declared gemeenten without rows'}). The "
        f"report is in the kluis: reports/{report}. Correct the manifest (`nothing_to_report` for a "
        "gemeente that has nothing), or ask the gemeenten. Nothing was changed."
    )


def _present(warehouse: Warehouse, schema: str, register: Register) -> set[int]:
    column = register.supplier_gemeente
    tables = [f"{schema}.{table}" for table in (register.table, f"{register.table}_unlinked")]
    rows = " UNION ".join(f"SELECT DISTINCT {column} AS g FROM {table} WHERE {column} IS NOT NULL" for table in tables)
    unusable = f"SELECT gemeente FROM {schema}.unusable_keys WHERE register = '{register.name}' AND unusable > 0"
    found = warehouse.rows(
        f"SELECT g FROM ({rows} UNION {unusable}) WHERE g IS NOT NULL", step=f"suppliers of {register.name}"
    )
    return {number for (number,) in found}


def _check_national(warehouse: Warehouse, schema: str, register: Register, item: DeclaredFile) -> None:
    tables = [register.table, *([f"{register.table}_unlinked"] if register.has_persons else [])]
    has_rows = any(
        warehouse.rows(f"SELECT 1 FROM {schema}.{table} LIMIT 1", step=f"rows of {register.name}") for table in tables
    )
    if has_rows == item.coverage.empty:
        found = "has rows although the manifest declares it empty" if has_rows else "has no row at all"
        raise DeliveryError(
            f"{register.name}: the file {found}. An empty file would say of everybody that they have none of it. Ask the "
            "supplier; if it is meant, declare `empty: true` (or leave it out) in the coverage. Nothing was changed."
        )


def _check_days(warehouse: Warehouse, root: DataRoot, schema: str, register: Register, item: DeclaredFile) -> None:
    """Spells that begin after the last declared day were not declared. (Those that ended before the first day may be
    there: from that day on the file is complete, and what it holds of earlier is true all the same.)"""
    spell, column = register.spell, register.supplier_gemeente
    if spell is None or not register.has_persons:
        return
    asked = {
        code: f"{column} = {int(code[2:])} AND {spell.begin} > DATE '{period.end}'"
        for code, period in item.coverage.periods.items()
        if period.end is not None
    }
    if item.period is not None and item.period.end is not None:
        others = ", ".join(str(int(code[2:])) for code in item.coverage.periods)
        whose = f"({column} IS NULL OR {column} NOT IN ({others})) AND " if others else ""
        asked["the file"] = f"{whose}{spell.begin} > DATE '{item.period.end}'"
    if not asked:
        return
    selected = ", ".join(f"coalesce(bool_or({condition}), false)" for condition in asked.values())
    tables = (register.table, f"{register.table}_unlinked")
    found = [warehouse.rows(f"SELECT {selected} FROM {schema}.{t}", step=f"days of {register.name}")[0] for t in tables]
    wrong = [name for name, *says in zip(asked, *found, strict=True) if any(says)]
    if wrong:
        report = _report(
            root,
            f"coverage-{register.table}.txt",
            f"{register.name}: rows after the declared period: {', '.join(wrong)}",
        )
        raise DeliveryError(
            f"{register.name}: rows begin after the period that the manifest declares, so nobody said for whom they speak. "
            f" The report is in the kluis: reports/{report}. Correct the period, or ask the supplier. Nothing was "
            "changed."
        )


def _report(root: DataRoot, name: str, *lines: str) -> str:
    (root.reports / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return name


def _codes(numbers: list[int]) -> str:
    return ", ".join(f"GM{number:04d}" for number in numbers) or "none"
