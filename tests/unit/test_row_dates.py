"""Dates that could each be are refused where all together they cannot: swapped columns, and a file of another year."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from pipelines.errors import DeliveryError
from pipelines.registers.catalogue_model import Register, load_catalogue
from pipelines.registers.digest import digest_and_sums, table_digest
from pipelines.registers.file_names import FileName
from pipelines.registers.finding import FoundFile, RegisterFiles
from pipelines.registers.row_dates import LEAST_ROWS, LEAST_SHARE, date_sums, refuse_dates
from pipelines.warehouse import Warehouse

Spells = list[tuple[date, date]]
OPEN = date(9999, 12, 31)
YEAR = (date(2023, 3, 1), date(2023, 6, 1))
BEFORE = (date(2021, 3, 1), date(2021, 6, 1))


@pytest.fixture
def warehouse() -> Iterator[Warehouse]:
    with duckdb.connect(":memory:") as connection:
        connection.execute("CREATE SCHEMA y2023")
        yield Warehouse(connection)


def refused(warehouse: Warehouse, spells: Spells, name: str = "BIJSTANDPERSOONBUS", **bent: object) -> str:
    """The words with which ingest refuses a register of these dates; empty when it takes them."""
    register = load_catalogue().register(name).model_copy(update=bent)
    _fill(warehouse, register, spells)
    _, sums = digest_and_sums(warehouse, "y2023", register, date_sums(register, 2023))
    found = FoundFile(Path(f"{name}2023V1.parquet"), FileName(2023, None, (0, 1)))
    try:
        refuse_dates(RegisterFiles(name, (found,)), register, 2023, sums)
    except DeliveryError as error:
        return str(error)
    return ""


def _fill(warehouse: Warehouse, register: Register, spells: Spells) -> None:
    assert register.bounds
    columns = ", ".join(f"{name} DATE" for name in dict.fromkeys(register.bounds))
    for table in (register.table, f"{register.table}_unlinked"):
        warehouse.run(f"CREATE TABLE y2023.{table} (person INTEGER, {columns})", step="make")
    for number, days in enumerate(spells):
        # The unlinked rows count too.
        table = register.table if number % 5 else f"{register.table}_unlinked"
        values = [number, *days[: len(set(register.bounds))]]
        marks = ", ".join("?" for _ in values)
        warehouse.run(f"INSERT INTO y2023.{table} VALUES ({marks})", step="fill", parameters=values)


def test_ends_that_mostly_lie_before_their_begins_are_refused_with_columns_and_remedy(warehouse: Warehouse) -> None:
    begin, end = YEAR

    words = refused(warehouse, [(end, begin), (end, begin), (begin, end), (begin, begin), (end, end)])

    assert words.startswith("BIJSTANDPERSOONBUS2023V1.parquet: eindbijstand lies before aanvbijstand in more rows")
    assert "put right by the supplier" in words
    assert words.endswith("The delivery was refused and nothing was changed.")


@pytest.mark.parametrize("some", [[], [(YEAR[1], YEAR[0]), YEAR], [(YEAR[0], YEAR[0])] * 3])
def test_rows_that_are_odd_but_not_the_most_are_left_to_the_suites(warehouse: Warehouse, some: Spells) -> None:
    assert refused(warehouse, some) == ""


def test_a_file_of_another_year_is_refused_from_a_hundred_rows_on(warehouse: Warehouse) -> None:
    words = refused(warehouse, [BEFORE] * LEAST_ROWS)

    assert "hardly any row has its aanvbijstand or eindbijstand in 2023" in words
    assert "Ask the supplier for the file of 2023" in words
    assert str(LEAST_ROWS) not in words


def test_a_file_below_a_hundred_rows_may_have_none_in_the_year_by_chance(warehouse: Warehouse) -> None:
    assert refused(warehouse, [BEFORE] * (LEAST_ROWS - 1)) == ""


def test_spells_that_still_run_do_not_make_a_file_of_this_year(warehouse: Warehouse) -> None:
    running = (date(2015, 3, 1), OPEN)

    assert "hardly any row has its wmodatumaanvang" in refused(warehouse, [running] * LEAST_ROWS, "WMOBUS")


def test_a_file_of_all_years_is_taken_when_one_row_in_a_thousand_is_of_this_one(warehouse: Warehouse) -> None:
    history = [(date(1995, 1, 1) + timedelta(days=9 * n), date(1995, 2, 1) + timedelta(days=9 * n)) for n in range(999)]

    assert len(history) + 1 == LEAST_SHARE
    assert refused(warehouse, [*history, YEAR], "WSNPPERSBUS") == ""


def test_one_row_in_more_than_a_thousand_does_not_make_a_file_of_this_year(warehouse: Warehouse) -> None:
    assert "2023" in refused(warehouse, [BEFORE] * LEAST_SHARE + [YEAR], "WSNPPERSBUS")


def test_what_stood_on_a_peildatum_may_all_have_begun_before_it(warehouse: Warehouse) -> None:
    running = (date(1987, 3, 1), OPEN)

    assert refused(warehouse, [running] * LEAST_ROWS, period="peildatum") == ""


def test_what_had_ended_before_the_year_stood_on_no_peildatum_of_it(warehouse: Warehouse) -> None:
    words = refused(warehouse, [BEFORE] * LEAST_ROWS, period="peildatum")

    assert "hardly any row (aanvbijstand or eindbijstand) touches 2023" in words


def test_events_of_another_year_are_refused_too(warehouse: Warehouse) -> None:
    words = refused(warehouse, [BEFORE] * LEAST_ROWS, "VROEGSIGNALERING")

    assert "hardly any row has its signaaldatum in 2023" in words


def test_a_register_without_days_of_its_rows_is_asked_nothing() -> None:
    assert date_sums(load_catalogue().register("GBAPERSOONTAB"), 2023) == ()


def test_the_digest_is_the_same_with_other_sums_beside_it(warehouse: Warehouse) -> None:
    register = load_catalogue().register("BIJSTANDPERSOONBUS")
    _fill(warehouse, register, [YEAR, BEFORE])

    digest, sums = digest_and_sums(warehouse, "y2023", register, date_sums(register, 2023))

    assert digest == table_digest(warehouse, "y2023", register)
    assert sums == (0, 2, 2, 1)
