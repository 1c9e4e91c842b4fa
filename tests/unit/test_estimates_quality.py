"""Quality classes: one fixed rule on published numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.estimates.intervals import is_too_uncertain
from pipelines.estimates.quality import kwaliteit


@pytest.mark.parametrize(
    ("estimate", "letter"),
    [(200.0, "A"), (199.9, "B"), (100.0, "B"), (99.9, "C"), (39.2, "C"), (39.1, "D"), (0.0, "D"), (-500.0, "D")],
)
def test_the_class_follows_from_sd_over_estimate(estimate: float, letter: str) -> None:
    assert kwaliteit(estimate, 10.0) == letter


@given(st.floats(-1e6, 1e6), st.floats(0.01, 1e4))
def test_d_is_exactly_what_is_too_uncertain(estimate: float, sd: float) -> None:
    assert (kwaliteit(estimate, sd) == "D") == is_too_uncertain(estimate, sd)


def test_a_larger_estimate_with_the_same_noise_is_never_of_a_lower_class() -> None:
    letters = kwaliteit(np.linspace(-100, 1000, 500), 10.0)

    assert sorted(letters, reverse=True) == letters.tolist()


def test_an_estimate_that_does_not_exist_is_no_better_than_d() -> None:
    assert kwaliteit(np.nan, 10.0) == "D"
