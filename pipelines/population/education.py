"""Diplomas and enrolments.

What belongs here: HOOGSTEOPLTAB and ONDERWIJSINSCHRTAB. What does not: work.
"""

from pipelines.population.chances import Chance
from pipelines.population.planting import scripted
from pipelines.population.settings import PopulationSettings
from pipelines.population.uniforms import uniform

ENROLLED = Chance(
    "ingeschreven",
    """CASE WHEN age = 12 THEN 0.75 WHEN age < 16 THEN 0.985
        ELSE [0.95, 0.93, 0.80, 0.70, 0.62, 0.54, 0.44, 0.31, 0.22, 0.14, 0.10, 0.07][age - 15]
            * least(1.0, exp(-0.15 * z - 0.05)) END""",
    only="age BETWEEN 12 AND 27",
    scripted=("ingeschreven",),
    most=0.99,
)
"""Enrolled on 1 October, by single year of age (a drawing of the known participation)."""

_LOW = ("1112", "1212", "1213", "1221", "1222", "1211")
_LOW_UP_TO = (0.2, 0.5, 0.58, 0.8, 0.96)
"""Practical education last: about one in twenty-five of the low levels (our choice)."""

_HIGHER = ("2111", "2112", "2121", "2131", "2132", "3111", "3112", "3113", "3211", "3212", "3213")
_HIGHER_UP_TO = (0.07, 0.17, 0.45, 0.50, 0.53, 0.55, 0.76, 0.83, 0.86, 0.99)

LOW_FLAG = (
    "laag",
    f"""CASE WHEN plant > 0 THEN {scripted("laag_opgeleid", "praktijkonderwijs")}
        WHEN age < 15 THEN true
        WHEN age < 27 THEN {uniform("hi", "low level")} < 0.14 * z +
            [0.99, 0.97, 0.85, 0.55, 0.33, 0.24, 0.18, 0.15, 0.14, 0.13, 0.13, 0.13][age - 14]
        ELSE {uniform("hi", "low level")} < 0.14 * z + CASE WHEN age < 45 THEN 0.14 WHEN age < 65 THEN 0.21 ELSE 0.36 END
        END""",
)
"""Flag: no diploma of mbo 2, havo or higher."""


def levels_sql(_settings: PopulationSettings) -> str:
    """HOOGSTEOPLTAB: about seven in ten people of 15 and over, the young more often; some values unknown."""
    draw, unknown = "d_level", "d_unknown"
    draws = f"""{uniform("hi", "level known")} AS d_known, {uniform("hi", "level")} AS d_level,
        {uniform("hi", "level unknown")} AS d_unknown"""
    low = " ".join(f"WHEN {draw} < {upper} THEN '{code}'" for code, upper in zip(_LOW[:-1], _LOW_UP_TO, strict=True))
    higher = " ".join(
        f"WHEN {draw} < {upper} THEN '{code}'" for code, upper in zip(_HIGHER[:-1], _HIGHER_UP_TO, strict=True)
    )
    young = " ".join(
        f"WHEN {draw} < {upper} THEN '{code}'" for upper, code in zip((0.25, 0.45, 0.75, 0.9), _HIGHER, strict=False)
    )
    return f"""
        SELECT 'R' AS "RINPERSOONS", rin AS "RINPERSOON",
            CASE WHEN plant = 0 AND {unknown} < 0.01 THEN '----' WHEN plant = 0 AND {unknown} < 0.015 THEN '9999'
                WHEN plant > 0 AND laag THEN CASE WHEN {scripted("praktijkonderwijs")} THEN '{_LOW[-1]}' ELSE '{_LOW[0]}' END
                WHEN laag THEN CASE {low} ELSE '{_LOW[-1]}' END
                WHEN age < 21 THEN CASE {young} ELSE '{_HIGHER[4]}' END
                ELSE CASE {higher} ELSE '{_HIGHER[-1]}' END
            END AS "OPLNIVSOI2021AGG4HBmetNIRWO"
        FROM (SELECT rin, plant, age, laag, {draws} FROM people WHERE age >= 15)
        WHERE CASE WHEN plant > 0 THEN {scripted("laag_opgeleid", "praktijkonderwijs", "startkwalificatie")}
            ELSE d_known < CASE WHEN age < 35 THEN 0.93 WHEN age < 50 THEN 0.78
                WHEN age < 65 THEN 0.62 ELSE 0.52 END END
    """


def enrolments_sql(_settings: PopulationSettings) -> str:
    """ONDERWIJSINSCHRTAB: one enrolment on 1 October, for a few a second one."""
    which = uniform("hi", "study")
    return f"""
        SELECT 'R' AS "RINPERSOONS", rin AS "RINPERSOON",
            (CASE WHEN age < 16 THEN 300000 WHEN age < 20 THEN 400000 ELSE 500000 END
                + floor(4000 * {which})::INTEGER)::VARCHAR AS "OPLNR"
        FROM people WHERE ingeschreven
        UNION ALL
        SELECT 'R', rin, (600000 + floor(4000 * {which})::INTEGER)::VARCHAR
        FROM people WHERE ingeschreven AND {uniform("hi", "second study")} < 0.02
    """
