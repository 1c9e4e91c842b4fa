"""Old-age pension, the cut in it for years abroad, and what tops it up.

What belongs here: AOWUITKERING1ATAB, and who has a cut pension or AIO. What does not: the spells of AIO, which stand
with bijstand (`benefits.py`).
"""

from pipelines.population.chances import Chance
from pipelines.population.people import FOREIGN
from pipelines.population.settings import PopulationSettings
from pipelines.population.targets import aim
from pipelines.population.uniforms import uniform

CUT_PENSION = Chance(
    "gekorte_aow",
    f"CASE WHEN {FOREIGN} THEN 12 ELSE 1 END * exp(0.2 * z)",
    only="age >= 67",
    target=aim("gekorte_aow"),
    scripted=("gekorte_aow",),
    most=0.75,
)
"""Living here with a cut pension; with the AIO below the order of those entitled to it fits."""

TOP_UP = Chance(
    "aio",
    "exp(0.8 * z) * CASE WHEN plhh IN (2, 7, 9) THEN 2 WHEN plhh = 10 THEN 0.2 ELSE 1 END",
    only="age >= 67 AND gekorte_aow",
    target=aim("aio"),
    scripted=("aio",),
    most=0.8,
)

_NOT_APPLIED = 0.005

AOW_MONTHS = {2019: 4, 2020: 4, 2021: 4, 2022: 7, 2023: 10, 2024: 12}
"""The age at which the AOW began in each peiljaar: 66 years and so many months (Algemene Ouderdomswet, article 7a)."""


def receives_aow(peiljaar: int) -> str:
    """SQL: has a pension on the peildatum."""
    old_enough = f"{uniform('hi', 'birthday')} < {(12 - AOW_MONTHS[peiljaar]) / 12:.9e}"
    return f"""(gekorte_aow OR age >= 67 AND (plant > 0 OR {uniform("hi", "pension")} >= {_NOT_APPLIED}e0)
    OR age = 66 AND plant = 0 AND {old_enough})"""


def pensions_sql(settings: PopulationSettings) -> str:
    """AOWUITKERING1ATAB, December: everybody of the age but a few; the cut in percent, two for each year."""
    cut = f"2 + 2 * floor(49 * {uniform('hi', 'cut')} * {uniform('hi', 'cut more')})::INTEGER"
    return f"""
        SELECT 'R' AS "RINPERSOONS", rin AS "RINPERSOON", CASE WHEN gekorte_aow THEN {cut} ELSE 0 END AS "AOWKORTINGSPERCENTAGE"
        FROM people WHERE {receives_aow(settings.peiljaar)}
        UNION ALL
        SELECT kind, rin, 30 FROM outsiders WHERE known_from BETWEEN 0.7 AND 0.72
        UNION ALL
        SELECT * FROM (VALUES ('R', '000000000', 0), ('R', '000000001', 0))
    """
