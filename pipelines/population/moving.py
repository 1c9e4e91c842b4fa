"""When households move, and people who left a place: for another one, for good, or for another country.

What belongs here: SQL of moving days, which is the same in every delivery. What does not: addresses (`addresses.py`).
"""

from pipelines.population.areas import FIRST
from pipelines.population.households import ARRIVAL, LODGERS
from pipelines.population.lifelines import BASE
from pipelines.population.settings import PopulationSettings
from pipelines.population.uniforms import RIN_TEXT, bits, salt, uniform

LEFT_NUMBERS, OUTSIDE_NUMBERS = 25_000_000, 33_000_000
"""First numbers of people who left before the first peiljaar, and of those outside the BRP: beyond everybody else."""

_LEFT_EARLIER = 270_000
"""People who died or left in the eight years up to the first peildatum and are still on record (our choice)."""

MOVING_DRAW = bits("hhh", "moves")
IN_INSTITUTION_SINCE = (FIRST - 6) * 10_000 + 102
"""Earliest day since which anybody lives in an institution: nobody moves from one to another."""


def stay_length() -> str:
    """SQL of the years between two moves of a household (over `m_moves` and `years`): five for three in a hundred, twelve
    for one in six, 33 for the others, and not much longer than the household can have stood."""
    return "least(CASE WHEN m_moves & 1023 < 31 THEN 5 WHEN m_moves & 1023 < 205 THEN 12 ELSE 33 END, greatest(years, 10))::INTEGER"


PHASE = "(m_moves >> 10)::INTEGER % length"
"""SQL of the turn of a household among those that move as often. Without the cast SQL divides in 128 bits, a hundred times
slower."""


def last_move(year: str) -> str:
    """SQL of the year of the last move up to a year (over `phase` and `length`): every `length` years."""
    return f"({year} - (({year}) + phase) % length)::INTEGER"


def moving_draw(year: str) -> str:
    """SQL of the draw of the day on which a household moves in a year."""
    return f"lower_half(mix(xor(hhh::UBIGINT, ({salt('moving day')} + 7919 * ({year}))::UBIGINT)))"


def moving_day(year: str) -> str:
    """SQL of the day on which a household moves in a year."""
    return f"day_of(({year}), {moving_draw(year)})"


def away(year: str) -> str:
    """SQL: by how many moves the address of a year lies before or after that of the base year."""
    return f"((({year}) + phase) // length - ({BASE} + phase) // length)::TINYINT"


def _departed_sql(where: str) -> str:
    """People who left a place, with their address there up to `gone`, the day before they left."""
    return f"""
        SELECT hi, hhh, hh, g, age, sex, plhh, born, {away("departed - 1")} AS away, number, departed,
            greatest(CASE WHEN plhh = 10 THEN {IN_INSTITUTION_SINCE} ELSE {moving_day(last_move("(departed - 1)"))} END, born, arrived) AS settled, day_of(departed, {ARRIVAL}) - 1 AS gone
        FROM (
            SELECT *, {PHASE} AS phase FROM (
            SELECT *, {stay_length()} AS length
            FROM (
                SELECT *, {MOVING_DRAW} AS m_moves, CASE WHEN entered > 0 THEN day_of(entered, {ARRIVAL}) ELSE 0 END AS arrived,
                    day_of({{year}} - age, {uniform("hi", "birthday")}) AS born
                FROM (SELECT *, person_hash(idx) AS hi, household_hash(hh) AS hhh, rin_number(idx) AS number FROM departures WHERE {where})
            ))
        )
    """


def arrivals_sql(settings: PopulationSettings) -> str:
    """People who came to another place in the year, with where they lived before."""
    year = settings.peiljaar
    return _departed_sql(f"moved AND departed = {year}").format(year=year)


def gone_sql(settings: PopulationSettings, places: int) -> str:
    """Who left since the first peiljaar, and who left before: more than half of these died."""
    year = settings.peiljaar
    left = round(_LEFT_EARLIER * settings.scale)
    return f"""
        WITH base AS (SELECT range::INTEGER + {LEFT_NUMBERS} AS idx, range AS k FROM range({left})),
        hashed AS (SELECT *, person_hash(idx) AS hi FROM base),
        aged AS (
            SELECT *, CASE WHEN {uniform("hi", "died")} < 0.55 THEN 55 + floor(45 * sqrt({uniform("hi", "age")}))
                ELSE 19 + floor(40 * {uniform("hi", "age")}) END::INTEGER + {year - FIRST} AS age,
                {FIRST} - floor(8 * {uniform("hi", "left year")})::INTEGER AS departed
            FROM hashed
        )
        SELECT hi, household_hash(idx + {LODGERS}) AS hhh, (idx + {LODGERS})::INTEGER AS hh, (k % {places})::USMALLINT AS g,
            age::SMALLINT AS age, (1 + ({uniform("hi", "sex")} < 0.5)::INTEGER)::UTINYINT AS sex, 2::UTINYINT AS plhh,
            day_of({year} - age, {uniform("hi", "birthday")}) AS born, 1::TINYINT AS away, number, departed,
            day_of(departed - 2 - floor(8 * {uniform("hi", "since")})::INTEGER, {uniform("hi", "since day")}) AS settled,
            day_of(departed, {uniform("hi", "left day")}) AS gone, {RIN_TEXT} AS rin
        FROM (SELECT *, rin_number(idx) AS number FROM aged)
        UNION ALL
        SELECT *, {RIN_TEXT} FROM ({_departed_sql("NOT moved").format(year=year)})
    """
