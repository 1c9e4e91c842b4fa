"""What a plan leaves out: determined by the rest, infinitely unsure, or refused; and what is no tree or no measurement."""

import numpy as np
import pytest
from scipy.stats import norm

from pipelines.errors import SpecError
from pipelines.estimates.tree import LevelNoise, Tree, TreeSolution, covariance_of_sum, solve, tree_covariance
from tests.unit.measured_trees import ALARM, PLANS, Floats, dense, measure, unbalanced


def _only_totals_below() -> tuple[Tree, LevelNoise, TreeSolution, Floats]:
    tree, noise = unbalanced(), LevelNoise((3.0, 4.0, None), (None, None, 2.0))
    truth, noised, totals = measure(tree, noise, 10, problems=2_000, seed=10)
    return tree, noise, solve(tree, noise, noised, totals), truth


def test_a_level_with_totals_alone_has_totals_and_no_cells() -> None:
    tree, _, solution, truth = _only_totals_below()
    deepest = (tree.level == 2) & (tree.parent != 3)

    assert np.isnan(solution.estimates[deepest]).all()
    assert np.isinf(solution.covariance.nodes.of_marginal(1)[deepest]).all()
    assert np.isfinite(solution.estimates[~deepest]).all()
    error = (solution.totals - truth.sum(axis=1)) / np.sqrt(solution.covariance.nodes.total)[:, None]
    wide = norm.isf(ALARM / tree.size / 2)
    assert np.abs(error.mean(axis=1)).max() < wide / np.sqrt(2_000)
    np.testing.assert_allclose(solution.estimates[~deepest].sum(axis=1), solution.totals[~deepest], atol=1e-9)


def test_the_only_part_without_cells_of_its_own_is_the_whole_minus_the_others() -> None:
    # Node 3 has one child (node 19), so the cells of that child are those of node 3.
    tree, noise, solution, _ = _only_totals_below()
    assert np.flatnonzero(tree.parent == 3).tolist() == [19]

    np.testing.assert_allclose(solution.estimates[19], solution.estimates[3], atol=1e-9)
    np.testing.assert_allclose(solution.covariance.nodes.matrix()[19], solution.covariance.nodes.matrix()[3])
    assert tree_covariance(tree, noise, 10).of(np.eye(tree.size)[3] - np.eye(tree.size)[19]).contrast == 0


def test_a_sum_over_what_is_undetermined_is_infinitely_unsure() -> None:
    tree, noise, solution, _ = _only_totals_below()
    one = np.zeros(tree.size)
    one[6] = 1

    assert np.isinf(solution.covariance.of(one).contrast)
    assert np.isinf(solution.covariance.of(one).of_marginal(5))
    assert np.isfinite(solution.covariance.of(one).total)
    assert np.isfinite(tree_covariance(tree, noise, 10).of(tree.level == 1).contrast)


def test_a_plan_that_leaves_the_lowest_level_unmeasured_is_refused() -> None:
    with pytest.raises(SpecError, match=r"Level 2 .* does not measure"):
        tree_covariance(unbalanced(), LevelNoise((3.0, 4.0, None), (None, None, None)), 10)


def test_a_plan_may_leave_the_land_as_a_whole_out() -> None:
    forest = Tree(np.array([-1, -1, 0, 0, 1]), np.array([0, 0, 1, 1, 1]))
    noise = LevelNoise((None, 2.0), (3.0, None))
    _, noised, totals = measure(forest, noise, 4, problems=1, seed=11)
    above, leaf_estimates, covariance = dense(forest, noise, noised, totals)

    solution = solve(forest, noise, noised, totals)

    np.testing.assert_allclose(solution.estimates[2:], leaf_estimates, atol=1e-9)
    both = np.kron(above[:2].sum(axis=0)[None, :], np.ones((1, 4)))
    assert covariance_of_sum(solution, [0, 1]) == pytest.approx(float((both @ covariance @ both.T).item()))


@pytest.mark.parametrize(
    ("parent", "level"),
    [
        ([0, 1], [0, 1]),
        ([-1, 2, 0], [0, 2, 1]),
        ([-1, 0], [0, 2]),
        ([-1, 0], [1, 2]),
        ([-2, 0], [0, 1]),
        ([-1, 0], [0]),
    ],
)
def test_what_is_no_tree_is_refused(parent: list[int], level: list[int]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Tree(np.array(parent), np.array(level))


@pytest.mark.parametrize("variance", [0.0, -1.0, float("nan"), float("inf")])
def test_a_noise_variance_that_is_none_is_refused(variance: float) -> None:
    with pytest.raises(ValueError, match="positive and finite"):
        LevelNoise((variance,), (None,))


def test_numbers_of_another_shape_than_the_tree_are_refused() -> None:
    tree, noise = unbalanced(), PLANS["everything"]
    _, noised, totals = measure(tree, noise, 4, problems=2, seed=12)

    for cells, sums in (
        (noised[1:], totals),
        (noised[:, :, 0], totals),
        (noised, totals[1:]),
        (noised, None),
    ):
        with pytest.raises(ValueError, match="shape"):
            solve(tree, noise, cells, sums)
    with pytest.raises(ValueError, match="every level"):
        tree_covariance(tree, LevelNoise((1.0, 1.0), (None, None)), 4)
    with pytest.raises(ValueError, match="one row for each node"):
        tree_covariance(tree, noise, 4).of(np.ones(3))
