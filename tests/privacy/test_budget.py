"""Amounts of budget are exact, and everything that could fail open is refused."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import BudgetError
from pipelines.privacy.budget import exact_text, parse_amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1/20", Fraction(1, 20)),
        ("0.05", Fraction(1, 20)),
        (" 0.1 ", Fraction(1, 10)),
        ("2", Fraction(2)),
        ("1e-3", Fraction(1, 1000)),
        (3, Fraction(3)),
        (Fraction(1, 3), Fraction(1, 3)),
    ],
)
def test_an_amount_is_read_exactly(text: str | int | Fraction, amount: Fraction) -> None:
    assert parse_amount(text) == amount


def test_three_tenths_is_what_a_tenth_and_two_tenths_make() -> None:
    assert parse_amount("0.1") + parse_amount("0.2") == parse_amount("0.3")


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "0.0",
        "0/5",
        "-1",
        "-1/20",
        "nan",
        "NaN",
        "inf",
        "-inf",
        "Infinity",
        "5e-324",
        "1e-310",
        "1/0",
        "one",
        "1,5",
        "0x1",
        "1_000",
        "1/2/3",
        "٣",
        "1e-9999",
        ".5",
        "1.",
        "",
    ],
)
def test_what_is_no_positive_amount_is_refused_with_a_way_out(text: str) -> None:
    with pytest.raises(BudgetError, match=r'for example "0\.05" or "1/20"'):
        parse_amount(text)


@pytest.mark.parametrize("value", [0.05, float("nan"), float("inf"), True, None, [1]])
def test_a_value_that_is_not_text_or_an_exact_number_is_refused(value: object) -> None:
    with pytest.raises(BudgetError, match="was expected"):
        parse_amount(value)  # type: ignore[arg-type]


@given(st.fractions(min_value=Fraction(1, 10**12), max_value=1000))
def test_an_amount_survives_being_written_and_read(amount: Fraction) -> None:
    assert parse_amount(exact_text(amount)) == amount


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Fraction(1, 20), "0.05"),
        (Fraction(1, 3), "1/3"),
        (Fraction(5), "5"),
        (Fraction(0), "0"),
        (Fraction(10), "10"),
        (Fraction(-1, 4), "-0.25"),
        (Fraction(1, 2**60), f"1/{2**60}"),
    ],
)
def test_an_amount_is_written_as_people_write_it(amount: Fraction, text: str) -> None:
    assert exact_text(amount) == text
