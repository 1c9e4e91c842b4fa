"""A delivery of a few invented people, written as CBS would, for tests that need exact knowledge of every row.

What belongs here: turning "this person has these indicators" into rows of the registers. What does not: the
synthetic Netherlands (see `pipelines/population`).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.registers.catalogue_model import load_catalogue

PEILJAAR = 2023
GEMEENTEN = ("GM0363", "GM0344", "GM0014")
"""Amsterdam and Utrecht deliver everything; Groningen delivers no municipal files."""

SUPPLYING = ("GM0363", "GM0344")

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
}

_LAST = "20231231"


@dataclass(frozen=True)
class Invented:
    """One invented person: RIN, gemeente, and the base indicators that are true.

    `education_known` False leaves the person out of HOOGSTEOPLTAB, so that the level is unknown.
    """

    rin: int
    gemeente: str = "GM0363"
    has: frozenset[str] = frozenset()
    age: int | None = None
    sex: str = "1"
    kind: str = "R"
    education_known: bool = True


def age_of(person: Invented) -> int:
    """An age that makes exactly the age indicators of the person true."""
    if person.age is not None:
        return person.age
    if "leeftijd_18_tot_27" in person.has:
        return 21
    if person.has & {"leeftijd_18_tot_aow"}:
        return 40
    return 70 if "volwassen" in person.has else 12


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
    """All registers for these people."""
    tiny = TinyDelivery()
    for number, gemeente in enumerate(GEMEENTEN):
        for slot in range(400):
            tiny.add("VSLGWBTAB", soortobjectnummer="D", rinobjectnummer=object_key(number, slot), gem2023=gemeente[2:])
        tiny.add("NIETVSLGWBTAB", soortobjectnummer="B", rinobjectnummer=object_key(number, 998), gem2023=gemeente[2:])
        tiny.add("NIETVSLGWBTAB", soortobjectnummer="I", rinobjectnummer=object_key(number, 999), gem2023=gemeente[2:])
    for person in people:
        _population_rows(tiny, person)
        _register_rows(tiny, person)
    return tiny


def object_key(gemeente: int, slot: int) -> str:
    return f"{gemeente:08d}{slot:024d}"


def _population_rows(tiny: TinyDelivery, person: Invented) -> None:
    key = {"rinpersoons": person.kind, "rinpersoon": f"{person.rin:09d}"}
    if person.kind != "R":
        return
    place = "1" if "thuiswonend_kind" in person.has else "2"
    shelter = "adres_opvang_of_briefadres" in person.has
    number = GEMEENTEN.index(person.gemeente)
    tiny.add(
        "GBAPERSOONTAB",
        **key,
        gbageslacht=person.sex,
        gbageboortejaar=str(PEILJAAR - age_of(person)),
        gbageboortemaand="05",
    )
    tiny.add(
        "GBAHUISHOUDENSBUS",
        **key,
        huishoudnr=f"H{person.rin:09d}",
        datumaanvanghh="20150101",
        datumeindehh=_LAST,
        typhh="1",
        plhh=place,
        aantalpershh="1",
    )
    tiny.add(
        "GBAADRESOBJECTBUS",
        **key,
        gbadatumaanvangadreshouding="20150101",
        gbadatumeindeadreshouding=_LAST,
        soortobjectnummer="B" if shelter else "D",
        rinobjectnummer=object_key(number, 998 if shelter else person.rin % 400),
    )


def _register_rows(tiny: TinyDelivery, person: Invented) -> None:
    key = {"rinpersoons": person.kind, "rinpersoon": f"{person.rin:09d}"}
    has = person.has
    own = person.gemeente[2:]
    flag = "smalle_def_problematische_schulden_20231231"
    household_flag = "smalle_def_problematische_schulden_hh_20231231"
    low = "1212" if "zonder_startkwalificatie" in has else "2121"
    rows: dict[str, tuple[str, dict[str, str]]] = {
        "verslaving_medicatie": ("MEDICIJNTAB", {"atc4": "N07B"}),
        "antipsychotica": ("MEDICIJNTAB", {"atc4": "N05A"}),
        "verslaving_ggz": ("GGZZPMPRESTATIETAB", {"zpmdiagnose": "SG03"}),
        "ggz_ernstig": ("GGZZPMPRESTATIETAB", {"zpmdiagnose": "SG01"}),
        "wmo_maatwerk": (
            "WMOBUS",
            {
                "typearrangement": "1",
                "wmodatumaanvang": "20220101",
                "wmodatumeinde": "88888888",
                "wmotoewijzingsnummer": f"T{person.rin}",
                "wmogemeente": own,
            },
        ),
        "schuld_smal": ("SCHULDENPROBLEMATIEK", {flag: "1", household_flag: "1"}),
        "wanbetaler_zorgpremie": ("WANBZVWTAB", {}),
        "vroegsignaal": (
            "VROEGSIGNALERING",
            {"signaaldatum": "20230615", "signaalsoort": "H", "gemeente": own},
        ),
        "wsnp": ("WSNPPERSBUS", {"wsnpdatumtoelaat": "20230301", "wsnpdatumbeein": "88888888"}),
        "schuldregeling_minnelijk": (
            "SCHULDHULP",
            {"begindatum": "20230201", "einddatum": "88888888", "trajectsoort": "S", "gemeente": own},
        ),
        "bijstand": (
            "BIJSTANDPERSOONBUS",
            {"aanvbijstand": "20200101", "eindbijstand": _LAST, "bijstandsoort": "01"},
        ),
        "ao_uitkering": (
            "AOTOTPERSOONBUS",
            {"aanvaotot": "20231101" if "ao_beeindigd" in has else "20180101", "eindaotot": _LAST, "aototwet": "5"},
        ),
        "ao_beeindigd": (
            "AOTOTPERSOONBUS",
            {"aanvaotot": "20180101", "eindaotot": "20230430", "aototwet": "5"},
        ),
        "baan_laatste_drie_maanden": (
            "SPOLISBUS",
            {
                "ikvid": f"K{person.rin}",
                "sdatumaanvangiko": "20230101",
                "sdatumeindeiko": "20231115",
                "sbasisloon": "1500.50",
            },
        ),
        "zelfstandige": ("SECMBUS", {"aanvsecm": "20210101", "eindsecm": _LAST, "secm": "13"}),
        "onderwijs_ingeschreven": ("ONDERWIJSINSCHRTAB", {"oplnr": "012345"}),
    }
    for name, (register, values) in rows.items():
        if name in has:
            tiny.add(register, **key, **values)
    if person.education_known and person.kind == "R":
        tiny.add("HOOGSTEOPLTAB", **key, oplnivsoi2021agg4hbmetnirwo=low)


def write_delivery(
    tiny: TinyDelivery, deliveries: Path, *, file_format: str = "parquet", version: int = 1, kind: str = "synthetic"
) -> Path:
    """Write the two deliveries (cbs, gemeenten) with their manifests; returns the folder of `cbs`."""
    municipal = ("SCHULDHULP", "VROEGSIGNALERING")
    parts = {"cbs": [name for name in FILES if name not in municipal], "gemeenten": list(municipal)}
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
    silent = [code for code in SUPPLYING if code not in present]
    return {"kind": "gemeenten", "gemeenten": list(SUPPLYING), "nothing_to_report": silent}


def _write_file(frame: pl.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        frame.write_parquet(path)
    elif path.suffix == ".csv":
        path.write_bytes(frame.write_csv(separator=";", line_terminator="\r\n").encode("cp1252"))
    else:
        import pyreadstat

        pyreadstat.write_sav(frame.fill_null("").to_pandas(), str(path))
