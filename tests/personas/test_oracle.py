"""The compiled pipeline against the naive oracle: person by person, cell by cell, before and after the bound."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pytest

from pipelines.context import Context
from pipelines.indicators.collection import Indicators
from pipelines.indicators.load import load_indicators
from pipelines.personas.compiler import STATE_CODES, cell_column, counts_sql, state_sql
from pipelines.personas.load import load_personas
from pipelines.personas.spec import STATES, Persona
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.registers.coverage import covered_gemeenten
from pipelines.release.cells import exact_vectors, make_key_set
from pipelines.warehouse import open_warehouse
from tests.conftest import CHECKOUT
from tests.oracle import LongStates, cell_counts, first_k
from tests.oracle.answers import differing
from tests.oracle.deliveries import build_kluis, oracle_connection, random_delivery
from tests.oracle.personas import more_indicators, more_personas
from tests.oracle.states import oracle_facts_sql
from tests.oracle.tables import oracle_tables
from tests.oracle.truncation import Cell
from tests.surroundings import empty_surroundings
from tests.tiny import PEILJAAR

PEOPLE = 700
SCHEMA = f"y{PEILJAAR}"


@dataclass(frozen=True)
class Kluis:
    """A built kluis, and the oracle's word on everybody in it."""

    context: Context
    indicators: Indicators
    personas: tuple[Persona, ...]
    oracle: LongStates
    everyone: int


@pytest.fixture(scope="module", params=[11, 12])
def kluis(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Kluis:
    dice = random.Random(request.param)  # noqa: S311 - invented people, no secret
    context = empty_surroundings(tmp_path_factory.mktemp("oracle"))
    specs = load_indicators(CHECKOUT / "persona_specs" / "indicators", load_catalogue())
    personas = load_personas(CHECKOUT / "persona_specs" / "personas", specs)
    indicators = more_indicators(specs)
    mixed = more_personas(dice, personas, indicators, of_others=True)
    used = tuple(dict.fromkeys(name for persona in mixed for name in persona.indicators))
    build_kluis(context, random_delivery(dice, PEOPLE, specs), indicators, used, tuple(p.conditions for p in mixed))
    connection = oracle_connection(context)
    try:
        oracle = LongStates.read(connection, mixed, indicators, load_catalogue(), PEILJAAR)
        ((everyone,),) = connection.execute(f"SELECT count(*) FROM {SCHEMA}.persons").fetchall()
    finally:
        connection.close()
    return Kluis(context, indicators, mixed, oracle, everyone)


@pytest.fixture
def connection(kluis: Kluis) -> Iterator[duckdb.DuckDBPyConnection]:
    found = oracle_connection(kluis.context)
    yield found
    found.close()


def test_the_random_people_fill_every_state_and_many_personas_at_once(kluis: Kluis) -> None:
    """Otherwise the tests below could not fail."""
    counted = set(zip(kluis.oracle.persona.tolist(), kluis.oracle.state.tolist(), strict=True))
    real = [place for place, persona in enumerate(kluis.personas) if not persona.id.startswith("verzonnen")]

    assert {(place, state) for place in real for state in range(len(STATES))} <= counted
    assert len(first_k(kluis.oracle, 3).person) < len(kluis.oracle.person), "the bound is felt"
    assert kluis.everyone < PEOPLE, "some are not in the BRP on the peildatum"


def test_every_indicator_says_of_everyone_what_the_naive_query_says(
    kluis: Kluis, connection: duckdb.DuckDBPyConnection
) -> None:
    names = tuple(kluis.indicators.by_id)
    compiled = connection.execute(f"SELECT person, {', '.join(names)} FROM {SCHEMA}.person_indicators").fetchall()
    sql = oracle_facts_sql(names, kluis.indicators, load_catalogue(), PEILJAAR)
    naive = {person: values for person, *values in connection.execute(sql).fetchall()}

    assert len(compiled) == len(naive) == kluis.everyone
    assert sorted(differing(names, compiled, naive)) == []
    # Otherwise this test could not fail. A record of any kind in a register that does not know everybody is never "no".
    told_apart = {name for number, name in enumerate(names) if {True, False} <= {row[number] for row in naive.values()}}
    assert set(names) - told_apart == {"niveau_op_record"}


def test_everyone_is_in_the_state_that_the_naive_query_finds(
    kluis: Kluis, connection: duckdb.DuckDBPyConnection
) -> None:
    for place, persona in enumerate(kluis.personas):
        rows = connection.execute(f"SELECT person, {state_sql(persona)} FROM {SCHEMA}.person_indicators").fetchall()
        compiled = {person: code for person, code in rows if code is not None}
        mine = kluis.oracle.take(kluis.oracle.persona == place)
        naive = {
            person: STATE_CODES[STATES[state]]
            for person, state in zip(mine.person.tolist(), mine.state.tolist(), strict=True)
        }

        differing = [person for person in {*compiled, *naive} if compiled.get(person) != naive.get(person)]
        assert not differing, f"{persona.id}: invented people in another state"


@pytest.mark.parametrize("contributions", [1, 2, 3, 100])
def test_the_pattern_table_counts_what_the_oracle_counts(
    kluis: Kluis, connection: duckdb.DuckDBPyConnection, contributions: int
) -> None:
    compiled = pattern_cells(connection, kluis.personas, contributions)

    naive = cell_counts(first_k(kluis.oracle, contributions))

    differing = {cell for cell in {*compiled, *naive} if compiled.get(cell) != naive.get(cell)}
    assert not differing, "cells (gemeente, leeftijdsgroep, geslacht, persona, state) with other counts"


@pytest.mark.parametrize("contributions", [1, 2, 3])
def test_the_measured_tables_hold_the_people_of_the_oracle(kluis: Kluis, contributions: int) -> None:
    with open_warehouse(kluis.context.root, kluis.context.key(), read_only=True) as warehouse:
        coverage = covered_gemeenten(warehouse, SCHEMA)
        key_set = make_key_set(kluis.personas, kluis.indicators, coverage, PEILJAAR)
        vectors = exact_vectors(warehouse, key_set, kluis.personas, contributions)

    cells = cell_counts(first_k(kluis.oracle, contributions))
    naive = oracle_tables(cells, key_set, tuple(persona.id for persona in kluis.personas))

    differing = [name for name, vector in vectors.items() if vector.tolist() != naive[name]]
    assert not differing, f"tables with other counts: {differing}"
    assert set(vectors) == set(naive)


def pattern_cells(
    connection: duckdb.DuckDBPyConnection, personas: tuple[Persona, ...], contributions: int
) -> dict[Cell, int]:
    """The counts of the compiled query, laid out as the oracle's."""
    frame = connection.execute(counts_sql(personas, contributions, f"{SCHEMA}.pattern_indicators"))
    names = [column[0] for column in frame.description or []]
    found: dict[Cell, int] = {}
    for values in frame.fetchall():
        row = dict(zip(names, values, strict=True))
        band = -1 if row["leeftijdsgroep"] is None else row["leeftijdsgroep"]
        for place, persona in enumerate(personas):
            for number, state in enumerate(STATES):
                people = row[cell_column(persona, state)]
                if people:
                    cell = (row["gemeente"], band, row["geslacht"], place, number)
                    found[cell] = found.get(cell, 0) + people
    return found
