"""A household as the unit, through the real steps: neighbouring deliveries move every table by at most m sqrt(2K).

Neighbouring: the rows of the members of one household may be any others; here all go, one member goes, or all live elsewhere.
The personas read the rows of other members, so that losing one member changes what the others are counted in.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest

from pipelines.context import Context
from pipelines.errors import DeliveryError
from pipelines.indicators.collection import Indicators
from pipelines.indicators.households import homes_sql
from pipelines.indicators.patterns import build_patterns
from pipelines.indicators.table import build_person_words
from pipelines.personas.load import Personas
from pipelines.personas.spec import STATES, Persona
from pipelines.persons.build import build_persons
from pipelines.privacy.unit import Unit
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.registers.coverage import covered_gemeenten
from pipelines.registers.ingest import ingest
from pipelines.release.cells import Vector, exact_vectors, make_key_set
from pipelines.release.plan import TABLES
from pipelines.warehouse import Warehouse, open_warehouse
from tests.oracle import LongStates, cell_counts, first_k
from tests.oracle.deliveries import oracle_connection, random_delivery
from tests.oracle.personas import more_indicators, more_personas
from tests.oracle.truncation import Cell
from tests.surroundings import empty_surroundings
from tests.tiny import GEMEENTEN, PEILJAAR, Invented, TinyDelivery, deliver, write_delivery
from tests.tiny_people import MISSING

SCHEMA = f"y{PEILJAAR}"
PEOPLE = 150
BOUNDS = ((1, 3), (2, 2), (3, 1))
"""m and K."""
LEAVE = 5
"""Households of which somebody leaves, one after the other: each delivery is a neighbour of the one before."""


@dataclass(frozen=True)
class Kluis:
    """A kluis over a delivery, with personas over the rows of others among those it counts."""

    context: Context
    indicators: Indicators
    personas: tuple[Persona, ...]

    def build(self, warehouse: Warehouse) -> None:
        """The real steps after ingest, over the registers as they stand."""
        build_persons(warehouse, PEILJAAR)
        build_person_words(warehouse, self.indicators, load_catalogue(), PEILJAAR)

    def count(self, warehouse: Warehouse, members: int, bound: int) -> dict[str, Vector]:
        """The exact vectors of the tables of a plan with this m and K."""
        used = tuple(dict.fromkeys(name for persona in self.personas for name in persona.indicators))
        conditions = tuple(persona.conditions for persona in self.personas)
        build_patterns(warehouse, self.indicators, used, PEILJAAR, conditions, load_catalogue(), members)
        key_set = make_key_set(self.personas, self.indicators, covered_gemeenten(warehouse, SCHEMA), PEILJAAR)
        return exact_vectors(warehouse, key_set, self.personas, bound)


@pytest.fixture(scope="module")
def kluis(tmp_path_factory: pytest.TempPathFactory, indicators: Indicators, personas: Personas) -> Kluis:
    dice = random.Random(21)  # noqa: S311 - invented people, no secret
    known = more_indicators(indicators)
    every = more_personas(dice, personas, known, of_others=True)
    mixed = tuple(persona for persona in every if persona.id.startswith("verzonnen"))
    tiny = random_delivery(dice, PEOPLE, indicators)
    tiny.rows["GBAHUISHOUDENSBUS"] = list(one_home_each(dice, tiny))
    made = Kluis(empty_surroundings(tmp_path_factory.mktemp("households")), known, mixed)
    take_in(made.context, tiny)
    with open_warehouse(made.context.root, made.context.key()) as warehouse:
        made.build(warehouse)
    return made


def test_random_neighbours_move_no_table_further_than_the_bound(kluis: Kluis) -> None:
    dice = random.Random(22)  # noqa: S311 - invented people, no secret
    furthest = dict.fromkeys(BOUNDS, 0.0)
    with open_warehouse(kluis.context.root, kluis.context.key()) as warehouse:
        homes = households(warehouse)
        before = {(m, k): kluis.count(warehouse, m, k) for m, k in BOUNDS}
        for turn, home in enumerate(dice.sample([home for home in homes if len(home) > 2], LEAVE)):
            take_out(warehouse, [dice.choice(home)] if turn % 2 else home)
            kluis.build(warehouse)
            for m, k in BOUNDS:
                after = kluis.count(warehouse, m, k)
                for table in TABLES:
                    moved = int(((before[m, k][table] - after[table]) ** 2).sum())
                    assert moved <= Unit(m).l2_squared(k), f"{table} moves further than {m} sqrt(2 x {k})"
                    furthest[m, k] = max(furthest[m, k], moved / Unit(m).l2_squared(k))
                before[m, k] = after

    assert min(furthest.values()) > 0, "every bound was put to the test"


@pytest.mark.parametrize(("members", "bound"), [(1, 2), (2, 3)])
def test_the_first_members_of_a_household_who_count_are_counted(kluis: Kluis, members: int, bound: int) -> None:
    connection = oracle_connection(kluis.context)
    try:
        states = LongStates.read(connection, kluis.personas, kluis.indicators, load_catalogue(), PEILJAAR)
    finally:
        connection.close()
    with open_warehouse(kluis.context.root, kluis.context.key()) as warehouse:
        homes = households(warehouse)
        found = kluis.count(warehouse, members, bound)

    kept = first_members(states, homes, members)
    expected = cell_counts(first_k(kept, bound))
    inside = measured(kluis, expected)

    assert len(set(kept.person.tolist())) < len(set(states.person.tolist())), "some members fall outside the bound"
    assert int(found["land"].sum()) == sum(n for cell, n in expected.items() if cell in inside)


@pytest.mark.parametrize(("members", "bound"), [(1, 1), (3, 2)])
def test_the_constructed_worst_case_reaches_the_bound(
    tmp_path: Path, indicators: Indicators, personas: Personas, members: int, bound: int
) -> None:
    """A household of one member more than counts, in one cell for K personas, lives in another gemeente."""
    model = personas.by_id["dakloos-verslaafd-schulden"]
    same = tuple(model.model_copy(update={"id": f"persona-{number}"}) for number in range(bound + 1))
    kluis = Kluis(empty_surroundings(tmp_path), indicators, same)
    home = [Invented(710_000_000 + number, GEMEENTEN[0], MISSING) for number in range(members + 1)]
    take_in(kluis.context, in_one_household(deliver(home)))

    with open_warehouse(kluis.context.root, kluis.context.key()) as warehouse:
        kluis.build(warehouse)
        here = kluis.count(warehouse, members, bound)
        warehouse.run(
            f"UPDATE {SCHEMA}.gbaadresobjectbus SET object_id = "
            f"(SELECT min(object_id) FROM {SCHEMA}.nietvslgwbtab WHERE gem = {int(GEMEENTEN[1][2:])} AND soortobjectnummer = 'B')",
            step="everybody moves to another gemeente",
        )
        kluis.build(warehouse)
        there = kluis.count(warehouse, members, bound)

    assert int(((here["gemeente"] - there["gemeente"]) ** 2).sum()) == Unit(members).l2_squared(bound)
    assert set(np.unique(here["gemeente"])) == {0, members}


def test_who_is_in_two_households_is_refused(tmp_path: Path, indicators: Indicators, personas: Personas) -> None:
    persona = personas.by_id["dakloos-verslaafd-schulden"]
    kluis = Kluis(empty_surroundings(tmp_path), indicators, (persona,))
    tiny = deliver([Invented(710_000_000, GEMEENTEN[0], MISSING)])
    tiny.rows["GBAHUISHOUDENSBUS"].append(
        {**tiny.rows["GBAHUISHOUDENSBUS"][0], "huishoudnr": "ANDERS", "datumaanvanghh": "20200101"}
    )
    take_in(kluis.context, tiny)

    with open_warehouse(kluis.context.root, kluis.context.key()) as warehouse:
        kluis.build(warehouse)
        with pytest.raises(DeliveryError, match="two households"):
            kluis.count(warehouse, 2, 1)


def take_in(context: Context, tiny: TinyDelivery) -> None:
    write_delivery(tiny, context.root.deliveries(PEILJAAR))
    ingest(context.root, context.key(), load_catalogue(), PEILJAAR)


def one_home_each(dice: random.Random, tiny: TinyDelivery) -> Iterator[dict[str, str | None]]:
    """The household spells without those that overlap on the peildatum, and larger households of those that are left."""
    taken: set[tuple[str | None, str | None]] = set()
    last: dict[str, str | None] = {}
    for row in tiny.rows["GBAHUISHOUDENSBUS"]:
        key = (row["rinpersoons"], row["rinpersoon"])
        if row["datumeindehh"] != "20231231" or key in taken:
            continue
        taken.add(key)
        if last and dice.random() < 0.6:
            row |= {name: last[name] for name in ("huishoudnr", "datumaanvanghh")}
        last = row
        yield row


def in_one_household(tiny: TinyDelivery) -> TinyDelivery:
    for row in tiny.rows["GBAHUISHOUDENSBUS"]:
        row["huishoudnr"] = "SAMEN"
    return tiny


def households(warehouse: Warehouse) -> list[list[int]]:
    """The members of every household on the peildatum."""
    rows = warehouse.rows(
        f"SELECT huishoudnr, datumaanvanghh, person FROM ({homes_sql(SCHEMA, PEILJAAR)}) JOIN {SCHEMA}.persons USING (person) "
        "WHERE huishoudnr IS NOT NULL ORDER BY ALL",
        step="households",
    )
    return [[person for *_, person in members] for _, members in groupby(rows, key=lambda row: row[:2])]


def take_out(warehouse: Warehouse, people: Iterable[int]) -> None:
    """Every row of these people, from every register."""
    numbers = ", ".join(map(str, people))
    for register in load_catalogue().registers.values():
        if register.has_persons and warehouse.has_table(SCHEMA, register.table):
            warehouse.run(f"DELETE FROM {SCHEMA}.{register.table} WHERE person IN ({numbers})", step="take out")


def first_members(states: LongStates, homes: list[list[int]], members: int) -> LongStates:
    """Per household the first members, by number, who are in any persona; who is in no household is one alone."""
    counting = set(states.person.tolist())
    apart = {person for home in homes for person in [each for each in sorted(home) if each in counting][members:]}
    return states.take(np.array([person not in apart for person in states.person.tolist()]))


def measured(kluis: Kluis, cells: Iterable[Cell]) -> set[Cell]:
    """Of these cells those with a place in the key set: age, sex and gemeente known, and the voorziening covered there."""
    with open_warehouse(kluis.context.root, kluis.context.key(), read_only=True) as warehouse:
        coverage = covered_gemeenten(warehouse, SCHEMA)
    blocks = make_key_set(kluis.personas, kluis.indicators, coverage, PEILJAAR).blocks
    places = {(block.persona.id, block.state): set(block.gemeenten) for block in blocks}
    return {
        cell
        for cell in cells
        if cell[1] >= 0
        and cell[2] > 0
        and f"GM{cell[0]:04d}" in places.get((kluis.personas[cell[3]].id, STATES[cell[4]]), ())
    }
