"""Numbers outside the BRP: the compiled stratum against the naive oracle, and its cells."""

import random
from collections.abc import Iterator

import duckdb
import pytest

from pipelines.context import Context
from pipelines.indicators.collection import Indicators
from pipelines.personas.compiler import STATE_CODES, state_sql
from pipelines.personas.load import Personas
from pipelines.personas.spec import STATES, Persona
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.release.outside import outside_vector
from pipelines.warehouse import open_warehouse
from tests.oracle import LongStates, first_k, totals
from tests.oracle.answers import differing
from tests.oracle.deliveries import build_kluis, oracle_connection, outsiders, random_delivery
from tests.oracle.personas import more_indicators, more_personas
from tests.oracle.states import oracle_facts_sql
from tests.tiny import PEILJAAR

PEOPLE = 60
OUTSIDE = 300
SCHEMA = f"y{PEILJAAR}"
Built = tuple[Context, Indicators, tuple[Persona, ...]]


@pytest.fixture(params=[21, 22])
def built(request: pytest.FixtureRequest, context: Context, indicators: Indicators, personas: Personas) -> Built:
    dice = random.Random(request.param)  # noqa: S311 - invented people, no secret
    known = more_indicators(indicators)
    mixed = more_personas(dice, personas, known)
    tiny = random_delivery(dice, PEOPLE, indicators, outside=OUTSIDE)
    used = tuple(dict.fromkeys(name for persona in mixed for name in persona.indicators))
    build_kluis(context, tiny, known, used, tuple(persona.conditions for persona in mixed))
    assert len(outsiders(tiny)) > OUTSIDE / 2, "enough are outside the BRP"
    return context, known, mixed


@pytest.fixture
def connection(built: Built) -> Iterator[duckdb.DuckDBPyConnection]:
    found = oracle_connection(built[0])
    yield found
    found.close()


def test_every_indicator_says_of_every_number_what_the_naive_query_says(
    built: Built, connection: duckdb.DuckDBPyConnection
) -> None:
    _context, indicators, _personas = built
    names = tuple(indicators.by_id)
    view = f"{SCHEMA}.person_indicators_outside"
    compiled = connection.execute(f"SELECT person, {', '.join(names)} FROM {view}").fetchall()
    sql = oracle_facts_sql(names, indicators, load_catalogue(), PEILJAAR, outside=True)
    naive = {person: values for person, *values in connection.execute(sql).fetchall()}

    assert len(compiled) == len(naive) > OUTSIDE / 2
    assert sorted(differing(names, compiled, naive)) == []
    said = {name: {row[number] for row in naive.values()} for number, name in enumerate(names)}
    assert {True, False, None} <= set().union(*said.values())
    assert not any(False in said[name] for name in ("thuiswonend_kind", "wmo_maatwerk", "schuld_smal", "vroegsignaal"))


def test_every_number_is_in_the_state_and_in_the_cell_of_the_oracle(
    built: Built, connection: duckdb.DuckDBPyConnection
) -> None:
    context, indicators, personas = built
    oracle = LongStates.read(connection, personas, indicators, load_catalogue(), PEILJAAR, outside=True)
    view = f"{SCHEMA}.person_indicators_outside"
    for place, persona in enumerate(personas):
        rows = connection.execute(f"SELECT person, {state_sql(persona)} FROM {view}").fetchall()
        mine = oracle.take(oracle.persona == place)
        naive = dict(zip(mine.person.tolist(), mine.state.tolist(), strict=True))
        assert {person: code for person, code in rows if code is not None} == {
            person: STATE_CODES[STATES[state]] for person, state in naive.items()
        }, persona.id
    connection.close()

    for bound in (1, 2, 3, 100):
        counts = totals(first_k(oracle, bound))
        with open_warehouse(context.root, context.key(), read_only=True) as warehouse:
            vector = outside_vector(warehouse, personas, bound, PEILJAAR)

        assert vector.tolist() == [
            counts.get((place, state), 0) for place in range(len(personas)) for state in range(len(STATES))
        ]
        assert vector.sum() > 0


def test_people_in_the_brp_and_numbers_outside_it_are_never_mixed(
    built: Built, connection: duckdb.DuckDBPyConnection
) -> None:
    inside = connection.execute(f"SELECT count(*) FROM {SCHEMA}.person_words").fetchall()
    persons = connection.execute(f"SELECT count(*) FROM {SCHEMA}.persons").fetchall()
    outside = connection.execute(f"SELECT count(*), count(DISTINCT person) FROM {SCHEMA}.persons_outside").fetchall()
    words = connection.execute(f"SELECT count(*), count(DISTINCT person) FROM {SCHEMA}.person_words_outside").fetchall()
    both = connection.execute(
        f"SELECT count(*) FROM {SCHEMA}.persons_outside o JOIN {SCHEMA}.persons p ON p.person::BIGINT = o.person"
    ).fetchall()

    assert inside == persons
    assert outside == words
    assert outside[0][0] == outside[0][1] > 0
    assert both == [(0,)]
