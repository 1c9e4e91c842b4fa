"""What may be said about an estimate: its interval, its rate, its reach, and whether it is of use.

What belongs here: arithmetic on estimates and standard deviations, arrays in and arrays out. What does not:
changing an estimate. Files keep the unbiased estimate and its interval; the display functions add to them.

Every interval here is a *ruismarge*: it covers the added noise, and nothing else.
"""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Quality = Literal["bruikbaar", "te_onzeker"]

USABILITIES = ("bruikbaar", "te_onzeker")

# The exact 97.5 % quantile of the normal distribution, 1.95996...; pages show it as 1,96.
Z95 = NormalDist().inv_cdf(0.975)


def margin95(sd: ArrayLike) -> Floats:
    """marge95: half the width of the 95 % interval, 1.96 sd, in the unit of the estimate."""
    return Z95 * np.asarray(sd, dtype=float)


def interval95(estimate: ArrayLike, sd: ArrayLike) -> tuple[Floats, Floats]:
    """Lower and upper end of the 95 % interval; not clipped, so it may reach below 0."""
    middle, margin = np.asarray(estimate, dtype=float), margin95(sd)
    return middle - margin, middle + margin


def rate_per_1000(estimate: ArrayLike, sd: ArrayLike, inhabitants: ArrayLike) -> tuple[Floats, Floats]:
    """Estimate and marge95 per 1,000 inhabitants. NaN where the public denominator is not positive.

    The denominator is public and exact, so it adds no uncertainty and costs no budget.
    """
    people = np.asarray(inhabitants, dtype=float)
    per = np.divide(1000.0, people, out=np.full(people.shape, np.nan), where=people > 0)
    return np.asarray(estimate, dtype=float) * per, margin95(sd) * per


def difference(first: ArrayLike, first_sd: ArrayLike, second: ArrayLike, second_sd: ArrayLike) -> tuple[Floats, Floats]:
    """`first` minus `second` with its marge95, for two independent estimates (other draws, such as years).

    Two estimates of one tree are not independent: use `TreeCovariance.of` with weights 1 and -1.
    """
    change = np.asarray(first, dtype=float) - np.asarray(second, dtype=float)
    return change, margin95(np.hypot(np.asarray(first_sd, dtype=float), np.asarray(second_sd, dtype=float)))


def is_too_uncertain(estimate: ArrayLike, sd: ArrayLike) -> NDArray[np.bool_]:
    """The fixed rule: too uncertain to show when the estimate is below twice its marge95.

    That is a coefficient of variation above about 25 %. It looks at noised numbers only, so it costs no
    budget and reveals nothing; it changes the display and never the files.
    """
    uncertain: NDArray[np.bool_] = ~(np.asarray(estimate, dtype=float) >= 2 * margin95(sd))
    return uncertain


def bruikbaarheid(estimate: ArrayLike, sd: ArrayLike) -> NDArray[np.str_]:
    """The same rule as a label per estimate, of USABILITIES."""
    return np.array(USABILITIES)[is_too_uncertain(estimate, sd).astype(np.int64)]


def display_integer(estimate: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The estimate as whole people, and a flag where that meant lifting it to 0.

    Lifting biases sums upward, so this is for showing one figure, never for adding up. NaN raises ValueError.
    """
    values = np.asarray(estimate, dtype=float)
    if not np.isfinite(values).all():
        raise ValueError("an estimate that does not exist cannot be displayed as an integer")
    rounded = np.rint(values).astype(np.int64)
    return np.maximum(rounded, 0), rounded < 0


@dataclass(frozen=True)
class Reach:
    """Reach as a share, with its 95 % interval; NaN in all three where it cannot be told.

    Not clipped: noise can bring it, or an end of its interval, below 0 or above 1.
    """

    estimate: Floats
    low: Floats
    high: Floats

    @property
    def known(self) -> NDArray[np.bool_]:
        return np.isfinite(self.estimate)


def reach95(
    served: ArrayLike,
    missing: ArrayLike,
    served_variance: ArrayLike,
    missing_variance: ArrayLike,
    covariance: ArrayLike = 0.0,
) -> Reach:
    """served / (served + missing) with Fieller's 95 % interval.

    The rule: no reach where served + missing is not above its own marge95, since the denominator could then
    be 0 and the set that Fieller's method gives has no ends. Source: E.C. Fieller, "Some problems in interval
    estimation", Journal of the Royal Statistical Society B 16 (1954), 175-185: the interval holds every share
    t for which (served - t whole)^2 <= z^2 Var(served - t whole).
    """
    given = (served, missing, served_variance, missing_variance, covariance)
    top, other, var_top, var_other, cov = np.broadcast_arrays(*(np.asarray(each, float) for each in given))
    whole, var_whole, cov_whole = top + other, var_top + var_other + 2 * cov, var_top + cov
    squared = Z95**2
    a = whole**2 - squared * var_whole
    b = top * whole - squared * cov_whole
    c = top**2 - squared * var_top
    known = (whole > 0) & (a > 0)
    safe_a, safe_whole = np.where(known, a, 1.0), np.where(known, whole, 1.0)
    # Above 0 whenever a is; rounding may bring a noiseless one just below.
    root = np.sqrt(np.maximum(b**2 - a * c, 0.0))
    ends = ((b - root) / safe_a, (b + root) / safe_a)
    low, high = (np.where(known, end, np.nan) for end in ends)
    return Reach(np.where(known, top / safe_whole, np.nan), low, high)
