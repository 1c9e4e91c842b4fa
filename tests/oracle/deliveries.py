"""Random small deliveries with every awkward case, and the kluis built from one.

What belongs here: who is invented, and how their rows are bent. What does not: what any row means (`states.py`).
"""

import random
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

import duckdb

from pipelines.context import Context
from pipelines.indicators.collection import Indicators
from pipelines.indicators.patterns import build_patterns
from pipelines.indicators.table import build_person_words
from pipelines.personas.load import load_personas
from pipelines.personas.spec import Example
from pipelines.persons.build import build_persons
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.registers.ingest import ingest
from pipelines.warehouse import open_warehouse
from tests.tiny import (
    GEMEENTEN,
    PEILJAAR,
    SUPPLYING,
    Invented,
    TinyDelivery,
    deliver,
    object_key,
    place_of,
    specs,
    write_delivery,
)
from tests.tiny_people import municipal_registers
from tests.tiny_rows import LAST

RARE = frozenset({"thuiswonend_kind", "baan_laatste_drie_maanden", "zelfstandige", "ao_uitkering", "bijstand"})
"""Facts that end most personas: given less often, so that enough people are left to count."""

AGES = (0, 4, 12, 13, 14, 15, 17, 18, 24, 25, 26, 27, 44, 45, 64, 65, 66, 67, 99)
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


def random_people(dice: random.Random, number: int, indicators: Indicators) -> list[Invented]:
    """People with random subsets of the base indicators, some with nearly all; every second made of an example of a
    persona with a fact or two more, so that every state of every persona is filled."""
    ages = {i.id for i in indicators.base if i.rule.person and i.rule.person.age}
    facts = [i.id for i in indicators.base if i.id not in ages]
    hidden = [i.id for i in indicators.base if i.source and load_catalogue().register(i.source).absence == "onbekend"]
    municipal = {i.id for i in indicators.base if i.source in municipal_registers()}
    people: list[Invented] = []
    for rin in range(100_000_001, 100_000_001 + number):
        share = dice.choice((0.2, 0.6, 0.9))
        has = {fact for fact in facts if dice.random() < (share / 6 if fact in RARE else share)}
        unknown = {fact for fact in hidden if dice.random() < 0.15}
        gemeente, age = dice.choice(GEMEENTEN), dice.choice(AGES)
        if rin % 2:
            example = _examples()[rin // 2 % len(_examples())]
            has = {*example.has, *dice.choices(facts, k=dice.choice((0, 0, 1, 2)))}
            unknown = set(example.unknown)
            gemeente = place_of(unknown)
        if gemeente not in SUPPLYING:
            has -= municipal
        people.append(
            Invented(
                rin=rin,
                gemeente=gemeente,
                has=frozenset(has),
                # The age of an example follows from its facts.
                age=None if rin % 2 else age,
                sex=dice.choice(("1", "2", "1", "2", "1", "2", "-")),
                kind="S" if dice.random() < 0.03 else "R",
                unknown=frozenset(unknown),
            )
        )
    return people


@cache
def _examples() -> tuple[Example, ...]:
    """The examples of all personas; those who miss or have the voorziening, or of whom it is unknown."""
    folder = Path(__file__).resolve().parents[2] / "persona_specs" / "personas"
    found = load_personas(folder, specs()).by_id.values()
    return tuple(example for persona in found for example in persona.examples if example.lands_in != "not_counted")


def random_delivery(dice: random.Random, number: int, indicators: Indicators, outside: int = 0) -> TinyDelivery:
    """A delivery of random people, with bent rows: see `_bend_population` and `_add_spells`; `outside` more of whom are
    under a number outside the BRP, some of them under the digits of somebody in it."""
    people = random_people(dice, number, indicators)
    for person in random_people(dice, outside, indicators):
        shift = 0 if dice.random() < 0.1 else 1_000_000
        people.append(replace(person, rin=person.rin + shift, kind=dice.choice("SF")))
    tiny = deliver(people)
    _bend_population(dice, tiny)
    _add_spells(dice, tiny, people)
    _add_records(dice, tiny, people)
    return tiny


FEW = 150
"""People at once: so few that the words are built in several ranges."""


def build_kluis(
    context: Context,
    tiny: TinyDelivery,
    indicators: Indicators,
    used: Iterable[str] | None = None,
    combinations: tuple[tuple[str, ...], ...] = (),
) -> None:
    """Write the delivery and run the real steps: ingest, persons, indicators, patterns over the `used` names (of the
    people who can still be counted for one of the `combinations`)."""
    write_delivery(tiny, context.root.deliveries(PEILJAAR))
    ingest(context.root, context.key(), load_catalogue(), PEILJAAR)
    with open_warehouse(context.root, context.key(), memory=context.memory) as warehouse:
        build_persons(warehouse, PEILJAAR)
        build_person_words(warehouse, indicators, load_catalogue(), PEILJAAR, people_at_once=FEW)
        names = tuple(used or indicators.by_id)
        build_patterns(warehouse, indicators, names, PEILJAAR, combinations, load_catalogue())


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


def without(tiny: TinyDelivery, rin: int, kind: str = "") -> TinyDelivery:
    """The same delivery without any row of one RIN: all kinds of key with these digits, or only one kind."""
    gone = f"{rin:09d}"

    def theirs(row: dict[str, str | None]) -> bool:
        keys = ((row.get("rinpersoons"), row.get("rinpersoon")), (row.get("rinpersoonshkw"), row.get("rinpersoonhkw")))
        return any(number == gone and kind in ("", of_kind) for of_kind, number in keys)

    return TinyDelivery({name: [row for row in rows if not theirs(row)] for name, rows in tiny.rows.items()})


def outsiders(tiny: TinyDelivery) -> set[tuple[str, int]]:
    """Kind and number of every key outside the BRP that a row is under."""
    keys = (
        (row.get("rinpersoons") or row.get("rinpersoonshkw"), row.get("rinpersoon") or row.get("rinpersoonhkw"))
        for rows in tiny.rows.values()
        for row in rows
    )
    return {(kind, int(number)) for kind, number in keys if kind not in (None, "R") and number}


def oracle_connection(context: Context) -> "duckdb.DuckDBPyConnection":
    """A read-only connection to the warehouse, for the oracle; close it."""
    from pipelines.warehouse import connect

    return connect(context.root, context.key(), read_only=True, memory=context.memory)
