"""Whole people for display: they add up on every level, stay near the estimates, and their bias is as stated."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.estimates.rounding import display_cells, lifting_bias
from pipelines.estimates.tree import Tree

TREE = Tree(
    parent=np.array([-1, 0, 0, 0, 1, 1, 2, 2, 2]),
    level=np.array([0, 1, 1, 1, 2, 2, 2, 2, 2]),
)
"""Land, three provincies (the last without a gemeente of its own), five gemeenten."""


def consistent(leaves: np.ndarray) -> np.ndarray:
    """Estimates of all nodes from those of the leaves (nodes 3 to 8)."""
    cells = np.zeros((9, *leaves.shape[1:]))
    cells[3:9] = leaves
    cells[1], cells[2] = cells[4:6].sum(axis=0), cells[6:9].sum(axis=0)
    cells[0] = cells[1:4].sum(axis=0)
    return cells


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.floats(-200, 5000), min_size=6 * 4 * 2, max_size=6 * 4 * 2).map(
        lambda values: np.array(values).reshape(6, 4, 2)
    )
)
def test_whole_people_are_never_negative_and_add_up_on_every_level(leaves: np.ndarray) -> None:
    shown = display_cells(TREE, consistent(leaves))

    assert (shown >= 0).all()
    assert (shown[1] == shown[4:6].sum(axis=0)).all()
    assert (shown[2] == shown[6:9].sum(axis=0)).all()
    assert (shown[0] == shown[1:4].sum(axis=0)).all()


def test_an_age_group_of_the_country_stays_near_its_estimate_when_its_gemeenten_are_small() -> None:
    """300 gemeenten with 3 people in one cell of ten and none in the others, noise of 8 in each: adding up what each
    gemeente lifts to zero would show thousands where there is nobody."""
    tree = Tree(np.array([-1] + [0] * 300), np.array([0] + [1] * 300))
    leaves = np.random.default_rng(6).normal(0, 8.0, (300, 10, 1))
    leaves[:, 0] += 3
    estimates = np.concatenate([leaves.sum(axis=0, keepdims=True), leaves])

    shown = display_cells(tree, estimates)

    nearest = np.maximum(estimates[0, :, 0], 0)
    assert (shown[1:].sum(axis=0) == shown[0]).all()
    assert shown[0].sum() == np.rint(estimates[0].sum())
    assert (shown[0, :, 0] <= nearest + 1).all()


def test_who_is_near_zero_is_lifted_by_at_most_what_is_stated_and_larger_ones_pay_for_it() -> None:
    """40 gemeenten, half with nobody and half with 100 people, noise of 10 on the totals. 2,000 draws of 20 figures: the
    mean strays 5.3 sd / sqrt(40,000) from its expectation with chance 1e-7."""
    tree = Tree(np.array([-1] + [0] * 40), np.array([0] + [1] * 40))
    truth = np.repeat([0.0, 100.0], 20)
    leaves = truth[:, None, None] + np.random.default_rng(7).normal(0, 10.0, (40, 1, 2000))
    estimates = np.concatenate([leaves.sum(axis=0, keepdims=True), leaves])

    error = display_cells(tree, estimates)[1:, 0] - truth[:, None]

    slack = 5.3 * 10 / 200
    assert 0 < error[:20].mean() <= lifting_bias(0.0, 10.0) + slack
    assert -lifting_bias(0.0, 10.0) - slack <= error[20:].mean() < 0
    assert abs(error.mean()) < slack


def test_the_national_total_is_the_rounded_estimate() -> None:
    estimates = consistent(np.full((6, 4, 1), 10.3))

    shown = display_cells(TREE, estimates)

    assert shown[0].sum() == round(6 * 4 * 10.3)


def test_estimates_above_zero_move_by_less_than_one_per_level() -> None:
    dice = np.random.default_rng(4)
    estimates = consistent(dice.uniform(5, 500, (6, 4, 3)))

    shown = display_cells(TREE, estimates)

    assert np.abs(shown[3:].sum(axis=1) - estimates[3:].sum(axis=1)).max() < 3


def test_what_is_whole_already_stays() -> None:
    estimates = consistent(np.arange(24.0).reshape(6, 4, 1))

    assert (display_cells(TREE, estimates) == estimates).all()


def test_an_estimate_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="does not exist"):
        display_cells(TREE, np.full((9, 4, 1), np.nan))


def test_one_large_gemeente_pays_far_less_than_in_proportion_for_those_near_zero() -> None:
    """40 with nobody, noise of 10, which lift 160 people together: in proportion the one with 1,000 would lose 138. Each
    gives the same, and it loses 25: what the others lack below zero, because the total is kept."""
    tree = Tree(np.array([-1] + [0] * 41), np.array([0] + [1] * 41))
    leaves = np.random.default_rng(3).normal(0, 10.0, (41, 1, 50))
    leaves[0] += 1000

    shown = display_cells(tree, np.concatenate([leaves.sum(axis=0, keepdims=True), leaves]))

    assert 0 < (leaves[0, 0] - shown[1, 0]).mean() < 45


def test_totals_stay_within_their_own_ruismarge_and_are_no_further_from_the_truth() -> None:
    """300 gemeenten in 10 provincies, from nobody to 600 people, noise of 8: about 0.2 % of 7,500 totals strays outside.
    1 % is more than 5 standard deviations of that, also if ten at a time stray together."""
    tree = Tree(np.array([-1] + [0] * 10 + [1 + n // 30 for n in range(300)]), np.array([0] + [1] * 10 + [2] * 300))
    dice = np.random.default_rng(9)
    truth = np.repeat(np.geomspace(0.3, 60, 300), 10).reshape(300, 10, 1) * np.ones(25)
    leaves = truth + dice.normal(0, 8 / np.sqrt(10), truth.shape)
    middle = leaves.reshape(10, 30, 10, 25).sum(axis=1)
    estimates = np.concatenate([middle.sum(axis=0, keepdims=True), middle, leaves])

    off = display_cells(tree, estimates)[11:].sum(axis=1) - estimates[11:].sum(axis=1)

    error = leaves.sum(axis=1) - truth.sum(axis=1)
    assert (np.abs(off) > 1.96 * 8).mean() < 0.01
    assert ((error + off) ** 2).mean() < 1.02 * (error**2).mean()


@pytest.mark.parametrize(("mean", "sd"), [(0.0, 10.0), (5.0, 10.0), (20.0, 10.0), (0.5, 2.0)])
def test_the_stated_bias_is_what_cutting_off_at_zero_gives(mean: float, sd: float) -> None:
    """The mean of n draws strays more than 5.3 sd / sqrt(n) with chance 1e-7."""
    draws = np.maximum(np.random.default_rng(2).normal(mean, sd, 1_000_000), 0)

    assert draws.mean() - mean == pytest.approx(lifting_bias(mean, sd), abs=5.3 * sd / 1000)
