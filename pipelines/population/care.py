"""Long-term care, hospitals, and what the basic insurance paid.

What belongs here: INDICWLZTAB, ZVWZORGKOSTENTAB and MSZPRESTATIESVEKTTAB. What does not: mental health care,
medicines and Wmo (`health.py`).
"""

from pipelines.population.chances import Chance
from pipelines.population.planting import scripted
from pipelines.population.settings import PopulationSettings
from pipelines.population.targets import aim
from pipelines.population.uniforms import bits, uniform

LONG_TERM_CARE = Chance(
    "wlz",
    """CASE WHEN plhh = 10 THEN CASE WHEN age >= 65 THEN 90 WHEN age >= 18 THEN 40 ELSE 10 END ELSE exp(0.4 * z)
        * CASE WHEN age < 18 THEN 0.25 WHEN age < 65 THEN CASE WHEN ao THEN 3 ELSE 0.5 END WHEN age < 75 THEN 0.7
            WHEN age < 85 THEN 2.5 ELSE 9 END END""",
    target=aim("wlz"),
    scripted=("wlz", "wlz_lvb"),
    most=0.95,
)

MATERNITY = Chance(
    "geboortezorg",
    """CASE WHEN babies > 0 AND plhh > 2 THEN 22
        ELSE CASE WHEN age < 20 THEN 0.1 WHEN age < 25 THEN 0.4 WHEN age < 38 THEN 1.3 WHEN age < 44 THEN 0.3 ELSE 0.01 END
            * CASE WHEN plhh IN (3, 4, 5, 6) THEN 1.2 ELSE 0.4 END END""",
    only="sex = 2 AND age BETWEEN 15 AND 50",
    target=aim("geboortezorg"),
    scripted=("geboortezorg",),
    most=0.97,
)
"""The mothers of the newborn, and pregnant women who gave birth a year later or not at all (our choice)."""

COELIAC_DISEASE = Chance(
    "coeliakie",
    "CASE WHEN age < 18 THEN 1.3 ELSE 1 END * CASE WHEN insuline AND age < 18 THEN 50 ELSE 1 END",
    only="age >= 2",
    target=aim("coeliakie"),
    scripted=("coeliakie",),
    most=0.08,
)
"""Treated in hospital. Our choice: about one in twenty children with insulin, which is a rule of thumb."""

_INSURED = "(hi & 511) <> 77"
"""But for about 35,000 people: more than the 28,740 at the end of 2013, after which no count was found."""

_OTHER_GROUPS = "(hi >> 10) & 1023 < 25 + age"


def indications_sql(_settings: PopulationSettings) -> str:
    """INDICWLZTAB: a row per person and ground; a few old people have two."""
    draw = "d_ground"
    return f"""
        SELECT 'R' AS "RINPERSOONS", rin AS "RINPERSOON", CASE
            WHEN plant > 0 THEN CASE WHEN {scripted("wlz_lvb")} THEN 'VG' ELSE 'GGZ' END
            WHEN age < 65 THEN CASE WHEN {draw} < 0.68 THEN 'VG' WHEN {draw} < 0.76 THEN 'LG' WHEN {draw} < 0.78 THEN 'ZG'
                WHEN age < 18 THEN 'VG' WHEN {draw} < 0.95 THEN 'GGZ' ELSE 'SOM' END
            WHEN {draw} < 0.58 THEN 'PG' WHEN {draw} < 0.9 THEN 'SOM' WHEN {draw} < 0.95 THEN 'VG' WHEN {draw} < 0.98 THEN 'GGZ'
            ELSE 'LG' END AS "WLZGRONDSLAG"
        FROM (SELECT *, {uniform("hi", "wlz ground")} AS d_ground FROM affected WHERE wlz)
        UNION ALL
        SELECT 'R', rin, 'ZG' FROM affected WHERE wlz AND plant = 0 AND age >= 65 AND {uniform("hi", "second ground")} < 0.02
        UNION ALL
        SELECT kind, rin, 'VG' FROM outsiders WHERE known_from BETWEEN 0.82 AND 0.84
    """


def costs_sql(settings: PopulationSettings) -> str:
    """ZVWZORGKOSTENTAB: everybody who is insured, and who left in the year; whole euros per kind of care.

    One in twenty had 5,000 euros of hospital care or more, with age and frailty more; about 600,000 people have
    district nursing, most of them old (our choice).
    """
    hospital = """CASE WHEN d_hospital < 0.3 THEN 0
        ELSE 10 * least(9000, floor(30 * (0.4 + 0.022 * age) * greatest(0.4, 1 + 0.3 * z) * (1 / (1.0005 - d_hospital) - 1.42)))::INTEGER END"""
    nursed = """CASE WHEN age < 18 THEN CASE WHEN insuline THEN 0.15 ELSE 0.0015 END WHEN age < 65 THEN 0.008 WHEN age < 75 THEN 0.045
        WHEN age < 85 THEN 0.15 ELSE 0.4 END"""
    return f"""
        SELECT 'R' AS "RINPERSOONS", rin AS "RINPERSOON",
            CASE WHEN plant > 0 THEN CASE WHEN {scripted("ziekenhuiskosten")} THEN 5000 + 10 * (hi % 900)::INTEGER ELSE 10 * (hi % 100)::INTEGER END
                ELSE {hospital} END AS "ZVWKZIEKENHUIS",
            CASE WHEN geboortezorg THEN 900 + 10 * (hi % 300)::INTEGER ELSE 0 END AS "ZVWKGEBOORTEZORG",
            CASE WHEN CASE WHEN plant > 0 THEN {scripted("wijkverpleging")} ELSE d_nursed < {nursed} END
                THEN 200 + 20 * (hi % 400)::INTEGER ELSE 0 END AS "ZVWKWYKVERPLEGING"
        FROM (
            SELECT *, upper_half(m_costs) AS d_hospital, lower_half(m_costs) AS d_nursed
            FROM (
                SELECT *, {bits("hi", "costs")} AS m_costs FROM people
                WHERE CASE WHEN plant > 0 THEN NOT {scripted("zvw_onbekend")} ELSE {_INSURED} END
            )
        )
        UNION ALL
        SELECT 'R', rin, 10 * (hi % 2000)::INTEGER, 0, CASE WHEN hi % 3 = 0 THEN 4000 ELSE 0 END FROM gone WHERE gone >= {settings.peiljaar}0101
        UNION ALL
        SELECT kind, rin, 10 * (hi % 300)::INTEGER, 0, 0 FROM outsiders WHERE known_from BETWEEN 0.72 AND 0.82
        UNION ALL
        SELECT * FROM (VALUES ('R', '000000000', 120, 0, 0), ('R', '000000001', 0, 0, 0), ('F', '---------', 2400, 0, 0))
    """


def hospital_groups_sql(_settings: PopulationSettings) -> str:
    """MSZPRESTATIESVEKTTAB: a row per person and group of diagnoses. A summary: about six in a hundred people have
    another group than those that personas ask for, the old more often (our choice)."""
    return f"""
        SELECT 'R' AS "RINPERSOONS", rin AS "RINPERSOON", 'COE' AS "MSZDIAGNOSEGROEP" FROM affected WHERE coeliakie
        UNION ALL
        SELECT 'R', rin, 'DIA' FROM affected WHERE insuline AND {uniform("hi", "diabetic clinic")} < 0.6
        UNION ALL
        SELECT 'R', rin, CASE hi % 5 WHEN 0 THEN 'LON' WHEN 1 THEN 'BOT' WHEN 2 THEN 'BOT' ELSE 'OVE' END
        FROM people WHERE {_OTHER_GROUPS} AND plant = 0
        UNION ALL
        SELECT kind, rin, 'OVE' FROM outsiders WHERE known_from BETWEEN 0.78 AND 0.8
        UNION ALL
        SELECT * FROM (VALUES ('F', '---------', 'OVE'), ('R', '000000001', 'DIA'))
    """
