"""Whether a number stands twice among numbers, in whatever order they come."""

import duckdb
import pytest

from pipelines.warehouse import Warehouse


@pytest.mark.parametrize(
    ("numbers", "twice"),
    [
        ([], False),
        ([7], False),
        ([1, 2, 9], False),
        ([9, 1, 2], False),
        ([1, 1, 2], True),
        ([2, 9, 2], True),
        ([9, 2, 2, 1], True),
        ([1, None, 1], True),
        ([1, None, 2], False),
    ],
)
def test_a_number_that_stands_twice_is_found_in_any_order(numbers: list[int | None], twice: bool) -> None:
    warehouse = Warehouse(duckdb.connect())
    warehouse.run("CREATE TABLE numbers (place INTEGER, number BIGINT)", step="make")
    for place, number in enumerate(numbers):
        warehouse.run("INSERT INTO numbers VALUES (?, ?)", step="fill", parameters=[place, number])

    assert warehouse.has_twice("SELECT number FROM numbers ORDER BY place", step="look") is twice
