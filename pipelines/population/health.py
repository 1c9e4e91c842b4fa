"""Mental health care, medicines and Wmo.

What belongs here: GGZZPMPRESTATIETAB, MEDICIJNTAB and WMOBUS. What does not: debts.
"""

import math

import duckdb

from pipelines.population.chances import Chance
from pipelines.population.engine import rows_of
from pipelines.population.people import OLDEST
from pipelines.population.planting import scripted
from pipelines.population.settings import PopulationSettings
from pipelines.population.splits import Split
from pipelines.population.targets import aim
from pipelines.population.uniforms import salt, uniform

GGZ = Chance(
    "ggz",
    """exp(0.8 * z) * CASE WHEN age < 35 THEN 1.5 WHEN age < 65 THEN 1 ELSE 0.35 END
        * CASE WHEN opvang THEN 4 ELSE 1 END * CASE WHEN ao THEN 2.5 ELSE 1 END
        * CASE WHEN schuld_huishouden THEN 1.4 ELSE 1 END""",
    only="age >= 18",
    target=aim("ggz"),
    scripted=("ggz_psychose", "ggz_verslaving", "ggz_persoonlijkheid", "ggz_overig"),
    most=0.6,
)
"""People, not treatments."""

_CODES = ("SG01", "SG02", "SG03", "SG04", "SG09", "BG01", "BG02", "BG09")
_PICK = "d_pick"
DIAGNOSIS_DRAW = (_PICK, uniform("hi", "diagnosis"))

DIAGNOSIS_COLUMN = (
    "diagnose",
    f"""CASE WHEN NOT ggz THEN 0
        WHEN plant > 0 THEN CASE WHEN {scripted("ggz_psychose")} THEN 1 WHEN {scripted("ggz_verslaving")} THEN 3
            WHEN {scripted("ggz_overig")} THEN 6 ELSE 4 END
        WHEN opvang THEN CASE WHEN {_PICK} < 0.45 THEN 3 WHEN {_PICK} < 0.65 THEN 1 WHEN {_PICK} < 0.8 THEN 4 ELSE 5 END
        WHEN ao OR ao_beeindigd THEN CASE WHEN {_PICK} < 0.2 THEN 1 WHEN {_PICK} < 0.45 THEN 2 WHEN {_PICK} < 0.53 THEN 3
            WHEN {_PICK} < 0.73 THEN 4 WHEN {_PICK} < 0.9 THEN 5 ELSE 8 END
        ELSE CASE WHEN {_PICK} < 0.04 + 0.01 * z THEN 1 WHEN {_PICK} < 0.24 THEN 2 WHEN {_PICK} < 0.28 + 0.02 * z THEN 3
            WHEN {_PICK} < 0.38 THEN 4 WHEN {_PICK} < 0.58 THEN 5 WHEN {_PICK} < 0.72 THEN 6
            WHEN {_PICK} < 0.87 THEN 7 ELSE 8 END
        END::UTINYINT""",
)
"""Column: number of the diagnosis group (see `_CODES`), 0 without treatment."""

ANTIPSYCHOTICS = Chance(
    "antipsychotica",
    """CASE diagnose WHEN 1 THEN 45 WHEN 4 THEN 8 WHEN 2 THEN 5 WHEN 0 THEN 0.6 ELSE 3 END
        * exp(0.5 * z) * CASE WHEN plhh = 10 THEN 6 ELSE 1 END * CASE WHEN ao_beeindigd THEN 9 ELSE 1 END""",
    only="age >= 12",
    target=aim("antipsychotica"),
    scripted=("antipsychotica",),
    most=0.85,
)
ANTIDEPRESSANTS = Chance(
    "antidepressiva",
    """exp(0.5 * z) * CASE WHEN age < 35 THEN 0.6 WHEN age < 65 THEN 1.2 ELSE 1.3 END
        * CASE WHEN diagnose > 0 THEN 4 ELSE 1 END * CASE WHEN laag AND age > 22 THEN 1.6 ELSE 1 END
        * CASE WHEN bijstand OR ao THEN 2.2 ELSE 1 END""",
    only="age >= 16",
    target=aim("antidepressiva"),
    scripted=("psychofarmaca",),
    most=0.6,
)
TRANQUILLISERS = Chance(
    "kalmeringsmiddel",
    """exp(0.6 * z) * CASE WHEN age < 35 THEN 0.5 WHEN age < 65 THEN 1 ELSE 1.6 END
        * CASE WHEN diagnose > 0 THEN 4 ELSE 1 END * CASE WHEN laag AND age > 22 THEN 1.6 ELSE 1 END
        * CASE WHEN bijstand OR ao THEN 2.2 ELSE 1 END""",
    only="age >= 16",
    target=aim("kalmeringsmiddel"),
    most=0.2,
)
ADDICTION_MEDICINE = Chance(
    "verslavingsmiddel",
    """exp(0.9 * z) * CASE diagnose WHEN 3 THEN 14 WHEN 0 THEN 1 ELSE 2 END
        * CASE WHEN opvang THEN 9 ELSE 1 END * CASE WHEN age > 66 THEN 0.3 ELSE 1 END""",
    only="age >= 18",
    target=aim("verslavingsmiddel"),
    scripted=("verslavingsmiddel",),
)
ADHD_MEDICINE = Chance(
    "adhd_middel",
    """exp(0.6 * z) * CASE WHEN age < 18 THEN 4.5 WHEN age < 30 THEN 1.8 WHEN age < 55 THEN 0.7 ELSE 0.1 END""",
    only="age BETWEEN 6 AND 70",
    target=aim("adhd_middel"),
    scripted=("psychofarmaca",),
    most=0.25,
)

INSULIN = Chance(
    "insuline",
    """CASE WHEN age < 4 THEN 0.06 WHEN age < 18 THEN 0.24 WHEN age < 45 THEN 0.8 WHEN age < 65 THEN 2 * exp(0.3 * z)
        ELSE 5 * exp(0.3 * z) END""",
    target=aim("insuline"),
    scripted=("insuline",),
    most=0.15,
)
"""About 6,000 of them under 18."""

WMO = Chance(
    "wmo",
    """exp(0.5 * z) * CASE WHEN age < 18 THEN 0.06 WHEN age < 65 THEN 0.35 WHEN age < 75 THEN 1.2 WHEN age < 85 THEN 3.6
        ELSE 7 END * CASE WHEN plhh = 10 THEN 0.5 WHEN plhh = 2 THEN 1.6 ELSE 1 END
        * CASE WHEN opvang THEN 12 ELSE 1 END * CASE WHEN ao THEN 3 ELSE 1 END * CASE WHEN diagnose > 0 THEN 2 ELSE 1 END
        * CASE WHEN bijstand THEN 4 WHEN jeugdhulp THEN 6 ELSE 1 END""",
    target=aim("wmo"),
    scripted=("wmo", "wmo_opvang", "wmo_begeleid_wonen"),
    most=0.8,
)
"""If every gemeente delivered. With bijstand and jeugdhulp more often: people with provisions of more than one law."""

_SECOND = 0.4
"""Share of the people at home with an arrangement of a second type (our choice)."""

_AT_HOME = aim("wmo_zonder_verblijf")
_FIRST_OR_SECOND = aim("wmo_ondersteuning") + aim("wmo_huishouden")
_FIRST = (_FIRST_OR_SECOND - _SECOND * _AT_HOME) / (1 - _SECOND)
_AS_SECOND = _SECOND * (_AT_HOME - _FIRST)
_SECOND_SUPPORT = 0.3
"""Whose first type is 4 has 1 or 2 as the second, whose first is 1 or 2 has 4. So the people with 1 or 2 are those
whose first it is and `_AS_SECOND` others, of whom this share has support (1)."""

WMO_TYPE = Split(
    "wmo",
    who="wmo",
    group="""(CASE WHEN opvang THEN 0 WHEN plhh = 10 THEN 1 WHEN age < 18 THEN 2 WHEN age < 67 THEN CASE WHEN diagnose > 0 THEN 3 ELSE 4 END
        WHEN age < 75 THEN 5 ELSE 6 END)""",
    draw=uniform("hi", "wmo kind"),
    codes=("1", "2", "3", "5", "4"),
    totals=(
        round(aim("wmo_ondersteuning") - _AS_SECOND * _SECOND_SUPPORT),
        round(aim("wmo_huishouden") - _AS_SECOND * (1 - _SECOND_SUPPORT)),
        7_000,
        aim("wmo") - _AT_HOME - 7_000,
    ),
    weights=(
        (0.1, 0, 5, 0.3, 0),
        (0.2, 0, 0, 2, 0.6),
        (0.6, 0, 0, 0, 0.4),
        (0.5, 0.08, 0.01, 0.06, 0.35),
        (0.25, 0.2, 0.005, 0.01, 0.54),
        (0.08, 0.35, 0, 0, 0.57),
        (0.05, 0.42, 0, 0, 0.53),
    ),
    planted=f"""CASE WHEN {scripted("wmo_opvang")} THEN '3' WHEN {scripted("wmo_begeleid_wonen")} THEN '5' ELSE '1' END""",
)
"""TYPEARRANGEMENT of the first arrangement. How shelter (3) and protected living (5) divide is our choice."""

_OWN_MEDICINES = (
    ("N05A", "antipsychotica"),
    ("N06A", "antidepressiva AND (plant = 0 OR age >= 18)"),
    ("N07B", "verslavingsmiddel"),
    ("N05B", "kalmeringsmiddel"),
    # What a planted grown-up takes as an antidepressant, a planted child takes as this.
    ("N06B", "adhd_middel AND (plant = 0 OR age < 18)"),
    ("A10A", "insuline"),
)

COMMON_MEDICINES: dict[str, int] = {
    "A02B": 4,
    "B01A": 2,
    "C07A": 3,
    "C09A": 2,
    "C10A": 4,
    "M01A": 2,
    "A10B": 2,
    "R03A": 2,
}
"""Some common groups, each with its share in sixteenths of the users; with those above about eight million rows."""

_USERS = 5_300_000
_YEARLY = 0.045
"""By which the chance of a common medicine goes up with every year of age, up to 80."""


def treatments_sql(_settings: PopulationSettings) -> str:
    """GGZZPMPRESTATIETAB: a row per person and diagnosis group; some have two."""
    named = " ".join(f"WHEN {number} THEN '{code}'" for number, code in enumerate(_CODES, start=1))
    return f"""
        SELECT 'R' AS "RINPERSOONS", rin AS "RINPERSOON", CASE diagnose {named} END AS "zpmdiagnose"
        FROM affected WHERE diagnose > 0
        UNION ALL
        SELECT 'R', rin, CASE WHEN diagnose = 5 THEN 'SG02' ELSE 'SG09' END
        FROM affected WHERE diagnose > 0 AND plant = 0 AND {uniform("hi", "second diagnosis")} < 0.12
        UNION ALL
        SELECT kind, rin, 'SG09' FROM outsiders WHERE known_from BETWEEN 0.7 AND 0.78
    """


def make_users(connection: duckdb.DuckDBPyConnection, settings: PopulationSettings) -> None:
    """Write `users`: who has any of the common medicines, with 32 bits that say which; the old more often."""
    people = rows_of(connection, "SELECT age, count(*) FROM people GROUP BY age ORDER BY age")
    weights = [math.exp(_YEARLY * min(age, 80)) for age in range(OLDEST + 1)]
    everybody = max(1.0, math.fsum(weights[age] * number for age, number in people))
    chances = [f"{float(_USERS * settings.scale) * weight / everybody:.9e}" for weight in weights]
    connection.execute(f"""
        CREATE TABLE users AS
        SELECT rin, mix(xor(hi::UBIGINT, {salt("medicines")}::UBIGINT))::UINTEGER AS which
        FROM people WHERE {uniform("hi", "medicine")} < [{", ".join(chances)}][age + 1]
    """)


def medicines_sql(settings: PopulationSettings) -> str:
    """MEDICIJNTAB: person x group, group after group; those who left in the year had medicines too."""
    parts = [
        f'SELECT \'R\' AS "RINPERSOONS", rin AS "RINPERSOON", \'{atc4}\' AS "ATC4" FROM affected WHERE {column}'
        for atc4, column in _OWN_MEDICINES
    ]
    parts.extend(
        f"SELECT 'R', rin, '{atc4}' FROM users WHERE (which >> {4 * place}) & 15 < {sixteenths}"
        for place, (atc4, sixteenths) in enumerate(COMMON_MEDICINES.items())
    )
    parts.extend(
        (
            f"SELECT 'R', rin, 'A02B' FROM gone WHERE gone >= {settings.peiljaar}0101",
            "SELECT kind, rin, 'M01A' FROM outsiders WHERE known_from BETWEEN 0.76 AND 0.86",
            "SELECT * FROM (VALUES ('R', '000000001', 'C10A'), ('F', '---------', 'C10A'))",
        )
    )
    return " UNION ALL ".join(parts)


def wmo_sql(settings: PopulationSettings, delivers: str = "place_wmo(g)") -> str:
    """WMOBUS: arrangements of people in gemeenten that deliver (or as `delivers` says); open ones end on 88888888."""
    year = settings.peiljaar
    second = uniform("hi", "wmo second")
    kind = WMO_TYPE.code
    support = f"{second} < {_SECOND * _SECOND_SUPPORT:.9e}"
    ended = f"""CASE WHEN plant > 0 OR NOT {WMO.ends_in(year)} THEN '88888888'
        ELSE day_of({year}, 0.5 + 0.49 * {uniform("hi", "wmo end day")})::VARCHAR END"""
    since = f"CASE WHEN plant > 0 THEN {year} - 1 ELSE greatest({WMO.begun(year)}, {year} - age) END"
    # Before the days on which arrangements end.
    begun = f"day_of({since}, 0.49 * {uniform('hi', 'wmo day')})::VARCHAR"
    which = f"CASE WHEN plant > 0 THEN {WMO_TYPE.planted} ELSE {kind} END"
    return f"""
        SELECT 'R' AS "RINPERSOONS", rin AS "RINPERSOON", {which} AS "typearrangement", {begun} AS "WMODATUMAANVANG",
            {ended} AS "WMODATUMEINDE", '1' || rin AS "WMOTOEWIJZINGSNUMMER", place_code(g) AS "WMOGEMEENTE"
        FROM affected WHERE wmo AND {delivers}
        UNION ALL
        SELECT 'R', rin, CASE WHEN kind <> '4' THEN '4' WHEN support THEN '1' ELSE '2' END, begun, '88888888',
            '2' || rin, place_code(g)
        FROM (
            SELECT rin, g, {kind} AS kind, {support} AS support, {begun} AS begun
            FROM affected WHERE wmo AND plant = 0 AND {delivers} AND {second} < {_SECOND}
        )
        WHERE kind NOT IN ('3', '5')
        UNION ALL
        SELECT kind, rin, '3', '{year}0201', '88888888', '3' || rin, place_code(g)
        FROM outsiders WHERE place_wmo(g) AND known_from BETWEEN 0.84 AND 0.87
    """
