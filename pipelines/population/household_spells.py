"""The file GBAHUISHOUDENSBUS: households of the peildatum, and those before a change in the year.

What belongs here: spells of households. What does not: forming households (`households.py`).
"""

from pipelines.population.households import COUPLES, unpacked_turnover
from pipelines.population.settings import PopulationSettings
from pipelines.population.uniforms import RIN_TEXT

_LAST_OF_COUPLES = f"""
    SELECT {{}}, hh, max(settled) OVER (PARTITION BY hh) AS since, gone, plhh - 1 AS typhh, plhh, 2 AS size, 0 AS kids
    FROM {{}} WHERE plhh IN (3, 4) AND hh >= {COUPLES}
"""
"""SQL of the last household of couples that lived beside the base year: it began when the last of the two came."""

PREVIOUS_HOUSEHOLD = 100_000_000
"""Added to the number of a household for the one it was before a change in the year."""

BIRTH, MOVED, MOVED_PARTED, PARTED = 1, 2, 3, 4
"""What changed a household in the peiljaar: who belongs to it (a birth most of all), a move, a move after a couple
parted, parting without a move."""


def households_sql(settings: PopulationSettings) -> str:
    """GBAHUISHOUDENSBUS: the household of the peildatum, for changed ones the household before, and the last one of
    people who lived alone and left.

    Of a couple that parted in the year only who stayed is in the household before: the other cannot be told from
    somebody else who lives alone. That they were a couple is known only afterwards, as in life.
    """
    # Looked up rather than written out for every person again.
    places = [str(place) for place in range(1, 11)]
    return f"""
        SELECT 'R' AS "RINPERSOONS", rin AS "RINPERSOON", household_text(hh) AS "HUISHOUDNR",
            begun::VARCHAR AS "DATUMAANVANGHH", ended AS "DATUMEINDEHH",
            {places}[typhh] AS "TYPHH", {places}[plhh] AS "PLHH", size AS "AANTALPERSHH", kids AS "AANTALKINDHH"
        FROM ({_spells_sql(settings)})
    """


def _spells_sql(settings: PopulationSettings) -> str:
    # A planted person who lives alone left a family behind: a partner and a child.
    left = f"(change = {PARTED} AND plhh = 2)"
    parted = f"(change IN ({MOVED_PARTED}, {PARTED}) AND typhh IN (1, 6))"
    grown_up = f"(CASE WHEN {parted} THEN 2 ELSE partners_before END)"
    bride = "(typhh IN (3, 5))"
    return f"""
        SELECT rin, hh, begun, '{settings.last_day}' AS ended, typhh, plhh, size::INTEGER AS size, kids::INTEGER AS kids
        FROM homes
        UNION ALL
        SELECT rin, hh + {PREVIOUS_HOUSEHOLD}, since, (begun - 1)::VARCHAR,
            CASE WHEN {parted} THEN CASE WHEN fewer > 0 OR {left} THEN 5 ELSE 3 END
                WHEN typhh > 6 THEN typhh
                WHEN {grown_up} = 2 THEN CASE WHEN fewer > 0 THEN 4 ELSE 2 END + {bride}::INTEGER
                WHEN {grown_up} = 1 AND fewer > 0 THEN 6 WHEN {grown_up} = 1 THEN 1 ELSE 7 END,
            CASE WHEN plhh IN (1, 8, 9, 10) THEN plhh
                WHEN {parted} THEN CASE WHEN fewer > 0 OR {left} THEN 6 ELSE 4 END
                WHEN {grown_up} = 2 THEN CASE WHEN fewer > 0 THEN 5 ELSE 3 END + {bride}::INTEGER
                WHEN fewer > 0 THEN 7 ELSE 2 END,
            size_before + {parted}::INTEGER + {left}::INTEGER, fewer + {left}::INTEGER
        FROM ({_before_sql("homes")} AND age > 0 AND entered < {settings.peiljaar})
        UNION ALL
        SELECT rin, hh, settled, gone::VARCHAR, 1, 2, 1, 0 FROM gone WHERE plhh = 2
        UNION ALL
        SELECT rin, hh, since, gone::VARCHAR, typhh, plhh, size, kids FROM ({_LAST_OF_COUPLES.format("rin", "gone")} ORDER BY rin)
        UNION ALL
        SELECT {RIN_TEXT}, hh, since, ended::VARCHAR, typhh, plhh, size, kids FROM left_home
    """


def _before_sql(homes: str) -> str:
    """SQL (open for more conditions) of changed households as they were: children `fewer`, `size_before`, parents."""
    return f"""
        SELECT *, greatest(kids::INTEGER - babies - kids_came + kids_went, 0) AS fewer,
            size::INTEGER - babies - came + went AS size_before,
            parents - partners_came + partners_went AS partners_before
        FROM (SELECT *, {unpacked_turnover()} FROM {homes}) WHERE change > 0
    """


def left_home_sql(settings: PopulationSettings) -> str:
    """Households that people left in the year: of children, with what the family was before, and of who lived alone
    and is elsewhere now: number, hh, since, ended, typhh, plhh, size, kids. Who came into an institution has none
    before: those households begin on 1 January."""
    left = f"""
        SELECT number, hh, born, gone FROM arrivals WHERE plhh = 1
        UNION ALL
        SELECT number, hh, born, gone FROM gone WHERE plhh = 1 AND departed = {settings.peiljaar}
    """
    return f"""
        WITH left_now AS ({left}),
        families AS (
            SELECT hh, min(since) AS since, min(begun) AS begun, min(fewer) AS kids, min(size_before) AS size,
                min(CASE WHEN partners_before >= 2 THEN 4 + (typhh IN (3, 5))::INTEGER WHEN partners_before = 1 THEN 6 ELSE 7 END) AS typhh
            FROM ({_before_sql("homes")} AND hh IN (SELECT hh FROM left_now)) GROUP BY hh
        )
        SELECT * FROM (
            SELECT number, hh + {PREVIOUS_HOUSEHOLD} AS hh, greatest(since, born) AS since, least(begun - 1, gone) AS ended, typhh,
                1 AS plhh, size, kids
            FROM left_now JOIN families USING (hh)
            UNION ALL
            SELECT number, hh, settled, gone, 1, 2, 1, 0 FROM arrivals WHERE plhh = 2
            UNION ALL
            {_LAST_OF_COUPLES.format("number", "arrivals")}
        )
        WHERE since <= ended AND number NOT IN (SELECT number FROM homes WHERE plhh = 10 AND entered = {settings.peiljaar})
        ORDER BY number
    """
