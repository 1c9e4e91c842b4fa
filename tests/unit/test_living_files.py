"""Files that CBS keeps alive: what became known later stands in the later file, and every peiljaar keeps its own."""

import datetime
from pathlib import Path

import polars as pl
import pytest

from pipelines.context import Context
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.registers.load import load_register
from pipelines.registers.unusable import prepare_unusable
from pipelines.warehouse import open_warehouse
from tests.unit.loading_one import files_of

DAY = datetime.date
OPEN = DAY(9999, 12, 31)


def bijstand(folder: Path, year: int, *spells: tuple[str, str]) -> Path:
    """The spells of one person as BIJSTANDPERSOONBUS of a year gives them."""
    begins, ends = zip(*spells, strict=True)
    number = len(spells)
    path = folder / f"BIJSTANDPERSOON{year}BUSV1.parquet"
    pl.DataFrame(
        {
            "RINPERSOONS": ["R"] * number,
            "RINPERSOON": ["300000001"] * number,
            "AANVBIJSTAND": begins,
            "EINDBIJSTAND": ends,
            "BIJSTANDSOORT": ["01"] * number,
        }
    ).write_parquet(path)
    return path


def youth_care(folder: Path, year: int, begin: str, end: str | None) -> Path:
    path = folder / f"JGDHULP{year}BUSV1.parquet"
    pl.DataFrame(
        {
            "RINPERSOONS": ["R"],
            "RINPERSOON": ["300000001"],
            "JGDHHULPVORM": ["11"],
            "JGDHGELDIGHEIDBEGINDATUM": [begin],
            "JGDHGELDIGHEIDEINDDATUM": [end],
        },
        schema_overrides={"JGDHGELDIGHEIDEINDDATUM": pl.String},
    ).write_parquet(path)
    return path


def spells(
    context: Context, register: str, years: dict[int, Path], columns: str
) -> dict[int, list[tuple[object, ...]]]:
    """Load the file of each year in turn; afterwards the spells of all years."""
    entry = load_catalogue().register(register)
    with open_warehouse(context.root, context.key(), memory=context.memory) as warehouse:
        for year, path in years.items():
            warehouse.run(f"CREATE SCHEMA y{year}", step="test")
            prepare_unusable(warehouse, f"y{year}")
            load_register(warehouse, files_of(entry, path), entry, load_catalogue(), year)
        return {
            year: warehouse.rows(f"SELECT {columns} FROM y{year}.{entry.table} ORDER BY ALL", step="test")
            for year in years
        }


@pytest.fixture
def folder(context: Context) -> Path:
    place = context.root.kluis / "files"
    place.mkdir()
    return place


def test_a_spell_that_still_ran_in_one_file_has_its_end_in_the_next(context: Context, folder: Path) -> None:
    years = {
        2022: bijstand(folder, 2022, ("20210401", "20221231")),
        2023: bijstand(folder, 2023, ("20210401", "20230630")),
    }

    found = spells(context, "BIJSTANDPERSOONBUS", years, "aanvbijstand, eindbijstand")

    assert found == {2022: [(DAY(2021, 4, 1), DAY(2022, 12, 31))], 2023: [(DAY(2021, 4, 1), DAY(2023, 6, 30))]}


def test_an_end_that_was_written_as_open_may_be_known_later(context: Context, folder: Path) -> None:
    for unknown in ("88888888", "", None):
        for path in folder.iterdir():
            path.unlink()
        context.root.warehouse.unlink(missing_ok=True)
        years = {
            2022: youth_care(folder, 2022, "20220101", unknown),
            2023: youth_care(folder, 2023, "20220101", "20221130"),
        }

        found = spells(context, "JGDHULPBUS", years, "jgdhgeldigheideinddatum")

        assert found == {2022: [(OPEN,)], 2023: [(DAY(2022, 11, 30),)]}


def test_a_change_that_became_known_late_is_not_carried_back_to_an_earlier_peiljaar(
    context: Context, folder: Path
) -> None:
    """The file of 2023 knows of a spell in 2022 that the file of 2022 did not have."""
    years = {
        2022: bijstand(folder, 2022, ("20190101", "20200101")),
        2023: bijstand(folder, 2023, ("20190101", "20200101"), ("20220701", "20221001")),
    }

    found = spells(context, "BIJSTANDPERSOONBUS", years, "aanvbijstand")

    assert found == {2022: [(DAY(2019, 1, 1),)], 2023: [(DAY(2019, 1, 1),), (DAY(2022, 7, 1),)]}
