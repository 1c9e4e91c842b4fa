"""Households: who lives with whom.

What belongs here: forming households by rank within the gemeente, from the numbers of `ground.py`. What does
not: addresses (`addresses.py`), the file of households (`household_spells.py`).

Partners of equal rank (by age) are a couple. Children are ranked by age and families by the age of the parents;
every family gets its first child at its own place in that order, second and third children go to a family
somewhere in the same stretch of it.
"""

import duckdb

from pipelines.population.ground import of_role
from pipelines.population.lifelines import BASE
from pipelines.population.settings import PopulationSettings
from pipelines.population.stays import ALONE, AT_HOME, TOGETHER
from pipelines.population.uniforms import salt, uniform

LODGERS = 50_000_000
"""Added to the number of a person who lives alone in another place than that of the base year: their household."""

COUPLES = 90_000_000
"""Added to the number of a couple that lives beside the households of the base year: their household."""

_MARRIED_COUPLES = 0.74
"""Of couples that live beside the base year: the share of partners who are married (CBS 37620, 1 January 2024)."""

DRAFT_COLUMNS = (
    "idx INTEGER, hh INTEGER, g USMALLINT, age SMALLINT, sex UTINYINT, plhh UTINYINT, typhh UTINYINT, "
    "size USMALLINT, kids USMALLINT, years UTINYINT, entered USMALLINT, departed USMALLINT"
)
_STAY = "entered, departed"


def form_households(connection: duckdb.DuckDBPyConnection, settings: PopulationSettings) -> None:
    """Write `drafts`: one row per person who is here, with household number, place, type, size and children as in the
    base year, and `years`, the longest time the household stands at one address; and `kin`, what is otherwise in
    this peiljaar. Order: role, area, age; then who lives beside the base year.

    `departures`: people who left a stay, with their household there, and `moved`: they live elsewhere since.
    """
    for table, stays in (("drafts", "here"), ("missed", "away")):
        connection.execute(f"CREATE TABLE {table} ({DRAFT_COLUMNS})")
        for role, sql in _HOUSEHOLDS.items():
            connection.execute(f"INSERT INTO {table} {sql(settings).format(cells=of_role(stays, role))}")
    for table, stays in (("lodgers", "lodging"), ("former", "lodged")):
        connection.execute(f"CREATE TABLE {table} AS {_lodgers_sql(stays)} ORDER BY idx, departed")
    connection.execute(f"INSERT INTO drafts SELECT {_DRAFTED} FROM lodgers")
    connection.execute(f"CREATE TABLE departures AS {_departures_sql()}")
    connection.execute(_kin_sql(settings))
    for table in ("missed", "former"):
        connection.execute(f"DROP TABLE {table}")


def _singles_sql(settings: PopulationSettings) -> str:
    # The age of the base year, so that the household moves in the same years in every delivery.
    years = f"least(greatest(age + {BASE - settings.peiljaar} - 16, 0), 30)"
    return f"SELECT idx, base + r, g, age, sex, 2, 1, 1, 0, {years}, {_STAY} FROM {{cells}}"


_MARRIED = uniform("household_hash(hh)", "married")
_FAMILY_BASE = "base + singles + couples"
_LONE_BASE = "base + singles + couples + families"


def _couples_sql(_settings: PopulationSettings) -> str:
    return f"""
        SELECT idx, hh, g, age, sex, CASE WHEN married THEN 4 ELSE 3 END, CASE WHEN married THEN 3 ELSE 2 END, 2, 0,
            least(30, 45 * r // couples), {_STAY}
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


def _families_sql(_settings: PopulationSettings) -> str:
    base = f"""
        SELECT *, r AS f, {_FAMILY_BASE} + r AS hh, families AS many, family_children AS ours, family_second AS second,
            family_bits AS bits
        FROM {{cells}}
    """
    return f"""
        SELECT idx, hh, g, age, sex, CASE WHEN married THEN 6 ELSE 5 END, CASE WHEN married THEN 5 ELSE 4 END, 2 + kids, kids,
            least(25, 2 + 30 * f // many), {_STAY}
        FROM (SELECT *, {_MARRIED} < 0.71 + 0.12 * f / many AS married FROM ({_with_siblings(base)}))
    """


def _lone_parents_sql(_settings: PopulationSettings) -> str:
    base = f"""
        SELECT *, r AS f, {_LONE_BASE} + r AS hh, lone AS many, children - family_children AS ours,
            lone_second AS second, lone_bits AS bits
        FROM {{cells}}
    """
    return f"""
        SELECT idx, hh, g, age, sex, 7, 6, 1 + kids, kids, least(25, 2 + 30 * f // many), {_STAY}
        FROM ({_with_siblings(base)})
    """


def _children_sql(_settings: PopulationSettings) -> str:
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
            CASE WHEN couple THEN 2 ELSE 1 END + kids, kids, least(25, 2 + 30 * f // greatest(many, 1)), {_STAY}
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


def _others_sql(_settings: PopulationSettings) -> str:
    return f"""
        SELECT idx, base + singles + couples + families + lone + r % other_households, g, age, sex,
            CASE WHEN r < other_households THEN 8 ELSE 9 END, 7,
            rounded_up(others - r % other_households, other_households), 0, 3, {_STAY}
        FROM {{cells}}
    """


def _institutions_sql(_settings: PopulationSettings) -> str:
    return f"""
        SELECT idx, base + dwellings + vacant + r % institutions, g, age, sex, 10, 8,
            rounded_up(inmates - r % institutions, institutions), 0, 3, {_STAY}
        FROM {{cells}}
    """


_HOUSEHOLDS = {
    "kind": _children_sql,
    "alleen": _singles_sql,
    "paar": _couples_sql,
    "gezin": _families_sql,
    "eenouder": _lone_parents_sql,
    "overig": _others_sql,
    "instelling": _institutions_sql,
}
_DRAFTED = "idx, hh, g, age, sex, plhh, typhh, size, kids, years, entered, departed"


def _lodgers_sql(stays: str) -> str:
    """People beside the base year: alone, two by two, in an institution, or as a child: of a couple or family of the area
    whose parents can be theirs (the newborn with young couples and families, who leave home with older ones)."""
    of_couple = f"couples > 0 AND (families = 0 OR {uniform('hi', 'lodges with')} < CASE WHEN age_then = 0 OR age_then >= 18 THEN 0.55 ELSE 0 END)"
    place = f"{uniform('hi', 'lodges where')}"
    rank = f"floor(couples * CASE WHEN age_then < 18 THEN 0.03 + 0.1 * {place} ELSE 0.25 + 0.25 * {place} END)::INTEGER"
    family = f"""least(families - 1, floor(families * CASE WHEN age_then < 1 THEN 0.5 * {place} WHEN age_then < 8 THEN 0.2 + 0.5 * {place}
        WHEN age_then < 18 THEN 0.5 + 0.4 * {place} ELSE 0.65 + 0.35 * {place} END))::INTEGER"""
    people = f"""
        SELECT *, person_hash(idx) AS hi
        FROM (SELECT *, first + k AS idx FROM (SELECT *, unnest(range(n)) AS k FROM ground.{stays}))
    """
    children = f"""
        SELECT *, CASE WHEN of_couple THEN base + singles + rank ELSE {_FAMILY_BASE} + f END AS hh
        FROM (
            SELECT *, {rank} AS rank, greatest({family}, 0) AS f, greatest(families, 1) AS many, family_children AS ours,
                family_second AS second, family_bits AS bits
            FROM (SELECT *, {of_couple} AS of_couple FROM lodging WHERE lives = {AT_HOME} AND couples + families > 0)
        )
    """
    return f"""
        WITH lodging AS ({people})
        SELECT idx::INTEGER AS idx, hh::INTEGER AS hh, g::USMALLINT AS g, age::SMALLINT AS age, sex::UTINYINT AS sex,
            1::UTINYINT AS plhh, CASE WHEN of_couple THEN CASE WHEN {_MARRIED} < 0.25 + 1.1 * rank / greatest(couples, 1) THEN 3 ELSE 2 END
                WHEN {_MARRIED} < 0.71 + 0.12 * f / many THEN 5 ELSE 4 END::UTINYINT AS typhh,
            CASE WHEN of_couple THEN 2 ELSE 2 + kids END::USMALLINT AS size,
            CASE WHEN of_couple THEN 0 ELSE kids END::USMALLINT AS kids,
            CASE WHEN of_couple THEN least(30, 45 * rank // greatest(couples, 1)) ELSE least(25, 2 + 30 * f // many) END::UTINYINT AS years,
            entered::USMALLINT AS entered, departed::USMALLINT AS departed, moved
        FROM ({_with_siblings(children)})
        UNION ALL
        SELECT idx, CASE WHEN alone THEN {LODGERS} + idx ELSE base + dwellings + vacant + (hi % institutions)::INTEGER END, g, age, sex,
            CASE WHEN alone THEN 2 ELSE 10 END, CASE WHEN alone THEN 1 ELSE 8 END,
            CASE WHEN alone THEN 1 ELSE rounded_up(inmates - (hi % institutions)::INTEGER, institutions) END, 0,
            CASE WHEN alone THEN 30 ELSE 3 END, entered, departed, moved
        FROM (SELECT *, lives = {ALONE} OR institutions = 0 AS alone FROM lodging
            WHERE lives NOT IN ({AT_HOME}, {TOGETHER}) OR lives = {AT_HOME} AND couples + families = 0)
        UNION ALL
        SELECT idx, hh, g, age, sex, 3 + married, 2 + married, 2, 0, 3, entered, departed, moved
        FROM (
            SELECT *, ({_MARRIED} < {_MARRIED_COUPLES})::INTEGER AS married
            FROM (SELECT *, {COUPLES} + couple + k AS hh FROM lodging WHERE lives = {TOGETHER})
        )
    """


def _departures_sql() -> str:
    return f"""
        SELECT {_DRAFTED}, moved FROM former
        UNION ALL
        SELECT {_DRAFTED}, idx IN (SELECT idx FROM lodgers WHERE moved) FROM missed WHERE departed > 0
        ORDER BY idx, departed
    """


_TURNOVER = ("came", "kids_came", "partners_came", "went", "kids_went", "partners_went")
_TURNOVER_BITS = 8


def packed_turnover() -> str:
    """SQL of one number of who came to and left a household in the year: few households have any, and one column is
    carried along for everybody sooner than six."""
    parts = (f"sum({name})::BIGINT * {1 << _TURNOVER_BITS * place}" for place, name in enumerate(_TURNOVER))
    return f"({' + '.join(parts)})::BIGINT"


def unpacked_turnover() -> str:
    """SQL of the six columns over `turnover`."""
    mask = (1 << _TURNOVER_BITS) - 1
    return ", ".join(
        f"(turnover >> {_TURNOVER_BITS * place} & {mask})::INTEGER AS {name}" for place, name in enumerate(_TURNOVER)
    )


ARRIVAL = uniform("hi", "moving day")
"""SQL of the draw of the day on which somebody comes to another place, or is gone from the old one."""


def _kin_sql(settings: PopulationSettings) -> str:
    """Households in which something is otherwise than in the base year, or happened: `babies`, born in the year;
    `before` and `lately`: last day, before the year and in it, on which somebody came or left; how many more
    (`size_more`, `kids_more`, `partners_more`) there are than in the base year; how many came and left in the year."""
    year = settings.peiljaar
    hashed = "person_hash(idx) AS hi"
    birthday = f"day_of({year} - age, {uniform('hi', 'birthday')})"
    nobody = "0 AS baby, 0 AS size_more, 0 AS kids_more, 0 AS partners_more, 0 AS came, 0 AS kids_came, 0 AS partners_came, 0 AS went, 0 AS kids_went, 0 AS partners_went"
    kid, partner = "(plhh = 1)::INTEGER", "(plhh BETWEEN 3 AND 6)::INTEGER"
    lately = f"entered = {year} AND age > 0"
    return f"""
        CREATE TABLE kin AS
        SELECT hh, sum(baby)::UTINYINT AS babies, max(day) FILTER (day < {year}0101) AS before,
            max(day) FILTER (day >= {year}0101) AS lately, sum(size_more)::SMALLINT AS size_more,
            sum(kids_more)::SMALLINT AS kids_more, sum(partners_more)::TINYINT AS partners_more,
            {packed_turnover()} AS turnover
        FROM (
            SELECT hh, {birthday} AS day, {nobody.replace("0 AS baby", "(age = 0)::INTEGER AS baby")}
            FROM (SELECT *, {hashed} FROM drafts WHERE plhh = 1 OR age < 18 AND plhh <> 10)
            UNION ALL
            SELECT hh, day_of(entered, {ARRIVAL}), 0, 0, 0, 0, ({lately})::INTEGER, ({lately} AND plhh = 1)::INTEGER,
                ({lately} AND plhh BETWEEN 3 AND 6)::INTEGER, 0, 0, 0
            FROM (SELECT *, {hashed} FROM drafts WHERE entered > 0 AND plhh NOT IN (2, 10))
            UNION ALL
            SELECT hh, NULL, 0, -1, -{kid}, -{partner}, 0, 0, 0, 0, 0, 0 FROM missed
            UNION ALL
            SELECT hh, NULL, 0, 1, {kid}, 0, 0, 0, 0, 0, 0, 0 FROM lodgers WHERE plhh IN (1, 10)
            UNION ALL
            SELECT hh, day_of(departed, {ARRIVAL}), 0, 0, 0, 0, 0, 0, 0, (departed = {year})::INTEGER,
                (departed = {year} AND plhh = 1)::INTEGER, (departed = {year} AND plhh BETWEEN 3 AND 6)::INTEGER
            FROM (SELECT *, {hashed} FROM departures WHERE plhh NOT IN (2, 10))
        ) GROUP BY hh
    """
