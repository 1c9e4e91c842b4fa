"""The planted people are what the truth says, by a naive check that shares nothing with the generator."""

import csv
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from pipelines.errors import UserError
from pipelines.population.coverage import delivering
from pipelines.population.make import make_deliveries
from pipelines.population.planting import _casting
from pipelines.population.scripts import GROUPS, Group
from pipelines.population.settings import PopulationSettings
from pipelines.progress import silent

SCALE = Fraction(1, 50)
SPECS = Path(__file__).resolve().parents[2] / "persona_specs" / "personas"

FILES = {
    "persoon": "GBAPERSOON2023TABV1",
    "adres": "GBAADRESOBJECT2023BUSV1",
    "huishouden": "GBAHUISHOUDENS2023BUSV1",
    "woning": "VSLGWB2023TAB03V1",
    "ander_object": "NIETVSLGWB2023TABV1",
    "bijstand": "BIJSTANDPERSOON2023BUSV1",
    "ao": "AOTOTPERSOON2023BUSV1",
    "baan": "SPOLISBUS2023V1",
    "secm": "SECMBUS2023V1",
    "niveau": "HOOGSTEOPL2023TABV1",
    "inschrijving": "ONDERWIJSINSCHR2023TABV1",
    "wanbetaler": "WANBZVW2023TABV1",
    "wsnp": "WSNPPERSBUS2023V1",
    "ggz": "GGZZPMPRESTATIE2023TABV1",
    "medicijn": "MEDICIJN2023TABV1",
    "schuld": "SCHULDENPROBLEMATIEK2023V1",
    "schuldhulp": "SCHULDHULP2023V1",
    "signaal": "VROEGSIGNALERING2023V1",
}


def _exists(table: str, condition: str = "true") -> str:
    return f"EXISTS (SELECT 1 FROM {table} r WHERE r.rinpersoons = 'R' AND r.rinpersoon = p.rinpersoon AND {condition})"


def _running(begin: str, end: str) -> str:
    return f"r.{begin} <= '20231231' AND r.{end} >= '20231231'"


FACTS = {
    "opvang": "p.soort = 'B'",
    "niet_thuis": "p.plhh <> '1'",
    "bijstand": _exists(
        "bijstand", f"r.bijstandsoort IN ('01', '02', '03') AND {_running('aanvbijstand', 'eindbijstand')}"
    ),
    "ao": _exists("ao", _running("aanvaotot", "eindaotot")),
    # Three to fifteen months before 31 December, and no spell that carries straight on.
    "ao_beeindigd": _exists(
        "ao",
        """r.eindaotot > '20220930' AND r.eindaotot <= '20230930' AND NOT EXISTS (
            SELECT 1 FROM ao n WHERE n.rinpersoon = p.rinpersoon AND n.eindaotot > r.eindaotot
                AND strptime(n.aanvaotot, '%Y%m%d') <= strptime(r.eindaotot, '%Y%m%d') + INTERVAL 1 DAY)""",
    ),
    "werk": _exists("baan", "r.sdatumaanvangiko <= '20231231' AND r.sdatumeindeiko > '20230930'"),
    "zelfstandig": _exists("secm", f"r.secm IN ('12', '13', '14', '15') AND {_running('aanvsecm', 'eindsecm')}"),
    "verslaving": _exists("medicijn", "r.atc4 = 'N07B'") + " OR " + _exists("ggz", "r.zpmdiagnose = 'SG03'"),
    "stoornis": _exists("medicijn", "r.atc4 = 'N05A'") + " OR " + _exists("ggz", "r.zpmdiagnose IN ('SG01', 'SG04')"),
    "schuld": _exists("schuld", "r.smalle_def_problematische_schulden_20231231 = '1'"),
    "wanbetaler": _exists("wanbetaler"),
    "signaal": f"CASE WHEN p.gemeente IN (SELECT code FROM vroeg_gedekt) THEN {_exists('signaal')} END",
    "minnelijk": "CASE WHEN p.gemeente IN (SELECT code FROM schuld_gedekt) THEN "
    + _exists(
        "schuldhulp", "r.trajectsoort = 'S' AND r.begindatum <= '20231231' AND r.einddatum IN ('88888888', '20231231')"
    )
    + " END",
    "wsnp": _exists("wsnp", "r.wsnpdatumbeein >= '20231231' AND r.wsnpdatumtoelaat <= '20231231'"),
    "laag": "(SELECT CASE WHEN r.oplnivsoi2021agg4hbmetnirwo NOT IN ('----', '9999') "
    "THEN r.oplnivsoi2021agg4hbmetnirwo < '2000' END FROM niveau r WHERE r.rinpersoon = p.rinpersoon)",
    "ingeschreven": _exists("inschrijving"),
}

# Per persona: conditions in the order of its spec (population, problems, need), and its voorziening.
PERSONAS: dict[str, tuple[dict[str, str], str]] = {
    "dakloos-verslaafd-schulden": (
        {
            "population": "leeftijd BETWEEN 18 AND 66",
            "adres_opvang_of_briefadres": "opvang",
            "verslaving": "verslaving",
            "problematische_schulden": "schuld OR wanbetaler",
            "need": "bijstand",
        },
        "minnelijk OR wsnp",
    ),
    "jongere-schuld-zonder-startkwalificatie": (
        {
            "population": "leeftijd BETWEEN 18 AND 26",
            "problematische_schulden": "schuld OR wanbetaler",
            "zonder_startkwalificatie": "laag",
            "zonder_werk_drie_maanden": "NOT (werk OR zelfstandig)",
            "need": "niet_thuis",
        },
        "bijstand OR ingeschreven",
    ),
    "wia-zelf-stopgezet": (
        {
            "population": "leeftijd BETWEEN 18 AND 66",
            "ernstige_psychische_stoornis": "stoornis",
            "ao_beeindigd": "ao_beeindigd",
            "betalingsachterstand": "signaal OR wanbetaler",
            "need": "NOT (werk OR zelfstandig)",
        },
        "bijstand OR ao",
    ),
}


@pytest.fixture(scope="module")
def population(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("planted")
    make_deliveries(PopulationSettings(2023, SCALE), root / "deliveries", root / "truth", root / "temp", silent)
    return root


@pytest.fixture(scope="module")
def connection(population: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The files as views, `facts` (three-valued, per person) and `truth`."""
    with duckdb.connect(":memory:") as opened:
        for view, stem in FILES.items():
            path = next((population / "deliveries").rglob(f"{stem}.parquet"))
            opened.execute(f"CREATE VIEW {view} AS SELECT * FROM read_parquet('{path}')")
        opened.execute(f"CREATE VIEW truth AS SELECT * FROM read_parquet('{population}/truth/planted.parquet')")
        for view, register in (("vroeg_gedekt", "VROEGSIGNALERING"), ("schuld_gedekt", "SCHULDHULP")):
            codes = ", ".join(f"('{code[2:]}')" for code in delivering(register, 2023))
            opened.execute(f"CREATE TABLE {view} AS SELECT * FROM (VALUES {codes}) AS t (code)")
        opened.execute("""
            CREATE TABLE p AS
            SELECT a.rinpersoon, a.soortobjectnummer AS soort, coalesce(w.gem2023, o.gem2023) AS gemeente, h.plhh,
                2023 - try_cast(g.gbageboortejaar AS INTEGER) AS leeftijd
            FROM adres a
            JOIN persoon g USING (rinpersoon)
            LEFT JOIN huishouden h ON h.rinpersoon = a.rinpersoon AND h.datumeindehh = '20231231'
            LEFT JOIN woning w ON w.rinobjectnummer = a.rinobjectnummer
            LEFT JOIN ander_object o ON o.rinobjectnummer = a.rinobjectnummer
            WHERE a.gbadatumeindeadreshouding = '20231231'
        """)
        columns = ", ".join(f"({sql}) AS {name}" for name, sql in FACTS.items())
        opened.execute(f"CREATE TABLE facts AS SELECT p.rinpersoon, p.leeftijd, {columns} FROM p")
        yield opened


def _states_sql(persona: str) -> str:
    conditions, voorziening = PERSONAS[persona]
    asked = " AND ".join(f"({sql})" for sql in conditions.values())
    return f"""
        SELECT *, CASE WHEN ({asked}) IS FALSE THEN 'not_counted'
            WHEN ({asked}) IS NULL OR ({voorziening}) IS NULL THEN 'unknown'
            WHEN {voorziening} THEN 'served' ELSE 'missing' END AS state
        FROM facts
    """


@pytest.mark.parametrize("persona", list(PERSONAS))
def test_the_naive_check_asks_what_the_spec_asks(persona: str) -> None:
    spec: dict[str, Any] = yaml.safe_load((SPECS / f"{persona}.yaml").read_text(encoding="utf-8"))
    conditions, _ = PERSONAS[persona]
    assert [*conditions] == ["population", *(problem["indicator"] for problem in spec["problems"]), "need"]


@pytest.mark.parametrize("persona", list(PERSONAS))
def test_planted_people_are_in_the_state_that_the_truth_says(
    connection: duckdb.DuckDBPyConnection, persona: str
) -> None:
    wrong = connection.execute(f"""
        SELECT count(*) FROM truth t LEFT JOIN ({_states_sql(persona)}) s USING (rinpersoon)
        WHERE t.persona = '{persona}' AND s.state IS DISTINCT FROM t.state
    """)
    assert wrong.fetchall() == [(0,)]
    states = connection.execute(f"SELECT DISTINCT state FROM truth WHERE persona = '{persona}'").fetchall()
    assert {state for (state,) in states} == {"missing", "served", "unknown", "not_counted"}


@pytest.mark.parametrize("persona", list(PERSONAS))
def test_a_near_miss_fails_exactly_its_one_condition(connection: duckdb.DuckDBPyConnection, persona: str) -> None:
    conditions, _ = PERSONAS[persona]
    for missed in conditions:
        others = " AND ".join(f"({sql})" for name, sql in conditions.items() if name != missed)
        found = connection.execute(f"""
            SELECT count(*), bool_and(coalesce({others}, false)), bool_and(coalesce(NOT ({conditions[missed]}), false))
            FROM truth t JOIN facts USING (rinpersoon)
            WHERE t.persona = '{persona}' AND t.near_miss_of = '{missed}'
        """).fetchall()[0]
        assert found[0] >= 4, missed
        assert found[1:] == (True, True), missed


@pytest.mark.parametrize("persona", list(PERSONAS))
def test_others_are_missing_and_served_by_chance_in_the_same_order(
    connection: duckdb.DuckDBPyConnection, persona: str
) -> None:
    for state in ("missing", "served"):
        planted, natural = connection.execute(f"""
            SELECT count(t.rinpersoon), count(*) - count(t.rinpersoon)
            FROM ({_states_sql(persona)}) s
            LEFT JOIN (SELECT DISTINCT rinpersoon FROM truth) t USING (rinpersoon)
            WHERE s.state = '{state}'
        """).fetchall()[0]
        assert natural > 0
        assert Fraction(1, 20) < Fraction(natural, planted) < 20


def test_some_people_are_in_two_and_some_in_three_personas(connection: duckdb.DuckDBPyConnection) -> None:
    counts = connection.execute("""
        SELECT DISTINCT count(*) FROM truth WHERE state <> 'not_counted' GROUP BY rinpersoon ORDER BY 1
    """).fetchall()
    assert counts == [(1,), (2,), (3,)]


def test_planted_people_live_all_over_the_country(connection: duckdb.DuckDBPyConnection) -> None:
    spread = connection.execute("""
        SELECT count(DISTINCT gemeente), count(DISTINCT gemeente) FILTER (state = 'unknown')
        FROM truth JOIN p USING (rinpersoon)
    """).fetchall()[0]
    assert spread[0] > 100
    assert spread[1] > 20


def test_stapeling_is_heavier_than_chance(connection: duckdb.DuckDBPyConnection) -> None:
    ratio = connection.execute("""
        SELECT avg((schuld AND bijstand AND stoornis)::INTEGER)
            / (avg(schuld::INTEGER) * avg(bijstand::INTEGER) * avg(stoornis::INTEGER))
        FROM facts WHERE leeftijd BETWEEN 18 AND 66 AND rinpersoon NOT IN (SELECT rinpersoon FROM truth)
    """).fetchall()[0][0]
    assert ratio > 3


def test_the_population_is_near_its_targets(population: Path) -> None:
    with (population / "truth" / "calibration.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert len(rows) > 20
    for row in rows:
        # Six standard deviations of a count around its target, and a twentieth for what rounding and limits take.
        target, result = int(row["target"]), int(row["result"])
        assert abs(result - target) <= 6 * target**0.5 + 0.05 * target, row["subject"]


def test_a_script_cannot_give_what_no_register_shows() -> None:
    with pytest.raises(ValueError, match="no register shows"):
        Group((), (frozenset({"geluk"}),), 1, 1, (("18-26", 1),), "anywhere")


def test_a_population_too_small_for_its_planted_people_is_refused() -> None:
    assert len(GROUPS) > 20
    with pytest.raises(UserError, match="choose a larger scale"):
        _casting({}, SCALE)
