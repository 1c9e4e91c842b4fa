"""Income of persons and debts on the homes of households.

What belongs here: INPATAB and VEHTAB. What does not: where income comes from (`work.py`, `benefits.py`). Percentiles
are by definition a hundredth each, and mortgages are our choice; only rent allowance has a public figure.
"""

from pipelines.population.people import HOUSEHOLD_FRAILTY
from pipelines.population.planting import scripted
from pipelines.population.settings import PopulationSettings
from pipelines.population.splits import Split
from pipelines.population.targets import aim
from pipelines.population.uniforms import bits, uniform

_UNKNOWN_INCOME, _UNKNOWN_WEALTH = 0.012, 0.01
"""Share without a record: who did not live in a household with known income all year."""

_MAIN_EARNER = "(plhh IN (2, 7, 8) OR plhh BETWEEN 3 AND 6 AND (sex = 1) = (hh % 10 < 7))"
"""One person of each private household: of seven couples in ten the man (our choice)."""


RENT_ALLOWANCE = Split(
    "rent_allowance",
    who="plhh IN (2, 7, 8) OR plhh BETWEEN 3 AND 6 AND sex = 1",
    group="""((CASE WHEN bijstand OR aio THEN 0 WHEN ao OR ww THEN 1 WHEN age >= 67 THEN 2 WHEN baan OR zelfstandig THEN 3 ELSE 4 END)
        + CASE WHEN plhh IN (2, 7) THEN 0 ELSE 5 END + CASE WHEN laag OR schuld_huishouden THEN 10 ELSE 0 END)""",
    draw=uniform("hi", "rent allowance"),
    codes=("1", "0"),
    totals=(aim("huurtoeslag"),),
    weights=(
        *((0.85, 0.15), (0.65, 0.35), (0.32, 0.68), (0.10, 0.90), (0.45, 0.55)),
        *((0.75, 0.25), (0.35, 0.65), (0.08, 0.92), (0.02, 0.98), (0.2, 0.8)),
        *((0.95, 0.05), (0.85, 0.15), (0.60, 0.40), (0.30, 0.70), (0.75, 0.25)),
        *((0.90, 0.10), (0.65, 0.35), (0.30, 0.70), (0.10, 0.90), (0.5, 0.5)),
    ),
)
"""Who of each private household could apply, and whether they have it. About 26 in a hundred who live alone and 12 of
the other households have it (ESB 2023); by source of income it is a drawing."""

HAS_RENT_ALLOWANCE = f"(({RENT_ALLOWANCE.who}) AND {RENT_ALLOWANCE.first})"


def incomes_sql(_settings: PopulationSettings) -> str:
    """INPATAB: everybody of 18 and over in a private household with a known income: the percentile of the personal
    income, -1 without any, and the rent allowance in euros."""
    shifted = "least(100, greatest(1, floor({low} + {span} * d_income - {frailty} * z)))::INTEGER".format
    percentile = f"""CASE
        WHEN plant > 0 THEN CASE WHEN {scripted("laag_inkomen")} THEN CASE WHEN hi % 5 = 0 THEN -1 ELSE 1 + hi % 10 END ELSE 11 + hi % 90 END
        WHEN age >= 67 THEN CASE WHEN gekorte_aow AND NOT aio THEN {shifted(low=3, span=27, frailty=1)} ELSE {shifted(low=14, span=60, frailty=5)} END
        WHEN baan AND baan_tot = 0 AND ingeschreven THEN {shifted(low=1, span=24, frailty=0)}
        WHEN baan AND baan_tot = 0 THEN {shifted(low=12, span=92, frailty=5)}
        WHEN zelfstandig THEN {shifted(low=2, span=98, frailty=5)}
        WHEN bijstand THEN {shifted(low=12, span=18, frailty=0)}
        WHEN ao OR ww OR baan THEN {shifted(low=10, span=50, frailty=4)}
        WHEN age >= 63 AND d_income < 0.5 THEN {shifted(low=15, span=100, frailty=5)}
        WHEN d_income < 0.75 THEN -1
        ELSE {shifted(low=-30, span=44, frailty=0)} END"""
    return f"""
        SELECT 'R' AS "RINPERSOONS", rin AS "RINPERSOON", ({percentile})::INTEGER AS "INPP100PPERS",
            ({HAS_RENT_ALLOWANCE}::INTEGER * (600 + 12 * (hi & 255)::INTEGER))::DOUBLE AS "INPT7340HRS"
        FROM (
            SELECT *, upper_half(m_income) AS d_income
            FROM (SELECT *, {bits("hi", "income")} AS m_income FROM people WHERE age >= 18 AND plhh <> 10)
        )
        WHERE CASE WHEN plant > 0 THEN NOT {scripted("inkomen_onbekend")} ELSE lower_half(m_income) >= {_UNKNOWN_INCOME}e0 END
        UNION ALL
        SELECT * FROM (VALUES ('F', '---------', 12, 0e0), ('R', '000000001', -1, 0e0))
    """


def wealth_sql(_settings: PopulationSettings) -> str:
    """VEHTAB: a row per private household on its main earner, with the debt on the home in euros: about half of the
    households have one, the frail less often."""
    chance = """0.04 + CASE WHEN plhh IN (5, 6) THEN 0.68 WHEN plhh IN (3, 4) THEN 0.5 WHEN plhh = 7 THEN 0.4 ELSE 0.22 END
        * CASE WHEN age < 25 THEN 0.3 WHEN age < 70 THEN 1.1 ELSE 0.8 END - 0.11 * zh"""
    owes = f"""CASE WHEN plant > 0 THEN {scripted("hypotheek")} ELSE upper_half(m_wealth) < {chance} END"""
    return f"""
        SELECT 'R' AS "RINPERSOONSHKW", rin AS "RINPERSOONHKW",
            CASE WHEN {owes} THEN 1000 * (20 + (hhh % 397)::INTEGER) ELSE 0 END AS "VEHW1210SHYH"
        FROM (
            SELECT *, {bits("hhh", "wealth")} AS m_wealth, {HOUSEHOLD_FRAILTY} AS zh
            FROM (SELECT *, household_hash(hh) AS hhh FROM homes WHERE {_MAIN_EARNER})
        )
        WHERE CASE WHEN plant > 0 THEN NOT {scripted("vermogen_onbekend")} ELSE lower_half(m_wealth) >= {_UNKNOWN_WEALTH}e0 END
        UNION ALL
        SELECT * FROM (VALUES ('F', '---------', 90000), ('R', '000000001', 0))
    """
