"""Bijstand and arbeidsongeschiktheid: who has them, since when, and until when.

What belongs here: BIJSTANDPERSOONBUS and AOTOTPERSOONBUS. What does not: work (`work.py`), pensions as such
(`pensions.py`).
"""

from pipelines.population.chances import Chance
from pipelines.population.lasting import years_of
from pipelines.population.planting import scripted
from pipelines.population.settings import PopulationSettings
from pipelines.population.splits import Split
from pipelines.population.targets import aim
from pipelines.population.uniforms import lasting_since, lasting_uniform, uniform

AO = Chance(
    "ao",
    """exp(0.75 * z) * CASE WHEN plhh = 10 THEN 3 ELSE 1 END
        * CASE WHEN age < 25 THEN 0.55 WHEN age < 35 THEN 0.6 WHEN age < 45 THEN 0.75 WHEN age < 55 THEN 1.1
            WHEN age < 60 THEN 1.7 ELSE 2.3 END""",
    only="age BETWEEN 18 AND 66",
    target=aim("ao"),
    share="share_ao",
    scripted=("ao", "ao_voortgezet", "jonggehandicapt"),
    most=0.7,
)
"""Divided over gemeenten as in 2020."""

AO_ENDED = Chance(
    "ao_beeindigd",
    "exp(1.5 * z) * CASE WHEN age < 60 THEN 1 ELSE 0.6 END",
    only="age BETWEEN 18 AND 66 AND NOT ao",
    target=aim("ao_beeindigd"),
    scripted=("ao_beeindigd",),
    most=0.2,
)
"""Ended three to fifteen months before the peildatum."""

BIJSTAND = Chance(
    "bijstand",
    """exp(0.9 * z)
        * CASE WHEN plhh IN (2, 9) THEN 1.5 WHEN plhh = 7 THEN 2.2 WHEN plhh IN (1, 10) THEN 0.3 ELSE 0.45 END
        * CASE WHEN age < 27 THEN 0.59 ELSE 1 END * CASE WHEN sex = 2 THEN 1.25 ELSE 1 END
        * CASE WHEN schuld_huishouden THEN 2.2 ELSE 1 END * CASE WHEN opvang THEN 10 ELSE 1 END
        * CASE WHEN ingeschreven THEN 0.05 ELSE 1 END * CASE WHEN ao THEN 0.03 ELSE 1 END
        * CASE WHEN zelfstandig THEN 0.03 ELSE 1 END""",
    only="age BETWEEN 18 AND 66",
    target=aim("bijstand"),
    share="share_bijstand",
    scripted=("bijstand",),
    most=0.72,
)
"""Divided over gemeenten as in 2020."""

_TWO_LAWS = sum(map(aim, ("wao", "wga", "iva", "waz", "wajong"))) - aim("ao")
"""Persons who are counted with two laws: here all of them with Wajong and WGA (our choice)."""

LAW = Split(
    "law",
    who="ao",
    group="""(CASE WHEN age < 25 THEN 0 WHEN age < 35 THEN 1 WHEN age < 45 THEN 2 WHEN age < 55 THEN 3
        WHEN age < 60 THEN 4 ELSE 5 END)""",
    draw=uniform("hi", "ao law"),
    codes=("1", "2", "4", "3", "5"),
    totals=(aim("wao"), aim("waz"), aim("iva"), aim("wajong"), aim("wga") - _TWO_LAWS),
    weights=(
        (0, 0, 0.03, 0.85, 0.12),
        (0, 0, 0.08, 0.62, 0.30),
        (0.01, 0.002, 0.17, 0.37, 0.45),
        (0.10, 0.003, 0.22, 0.22, 0.45),
        (0.22, 0.006, 0.26, 0.13, 0.38),
        (0.40, 0.012, 0.28, 0.07, 0.25),
    ),
    planted=f"CASE WHEN {scripted('jonggehandicapt')} THEN '3' ELSE '5' END",
)
"""AOTOTWET of an AO benefit: WAO, WAZ, IVA, Wajong, WGA. The laws by age are a drawing: nobody became entitled to WAO
or WAZ after 2004, and Wajong is of the young."""

_WHICH_LAW = f"CASE WHEN plant > 0 THEN {LAW.planted} ELSE {LAW.code} END"
_HAS_SECOND_LAW = (
    f"ao AND plant = 0 AND {uniform('hi', 'second law')} < {_TWO_LAWS / aim('wajong'):.9e} AND {LAW.code} = '3'"
)

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
        FROM affected WHERE bijstand
        UNION ALL
        SELECT 'R', rin, day_of(greatest({year - BIJSTAND.lasts}, {year} - age + 18), {day})::VARCHAR, (day_of({year}, {day}) - 1)::VARCHAR,
            CASE WHEN {kind} < 0.955 OR age < 50 THEN '01' WHEN {kind} < 0.99 THEN '02' ELSE '03' END
        FROM affected WHERE bijstand_voorheen AND age > 18
        UNION ALL
        SELECT 'R', rin, (CASE WHEN plant > 0 THEN day_of({year} - 1, {day})
            ELSE day_of(greatest({lasting_since("hi", "aio", years_of("aio"), year)}, {year} - age + 67), {day}) END)::VARCHAR, '{last}', '13'
        FROM affected WHERE aio
        UNION ALL
        SELECT 'R', rin, (day_of({year}, {allowance}) // 100 * 100 + 1)::VARCHAR,
            (day_of({year}, {allowance}) // 100 * 100 + 1)::VARCHAR, CASE WHEN age < 24 THEN '19' ELSE '18' END
        FROM affected WHERE bijstand AND {uniform("hi", "allowance")} < {_ALLOWANCE}
    """


def laws_sql() -> str:
    """A row per person with AO and law (column `law`), as AOTOTPERSOONBUS has them."""
    return (
        f"SELECT {_WHICH_LAW} AS law FROM affected WHERE ao UNION ALL SELECT '5' FROM affected WHERE {_HAS_SECOND_LAW}"
    )


def revived() -> str:
    """SQL: the ended benefit was granted again before the peildatum."""
    return (
        f"(ao_beeindigd AND (plant > 0 AND {scripted('ao_herleefd')} "
        f"OR plant = 0 AND {uniform('hi', 'revived')} < {_REVIVED}))"
    )


def ao_sql(settings: PopulationSettings) -> str:
    """AOTOTPERSOONBUS: running, revived and ended benefits, some outside the window, some outside the BRP."""
    year, last = settings.peiljaar, settings.last_day
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
            '{last}' AS "EINDAOTOT", {_WHICH_LAW} AS "AOTOTWET"
        FROM affected WHERE ao
        UNION ALL
        SELECT 'R', rin, day_of(greatest({since} - 1, {year} - age + 18), {uniform("hi", "second law day")})::VARCHAR, '{last}', '5'
        FROM affected WHERE {_HAS_SECOND_LAW}
        UNION ALL
        SELECT 'R', rin, day_of({year} - 2 - {long}, {begun})::VARCHAR, {ended}::VARCHAR, {_WHICH_LAW}
        FROM affected WHERE ao_beeindigd OR ao AND {goes_on}
        UNION ALL
        SELECT 'R', rin, day_of({year}, 0.76 + 0.2 * {begun})::VARCHAR, '{last}', {_WHICH_LAW} FROM affected WHERE {revived()}
        UNION ALL
        SELECT 'R', rin, day_of(greatest({year - AO.lasts}, {year} - age + 18), {begun})::VARCHAR, (day_of({year}, {begun}) - 1)::VARCHAR, {_WHICH_LAW}
        FROM affected WHERE ao_voorheen AND NOT ao AND NOT ao_beeindigd AND age > 18
        UNION ALL
        SELECT 'R', rin, day_of({ended_since} - 7, {begun})::VARCHAR, day_of({ended_since} - 3, {begun})::VARCHAR, {_WHICH_LAW}
        FROM people WHERE NOT ao AND NOT ao_beeindigd AND NOT ao_voorheen AND CASE WHEN plant > 0 THEN {scripted("ao_lang_geleden")}
            ELSE age BETWEEN 26 AND 72 AND {long_ago} < 0.003 END
        UNION ALL
        SELECT kind, rin, '{year - 6}0501', '{last}', '5' FROM outsiders WHERE known_from >= 0.95
        UNION ALL
        SELECT * FROM (VALUES ('R', '000000001', '{year - 3}0201', '{last}', '1'),
            ('F', '---------', '{year - 3}0201', '{last}', '9'))
    """
