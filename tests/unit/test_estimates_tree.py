"""Least squares on a tree equals the dense normal equations, adds up, and its intervals keep their word.

Simulations have a fixed seed; their thresholds would raise a false alarm for one seed in a million at most.
"""

import time

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom, norm

from pipelines.errors import SpecError
from pipelines.estimates.tree import LevelNoise, Tree, TreeSolution, covariance_of_sum, solve, tree_covariance

Floats = NDArray[np.float64]

_ALARM = 1e-6


def _unbalanced() -> Tree:
    """Three levels, families of 5, 8, 1 and 2 leaves, and one node on level 1 that is a leaf itself."""
    parent = [-1, 0, 0, 0, 0, 0] + [1] * 5 + [2] * 8 + [3] + [4] * 2
    return Tree(np.array(parent), np.array([0] + [1] * 5 + [2] * 16))


_PLANS = {
    "everything": LevelNoise((3.0, 4.0, 5.0), (2.0, 7.0, 1.5)),
    "no totals": LevelNoise((3.0, 4.0, 5.0), (None, None, None)),
    "leaves only": LevelNoise((None, 2.0, 2.0), (None, None, None)),
    "totals in the middle": LevelNoise((1.0, None, 5.0), (None, 3.0, None)),
    "cells without totals above": LevelNoise((None, 2.5, 5.0), (0.5, None, 1.0)),
}


def _measure(tree: Tree, noise: LevelNoise, cells: int, problems: int, seed: int) -> tuple[Floats, ...]:
    """A truth that adds up, and its measurements; unmeasured levels hold NaN."""
    dice = np.random.default_rng(seed)
    truth = np.zeros((tree.size, cells, problems))
    truth[tree.is_leaf] = dice.poisson(6, (int(tree.is_leaf.sum()), cells, problems))
    for node in range(tree.size - 1, 0, -1):
        truth[tree.parent[node]] += truth[node]
    sds = [np.sqrt([np.nan if v is None else v for v in side])[tree.level] for side in (noise.cells, noise.totals)]
    noised = truth + dice.normal(size=truth.shape) * sds[0][:, None, None]
    totals = truth.sum(axis=1) + dice.normal(size=(tree.size, problems)) * sds[1][:, None]
    return truth, noised, totals


def _dense(tree: Tree, noise: LevelNoise, cells: Floats, totals: Floats) -> tuple[Floats, Floats, Floats]:
    """The normal equations over all leaf cells: design over nodes, estimates and covariance of the leaves."""
    width, problems = cells.shape[1:]
    leaves = np.flatnonzero(tree.is_leaf)
    above = np.zeros((tree.size, len(leaves)))
    for column, leaf in enumerate(leaves):
        node = int(leaf)
        while node >= 0:
            above[node, column] = 1
            node = int(tree.parent[node])
    information = np.zeros((len(leaves) * width,) * 2)
    evidence = np.zeros((len(leaves) * width, problems))
    for node in range(tree.size):
        depth = int(tree.level[node])
        for variance, within, seen in (
            (noise.cells[depth], np.eye(width), cells[node]),
            (noise.totals[depth], np.ones((1, width)), totals[node : node + 1]),
        ):
            if variance is not None:
                design = np.kron(above[node : node + 1], within)
                information += design.T @ design / variance
                evidence += design.T @ seen / variance
    covariance = np.linalg.inv(information)
    return above, (covariance @ evidence).reshape(len(leaves), width, problems), covariance


@pytest.mark.parametrize("plan", _PLANS)
@pytest.mark.parametrize("cells", [1, 4, 10])
def test_estimates_and_every_covariance_equal_the_dense_normal_equations(plan: str, cells: int) -> None:
    tree, noise = _unbalanced(), _PLANS[plan]
    _, noised, totals = _measure(tree, noise, cells, problems=3, seed=1)
    above, leaf_estimates, covariance = _dense(tree, noise, noised, totals)

    solution = solve(tree, noise, noised, totals)

    expected = np.einsum("nl,ldr->ndr", above, leaf_estimates)
    np.testing.assert_allclose(solution.estimates, expected, rtol=0, atol=1e-9)
    np.testing.assert_allclose(solution.totals, expected.sum(axis=1), rtol=0, atol=1e-9)
    everywhere = np.kron(above, np.eye(cells))
    between = (everywhere @ covariance @ everywhere.T).reshape(tree.size, cells, tree.size, cells)
    own = solution.covariance.nodes.matrix()
    one = np.eye(tree.size)
    for node in range(tree.size):
        np.testing.assert_allclose(own[node], between[node, :, node, :], rtol=0, atol=1e-9)
        first = np.repeat(one[:, node : node + 1], tree.size, axis=1)
        with_all = solution.covariance.between(first, one).matrix()
        np.testing.assert_allclose(with_all, between[node].transpose(1, 0, 2), rtol=0, atol=1e-9)


@pytest.mark.parametrize("plan", _PLANS)
def test_variances_of_totals_and_marginals_equal_the_dense_ones(plan: str) -> None:
    tree, noise = _unbalanced(), _PLANS[plan]
    _, noised, totals = _measure(tree, noise, 10, problems=1, seed=2)
    above, _, covariance = _dense(tree, noise, noised, totals)

    nodes = tree_covariance(tree, noise, 10).nodes

    for summed in (1, 2, 5, 10):
        of_some = np.kron(above, (np.arange(10) < summed).astype(float)[None, :])
        expected = np.diag(of_some @ covariance @ of_some.T)
        np.testing.assert_allclose(nodes.of_marginal(summed), expected, rtol=1e-10)


@pytest.mark.parametrize("plan", _PLANS)
def test_sums_and_differences_of_nodes_have_the_dense_variance(plan: str) -> None:
    tree, noise = _unbalanced(), _PLANS[plan]
    _, noised, totals = _measure(tree, noise, 4, problems=1, seed=3)
    above, _, covariance = _dense(tree, noise, noised, totals)
    weights = np.random.default_rng(4).normal(size=(tree.size, 6))
    weights[:, 0] = tree.level == 2
    weights[:, 1] = 0
    weights[[6, 7], 1] = 1, -1
    weights[:, 2] = 0
    weights[[6, 12], 2] = 1, -1

    found = tree_covariance(tree, noise, 4).of(weights)

    of_totals = np.kron(weights.T @ above, np.ones((1, 4)))
    np.testing.assert_allclose(found.total, np.diag(of_totals @ covariance @ of_totals.T), rtol=1e-9)
    of_cells = np.kron(weights.T @ above, np.eye(4)[:1])
    np.testing.assert_allclose(found.of_marginal(1), np.diag(of_cells @ covariance @ of_cells.T), rtol=1e-9)


def test_all_parts_of_a_node_together_are_as_sure_as_the_node() -> None:
    tree, noise = _unbalanced(), _PLANS["everything"]
    _, noised, totals = _measure(tree, noise, 10, problems=1, seed=5)
    solution = solve(tree, noise, noised, totals)

    parts = covariance_of_sum(solution, np.flatnonzero(tree.parent == 2))

    assert parts == pytest.approx(float(solution.covariance.nodes.total[2]), rel=1e-12)
    assert covariance_of_sum(solution, np.flatnonzero(tree.is_leaf)) == pytest.approx(
        float(solution.covariance.nodes.total[0]), rel=1e-12
    )


@pytest.mark.parametrize("plan", _PLANS)
def test_parts_add_up_to_the_whole(plan: str) -> None:
    tree, noise = _unbalanced(), _PLANS[plan]
    _, noised, totals = _measure(tree, noise, 10, problems=5, seed=6)

    solution = solve(tree, noise, 1e5 * noised, 1e5 * totals)

    for node in range(tree.size):
        children = np.flatnonzero(tree.parent == node)
        if children.size:
            np.testing.assert_allclose(
                solution.estimates[children].sum(axis=0), solution.estimates[node], rtol=1e-12, atol=1e-6
            )
    np.testing.assert_allclose(solution.estimates.sum(axis=1), solution.totals, rtol=1e-12, atol=1e-6)
    ages = solution.marginal([(2 * age, 2 * age + 1) for age in range(5)])
    assert ages.shape == (tree.size, 5, 5)
    np.testing.assert_allclose(ages.sum(axis=1), solution.totals, rtol=1e-12, atol=1e-6)


@pytest.mark.parametrize("plan", _PLANS)
def test_estimates_are_unbiased_and_their_intervals_cover_95_percent(plan: str) -> None:
    tree, noise, problems = _unbalanced(), _PLANS[plan], 4_000
    truth, noised, totals = _measure(tree, noise, 10, problems, seed=7)

    solution = solve(tree, noise, noised, totals)

    nodes = solution.covariance.nodes
    checks = [
        (solution.totals - truth.sum(axis=1), nodes.total),
        (solution.estimates[:, 3] - truth[:, 3], nodes.of_marginal(1)),
        (solution.marginal([(0, 1)])[:, 0] - truth[:, :2].sum(axis=1), nodes.of_marginal(2)),
    ]
    alarm = _ALARM / (2 * len(checks) * tree.size)
    for errors, variance in checks:
        scaled = errors / np.sqrt(variance)[:, None]
        covered = (np.abs(scaled) <= 1.959963984540054).sum(axis=1)
        assert np.abs(scaled.mean(axis=1)).max() < norm.isf(alarm / 2) / np.sqrt(problems)
        assert covered.min() >= binom.ppf(alarm / 2, problems, 0.95)
        assert covered.max() <= binom.isf(alarm / 2, problems, 0.95)


def test_the_covariance_depends_on_the_plan_and_not_on_the_numbers() -> None:
    tree, noise = _unbalanced(), _PLANS["everything"]
    known_before = tree_covariance(tree, noise, 10).nodes

    for seed in (8, 9):
        _, noised, totals = _measure(tree, noise, 10, problems=1, seed=seed)
        after = solve(tree, noise, noised, totals).covariance.nodes
        assert (after.total == known_before.total).all()
        assert (after.contrast == known_before.contrast).all()


def test_measuring_more_never_makes_an_estimate_less_sure() -> None:
    tree = _unbalanced()
    more = tree_covariance(tree, _PLANS["everything"], 10).nodes
    less = tree_covariance(tree, _PLANS["no totals"], 10).nodes

    assert (more.total < less.total).all()
    assert (more.contrast <= less.contrast * (1 + 1e-12)).all()


def _only_totals_below() -> tuple[Tree, LevelNoise, TreeSolution, Floats]:
    tree, noise = _unbalanced(), LevelNoise((3.0, 4.0, None), (None, None, 2.0))
    truth, noised, totals = _measure(tree, noise, 10, problems=2_000, seed=10)
    return tree, noise, solve(tree, noise, noised, totals), truth


def test_a_level_with_totals_alone_has_totals_and_no_cells() -> None:
    tree, _, solution, truth = _only_totals_below()
    deepest = (tree.level == 2) & (tree.parent != 3)

    assert np.isnan(solution.estimates[deepest]).all()
    assert np.isinf(solution.covariance.nodes.of_marginal(1)[deepest]).all()
    assert np.isfinite(solution.estimates[~deepest]).all()
    error = (solution.totals - truth.sum(axis=1)) / np.sqrt(solution.covariance.nodes.total)[:, None]
    wide = norm.isf(_ALARM / tree.size / 2)
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
        tree_covariance(_unbalanced(), LevelNoise((3.0, 4.0, None), (None, None, None)), 10)


def test_a_plan_may_leave_the_land_as_a_whole_out() -> None:
    forest = Tree(np.array([-1, -1, 0, 0, 1]), np.array([0, 0, 1, 1, 1]))
    noise = LevelNoise((None, 2.0), (3.0, None))
    _, noised, totals = _measure(forest, noise, 4, problems=1, seed=11)
    above, leaf_estimates, covariance = _dense(forest, noise, noised, totals)

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
    tree, noise = _unbalanced(), _PLANS["everything"]
    _, noised, totals = _measure(tree, noise, 4, problems=2, seed=12)

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


@pytest.mark.parametrize("wijken", [0, 3_400])
def test_the_whole_land_takes_less_than_a_second(wijken: int) -> None:
    gemeenten = 1 + np.arange(342) % 12
    parent = np.concatenate([[-1], np.zeros(12, int), gemeenten, 13 + np.arange(wijken) % 342])
    level = np.repeat([0, 1, 2, 3], [1, 12, 342, wijken])
    tree = Tree(parent, level)
    noise = LevelNoise((9.0,) * 4, (4.0,) * 4)
    _, noised, totals = _measure(tree, noise, 10, problems=39, seed=13)

    start = time.perf_counter()
    solution = solve(tree, noise, noised, totals)
    taken = time.perf_counter() - start

    # Measured: 0.01 s without wijken, 0.3 s with; the bound leaves room for a busy machine.
    assert taken < (0.5 if wijken == 0 else 3.0)
    np.testing.assert_allclose(solution.totals[1:13].sum(axis=0), solution.totals[0], rtol=0, atol=1e-9)
