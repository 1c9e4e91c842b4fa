"""The amounts in a synthetic delivery: as many people, and the same people, as the files were made for."""

from pathlib import Path

import duckdb
import pytest

from pipelines.facts.gemeenten import gemeenten
from pipelines.population.coverage import delivering
from tests.unit.delivered_files import (
    SCALE,
    UNUSABLE,
    file_of,
    near,
    people_of,
)

PERSONS: dict[tuple[str, str], int] = {
    ("WWPERSOONBUS", "eindww = '20231231'"): 161_740,
    ("BIJSTANDPERSOONBUS", "bijstandsoort = '13'"): 50_000,
    ("AOWUITKERING1ATAB", "aowkortingspercentage > 0"): 400_000,
    ("JGDHULPBUS", "true"): 474_000,
    ("INDICWLZTAB", "true"): 358_490,
    ("VERDTAB", "true"): 140_610,
    ("SLOTAB", "slodelict = 'G'"): 75_000,
    ("MSZPRESTATIESVEKTTAB", "mszdiagnosegroep = 'COE'"): 18_000,
    ("ZVWZORGKOSTENTAB", "zvwkgeboortezorg > 0"): 230_000,
    ("MEDICIJNTAB", "atc4 = 'A10A'"): 300_000,
    ("MEDICIJNTAB", "atc4 = 'N05B'"): 330_000,
    ("MEDICIJNTAB", "atc4 = 'N06B'"): 280_000,
}
"""Persons in the Netherlands: public figures, and the rounder ones our choice (see the module of each scheme)."""


@pytest.mark.parametrize(("register", "condition"), list(PERSONS))
def test_a_file_holds_as_many_people_as_the_figure_it_was_made_for(
    delivered: Path, connection: duckdb.DuckDBPyConnection, register: str, condition: str
) -> None:
    found = connection.execute(f"""
        SELECT count(DISTINCT rinpersoon) FROM read_parquet('{file_of(delivered, register)}')
        WHERE rinpersoons = 'R' AND rinpersoon NOT IN {UNUSABLE} AND {condition}
    """).fetchall()[0][0]

    assert found == near(float(PERSONS[register, condition] * SCALE))


@pytest.mark.parametrize(("kind", "national"), [("A", 13_707), ("V", 7_389)])
def test_children_out_of_school_are_as_many_as_the_gemeenten_that_deliver_should_know(
    delivered: Path, connection: duckdb.DuckDBPyConnection, kind: str, national: int
) -> None:
    people = {g.code: g.inwoners for g in gemeenten(2023)}
    share = sum(people[code] for code in delivering("THUISZITTERS", 2023)) / sum(people.values())

    found = connection.execute(f"""
        SELECT count(*) FROM read_parquet('{file_of(delivered, "THUISZITTERS")}')
        WHERE rinpersoons = 'R' AND verzuimsoort = '{kind}'
    """).fetchall()[0][0]

    assert found == near(float(national * SCALE) * share)


def test_nearly_everybody_is_insured_and_every_pensioner_is_in_the_file_of_pensions(
    delivered: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    insured, pensions = connection.execute(f"""
        SELECT avg((c.rinpersoon IS NOT NULL)::INTEGER), avg((a.rinpersoon IS NOT NULL)::INTEGER) FILTER (age >= 67)
        FROM {people_of(delivered)} p
        LEFT JOIN read_parquet('{file_of(delivered, "ZVWZORGKOSTENTAB")}') c USING (rinpersoons, rinpersoon)
        LEFT JOIN read_parquet('{file_of(delivered, "AOWUITKERING1ATAB")}') a USING (rinpersoons, rinpersoon)
    """).fetchall()[0]

    assert 0.9950 < insured < 0.9995
    assert 0.99 < pensions < 1


def test_incomes_are_of_grown_ups_in_private_households_and_spread_over_the_percentiles(
    delivered: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    known, strangers, lowest, highest, without = connection.execute(f"""
        SELECT avg((i.rinpersoon IS NOT NULL)::INTEGER) FILTER (grown_up_at_home),
            count(i.rinpersoon) FILTER (NOT grown_up_at_home),
            avg((inpp100ppers <= 10)::INTEGER) FILTER (inpp100ppers > 0),
            avg((inpp100ppers > 90)::INTEGER) FILTER (inpp100ppers > 0),
            avg((inpp100ppers = -1)::INTEGER)
        FROM (SELECT *, age >= 18 AND plhh <> '10' AS grown_up_at_home FROM {people_of(delivered)})
        LEFT JOIN read_parquet('{file_of(delivered, "INPATAB")}') i USING (rinpersoons, rinpersoon)
    """).fetchall()[0]

    assert 0.97 < known < 0.995
    assert strangers == 0
    assert 0.06 < lowest < 0.14
    assert 0.06 < highest < 0.14
    assert 0.02 < without < 0.10


def test_wealth_stands_once_per_private_household_on_somebody_who_earns(
    delivered: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    known, most, in_debt, on_children = connection.execute(f"""
        SELECT avg((records > 0)::INTEGER), max(records), avg(in_debt::INTEGER), bool_or(on_child)
        FROM (
            SELECT count(v.rinpersoonhkw) AS records, bool_or(vehw1210shyh > 0) AS in_debt,
                bool_or(v.rinpersoonhkw IS NOT NULL AND plhh IN ('1', '9')) AS on_child
            FROM {people_of(delivered)} p
            LEFT JOIN read_parquet('{file_of(delivered, "VEHTAB")}') v
                ON v.rinpersoonhkw = p.rinpersoon AND v.rinpersoonshkw = p.rinpersoons
            WHERE plhh <> '10' GROUP BY huishoudnr, datumaanvanghh
        )
    """).fetchall()[0]

    assert 0.98 < known < 0.995
    assert most == 1
    assert 0.4 < in_debt < 0.6
    assert on_children is False


def test_what_goes_wrong_goes_wrong_for_the_same_people(delivered: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """Frailty runs through the schemes, also apart from the planted people."""
    planted = f"(SELECT rinpersoon FROM read_parquet('{delivered.parent}/truth/planted.parquet'))"
    given = {
        "verdacht": ("VERDTAB", "true"),
        "slachtoffer": ("SLOTAB", "slodelict = 'G'"),
        "bijstand": ("BIJSTANDPERSOONBUS", "bijstandsoort = '01'"),
        "jeugdhulp": ("JGDHULPBUS", "true"),
        "thuiszitter": ("THUISZITTERS", "true"),
        "kosten": ("ZVWZORGKOSTENTAB", "zvwkziekenhuis >= 5000"),
        "ggz": ("GGZZPMPRESTATIETAB", "true"),
    }
    flags = ", ".join(
        f"rinpersoon IN (SELECT rinpersoon FROM read_parquet('{file_of(delivered, name)}') WHERE rinpersoons = 'R' AND {rule}) AS {flag}"
        for flag, (name, rule) in given.items()
    )
    pairs = (
        ("verdacht", "slachtoffer", "age >= 18", 1.4),
        ("verdacht", "bijstand", "age BETWEEN 18 AND 66", 1.5),
        ("jeugdhulp", "thuiszitter", "age BETWEEN 5 AND 17", 2),
        ("kosten", "ggz", "age BETWEEN 18 AND 66", 1.05),
    )
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE facts AS
        SELECT age, {flags} FROM {people_of(delivered)} WHERE rinpersoon NOT IN {planted}
    """)
    for one, other, who, times in pairs:
        found = connection.execute(f"""
            SELECT avg(({one} AND {other})::INTEGER) / (avg({one}::INTEGER) * avg({other}::INTEGER)) FROM facts WHERE {who}
        """).fetchall()[0][0]
        assert found > times, (one, other)
