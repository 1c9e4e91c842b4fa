"""The same content has the same digest as `.sav`, `.csv` and `.parquet`, whole or in months."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import polars as pl
import polars_readstat
import pytest

from pipelines.context import Context
from pipelines.population.make import make_deliveries
from pipelines.population.settings import PopulationSettings
from pipelines.population.tables import delivered_tables
from pipelines.progress import silent
from pipelines.registers.catalogue_model import Column, load_catalogue
from pipelines.registers.file_names import read_name
from pipelines.registers.reading import PART_COLUMN
from pipelines.warehouse import Warehouse, open_warehouse
from tests.unit.loading_one import load_into, load_one

ENTRIES = load_catalogue().registers
SETTINGS = PopulationSettings(2023, Fraction(1, 200))
ROWS = 5_000
"""Of each register at most so many, to be quick."""
DELIVERED = sorted({table.register for table in delivered_tables(SETTINGS)})
BENEFITS = ENTRIES["AOWUITKERING1ATAB"]


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Register -> its Parquet file in a small synthetic delivery."""
    root = tmp_path_factory.mktemp("delivered")
    make_deliveries(SETTINGS, root / "in", root / "truth", root / "temp", silent)
    found = {
        name: path for path in root.rglob("*.parquet") for name in DELIVERED if read_name(path.stem, ENTRIES[name])
    }
    assert set(found) == set(DELIVERED)
    return found


@pytest.fixture
def warehouse(context: Context) -> Iterator[Warehouse]:
    with open_warehouse(context.root, context.key(), memory=context.memory) as opened:
        yield opened


def converted(path: Path, folder: Path, extension: str) -> Path:
    """The same content in another format, as others write it: capitals, padding, in another order."""
    frame = pl.read_parquet(path, n_rows=ROWS).reverse()
    target = folder / f"{path.stem}{extension}"
    if extension.lower() == ".sav":
        polars_readstat.write_readstat(frame.rename(str.upper), str(target))
    elif extension == ".csv":
        target.write_bytes(frame.write_csv(separator=";", line_terminator="\r\n").encode("cp1252"))
    else:
        frame.write_parquet(target)
    return target


@pytest.mark.parametrize("name", DELIVERED)
def test_every_register_has_one_digest_in_all_formats(
    context: Context, warehouse: Warehouse, delivered: dict[str, Path], name: str
) -> None:
    folder = context.root.deliveries(2023)
    folder.mkdir(parents=True)

    digests = {
        extension: load_into(warehouse, ENTRIES[name], converted(delivered[name], folder, extension))[1]
        for extension in (".parquet", ".SAV", ".csv")
    }

    assert len(set(digests.values())) == 1, digests


def test_a_delivery_of_other_content_has_another_digest(
    context: Context, warehouse: Warehouse, delivered: dict[str, Path]
) -> None:
    path = delivered["BIJSTANDPERSOONBUS"]
    other = context.root.kluis / path.name
    pl.read_parquet(path).slice(1).write_parquet(other)
    same = context.root.kluis / path.name.replace("V1", "V2")
    pl.read_parquet(path).write_parquet(same)

    assert load_into(warehouse, ENTRIES["BIJSTANDPERSOONBUS"], same) != load_into(
        warehouse, ENTRIES["BIJSTANDPERSOONBUS"], other
    )


def months(folder: Path, extension: str, numbers: range = range(1, 13)) -> list[Path]:
    """An AOW file for every month: person 1 in all of them, person 100 + m in month m only."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for month in numbers:
        frame = pl.DataFrame(
            {
                "rinpersoons": ["R", "R"],
                "rinpersoon": ["300000001", f"3000001{month:02d}"],
                "aowkortingspercentage": [2, 0],
            }
        )
        path = folder / f"AOWUITKERING1A2023{month:02d}TABV1.parquet"
        frame.write_parquet(path)
        written.append(path if extension == ".parquet" else converted(path, folder, extension))
    return written


@pytest.mark.parametrize("extension", [".parquet", ".sav", ".csv"])
def test_the_months_of_a_year_are_one_relation(context: Context, extension: str) -> None:
    rows, _ = load_one(context, BENEFITS, *months(context.root.deliveries(2023), extension))

    assert rows == [(300_000_001, 2), *((300_000_100 + month, 0) for month in range(1, 13))]


def test_months_may_come_in_different_formats(context: Context) -> None:
    folder = context.root.deliveries(2023)
    whole = load_one(context, BENEFITS, *months(folder, ".sav"))

    mixed = [*months(folder, ".sav", range(1, 7)), *months(folder, ".csv", range(7, 13))]

    assert load_one(context, BENEFITS, *mixed) == whole


def test_a_register_that_lists_it_has_the_month_as_a_column(context: Context) -> None:
    month = Column(name=PART_COLUMN, kind="month", certainty="A")
    entry = BENEFITS.model_copy(update={"columns": (*BENEFITS.columns, month), "key": (*BENEFITS.key, PART_COLUMN)})

    rows, _ = load_one(context, entry, *months(context.root.deliveries(2023), ".sav"))

    assert [row for row in rows if row[0] == 300_000_001] == [(300_000_001, 2, month) for month in range(1, 13)]
