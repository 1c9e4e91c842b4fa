"""The eleven-test takes every number that is one, and no number with one wrong digit."""

import pytest

from pipelines.registers.municipal.bsn import is_synthetic, nine_digits, passes_eleven_test
from tests.municipal import some


@pytest.mark.parametrize("number", ["123456782", "111222333", "249566758"])
def test_published_examples_pass(number: str) -> None:
    assert passes_eleven_test(number)


def test_one_wrong_digit_never_passes() -> None:
    for number in some(200):
        for place in range(9):
            for digit in "0123456789".replace(number[place], ""):
                assert not passes_eleven_test(number[:place] + digit + number[place + 1 :])


def test_two_neighbouring_digits_that_changed_places_never_pass() -> None:
    for number in some(200):
        for place in range(8):
            swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
            assert swapped == number or not passes_eleven_test(swapped)


def test_the_test_of_bank_accounts_is_another_one() -> None:
    assert not passes_eleven_test("123456789")


def test_nine_zeros_are_no_number() -> None:
    assert not passes_eleven_test("000000000")


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("123456782", "123456782"),
        (" 123456782 ", "123456782"),
        ("12345678", "012345678"),
        ("1234567", ""),
        ("1234567890", ""),
        ("12345678A", ""),
        ("123.456.782", ""),
        ("-12345678", ""),
        ("", ""),
        ("１２３４５６７８２", ""),
        ("1,23E+08", ""),
    ],
)
def test_eight_digits_get_their_zero_back_and_nothing_else_is_guessed(text: str, digits: str) -> None:
    assert nine_digits(text) == digits


def test_numbers_with_two_zeros_in_front_are_nobodys() -> None:
    assert is_synthetic("001234567")
    assert not is_synthetic("012345678")
