"""Jobs, self-employment, what comes after a job, and the main source of income.

What belongs here: SPOLISBUS, WWPERSOONBUS and SECMBUS. What does not: other benefits (`benefits.py`), how much
somebody has (`income.py`).
"""

from pipelines.population.benefits import BIJSTAND, revived
from pipelines.population.chances import Chance
from pipelines.population.planting import scripted
from pipelines.population.settings import PopulationSettings
from pipelines.population.targets import aim
from pipelines.population.uniforms import bits_of_year, lasting_since, lasting_uniform, uniform

SELF_EMPLOYED = Chance(
    "zelfstandig",
    """CASE WHEN age < 25 THEN 0.3 WHEN age < 35 THEN 0.9
        WHEN age < 55 THEN 1.2 WHEN age < 67 THEN 1.1 ELSE 0.25 END * exp(-0.2 * z)""",
    only="age BETWEEN 18 AND 75 AND plhh BETWEEN 2 AND 9",
    target=aim("zelfstandig"),
    scripted=("zelfstandig",),
    most=0.35,
)

JOB = Chance(
    "baan",
    """CASE WHEN age < 18 THEN 0.5 WHEN age < 25 THEN 0.8 WHEN age < 55 THEN 0.88 WHEN age < 60 THEN 0.8
            WHEN age < 65 THEN 0.66 WHEN age < 67 THEN 0.4 ELSE 0.09 END
        * CASE WHEN bijstand THEN 0.12 ELSE 1 END * CASE WHEN ao THEN 0.3 ELSE 1 END
        * CASE WHEN ao_beeindigd THEN 0.55 ELSE 1 END * CASE WHEN zelfstandig THEN 0.13 ELSE 1 END
        * CASE WHEN opvang THEN 0.25 ELSE 1 END * CASE WHEN schuld_huishouden THEN 0.85 ELSE 1 END
        * CASE WHEN laag AND age > 22 THEN 0.75 ELSE 1 END * CASE WHEN diagnose > 0 THEN 0.7 ELSE 1 END
        * greatest(0.3, 1 - 0.11 * z)""",
    only="age BETWEEN 15 AND 74 AND plhh <> 10",
    target=aim("baan"),
    scripted=("baan", "baan_weg"),
    most=0.97,
)
"""Persons with a job in the year."""

_WW_LASTS = 2


def job_draws(year: int) -> tuple[tuple[str, str], ...]:
    """Draws: whether the job was lost, when in the year, and whether unemployment benefit followed."""
    return (
        ("d_stopped", lasting_uniform("hi", "job stopped", 1, year)),
        ("d_ended", lasting_uniform("hi", "job ended", 1, year)),
        ("d_ww", lasting_uniform("hi", "ww", _WW_LASTS, year)),
    )


def job_ended_column(settings: PopulationSettings) -> tuple[str, str]:
    """Column `baan_tot`: 0 while the job runs, or the day in the peiljaar on which it ended."""
    year = settings.peiljaar
    sql = f"""CASE WHEN NOT baan THEN 0
        WHEN plant > 0 THEN CASE WHEN {scripted("baan")} THEN 0 ELSE {year}0215 + 100 * floor(7 * d_ended)::INTEGER END
        WHEN d_stopped < 0.06 * exp(0.4 * z) THEN day_of({year}, 0.97 * d_ended)
        ELSE 0 END::INTEGER"""
    return "baan_tot", sql


_WW_AFTER_JOB, _WW_LONG = 0.265, 0.027
"""Shares that come out near the figure of the reference year."""


def ww_flag(year: int) -> tuple[str, str]:
    """Flag `ww`: unemployment benefit on the peildatum: after a job that ended in the year, or since longer."""
    more = aim("ww", year) / aim("ww")
    sql = f"""CASE WHEN plant > 0 THEN {scripted("ww")} WHEN d_ww > {more * _WW_AFTER_JOB:.9e} OR age NOT BETWEEN 18 AND 66 THEN false
        WHEN baan THEN baan_tot > 0 AND NOT bijstand
        ELSE d_ww < {more * _WW_LONG:.9e} AND plhh <> 10 AND NOT bijstand AND NOT ao AND NOT zelfstandig AND NOT ingeschreven END"""
    return "ww", sql


_SECOND_JOB = 0.035


def jobs_sql(settings: PopulationSettings) -> str:
    """SPOLISBUS: one row per job in the year; some have two, many outside the BRP have one."""
    year, last = settings.peiljaar, settings.last_day
    wage = """100 * round(CASE WHEN age < 18 THEN 35e0 WHEN age < 23 THEN 120e0 ELSE 330e0 END * exp(45e-2 * d_wage - 25e-2 * z)
        * CASE WHEN baan_tot > 0 THEN (baan_tot % 10000 // 100) / 12e0 ELSE 1e0 END)"""
    ended = f"CASE WHEN baan_tot > 0 THEN baan_tot::VARCHAR ELSE '{last}' END"
    return f"""
        SELECT 'R' AS "RINPERSOONS", rin AS "RINPERSOON", '1' || rin AS "IKVID",
            CASE WHEN baan_tot > 0 OR d_begun < 0.75 THEN '{year}0101'
                ELSE day_of({year}, (d_begun - 0.75) * 3.2)::VARCHAR END AS "SDATUMAANVANGIKO",
            {ended} AS "SDATUMEINDEIKO", {wage} AS "SBASISLOON"
        FROM (
            SELECT rin, age, z, baan_tot, upper_half(m_job) AS d_wage, lower_half(m_job) AS d_begun
            FROM (SELECT *, {bits_of_year("hi", "job", year)} AS m_job FROM people WHERE baan)
        )
        UNION ALL
        SELECT 'R', rin, '2' || rin, '{year}0101', {ended}, 6000.0
        FROM people WHERE baan AND {uniform("hi", "second job")} < {_SECOND_JOB}
        UNION ALL
        SELECT 'R', rin, '5' || rin, ({year}1202 + (hi % 26)::INTEGER)::VARCHAR, '{last}', 1500.0
        FROM affected WHERE plant > 0 AND {scripted("nieuwe_baan")}
        UNION ALL
        SELECT kind, rin, '3' || rin, '{year}0101', '{last}', 100 * round(150 + 90 * known_from)
        FROM outsiders WHERE known_from < 0.7
        UNION ALL
        SELECT * FROM (VALUES ('R', '000000000', '4000000001', '{year}0101', '{last}', 1200.0),
            ('R', '000000001', '4000000002', '{year}0101', '{last}', 800.0),
            ('F', '---------', '4000000003', '{year}0101', '{last}', 950.0))
    """


def unemployment_sql(settings: PopulationSettings) -> str:
    """WWPERSOONBUS: benefits that run on the peildatum, and some that ended in the year."""
    year, last = settings.peiljaar, settings.last_day
    day, since = uniform("hi", "ww day"), lasting_since("hi", "ww", _WW_LASTS, year)
    return f"""
        SELECT 'R' AS "RINPERSOONS", rin AS "RINPERSOON",
            CASE WHEN baan_tot > 0 THEN (baan_tot + 1)::VARCHAR WHEN plant > 0 THEN day_of({year} - 1, {day})::VARCHAR
                ELSE day_of({since}, {day})::VARCHAR END AS "AANVWW",
            '{last}' AS "EINDWW"
        FROM affected WHERE ww
        UNION ALL
        SELECT 'R', rin, (baan_tot + 1)::VARCHAR, (baan_tot + 203)::VARCHAR
        FROM affected WHERE plant > 0 AND baan_tot > 0 AND {scripted("ww_afgelopen")}
        UNION ALL
        SELECT 'R', rin, day_of({year - _WW_LASTS}, {day})::VARCHAR, (day_of({year}, {day}) - 1)::VARCHAR
        FROM people WHERE plant = 0 AND NOT ww AND NOT baan AND {since} = {year} AND age BETWEEN 19 AND 66 AND plhh <> 10
            AND NOT bijstand AND NOT ao AND NOT zelfstandig AND NOT ingeschreven
            AND {lasting_uniform("hi", "ww", _WW_LASTS, year, back=1)} < {_WW_LONG}
        UNION ALL
        SELECT kind, rin, '{year}0401', '{last}' FROM outsiders WHERE known_from BETWEEN 0.58 AND 0.6
        UNION ALL
        SELECT * FROM (VALUES ('R', '000000001', '{year}0201', '{last}'), ('F', '---------', '{year}0201', '{last}'))
    """


def income_sources_sql(settings: PopulationSettings) -> str:
    """SECMBUS: everybody of 15 and over; who lost a job in the year has a spell before and a spell after."""
    year, last = settings.peiljaar, settings.last_day
    # Written out where they are needed: few people get that far in the CASE.
    own, rest = uniform("hi", "kind of business"), uniform("hi", "no income")
    since = f"""greatest({lasting_since("hi", "main source", 12, year)}, {year} - age + 15,
        CASE WHEN bijstand THEN {BIJSTAND.begun(year)} WHEN zelfstandig THEN {SELF_EMPLOYED.begun(year)}
            WHEN baan THEN {JOB.begun(year)} ELSE 0 END)"""
    draws = f"{since} AS since"
    # A small job is not the main source of income of who also has a benefit.
    now = f"""CASE
        WHEN zelfstandig THEN CASE WHEN {own} < 0.84 THEN '13' WHEN {own} < 0.92 THEN '12'
            WHEN {own} < 0.98 THEN '14' ELSE '15' END
        WHEN bijstand THEN '22'
        WHEN baan AND baan_tot = 0 AND ingeschreven AND age < 30 THEN '26'
        WHEN baan AND baan_tot = 0 THEN '11'
        WHEN age >= 67 THEN '25'
        WHEN ao OR {revived()} THEN '24'
        WHEN ww THEN '21'
        WHEN ingeschreven THEN '31'
        WHEN age >= 63 AND {rest} < 0.5 THEN '25'
        WHEN {rest} < 0.06 THEN '23'
        ELSE '32' END"""
    begun = "(since * 10000 + 101)"
    return f"""
        SELECT 'R' AS "RINPERSOONS", rin AS "RINPERSOON",
            CASE WHEN baan_tot > 0 THEN (baan_tot + 1)::VARCHAR ELSE ({begun})::VARCHAR END AS "AANVSECM",
            '{last}' AS "EINDSECM", {now} AS "SECM"
        FROM (SELECT *, {draws} FROM people WHERE age >= 15)
        UNION ALL
        SELECT 'R', rin, ({begun})::VARCHAR, baan_tot::VARCHAR, '11' FROM (SELECT *, {draws} FROM people WHERE baan_tot > 0)
        UNION ALL
        SELECT kind, rin, '{year}0101', '{last}', '11' FROM outsiders WHERE known_from < 0.7
    """
