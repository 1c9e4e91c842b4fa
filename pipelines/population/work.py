"""Jobs, self-employment, and the main source of income.

What belongs here: SPOLISBUS and SECMBUS. What does not: benefits as such (`benefits.py`).
"""

from pipelines.population.benefits import revived
from pipelines.population.chances import Chance
from pipelines.population.planting import scripted
from pipelines.population.settings import PopulationSettings
from pipelines.population.uniforms import bits, uniform

SELF_EMPLOYED = Chance(
    "zelfstandig",
    """CASE WHEN age NOT BETWEEN 18 AND 75 OR plhh IN (1, 10) THEN 0 WHEN age < 25 THEN 0.3 WHEN age < 35 THEN 0.9
        WHEN age < 55 THEN 1.2 WHEN age < 67 THEN 1.1 ELSE 0.25 END * exp(-0.2 * z)""",
    target=1_200_000,
    scripted=("zelfstandig",),
)

JOB = Chance(
    "baan",
    """CASE WHEN age < 15 OR age > 74 OR plhh = 10 THEN 0 ELSE
        CASE WHEN age < 18 THEN 0.5 WHEN age < 25 THEN 0.8 WHEN age < 55 THEN 0.88 WHEN age < 60 THEN 0.8
            WHEN age < 65 THEN 0.66 WHEN age < 67 THEN 0.4 ELSE 0.09 END
        * CASE WHEN bijstand THEN 0.12 ELSE 1 END * CASE WHEN ao THEN 0.3 ELSE 1 END
        * CASE WHEN ao_beeindigd THEN 0.55 ELSE 1 END * CASE WHEN zelfstandig THEN 0.13 ELSE 1 END
        * CASE WHEN opvang THEN 0.25 ELSE 1 END * CASE WHEN schuld_huishouden THEN 0.85 ELSE 1 END
        * greatest(0.3, 1 - 0.07 * z) END""",
    target=8_500_000,
    scripted=("baan",),
    # A planted person without a job may have had one that ended in the first half of the year.
    scripted_else=0.3,
    most=0.97,
)
"""Persons with a job in the year, about 8.5 million (our choice, near the published number of employees)."""

JOB_DRAWS = (("d_stopped", uniform("hi", "job stopped")), ("d_ended", uniform("hi", "job ended")))


def job_ended_column(settings: PopulationSettings) -> tuple[str, str]:
    """Column `baan_tot`: 0 while the job runs, or the day in the peiljaar on which it ended."""
    year = settings.peiljaar
    sql = f"""CASE WHEN NOT baan THEN 0
        WHEN plant > 0 THEN CASE WHEN {scripted("baan")} THEN 0 ELSE {year}0115 + 100 * floor(5 * d_ended)::INTEGER END
        WHEN d_stopped < 0.06 * exp(0.4 * z) THEN day_of({year}, 0.97 * d_ended)
        ELSE 0 END::INTEGER"""
    return "baan_tot", sql


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
            FROM (SELECT *, {bits("hi", "job")} AS m_job FROM people WHERE baan)
        )
        UNION ALL
        SELECT 'R', rin, '2' || rin, '{year}0101', {ended}, 6000.0
        FROM people WHERE baan AND {uniform("hi", "second job")} < {_SECOND_JOB}
        UNION ALL
        SELECT kind, rin, '3' || rin, '{year}0101', '{last}', 100 * round(150 + 90 * known_from)
        FROM outsiders WHERE known_from < 0.7
        UNION ALL
        SELECT * FROM (VALUES ('R', '000000000', '4000000001', '{year}0101', '{last}', 1200.0),
            ('R', '000000001', '4000000002', '{year}0101', '{last}', 800.0),
            ('F', '---------', '4000000003', '{year}0101', '{last}', 950.0))
    """


def income_sources_sql(settings: PopulationSettings) -> str:
    """SECMBUS: everybody of 15 and over; who lost a job in the year has a spell before and a spell after."""
    year, last = settings.peiljaar, settings.last_day
    own, rest = "d_own", "d_rest"
    draws = f"""{uniform("hi", "kind of business")} AS d_own, {uniform("hi", "no income")} AS d_rest,
        {uniform("hi", "secm begun")} AS d_begun"""
    # A small job is not the main source of income of who also has a benefit.
    now = f"""CASE
        WHEN zelfstandig THEN CASE WHEN {own} < 0.84 THEN '13' WHEN {own} < 0.92 THEN '12'
            WHEN {own} < 0.98 THEN '14' ELSE '15' END
        WHEN bijstand THEN '22'
        WHEN baan AND baan_tot = 0 AND ingeschreven AND age < 30 THEN '26'
        WHEN baan AND baan_tot = 0 THEN '11'
        WHEN age >= 67 THEN '25'
        WHEN ao OR {revived()} THEN '24'
        WHEN ingeschreven THEN '31'
        WHEN baan AND {rest} < 0.5 THEN '21'
        WHEN age >= 63 AND {rest} < 0.5 THEN '25'
        WHEN {rest} < 0.06 THEN '23'
        ELSE '32' END"""
    begun = f"(({year} - 1 - least(age - 15, floor(15 * d_begun)::INTEGER)) * 10000 + 101)"
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
