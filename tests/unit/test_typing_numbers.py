"""A column that holds numbers already is typed as it stands, with the same meaning as the same numbers in text."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from pipelines.registers.catalogue_model import load_catalogue
from pipelines.registers.reading import Scan
from pipelines.registers.typing_rules import typed_columns

CATALOGUE = load_catalogue()
Judged = list[tuple[int | float | None, bool]]


def judge(register: str, name: str, kind: str, values: Sequence[object]) -> Judged:
    """What each value becomes in the warehouse, and whether it is at fault (its value is then of no use)."""
    described = CATALOGUE.register(register)
    columns = {column.delivered(2023): (column.delivered(2023).upper(), "VARCHAR") for column in described.columns}
    columns[name] = (name.upper(), kind)
    scan = Scan("delivered", columns, Path(f"{register}.parquet"))
    typed = next(c for c in typed_columns(scan, described, CATALOGUE, 2023) if c.name == name)
    with duckdb.connect(":memory:") as connection:
        connection.execute(f'CREATE TABLE delivered (turn INTEGER, "{name.upper()}" {kind})')
        connection.executemany("INSERT INTO delivered VALUES (?, ?)", list(enumerate(values)))
        return connection.execute(f"""
            SELECT v_{name}, coalesce({typed.fault or "false"}, false)
            FROM (SELECT *, {typed.value} AS v_{name} FROM (SELECT turn, {typed.clean} AS c_{name} FROM delivered))
            ORDER BY turn
        """).fetchall()


@pytest.mark.parametrize("kind", ["TINYINT", "INTEGER", "BIGINT", "HUGEINT", "DOUBLE", "VARCHAR"])
def test_whole_numbers_and_codes_for_missing_mean_the_same_however_they_are_stored(kind: str) -> None:
    values = [-1, 0, 7, 100, -2, -3, None]

    judged = judge(
        "INPATAB",
        "inpp100ppers",
        kind,
        values if kind != "VARCHAR" else [None if v is None else str(v) for v in values],
    )

    expected: list[int | None] = [-1, 0, 7, 100, None, None, None]
    assert judged == [(value, False) for value in expected]


def test_a_code_for_missing_that_is_too_large_for_a_whole_number_is_missing_and_no_fault() -> None:
    assert judge("VEHTAB", "vehw1210shyh", "BIGINT", [99_999_999_999, 250_000]) == [(None, False), (250_000, False)]
    assert judge("VEHTAB", "vehw1210shyh", "DOUBLE", [99_999_999_999.0, 250_000.0]) == [(None, False), (250_000, False)]


@pytest.mark.parametrize(
    ("kind", "value"),
    [("BIGINT", 3_000_000_000), ("HUGEINT", 10**30), ("DOUBLE", 1e30), ("DOUBLE", 12.5), ("DOUBLE", float("nan"))],
)
def test_a_stored_number_that_is_no_whole_number_or_does_not_fit_is_at_fault(kind: str, value: float) -> None:
    ((_, fault), (kept, fine)) = judge("INPATAB", "inpp100ppers", kind, [value, 5])

    assert fault
    assert (kept, fine) == (5, False)


@pytest.mark.parametrize("kind", ["DOUBLE", "FLOAT", "INTEGER", "BIGINT"])
def test_amounts_that_are_stored_as_numbers_are_kept(kind: str) -> None:
    whole = [0, -250, 4_000, None]
    values = whole if kind in ("INTEGER", "BIGINT") else [*whole, 12.5]

    assert judge("SPOLISBUS", "sbasisloon", kind, values) == [(value, False) for value in values]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_an_amount_that_is_no_number_is_at_fault(value: float) -> None:
    assert [fault for _, fault in judge("SPOLISBUS", "sbasisloon", "DOUBLE", [value, 1.0])] == [True, False]


def test_an_amount_in_text_may_have_a_comma() -> None:
    assert judge("SPOLISBUS", "sbasisloon", "VARCHAR", ["12,5", "12.5", "twelve"]) == [
        (12.5, False),
        (12.5, False),
        (None, True),
    ]
