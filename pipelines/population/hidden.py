"""What no register shows: who is homeless in truth, and who has a right to bijstand without receiving it.

What belongs here: the truth about them, for tests, benchmarks and the report. What does not: files. The pipeline never
reads it. How many they are is public (`targets.csv`); which people they are is invented: the frail more often.
"""

from fractions import Fraction

import duckdb

from pipelines.population.engine import value_of
from pipelines.population.people import FOREIGN
from pipelines.population.targets import REFERENCE, targets
from pipelines.population.uniforms import bits, uniform

_THIN = 0.06
"""Share of the people of whom the weight is worked out at all: many times more than are needed."""

_MIDDLE = "age BETWEEN 27 AND 49"
_STRATA = f"sex, {_MIDDLE}"

_LOW, _SOMEWHAT_HIGHER, _HIGHEST = 14, 22, 40
"""Percentiles of income from an own business, below which somebody may have a right: the later ones where needed."""


def _no_income(at_most: int) -> str:
    return f"""(plant = 0 AND age BETWEEN 18 AND 62 AND plhh IN (2, 7, 8, 9) AND NOT bijstand AND NOT ao AND NOT ww
        AND NOT ingeschreven AND NOT baan AND (NOT zelfstandig OR 98 * upper_half({bits("hi", "income")}) - 5 * z < {at_most}))"""


NO_INCOME = _no_income(_LOW)
"""SQL: no income but a small one from a business, no partner, no other benefit, no study."""

_FEW_ASSETS = f"""exp(0.5e0 * z) * CASE WHEN age < 27 OR zelfstandig THEN 2e0 ELSE 1e0 END
    * CASE WHEN {FOREIGN} THEN 1.5e0 ELSE 1e0 END"""
"""Who of them has a right is a draw: no file holds what somebody owns but the debt on a home. Non-take-up is highest
among the young, the self-employed and migrants (Inspectie SZW 2021); how much higher is our choice."""


def make_hidden(connection: duckdb.DuckDBPyConnection, scale: Fraction, peiljaar: int = REFERENCE) -> None:
    """Write `hidden` (rin, sex, age, dakloos, dakloos_gezien, recht_op_bijstand, ontvangt_bijstand): everybody for whom
    one of these holds.

    Homeless people are 18 to 64. Those whom a register shows are registered at a shelter or a briefadres, where not
    everybody is homeless; the others live at an ordinary address on paper. Whoever receives bijstand has a right to it.
    Where nobody without income is left to have a right (more people had bijstand in 2020, and fewer lived alone), those with
    a little more have one.
    """
    wanted = {row.measure: row.value for row in targets(peiljaar)}
    homeless = float(scale) * wanted["dakloos"]
    seen = homeless * wanted["dakloos_gezien"] / 100
    share = wanted["niet_gebruik_bijstand"] / 100
    users = value_of(connection, "SELECT count(*) FROM affected WHERE bijstand")
    quota = f"""(CASE WHEN sex = 1 THEN {wanted["dakloos_man"] / 100} ELSE {1 - wanted["dakloos_man"] / 100} END
        * CASE WHEN {_MIDDLE} THEN {wanted["dakloos_27_49"] / 100} ELSE {1 - wanted["dakloos_27_49"] / 100} END)"""
    connection.execute(f"""
        CREATE TABLE hidden AS
        WITH seen AS (
            SELECT rin, sex, age FROM affected WHERE opvang AND age BETWEEN 18 AND 64
            QUALIFY row_number() OVER (PARTITION BY {_STRATA} ORDER BY {uniform("hi", "homeless seen")}, rin)
                <= round({seen!r} * {quota})
        ),
        unseen AS (
            SELECT rin, sex, age FROM people
            WHERE {uniform("hi", "homeless thinned")} < {_THIN} AND plant = 0 AND NOT opvang AND plhh IN (1, 2, 8, 9)
                AND age BETWEEN 18 AND 64
            QUALIFY row_number() OVER (PARTITION BY {_STRATA} ORDER BY {_late("exp(1.6e0 * z)", "homeless")}, rin)
                <= round({homeless - seen!r} * {quota})
        ),
        entitled AS (
            SELECT rin, sex, age FROM people WHERE {_no_income(_HIGHEST)}
            ORDER BY NOT {NO_INCOME}, NOT {_no_income(_SOMEWHAT_HIGHER)}, {_late(_FEW_ASSETS, "few assets")}, rin
            LIMIT {round(users * share / (1 - share))}
        ),
        receiving AS (SELECT rin, sex, age FROM affected WHERE bijstand)
        SELECT rin, any_value(sex) AS sex, any_value(age) AS age, bool_or(homeless) AS dakloos, bool_or(homeless AND shown) AS dakloos_gezien,
            bool_or(entitled) AS recht_op_bijstand, bool_or(entitled AND shown) AS ontvangt_bijstand
        FROM (
            SELECT *, true AS homeless, false AS entitled, true AS shown FROM seen
            UNION ALL SELECT *, true, false, false FROM unseen
            UNION ALL SELECT *, false, true, false FROM entitled
            UNION ALL SELECT *, false, true, true FROM receiving
        ) GROUP BY rin
    """)


def hidden_sql() -> str:
    """The truth file: rinpersoon, dakloos, dakloos_gezien, recht_op_bijstand, ontvangt_bijstand."""
    return "SELECT rin AS rinpersoon, * EXCLUDE (rin, sex, age) FROM hidden ORDER BY rinpersoon"


def hidden_counts() -> dict[str, str]:
    """Measure -> SQL of its value, over `hidden`."""
    of_homeless = "100e0 * count(*) FILTER (dakloos AND {}) / greatest(count(*) FILTER (dakloos), 1)".format
    return {
        "dakloos": "count(*) FILTER (dakloos)",
        "dakloos_gezien": of_homeless("dakloos_gezien"),
        "dakloos_man": of_homeless("sex = 1"),
        "dakloos_27_49": of_homeless(_MIDDLE),
        "niet_gebruik_bijstand": "100e0 * count(*) FILTER (recht_op_bijstand AND NOT ontvangt_bijstand)"
        " / greatest(count(*) FILTER (recht_op_bijstand), 1)",
    }


def _late(weight: str, name: str) -> str:
    """SQL of a moment at which somebody comes in: the first n are a draw of n people in proportion to their weights."""
    return f"(-ln(1e-9 + {uniform('hi', name)}) / ({weight}))"
