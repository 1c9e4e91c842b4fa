"""Figures of gebieden that are not measured themselves: sums of gemeenten, with their exact covariance.

What belongs here: which gebieden of `pipelines/facts/areas.py` get a figure, and the sums. What does not: the regions of
the tree (`figures.py`), the lists of gemeenten.

A gebied is treated as a gemeente is. One with a gemeente that is not covered has no number and says so; a persona that
is not published per gemeente has no rows here, because a sum of gemeenten would publish what is held back there.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from pipelines.estimates.tree import TreeSolution
from pipelines.facts.areas import Area, areas
from pipelines.personas.spec import Persona
from pipelines.release.cells import CELLS, Block, Region
from pipelines.release.marginals import MARGINALS
from pipelines.release.plan import WIJK
from pipelines.release.rows import Edition, Ints, Rows, measured_rows, unmeasured_rows

Floats = npt.NDArray[np.float64]

_IS_TOTAL = np.array([len(marginal.cells) == len(CELLS) for marginal in MARGINALS])


def per_gemeente(persona: Persona) -> bool:
    """May a persona be shown per gemeente?"""
    return persona.smallest_geography in ("gemeente", WIJK)


def covered_areas(block: Block, peiljaar: int) -> tuple[tuple[Area, ...], tuple[Area, ...]]:
    """The gebieden of a block that have a number and those that have none."""
    measured = {region.code for region in block.at("gemeente")}
    whole: list[Area] = []
    partly: list[Area] = []
    for area in areas(peiljaar):
        (whole if measured.issuperset(area.gemeenten) else partly).append(area)
    return tuple(whole), tuple(partly)


def membership(regions: tuple[Region, ...], found: Iterable[Area]) -> Floats:
    """Regions x gebieden: 1 where the region is a gemeente of the gebied. The columns are weights of sums."""
    position = {region.code: number for number, region in enumerate(regions)}
    columns = [[position[code] for code in area.gemeenten] for area in found]
    weights = np.zeros((len(regions), len(columns)))
    for number, nodes in enumerate(columns):
        weights[nodes, number] = 1.0
    return weights


def area_rows(blocks: tuple[Block, ...], solution: TreeSolution, shown: Ints, edition: Edition) -> Iterator[Rows]:
    """Rows of every gebied for blocks that share a tree; `shown`: the whole people per region, cell and block."""
    if not per_gemeente(blocks[0].persona):
        return
    whole, _ = covered_areas(blocks[0], edition.peiljaar)
    weights = membership(blocks[0].regions, whole)
    covariance = solution.covariance.of(weights)
    sd = np.sqrt(np.stack([covariance.of_marginal(len(marginal.cells)) for marginal in MARGINALS], axis=1))
    groups = [list(marginal.cells) for marginal in MARGINALS]
    for column, block in enumerate(blocks):
        if whole:
            detailed = block.detailed("gemeente")
            sums = weights.T @ np.nan_to_num(solution.estimates[:, :, column])
            whole_people = weights.astype(np.int64).T @ shown[:, :, column]
            estimate = np.stack([sums[:, cells].sum(axis=1) for cells in groups], axis=1)
            if not detailed:
                estimate = np.where(_IS_TOTAL, (weights.T @ solution.totals[:, column])[:, None], np.nan)
            people = np.stack([whole_people[:, cells].sum(axis=1) for cells in groups], axis=1)
            spread = sd if detailed else np.where(_IS_TOTAL, sd, np.nan)
            yield measured_rows(block, _as_regions(whole), edition, estimate, spread, people)
        yield from unmeasured_area_rows(block, edition)


def unmeasured_area_rows(block: Block, edition: Edition) -> Iterator[Rows]:
    """Rows of the gebieden of a block that have no number; none for a persona that is not published per gemeente."""
    if per_gemeente(block.persona):
        _, partly = covered_areas(block, edition.peiljaar)
        if partly:
            yield unmeasured_rows(block, _as_regions(partly), edition)


def _as_regions(found: tuple[Area, ...]) -> tuple[Region, ...]:
    return tuple(Region(area.kind, area.code, "") for area in found)
