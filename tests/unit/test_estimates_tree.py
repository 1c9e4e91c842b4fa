"""Least squares on a tree equals the dense normal equations, adds up, and its intervals keep their word.

Simulations have a fixed seed; their thresholds would raise a false alarm for one seed in a million at most.
"""

import time

import numpy as np
import pytest
from scipy.stats import binom, norm

from pipelines.estimates.tree import LevelNoise, Tree, covariance_of_sum, solve, tree_covariance
from tests.unit.measured_trees import ALARM, PLANS, dense, measure, unbalanced


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("cells", [1, 4, 10])
def test_estimates_and_every_covariance_equal_the_dense_normal_equations(plan: str, cells: int) -> None:
    tree, noise = unbalanced(), PLANS[plan]
    _, noised, totals = measure(tree, noise, cells, problems=3, seed=1)
    above, leaf_estimates, covariance = dense(tree, noise, noised, totals)

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


@pytest.mark.parametrize("depth", [1, 2, 4, 5])
def test_a_tree_of_any_depth_gives_the_dense_estimates_and_variances(depth: int) -> None:
    """Families of one, two and three, and a leaf on every level."""
    parent, level = [-1], [0]
    for below in range(1, depth):
        above = [node for node, depth_of in enumerate(level) if depth_of == below - 1][:-1] or [level.index(below - 1)]
        children = [node for number, node in enumerate(above) for _ in range(1 + number % 3)]
        parent += children
        level += [below] * len(children)
    tree = Tree(np.array(parent), np.array(level))
    noise = LevelNoise(tuple(2.0 + n for n in range(depth)), tuple(5.0 - n / 2 for n in range(depth)))
    _, noised, totals = measure(tree, noise, 4, problems=2, seed=depth)
    above_leaves, leaf_estimates, covariance = dense(tree, noise, noised, totals)

    solution = solve(tree, noise, noised, totals)

    np.testing.assert_allclose(
        solution.estimates, np.einsum("nl,ldr->ndr", above_leaves, leaf_estimates), rtol=0, atol=1e-9
    )
    of_totals = np.kron(above_leaves, np.ones((1, 4)))
    np.testing.assert_allclose(
        solution.covariance.nodes.total, np.diag(of_totals @ covariance @ of_totals.T), rtol=1e-9
    )


@pytest.mark.parametrize("plan", PLANS)
def test_variances_of_totals_and_marginals_equal_the_dense_ones(plan: str) -> None:
    tree, noise = unbalanced(), PLANS[plan]
    _, noised, totals = measure(tree, noise, 10, problems=1, seed=2)
    above, _, covariance = dense(tree, noise, noised, totals)

    nodes = tree_covariance(tree, noise, 10).nodes

    for summed in (1, 2, 5, 10):
        of_some = np.kron(above, (np.arange(10) < summed).astype(float)[None, :])
        expected = np.diag(of_some @ covariance @ of_some.T)
        np.testing.assert_allclose(nodes.of_marginal(summed), expected, rtol=1e-10)


@pytest.mark.parametrize("plan", PLANS)
def test_sums_and_differences_of_nodes_have_the_dense_variance(plan: str) -> None:
    tree, noise = unbalanced(), PLANS[plan]
    _, noised, totals = measure(tree, noise, 4, problems=1, seed=3)
    above, _, covariance = dense(tree, noise, noised, totals)
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
    tree, noise = unbalanced(), PLANS["everything"]
    _, noised, totals = measure(tree, noise, 10, problems=1, seed=5)
    solution = solve(tree, noise, noised, totals)

    parts = covariance_of_sum(solution, np.flatnonzero(tree.parent == 2))

    assert parts == pytest.approx(float(solution.covariance.nodes.total[2]), rel=1e-12)
    assert covariance_of_sum(solution, np.flatnonzero(tree.is_leaf)) == pytest.approx(
        float(solution.covariance.nodes.total[0]), rel=1e-12
    )


@pytest.mark.parametrize("plan", PLANS)
def test_parts_add_up_to_the_whole(plan: str) -> None:
    tree, noise = unbalanced(), PLANS[plan]
    _, noised, totals = measure(tree, noise, 10, problems=5, seed=6)

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


@pytest.mark.parametrize("plan", PLANS)
def test_estimates_are_unbiased_and_their_intervals_cover_95_percent(plan: str) -> None:
    tree, noise, problems = unbalanced(), PLANS[plan], 4_000
    truth, noised, totals = measure(tree, noise, 10, problems, seed=7)

    solution = solve(tree, noise, noised, totals)

    nodes = solution.covariance.nodes
    checks = [
        (solution.totals - truth.sum(axis=1), nodes.total),
        (solution.estimates[:, 3] - truth[:, 3], nodes.of_marginal(1)),
        (solution.marginal([(0, 1)])[:, 0] - truth[:, :2].sum(axis=1), nodes.of_marginal(2)),
    ]
    alarm = ALARM / (2 * len(checks) * tree.size)
    for errors, variance in checks:
        scaled = errors / np.sqrt(variance)[:, None]
        covered = (np.abs(scaled) <= 1.959963984540054).sum(axis=1)
        assert np.abs(scaled.mean(axis=1)).max() < norm.isf(alarm / 2) / np.sqrt(problems)
        assert covered.min() >= binom.ppf(alarm / 2, problems, 0.95)
        assert covered.max() <= binom.isf(alarm / 2, problems, 0.95)


def test_the_covariance_depends_on_the_plan_and_not_on_the_numbers() -> None:
    tree, noise = unbalanced(), PLANS["everything"]
    known_before = tree_covariance(tree, noise, 10).nodes

    for seed in (8, 9):
        _, noised, totals = measure(tree, noise, 10, problems=1, seed=seed)
        after = solve(tree, noise, noised, totals).covariance.nodes
        assert (after.total == known_before.total).all()
        assert (after.contrast == known_before.contrast).all()


def test_measuring_more_never_makes_an_estimate_less_sure() -> None:
    tree = unbalanced()
    more = tree_covariance(tree, PLANS["everything"], 10).nodes
    less = tree_covariance(tree, PLANS["no totals"], 10).nodes

    assert (more.total < less.total).all()
    assert (more.contrast <= less.contrast * (1 + 1e-12)).all()


@pytest.mark.parametrize("wijken", [0, 3_400])
def test_the_whole_land_takes_less_than_a_second(wijken: int) -> None:
    gemeenten = 1 + np.arange(342) % 12
    parent = np.concatenate([[-1], np.zeros(12, int), gemeenten, 13 + np.arange(wijken) % 342])
    level = np.repeat([0, 1, 2, 3], [1, 12, 342, wijken])
    tree = Tree(parent, level)
    noise = LevelNoise((9.0,) * 4, (4.0,) * 4)
    _, noised, totals = measure(tree, noise, 10, problems=39, seed=13)

    start = time.perf_counter()
    solution = solve(tree, noise, noised, totals)
    taken = time.perf_counter() - start

    # Measured: 0.01 s without wijken, 0.3 s with; the bound leaves room for a busy machine.
    assert taken < (0.5 if wijken == 0 else 3.0)
    np.testing.assert_allclose(solution.totals[1:13].sum(axis=0), solution.totals[0], rtol=0, atol=1e-9)
