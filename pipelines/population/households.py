"""Households: who lives with whom, and the file GBAHUISHOUDENSBUS.

What belongs here: forming households by rank within the gemeente, from the numbers of `ground.py`. What does
not: addresses (`addresses.py`).

Partners of equal rank (by age) are a couple. Children are ranked by age and families by the age of the parents;
every family gets its first child at its own place in that order, second and third children go to a family
somewhere in the same stretch of it.
"""

import duckdb

from pipelines.population.ground import Ground
from pipelines.population.settings import PopulationSettings
from pipelines.population.uniforms import RIN_TEXT, salt, uniform

PREVIOUS_HOUSEHOLD = 20_000_000
"""Added to the number of a household for the one it was before a change in the year."""

BIRTH, MOVED, MOVED_PARTED, PARTED = 1, 2, 3, 4
"""What changed a household in the peiljaar: a birth, a move, a move after a couple parted, parting without a move."""

DRAFT_COLUMNS = (
    "idx INTEGER, hh INTEGER, g USMALLINT, age UTINYINT, sex UTINYINT, plhh UTINYINT, typhh UTINYINT, "
    "size USMALLINT, kids USMALLINT, years UTINYINT"
)


def form_households(connection: duckdb.DuckDBPyConnection, ground: Ground, settings: PopulationSettings) -> None:
    """Write `drafts`: one row per person with household number, place, type, size, children, and `years`, the
    longest time the household can have stood; and `kin`. Order: role, gemeente, age."""
    connection.execute(f"CREATE TABLE drafts ({DRAFT_COLUMNS})")
    for role, sql in (
        ("kind", _children_sql()),
        ("alleen", _singles_sql()),
        ("paar", _couples_sql()),
        ("gezin", _families_sql()),
        ("eenouder", _lone_parents_sql()),
        ("overig", _others_sql()),
        ("instelling", _institutions_sql()),
    ):
        low, high = ground.cells[role]
        if high >= low:
            connection.execute(f"INSERT INTO drafts {sql.format(cells=_cells_sql(low, high))}")
    connection.execute(_kin_sql(settings))


def _cells_sql(low: int, high: int) -> str:
    draw = uniform("person_hash(first + k)", "age")
    return (
        "(SELECT *, (low + floor((k + d_age) * width / n))::INTEGER AS age "
        f"FROM (SELECT *, first + k AS idx, {draw} AS d_age, rank0 + k AS r "
        f"FROM (SELECT *, unnest(range(n)) AS k FROM ground.cells WHERE cell BETWEEN {low} AND {high})))"
    )


def _singles_sql() -> str:
    return """SELECT idx, base + r, g, age, sex, 2, 1, 1, 0, least(greatest(age - 16, 0), 30) FROM {cells}"""


_MARRIED = uniform("household_hash(hh)", "married")
_FAMILY_BASE = "base + singles + couples"
_LONE_BASE = "base + singles + couples + families"


def _couples_sql() -> str:
    return f"""
        SELECT idx, hh, g, age, sex, CASE WHEN married THEN 4 ELSE 3 END, CASE WHEN married THEN 3 ELSE 2 END, 2, 0,
            least(30, 45 * r // couples)
        FROM (
            SELECT *, {_MARRIED} < 0.217 + 1.1 * r / couples AS married
            FROM (SELECT *, base + singles + r AS hh FROM {{cells}})
        )
    """


def _with_siblings(source: str) -> str:
    """SQL of `source` (with family `f` of `many`, `ours` children, `second` of them a second child, `bits`) with
    the number of children in that family as `kids`."""
    return f"""
        SELECT *, 1 + landed_on(place2, second, many) + landed_on(place3, ours - many - second, many) AS kids
        FROM (
            SELECT *, {_traded("f", "second child")} AS place2, {_traded("f", "third child")} AS place3 FROM ({source})
        )
    """


def _traded(place: str, name: str) -> str:
    return f"swapped({place}, many, bits, {salt(name)} + g)"


def _families_sql() -> str:
    base = f"""
        SELECT *, r AS f, {_FAMILY_BASE} + r AS hh, families AS many, family_children AS ours, family_second AS second,
            family_bits AS bits
        FROM {{cells}}
    """
    return f"""
        SELECT idx, hh, g, age, sex, CASE WHEN married THEN 6 ELSE 5 END, CASE WHEN married THEN 5 ELSE 4 END, 2 + kids, kids,
            least(25, 2 + 30 * f // many)
        FROM (SELECT *, {_MARRIED} < 0.71 + 0.12 * f / many AS married FROM ({_with_siblings(base)}))
    """


def _lone_parents_sql() -> str:
    base = f"""
        SELECT *, r AS f, {_LONE_BASE} + r AS hh, lone AS many, children - family_children AS ours,
            lone_second AS second, lone_bits AS bits
        FROM {{cells}}
    """
    return f"""
        SELECT idx, hh, g, age, sex, 7, 6, 1 + kids, kids, least(25, 2 + 30 * f // many) FROM ({_with_siblings(base)})
    """


def _children_sql() -> str:
    """Children: two parents or one; first child or later; then the family."""
    placed = f"""
        SELECT *, CASE
                WHEN is_first THEN first_before
                WHEN is_second THEN {_traded("(second_before * many) // greatest(second, 1)", "second child")}
                ELSE {_traded("((r1 - first_before - second_before) * many) // greatest(ours - many - second, 1)", "third child")}
            END AS f
        FROM (
            SELECT *, taken(r1 - first_before, second, ours - many) AS is_second,
                taken_before(r1 - first_before, second, ours - many) AS second_before
            FROM (
                SELECT *, taken(r1, many, ours) AS is_first, taken_before(r1, many, ours) AS first_before
                FROM ({_ONE_PARENT_OR_TWO})
            )
        )
    """
    return f"""
        SELECT idx, hh, g, age, sex, 1, CASE WHEN NOT couple THEN 6 WHEN married THEN 5 ELSE 4 END,
            CASE WHEN couple THEN 2 ELSE 1 END + kids, kids, least(25, 2 + 30 * f // greatest(many, 1))
        FROM (
            SELECT *, {_MARRIED} < 0.71 + 0.12 * f / many AS married
            FROM (SELECT *, CASE WHEN couple THEN {_FAMILY_BASE} ELSE {_LONE_BASE} END + f AS hh FROM ({_with_siblings(placed)}))
        )
    """


_ONE_PARENT_OR_TWO = """
    SELECT *, CASE WHEN couple THEN before ELSE r - before END AS r1,
        CASE WHEN couple THEN families ELSE lone END AS many,
        CASE WHEN couple THEN family_children ELSE children - family_children END AS ours,
        CASE WHEN couple THEN family_second ELSE lone_second END AS second,
        CASE WHEN couple THEN family_bits ELSE lone_bits END AS bits
    FROM (
        SELECT *, taken(r, family_children, children) AS couple, taken_before(r, family_children, children) AS before
        FROM {cells}
    )
"""


def _others_sql() -> str:
    return """
        SELECT idx, base + singles + couples + families + lone + r % other_households, g, age, sex,
            CASE WHEN r < other_households THEN 8 ELSE 9 END, 7,
            rounded_up(others - r % other_households, other_households), 0, 3
        FROM {cells}
    """


def _institutions_sql() -> str:
    return """
        SELECT idx, base + dwellings + vacant + r % institutions, g, age, sex, 10, 8,
            rounded_up(inmates - r % institutions, institutions), 0, 3
        FROM {cells}
    """


def _kin_sql(settings: PopulationSettings) -> str:
    """Households with children: how many were born in the year, and the birthday of the youngest of the others."""
    birthday = uniform("person_hash(idx)", "birthday")
    return f"""
        CREATE TABLE kin AS
        SELECT hh, count(*) FILTER (age = 0)::UTINYINT AS babies,
            max(day_of({settings.peiljaar} - age, {birthday})) FILTER (age > 0) AS youngest
        FROM drafts WHERE plhh = 1 OR age < 18 GROUP BY hh
    """


def households_sql(settings: PopulationSettings) -> str:
    """GBAHUISHOUDENSBUS: the household of the peildatum, and for changed ones the household before.

    Of a couple that parted in the year only who stayed is in the household before: the other cannot be told from
    somebody else who lives alone.
    """
    # Looked up rather than written out for every person again.
    places = [str(place) for place in range(1, 11)]
    return f"""
        SELECT 'R' AS "RINPERSOONS", {RIN_TEXT} AS "RINPERSOON", household_text(hh) AS "HUISHOUDNR",
            begun::VARCHAR AS "DATUMAANVANGHH", ended AS "DATUMEINDEHH",
            {places}[typhh] AS "TYPHH", {places}[plhh] AS "PLHH", size AS "AANTALPERSHH", kids AS "AANTALKINDHH"
        FROM ({_spells_sql(settings)})
    """


def _spells_sql(settings: PopulationSettings) -> str:
    # Without the babies of the year a family may have been a couple, and a lone parent alone.
    fewer = "greatest(kids::INTEGER - babies::INTEGER, 0)"
    # A planted person who lives alone left a family behind: a partner and a child.
    left = f"(change = {PARTED} AND plhh = 2)"
    parted = f"(change IN ({MOVED_PARTED}, {PARTED}) AND typhh IN (1, 6))"
    return f"""
        SELECT number, hh, begun, '{settings.last_day}' AS ended, typhh, plhh, size::INTEGER AS size, kids::INTEGER AS kids
        FROM homes
        UNION ALL
        SELECT number, hh + {PREVIOUS_HOUSEHOLD}, since, (begun - 1)::VARCHAR,
            CASE WHEN {parted} THEN CASE WHEN {fewer} > 0 OR {left} THEN 5 ELSE 3 END
                WHEN {fewer} > 0 OR typhh NOT IN (4, 5, 6) THEN typhh WHEN typhh = 6 THEN 1 WHEN typhh = 5 THEN 3 ELSE 2 END,
            CASE WHEN {parted} AND plhh <> 1 THEN CASE WHEN {fewer} > 0 OR {left} THEN 6 ELSE 4 END
                WHEN {fewer} > 0 OR plhh NOT IN (5, 6, 7) THEN plhh WHEN plhh = 7 THEN 2 WHEN plhh = 6 THEN 4 ELSE 3 END,
            size::INTEGER - babies::INTEGER + {parted}::INTEGER + {left}::INTEGER, {fewer} + {left}::INTEGER
        FROM homes WHERE change > 0 AND (babies = 0 OR age > 0)
        UNION ALL
        SELECT number, hh, since, gone::VARCHAR, 1, 2, 1, 0 FROM gone
    """
