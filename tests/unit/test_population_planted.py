"""The planted people are what the truth says, by a naive check that shares nothing with the generator."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from pipelines.errors import UserError
from pipelines.population.casts import GROUPS
from pipelines.population.coverage import delivering
from pipelines.population.planting import scripted
from pipelines.population.pools import cast
from pipelines.population.scripts import Group
from tests.unit.delivered_files import SCALE
from tests.unit.naive_facts import FACTS, FILES, MUNICIPAL
from tests.unit.naive_personas import NEED_IMPLIES, PERSONAS

SPECS = Path(__file__).resolve().parents[2] / "persona_specs" / "personas"


@pytest.fixture(scope="module")
def population(delivered: Path) -> Path:
    return delivered.parent


@pytest.fixture(scope="module")
def connection(population: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The files as views, `facts` (three-valued, per person) and `truth`."""
    with duckdb.connect(":memory:") as opened:
        for view, register in FILES.items():
            found = sorted((population / "deliveries").rglob(f"{register}/**/*.parquet"))
            assert len(found) == 1, register
            opened.execute(f"CREATE VIEW {view} AS SELECT * FROM read_parquet('{found[0]}')")
        opened.execute(f"CREATE VIEW truth AS SELECT * FROM read_parquet('{population}/truth/planted.parquet')")
        for view in MUNICIPAL:
            codes = ", ".join(f"('{code[2:]}')" for code in delivering(FILES[view], 2023))
            opened.execute(f"CREATE TABLE {view}_gedekt AS SELECT * FROM (VALUES {codes}) AS t (code)")
        opened.execute("""
            CREATE TABLE p AS
            SELECT a.rinpersoon, a.soortobjectnummer AS soort, coalesce(w.gem2023, o.gem2023) AS gemeente, h.plhh,
                2023 - try_cast(g.gbageboortejaar AS INTEGER) AS leeftijd, g.gbageboortelandnl AS geboren
            FROM adres a
            JOIN persoon g USING (rinpersoon)
            LEFT JOIN huishouden h ON h.rinpersoon = a.rinpersoon AND h.datumeindehh = '20231231'
            LEFT JOIN woning w ON w.rinobjectnummer = a.rinobjectnummer
            LEFT JOIN ander_object o ON o.rinobjectnummer = a.rinobjectnummer
            WHERE a.gbadatumeindeadreshouding = '20231231'
        """)
        # The first address ever is no move.
        opened.execute("""
            CREATE TABLE verhuizing AS
            SELECT rinpersoon, count(*) FILTER (nummer > 1 AND begin BETWEEN '20230101' AND '20231231') AS keren
            FROM (
                SELECT rinpersoon, gbadatumaanvangadreshouding AS begin,
                    row_number() OVER (PARTITION BY rinpersoon ORDER BY gbadatumaanvangadreshouding) AS nummer
                FROM adres
            ) GROUP BY rinpersoon
        """)
        opened.execute("""
            CREATE VIEW werk_of_ww AS
            SELECT rinpersoon, sdatumaanvangiko AS begin, sdatumeindeiko AS einde FROM baan
            UNION ALL SELECT rinpersoon, aanvww, eindww FROM ww
        """)
        columns = ", ".join(f"({sql}) AS {name}" for name, sql in FACTS.items())
        opened.execute(f"CREATE TABLE facts AS SELECT p.rinpersoon, p.leeftijd, {columns} FROM p")
        yield opened


def _states_sql(persona: str) -> str:
    conditions, voorziening = PERSONAS[persona]
    asked = " AND ".join(f"({sql})" for sql in conditions.values())
    return f"""
        SELECT rinpersoon, CASE WHEN asked IS FALSE THEN 'not_counted' WHEN asked IS NULL OR has IS NULL THEN 'unknown'
            WHEN has THEN 'served' ELSE 'missing' END AS state
        FROM (SELECT rinpersoon, ({asked}) AS asked, ({voorziening}) AS has FROM facts)
    """


@pytest.mark.parametrize("persona", list(PERSONAS))
def test_the_naive_check_asks_what_the_spec_asks(persona: str) -> None:
    spec: dict[str, Any] = yaml.safe_load((SPECS / f"{persona}.yaml").read_text(encoding="utf-8"))
    conditions, _ = PERSONAS[persona]
    assert [*conditions] == ["population", *(problem["indicator"] for problem in spec["problems"]), "need"]


@pytest.mark.parametrize("persona", list(PERSONAS))
def test_planted_people_are_in_the_state_that_the_truth_says(
    connection: duckdb.DuckDBPyConnection, persona: str
) -> None:
    wrong = connection.execute(f"""
        SELECT count(*) FROM truth t LEFT JOIN ({_states_sql(persona)}) s USING (rinpersoon)
        WHERE t.persona = '{persona}' AND s.state IS DISTINCT FROM t.state
    """)
    assert wrong.fetchall() == [(0,)]
    states = connection.execute(f"SELECT DISTINCT state FROM truth WHERE persona = '{persona}'").fetchall()
    assert {state for (state,) in states} == {"missing", "served", "unknown", "not_counted"}


@pytest.mark.parametrize("persona", list(PERSONAS))
def test_a_near_miss_fails_exactly_its_one_condition(connection: duckdb.DuckDBPyConnection, persona: str) -> None:
    conditions, _ = PERSONAS[persona]
    for missed in conditions:
        fail = {missed, "need"} if (persona, missed) in NEED_IMPLIES else {missed}
        others = " AND ".join(f"({sql})" for name, sql in conditions.items() if name not in fail)
        found = connection.execute(f"""
            SELECT count(*), bool_and(coalesce({others}, false)), bool_and(coalesce(NOT ({conditions[missed]}), false))
            FROM truth t JOIN facts USING (rinpersoon)
            WHERE t.persona = '{persona}' AND t.near_miss_of = '{missed}'
        """).fetchall()[0]
        assert found[0] >= 4, missed
        assert found[1:] == (True, True), missed


COMMON = (
    "dakloos-verslaafd-schulden",
    "jongere-schuld-zonder-startkwalificatie",
    "wia-zelf-stopgezet",
    "thuiszitter-tussen-onderwijs-en-zorg",
    "oudere-zonder-aio",
)
"""Of the other personas chance makes too few at this scale to compare."""


@pytest.mark.parametrize("persona", COMMON)
def test_others_are_missing_and_served_by_chance_in_the_same_order(
    connection: duckdb.DuckDBPyConnection, persona: str
) -> None:
    for state in ("missing", "served"):
        planted, natural = connection.execute(f"""
            SELECT count(t.rinpersoon), count(*) - count(t.rinpersoon)
            FROM ({_states_sql(persona)}) s
            LEFT JOIN (SELECT DISTINCT rinpersoon FROM truth) t USING (rinpersoon)
            WHERE s.state = '{state}'
        """).fetchall()[0]
        assert natural > 0
        assert Fraction(1, 20) < Fraction(natural, planted) < 20


def test_some_people_are_in_two_three_and_four_personas(connection: duckdb.DuckDBPyConnection) -> None:
    counts = connection.execute("""
        SELECT DISTINCT count(*) FROM truth WHERE state <> 'not_counted' GROUP BY rinpersoon ORDER BY 1
    """).fetchall()
    assert counts == [(1,), (2,), (3,), (4,)]


def test_planted_people_live_all_over_the_country(connection: duckdb.DuckDBPyConnection) -> None:
    spread = connection.execute("""
        SELECT count(DISTINCT gemeente), count(DISTINCT gemeente) FILTER (state = 'unknown')
        FROM truth JOIN p USING (rinpersoon)
    """).fetchall()[0]
    assert spread[0] > 100
    assert spread[1] > 20


def test_stapeling_is_heavier_than_chance(connection: duckdb.DuckDBPyConnection) -> None:
    ratio = connection.execute("""
        SELECT avg((schuld AND bijstand AND stoornis)::INTEGER)
            / (avg(schuld::INTEGER) * avg(bijstand::INTEGER) * avg(stoornis::INTEGER))
        FROM facts WHERE leeftijd BETWEEN 18 AND 66 AND rinpersoon NOT IN (SELECT rinpersoon FROM truth)
    """).fetchall()[0][0]
    assert ratio > 3


def test_a_script_cannot_give_what_no_register_shows() -> None:
    with pytest.raises(ValueError, match="no register shows"):
        Group((), (frozenset({"geluk"}),), 1, 1, (("18-26", 1),))


def test_a_script_cannot_give_what_excludes_each_other() -> None:
    with pytest.raises(ValueError, match="excludes each other: hypotheek, vermogen_onbekend"):
        Group((), (frozenset({"hypotheek", "vermogen_onbekend"}),), 1, 1, (("18-26", 1),))


def test_a_scheme_cannot_ask_for_a_fact_that_no_script_gives() -> None:
    with pytest.raises(ValueError, match="no script can give: geluk"):
        scripted("opvang", "geluk")


def test_a_population_too_small_for_its_planted_people_is_refused() -> None:
    assert len(GROUPS) > 20
    with pytest.raises(UserError, match="choose a larger scale"):
        cast(GROUPS, {}, SCALE)
