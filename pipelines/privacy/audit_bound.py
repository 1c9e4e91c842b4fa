"""A lower bound on the privacy loss, from scores of two neighbouring worlds.

What belongs here: statistics of two samples. What does not: how the scores were drawn (`audit.py`).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta, norm

_FOR_THE_THRESHOLD = 10
"""One in so many scores chooses where to split; the rest judge, so that the choice costs no confidence."""


@dataclass(frozen=True)
class LossBound:
    """What was measured: `mu` is a lower bound on the Gaussian privacy parameter, `epsilon` one on pure epsilon.

    `rho`: the claimed zCDP loss, which allows mu up to sqrt(2 rho). `draws`: per world.
    """

    rho: float
    draws: int
    mu: float
    epsilon: float

    @property
    def claimed_mu(self) -> float:
        """The largest mu of a Gaussian mechanism with this rho: rho = mu^2 / 2."""
        return math.sqrt(2 * self.rho)


def loss_bound(without: NDArray[np.float64], within: NDArray[np.float64], rho: float, false_alarm: float) -> LossBound:
    """The bound from one split of the scores: who guesses "within" above the split errs in two ways.

    Any mechanism that is mu-GDP keeps Phi^-1(1 - false positives) - Phi^-1(false negatives) <= mu (Dong, Roth and Su
    2022, definition 3), and one with epsilon ln((1 - false negatives) / false positives) <= epsilon. Both rates are
    replaced by their upper Clopper-Pearson limits at `false_alarm` / 2 each.
    """
    first = len(without) // _FOR_THE_THRESHOLD
    split = (without[:first].mean() + within[:first].mean()) / 2
    false_positive = _upper(int((without[first:] > split).sum()), len(without) - first, false_alarm / 2)
    false_negative = _upper(int((within[first:] <= split).sum()), len(within) - first, false_alarm / 2)
    mu = float(norm.ppf(1 - false_positive) - norm.ppf(false_negative))
    epsilon = math.log((1 - false_negative) / false_positive) if false_negative < 1 else 0.0
    return LossBound(rho, len(without), max(mu, 0.0), max(epsilon, 0.0))


def _upper(events: int, of: int, alpha: float) -> float:
    """Upper Clopper-Pearson limit of a rate."""
    return 1.0 if events == of else float(beta.ppf(1 - alpha, events + 1, of - events))
