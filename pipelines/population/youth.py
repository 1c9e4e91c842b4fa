"""The young: jeugdhulp, primary school, and who is at home instead of at school.

What belongs here: JGDHULPBUS, INSCHRWPOTAB and THUISZITTERS. What does not: secondary education (`education.py`).
"""

from pipelines.population.chances import Chance
from pipelines.population.planting import scripted
from pipelines.population.settings import PopulationSettings
from pipelines.population.splits import Split
from pipelines.population.targets import aim
from pipelines.population.uniforms import uniform

YOUTH_CARE = Chance(
    "jeugdhulp",
    """exp(0.7 * z) * CASE WHEN age < 4 THEN 0.45 WHEN age < 12 THEN 1.2 WHEN age < 18 THEN 1.5
        ELSE 0.25 END * CASE WHEN plhh = 1 THEN 1 ELSE 1.5 END""",
    only="age < 23",
    target=aim("jeugdhulp"),
    scripted=("jeugdhulp_verblijf", "jeugdhulp_verblijf_gestopt", "jeugdhulp_begeleiding"),
    most=0.75,
)

_STAY, _STAY_GROWN_UP = 0.073, 0.3
"""Share with a stay, under and over 18: together near the target of `jeugdhulp_verblijf`."""

_KINDS = {
    "A": aim("thuiszitter_absoluut"),
    "V": aim("thuiszitter_vrijgesteld"),
    "R": aim("thuiszitter_relatief"),
}
"""VERZUIMSOORT: absolute absence, exemption on medical grounds, long relative absence."""

OUT_OF_SCHOOL = Chance(
    "thuiszitter",
    """exp(0.7 * z) * CASE WHEN age < 12 THEN 0.5 WHEN age < 16 THEN 1 ELSE 2 END
        * CASE WHEN jeugdhulp THEN 5 ELSE 1 END * CASE WHEN adhd_middel THEN 4 ELSE 1 END""",
    only="age BETWEEN 5 AND 17",
    target=_KINDS["A"] + _KINDS["V"] + _KINDS["R"],
    scripted=("thuiszitter", "thuiszitter_kort"),
    most=0.15,
)
"""If every gemeente delivered."""

ABSENCE = Split(
    "absence",
    who="thuiszitter",
    group="0",
    draw=uniform("hi", "absence"),
    codes=("V", "R", "A"),
    totals=(_KINDS["V"], _KINDS["R"]),
    weights=((_KINDS["V"], _KINDS["R"], _KINDS["A"]),),
)
ABSENT = f"(thuiszitter AND plant = 0 AND {ABSENCE.code} = 'A')"
"""SQL: of school age and enrolled nowhere."""


def youth_care_sql(settings: PopulationSettings) -> str:
    """JGDHULPBUS: trajects that run (88888888) or ended; of who was 18 most stays ended, in the last two years.

    Planted guidance after a stay begins when the last stays have ended: what runs on would continue the stay.
    """
    year = settings.peiljaar
    begun, over = uniform("hi", "jeugdhulp begun"), uniform("hi", "jeugdhulp ended")
    stays = f"d_kind < CASE WHEN age < 18 THEN {_STAY}e0 ELSE {_STAY_GROWN_UP}e0 END"
    since = f"greatest({YOUTH_CARE.begun(year)}, {year} - age)"
    return f"""
        SELECT 'R' AS "RINPERSOONS", rin AS "RINPERSOON",
            CASE WHEN stays THEN CASE WHEN d_form < 0.5 THEN '11' WHEN d_form < 0.7 THEN '12' WHEN d_form < 0.75 THEN '13' ELSE '14' END
                WHEN d_form < 0.25 THEN '21' WHEN d_form < 0.7 THEN '22' WHEN d_form < 0.78 THEN '23' ELSE '24' END AS "JGDHHULPVORM",
            CASE WHEN stays AND age >= 18 THEN day_of({year} - 3, {begun}) ELSE day_of({since}, 0.4 * {begun}) END::VARCHAR AS "JGDHGELDIGHEIDBEGINDATUM",
            CASE WHEN stays AND age >= 18 THEN CASE WHEN {over} < 0.75 THEN {_stopped(year)}::VARCHAR ELSE '88888888' END
                WHEN NOT {YOUTH_CARE.ends_in(year)} THEN '88888888'
                ELSE day_of({year}, 0.45 + 0.54 * {uniform("hi", "jeugdhulp end day")})::VARCHAR END AS "JGDHGELDIGHEIDEINDDATUM"
        FROM (
            SELECT *, {stays} AS stays
            FROM (
                SELECT *, {uniform("hi", "jeugdhulp kind")} AS d_kind, {uniform("hi", "jeugdhulp form")} AS d_form
                FROM affected WHERE jeugdhulp AND plant = 0
            )
        )
        UNION ALL
        SELECT 'R', rin, '23', day_of({since}, 0.5 + 0.45 * {begun})::VARCHAR, '88888888'
        FROM affected WHERE jeugdhulp AND plant = 0 AND age > 3 AND {uniform("hi", "second jeugdhulp")} < 0.06
        UNION ALL
        SELECT 'R', rin, '1' || (1 + hi % 4), day_of({year} - 3, {begun})::VARCHAR, {_stopped(year)}::VARCHAR
        FROM affected WHERE jeugdhulp AND plant > 0 AND {scripted("jeugdhulp_verblijf_gestopt")}
        UNION ALL
        SELECT 'R', rin, '1' || (1 + hi % 4), day_of({year} - 2, {begun})::VARCHAR, '88888888'
        FROM affected WHERE jeugdhulp AND plant > 0 AND {scripted("jeugdhulp_verblijf")}
        UNION ALL
        SELECT 'R', rin, '24', (CASE WHEN {scripted("jeugdhulp_verblijf_gestopt")} THEN {year}1102 + (hi % 26)::INTEGER
            ELSE day_of({year} - 1, {begun}) END)::VARCHAR, '88888888'
        FROM affected WHERE jeugdhulp AND plant > 0 AND {scripted("jeugdhulp_begeleiding")}
        UNION ALL
        SELECT kind, rin, '22', '{year}0301', '88888888' FROM outsiders WHERE known_from BETWEEN 0.64 AND 0.68
    """


def _stopped(year: int) -> str:
    """SQL of a day two to twenty months before the peildatum."""
    month = f"floor(18 * {uniform('hi', 'stay stopped')})::INTEGER"
    return (
        f"(CASE WHEN {month} < 8 THEN {year - 1}0500 + 100 * {month} ELSE {year}0100 + 100 * ({month} - 8) END "
        f"+ 2 + floor(26 * {uniform('hi', 'stay stopped day')})::INTEGER)"
    )


def primary_school_sql(_settings: PopulationSettings) -> str:
    """INSCHRWPOTAB: children of 4 to 12 on 1 October; some are a year behind."""
    group = f"least(8, greatest(1, age::INTEGER - 3 - ({uniform('hi', 'year behind')} < 0.1)::INTEGER))"
    return f"""
        SELECT 'R' AS "RINPERSOONS", rin AS "RINPERSOON", ({group})::VARCHAR AS "WPOGROEP"
        FROM people WHERE age BETWEEN 4 AND 12 AND CASE WHEN plant > 0 THEN {scripted("basisonderwijs")}
            ELSE NOT ingeschreven AND NOT {ABSENT} AND {uniform("hi", "primary school")} < CASE WHEN age = 4 THEN 0.75 ELSE 0.985 END END
        UNION ALL
        SELECT kind, rin, '4' FROM outsiders WHERE known_from BETWEEN 0.68 AND 0.7
        UNION ALL
        SELECT 'R', rin, '8' FROM affected WHERE age > 12 AND plant > 0 AND {scripted("basisonderwijs")}
    """


def out_of_school_sql(settings: PopulationSettings, delivers: str = "place_thuiszitters(g)") -> str:
    """THUISZITTERS: absence and exemptions in the year of gemeenten that deliver (or as `delivers` says); more than
    half last (88888888)."""
    year = settings.peiljaar
    begun, end_day = uniform("hi", "absence begun"), uniform("hi", "absence end day")
    shortly = scripted("thuiszitter_kort")
    return f"""
        SELECT 'R' AS "RINPERSOONS", rin AS "RINPERSOON",
            (CASE WHEN plant > 0 THEN CASE WHEN {shortly} THEN {year}1102 + (hi % 26)::INTEGER ELSE day_of({year}, 0.64 * {begun}) END
                ELSE day_of({OUT_OF_SCHOOL.begun(year)}, 0.75 * {begun}) END)::VARCHAR AS "BEGINDATUM",
            CASE WHEN lasts THEN '88888888' ELSE day_of({year}, 0.76 + 0.23 * {end_day})::VARCHAR END AS "EINDDATUM",
            kind AS "VERZUIMSOORT",
            CASE WHEN plant > 0 AND {scripted("arrangement")} OR plant = 0 AND {uniform("hi", "arrangement")} < 0.3
                THEN '1' ELSE '0' END AS "ARRANGEMENT",
            place_code(g) AS "GEMEENTE"
        FROM (
            SELECT *, plant > 0 OR kind = 'V' OR NOT {OUT_OF_SCHOOL.ends_in(year)} AS lasts
            FROM (SELECT *, {ABSENCE.code} AS kind FROM affected WHERE thuiszitter AND {delivers})
        )
        UNION ALL
        SELECT kind, rin, '{year}0310', '88888888', 'A', '0', place_code(g)
        FROM outsiders WHERE place_thuiszitters(g) AND known_from BETWEEN 0.66 AND 0.68
    """
