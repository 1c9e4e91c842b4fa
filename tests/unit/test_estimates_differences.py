"""Differences that are more than noise: the family-wise chance of a false flag is kept, and real ones are found."""

import numpy as np
from scipy.stats import binom

from pipelines.estimates.differences import differs_more_than_noise


def test_noise_alone_is_flagged_in_at_most_five_of_a_hundred_families() -> None:
    """4,000 families of 342 gemeenten: more than the limit below has a chance of 1e-7 at a true rate of 5 %."""
    dice = np.random.default_rng(11)
    sd = dice.uniform(3, 30, 342)

    false = sum(bool(differs_more_than_noise(dice.normal(0, sd), sd).any()) for _ in range(4000))

    assert false <= binom.ppf(1 - 1e-7, 4000, 0.05)


def test_the_chance_is_kept_when_all_share_one_noise() -> None:
    """As above, for noise that is the same in every gemeente."""
    dice = np.random.default_rng(12)
    sd = np.full(342, 8.0)

    false = sum(bool(differs_more_than_noise(np.full(342, dice.normal(0, 8.0)), sd).any()) for _ in range(4000))

    assert false <= binom.ppf(1 - 1e-7, 4000, 0.05)


def test_large_differences_are_found_one_after_the_other() -> None:
    differences = np.array([100.0, -90.0, 1.0, 0.5, np.nan])

    flags = differs_more_than_noise(differences, np.full(5, 10.0))

    assert flags.tolist() == [True, True, False, False, False]


def test_a_step_down_finds_more_than_dividing_by_the_number_would() -> None:
    """Two of three at 2.3 sd: dividing by three asks for 2.39, the second step for 2.24."""
    flags = differs_more_than_noise([50.0, 2.3, 0.0], [1.0, 1.0, 1.0])

    assert flags.tolist() == [True, True, False]


def test_a_difference_without_a_spread_is_never_flagged() -> None:
    assert not differs_more_than_noise([5.0, 5.0], [0.0, np.nan]).any()


def test_the_shape_is_kept() -> None:
    assert differs_more_than_noise(np.zeros((3, 4)), 1.0).shape == (3, 4)
