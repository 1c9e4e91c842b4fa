"""People: hashes, frailty and dates on top of the households, those who left, and those outside the BRP.

What belongs here: what a person is before anything befalls them, and GBAPERSOONTAB. What does not: schemes.
"""

import duckdb

from pipelines.population.engine import value_of
from pipelines.population.ground import Ground
from pipelines.population.settings import PopulationSettings
from pipelines.population.uniforms import RIN_TEXT, bits, normal, uniform

OLDEST = 110

LEFT_PER_THOUSAND = 15
"""People who died or left, for every thousand who are here."""

HOUSEHOLD_FRAILTY = f"{normal('hhh', 'frailty')}::REAL"
FRAILTY = f"(0.65 * {normal('hhh', 'frailty')} + 0.76 * {normal('hi', 'frailty')})::REAL"

CHANGED = 0.075
"""Share of the households without a newborn that move in the year."""

OUTSIDE_BRP = 25_000
"""Persons known in registers but not in the BRP, at scale 1. Our choice: no public count was found."""


def make_people(connection: duckdb.DuckDBPyConnection, ground: Ground, settings: PopulationSettings) -> None:
    """Write `homes` and `people` (one row per person each, in the same order), `gone` and `outsiders`, from
    `drafts`, `kin` and `picks`.

    Both: `hi`: hash of the person; `number`: RINPERSOON; `plant`: number of the script, 0 for
    everybody else. `homes`: the household, and dates as YYYYMMDD: `born`, `since` (the household began) and `begun`
    (the same, or later in the peiljaar when it changed by a birth or a move). `people`: what chances depend on;
    `hhh`: hash of the household; `zh` and `z`: frailty of the household, and of the person (which holds that of the household), both roughly
    standard normal.
    """
    # The one join of millions with millions: by one thread, because several would lose the order of people.
    threads = value_of(connection, "SELECT current_setting('threads')")
    connection.execute("SET threads = 1")
    connection.execute(_homes_sql(settings))
    connection.execute(f"SET threads = {threads}")
    for table in ("drafts", "kin", "picks"):
        connection.execute(f"DROP TABLE {table}")
    connection.execute(_people_sql())
    left = ground.people * LEFT_PER_THOUSAND // 1000
    connection.execute(_gone_sql(settings, ground, left))
    outside = max(20, round(OUTSIDE_BRP * settings.scale))
    connection.execute(_outsiders_sql(ground.people + left, outside, ground.places))


def _homes_sql(settings: PopulationSettings) -> str:
    year = settings.peiljaar
    since = f"day_of({year} - 1 - floor(d_since * d_since * years)::INTEGER, d_since_day)"
    # Brothers and sisters born in one year are twins: their birthday hangs on the household.
    return f"""
        CREATE TABLE homes AS
        WITH hashed AS (
            SELECT d.*, person_hash(idx) AS hi, household_hash(d.hh) AS hhh,
                coalesce(k.babies, 0) AS babies, k.youngest, coalesce(x.plant, 0)::USMALLINT AS plant
            FROM drafts d LEFT JOIN kin k ON k.hh = d.hh LEFT JOIN picks x USING (idx)
        ),
        drawn AS (
            SELECT *, upper_half(m_since) AS d_since, lower_half(m_since) AS d_since_day,
                upper_half(m_change) AS d_change, lower_half(m_change) AS d_day
            FROM (
                SELECT *, {bits("hhh", "since")} AS m_since, {bits("hhh", "change")} AS m_change,
                    {uniform("hi", "birthday")} AS d_birthday
                FROM hashed
            )
        ),
        dated AS (
            SELECT *, day_of({year} - age, CASE WHEN age = 0 THEN d_day ELSE d_birthday END) AS born,
                greatest({since}, coalesce(youngest, 0)) AS since,
                babies > 0 OR d_change < {CHANGED} AND plhh <> 10 AS changed
            FROM drawn
        )
        SELECT hi, hh, g, age, sex, plhh, typhh, size, kids, babies, plant, number, born, since,
            CASE WHEN changed THEN day_of({year}, d_day) ELSE since END AS begun
        FROM (SELECT *, rin_number(idx) AS number FROM dated)
    """


def _people_sql() -> str:
    return f"""
        CREATE TABLE people AS
        SELECT hi, hhh, g, age, sex, plhh, typhh, size, plant, number, {HOUSEHOLD_FRAILTY} AS zh, {FRAILTY} AS z
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
    draws = f"{uniform('hi', 'country')} AS landed, {uniform('hi', 'unknown values')} AS unknown"
    # Looked up rather than written out for every person again.
    years = [str(settings.peiljaar - age) for age in range(OLDEST + 1)]
    months = [f"{month:02d}" for month in range(1, 13)]
    return f"""
        SELECT 'R' AS "RINPERSOONS", {RIN_TEXT} AS "RINPERSOON",
            CASE WHEN plant = 0 AND unknown < 0.0001 THEN '-' WHEN sex = 1 THEN '1' ELSE '2' END AS "GBAGESLACHT",
            CASE WHEN plant = 0 AND unknown > 0.9999 THEN '----' ELSE {years}[age + 1] END AS "GBAGEBOORTEJAAR",
            CASE WHEN plant = 0 AND unknown > 0.9995 THEN '--' ELSE {months}[born // 100 % 100] END AS "GBAGEBOORTEMAAND",
            CASE WHEN landed < 0.83 THEN '1' WHEN landed > 0.9995 THEN '-' ELSE '0' END AS "GBAGEBOORTELANDNL"
        FROM (
            SELECT number, plant, sex, age, born, {draws} FROM homes
            UNION ALL
            SELECT number, 0, sex, age, born, {draws} FROM gone
        )
    """
