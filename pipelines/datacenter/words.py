"""Numbers and sentences as a Dutch reader expects them.

What belongs here: notation, rounding for the eye, privacy in odds. What does not: page layout, and any figure
that is not already noised.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, exp, floor, log10, sqrt
from unicodedata import normalize

from pipelines.release.content import tail_epsilon

USABILITY = {
    "bruikbaar": "bruikbaar",
    "te_onzeker": "te onzeker",
    "niet_gemeten": "niet gemeten",
    "niet_gepubliceerd": "niet gepubliceerd",
}
TOO_SMALL = "niet gepubliceerd: te klein om iets over te zeggen"
STATUS = {"voorlopig": "voorlopig", "nader_voorlopig": "nader voorlopig", "definitief": "definitief"}
SPEC_STATUS = {
    "draft": "concept",
    "in_review": "in beoordeling",
    "accepted": "vastgesteld",
    "deprecated": "vervangen door een nieuwe versie",
    "withdrawn": "ingetrokken",
}

_UNITS = (1, 5, 10, 50, 100, 500, 1_000, 5_000, 10_000, 50_000, 100_000)


def whole(value: float) -> str:
    """A whole number with points between thousands: `whole(12345)` gives `12.345`."""
    return f"{round(value):,}".replace(",", ".")


def decimal(value: float, digits: int) -> str:
    """A decimal number with a comma, a thousands point, and a fixed number of digits after the comma."""
    return f"{value:,.{digits}f}".translate(str.maketrans(",.", ".,"))


def percent(value: float) -> str:
    """A percentage with one digit, and none when it is whole: `54,1 %`, `100 %`."""
    return f"{decimal(value, 0 if round(value, 1) == round(value) else 1)} %"


def amount(exact: str) -> str:
    """An exact budget ("1/8" or "0.125") as a decimal number, with at most four significant digits."""
    value = float(Fraction(exact))
    digits = 4 if value < 1 else 2
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return text.replace(".", ",")


def from_to(low: float, high: float, digits: int | None = None) -> str:
    """A ruismarge on screen, cut off at nought: `118 tot 178`. Wholly below nought reads `onder 0`.

    Rounded outward, so that it never promises more than the interval, and reads the same in a sentence and a table.
    """
    if high < 0:
        return "onder 0"
    places = 10 ** (digits or 0)
    # What lies on a printed digit but for the last bits of a binary fraction stays on it.
    low, high = floor(round(max(0.0, low) * places, 6)) / places, ceil(round(high * places, 6)) / places
    return f"{decimal(low, digits or 0)} tot {decimal(high, digits or 0)}"


def about(value: float, low: float, high: float) -> tuple[str, str]:
    """A headline figure and its ruismarge, rounded as far as that allows: `ongeveer 150`, `(120 tot 180)`.

    The unit of rounding is the largest of 1, 5, 10, 50 and so on that is at most a fifth of the margin.
    """
    unit = max((u for u in _UNITS if u <= (high - low) / 10), default=1)
    value, low, high = unit * round(max(0.0, value) / unit), unit * floor(low / unit), unit * ceil(high / unit)
    return f"ongeveer {whole(value)}", f"({from_to(low, high)})"


def rate_digits(rate: float) -> int:
    """Digits after the comma that show about two significant ones for rates of this size."""
    return min(4, max(1, 1 - floor(log10(rate)))) if rate > 0 else 1


def listed(names: Sequence[str]) -> str:
    """`A`, `A en B`, `A, B en C`."""
    return " en ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def alphabetical(name: str) -> str:
    """A key for order and search, as in a Dutch register of places: 's-Gravenhage under S, accents and case ignored."""
    return normalize("NFKD", name).encode("ascii", "ignore").decode().lower().lstrip("'\"( ")


def guesses_right(rho: str) -> int:
    """Of 100 coin-toss guesses whether a person counts, how many a reader gets right at most (rounded up).

    Best accuracy at even odds is 1/2 + TV/2. For rho-zCDP the divergence KL is at most rho, so TV is at most
    sqrt(rho/2) (Pinsker) and at most sqrt(1 - exp(-rho)) (Bretagnolle and Huber); the smaller one counts.
    """
    value = float(Fraction(rho))
    distance = min(sqrt(value / 2), sqrt(1 - exp(-value)))
    return _up(50 + 50 * distance)


def certainty(rho: str, delta: float) -> int:
    """Even odds, after a reading that is as telling as delta allows: at most this many in 100 (rounded up).

    The odds grow by at most exp(loss); the loss stays below `tail_epsilon` but for probability delta.
    """
    return _up(100 / (1 + exp(-tail_epsilon(rho, delta))))


def believed(prior: int, rho: str, delta: float) -> int:
    """Who gives it `prior` in 100 beforehand, gives it at most this many in 100 after reading, but for probability delta.

    Bayes: odds afterwards = odds before x exp(loss), and the loss stays below `tail_epsilon` (Bun and Steinke 2016,
    proposition 1.3) but for probability delta. That a bound on the loss bounds beliefs whatever else somebody knows:
    Kasiviswanathan and Smith, "On the semantics of differential privacy: a Bayesian formulation", Journal of Privacy and
    Confidentiality 6 (2014). Rounded up.
    """
    odds = prior / (100 - prior) * exp(tail_epsilon(rho, delta))
    return _up(100 * odds / (1 + odds))


def one_in(delta: float) -> str:
    """A small probability in words: `1 op de 1.000.000`."""
    return f"1 op de {whole(1 / delta)}"


def _up(value: float) -> int:
    return min(100, ceil(round(value, 9)))
