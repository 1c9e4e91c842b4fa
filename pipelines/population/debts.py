"""Debts, arrears, and the help that exists for them.

What belongs here: SCHULDENPROBLEMATIEK, WANBZVWTAB, WSNPPERSBUS, SCHULDHULP and VROEGSIGNALERING. What does
not: income.
"""

from pipelines.population.chances import Chance
from pipelines.population.planting import scripted
from pipelines.population.settings import PopulationSettings
from pipelines.population.targets import aim
from pipelines.population.uniforms import uniform

HOUSEHOLD_DEBT = Chance(
    "schuld_huishouden",
    """exp(1.1 * zh) * place_debt_level(g)
        * CASE typhh WHEN 1 THEN CASE WHEN age < 23 THEN 0.8 WHEN age < 65 THEN 1.8 ELSE 0.35 END
            WHEN 6 THEN 2.2 WHEN 4 THEN 1.3 WHEN 5 THEN 0.75 WHEN 7 THEN 1 ELSE 0.45 END""",
    only="typhh <> 8",
    target=aim("schuld_huishouden"),
    household=True,
    scripted=("schuld",),
    most=0.7,
)
"""Households with registered problem debts."""

PERSON_DEBT_FLAG = (
    "schuld",
    f"""CASE WHEN plant > 0 THEN {scripted("schuld")}
        ELSE schuld_huishouden AND age >= 18 AND {uniform("hi", "own debt")} < CASE WHEN plhh IN (2, 7, 8) THEN 1.1
            WHEN plhh IN (1, 9) THEN 0.12 WHEN sex = 1 THEN 1.1 ELSE 0.7 END END""",
)
"""Flag: the debts of the household are (also) this person's."""

PREMIUM = Chance(
    "wanbetaler",
    """exp(0.9 * z) * CASE WHEN schuld THEN 9 WHEN schuld_huishouden THEN 3 ELSE 1 END
        * CASE WHEN age < 23 THEN 0.7 WHEN age < 55 THEN 1.3 WHEN age < 67 THEN 0.8 ELSE 0.2 END
        * CASE WHEN opvang THEN 3 ELSE 1 END * CASE plhh WHEN 2 THEN 0.75 WHEN 7 THEN 1.5 ELSE 1 END""",
    only="age >= 18",
    target=aim("wanbetaler"),
    scripted=("wanbetaler",),
    most=0.5,
)

SIGNAL = Chance(
    "vroegsignaal",
    """exp(0.8 * z) * CASE WHEN schuld THEN 5 ELSE 1 END
        * CASE WHEN wanbetaler THEN 4 ELSE 1 END * CASE WHEN ao_beeindigd THEN 5 ELSE 1 END
        * CASE WHEN age > 66 THEN 0.3 ELSE 1 END * CASE WHEN opvang THEN 0.2 ELSE 1 END""",
    only="age >= 18 AND plhh BETWEEN 2 AND 9",
    target=aim("vroegsignaal"),
    scripted=("vroegsignaal",),
    most=0.8,
)
"""If every gemeente delivered; about 250,000 persons where they do."""

DEBT_HELP = Chance(
    "schuldhulp",
    """CASE WHEN schuld THEN 40 WHEN wanbetaler THEN 12 ELSE 0.4 END
        * CASE WHEN bijstand THEN 1.6 ELSE 1 END * CASE WHEN opvang THEN 6 ELSE 1 END""",
    only="age >= 18",
    target=aim("schuldhulp"),
    scripted=("schuldregeling", "budgetbeheer"),
)
"""If every gemeente delivered; about 90,000 trajects where they do."""

WSNP = Chance(
    "wsnp",
    "CASE WHEN opvang THEN 0.5 ELSE 1 END",
    only="age BETWEEN 21 AND 70 AND schuld",
    target=aim("wsnp"),
    scripted=("wsnp",),
)
"""Running statutory schemes."""


def debts_sql(settings: PopulationSettings) -> str:
    """SCHULDENPROBLEMATIEK: everybody in a household with problem debts on the peildatum."""
    peildatum = settings.last_day
    return f"""
        SELECT 'R' AS "RINPERSOONS", rin AS "RINPERSOON",
            CASE WHEN schuld THEN '1' ELSE '0' END AS "smalle_def_problematische_schulden_{peildatum}",
            '1' AS "smalle_def_problematische_schulden_HH_{peildatum}"
        FROM affected WHERE schuld_huishouden OR schuld
        UNION ALL
        SELECT kind, rin, '1', '1' FROM outsiders WHERE known_from BETWEEN 0.9 AND 0.92
    """


def premium_sql(_settings: PopulationSettings) -> str:
    """WANBZVWTAB: six months or more behind with the health premium on the peildatum."""
    return """
        SELECT 'R' AS "RINPERSOONS", rin AS "RINPERSOON" FROM affected WHERE wanbetaler
        UNION ALL
        SELECT kind, rin FROM outsiders WHERE known_from BETWEEN 0.86 AND 0.95
        UNION ALL
        SELECT * FROM (VALUES ('R', '000000000'), ('R', '000000001'), ('F', '---------'))
    """


def wsnp_sql(settings: PopulationSettings) -> str:
    """WSNPPERSBUS: running schemes (88888888) and schemes that ended before the peildatum."""
    year = settings.peiljaar
    day = uniform("hi", "wsnp day")
    return f"""
        SELECT 'R' AS "RINPERSOONS", rin AS "RINPERSOON",
            day_of(CASE WHEN plant > 0 THEN {year} - 1 ELSE {WSNP.begun(year)} END, {day})::VARCHAR AS "Wsnpdatumtoelaat",
            '88888888' AS "Wsnpdatumbeein"
        FROM affected WHERE wsnp
        UNION ALL
        SELECT 'R', rin, day_of({year - WSNP.lasts}, {day})::VARCHAR, (day_of({year}, {day}) - 1)::VARCHAR
        FROM affected WHERE wsnp_voorheen
    """


def debt_help_sql(settings: PopulationSettings) -> str:
    """SCHULDHULP: trajects of gemeenten that deliver: six in ten a scheme with the creditors (S)."""
    year = settings.peiljaar
    kind = uniform("hi", "debt help kind")
    return f"""
        SELECT 'R' AS "RINPERSOONS", rin AS "RINPERSOON",
            day_of(CASE WHEN plant > 0 THEN {year} - 1 ELSE greatest({DEBT_HELP.begun(year)}, {year} - age + 18) END,
                0.6 * {uniform("hi", "debt help day")})::VARCHAR AS "BEGINDATUM",
            CASE WHEN plant > 0 OR NOT {DEBT_HELP.ends_in(year)} THEN '88888888'
                ELSE day_of({year}, 0.65 + 0.34 * {uniform("hi", "debt help end day")})::VARCHAR END AS "EINDDATUM",
            CASE WHEN plant > 0 THEN CASE WHEN {scripted("schuldregeling")} THEN 'S' ELSE 'B' END
                WHEN {kind} < 0.6 THEN 'S' WHEN {kind} < 0.85 THEN 'B' ELSE 'A' END AS "TRAJECTSOORT",
            place_code(g) AS "GEMEENTE"
        FROM affected WHERE schuldhulp AND place_schuldhulp(g)
        UNION ALL
        SELECT kind, rin, '{year}0301', '88888888', 'B', place_code(g)
        FROM outsiders WHERE place_schuldhulp(g) AND known_from BETWEEN 0.9 AND 0.93
    """


def signals_sql(settings: PopulationSettings) -> str:
    """VROEGSIGNALERING: signals in the year of gemeenten that deliver; some people have several."""
    year = settings.peiljaar
    kind, day = uniform("hi", "signal kind"), uniform("hi", "signal day")
    again = uniform("hi", "signal again")
    return f"""
        SELECT 'R' AS "RINPERSOONS", rin AS "RINPERSOON", day_of({year}, {day})::VARCHAR AS "SIGNAALDATUM",
            CASE WHEN {kind} < 0.25 THEN 'H' WHEN {kind} < 0.5 THEN 'E' WHEN {kind} < 0.65 THEN 'W' ELSE 'Z' END AS "SIGNAALSOORT",
            place_code(g) AS "GEMEENTE"
        FROM affected WHERE vroegsignaal AND place_vroegsignalering(g)
        UNION ALL
        SELECT 'R', rin, day_of({year}, {again} * 2.5)::VARCHAR,
            CASE WHEN {kind} < 0.25 THEN 'E' WHEN {kind} < 0.5 THEN 'Z' WHEN {kind} < 0.65 THEN 'H' ELSE 'W' END, place_code(g)
        FROM affected WHERE vroegsignaal AND place_vroegsignalering(g) AND {again} < 0.4
        UNION ALL
        SELECT kind, rin, '{year}0615', 'E', place_code(g)
        FROM outsiders WHERE place_vroegsignalering(g) AND known_from BETWEEN 0.92 AND 0.96
    """
