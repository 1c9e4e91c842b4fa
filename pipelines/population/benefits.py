"""Bijstand and arbeidsongeschiktheid: who has them, since when, and until when.

What belongs here: BIJSTANDPERSOONBUS and AOTOTPERSOONBUS. What does not: work (`work.py`), pensions as such
(`pensions.py`).
"""

from pipelines.population.chances import Chance
from pipelines.population.lasting import years_of
from pipelines.population.planting import scripted
from pipelines.population.settings import PopulationSettings
from pipelines.population.uniforms import lasting_since, lasting_uniform, uniform

AO = Chance(
    "ao",
    """exp(0.75 * z) * CASE WHEN plhh = 10 THEN 3 ELSE 1 END
        * CASE WHEN age < 25 THEN 0.55 WHEN age < 35 THEN 0.6 WHEN age < 45 THEN 0.75 WHEN age < 55 THEN 1.1
            WHEN age < 60 THEN 1.7 ELSE 2.3 END""",
    only="age BETWEEN 18 AND 66",
    target=813_930,
    share="share_ao",
    scripted=("ao", "ao_voortgezet", "jonggehandicapt"),
    most=0.7,
)
"""UWV, December 2024 (CBS 85692NED); divided over gemeenten as in 2020."""

AO_ENDED = Chance(
    "ao_beeindigd",
    "exp(1.5 * z) * CASE WHEN age < 60 THEN 1 ELSE 0.6 END",
    only="age BETWEEN 18 AND 66 AND NOT ao",
    target=45_000,
    scripted=("ao_beeindigd",),
    most=0.2,
)
"""Ended three to fifteen months before the peildatum. Our choice: outflow without pension or death is not open."""

BIJSTAND = Chance(
    "bijstand",
    """exp(0.9 * z)
        * CASE WHEN plhh IN (2, 9) THEN 1.5 WHEN plhh = 7 THEN 2.2 WHEN plhh IN (1, 10) THEN 0.3 ELSE 0.45 END
        * CASE WHEN age < 27 THEN 0.7 ELSE 1 END
        * CASE WHEN schuld_huishouden THEN 2.2 ELSE 1 END * CASE WHEN opvang THEN 10 ELSE 1 END
        * CASE WHEN ingeschreven THEN 0.05 ELSE 1 END * CASE WHEN ao THEN 0.03 ELSE 1 END
        * CASE WHEN zelfstandig THEN 0.03 ELSE 1 END""",
    only="age BETWEEN 18 AND 66",
    target=401_000,
    share="share_bijstand",
    scripted=("bijstand",),
    most=0.72,
)
"""CBS, end of 2023; divided over gemeenten as in 2020."""

_REVIVED = 0.04
_ALLOWANCE = 0.08


def bijstand_sql(settings: PopulationSettings) -> str:
    """BIJSTANDPERSOONBUS: running benefits, ended ones, and yearly allowances that are no benefit to live on."""
    year, last = settings.peiljaar, settings.last_day
    kind = uniform("hi", "kind of bijstand")
    day = uniform("hi", "bijstand day")
    since = f"greatest({BIJSTAND.begun(year)}, {year} - age + 18)"
    begun = f"CASE WHEN plant > 0 THEN day_of({year} - 1, {day}) ELSE day_of({since}, {day}) END"
    allowance = uniform("hi", "allowance day")
    return f"""
        SELECT 'R' AS "RINPERSOONS", rin AS "RINPERSOON", ({begun})::VARCHAR AS "AANVBIJSTAND",
            '{last}' AS "EINDBIJSTAND",
            CASE WHEN {kind} < 0.955 OR age < 50 THEN '01' WHEN {kind} < 0.99 THEN '02' ELSE '03' END AS "BIJSTANDSOORT"
        FROM people WHERE bijstand
        UNION ALL
        SELECT 'R', rin, day_of(greatest({year - BIJSTAND.lasts}, {year} - age + 18), {day})::VARCHAR, (day_of({year}, {day}) - 1)::VARCHAR,
            CASE WHEN {kind} < 0.955 OR age < 50 THEN '01' WHEN {kind} < 0.99 THEN '02' ELSE '03' END
        FROM people WHERE bijstand_voorheen AND age > 18
        UNION ALL
        SELECT 'R', rin, (CASE WHEN plant > 0 THEN day_of({year} - 1, {day})
            ELSE day_of(greatest({lasting_since("hi", "aio", years_of("aio"), year)}, {year} - age + 67), {day}) END)::VARCHAR, '{last}', '13'
        FROM people WHERE aio
        UNION ALL
        SELECT 'R', rin, (day_of({year}, {allowance}) // 100 * 100 + 1)::VARCHAR,
            (day_of({year}, {allowance}) // 100 * 100 + 1)::VARCHAR, CASE WHEN age < 24 THEN '19' ELSE '18' END
        FROM people WHERE bijstand AND {uniform("hi", "allowance")} < {_ALLOWANCE}
    """


def revived() -> str:
    """SQL: the ended benefit was granted again before the peildatum."""
    return (
        f"(ao_beeindigd AND (plant > 0 AND {scripted('ao_herleefd')} "
        f"OR plant = 0 AND {uniform('hi', 'revived')} < {_REVIVED}))"
    )


def ao_sql(settings: PopulationSettings) -> str:
    """AOTOTPERSOONBUS: running, revived and ended benefits, some outside the window, some outside the BRP."""
    year, last = settings.peiljaar, settings.last_day
    law = uniform("hi", "ao law")
    which = f"""CASE WHEN plant > 0 THEN CASE WHEN {scripted("jonggehandicapt")} THEN '3' ELSE '5' END WHEN {law} < 0.33 THEN '5' WHEN {law} < 0.55 THEN '4'
        WHEN age < 45 OR {law} < 0.62 THEN '3' WHEN age < 52 THEN '5' WHEN {law} > 0.99 THEN '2' ELSE '1' END"""
    long = f"least(floor(20 * {uniform('hi', 'ao long')})::INTEGER, age - 18)"
    begun = uniform("hi", "ao begun")
    since = f"greatest({AO.begun(year)}, {year} - age + 18)"
    long_ago, ended_since = (make("hi", "ao long ago", 5, year) for make in (lasting_uniform, lasting_since))
    # The months from November before the peiljaar to August: well inside three to fifteen months ago.
    month = f"floor(10 * {uniform('hi', 'ao ended')})::INTEGER"
    ended = (
        f"(CASE WHEN {month} < 2 THEN {year - 1}1100 + {month} * 100 ELSE {year}0000 + ({month} - 1) * 100 END "
        f"+ 2 + floor(26 * {uniform('hi', 'ao end day')})::INTEGER)"
    )
    goes_on = f"(plant > 0 AND {scripted('ao_voortgezet')})"
    return f"""
        SELECT 'R' AS "RINPersoonS", rin AS "RINPersoon",
            (CASE WHEN {goes_on} THEN {ended} + 1 WHEN plant > 0 THEN day_of({year} - 1 - {long}, {begun})
                ELSE day_of({since}, {begun}) END)::VARCHAR AS "AANVAOTOT",
            '{last}' AS "EINDAOTOT", {which} AS "AOTOTWET"
        FROM people WHERE ao
        UNION ALL
        SELECT 'R', rin, day_of({year} - 2 - {long}, {begun})::VARCHAR, {ended}::VARCHAR, {which}
        FROM people WHERE ao_beeindigd OR ao AND {goes_on}
        UNION ALL
        SELECT 'R', rin, day_of({year}, 0.76 + 0.2 * {begun})::VARCHAR, '{last}', {which} FROM people WHERE {revived()}
        UNION ALL
        SELECT 'R', rin, day_of(greatest({year - AO.lasts}, {year} - age + 18), {begun})::VARCHAR, (day_of({year}, {begun}) - 1)::VARCHAR, {which}
        FROM people WHERE ao_voorheen AND NOT ao_beeindigd AND age > 18
        UNION ALL
        SELECT 'R', rin, day_of({ended_since} - 7, {begun})::VARCHAR, day_of({ended_since} - 3, {begun})::VARCHAR, {which}
        FROM people WHERE NOT ao AND NOT ao_beeindigd AND NOT ao_voorheen AND CASE WHEN plant > 0 THEN {scripted("ao_lang_geleden")}
            ELSE age BETWEEN 26 AND 72 AND {long_ago} < 0.003 END
        UNION ALL
        SELECT kind, rin, '{year - 6}0501', '{last}', '5' FROM outsiders WHERE known_from >= 0.95
        UNION ALL
        SELECT * FROM (VALUES ('R', '000000001', '{year - 3}0201', '{last}', '1'),
            ('F', '---------', '{year - 3}0201', '{last}', '9'))
    """
