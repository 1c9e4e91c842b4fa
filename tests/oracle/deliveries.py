"""Random small deliveries with every awkward case, and the kluis built from one.

What belongs here: who is invented, and the steps that take them in. What does not: how their rows are bent
(`bent_rows.py`), and what any row means (`states.py`).
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
from tests.oracle.bent_rows import bend_rows
from tests.tiny import (
    GEMEENTEN,
    PEILJAAR,
    SUPPLYING,
    Invented,
    TinyDelivery,
    deliver,
    place_of,
    specs,
    write_delivery,
)
from tests.tiny_people import municipal_registers

RARE = frozenset({"thuiswonend_kind", "baan_laatste_drie_maanden", "zelfstandige", "ao_uitkering", "bijstand"})
"""Facts that end most personas: given less often, so that enough people are left to count."""

AGES = (0, 4, 12, 13, 14, 15, 17, 18, 24, 25, 26, 27, 44, 45, 64, 65, 66, 67, 99)


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
    """A delivery of random people, with bent rows; `outside` more of whom are under a number outside the BRP, some of
    them under the digits of somebody in it."""
    people = random_people(dice, number, indicators)
    for person in random_people(dice, outside, indicators):
        shift = 0 if dice.random() < 0.1 else 1_000_000
        people.append(replace(person, rin=person.rin + shift, kind=dice.choice("SF")))
    tiny = deliver(people)
    bend_rows(dice, tiny, people)
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
