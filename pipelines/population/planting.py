"""Choosing the planted people, and the truth about them.

What belongs here: who plays which script. What does not: the scripts (`casts`) and their effect (every module of a
scheme asks `scripted`). The truth is for tests and benchmarks only; the pipeline never reads it.
"""

from functools import cache

import duckdb

from pipelines.population.casts import GROUPS
from pipelines.population.engine import put_lookup, put_table, rows_of
from pipelines.population.pools import age_stretches, cast
from pipelines.population.scripts import FACTS, MUNICIPAL
from pipelines.population.settings import PopulationSettings
from pipelines.population.uniforms import uniform

KNOWN = "(person_hash(idx) & 8191) NOT IN (5, 9, 16, 17, 18, 19)"
"""SQL: sex and date of birth are on record (GBAPERSOONTAB lacks one of them for a few; see `people.py`)."""

_PLACE_COLUMNS = {
    "WMOBUS": "wmo",
    "SCHULDHULP": "schuldhulp",
    "VROEGSIGNALERING": "vroegsignalering",
    "THUISZITTERS": "thuiszitters",
    "URGENTIE": "urgentie",
}
"""Column of `places` that says whether a gemeente delivers the register."""


@cache
def script_facts() -> tuple[frozenset[str], ...]:
    """What each script gives; a script's number is its place here plus one (0 is nobody's)."""
    return tuple(variant for group in GROUPS for variant in group.variants)


def scripted(*facts: str) -> str:
    """SQL over `plant`: does the script give at least one of these facts? Cheap only after `plant > 0`.

    Not as IN: a long list becomes a join, and a join loses the order of rows. Raises ValueError for a fact that no
    script can give.
    """
    wanted = frozenset(facts)
    if wanted - FACTS:
        raise ValueError(f"no script can give: {', '.join(sorted(wanted - FACTS))}")
    found = [str(number) for number, given in enumerate(script_facts(), start=1) if given & wanted]
    return f"list_contains([{', '.join(found)}], plant)" if found else "false"


def plant(connection: duckdb.DuckDBPyConnection, settings: PopulationSettings) -> None:
    """Write `picks` (idx, plant) from `drafts` and `places`, and `planted_truth` (plant, persona, state,
    near_miss_of).

    Raises UserError when the population is too small to hold them.
    """
    put_lookup(connection, "delivered", [bits for (bits,) in rows_of(connection, _delivered_sql())])
    connection.execute(f"CREATE TABLE candidates AS {_candidates_sql(settings)}")
    sizes = {
        (ages, delivers): people
        for ages, delivers, people in rows_of(
            connection, "SELECT ages, delivers, count(*) FROM candidates GROUP BY ALL ORDER BY ALL"
        )
    }
    columns = ("ages", "delivers", "first", "last", "script", "variants", "before")
    put_table(connection, "casting", columns, cast(GROUPS, sizes, settings.scale))
    connection.execute(_picks_sql())
    truths = [
        (number, truth.persona, truth.state, truth.near_miss_of)
        for number, group in enumerate((group for group in GROUPS for _ in group.variants), start=1)
        for truth in group.truths
    ]
    put_table(connection, "planted_truth", ("plant", "persona", "state", "near_miss_of"), truths)
    connection.execute("DROP TABLE candidates")


def truth_sql() -> str:
    """The truth file: persona, rinpersoon, state, near_miss_of; in order of person and persona."""
    return """
        SELECT t.persona, p.rin AS rinpersoon, t.state, t.near_miss_of
        FROM people p JOIN planted_truth t USING (plant)
        WHERE p.plant > 0 ORDER BY rinpersoon, t.persona
    """


def _delivered_sql() -> str:
    bits = " + ".join(f"{_PLACE_COLUMNS[register]}::INTEGER * {1 << n}" for n, register in enumerate(MUNICIPAL))
    return f"SELECT {bits} FROM places ORDER BY g"


def _candidates_sql(settings: PopulationSettings) -> str:
    """People who could be planted, with their pool (see `pools.py`) and the draw that puts them in line: everybody in
    whose household nothing happened in the year and who lives as in the base year."""
    by_place: dict[str, list[str]] = {}
    for number, stretch in enumerate(age_stretches()):
        by_place.setdefault(stretch.of_place, []).append(f"WHEN {stretch.of_age} THEN {number}")
    ages = " ".join(f"WHEN {place} THEN CASE {' '.join(found)} END" for place, found in by_place.items())
    return f"""
        SELECT idx, ages::UTINYINT AS ages, delivered(g)::UTINYINT AS delivers,
            {uniform("person_hash(idx)", "planting")} AS draw
        FROM (
            SELECT idx, g, CASE {ages} END AS ages FROM drafts
            WHERE ({" OR ".join(by_place)}) AND entered < {settings.peiljaar} AND {KNOWN} AND hh NOT IN (
                SELECT hh FROM kin WHERE lately IS NOT NULL OR size_more <> 0 OR kids_more <> 0 OR partners_more <> 0
            )
        )
        WHERE ages IS NOT NULL
    """


def _picks_sql() -> str:
    """The first in line of each pool. Only who draws low is put in line at all, which is much faster: with twice the
    people who are needed and forty more, too few is out of the question."""
    return """
        CREATE TABLE picks AS
        WITH sizes AS (SELECT ages, delivers, count(*) AS people FROM candidates GROUP BY ALL),
        needed AS (
            SELECT ages, delivers, max(last) AS most, (2e0 * most + 40) / any_value(people) AS low
            FROM casting JOIN sizes USING (ages, delivers) GROUP BY ALL
        ),
        lined_up AS (
            SELECT idx, ages, delivers, row_number() OVER (PARTITION BY ages, delivers ORDER BY draw, idx) AS turn
            FROM candidates JOIN needed USING (ages, delivers) WHERE draw < low
            QUALIFY turn <= most
        )
        SELECT idx, (script + (before + turn - first) % variants)::USMALLINT AS plant
        FROM lined_up JOIN casting USING (ages, delivers)
        WHERE turn BETWEEN first AND last
        ORDER BY idx
    """
