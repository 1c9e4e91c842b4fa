"""What a plan will give and cost, before anything is counted or spent.

What belongs here: sizes, noise, expected errors and usable shares, which follow from the plan, the public cells and the
public inhabitants alone. What does not: any count.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import pi, sqrt

import numpy as np

from pipelines.estimates.intervals import margin95
from pipelines.estimates.optimise import Optimum, Wanted, optimal_shares
from pipelines.estimates.tree import tree_covariance
from pipelines.facts.gemeenten import gemeenten
from pipelines.facts.wijken import WijkList
from pipelines.privacy.workload import Workload
from pipelines.release.cells import BY_CELL, CELLS, Block, KeySet
from pipelines.release.plan import ALL_LEVELS, ALL_TABLES, OUTSIDE, WIJK
from pipelines.release.solving import noise_of, tree_of


@dataclass(frozen=True)
class ExpectedTable:
    """One measured table: noise as drawn (sigma), error of a figure after least squares (sd, persons), and the
    smallest figure that will not be called too uncertain."""

    name: str
    cells: int
    rho: Fraction
    sigma: float
    sd: float
    smallest_usable: float

    @property
    def mean_error(self) -> float:
        """The mean absolute error of a figure, in persons: that of a normal error with this sd."""
        return self.sd * sqrt(2 / pi)


PREVALENCES = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02)
"""Shares of the inhabitants for which a plan says how many gemeenten would have a usable figure."""

OBJECTIVES: dict[str, dict[str, float]] = {
    "gemeente": {
        "land": 0.05,
        "land_leeftijd_geslacht": 0.05,
        "provincie": 0.2,
        "provincie_leeftijd_geslacht": 0.2,
        "gemeente": 1.0,
        "gemeente_leeftijd_geslacht": 0.5,
        # Where a plan measures wijken: enough to say something of a large one, and no more at the cost of gemeenten.
        "wijk": 0.2,
        "wijk_leeftijd_geslacht": 0.02,
    },
    "equal": dict.fromkeys(ALL_TABLES, 1.0),
}
"""Named objectives: how much the mean variance of each table weighs. `gemeente`: totals of gemeenten first."""


def expected_tables(workload: Workload, block: Block) -> list[ExpectedTable]:
    """Expected errors per table, for the median region of a block. Data-independent, so it costs nothing."""
    sigma = {table.name: workload.sigma(table) for table in workload.tables}
    tree, levels = tree_of(block.regions)
    nodes = tree_covariance(tree, noise_of(levels, sigma), len(CELLS)).nodes
    found: list[ExpectedTable] = []
    for table in workload.tables:
        level = _level(table.name)
        if table.name == OUTSIDE:
            margin = 2 * float(margin95(sigma[table.name]))
            found.append(ExpectedTable(table.name, table.size, table.rho, sigma[table.name], sigma[table.name], margin))
        if level not in levels:
            continue
        summed = len(CELLS) if table.name == level else 1
        sd = float(np.median(np.sqrt(nodes.of_marginal(summed))[tree.level == levels.index(level)]))
        found.append(ExpectedTable(table.name, table.size, table.rho, sigma[table.name], sd, 2 * float(margin95(sd))))
    return found


def usable_gemeenten(smallest_usable: float, peiljaar: int) -> dict[float, float]:
    """Prevalence -> share (0 to 1) of the gemeenten whose expected figure would not be called too uncertain."""
    people = np.array([gemeente.inwoners for gemeente in gemeenten(peiljaar)])
    return {each: float((people * each >= smallest_usable).mean()) for each in PREVALENCES}


def usable_wijken(smallest_usable: float, wijken: WijkList) -> dict[float, float]:
    """The same of the wijken of a list."""
    people = np.array(list(wijken.inwoners.values()))
    return {each: float((people * each >= smallest_usable).mean()) for each in PREVALENCES}


def finest_block(key_set: KeySet) -> Block:
    """The block whose errors stand for a plan: the last one that is measured on the finest level of all."""
    return max(reversed(key_set.blocks), key=lambda block: len(block.at(WIJK)))


def _level(table: str) -> str:
    return table.removesuffix(BY_CELL)


def best_shares(block: Block, weights: Mapping[str, float]) -> Optimum:
    """The best shares of a plan over the tables of a block's tree, for weights per table (0 where none is named)."""
    tree, levels = tree_of(block.regions)
    wanted = tuple(
        Wanted(name, ALL_LEVELS.index(_level(name)), name not in ALL_LEVELS, weights.get(name, 0.0))
        for name in ALL_TABLES
        if _level(name) in levels
    )
    return optimal_shares(tree, len(CELLS), wanted)
