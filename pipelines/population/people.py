"""People: hashes, frailty and dates on top of the households, those who left, and those outside the BRP.

What belongs here: what a person is before anything befalls them, and GBAPERSOONTAB. What does not: schemes.
"""

from concurrent.futures import ThreadPoolExecutor

import duckdb

from pipelines.population.engine import value_of
from pipelines.population.ground import Ground
from pipelines.population.households import BIRTH, MOVED, MOVED_PARTED, PARTED
from pipelines.population.planting import scripted
from pipelines.population.settings import PopulationSettings
from pipelines.population.uniforms import RIN_TEXT, bits, normal, uniform

OLDEST = 110

LEFT_PER_THOUSAND = 15
"""People who died or left, for every thousand who are here."""

HOUSEHOLD_FRAILTY = f"{normal('hhh', 'frailty')}::REAL"
FRAILTY = f"(0.65 * {normal('hhh', 'frailty')} + 0.76 * {normal('hi', 'frailty')})::REAL"

CHANGED = 0.075
"""Share of the households without a newborn that move in the year."""

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
    """Write `homes`, `people_packed` (one row per person each, in the same order), `gone` and `outsiders`, from
    `drafts`, `kin` and `picks`.

    Both: `hi`: hash of the person; `number`: RINPERSOON; `plant`: number of the script, 0 for
    everybody else. `homes`: the household, and dates as YYYYMMDD: `born`, `since` (the household began) and `begun`
    (the same, or later in the peiljaar when it changed; `change` says by what, 0 for not); `script`: bits of what a
    script says about the address, whoever lives with a planted parent along. `people_packed` (a view, since
    every stage makes it anew): what chances depend on; `hhh`: hash of the household; `zh` and `z`: frailty of the
    household, and of the person (which holds that of the household), both roughly standard normal; `flags`: none yet.
    """
    connection.execute(_planted_homes_sql())
    connection.execute("DROP TABLE kin")
    _write_homes(connection, ground, settings)
    for table in ("drafts", "kin_planted", "picks"):
        connection.execute(f"DROP TABLE {table}")
    connection.execute(_people_sql())
    left = ground.people * LEFT_PER_THOUSAND // 1000
    connection.execute(_gone_sql(settings, ground, left))
    outside = max(20, round(OUTSIDE_BRP * settings.scale))
    connection.execute(_outsiders_sql(ground.people + left, outside, ground.places))


def _write_homes(connection: duckdb.DuckDBPyConnection, ground: Ground, settings: PopulationSettings) -> None:
    """The one join of millions with millions: each half of the people by one thread of its own, because several
    threads at one query would lose the order of people."""
    threads = value_of(connection, "SELECT current_setting('threads')")
    half = ground.people // 2
    connection.execute("SET threads = 1")
    statements = [
        f"CREATE TABLE homes_{part} AS {_homes_sql(settings, first, last)}"
        for part, first, last in ((1, 0, half), (2, half, ground.people))
    ]
    with ThreadPoolExecutor(min(threads, len(statements))) as pool:
        list(pool.map(lambda statement: connection.cursor().execute(statement), statements))
    connection.execute(f"SET threads = {threads}")
    connection.execute("CREATE VIEW homes AS SELECT * FROM homes_1 UNION ALL SELECT * FROM homes_2")


def _planted_homes_sql() -> str:
    """`kin` with `script`: bits of a planted parent, and that somebody of the household is planted."""
    return f"""
        CREATE TABLE kin_planted AS
        SELECT hh, babies, youngest, coalesce(script, 0)::UTINYINT AS script
        FROM kin LEFT JOIN (
            SELECT hh, {_PLANTED_HERE} | bit_or(CASE WHEN plhh <> 1 THEN {_SCRIPT_BITS} ELSE 0 END) AS script
            FROM drafts JOIN picks USING (idx) WHERE plhh IN (1, 5, 6, 7) GROUP BY hh
        ) USING (hh)
    """


def _homes_sql(settings: PopulationSettings, first: int, last: int) -> str:
    """People from number `first` up to `last`. Nothing changes in the household of a planted person but births and what the script says."""
    year = settings.peiljaar
    parts = f"(script_home & {_PARTS}) <> 0"
    day = f"(CASE WHEN {parts} THEN {_BY_AUGUST}e0 * d_day ELSE d_day END)"
    since = f"day_of({year} - 1 - floor(d_since * d_since * years)::INTEGER, d_since_day)"
    # Brothers and sisters born in one year are twins: their birthday hangs on the household.
    return f"""
        WITH hashed AS (
            SELECT d.*, person_hash(idx) AS hi, household_hash(d.hh) AS hhh,
                coalesce(k.babies, 0) AS babies, k.youngest, coalesce(x.plant, 0)::USMALLINT AS plant,
                coalesce(k.script, 0) AS script_kin
            FROM drafts d LEFT JOIN kin_planted k ON k.hh = d.hh LEFT JOIN picks x USING (idx)
            WHERE d.idx >= {first} AND d.idx < {last}
        ),
        told AS (
            SELECT *, CASE WHEN plant > 0 THEN {_PLANTED_HERE} | {_SCRIPT_BITS} WHEN age > 0 THEN script_kin ELSE 0 END AS script
            FROM hashed
        ),
        drawn AS (
            SELECT *, upper_half(m_since) AS d_since, lower_half(m_since) AS d_since_day,
                upper_half(m_change) AS d_change, lower_half(m_change) AS d_day,
                CASE WHEN plhh = 2 THEN script ELSE script_kin END AS script_home
            FROM (
                SELECT *, {bits("hhh", "since")} AS m_since, {bits("hhh", "change")} AS m_change,
                    {uniform("hi", "birthday")} AS d_birthday
                FROM told
            )
        ),
        dated AS (
            SELECT *, day_of({year} - age, CASE WHEN age = 0 THEN {day} ELSE d_birthday END) AS born,
                greatest({since}, coalesce(youngest, 0)) AS since,
                CASE WHEN {parts} THEN {PARTED} WHEN babies > 0 THEN {BIRTH}
                    WHEN d_change >= {CHANGED}e0 OR plhh = 10 OR script_home > 0 THEN 0
                    WHEN d_change < CASE WHEN typhh = 6 THEN {_PARTED_PARENTS * CHANGED}e0
                        WHEN typhh = 1 AND age >= 20 THEN {_PARTED_ALONE * CHANGED}e0 ELSE 0 END THEN {MOVED_PARTED}
                    ELSE {MOVED} END::UTINYINT AS change
            FROM drawn
        )
        SELECT hi, hh, g, age, sex, plhh, typhh, size, kids, babies, plant, number, born, since,
            CASE WHEN change > 0 THEN day_of({year}, {day}) ELSE since END AS begun, change, script::UTINYINT AS script
        FROM (SELECT *, rin_number(idx) AS number FROM dated)
    """


def _people_sql() -> str:
    return f"""
        CREATE VIEW people_packed AS
        SELECT hi, hhh, g, age, sex, plhh, typhh, size, plant, number, babies, {HOUSEHOLD_FRAILTY} AS zh, {FRAILTY} AS z,
            0::UBIGINT AS flags
        FROM (SELECT *, household_hash(hh) AS hhh FROM homes)
    """


def _gone_sql(settings: PopulationSettings, ground: Ground, left: int) -> str:
    """More than half died, the others left the country; they lived at any object that is a dwelling."""
    year = settings.peiljaar
    return f"""
        CREATE TABLE gone AS
        WITH base AS (SELECT range::INTEGER + {ground.people} AS idx, range AS k FROM range({left})),
        hashed AS (SELECT *, person_hash(idx) AS hi FROM base),
        aged AS (
            SELECT *, CASE WHEN {uniform("hi", "died")} < 0.55 THEN 55 + floor(45 * sqrt({uniform("hi", "age")}))
                ELSE 19 + floor(40 * {uniform("hi", "age")}) END::INTEGER AS age,
                {ground.objects} + k AS hh, (k % {ground.places})::USMALLINT AS g
            FROM hashed
        )
        SELECT hi, hh, g, age, 1 + ({uniform("hi", "sex")} < 0.5)::INTEGER AS sex,
            day_of({year} - age, {uniform("hi", "birthday")}) AS born,
            day_of({year} - 9 - floor(8 * {uniform("hi", "since")})::INTEGER, {uniform("hi", "since day")}) AS since,
            day_of({year} - CASE WHEN {uniform("hi", "left")} < 0.6 THEN 0
                ELSE 1 + floor(7 * {uniform("hi", "left year")})::INTEGER END, {uniform("hi", "left day")}) AS gone,
            number, {RIN_TEXT} AS rin
        FROM (SELECT *, rin_number(idx) AS number FROM aged)
    """


def _outsiders_sql(first: int, outside: int, places: int) -> str:
    return f"""
        CREATE TABLE outsiders AS
        WITH base AS (SELECT range::INTEGER + {first} AS idx FROM range({outside})),
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
        SELECT 'R' AS "RINPERSOONS", {RIN_TEXT} AS "RINPERSOON",
            CASE WHEN plant = 0 AND unknown = 5 THEN '-' WHEN sex = 1 THEN '1' ELSE '2' END AS "GBAGESLACHT",
            CASE WHEN plant = 0 AND unknown = 9 THEN '----' ELSE {years}[age + 1] END AS "GBAGEBOORTEJAAR",
            CASE WHEN plant = 0 AND unknown BETWEEN 16 AND 19 THEN '--' ELSE {months}[born // 100 % 100] END AS "GBAGEBOORTEMAAND",
            CASE WHEN plant > 0 THEN CASE WHEN {scripted("buitenland")} THEN '0' ELSE '1' END
                WHEN landed < 0.83 THEN '1' WHEN landed > 0.9995 THEN '-' ELSE '0' END AS "GBAGEBOORTELANDNL"
        FROM (
            SELECT number, plant, sex, age, born, {draws} FROM homes
            UNION ALL
            SELECT number, 0, sex, age, born, {draws} FROM gone
        )
    """
