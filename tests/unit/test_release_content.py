"""Parameters of a release in other words."""

from fractions import Fraction
from math import exp, sqrt

import pytest
from scipy.stats import norm

from pipelines.release.content import date_in_words, facts_in_words, tail_epsilon


@pytest.mark.parametrize("rho", ["1/1000", "0.05", "1/2", "3"])
@pytest.mark.parametrize("delta", [1e-3, 1e-6, 1e-9])
def test_the_tail_bound_covers_the_privacy_loss_of_gaussian_noise(rho: str, delta: float) -> None:
    """The loss of a Gaussian with rho-zCDP is normal with mean rho and variance 2 rho."""
    exact = float(Fraction(rho))

    exceeded = norm.sf(tail_epsilon(rho, delta), loc=exact, scale=sqrt(2 * exact))

    assert exceeded <= delta


def test_a_larger_rho_or_a_smaller_delta_is_a_larger_loss() -> None:
    assert tail_epsilon("1/20", 1e-6) < tail_epsilon("1/10", 1e-6) < tail_epsilon("1/10", 1e-9)
    assert exp(tail_epsilon("0", 1e-6)) == 1


@pytest.mark.parametrize(
    ("date", "words"),
    [("2023-12-31", "31 december 2023"), ("2026-03-02", "2 maart 2026"), ("2026-13-02", "2026-13-02"), ("nu", "nu")],
)
def test_a_date_is_written_out_and_anything_else_is_left_alone(date: str, words: str) -> None:
    assert date_in_words(date) == words


def test_public_facts_read_as_a_dutch_line() -> None:
    assert facts_in_words({"supplier": "CBS", "peiljaar": 2023, "version": 1}) == (
        "leverancier CBS, peiljaar 2023, versie 1"
    )
