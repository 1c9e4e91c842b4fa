"""The burgerservicenummer: its form and its eleven-test.

What belongs here: judging a number. What does not: keeping one. Nothing here raises or logs, since an exception would
carry the number along.
"""

_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
"""Of the eleven-test (elfproef) of the BSN; the last weight sets it apart from that of bank accounts."""

SYNTHETIC_START = "00"
"""A BSN has nine digits, or eight with a zero in front. Numbers with two zeros in front are given to nobody: the
synthetic Netherlands uses those that pass the eleven-test."""


def nine_digits(text: str) -> str:
    """The number as nine digits: eight get their zero back, which spreadsheets take away. Empty for anything else."""
    text = text.strip()
    if not text.isascii() or not text.isdigit() or len(text) not in (8, 9):
        return ""
    return text.zfill(9)


def passes_eleven_test(digits: str) -> bool:
    """Is the weighted sum of these nine digits a multiple of eleven? (Nine zeros are, and are no BSN.)"""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True))
    return total % 11 == 0 and digits != "000000000"


def is_synthetic(digits: str) -> bool:
    """Is it from the range that is given to nobody?"""
    return digits.startswith(SYNTHETIC_START)
