"""What is said about an estimate is what the arithmetic allows.

Simulations have a fixed seed; their thresholds would raise a false alarm for one seed in a million at most.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from pipelines.estimates.intervals import (
    Z95,
    bruikbaarheid,
    difference,
    display_integer,
    interval95,
    is_too_uncertain,
    margin95,
    rate_per_1000,
    reach95,
)

_ALARM = 1e-6


def test_the_margin_is_1_96_standard_deviations() -> None:
    assert float(margin95(1.0)) == pytest.approx(1.959963984540054, rel=1e-15)
    assert margin95([0.0, 2.0]).tolist() == [0.0, 2 * Z95]


def test_the_interval_lies_evenly_around_the_estimate_and_may_reach_below_zero() -> None:
    low, high = interval95([10.0, 1.0], [2.0, 3.0])

    np.testing.assert_allclose(low, [10 - 2 * Z95, 1 - 3 * Z95])
    np.testing.assert_allclose(high, [10 + 2 * Z95, 1 + 3 * Z95])
    assert low[1] < 0


def test_a_rate_takes_the_public_denominator_as_exact() -> None:
    rate, margin = rate_per_1000([50.0, 5.0, 3.0], [10.0, 1.0, 1.0], [20_000, 0, -4])

    np.testing.assert_allclose(rate, [2.5, np.nan, np.nan])
    np.testing.assert_allclose(margin, [10 * Z95 / 20, np.nan, np.nan])


def test_the_change_between_two_draws_has_both_their_noises() -> None:
    change, margin = difference([10.0, 4.0], [3.0, 0.0], [7.0, 5.0], [4.0, 2.0])

    np.testing.assert_allclose(change, [3.0, -1.0])
    np.testing.assert_allclose(margin, [5 * Z95, 2 * Z95])


def test_an_estimate_below_twice_its_margin_is_too_uncertain() -> None:
    edge = 2 * float(margin95(5.0))
    estimates = [edge, np.nextafter(edge, 0), 0.0, -50.0, np.nan]

    assert is_too_uncertain(estimates, 5.0).tolist() == [False, True, True, True, True]
    assert bruikbaarheid(estimates, 5.0).tolist() == ["bruikbaar"] + ["te_onzeker"] * 4


def test_displayed_people_are_whole_and_never_negative_and_say_when_they_were_lifted() -> None:
    shown, lifted = display_integer([3.6, 0.2, -0.4, -0.6, -7.0])

    assert shown.tolist() == [4, 0, 0, 0, 0]
    assert lifted.tolist() == [False, False, False, True, True]
    with pytest.raises(ValueError, match="does not exist"):
        display_integer([np.nan])


def test_reach_is_the_share_served_of_those_who_need() -> None:
    reach = reach95([300.0], [100.0], [25.0], [25.0])

    assert reach.estimate.tolist() == [0.75]
    assert reach.low[0] < 0.75 < reach.high[0]
    assert reach.known.tolist() == [True]


def test_reach_without_noise_is_a_point() -> None:
    reach = reach95(30.0, 10.0, 0.0, 0.0)

    np.testing.assert_allclose([reach.low, reach.estimate, reach.high], 0.75, rtol=1e-7)


@given(
    st.floats(-500, 5_000),
    st.floats(-500, 5_000),
    st.floats(0.1, 1e4),
    st.floats(0.1, 1e4),
    st.floats(-0.95, 0.95),
)
def test_the_ends_of_a_reach_are_where_fiellers_inequality_turns(
    served: float, missing: float, var_served: float, var_missing: float, correlation: float
) -> None:
    tied = correlation * float(np.sqrt(var_served * var_missing))

    reach = reach95(served, missing, var_served, var_missing, tied)

    var_whole = var_served + var_missing + 2 * tied
    whole = served + missing
    if not reach.known:
        assert whole <= Z95 * np.sqrt(var_whole) * (1 + 1e-9) or whole <= 0
        return
    assert reach.low <= reach.estimate <= reach.high
    for end in (float(reach.low), float(reach.high)):
        gap = (served - end * whole) ** 2
        allowed = Z95**2 * (var_served - 2 * end * (var_served + tied) + end**2 * var_whole)
        size = (1 + end**2) * (served**2 + whole**2 + var_served + var_whole)
        assert gap == pytest.approx(allowed, abs=1e-7 * size)


@pytest.mark.parametrize(("served", "missing"), [(5.0, 5.0), (0.0, 0.0), (-40.0, -40.0), (-80.0, 60.0)])
def test_there_is_no_reach_where_the_need_cannot_be_told_from_none(served: float, missing: float) -> None:
    reach = reach95(served, missing, 25.0, 25.0)

    assert not reach.known
    assert np.isnan([reach.estimate, reach.low, reach.high]).all()


@pytest.mark.parametrize(("served", "missing"), [(120.0, 40.0), (5.0, 90.0), (60.0, 0.0)])
def test_the_interval_of_a_reach_covers_the_truth_95_percent_of_the_time(served: float, missing: float) -> None:
    draws, sd = 20_000, 7.0
    dice = np.random.default_rng(3)
    noised = dice.normal([served, missing], sd, (draws, 2))

    reach = reach95(noised[:, 0], noised[:, 1], sd**2, sd**2)

    truth = served / (served + missing)
    covered = int(((reach.low <= truth) & (truth <= reach.high)).sum())
    # The need is nine standard deviations or more above 0, so that every reach is known but once in 1e10.
    assert reach.known.mean() > 0.999
    assert binom.ppf(_ALARM / 2, draws, 0.95) <= covered <= binom.isf(_ALARM / 2, draws, 0.95)


@pytest.mark.parametrize("need", [1.0, 2.0, 3.0, 5.0])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_reach_that_is_told_misses_the_truth_at_most_1_in_20_however_uncertain_the_need(
    need: float, share: float
) -> None:
    """`need`: in standard deviations. Where Fieller's set has no ends no reach is told, so among all draws those that are
    told and miss the truth are at most 5 %: the set misses it that often."""
    draws, sd = 40_000, 7.0
    whole = need * sd * np.sqrt(2)
    noised = np.random.default_rng(8).normal([share * whole, (1 - share) * whole], sd, (draws, 2))

    reach = reach95(noised[:, 0], noised[:, 1], sd**2, sd**2)

    missed = int((reach.known & ~((reach.low <= share) & (share <= reach.high))).sum())
    assert missed <= binom.isf(_ALARM, draws, 0.05)
    assert (~reach.known).mean() > 0 or need == 5.0
