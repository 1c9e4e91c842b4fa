"""What a plan will give and cost, before anything is counted or spent.

What belongs here: sizes, noise and expected errors per table, which follow from the plan and the public cells
alone. What does not: any count.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from pipelines.estimates.intervals import margin95
from pipelines.estimates.tree import tree_covariance
from pipelines.privacy.workload import Workload
from pipelines.release.cells import CELLS, Block
from pipelines.release.figures import noise_of, tree_of


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


def expected_tables(workload: Workload, block: Block) -> list[ExpectedTable]:
    """Expected errors per table, for the median region of a block. Data-independent, so it costs nothing."""
    sigma = {table.name: workload.sigma(table) for table in workload.tables}
    tree, levels = tree_of(block)
    nodes = tree_covariance(tree, noise_of(levels, sigma), len(CELLS)).nodes
    found: list[ExpectedTable] = []
    for table in workload.tables:
        level = table.name.removesuffix("_leeftijd_geslacht")
        if level not in levels:
            continue
        summed = len(CELLS) if table.name == level else 1
        sd = float(np.median(np.sqrt(nodes.of_marginal(summed))[tree.level == levels.index(level)]))
        found.append(ExpectedTable(table.name, table.size, table.rho, sigma[table.name], sd, 2 * float(margin95(sd))))
    return found
