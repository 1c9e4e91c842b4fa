"""Epsilon at delta by two accountants that share no code: OpenDP, which the releases state, and dp-accounting.

Two questions of every release plan, for one release and for the whole cap:

* Do both turn the same zCDP loss into the same epsilon? Within TOLERANCE, and what we state is not the lower one by more.
* Does what we state cover the mechanism that really draws? dp-accounting composes the privacy loss distributions of the
  discrete Gaussians themselves (K cells of each table change by one), rounded against us. That is at most what we state;
  and not far below it, or one of the two would be wrong.
"""

import sys
from fractions import Fraction
from functools import cache

import pytest
from absl import logging as absl_logging
from dp_accounting import NeighboringRelation, ZCDpEvent
from dp_accounting.pld.privacy_loss_distribution import PrivacyLossDistribution, from_discrete_gaussian_mechanism
from dp_accounting.rdp import RdpAccountant

from pipelines.privacy import mechanism
from pipelines.privacy.unit import Unit
from pipelines.release.plan import ReleasePlan, load_plan
from tests.surroundings import CHECKOUT

# dp-accounting brings a handler of log messages that holds the stream of pytest and closes it as soon as anybody (Dagster
# does) sets up logging anew. The stream of the process itself it leaves open.
absl_logging.get_absl_handler().python_handler.setStream(sys.__stderr__)

PLANS = CHECKOUT / "persona_specs" / "release_plans"
NAMES = tuple(sorted(path.stem for path in PLANS.glob("*.yaml")))

DELTA = 1e-9
TOLERANCE = 1e-5
"""Relative. dp-accounting tries a grid of Renyi orders, OpenDP searches them all; on this grid that is all that differs."""
ORDERS = [1 + step / 100 for step in range(1, 4000)]
SLACK = 0.15
"""Relative. What the conversion from zCDP gives away against the exact loss: about 5 % for a release, 4 % for the cap."""


@pytest.fixture(params=NAMES)
def plan(request: pytest.FixtureRequest) -> ReleasePlan:
    return load_plan(PLANS, request.param)


@pytest.fixture
def plan_of_2023() -> ReleasePlan:
    return load_plan(PLANS, "2023-voorlopig")


def test_there_are_plans_to_account_for() -> None:
    assert {"2019-voorlopig", "2023-voorlopig"} <= set(NAMES)


@pytest.mark.parametrize("amount", ["rho", "cap"])
def test_both_accountants_turn_the_same_rho_into_the_same_epsilon(plan: ReleasePlan, amount: str) -> None:
    rho = getattr(plan, amount)

    stated = mechanism.epsilon(rho, float(plan.delta))

    assert stated == pytest.approx(epsilon_by_renyi_orders(rho, float(plan.delta)), rel=TOLERANCE)


def test_what_is_stated_of_a_release_covers_the_exact_loss_of_the_noise_that_is_drawn(plan: ReleasePlan) -> None:
    exact = loss_of_release(scales(plan), plan.contributions).get_epsilon_for_delta(float(plan.delta))

    stated = mechanism.epsilon(plan.rho, float(plan.delta))

    assert (1 - SLACK) * stated < exact <= stated


def test_what_is_stated_of_the_cap_covers_as_many_releases_as_fit_under_it(plan: ReleasePlan) -> None:
    releases = int(plan.cap / plan.rho)
    every = loss_of_release(scales(plan), plan.contributions).self_compose(releases)

    stated = mechanism.epsilon(plan.cap, float(plan.delta))

    assert (1 - SLACK) * stated < every.get_epsilon_for_delta(float(plan.delta)) <= stated


@pytest.mark.parametrize("mistake", ["a tenth less noise", "one persona more than the bound"])
def test_a_plan_whose_noise_is_too_small_would_be_noticed(plan: ReleasePlan, mistake: str) -> None:
    if mistake == "a tenth less noise":
        wrong = loss_of_release(tuple(0.9 * sigma for sigma in scales(plan)), plan.contributions)
    else:
        wrong = loss_of_release(scales(plan), plan.contributions + 1)

    assert wrong.get_epsilon_for_delta(float(plan.delta)) > mechanism.epsilon(plan.rho, float(plan.delta))


@pytest.mark.parametrize(("bound", "members"), [(1, None), (7, None), (1, 2), (3, 4)])
def test_other_bounds_and_households_are_covered_as_well(
    plan_of_2023: ReleasePlan, bound: int, members: int | None
) -> None:
    """The furthest that a household of m goes: m at once from K cells to K others, so 2K cells change by m each."""
    unit = Unit(members)
    changed, by = (bound, 1) if members is None else (2 * bound, members)
    rhos = [plan_of_2023.rho * share for share in plan_of_2023.tables.values()]
    sigmas = tuple(mechanism.smallest_sigma(unit.l2_squared(bound), rho) for rho in rhos)
    thinner = tuple(0.9 * sigma for sigma in sigmas)

    stated = mechanism.epsilon(plan_of_2023.rho, DELTA)

    assert (1 - SLACK) * stated < loss_of_release(sigmas, changed, by).get_epsilon_for_delta(DELTA) <= stated
    assert loss_of_release(thinner, changed, by).get_epsilon_for_delta(DELTA) > stated


def scales(plan: ReleasePlan) -> tuple[float, ...]:
    """The scale of the noise of each measured table, as a release draws it."""
    return tuple(mechanism.smallest_sigma(plan.contributions, plan.rho * share) for share in plan.tables.values())


@cache
def loss_of_release(sigmas: tuple[float, ...], cells: int, by: int = 1) -> PrivacyLossDistribution:
    """The privacy loss of one release when `cells` cells of each table change by `by`, rounded upward."""
    loss = None
    for sigma in sigmas:
        table = from_discrete_gaussian_mechanism(sigma, sensitivity=by, pessimistic_estimate=True).self_compose(cells)
        loss = table if loss is None else loss.compose(table)
    assert loss is not None
    return loss


def epsilon_by_renyi_orders(rho: Fraction, delta: float) -> float:
    accountant = RdpAccountant(ORDERS, neighboring_relation=NeighboringRelation.ADD_OR_REMOVE_ONE)
    accountant.compose(ZCDpEvent(float(rho)))
    return float(accountant.get_epsilon(delta))
