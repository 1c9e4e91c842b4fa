"""Rows bent until every awkward case is among them: on the bounds of a rule, empty, contradicting, or in no list.

What belongs here: what is done to the rows of a delivery. What does not: who is in it (`deliveries.py`), and what any
row means (`states.py`).
"""

import random

from pipelines.registers.catalogue_model import load_catalogue
from tests.tiny import GEMEENTEN, SUPPLYING, Invented, TinyDelivery, object_key
from tests.tiny_rows import LAST

DAYS = (
    "20151231", "20220929", "20220930", "20221001", "20221231", "20230101", "20230331", "20230401", "20230429",
    "20230430", "20230501", "20230630", "20230701", "20230930", "20231001", "20231130", "20231201", "20231230",
    "20231231",
)  # fmt: skip
"""On and beside every bound that a rule can have."""

_SPELLS: dict[str, tuple[str, str, dict[str, tuple[str | None, ...]], str]] = {
    "BIJSTANDPERSOONBUS": (
        "aanvbijstand",
        "eindbijstand",
        {"bijstandsoort": ("01", "02", "13", "14", "18", None)},
        "20231231",
    ),
    "AOTOTPERSOONBUS": ("aanvaotot", "eindaotot", {"aototwet": ("1", "3", "5", None)}, "20231231"),
    "SPOLISBUS": (
        "sdatumaanvangiko",
        "sdatumeindeiko",
        {"ikvid": ("K1",), "sbasisloon": ("1.5", "1500.5", "0.1", None)},
        "20231231",
    ),
    "SECMBUS": ("aanvsecm", "eindsecm", {"secm": ("11", "13", "22", None)}, "20231231"),
    "WWPERSOONBUS": ("aanvww", "eindww", {}, "20231231"),
    "WMOBUS": ("wmodatumaanvang", "wmodatumeinde", {"typearrangement": ("1", "3", "4", None)}, "88888888"),
    "WSNPPERSBUS": ("wsnpdatumtoelaat", "wsnpdatumbeein", {}, "88888888"),
    "SCHULDHULP": ("begindatum", "einddatum", {"trajectsoort": ("S", "B", "A", None)}, "88888888"),
    "JGDHULPBUS": (
        "jgdhgeldigheidbegindatum",
        "jgdhgeldigheideinddatum",
        {"jgdhhulpvorm": ("11", "14", "23", "24", None)},
        "88888888",
    ),
    "THUISZITTERS": (
        "begindatum",
        "einddatum",
        {"verzuimsoort": ("A", "R", "V", None), "arrangement": ("0", "1", None)},
        "88888888",
    ),
    "URGENTIE": ("begindatum", "einddatum", {"urgentiegrond": ("U", "M", None)}, "88888888"),
    "GBAHUISHOUDENSBUS": (
        "datumaanvanghh",
        "datumeindehh",
        {"plhh": ("1", "2", "6", "7", None), "typhh": ("1",), "huishoudnr": ("H1",), "aantalpershh": ("1",)},
        "20231231",
    ),
}
"""Register -> begin, end, the codes to draw from (None is missing), and the text of a spell that still runs."""

_RECORDS: dict[str, dict[str, tuple[str | None, ...]]] = {
    "MEDICIJNTAB": {"atc4": ("C07A", "N05B", None)},
    "GGZZPMPRESTATIETAB": {"zpmdiagnose": ("BG09", "SG04", None)},
    "INDICWLZTAB": {"wlzgrondslag": ("SOM", None)},
    "SLOTAB": {"slodelict": ("V", None)},
    "MSZPRESTATIESVEKTTAB": {"mszdiagnosegroep": ("DIA", None)},
    "VERDTAB": {"verdvolgnummer": ("3", "4", None)},
}
"""Registers of records -> other values than the ones that people are given, now and then none."""


def bend_rows(dice: random.Random, tiny: TinyDelivery, people: list[Invented]) -> None:
    """Bend who lives where and with whom, and add spells and records that no rule was written for."""
    _bend_population(dice, tiny)
    _add_spells(dice, tiny, people)
    _add_records(dice, tiny, people)


def _bend_population(dice: random.Random, tiny: TinyDelivery) -> None:
    """No household, no birth year, an institution, an object in no list, an address that ended, another that began."""
    for row in tiny.rows["GBAPERSOONTAB"]:
        if dice.random() < 0.03:
            row["gbageboortejaar"] = "----"
    for row in tiny.rows["GBAADRESOBJECTBUS"]:
        fate = dice.random()
        if fate < 0.03:
            row["rinobjectnummer"] = "9" * 32
        elif fate < 0.06:
            row |= {"soortobjectnummer": "I", "rinobjectnummer": object_key(dice.randrange(len(GEMEENTEN)), 999)}
        elif fate < 0.08:
            row["gbadatumeindeadreshouding"] = "20231230"
    households = [row for row in tiny.rows["GBAHUISHOUDENSBUS"] if dice.random() > 0.03]
    present = [row for row in households if row["datumeindehh"] == LAST]
    for row, other in zip(present[::3], present[1::3], strict=False):
        # Two of three live together; now and then the household is not the same after all, or not known.
        row["huishoudnr"], row["datumaanvanghh"] = other["huishoudnr"], other["datumaanvanghh"]
        fate = dice.random()
        if fate < 0.1:
            row["datumaanvanghh"] = "20150102"
        elif fate < 0.2:
            row["huishoudnr"] = None
    tiny.rows["GBAHUISHOUDENSBUS"] = households


def _add_spells(dice: random.Random, tiny: TinyDelivery, people: list[Invented]) -> None:
    """Extra spells that begin and end on the bounds of rules; municipal ones also of who lives elsewhere now."""
    for register, (begin, end, codes, still) in _SPELLS.items():
        supplier = load_catalogue().register(register).supplier_gemeente
        taken = {(row["rinpersoons"], row["rinpersoon"], row[begin]) for row in tiny.rows.get(register, [])}
        for person in people:
            for turn in range(dice.choice((0, 0, 0, 0, 1, 2))):
                first, last = sorted(dice.choices(DAYS, k=2))
                key = (person.kind, f"{person.rin:09d}", first)
                if key in taken:
                    continue
                taken.add(key)
                values: dict[str, str | None] = {begin: first, end: still if dice.random() < 0.2 else last}
                values |= {column: dice.choice(allowed) for column, allowed in codes.items()}
                if supplier is not None:
                    values[supplier] = dice.choice(SUPPLYING)[2:]
                if register == "WMOBUS":
                    values["wmotoewijzingsnummer"] = f"X{person.rin}{turn}"
                tiny.add(register, rinpersoons=person.kind, rinpersoon=key[1], **values)


def _add_records(dice: random.Random, tiny: TinyDelivery, people: list[Invented]) -> None:
    """Records with other codes than any rule asks for or none at all, missing amounts, and moves of every kind."""
    flags = ("smalle_def_problematische_schulden_20231231", "smalle_def_problematische_schulden_hh_20231231")
    debtors = {(row["rinpersoons"], row["rinpersoon"]) for row in tiny.rows.get("SCHULDENPROBLEMATIEK", [])}
    for row in tiny.rows.get("HOOGSTEOPLTAB", []):
        if dice.random() < 0.1:
            row["oplnivsoi2021agg4hbmetnirwo"] = dice.choice(("9999", "----", None))
    for register in ("INPATAB", "VEHTAB", "ZVWZORGKOSTENTAB", "AOWUITKERING1ATAB"):
        for row in tiny.rows.get(register, []):
            if dice.random() < 0.1:
                row |= dict.fromkeys([name for name in row if not name.startswith("rinpersoon")][-1:])
    for person in people:
        key = {"rinpersoons": person.kind, "rinpersoon": f"{person.rin:09d}"}
        for register, values in _RECORDS.items():
            if dice.random() < 0.1:
                tiny.add(register, **key, **{column: dice.choice(found) for column, found in values.items()})
        if dice.random() < 0.1 and (person.kind, key["rinpersoon"]) not in debtors:
            tiny.add("SCHULDENPROBLEMATIEK", **key, **{flags[0]: dice.choice(("0", None)), flags[1]: "1"})
        if dice.random() < 0.05:
            tiny.add(
                "VROEGSIGNALERING",
                **key,
                signaaldatum="20230101",
                signaalsoort="E",
                gemeente=dice.choice(SUPPLYING)[2:],
            )
    _bend_moves(dice, tiny)


def _bend_moves(dice: random.Random, tiny: TinyDelivery) -> None:
    """Addresses of long ago that are forgotten, so that the next one is the first; others that were left earlier."""
    rows = tiny.rows["GBAADRESOBJECTBUS"]
    kept = [row for row in rows if row["gbadatumeindeadreshouding"] == LAST or dice.random() > 0.2]
    taken = {(row["rinpersoon"], row["gbadatumaanvangadreshouding"]) for row in kept}
    for row in list(kept):
        begin = dice.choice(DAYS[:-2])
        if dice.random() < 0.2 and row["gbadatumaanvangadreshouding"] > begin:
            earlier = {**row, "gbadatumaanvangadreshouding": begin, "gbadatumeindeadreshouding": begin}
            if dice.random() < 0.5:
                earlier |= _object_elsewhere(dice)
            if (row["rinpersoon"], begin) not in taken:
                taken.add((row["rinpersoon"], begin))
                kept.append(earlier)
    for row in kept:
        if row["gbadatumeindeadreshouding"] != LAST and dice.random() < 0.3:
            row |= _object_elsewhere(dice)
    tiny.rows["GBAADRESOBJECTBUS"] = kept


def _object_elsewhere(dice: random.Random) -> dict[str, str]:
    """An object in any of the gemeenten, delivering or not; now and then in no list."""
    key = "8" * 32 if dice.random() < 0.1 else object_key(dice.randrange(len(GEMEENTEN)), dice.randrange(400))
    return {"soortobjectnummer": "D", "rinobjectnummer": key}
