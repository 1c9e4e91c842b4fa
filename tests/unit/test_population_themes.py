"""The themes of the Stapelingsmonitor: made when they are asked for, one row per person, and out of the components."""

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest

from pipelines.population.make import make_deliveries
from pipelines.population.settings import PopulationSettings
from pipelines.population.stapelingsmonitor import NOT_IN_MONITOR
from pipelines.population.stapelingsmonitor_themes import themes
from pipelines.progress import silent
from pipelines.registers.catalogue_model import load_catalogue

SMALL = Fraction(1, 200)
NAMES = [theme.register for theme in themes(2023)]


def made(root: Path, settings: PopulationSettings) -> bool:
    return make_deliveries(settings, root / "deliveries", root / "truth", root / "temp", silent)


def stamps(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[Path, int]]:
    """Deliveries with themes that were asked for later, and how the components stood before."""
    root = tmp_path_factory.mktemp("themes")
    made(root, PopulationSettings(2023, SMALL))
    before = stamps(root / "deliveries")
    assert made(root, PopulationSettings(2023, SMALL, stapelingsmonitor=True)) is True
    return root, before


@pytest.fixture(scope="module")
def connection(later: tuple[Path, dict[Path, int]]) -> Iterator[duckdb.DuckDBPyConnection]:
    """Every file as a view by the name of its register."""
    root, _ = later
    with duckdb.connect(":memory:") as opened:
        for path in (root / "deliveries").rglob("*.parquet"):
            name = path.parent.name if not path.parent.name.isdigit() else path.parent.parent.name
            opened.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{path}')")
        yield opened


def test_themes_are_not_made_unless_they_are_asked_for(later: tuple[Path, dict[Path, int]]) -> None:
    _, before = later

    assert before
    assert [path for path in before if "stapelingsmonitor" in path.as_posix().lower()] == []


def test_asked_for_later_they_come_beside_components_that_are_left_as_they_stand(
    later: tuple[Path, dict[Path, int]],
) -> None:
    root, before = later
    after = stamps(root / "deliveries")

    assert {path: after[path] for path in before} == before
    assert {path.relative_to(root / "deliveries").parts[0] for path in set(after) - set(before)} == {
        "stapelingsmonitor"
    }
    assert made(root, PopulationSettings(2023, SMALL, stapelingsmonitor=True)) is False
    assert made(root, PopulationSettings(2023, SMALL)) is False


def test_the_delivery_declares_fifteen_national_themes(later: tuple[Path, dict[Path, int]]) -> None:
    manifest = json.loads((later[0] / "deliveries" / "stapelingsmonitor" / "manifest.json").read_text("utf-8"))

    assert manifest["supplier"] == "cbs"
    assert manifest["completed"] is True
    assert [file["register"] for file in manifest["files"]] == NAMES
    assert len(NAMES) == 15
    assert {file["coverage"]["kind"] for file in manifest["files"]} == {"national"}
    assert [name for name in NAMES if name not in load_catalogue().registers] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_theme_has_one_row_for_everybody_with_an_address_on_the_peildatum(
    connection: duckdb.DuckDBPyConnection, name: str
) -> None:
    found = connection.execute(f"""
        WITH here AS (
            SELECT RINPERSOON FROM GBAADRESOBJECTBUS
            WHERE '20231231' BETWEEN GBADATUMAANVANGADRESHOUDING AND GBADATUMEINDEADRESHOUDING AND RINPERSOONS = 'R'
        )
        SELECT count(*) = count(DISTINCT RINPERSOON), count(*) = (SELECT count(*) FROM here),
            count(*) FILTER (RINPERSOON NOT IN (FROM here)), count(*) FILTER (RINPERSOONS <> 'R')
        FROM {name}
    """).fetchall()

    assert found == [(True, True, 0, 0)]


def test_what_a_gemeente_did_not_deliver_is_empty_and_never_a_no(
    later: tuple[Path, dict[Path, int]], connection: duckdb.DuckDBPyConnection
) -> None:
    manifest = json.loads((later[0] / "deliveries" / "cbs" / "manifest.json").read_text("utf-8"))
    declared = next(file["coverage"]["gemeenten"] for file in manifest["files"] if file["register"] == "WMOBUS")
    found = connection.execute(
        """
        SELECT DISTINCT list_contains(?, 'GM' || gem_2023) AS delivers, wmo_gebruik_2023 = 'NA' AS is_empty
        FROM STAPMON01Achtergrondkenmerken JOIN STAPMON09Wmo USING (RINPERSOON)
        WHERE gem_2023 <> ? ORDER BY ALL
        """,
        [declared, NOT_IN_MONITOR],
    ).fetchall()

    assert found == [(False, True), (True, False)]


def test_figures_and_words_both_occur_and_numbers_are_those_of_the_components(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    words, figures = connection.execute("""
        SELECT list(DISTINCT Smalle_schuld_2023 ORDER BY Smalle_schuld_2023) FILTER (Smalle_schuld_2023 <> 'NA'),
            (SELECT list(DISTINCT bijstand_2023 ORDER BY bijstand_2023) FROM STAPMON08Uitkeringen)
        FROM STAPMON04VermogenSchulden WHERE Smalle_schuld_2023 IN ('Ja', 'Nee', 'NA')
    """).fetchall()[0]  # fmt: skip
    ages = connection.execute("""
        SELECT count(*) FILTER (leeftijd_2023 IS DISTINCT FROM 2023 - TRY_CAST(GBAGEBOORTEJAAR AS INTEGER)), count(*) > 0
        FROM STAPMON01Achtergrondkenmerken JOIN GBAPERSOONTAB USING (RINPERSOON) WHERE leeftijd_2023 IS NOT NULL
    """).fetchall()  # fmt: skip

    assert words == ["Ja", "Nee"]
    assert set(figures) - {NOT_IN_MONITOR} == {"0", "1"}
    assert ages == [(0, True)]


def test_before_2022_there_is_no_column_for_all_mental_health_care() -> None:
    columns = {year: {c.name for theme in themes(year) for c in theme.columns} for year in (2021, 2022)}

    assert {"basis_ggz", "special_ggz"} <= columns[2021]
    assert "ggz" not in columns[2021]
    assert "ggz" in columns[2022]
    assert "basis_ggz" not in columns[2022]
