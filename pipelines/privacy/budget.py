"""Amounts of privacy budget, exact to the last digit.

What belongs here: reading and writing an amount as text. A float never becomes an amount, because 0.1 + 0.2
must be able to reach a cap of 0.3 exactly. What does not belong: what an amount is spent on.
"""

import re
import sys
from fractions import Fraction

from pipelines.errors import BudgetError

_DECIMAL = re.compile(r"[+-]?[0-9]{1,60}(?:\.[0-9]{1,60})?(?:[eE][+-]?[0-9]{1,3})?")
_FRACTION = re.compile(r"[+-]?[0-9]{1,2000}/[0-9]{1,2000}")
_LONGEST_DECIMAL = 30
_SMALLEST = Fraction(sys.float_info.min)
_HOW = 'Write a positive amount as a quoted decimal or fraction, for example "0.05" or "1/20".'


def parse_amount(text: str | int | Fraction) -> Fraction:
    """Read an amount (of rho, a budget share or a cap) exactly.

    Accepts a decimal (`"0.05"`, `"1e-3"`), a fraction (`"1/20"`), an int or a Fraction. Raises BudgetError
    for zero, a negative amount, NaN, infinity, an amount below the smallest normal double (it would be
    charged as nothing by anything that computes in floats) and for a float (its text is not what was meant).
    """
    if isinstance(text, bool) or not isinstance(text, str | int | Fraction):
        found = "a float" if isinstance(text, float) else f"a value of type {type(text).__name__}"
        raise BudgetError(f"Found {found} where an amount of privacy budget was expected. {_HOW}")
    amount = _read(text.strip()) if isinstance(text, str) else Fraction(text)
    if amount < _SMALLEST:
        size = "zero" if amount == 0 else "negative" if amount < 0 else "too small to be told from zero"
        raise BudgetError(f"An amount of privacy budget cannot be {size}: found '{_short(text)}'. {_HOW}")
    return amount


def exact_text(amount: Fraction) -> str:
    """Write an amount so that `parse_amount` reads the same one back: "0.05" where short, else "1/3"."""
    rest, twos, fives = amount.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    places = max(twos, fives)
    if rest != 1 or places > _LONGEST_DECIMAL:
        return f"{amount.numerator}/{amount.denominator}"
    digits = str(abs(amount.numerator) * 10**places // amount.denominator).rjust(places + 1, "0")
    sign = "-" if amount < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def _read(text: str) -> Fraction:
    if _DECIMAL.fullmatch(text):
        return Fraction(text)
    if _FRACTION.fullmatch(text) and int(text.split("/")[1]):
        return Fraction(text)
    raise BudgetError(f"Found '{_short(text)}' where an amount of privacy budget was expected. {_HOW}")


def _short(text: str | int | Fraction) -> str:
    shown = str(text)
    return shown if len(shown) <= 40 else shown[:40] + "..."
