"""Public lists of gemeenten that deliver: a CSV beside the manifest, instead of codes in it.

What belongs here: reading such a list. What does not: what coverage means (`coverage.py`), and any row of a register.
A refusal names line and column and never what stands there: it may be a remark, or a number of somebody.
"""

import csv
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

from pipelines.errors import DeliveryError
from pipelines.registers.catalogue_model import Catalogue, Register
from pipelines.registers.delivery import DeclaredCoverage, DeclaredFile, Delivery, Period

REQUIRED = ("register", "jaar", "gemeente", "levert", "bron")
OPTIONAL = ("toestemming", "niets_te_melden", "van", "tot")
_ANSWERS = {"ja": True, "nee": False}
_CODE = re.compile(r"GM[0-9]{4}")
_LONGEST_LINE = 10_000
"""Codes, days and a source. Looked at here: the limit of `csv` is one for the whole process, and libraries lift it."""


def with_lists(delivery: Delivery, catalogue: Catalogue) -> Delivery:
    """The delivery, with the gemeenten of a list in the place of the list.

    Raises DeliveryError (file, line, column) when a list is missing, cannot be read or contradicts itself.
    """
    files = tuple(_without_list(delivery, item, catalogue) for item in delivery.manifest.files)
    return replace(delivery, manifest=delivery.manifest.model_copy(update={"files": files}))


def _without_list(delivery: Delivery, item: DeclaredFile, catalogue: Catalogue) -> DeclaredFile:
    coverage = item.coverage
    if coverage.list is None:
        return item
    if coverage.gemeenten or coverage.nothing_to_report or coverage.without_consent or coverage.periods:
        raise DeliveryError(
            f"{delivery.folder.name}/manifest.json: {item.register_name} names the list {coverage.list} and gemeenten "
            "beside it. Give one of the two, so that there is one declaration."
        )
    # In the delivery itself, so that a change of the list is a change of the delivery.
    path = delivery.folder / Path(coverage.list).name
    register = catalogue.registers.get(item.register_name)
    if register is None:
        return item
    return item.model_copy(update={"coverage": _read(path, register, delivery.manifest.peiljaar, coverage.kind)})


def _read(path: Path, register: Register, peiljaar: int, kind: str) -> DeclaredCoverage:
    delivering: list[str] = []
    silent: list[str] = []
    refusing: list[str] = []
    periods: dict[str, Period] = {}
    seen: set[str] = set()
    for line, row in _rows(path, register):
        if row["register"] != register.name or row["jaar"] != str(peiljaar):
            continue
        code = row["gemeente"]
        if not _CODE.fullmatch(code):
            raise DeliveryError(f"{path.name}:{line}: gemeente: holds no code; write one such as GM0363.")
        if code in seen:
            raise DeliveryError(f"{path.name}:{line}: {register.name} and {code} stand in it twice. Keep one line.")
        seen.add(code)
        if not _answer(path, line, "levert", row["levert"]):
            continue
        if register.supplier_permission and not _answer(path, line, "toestemming", row["toestemming"]):
            refusing.append(code)
            continue
        delivering.append(code)
        if row["niets_te_melden"] and _answer(path, line, "niets_te_melden", row["niets_te_melden"]):
            silent.append(code)
        if row["van"] or row["tot"]:
            periods[code] = _period(path, line, row)
    if not seen:
        raise DeliveryError(
            f"{path.name}: no line is about {register.name} in {peiljaar}, so it declares nothing. Add the lines, or "
            "declare the gemeenten in the manifest."
        )
    return DeclaredCoverage.model_validate(
        {
            "kind": kind,
            "gemeenten": delivering,
            "nothing_to_report": silent,
            "without_consent": refusing,
            "periods": periods,
        }
    )


def _rows(path: Path, register: Register) -> list[tuple[int, dict[str, str]]]:
    """Line number and fields of every line, the optional fields always there."""
    if not path.is_file():
        raise DeliveryError(
            f"{path.name}: the manifest names this list for {register.name}, and it is not beside it. Put it there."
        )
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except ValueError:
        lines = []
    head = lines[0] if lines else ""
    if long := next((number for number, line in enumerate(lines, start=1) if len(line) > _LONGEST_LINE), None):
        raise DeliveryError(
            f"{path.name}:{long}: the line has more than {_LONGEST_LINE} characters. A line holds codes, days and a source; "
            "take the rest out."
        )
    try:
        table = list(csv.reader(lines, delimiter=";" if ";" in head else ","))
    except csv.Error:
        table = []
    names = [name.strip().lower() for name in table[0]] if table else []
    wanted = [*REQUIRED, *(["toestemming"] if register.supplier_permission else [])]
    if missing := [name for name in wanted if name not in names]:
        raise DeliveryError(
            f"{path.name}: the column {', '.join(missing)} is missing. A list of gemeenten that deliver is CSV in UTF-8 "
            f"with the columns {', '.join(wanted)}; it may have {', '.join(OPTIONAL)}."
        )
    rows: list[tuple[int, dict[str, str]]] = []
    for line, values in enumerate(table[1:], start=2):
        if not values:
            continue
        row = dict.fromkeys((*REQUIRED, *OPTIONAL), "") | dict(zip(names, map(str.strip, values), strict=False))
        if not row["bron"]:
            raise DeliveryError(
                f"{path.name}:{line}: bron is empty. Say where it was published that the gemeente delivers."
            )
        rows.append((line, row))
    return rows


def _answer(path: Path, line: int, column: str, text: str) -> bool:
    if text.lower() not in _ANSWERS:
        raise DeliveryError(f"{path.name}:{line}: {column}: holds something else; write ja or nee.")
    return _ANSWERS[text.lower()]


def _period(path: Path, line: int, row: dict[str, str]) -> Period:
    first, last = _day(path, line, "van", row["van"]), _day(path, line, "tot", row["tot"])
    if first and last and first > last:
        raise DeliveryError(f"{path.name}:{line}: tot: lies before van; swap the two days.")
    return Period.model_validate({"from": first, "to": last})


def _day(path: Path, line: int, column: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        pass
    raise DeliveryError(f"{path.name}:{line}: {column}: holds no day; write one as 2023-07-01.")
