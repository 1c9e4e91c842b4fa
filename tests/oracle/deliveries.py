"""Random small deliveries with every awkward case, and the kluis built from one.

What belongs here: who is invented, and how their rows are bent. What does not: what any row means (`states.py`).
"""

import random
from collections.abc import Iterable

import duckdb

from pipelines.context import Context
from pipelines.indicators.collection import Indicators
from pipelines.indicators.patterns import build_patterns
from pipelines.indicators.table import build_person_words
from pipelines.persons.build import build_persons
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.registers.ingest import ingest
from pipelines.warehouse import open_warehouse
from tests.tiny import GEMEENTEN, PEILJAAR, SUPPLYING, Invented, TinyDelivery, deliver, object_key, write_delivery

MUNICIPAL = frozenset({"schuldregeling_minnelijk", "vroegsignaal", "wmo_maatwerk"})
RARE = frozenset({"thuiswonend_kind", "baan_laatste_drie_maanden", "zelfstandige"})
"""Facts that end most personas: given less often, so that enough people are left to count."""

AGES = (0, 14, 15, 17, 18, 24, 25, 26, 27, 44, 45, 64, 65, 66, 67, 99)
DAYS = (
    "20151231", "20220929", "20220930", "20221001", "20221231", "20230101", "20230331", "20230401", "20230429",
    "20230430", "20230501", "20230630", "20230701", "20230930", "20231001", "20231130", "20231201", "20231230",
    "20231231",
)  # fmt: skip
"""On and beside every bound that a rule can have."""

_SPELLS: dict[str, tuple[str, str, dict[str, tuple[str, ...]], str]] = {
    "BIJSTANDPERSOONBUS": ("aanvbijstand", "eindbijstand", {"bijstandsoort": ("01", "02", "14", "18")}, "20231231"),
    "AOTOTPERSOONBUS": ("aanvaotot", "eindaotot", {"aototwet": ("1", "3", "5")}, "20231231"),
    "SPOLISBUS": ("sdatumaanvangiko", "sdatumeindeiko", {"ikvid": ("K1",), "sbasisloon": ("1.5",)}, "20231231"),
    "SECMBUS": ("aanvsecm", "eindsecm", {"secm": ("11", "13", "22")}, "20231231"),
    "WMOBUS": ("wmodatumaanvang", "wmodatumeinde", {"typearrangement": ("1", "4")}, "88888888"),
    "WSNPPERSBUS": ("wsnpdatumtoelaat", "wsnpdatumbeein", {}, "88888888"),
    "SCHULDHULP": ("begindatum", "einddatum", {"trajectsoort": ("S", "B", "A")}, "88888888"),
}
"""Register -> begin, end, the codes to draw from, and the text of a spell that still runs."""

_SUPPLIER = {"WMOBUS": "wmogemeente", "SCHULDHULP": "gemeente", "VROEGSIGNALERING": "gemeente"}


def random_people(dice: random.Random, number: int, indicators: Indicators) -> list[Invented]:
    """People with random subsets of the base indicators that the tiny delivery can make; some with nearly all."""
    facts = [indicator.id for indicator in indicators.base]
    people: list[Invented] = []
    for rin in range(100_000_001, 100_000_001 + number):
        gemeente = dice.choice(GEMEENTEN)
        share = dice.choice((0.2, 0.6, 0.9))
        has = {fact for fact in facts if dice.random() < (share / 6 if fact in RARE else share)}
        if gemeente not in SUPPLYING:
            has -= MUNICIPAL
        people.append(
            Invented(
                rin=rin,
                gemeente=gemeente,
                has=frozenset(has),
                age=dice.choice(AGES) if dice.random() < 0.2 else None,
                sex=dice.choice(("1", "2", "1", "2", "1", "2", "-")),
                kind="S" if dice.random() < 0.03 else "R",
                education_known=dice.random() < 0.7,
            )
        )
    return people


def random_delivery(dice: random.Random, number: int, indicators: Indicators) -> TinyDelivery:
    """A delivery of random people, with bent rows: see `_bend_population` and `_add_spells`."""
    people = random_people(dice, number, indicators)
    tiny = deliver(people)
    _bend_population(dice, tiny)
    _add_spells(dice, tiny, people)
    _add_records(dice, tiny, people)
    return tiny


def build_kluis(
    context: Context, tiny: TinyDelivery, indicators: Indicators, used: Iterable[str] | None = None
) -> None:
    """Write the delivery and run the real steps: ingest, persons, indicators, patterns over the `used` names."""
    write_delivery(tiny, context.root.deliveries(PEILJAAR))
    ingest(context.root, context.key(), load_catalogue(), PEILJAAR)
    with open_warehouse(context.root, context.key(), memory=context.memory) as warehouse:
        build_persons(warehouse, PEILJAAR)
        build_person_words(warehouse, indicators, load_catalogue(), PEILJAAR)
        build_patterns(warehouse, indicators, tuple(used or indicators.by_id), PEILJAAR)


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
    tiny.rows["GBAHUISHOUDENSBUS"] = [row for row in tiny.rows["GBAHUISHOUDENSBUS"] if dice.random() > 0.03]


def _add_spells(dice: random.Random, tiny: TinyDelivery, people: list[Invented]) -> None:
    """Extra spells that begin and end on the bounds of rules; municipal ones also of who lives elsewhere now."""
    for register, (begin, end, codes, still) in _SPELLS.items():
        taken = {(row["rinpersoon"], row[begin]) for row in tiny.rows.get(register, [])}
        for person in people:
            for turn in range(dice.choice((0, 0, 0, 1, 2))):
                first, last = sorted(dice.choices(DAYS, k=2))
                key = (f"{person.rin:09d}", first)
                if key in taken:
                    continue
                taken.add(key)
                values = {begin: first, end: still if dice.random() < 0.2 else last}
                values |= {column: dice.choice(allowed) for column, allowed in codes.items()}
                if register in _SUPPLIER:
                    values[_SUPPLIER[register]] = dice.choice(SUPPLYING)[2:]
                if register == "WMOBUS":
                    values["wmotoewijzingsnummer"] = f"X{person.rin}{turn}"
                tiny.add(register, rinpersoons=person.kind, rinpersoon=key[0], **values)


def _add_records(dice: random.Random, tiny: TinyDelivery, people: list[Invented]) -> None:
    """Records with other codes than any rule asks for, an unknown level, and signals from another gemeente."""
    flags = ("smalle_def_problematische_schulden_20231231", "smalle_def_problematische_schulden_hh_20231231")
    debtors = {row["rinpersoon"] for row in tiny.rows.get("SCHULDENPROBLEMATIEK", [])}
    for row in tiny.rows.get("HOOGSTEOPLTAB", []):
        if dice.random() < 0.1:
            row["oplnivsoi2021agg4hbmetnirwo"] = dice.choice(("9999", "----"))
    for person in people:
        key = {"rinpersoons": person.kind, "rinpersoon": f"{person.rin:09d}"}
        if dice.random() < 0.1:
            tiny.add("MEDICIJNTAB", **key, atc4="C07A")
            tiny.add("GGZZPMPRESTATIETAB", **key, zpmdiagnose="BG01")
        if dice.random() < 0.1 and key["rinpersoon"] not in debtors:
            tiny.add("SCHULDENPROBLEMATIEK", **key, **{flags[0]: "0", flags[1]: "1"})
        if dice.random() < 0.05:
            tiny.add(
                "VROEGSIGNALERING",
                **key,
                signaaldatum="20230101",
                signaalsoort="E",
                gemeente=dice.choice(SUPPLYING)[2:],
            )


def without(tiny: TinyDelivery, rin: int) -> TinyDelivery:
    """The same delivery without any row of one RIN."""
    gone = f"{rin:09d}"
    return TinyDelivery(
        {name: [row for row in rows if row.get("rinpersoon") != gone] for name, rows in tiny.rows.items()}
    )


def oracle_connection(context: Context) -> "duckdb.DuckDBPyConnection":
    """A read-only connection to the warehouse, for the oracle; close it."""
    from pipelines.warehouse import connect

    return connect(context.root, context.key(), read_only=True, memory=context.memory)
