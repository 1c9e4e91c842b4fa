"""The quality class of an estimate: one fixed public rule, by how large the noise is against the estimate.

What belongs here: the rule. What does not: showing it, and anything but noised numbers: a class costs no budget and
reveals nothing, because it follows from the published estimate and its published standard deviation.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.estimates.intervals import is_too_uncertain

CLASSES: tuple[tuple[str, float], ...] = (("A", 0.05), ("B", 0.10))
"""Class -> the standard deviation is at most this part of the estimate. C: larger, and still bruikbaar. D: te onzeker
(below twice its marge95, so above about a quarter; see `intervals.is_too_uncertain`)."""

LETTERS = (*(letter for letter, _ in CLASSES), "C", "D")
"""Every class, from the best."""

NOT_MEASURED = "niet_gemeten"
NOT_PUBLISHED = "niet_gepubliceerd"
"""Measured, and by the plan's gate part of sums only."""
WITHOUT_NUMBER = (NOT_MEASURED, NOT_PUBLISHED)
"""What stands in the place of a class where there is no number."""


def kwaliteit(estimate: ArrayLike, sd: ArrayLike) -> NDArray[np.str_]:
    """The class of each estimate: "A", "B", "C" or "D"; an estimate at or below zero is always D."""
    return np.array(LETTERS)[class_number(estimate, sd)]


def class_number(estimate: ArrayLike, sd: ArrayLike) -> NDArray[np.int64]:
    """The same as a number: the place of the class in LETTERS, from 0."""
    values, spread = np.broadcast_arrays(np.asarray(estimate, dtype=float), np.asarray(sd, dtype=float))
    found = np.full(values.shape, LETTERS.index("C"))
    for number, (_, share) in reversed(list(enumerate(CLASSES))):
        found[spread <= share * values] = number
    found[is_too_uncertain(values, spread)] = LETTERS.index("D")
    return found
