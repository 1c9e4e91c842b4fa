"""The synthetic Netherlands comes out at its targets, and a report that says so can also say that it does not.

Tolerances: two percent of the target, and below scale 1 six standard deviations of the count (one false alarm in 5e8 per
figure); the seed is fixed, so a test passes or fails every time.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pytest

import cli
from pipelines.errors import UserError
from pipelines.facts.gemeenten import gemeenten
from pipelines.population.calibration import CALIBRATION, Results, read_results
from pipelines.population.make import HIDDEN, make_deliveries
from pipelines.population.report import Report, by_chance
from pipelines.population.settings import PopulationSettings
from pipelines.population.splits import shares
from pipelines.population.stapeling import DOMAINS
from pipelines.population.targets import every_row, excused, targets
from pipelines.progress import silent
from tests.once import made_once
from tests.unit import population_reference

SCALE = Fraction(1, 20)
PEILJAREN = range(2019, 2025)


@pytest.fixture(scope="module")
def population(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    def make(root: Path) -> None:
        make_deliveries(PopulationSettings(2023, SCALE), root / "deliveries", root / "truth", root / "temp", silent)

    return made_once(tmp_path_factory, worker_id, "calibrated", make)


@pytest.fixture(scope="module")
def results(population: Path) -> Results:
    return read_results(population / "truth" / CALIBRATION)


@pytest.fixture(scope="module")
def connection(population: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The delivered files and the hidden truth, as views."""
    with duckdb.connect(":memory:") as opened:
        for path in (population / "deliveries").rglob("*.parquet"):
            register = next(part for part in path.relative_to(population).parts[3:] if part.isupper())
            opened.execute(f"CREATE VIEW {register} AS SELECT * FROM read_parquet('{path}')")
        opened.execute(f"CREATE VIEW hidden AS SELECT * FROM read_parquet('{population}/truth/{HIDDEN}')")
        yield opened


def one(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    return tuple(connection.execute(sql).fetchall()[0])


def test_every_figure_of_the_target_table_comes_out(results: Results) -> None:
    report = Report(results)
    assert [figure.target.subject for figure in report.figures if not figure.within] == []
    assert report.cells.within
    assert report.cells.cells == 342 * 20 * 2
    assert report.cells.exact > 0.99 * report.cells.cells
    assert report.within


def test_every_row_of_the_target_table_is_measured_or_excused_with_a_reason(results: Results) -> None:
    measured = {row.measure for row in every_row() if row.measure}
    assert measured <= set(results.measures)
    assert all(row.remark for row in excused())
    assert all(row.subject and row.source and row.value > 0 for row in every_row())


def test_the_national_figures_are_all_carried() -> None:
    assert sum(row.label != "chosen" for row in every_row()) >= 67
    chosen = [row for row in every_row() if row.label == "chosen"]
    assert chosen
    assert all(row.remark and row.source == "Blinde Vlek" for row in chosen)


@pytest.mark.parametrize("peiljaar", PEILJAREN)
def test_a_peiljaar_has_one_target_per_measure(peiljaar: int) -> None:
    measures = [row.measure for row in targets(peiljaar)]
    assert len(measures) == len(set(measures)) > 50


def test_an_exact_figure_of_another_year_is_called_scaled() -> None:
    bijstand = next(row for row in targets(2020) if row.measure == "bijstand")
    assert (bijstand.value, bijstand.label_in(2020), bijstand.label_in(2021)) == (428_020, "exact", "scaled")


def test_a_figure_that_is_missed_is_marked(results: Results) -> None:
    met = next(row for row in targets(2023) if row.measure == "bijstand")
    missed = Report(results, (met, replace(met, value=met.value * 1.2)))
    assert [figure.within for figure in missed.figures] == [True, False]
    assert not missed.within
    assert missed.as_text().count("<- outside 2 %") == 1
    assert json.loads(missed.as_json())["within"] is False


def test_a_measure_that_was_not_counted_is_marked(results: Results) -> None:
    silent_one = replace(results, measures={**results.measures, "wlz": 0.0})
    assert [f.target.measure for f in Report(silent_one).figures if not f.within] == ["wlz"]


def test_a_population_in_the_wrong_place_is_marked(results: Results) -> None:
    moved = {code: {age: list(both) for age, both in groups.items()} for code, groups in results.inhabitants.items()}
    moved["GM0363"][30][0] -= 40
    report = Report(replace(results, inhabitants=moved))
    assert not report.cells.within
    assert report.cells.where == ("GM0363", 30, 1)
    assert "in GM0363, men of 30 and over  <- outside" in report.as_text()


@pytest.mark.parametrize("form", [[], ["--json"], ["--csv"]])
def test_the_command_answers_with_an_exit_code(
    population: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], form: list[str], results: Results
) -> None:
    assert cli.main(["--quiet", "population", "report", "--to", str(population), *form]) == 0
    assert "Wlz-indicatie" in capsys.readouterr().out

    found = json.loads((population / "truth" / CALIBRATION).read_text(encoding="utf-8"))
    found["measures"]["wlz"] *= 2
    (tmp_path / "truth").mkdir()
    (tmp_path / "truth" / CALIBRATION).write_text(json.dumps(found), encoding="utf-8")
    assert cli.main(["--quiet", "population", "report", "--to", str(tmp_path), *form]) == 6
    assert results.measures["wlz"] * 2 == found["measures"]["wlz"]


def test_a_report_on_nothing_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Make one with"):
        read_results(tmp_path / CALIBRATION)
    (tmp_path / CALIBRATION).write_text('{"measures": 3}', encoding="utf-8")
    with pytest.raises(UserError, match="cannot be understood"):
        read_results(tmp_path / CALIBRATION)


def test_what_is_reported_is_what_the_files_hold(connection: duckdb.DuckDBPyConnection, results: Results) -> None:
    counted = {
        "wlz": "SELECT count(DISTINCT rinpersoon) FROM indicwlztab WHERE rinpersoons = 'R'",
        "huurtoeslag": "SELECT count(*) FROM inpatab WHERE inpt7340hrs > 0",
        "aow": "SELECT count(*) FROM aowuitkering1atab WHERE rinpersoons = 'R' AND rinpersoon > '000000001'",
        "wanbetaler": "SELECT count(*) FROM wanbzvwtab WHERE rinpersoons = 'R' AND rinpersoon > '000000001'",
        # Who was granted a benefit again is not among those with AO.
        "wajong": """SELECT count(DISTINCT rinpersoon) FROM aototpersoonbus b WHERE aototwet = '3' AND eindaotot = '20231231'
            AND NOT EXISTS (FROM aototpersoonbus e WHERE e.rinpersoon = b.rinpersoon AND e.eindaotot < '20231231')""",
        "verdacht": "SELECT count(DISTINCT rinpersoon) FROM verdtab WHERE rinpersoons = 'R' AND rinpersoon > '000000001'",
        "bijstand": """SELECT count(DISTINCT rinpersoon) FROM bijstandpersoonbus
            WHERE bijstandsoort < '10' AND eindbijstand = '20231231'""",
    }
    for measure, sql in counted.items():
        if measure == "huurtoeslag":
            # Who has no known income has no record either.
            assert 0.97 < one(connection, sql)[0] / results.measures[measure] <= 1
        else:
            assert one(connection, sql)[0] == results.measures[measure], measure


def test_homeless_people_show_in_registers_as_often_as_is_public(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute("""
        SELECT dakloos_gezien, count(*), avg((soortobjectnummer = 'B')::INTEGER)
        FROM hidden JOIN gbaadresobjectbus USING (rinpersoon)
        WHERE dakloos AND gbadatumeindeadreshouding = '20231231' GROUP BY dakloos_gezien ORDER BY dakloos_gezien
    """).fetchall()
    assert [(seen, round(at_shelter)) for seen, _, at_shelter in rows] == [(False, 0), (True, 1)]
    # A grown-up child may live in a shelter along with a planted parent.
    assert rows[0][2] < 0.02
    assert rows[1][2] == 1
    assert rows[1][1] / (rows[0][1] + rows[1][1]) == pytest.approx(0.291, abs=0.002)


def test_who_does_not_use_bijstand_has_no_other_income_in_any_file(connection: duckdb.DuckDBPyConnection) -> None:
    who = "SELECT rinpersoon FROM hidden WHERE recht_op_bijstand AND NOT ontvangt_bijstand"
    for register, running in {
        "bijstandpersoonbus": "eindbijstand = '20231231' AND bijstandsoort < '14'",
        "aototpersoonbus": "eindaotot = '20231231' AND aanvaotot < '20230901'",
        "wwpersoonbus": "eindww = '20231231'",
        "spolisbus": "true",
        "inpatab": "inpp100ppers > 25",
    }.items():
        assert one(connection, f"SELECT count(*) FROM {register} WHERE {running} AND rinpersoon IN ({who})") == (0,), (
            register
        )


def test_the_hidden_are_frailer_than_others(connection: duckdb.DuckDBPyConnection) -> None:
    def suspects(condition: str) -> float:
        sql = f"""SELECT avg((rinpersoon IN (SELECT rinpersoon FROM verdtab))::INTEGER) FROM hidden
            WHERE {condition}"""
        return float(one(connection, sql)[0])

    everybody = 140_610 / 17_942_942
    assert suspects("dakloos AND NOT dakloos_gezien") > 3 * everybody
    assert suspects("recht_op_bijstand AND NOT ontvangt_bijstand") > everybody


def test_problems_heap_up_more_than_they_would_by_chance(results: Results) -> None:
    numbers = range(len(DOMAINS) + 1)
    adults = sum(results.measures[f"leefgebieden_{n}"] for n in numbers)
    alone = by_chance([results.measures[f"leefgebied_{n}"] / adults for n in range(len(DOMAINS))])
    ratios = [results.measures[f"leefgebieden_{n}"] / adults / alone[n] for n in numbers]
    assert ratios[3] > 1.5
    assert ratios[4] > 3
    assert ratios[5] > 10


def test_independent_chances_add_up() -> None:
    assert by_chance([0.5, 0.5]) == [0.25, 0.5, 0.25]
    assert sum(by_chance([0.1, 0.7, 0.02])) == pytest.approx(1)


def test_shares_are_fitted_to_counts_and_totals() -> None:
    counts, wanted = [100, 300], [80.0, 20.0]
    table = shares(((1, 1, 2), (0, 1, 9)), counts, wanted)
    assert [sum(row) for row in table] == pytest.approx([1, 1])
    for place, total in enumerate([*wanted, 300.0]):
        assert sum(row[place] * people for row, people in zip(table, counts, strict=True)) == pytest.approx(
            total, rel=1e-3
        )
    assert table[1][0] == 0


def test_shares_of_a_group_without_people_are_the_weights_themselves() -> None:
    assert shares(((1, 1), (1, 3)), [10, 0], [4.0])[1] == (0.25, 0.75)


def test_the_page_about_the_synthetic_netherlands_is_current() -> None:
    assert population_reference.PAGE.read_text(encoding="utf-8") == population_reference.page(), (
        "run `python -m tests.unit.population_reference`"
    )


def test_the_table_of_gemeenten_is_what_the_cells_are_held_to(results: Results) -> None:
    assert set(results.inhabitants) == {gemeente.code for gemeente in gemeenten(2023)}
