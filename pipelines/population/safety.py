"""Crime as the police registers it: who reported being a victim, and who was a suspect.

What belongs here: SLOTAB and VERDTAB. What does not: what either leads to.
"""

from pipelines.population.chances import Chance
from pipelines.population.planting import scripted
from pipelines.population.settings import PopulationSettings
from pipelines.population.targets import aim
from pipelines.population.uniforms import uniform

SUSPECT = Chance(
    "verdacht",
    """exp(1.1 * z) * CASE WHEN sex = 1 THEN 4 ELSE 1 END
        * CASE WHEN age < 18 THEN 1 WHEN age < 25 THEN 1.9 WHEN age < 45 THEN 1.1 WHEN age < 65 THEN 0.5 ELSE 0.1 END
        * CASE WHEN plhh = 2 THEN 1.6 ELSE 1 END""",
    only="age >= 12",
    target=aim("verdacht"),
    scripted=("verdacht_eens", "verdacht_herhaald"),
    most=0.15,
)

VICTIM_OF_VIOLENCE = Chance(
    "slachtoffer_geweld",
    """exp(0.7 * z) * CASE WHEN age < 12 THEN 0.3 WHEN age < 18 THEN 1.2 WHEN age < 30 THEN 1.7
        WHEN age < 55 THEN 1 ELSE 0.3 END * CASE WHEN opvang THEN 8 ELSE 1 END * CASE WHEN plhh = 7 THEN 2.5 ELSE 1 END""",
    target=aim("slachtoffer_geweld"),
    scripted=("slachtoffer_geweld",),
    most=0.1,
)
"""Persons who reported violence in a year."""

_OF_THEFT, _OF_OTHER = 0.02, 0.0045
"""Share of the people of 12 and over who reported these (our choice)."""


def victims_sql(_settings: PopulationSettings) -> str:
    """SLOTAB: a row per person and kind of crime."""
    return f"""
        SELECT 'R' AS "RINPERSOONS", rin AS "RINPERSOON", 'G' AS "SLODELICT" FROM affected WHERE slachtoffer_geweld
        UNION ALL
        SELECT 'R', rin, CASE WHEN d_crime < {_OF_THEFT}e0 THEN 'V' ELSE 'O' END
        FROM (SELECT rin, {uniform("hi", "victim")} AS d_crime FROM people WHERE plant = 0 AND age >= 12)
        WHERE d_crime < {_OF_THEFT + _OF_OTHER}e0
        UNION ALL
        SELECT kind, rin, 'V' FROM outsiders WHERE known_from BETWEEN 0.6 AND 0.64
        UNION ALL
        SELECT * FROM (VALUES ('R', '000000001', 'V'), ('F', '---------', 'G'))
    """


def suspects_sql(_settings: PopulationSettings) -> str:
    """VERDTAB: a row per registered fact, numbered; two in three suspects have one, the frail more often several."""
    several = uniform("hi", "facts")
    facts = f"""CASE WHEN plant > 0 THEN CASE WHEN {scripted("verdacht_eens")} THEN 1 ELSE 2 + hi % 3 END
        WHEN {several} < 0.68 - 0.05 * z THEN 1 ELSE 2 + floor(4 * {uniform("hi", "more facts")})::INTEGER END"""
    return f"""
        SELECT 'R' AS "RINPERSOONS", rin AS "RINPERSOON", unnest(range(1, {facts} + 1))::INTEGER AS "VERDVOLGNUMMER"
        FROM affected WHERE verdacht
        UNION ALL
        SELECT kind, rin, 1 FROM outsiders WHERE known_from BETWEEN 0.5 AND 0.58
        UNION ALL
        SELECT * FROM (VALUES ('R', '000000000', 1), ('F', '---------', 1))
    """
