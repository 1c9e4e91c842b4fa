"""Where people are registered: objects, addresses, and the files that place objects in gemeenten.

What belongs here: GBAADRESOBJECTBUS, VSLGWBTAB, NIETVSLGWBTAB, URGENTIE and who lives in a shelter or at a
briefadres. What does not: households. Every private household has an object of its own, with the same number.
"""

import duckdb

from pipelines.population.chances import Chance, befallen
from pipelines.population.households import LODGERS
from pipelines.population.people import FRAILTY, HOUSEHOLD_FRAILTY, IN_SHELTER, MOVES_TWICE, SHORTLY_IN_SHELTER
from pipelines.population.settings import PopulationSettings
from pipelines.population.targets import aim
from pipelines.population.uniforms import RIN_TEXT, salt, uniform
from pipelines.population.wijken import WITHOUT_WIJK, wijk_sql

OPVANG = Chance(
    "opvang",
    "place_homeless_level(g) * exp(1.6 * z) * CASE WHEN age < 27 THEN 0.8 WHEN age < 56 THEN 1.2 ELSE 0.5 END",
    only="plhh = 2 AND age BETWEEN 18 AND 72",
    target=aim("opvang"),
    scripted=("opvang", "opvang_kort"),
    beside_planting=True,
    most=0.3,
)
"""Beside who is planted: registers show about 9,600 homeless people, the rest have a briefadres."""

PRIORITY = Chance(
    "urgentie",
    """CASE WHEN opvang THEN 60 ELSE 1 END * CASE WHEN slachtoffer_geweld THEN 25 ELSE 1 END
        * CASE WHEN plhh = 7 THEN 3 ELSE 1 END * CASE WHEN age > 66 THEN 0.5 ELSE 1 END""",
    only="age >= 18 AND plhh BETWEEN 2 AND 9",
    target=aim("urgentie"),
    scripted=("urgentie",),
    most=0.2,
)
"""If every gemeente delivered."""

_TWICE = 0.06
"""Share of the movers who moved before in the same year, about 80,000 persons (our choice)."""


def make_movers(connection: duckdb.DuckDBPyConnection) -> None:
    """Write `movers`, the `homes` of who changed address in the year: the file goes through them twice."""
    connection.execute(f"CREATE TABLE movers AS SELECT * FROM homes WHERE {_MOVED}")


def addresses_sql(settings: PopulationSettings) -> str:
    """GBAADRESOBJECTBUS: the address of the peildatum, the one before a move in the year (from `movers`), and of who left."""
    return f"""
        SELECT 'R' AS "RINPERSOONS", rin AS "RINPERSOON", begun::VARCHAR AS "GBADATUMAANVANGADRESHOUDING",
            ended AS "GBADATUMEINDEADRESHOUDING", kind AS "SOORTOBJECTNUMMER",
            object_text(hashed) AS "RINOBJECTNUMMER"
        FROM (SELECT *, household_hash(object) AS hashed FROM ({_spells_sql(settings)}))
    """


def _spells_sql(settings: PopulationSettings) -> str:
    year = settings.peiljaar
    shelter = f"{_FIRST_SHELTER} + floor({uniform('hhh', 'shelter')} * place_shelters(g))::BIGINT"
    # Who is in a shelter is found again by the same draw, which is cheaper than to carry it along.
    return f"""
        SELECT rin, CASE WHEN planted_move > 0 THEN planted_move WHEN in_shelter > 0 THEN in_shelter ELSE settled END AS begun,
            '{settings.last_day}' AS ended,
            CASE WHEN roofless THEN 'B' WHEN plhh = 10 THEN 'I' ELSE 'D' END AS kind,
            CASE WHEN roofless THEN {shelter} ELSE {_home("away")} END AS object
        FROM ({_now_sql(settings, "true")})
        UNION ALL
        SELECT rin, settled, (in_shelter - 1)::VARCHAR, 'D', {_home("away")}
        FROM ({_now_sql(settings, "plhh = 2 AND script = 0")}) WHERE in_shelter > greatest(settled, {year}0101)
        UNION ALL
        SELECT rin, lived, (first_move - 1)::VARCHAR, 'D', {_home("away - 1")} FROM ({_movers_sql(settings)})
        UNION ALL
        SELECT rin, first_move, (last_move - 1)::VARCHAR, 'D', {_elsewhere("hhh", "g", "object between")}
        FROM ({_movers_sql(settings)}) WHERE twice
        UNION ALL
        SELECT rin, settled, gone::VARCHAR, CASE WHEN plhh = 10 THEN 'I' ELSE 'D' END, {_home("away")}
        FROM (SELECT {RIN_TEXT} AS rin, settled, gone, plhh, hh, hhh, g, away FROM arrivals UNION ALL SELECT rin, settled, gone, plhh, hh, hhh, g, away FROM gone)
    """


def _now_sql(settings: PopulationSettings, who: str) -> str:
    """People on the peildatum: whether they are `roofless`, since when `in_shelter`, and a `planted_move`."""
    year = settings.peiljaar
    hashed = f"CASE WHEN plhh = 2 OR script > 0 OR away % 2 <> 0 OR hh >= {LODGERS} THEN household_hash(hh) END"
    return f"""
        SELECT *, CASE WHEN script > 0 THEN {_planted_move(settings)} ELSE 0 END AS planted_move,
            CASE WHEN roofless AND script = 0 THEN greatest(day_of({OPVANG.begun(year)}, {uniform("hi", "shelter day")}), settled) ELSE 0 END AS in_shelter
        FROM (
            SELECT *, CASE WHEN script > 0 THEN (script & {IN_SHELTER | SHORTLY_IN_SHELTER}) <> 0
                WHEN {DRAWN_OPVANG} < {OPVANG.most}e0 THEN {befallen(OPVANG)} ELSE false END AS roofless
            FROM (
                SELECT *, CASE WHEN {DRAWN_OPVANG} < {OPVANG.most}e0 THEN {FRAILTY} ELSE 0 END AS z
                FROM (
                    SELECT *, CASE WHEN plhh = 2 THEN {OPVANG.drawn(year)} ELSE 1 END AS {DRAWN_OPVANG}, {hashed} AS hhh
                    FROM homes WHERE {who}
                )
            )
        )
    """


def _planted_move(settings: PopulationSettings) -> str:
    """SQL of the day of the move to the present address that a script asks for: in the spring or summer, so that a
    shelter is theirs for four months, or in November, so that it is not for three."""
    day = "(hi % 26)::INTEGER"
    return (
        f"CASE WHEN (script & {SHORTLY_IN_SHELTER}) <> 0 THEN {settings.peiljaar}1102 + {day} "
        f"WHEN (script & {MOVES_TWICE}) <> 0 THEN {settings.peiljaar}0502 + (hi % 4)::INTEGER * 100 + (hi % 23)::INTEGER "
        "ELSE 0 END"
    )


def _movers_sql(settings: PopulationSettings) -> str:
    """Who moved within the area in the year, with `first_move` (an earlier month) where they did `twice`."""
    drawn = uniform("hhh", "moved twice")
    # Few draw low enough for their frailty to matter.
    twice = f"CASE WHEN {drawn} < 0.5 THEN {drawn} < {_TWICE} * exp(0.7 * {HOUSEHOLD_FRAILTY}) ELSE false END"
    back = f"floor({uniform('hhh', 'moved before')} * (last_move // 100 % 100 - 1))::INTEGER"
    return f"""
        SELECT * EXCLUDE (lived), CASE WHEN script > 0 THEN settled ELSE lived END AS lived FROM (
            SELECT *, last_move - 100 * CASE WHEN NOT twice THEN 0 WHEN script > 0 THEN 4 ELSE 1 + {back} END AS first_move
            FROM (
                SELECT *, CASE WHEN script > 0 THEN (script & {MOVES_TWICE}) <> 0
                    WHEN last_move // 100 % 100 > 1 THEN {twice} ELSE false END AS twice
                FROM (
                    SELECT *, household_hash(hh) AS hhh, CASE WHEN script > 0 THEN {_planted_move(settings)} ELSE settled END AS last_move
                    FROM movers
                )
            )
        ) WHERE CASE WHEN script > 0 THEN settled ELSE lived END < first_move
    """


_MOVED = f"(moved AND script = 0 OR script > 0 AND (script & {MOVES_TWICE | SHORTLY_IN_SHELTER}) <> 0)"
_FIRST_SHELTER = "place_base(g) + place_dwellings(g) + place_vacant(g) + place_institutions(g)"


def _home(away: str) -> str:
    """SQL of the object where a household lives, `away` moves from the address of the base year: there at home or
    an institution, and at any dwelling of the area every other time. People beside the base year have no object of
    their own."""
    dwellings = "(place_dwellings(g) + place_vacant(g))"
    draw = f"(mix(xor(hhh::UBIGINT, ({salt('other object')} + 7919 * (({away}) + 64))::UBIGINT)))"
    return (
        f"CASE WHEN plhh = 10 OR hh < {LODGERS} AND ({away}) % 2 = 0 THEN hh "
        f"ELSE place_base(g) + ({draw} % {dwellings}::UBIGINT)::BIGINT END"
    )


DRAWN_OPVANG = f"d_{OPVANG.name}"


def _elsewhere(hashed: str, g: str, name: str) -> str:
    dwellings = f"(place_dwellings({g}) + place_vacant({g}))"
    return f"place_base({g}) + floor({uniform(hashed, name)} * {dwellings})::BIGINT"


def dwellings_sql(settings: PopulationSettings) -> str:
    """VSLGWBTAB: every dwelling, lived in or vacant; for a few (never of planted people, who are no couples) the
    gemeente is not known, and for a few more the wijk."""
    return f"""
        SELECT 'D' AS "SOORTOBJECTNUMMER", object_text(hashed) AS "RINOBJECTNUMMER",
            CASE WHEN nowhere THEN '----' ELSE code END AS "gem{settings.peiljaar}",
            CASE WHEN nowhere OR drawn < {WITHOUT_WIJK}e0 THEN '------'
                ELSE code || wijk_number({wijk_sql("drawn", "wijken")}) END AS "wc{settings.peiljaar}"
        FROM (
            SELECT *, {uniform("hashed", "wijk")} AS drawn,
                {uniform("hashed", "no gemeente")} < 0.00006 AND object >= couples_from AND object < couples_to AS nowhere
            FROM (SELECT *, household_hash(object) AS hashed
            FROM (SELECT *, first + unnest(range(n)) AS object FROM ground.dwellings))
        )
    """


def other_objects_sql(settings: PopulationSettings) -> str:
    """NIETVSLGWBTAB: institutions, and shelters and briefadressen."""
    return f"""
        SELECT CASE WHEN turn < institutions THEN 'I' ELSE 'B' END AS "SOORTOBJECTNUMMER",
            object_text(hashed) AS "RINOBJECTNUMMER", code AS "gem{settings.peiljaar}"
        FROM (
            SELECT *, household_hash(base + dwellings + vacant + turn) AS hashed
            FROM (SELECT *, unnest(range(institutions + shelters)) AS turn FROM places)
        )
    """


def priorities_sql(settings: PopulationSettings) -> str:
    """URGENTIE: declarations of gemeenten that deliver; two in three still hold (88888888)."""
    year = settings.peiljaar
    begun, ground = uniform("hi", "priority begun"), uniform("hi", "priority ground")
    return f"""
        SELECT 'R' AS "RINPERSOONS", rin AS "RINPERSOON", day_of({year}, 0.6 * {begun})::VARCHAR AS "BEGINDATUM",
            CASE WHEN plant > 0 OR {uniform("hi", "priority used")} < 0.67 THEN '88888888'
                ELSE day_of({year}, 0.62 + 0.37 * {uniform("hi", "priority end day")})::VARCHAR END AS "EINDDATUM",
            CASE WHEN opvang THEN 'U' WHEN {ground} < 0.3 THEN 'M' ELSE 'O' END AS "URGENTIEGROND",
            place_code(g) AS "GEMEENTE"
        FROM affected WHERE urgentie AND place_urgentie(g)
        UNION ALL
        SELECT kind, rin, '{year}0501', '88888888', 'O', place_code(g)
        FROM outsiders WHERE place_urgentie(g) AND known_from BETWEEN 0.9 AND 0.91
    """
