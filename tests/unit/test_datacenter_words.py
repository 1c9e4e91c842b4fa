"""Dutch notation, and privacy in odds."""

from fractions import Fraction
from math import exp, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from pipelines.datacenter import words


def test_numbers_are_written_as_in_dutch() -> None:
    assert words.whole(1234567.4) == "1.234.567"
    assert words.decimal(1234.567, 2) == "1.234,57"
    assert (words.percent(54.12), words.percent(100.0), words.percent(0.04)) == ("54,1 %", "100 %", "0 %")
    assert (words.amount("1/8"), words.amount("0.5"), words.amount("2")) == ("0,125", "0,5", "2")


@pytest.mark.parametrize(
    ("figure", "told"),
    [
        ((148.3, 118.2, 178.4), ("ongeveer 150", "(115 tot 180)")),
        ((16576, 16458, 16693), ("ongeveer 16.580", "(16.450 tot 16.700)")),
        ((3.2, 1.1, 5.3), ("ongeveer 3", "(1 tot 6)")),
        ((-4.0, -20.0, 12.0), ("ongeveer 0", "(0 tot 12)")),
        ((-40.0, -60.0, -20.0), ("ongeveer 0", "(onder 0)")),
    ],
)
def test_a_headline_is_rounded_as_far_as_its_margin_allows(
    figure: tuple[float, float, float], told: tuple[str, str]
) -> None:
    assert words.about(*figure) == told


@pytest.mark.parametrize("margin", [1, 4, 30, 117, 2500, 10**6])
@pytest.mark.parametrize("value", [0, 7, 148, 16_576, 1_234_567])
def test_rounding_a_headline_moves_it_by_at_most_a_tenth_of_its_margin_or_half_a_person(
    value: int, margin: int
) -> None:
    told, _ = words.about(value, value - margin, value + margin)

    shown = int(told.removeprefix("ongeveer ").replace(".", ""))
    assert abs(shown - value) <= max(0.5, margin / 10)


def test_rates_show_about_two_digits_that_matter() -> None:
    assert [words.rate_digits(rate) for rate in (14, 1.4, 0.14, 0.014, 0.0)] == [1, 1, 2, 3, 1]


def test_names_are_listed_with_en() -> None:
    assert words.listed([]) == ""
    assert words.listed(["A"]) == "A"
    assert words.listed(["A", "B", "C"]) == "A, B en C"


@pytest.mark.parametrize("rho", ["1/1000", "1/20", "1/2", "3"])
def test_the_told_share_of_right_guesses_is_never_below_what_gaussian_noise_allows(rho: str) -> None:
    """Against Gaussian noise the best test at even odds is right with probability Phi(sqrt(2 rho) / 2)."""
    number, _, divisor = rho.partition("/")
    best = norm.cdf(sqrt(2 * int(number) / int(divisor or 1)) / 2)

    assert 100 * best <= words.guesses_right(rho) <= 100


def test_no_release_means_a_coin_toss() -> None:
    assert words.guesses_right("0") == 50
    assert words.certainty("0", 1e-6) == 50


def test_certainty_is_rounded_up_and_grows_with_the_budget() -> None:
    small, larger, large = (words.certainty(rho, 1e-6) for rho in ("1/1000", "1/20", "2"))

    assert 50 < small < larger < large <= 100
    assert words.one_in(1e-6) == "1 op de 1.000.000"


@pytest.mark.parametrize("prior", [1, 10, 50, 99])
@pytest.mark.parametrize("rho", ["1/1000", "1/20", "1/2"])
def test_a_belief_grows_no_further_than_told_but_for_delta(prior: int, rho: str) -> None:
    """Against Gaussian noise the log odds grow by a normal loss with mean rho and variance 2 rho. False alarm: none, it is exact."""
    delta = 1e-6
    loss = norm.isf(delta, loc=float(Fraction(rho)), scale=sqrt(2 * float(Fraction(rho))))

    told = words.believed(prior, rho, delta)

    odds = prior / (100 - prior) * exp(loss)
    assert prior <= 100 * odds / (1 + odds) <= told <= 100


def test_a_belief_without_a_release_stays_what_it_was_and_even_odds_are_the_certainty_that_is_told() -> None:
    assert [words.believed(prior, "0", 1e-6) for prior in (1, 10, 50)] == [1, 10, 50]
    assert words.believed(50, "1/20", 1e-6) == words.certainty("1/20", 1e-6)


@given(low=st.floats(0, 1e6), width=st.floats(0, 1e5), digits=st.sampled_from([None, 1, 2, 4]))
def test_a_ruismarge_on_screen_is_never_narrower_than_the_interval(
    low: float, width: float, digits: int | None
) -> None:
    shown = words.from_to(low, low + width, digits)

    bottom, top = (float(end.replace(".", "").replace(",", ".")) for end in shown.split(" tot "))
    last_digit = 10.0 ** -(digits or 0)
    assert low - last_digit < bottom <= low + 1e-5
    assert low + width - 1e-5 <= top < low + width + last_digit + 1e-5
