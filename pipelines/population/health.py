"""Mental health care, medicines and Wmo.

What belongs here: GGZZPMPRESTATIETAB, MEDICIJNTAB and WMOBUS. What does not: debts.
"""

from fractions import Fraction

import duckdb

from pipelines.population.chances import Chance
from pipelines.population.engine import value_of
from pipelines.population.planting import scripted
from pipelines.population.settings import PopulationSettings
from pipelines.population.uniforms import salt, uniform

GGZ = Chance(
    "ggz",
    """CASE WHEN age < 18 THEN 0 ELSE exp(0.8 * z) * CASE WHEN age < 35 THEN 1.5 WHEN age < 65 THEN 1 ELSE 0.35 END
        * CASE WHEN opvang THEN 4 ELSE 1 END * CASE WHEN ao THEN 2.5 ELSE 1 END
        * CASE WHEN schuld_huishouden THEN 1.4 ELSE 1 END END""",
    target=949_000,
    scripted=("ggz_psychose", "ggz_verslaving", "ggz_persoonlijkheid"),
)
"""Vektis, 2023. People, not treatments."""

_CODES = ("SG01", "SG02", "SG03", "SG04", "SG09", "BG01", "BG02", "BG09")
_PICK = "d_pick"
DIAGNOSIS_DRAW = (_PICK, uniform("hi", "diagnosis"))

DIAGNOSIS_COLUMN = (
    "diagnose",
    f"""CASE WHEN NOT ggz THEN 0
        WHEN plant > 0 THEN CASE WHEN {scripted("ggz_psychose")} THEN 1 WHEN {scripted("ggz_verslaving")} THEN 3 ELSE 4 END
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
    """CASE WHEN age < 12 THEN 0 ELSE (CASE diagnose WHEN 1 THEN 45 WHEN 4 THEN 8 WHEN 2 THEN 5 WHEN 0 THEN 0.6 ELSE 3 END
        * exp(0.5 * z) * CASE WHEN plhh = 10 THEN 6 ELSE 1 END * CASE WHEN ao_beeindigd THEN 9 ELSE 1 END) END""",
    target=230_000,
    scripted=("antipsychotica",),
)
ANTIDEPRESSANTS = Chance(
    "antidepressiva",
    """CASE WHEN age < 16 THEN 0 ELSE exp(0.5 * z) * CASE WHEN age < 35 THEN 0.6 WHEN age < 65 THEN 1.2 ELSE 1.3 END
        * CASE WHEN diagnose > 0 THEN 4 ELSE 1 END END""",
    target=1_100_000,
    scripted_else=0.1,
)
ADDICTION_MEDICINE = Chance(
    "verslavingsmiddel",
    """CASE WHEN age < 18 THEN 0 ELSE exp(1.1 * z) * CASE diagnose WHEN 3 THEN 40 WHEN 0 THEN 1 ELSE 2 END
        * CASE WHEN opvang THEN 14 ELSE 1 END * CASE WHEN age > 66 THEN 0.3 ELSE 1 END END""",
    target=60_000,
    scripted=("verslavingsmiddel",),
)
"""Magnitudes of the three groups: of the order of the published numbers of users (our rounding)."""

WMO = Chance(
    "wmo",
    """exp(0.5 * z) * CASE WHEN age < 18 THEN 0.06 WHEN age < 65 THEN 0.35 WHEN age < 75 THEN 1.2 WHEN age < 85 THEN 3.6
        ELSE 7 END * CASE WHEN plhh = 10 THEN 0.5 WHEN plhh = 2 THEN 1.6 ELSE 1 END
        * CASE WHEN opvang THEN 12 ELSE 1 END * CASE WHEN ao THEN 3 ELSE 1 END * CASE WHEN diagnose > 0 THEN 2 ELSE 1 END""",
    target=1_284_680,
    scripted_else=0.15,
)
"""CBS 86050NED, if every gemeente delivered."""

COMMON_MEDICINES: dict[str, int] = {
    "A02B": 4,
    "B01A": 2,
    "C07A": 3,
    "C09A": 2,
    "C10A": 4,
    "M01A": 2,
    "N05B": 1,
    "R03A": 2,
}
"""Some common groups, each with its share in sixteenths of the users; with the three above about eight million rows."""

_USERS = 5_300_000
_OLDER = "exp(least(age, 80) * 0.045)"


def treatments_sql(_settings: PopulationSettings) -> str:
    """GGZZPMPRESTATIETAB: a row per person and diagnosis group; some have two."""
    named = " ".join(f"WHEN {number} THEN '{code}'" for number, code in enumerate(_CODES, start=1))
    return f"""
        SELECT 'R' AS "RINPERSOONS", rin AS "RINPERSOON", CASE diagnose {named} END AS "zpmdiagnose"
        FROM people WHERE diagnose > 0
        UNION ALL
        SELECT 'R', rin, CASE WHEN diagnose = 5 THEN 'SG02' ELSE 'SG09' END
        FROM people WHERE diagnose > 0 AND plant = 0 AND {uniform("hi", "second diagnosis")} < 0.12
        UNION ALL
        SELECT kind, rin, 'SG09' FROM outsiders WHERE known_from BETWEEN 0.7 AND 0.78
    """


def age_weight(connection: duckdb.DuckDBPyConnection) -> int:
    """Sum over people of the weight by which common medicines go up with age."""
    return value_of(connection, f"SELECT sum(round({_OLDER} * 1000)::BIGINT) FROM people") // 1000


def make_users(connection: duckdb.DuckDBPyConnection, settings: PopulationSettings) -> None:
    """Write `users`: who has any of the common medicines, with 32 bits that say which."""
    weight = value_of(connection, f"SELECT sum(({_OLDER} * 1000)::BIGINT) FROM people")
    chance = float(Fraction(_USERS) * settings.scale / max(weight, 1)) * 1000
    connection.execute(f"""
        CREATE TABLE users AS
        SELECT rin, mix(xor(hi::UBIGINT, {salt("medicines")}::UBIGINT))::UINTEGER AS which
        FROM people WHERE {uniform("hi", "medicine")} < {chance} * {_OLDER}
    """)


def medicines_sql(settings: PopulationSettings) -> str:
    """MEDICIJNTAB: person x group, group after group; those who left in the year had medicines too."""
    parts = [
        f'SELECT \'R\' AS "RINPERSOONS", rin AS "RINPERSOON", \'{atc4}\' AS "ATC4" FROM people WHERE {column}'
        for atc4, column in (("N05A", "antipsychotica"), ("N06A", "antidepressiva"), ("N07B", "verslavingsmiddel"))
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


def wmo_sql(settings: PopulationSettings) -> str:
    """WMOBUS: arrangements of people in gemeenten that deliver; open ones end on 88888888."""
    year = settings.peiljaar
    kind, second = uniform("hi", "wmo kind"), uniform("hi", "wmo second")
    ended = f"""CASE WHEN {uniform("hi", "wmo ended")} < 0.82 THEN '88888888'
        ELSE day_of({year}, {uniform("hi", "wmo end day")})::VARCHAR END"""
    begun = f"day_of({year} - 1 - floor(5 * {uniform('hi', 'wmo long')})::INTEGER, {uniform('hi', 'wmo day')})::VARCHAR"
    which = f"""CASE WHEN opvang THEN '3' WHEN age < 65 AND {kind} < 0.5 THEN '1' WHEN {kind} < 0.55 THEN '2'
        WHEN {kind} < 0.9 THEN '4' ELSE '1' END"""
    return f"""
        SELECT 'R' AS "RINPERSOONS", rin AS "RINPERSOON", {which} AS "typearrangement", {begun} AS "WMODATUMAANVANG",
            {ended} AS "WMODATUMEINDE", '1' || rin AS "WMOTOEWIJZINGSNUMMER", place_code(g) AS "WMOGEMEENTE"
        FROM people WHERE wmo AND place_wmo(g)
        UNION ALL
        SELECT 'R', rin, CASE WHEN {second} < 0.2 THEN '2' ELSE '4' END, {begun}, '88888888',
            '2' || rin, place_code(g)
        FROM people WHERE wmo AND place_wmo(g) AND {second} < 0.4
        UNION ALL
        SELECT kind, rin, '3', '{year}0201', '88888888', '3' || rin, place_code(g)
        FROM outsiders WHERE place_wmo(g) AND known_from BETWEEN 0.84 AND 0.87
    """
