"""The 95 % intervals cover 95 %: for every level and state, over all cells, without choosing the certain ones.

Noise is simulated from the plan's own variances on the real trees; once it is drawn by OpenDP. With n independent
figures the share covered strays one percentage point with chance below 1e-6 once n is above 11,400.
"""

from fractions import Fraction

import numpy as np
import pytest

from pipelines.estimates.intervals import interval95
from pipelines.estimates.tree import Tree, solve
from pipelines.facts.gemeenten import gemeenten
from pipelines.indicators.collection import Indicators
from pipelines.personas.load import Personas
from pipelines.privacy.mechanism import OpenDPGaussian, add_noise
from pipelines.privacy.workload import Table, Workload
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.release.cells import CELLS, Block, Region, make_key_set
from pipelines.release.marginals import MARGINALS
from pipelines.release.plan import ReleasePlan, load_plan, wijken_of
from pipelines.release.solving import noise_of, tree_of
from tests.conftest import CHECKOUT
from tests.tiny import PEILJAAR

DRAWS, AT_ONCE = 12_000, 500
PERSONA, BY_WIJK = "dakloos-verslaafd-schulden", "jongere-schuld-zonder-startkwalificatie"
PLANS = CHECKOUT / "persona_specs" / "release_plans"


@pytest.fixture(scope="module")
def blocks(indicators: Indicators, personas: Personas) -> dict[str, Block]:
    """State -> its block: missing and served where four of five gemeenten deliver, unknown everywhere."""
    everywhere = [int(g.code[2:]) for g in gemeenten(PEILJAAR)]
    coverage = {name: frozenset(everywhere) for name in load_catalogue().registers}
    coverage["SCHULDHULP"] = frozenset(n for place, n in enumerate(everywhere) if place % 5)
    key_set = make_key_set([personas.get(PERSONA, "test")], indicators, coverage, PEILJAAR)
    return {block.state: block for block in key_set.blocks}


@pytest.fixture(scope="module")
def sigma() -> dict[str, float]:
    """The scales of the plan of 2023."""
    return sigma_of(load_plan(PLANS, "2023-voorlopig"))


def sigma_of(plan: ReleasePlan) -> dict[str, float]:
    """Measured table -> the scale of its noise under a plan."""
    tables = tuple(Table(name, 1, plan.rho * Fraction(share)) for name, share in plan.tables.items())
    workload = Workload(tables, plan.contributions, float(plan.delta))
    return {table.name: workload.sigma(table) for table in tables}


@pytest.mark.parametrize("state", ["missing", "served", "unknown"])
def test_intervals_cover_95_percent_on_every_level(
    blocks: dict[str, Block], sigma: dict[str, float], state: str
) -> None:
    tree, levels = tree_of(blocks[state].regions)

    share = share_covered(tree, levels, sigma)

    for level, of_level in share.items():
        assert ((of_level >= 0.94) & (of_level <= 0.96)).all(), f"{state}, {level}"


@pytest.mark.parametrize("state", ["missing", "served", "unknown"])
def test_intervals_cover_95_percent_where_a_plan_measures_wijken(
    indicators: Indicators, personas: Personas, state: str
) -> None:
    """Delivered in Zeeland and Flevoland alone, which is a tree of four levels small enough to draw 12,000 times; what is
    unknown is measured everywhere, and cut down to them."""
    plan = load_plan(PLANS, "2023-per-wijk")
    persona = personas.get(BY_WIJK, "test")
    wijken = wijken_of(plan, (persona,), CHECKOUT / "persona_specs")
    there = {g.code for g in gemeenten(PEILJAAR) if g.provincie in ("PV24", "PV29")}
    coverage = dict.fromkeys(load_catalogue().registers, frozenset(int(code[2:]) for code in there))
    key_set = make_key_set([persona], indicators, coverage, PEILJAAR, wijken)
    (block,) = (block for block in key_set.blocks if block.state == state)
    tree, levels = tree_of([region for region in block.regions if is_around(region, there)])
    assert levels == ["land", "provincie", "gemeente", "wijk"]

    share = share_covered(tree, levels, sigma_of(plan))

    for level, of_level in share.items():
        assert ((of_level >= 0.94) & (of_level <= 0.96)).all(), f"{state}, {level}"


def test_intervals_cover_95_percent_under_the_noise_of_opendp(
    blocks: dict[str, Block], sigma: dict[str, float]
) -> None:
    """One draw for 40 personas: 136,800 figures of age and sex in gemeenten, of which ten and ten hang together."""
    personas = 40
    tree, levels = tree_of(blocks["unknown"].regions)
    parts = []
    for level in range(len(levels)):
        nodes = int((tree.level == level).sum())
        parts.append((np.zeros(nodes * len(CELLS) * personas, np.int64), sigma[f"{levels[level]}_leeftijd_geslacht"]))
        parts.append((np.zeros(nodes * personas, np.int64), sigma[levels[level]]))
    drawn = add_noise(parts, OpenDPGaussian())
    cells, totals = np.zeros((tree.size, len(CELLS), personas)), np.zeros((tree.size, personas))
    for level in range(len(levels)):
        cells[tree.level == level] = drawn[2 * level].reshape(-1, len(CELLS), personas)
        totals[tree.level == level] = drawn[2 * level + 1].reshape(-1, personas)

    share = hits((tree, levels), sigma, cells, totals)[tree.level == 2].mean() / personas

    assert 0.94 <= share <= 0.96


def is_around(region: Region, there: set[str]) -> bool:
    """Is a region one of these gemeenten, a part of one, or what it lies in?"""
    provincies = {g.provincie for g in gemeenten(PEILJAAR) if g.code in there}
    return region.level == "land" or bool({region.code, region.parent} & there) or region.code in provincies


def share_covered(tree: Tree, levels: list[str], sigma: dict[str, float]) -> dict[str, np.ndarray]:
    """Level -> per marginal the share of its intervals that hold the true value, over all regions and draws."""
    dice = np.random.default_rng(95)
    covered = np.zeros((tree.size, len(MARGINALS)))
    for _ in range(DRAWS // AT_ONCE):
        cells = np.stack(
            [dice.normal(0, sigma[f"{levels[level]}_leeftijd_geslacht"], (len(CELLS), AT_ONCE)) for level in tree.level]
        )
        totals = np.stack([dice.normal(0, sigma[levels[level]], AT_ONCE) for level in tree.level])
        covered += hits((tree, levels), sigma, cells, totals)
    return {level: (covered[tree.level == number] / DRAWS).mean(axis=0) for number, level in enumerate(levels)}


def hits(shape: tuple[object, list[str]], sigma: dict[str, float], cells: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Per node and marginal: how many intervals hold the true value, which is 0."""
    tree, levels = shape
    solution = solve(tree, noise_of(levels, sigma), cells, totals)  # type: ignore[arg-type]
    estimate = solution.marginal([marginal.cells for marginal in MARGINALS])
    variance = [solution.covariance.nodes.of_marginal(len(marginal.cells)) for marginal in MARGINALS]
    low, high = interval95(estimate, np.sqrt(np.stack(variance, axis=1))[:, :, None])
    return ((low <= 0) & (high >= 0)).sum(axis=2)
