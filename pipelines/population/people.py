"""People: hashes, frailty and dates on top of the households, those who left, and those outside the BRP.

What belongs here: what a person is before anything befalls them, and GBAPERSOONTAB. What does not: schemes.
"""

from concurrent.futures import ThreadPoolExecutor

import duckdb

from pipelines.population.engine import value_of
from pipelines.population.ground import Ground
from pipelines.population.household_spells import BIRTH, MOVED, MOVED_PARTED, PARTED, left_home_sql
from pipelines.population.households import ARRIVAL
from pipelines.population.lifelines import BASE
from pipelines.population.moving import (
    IN_INSTITUTION_SINCE,
    MOVING_DRAW,
    OUTSIDE_NUMBERS,
    PHASE,
    arrivals_sql,
    away,
    gone_sql,
    last_move,
    moving_day,
    moving_draw,
    stay_length,
)
from pipelines.population.planting import scripted
from pipelines.population.settings import PopulationSettings
from pipelines.population.uniforms import RIN_TEXT, bits_of_year, normal, uniform

OLDEST = 115

HOUSEHOLD_FRAILTY = f"{normal('hhh', 'frailty')}::REAL"
FRAILTY = f"(0.65 * {normal('hhh', 'frailty')} + 0.76 * {normal('hi', 'frailty')})::REAL"

_PARTED_ALONE, _PARTED_PARENTS = 0.25, 0.5
"""Share of the movers who parted from a partner: about 60,000 who live alone, 20,000 lone parents (our choice)."""

_BY_AUGUST = 0.66
"""Of the year: planted people parted at least four months before the peildatum."""

MOVES_TWICE, IN_SHELTER, SHORTLY_IN_SHELTER = 2, 4, 8
_PARTS, _PLANTED_HERE = 1, 128
_SCRIPT_BITS = " | ".join(
    f"(CASE WHEN {scripted(fact)} THEN {bit} ELSE 0 END)"
    for fact, bit in (
        ("uit_elkaar", _PARTS),
        ("verhuisd", MOVES_TWICE),
        ("opvang", IN_SHELTER),
        ("opvang_kort", SHORTLY_IN_SHELTER),
    )
)

FOREIGN = f"{uniform('hi', 'country')} >= 0.83"
"""SQL: born abroad (planted people: as their script says)."""

OUTSIDE_BRP = 25_000
"""Persons known in registers but not in the BRP, at scale 1. Our choice: no public count was found."""


def make_people(connection: duckdb.DuckDBPyConnection, ground: Ground, settings: PopulationSettings) -> None:
    """Write `homes`, `people_packed` (one row per person each, in the same order), `arrivals`, `gone` and
    `outsiders`, from `drafts`, `kin`, `departures` and `picks`.

    Both: `hi`: hash of the person; `number`: RINPERSOON, as text `rin`; `plant`: number of the script, 0 for
    everybody else. `homes`: the household, and dates as YYYYMMDD: `born`, `settled` (since when at this address),
    `lived` (at the address before), `since` and `begun` (the household before a change in the peiljaar, and this one;
    `change` says by what, 0 for not); `away`: how many addresses from the own one, even for at home; `script`: bits of
    what a script says about the address, whoever lives with a planted parent along. `people_packed` (a view, since
    every stage makes it anew): what chances depend on; `hhh`: hash of the household; `zh` and `z`: frailty of the
    household, and of the person (which holds that of the household), both roughly standard normal; `flags`: none yet.
    `arrivals`: where people lived who came to another place in the year; `gone`: who died or left.
    """
    connection.execute(_planted_homes_sql())
    connection.execute("DROP TABLE kin")
    _write_homes(connection, settings)
    for name, sql in (
        ("arrivals", arrivals_sql(settings)),
        ("gone", gone_sql(settings, ground.places)),
        ("left_home", left_home_sql(settings)),
    ):
        connection.execute(f"CREATE TABLE {name} AS {sql}")
    for table in ("drafts", "kin_planted", "picks", "departures", "lodgers"):
        connection.execute(f"DROP TABLE {table}")
    connection.execute(_people_sql())
    outside = max(20, round(OUTSIDE_BRP * settings.scale))
    connection.execute(_outsiders_sql(outside, ground.places))


def _write_homes(connection: duckdb.DuckDBPyConnection, settings: PopulationSettings) -> None:
    """The one join of millions with millions: each half of the people by one thread of its own, because several
    threads at one query would lose the order of people, and so would DuckDB's choice of the table to go through."""
    threads = value_of(connection, "SELECT current_setting('threads')")
    rows = value_of(connection, "SELECT count(*) FROM drafts")
    half = rows // 2
    connection.execute("SET threads = 1")
    connection.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
    statements = [
        f"CREATE TABLE homes_{part} AS {_homes_sql(settings, first, last)}"
        for part, first, last in ((1, 0, half), (2, half, rows))
    ]
    with ThreadPoolExecutor(min(threads, len(statements))) as pool:
        list(pool.map(lambda statement: connection.cursor().execute(statement), statements))
    connection.execute(f"SET threads = {threads}")
    connection.execute("RESET disabled_optimizers")
    connection.execute("CREATE VIEW homes AS SELECT * FROM homes_1 UNION ALL SELECT * FROM homes_2")


def _planted_homes_sql() -> str:
    """`kin` with `script`: bits of a planted parent, and that somebody of the household is planted."""
    return f"""
        CREATE TABLE kin_planted AS
        SELECT kin.*, coalesce(script, 0)::UTINYINT AS script
        FROM kin LEFT JOIN (
            SELECT hh, {_PLANTED_HERE} | bit_or(CASE WHEN plhh <> 1 THEN {_SCRIPT_BITS} ELSE 0 END) AS script
            FROM drafts JOIN picks USING (idx) WHERE plhh IN (1, 5, 6, 7) GROUP BY hh
        ) USING (hh)
    """


_OF_KIN = {
    "babies": "UTINYINT",
    "size_more": "SMALLINT",
    "kids_more": "SMALLINT",
    "partners_more": "TINYINT",
    "turnover": "BIGINT",
    "before": "INTEGER",
    "lately": "INTEGER",
}


def _homes_sql(settings: PopulationSettings, first: int, last: int) -> str:
    """People from row `first` up to `last`. Nothing changes in the household of a planted person but what the script says."""
    year = settings.peiljaar
    parts = f"(script_home & {_PARTS}) <> 0"
    kin = ", ".join(f"coalesce(k.{name}, 0)::{kind} AS {name}" for name, kind in _OF_KIN.items())
    parents = "(CASE WHEN typhh BETWEEN 2 AND 5 THEN 2 WHEN typhh IN (1, 6) THEN 1 ELSE 0 END + partners_more)"
    change = bits_of_year("hhh", "change", year)
    # A draw that few need stands inside a CASE: it is worked out for these few only.
    return f"""
        WITH hashed AS (
            SELECT d.*, person_hash(idx) AS hi, household_hash(d.hh) AS hhh, {kin},
                coalesce(x.plant, 0)::USMALLINT AS plant, coalesce(k.script, 0) AS script_kin
            FROM drafts d LEFT JOIN kin_planted k ON k.hh = d.hh LEFT JOIN picks x USING (idx)
            WHERE d.rowid >= {first} AND d.rowid < {last}
        ),
        counted AS (
            SELECT * EXCLUDE (size, kids), (size::INTEGER + size_more)::USMALLINT AS size,
                (kids::INTEGER + CASE WHEN typhh < 7 THEN kids_more ELSE 0 END)::USMALLINT AS kids,
                {parents}::TINYINT AS parents,
                CASE WHEN plant > 0 THEN {_PLANTED_HERE} | {_SCRIPT_BITS} WHEN age > 0 THEN script_kin ELSE 0 END AS script
            FROM hashed
        ),
        placed AS (
            SELECT * EXCLUDE (typhh, plhh), CASE WHEN typhh > 6 THEN typhh
                    WHEN parents = 2 THEN CASE WHEN kids > 0 THEN 4 ELSE 2 END + (typhh IN (3, 5))::INTEGER
                    WHEN parents = 1 AND kids > 0 THEN 6 WHEN parents = 1 THEN 1 ELSE 7 END::UTINYINT AS typhh,
                CASE WHEN plhh = 1 THEN CASE WHEN parents > 0 OR typhh > 6 THEN 1 ELSE 9 END WHEN plhh > 7 OR plhh = 2 THEN plhh
                    WHEN parents = 2 THEN CASE WHEN kids > 0 THEN 5 ELSE 3 END + (typhh IN (3, 5))::INTEGER
                    WHEN kids > 0 THEN 7 ELSE 2 END::UTINYINT AS plhh,
                {MOVING_DRAW} AS m_moves, {uniform("hi", "birthday")} AS d_birthday,
                CASE WHEN plhh = 2 THEN script ELSE script_kin END AS script_home
            FROM counted
        ),
        moving AS (
            SELECT *, {stay_length()} AS length, day_of({year} - age, d_birthday) AS born,
                CASE WHEN entered > 0 THEN day_of(entered, {ARRIVAL}) ELSE 0 END AS arrived
            FROM placed
        ),
        phased AS (
            SELECT *, {PHASE} AS phase FROM moving
        ),
        dated AS (
            SELECT *, {last_move(str(year))} AS last_move, {away(str(year)) if year != BASE else "0::TINYINT"} AS away FROM phased
        ),
        told AS (
            SELECT *, last_move = {year} AND plhh <> 10 AND script_home = 0 AS moves,
                CASE WHEN last_move = {year} AND script_home > 0 THEN last_move - length ELSE last_move END AS since_year
            FROM dated
        ),
        drawn AS (
            SELECT *, {moving_draw("since_year")} AS d_moving, CASE WHEN moves THEN {moving_day("last_move - length")} ELSE 0 END AS home_before,
                CASE WHEN {parts} THEN {PARTED} WHEN plhh = 10 THEN 0 WHEN lately > 0 THEN {BIRTH}
                    WHEN NOT moves THEN 0
                    WHEN upper_half({change}) < CASE WHEN typhh = 6 THEN {_PARTED_PARENTS} WHEN typhh = 1 AND age >= 20 THEN {_PARTED_ALONE}
                        ELSE 0 END THEN {MOVED_PARTED}
                    ELSE {MOVED} END::UTINYINT AS change
            FROM told
        ),
        settling AS (
            SELECT *, CASE WHEN plhh = 10 THEN {IN_INSTITUTION_SINCE} ELSE day_of(since_year, d_moving) END AS home_since FROM drawn
        ),
        begun AS (
            SELECT *, CASE WHEN plhh = 10 THEN {year}0101 ELSE greatest(CASE WHEN moves THEN home_before ELSE home_since END, before,
                CASE WHEN plhh = 2 AND entered < {year} THEN arrived ELSE 0 END) END AS since
            FROM settling
        )
        SELECT hi, hh, g, age::UTINYINT AS age, sex, plhh, typhh, size, kids, parents, babies, turnover, plant, number, rin, born, entered, away,
            greatest(home_since, born, arrived) AS settled, greatest(home_before, born, arrived) AS lived,
            moves AND greatest(born, arrived) < home_since AS moved, since,
            CASE WHEN plhh = 10 THEN since WHEN change = {PARTED} THEN day_of({year}, {_BY_AUGUST}e0 * lower_half({change}))
                WHEN plhh = 2 THEN greatest(since, CASE WHEN moves THEN home_since ELSE 0 END, lately, arrived)
                WHEN change > 0 THEN greatest(since, CASE WHEN moves THEN home_since ELSE 0 END, lately) ELSE since END AS begun,
            change, script::UTINYINT AS script
        FROM (SELECT *, {RIN_TEXT} AS rin FROM (SELECT *, rin_number(idx) AS number FROM begun))
    """


def _people_sql() -> str:
    return f"""
        CREATE VIEW people_packed AS
        SELECT hi, hhh, g, age, sex, plhh, typhh, size, plant, number, babies, {HOUSEHOLD_FRAILTY} AS zh, {FRAILTY} AS z,
            0::UBIGINT AS flags
        FROM (SELECT *, household_hash(hh) AS hhh FROM homes)
    """


def _outsiders_sql(outside: int, places: int) -> str:
    return f"""
        CREATE TABLE outsiders AS
        WITH base AS (SELECT {OUTSIDE_NUMBERS} + range::INTEGER AS idx FROM range({outside})),
        hashed AS (SELECT idx, person_hash(idx) AS hi FROM base)
        SELECT hi, CASE WHEN {uniform("hi", "kind of key")} < 0.8 THEN 'S' ELSE 'F' END AS kind,
            {uniform("hi", "known from")} AS known_from,
            floor({places} * {uniform("hi", "gemeente")})::USMALLINT AS g, {RIN_TEXT} AS rin
        FROM (SELECT *, rin_number(idx) AS number FROM hashed)
    """


def persons_sql(settings: PopulationSettings) -> str:
    """GBAPERSOONTAB: everybody who ever was in the BRP, with a few unknown values."""
    draws = f"{uniform('hi', 'country')} AS landed, (hi & 8191)::USMALLINT AS unknown"
    # Looked up rather than written out for every person again.
    years = [str(settings.peiljaar - age) for age in range(OLDEST + 1)]
    months = [f"{month:02d}" for month in range(1, 13)]
    return f"""
        SELECT 'R' AS "RINPERSOONS", rin AS "RINPERSOON",
            CASE WHEN plant = 0 AND unknown = 5 THEN '-' WHEN sex = 1 THEN '1' ELSE '2' END AS "GBAGESLACHT",
            CASE WHEN plant = 0 AND unknown = 9 THEN '----' ELSE {years}[age + 1] END AS "GBAGEBOORTEJAAR",
            CASE WHEN plant = 0 AND unknown BETWEEN 16 AND 19 THEN '--' ELSE {months}[born // 100 % 100] END AS "GBAGEBOORTEMAAND",
            CASE WHEN plant > 0 THEN CASE WHEN {scripted("buitenland")} THEN '0' ELSE '1' END
                WHEN landed < 0.83 THEN '1' WHEN landed > 0.9995 THEN '-' ELSE '0' END AS "GBAGEBOORTELANDNL"
        FROM (
            SELECT rin, plant, sex, age, born, {draws} FROM homes
            UNION ALL
            SELECT rin, 0, sex, age, born, {draws} FROM gone
        )
    """
