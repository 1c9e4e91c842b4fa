"""Where people are registered: objects, addresses, and the files that place objects in gemeenten.

What belongs here: GBAADRESOBJECTBUS, VSLGWBTAB, NIETVSLGWBTAB and who lives in a shelter or at a briefadres.
What does not: households. Every private household has an object of its own, with the same number.
"""

from pipelines.population.chances import Chance, befallen
from pipelines.population.people import FRAILTY
from pipelines.population.settings import PopulationSettings
from pipelines.population.uniforms import RIN_TEXT, uniform

OPVANG = Chance(
    "opvang",
    """CASE WHEN plhh = 2 AND age BETWEEN 18 AND 72
        THEN place_homeless_level(g) * exp(1.6 * z) * CASE WHEN age < 27 THEN 0.8 WHEN age < 56 THEN 1.2 ELSE 0.5 END
        ELSE 0 END""",
    target=15_000,
    scripted=("opvang",),
    beside_planting=True,
    most=0.3,
)
"""15,000 outside planting: registers show about 9,600 homeless people, the rest have a briefadres (our choice)."""

_SAME_GEMEENTE = 0.65


def addresses_sql(settings: PopulationSettings) -> str:
    """GBAADRESOBJECTBUS: the address of the peildatum, the one before a move in the year, and of who left."""
    return f"""
        SELECT 'R' AS "RINPERSOONS", {RIN_TEXT} AS "RINPERSOON", begun::VARCHAR AS "GBADATUMAANVANGADRESHOUDING",
            ended AS "GBADATUMEINDEADRESHOUDING", kind AS "SOORTOBJECTNUMMER",
            object_text(hashed) AS "RINOBJECTNUMMER"
        FROM (SELECT *, household_hash(object) AS hashed FROM ({_spells_sql(settings)}))
    """


def _spells_sql(settings: PopulationSettings) -> str:
    shelter = f"{_FIRST_SHELTER} + floor({uniform('hi', 'shelter')} * place_shelters(g))::BIGINT"
    moved = "babies = 0 AND begun <> since"
    # Who is in a shelter is found again by the same draw, which is cheaper than to carry it along.
    return f"""
        SELECT number, CASE WHEN {moved} THEN begun ELSE greatest(since, born) END AS begun, '{settings.last_day}' AS ended,
            CASE WHEN roofless THEN 'B' WHEN plhh = 10 THEN 'I' ELSE 'D' END AS kind,
            CASE WHEN roofless THEN {shelter} ELSE hh END AS object
        FROM (
            SELECT *, CASE WHEN plant > 0 OR {DRAWN_OPVANG} < {OPVANG.most} THEN {befallen(OPVANG)} ELSE false END AS roofless
            FROM (
                SELECT *, CASE WHEN plhh = 2 THEN {OPVANG.draw} ELSE 1 END AS {DRAWN_OPVANG}, CASE WHEN plhh = 2 THEN {FRAILTY} ELSE 0 END AS z
                FROM (SELECT *, CASE WHEN plhh = 2 THEN household_hash(hh) END AS hhh FROM homes)
            )
        )
        UNION ALL
        SELECT number, since, (begun - 1)::VARCHAR, 'D', {_elsewhere("hhh", "g2")}
        FROM (
            SELECT *, {_other_place("hhh")} AS g2 FROM (SELECT *, household_hash(hh) AS hhh FROM homes WHERE {moved})
        )
        UNION ALL
        SELECT number, since, gone::VARCHAR, 'D', {_elsewhere("hi", "g")} FROM gone
    """


_FIRST_SHELTER = "place_base(g) + place_dwellings(g) + place_vacant(g) + place_institutions(g)"
DRAWN_OPVANG = f"d_{OPVANG.name}"


def _other_place(hashed: str) -> str:
    """Two in three stay in their gemeente; the others come from one of the next five."""
    draw = uniform(hashed, "other gemeente")
    return (
        f"CASE WHEN {draw} < {_SAME_GEMEENTE} THEN g "
        f"ELSE (g + 1 + floor({draw} * 1000)::INTEGER % 5) % places_total() END"
    )


def _elsewhere(hashed: str, g: str) -> str:
    dwellings = f"(place_dwellings({g}) + place_vacant({g}))"
    return f"place_base({g}) + floor({uniform(hashed, 'other object')} * {dwellings})::BIGINT"


def dwellings_sql(settings: PopulationSettings) -> str:
    """VSLGWBTAB: every dwelling, lived in or vacant; for a few (never of planted people, who are no couples) the
    gemeente is not known."""
    return f"""
        SELECT 'D' AS "SOORTOBJECTNUMMER", object_text(hashed) AS "RINOBJECTNUMMER",
            CASE WHEN {uniform("hashed", "no gemeente")} < 0.00006 AND object >= couples_from AND object < couples_to
                THEN '----' ELSE code END AS "gem{settings.peiljaar}"
        FROM (
            SELECT *, household_hash(object) AS hashed
            FROM (SELECT *, first + unnest(range(n)) AS object FROM ground.dwellings)
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
