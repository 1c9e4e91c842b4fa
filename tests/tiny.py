"""A delivery of a few invented people, written as CBS would, for tests that need exact knowledge of every row.

What belongs here: putting rows together and writing files. What does not: who is invented (`tiny_people.py`), which
rows say an indicator (`tiny_rows.py`), and the synthetic Netherlands (`pipelines/population`).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.registers.catalogue_model import load_catalogue
from tests.tiny_people import (
    GEMEENTEN,
    PEILJAAR,
    SUPPLYING,
    Invented,
    age_of,
    cannot_hide,
    emptied,
    implied,
    number_of,
    place_of,
    places,
    specs,
)
from tests.tiny_rows import Facts, Values, address_spells, household_rows, register_rows

__all__ = [
    "FILES",
    "GEMEENTEN",
    "PEILJAAR",
    "SUPPLYING",
    "Invented",
    "TinyDelivery",
    "cannot_hide",
    "deliver",
    "implied",
    "object_key",
    "place_of",
    "specs",
    "write_delivery",
]

FILES = {
    "GBAPERSOONTAB": "Bevolking/GBAPERSOONTAB/2023/GBAPERSOON2023TABV1",
    "GBAHUISHOUDENSBUS": "Bevolking/GBAHUISHOUDENSBUS/GBAHUISHOUDENS2023BUSV1",
    "GBAADRESOBJECTBUS": "Bevolking/GBAADRESOBJECTBUS/GBAADRESOBJECT2023BUSV1",
    "VSLGWBTAB": "BouwenWonen/VSLGWBTAB/VSLGWB2023TAB03V1",
    "NIETVSLGWBTAB": "BouwenWonen/NIETVSLGWBTAB/NIETVSLGWB2023TABV1",
    "BIJSTANDPERSOONBUS": "Socialezekerheid/BIJSTANDPERSOONBUS/BIJSTANDPERSOON2023BUSV1",
    "AOTOTPERSOONBUS": "Socialezekerheid/AOTOTPERSOONBUS/AOTOTPERSOON2023BUSV1",
    "SPOLISBUS": "Spolis/SPOLISBUS/2023/SPOLISBUS2023V1",
    "SECMBUS": "InkomenBestedingen/SECMBUS/SECMBUS2023V1",
    "HOOGSTEOPLTAB": "Onderwijs/HOOGSTEOPLTAB/HOOGSTEOPL2023TABV1",
    "ONDERWIJSINSCHRTAB": "Onderwijs/ONDERWIJSINSCHRTAB/ONDERWIJSINSCHR2023TABV1",
    "WANBZVWTAB": "GezondheidWelzijn/WANBZVWTAB/WANBZVW2023TABV1",
    "WSNPPERSBUS": "VeiligheidRecht/WSNPPERSBUS/WSNPPERSBUS2023V1",
    "GGZZPMPRESTATIETAB": "GezondheidWelzijn/GGZZPMPRESTATIETAB/GGZZPMPRESTATIE2023TABV1",
    "MEDICIJNTAB": "GezondheidWelzijn/MEDICIJNTAB/MEDICIJN2023TABV1",
    "WMOBUS": "GezondheidWelzijn/WMOBUS/WMO2023BUSV1",
    "SCHULDENPROBLEMATIEK": "Maatwerk/SCHULDENPROBLEMATIEK/SCHULDENPROBLEMATIEK2023V1",
    "SCHULDHULP": "Gemeenten/SCHULDHULP/SCHULDHULP2023V1",
    "VROEGSIGNALERING": "Gemeenten/VROEGSIGNALERING/VROEGSIGNALERING2023V1",
    "INPATAB": "InkomenBestedingen/INPATAB/INPA2023TABV1",
    "VEHTAB": "InkomenBestedingen/VEHTAB/VEH2023TABV1",
    "ZVWZORGKOSTENTAB": "GezondheidWelzijn/ZVWZORGKOSTENTAB/ZVWZORGKOSTEN2023TABV1",
    "MSZPRESTATIESVEKTTAB": "GezondheidWelzijn/MSZPRESTATIESVEKTTAB/MSZPRESTATIESVEKT2023TABV1",
    "INDICWLZTAB": "GezondheidWelzijn/INDICWLZTAB/INDICWLZ2023TABV1",
    "JGDHULPBUS": "GezondheidWelzijn/JGDHULPBUS/JGDHULP2023BUSV1",
    "SLOTAB": "VeiligheidRecht/SLOTAB/SLO2023TABV1",
    "VERDTAB": "VeiligheidRecht/VERDTAB/VERD2023TABV1",
    "WWPERSOONBUS": "Socialezekerheid/WWPERSOONBUS/WWPERSOON2023BUSV1",
    "AOWUITKERING1ATAB": "Socialezekerheid/AOWUITKERING1ATAB/AOWUITKERING1A2023TABV1",
    "INSCHRWPOTAB": "Onderwijs/INSCHRWPOTAB/INSCHRWPO2023TABV1",
    "THUISZITTERS": "Gemeenten/THUISZITTERS/THUISZITTERS2023V1",
    "URGENTIE": "Gemeenten/URGENTIE/URGENTIE2023V1",
}


@dataclass
class TinyDelivery:
    """Rows per register, to be bent by a test before writing."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, register: str, **values: Any) -> None:
        self.rows.setdefault(register, []).append(values)

    def frame(self, register: str) -> pl.DataFrame:
        """The rows as text columns; an empty register keeps its required columns."""
        entry = load_catalogue().register(register)
        columns = [column.delivered(PEILJAAR) for column in entry.columns if column.required]
        found = self.rows.get(register, [])
        names = list(dict.fromkeys([*columns, *(name for row in found for name in row)]))
        return pl.DataFrame({name: [row.get(name) for row in found] for name in names}, strict=False).cast(pl.String)


def deliver(people: Iterable[Invented]) -> TinyDelivery:
    """All registers for these people, and the objects of the gemeenten where they live."""
    tiny, invented = TinyDelivery(), list(people)
    for gemeente in dict.fromkeys((*GEMEENTEN, *(person.gemeente for person in invented))):
        number = number_of(gemeente)
        for slot in range(400):
            tiny.add("VSLGWBTAB", soortobjectnummer="D", rinobjectnummer=object_key(number, slot), gem2023=gemeente[2:])
        tiny.add("NIETVSLGWBTAB", soortobjectnummer="B", rinobjectnummer=object_key(number, 998), gem2023=gemeente[2:])
        tiny.add("NIETVSLGWBTAB", soortobjectnummer="I", rinobjectnummer=object_key(number, 999), gem2023=gemeente[2:])
    for person in invented:
        if person.kind == "R":
            _population_rows(tiny, person)
        _register_rows(tiny, person)
    return tiny


def object_key(gemeente: int, slot: int) -> str:
    """A key without meaning, as CBS makes them: DuckDB's hash takes many regular ones for the same."""
    return sha256(f"{gemeente}/{slot}".encode()).hexdigest()[:32]


def _population_rows(tiny: TinyDelivery, person: Invented) -> None:
    key = {"rinpersoons": person.kind, "rinpersoon": f"{person.rin:09d}"}
    facts = Facts(person.has, person.rin, person.gemeente[2:])
    abroad = "buiten_nederland_geboren" in person.has
    born: Values = {"gbageboortelandnl": "0" if abroad else "1"}
    tiny.add(
        "GBAPERSOONTAB",
        **key,
        gbageslacht=person.sex,
        gbageboortejaar=str(PEILJAAR - age_of(person)),
        gbageboortemaand="05",
        **_hidden("GBAPERSOONTAB", born, person),
    )
    for register, values in household_rows(facts, f"H{person.rin:09d}"):
        tiny.add(register, **key, **values)
    number = number_of(person.gemeente)
    spells = address_spells(facts)
    for turn, (begin, end) in enumerate(spells):
        shelter = turn == len(spells) - 1 and bool(person.has & {"adres_opvang_of_briefadres", "opvang_drie_maanden"})
        tiny.add(
            "GBAADRESOBJECTBUS",
            **key,
            gbadatumaanvangadreshouding=begin,
            gbadatumeindeadreshouding=end,
            soortobjectnummer="B" if shelter else "D",
            rinobjectnummer=object_key(number, 998 if shelter else (person.rin + turn) % 400),
        )


def _register_rows(tiny: TinyDelivery, person: Invented) -> None:
    catalogue = load_catalogue()
    for name, values in register_rows(Facts(person.has, person.rin, person.gemeente[2:])):
        register = catalogue.register(name)
        everybody = register.absence == "onbekend"
        if everybody and (person.kind != "R" or _is_absent(name, person)):
            continue
        kind, number = register.person_key
        key = {kind: person.kind, number: f"{person.rin:09d}"}
        tiny.add(name, **key, **(_hidden(name, values, person) if everybody else values))


def _is_absent(register: str, person: Invented) -> bool:
    """Is everything unknown that the register could say? Then the person is not in it."""
    said = {indicator.id for indicator in specs().base if indicator.source == register}
    return said <= person.unknown


def _hidden(register: str, values: Values, person: Invented) -> Values:
    """The values, without those that an unknown indicator reads."""
    entry = load_catalogue().register(register)
    missing: dict[str, str | None] = {}
    for name in person.unknown:
        indicator = specs().by_id[name]
        if indicator.source == register:
            rule = indicator.rule.on_register
            read = (*getattr(rule, "where", {}), *getattr(rule, "between", {}))
            missing |= dict.fromkeys((entry.column(column).delivered(PEILJAAR) for column in read), None)
            missing |= emptied(indicator, entry)
    return {**values, **missing}


def write_delivery(
    tiny: TinyDelivery, deliveries: Path, *, file_format: str = "parquet", version: int = 1, kind: str = "synthetic"
) -> Path:
    """Write the two deliveries (cbs, gemeenten) with their manifests; returns the folder of `cbs`."""
    municipal = [name for name in FILES if load_catalogue().register(name).supplier == "gemeente"]
    parts = {"cbs": [name for name in FILES if name not in municipal], "gemeenten": municipal}
    for name, registers in parts.items():
        for register in registers:
            _write_file(tiny.frame(register), deliveries / name / f"{FILES[register]}.{file_format}")
        manifest = {
            "delivery": name,
            "supplier": f"{name} (verzonnen)",
            "kind": kind,
            "population": "tiny" if kind == "synthetic" else None,
            "peiljaar": PEILJAAR,
            "version": version,
            "status": "voorlopig",
            "completed": True,
            "files": [{"register": register, "coverage": _coverage(tiny, register)} for register in registers],
        }
        (deliveries / name / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return deliveries / "cbs"


def _coverage(tiny: TinyDelivery, register: str) -> dict[str, Any]:
    column = load_catalogue().register(register).supplier_gemeente
    if column is None:
        return {"kind": "national", "empty": not tiny.rows.get(register)}
    present = {f"GM{row[column]}" for row in tiny.rows.get(register, [])}
    silent = {gemeente: registers for registers, gemeente in places().items()}
    lived_in = dict.fromkeys((*SUPPLYING, *(f"GM{row['gem2023']}" for row in tiny.rows.get("VSLGWBTAB", []))))
    known = [gemeente for gemeente in lived_in if gemeente in (*GEMEENTEN, *silent)]
    supplying = [gemeente for gemeente in known if register not in silent.get(gemeente, ())]
    return {
        "kind": "gemeenten",
        "gemeenten": supplying,
        "nothing_to_report": [gemeente for gemeente in supplying if gemeente not in present],
    }


def _write_file(frame: pl.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        frame.write_parquet(path)
    elif path.suffix == ".csv":
        path.write_bytes(frame.write_csv(separator=";", line_terminator="\r\n").encode("cp1252"))
    else:
        import pyreadstat

        pyreadstat.write_sav(frame.fill_null("").to_pandas(), str(path))
