"""From a stored measurement to the figures of a release: one row per persona, state, region, age and sex.

What belongs here: the figures of the regions of the tree, and gathering all figures. What does not: the least
squares (see `solving.py`), the columns (`rows.py`), sums of gemeenten (`area_figures.py`), and anything exact: this
module sees noised numbers only.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.estimates.intervals import reach95
from pipelines.estimates.rounding import display_cells, display_totals
from pipelines.estimates.tree import Tree, TreeSolution
from pipelines.facts.gemeenten import NEDERLAND, gemeenten, provincies
from pipelines.personas.spec import STATES, State
from pipelines.privacy.ledger import StoredMeasurement
from pipelines.release.area_figures import area_rows, unmeasured_area_rows
from pipelines.release.cells import BY_CELL, CELLS, Block, KeySet, Region
from pipelines.release.marginals import MARGINALS, TOTAL
from pipelines.release.plan import ALL_LEVELS, OUTSIDE, WIJK
from pipelines.release.rows import Edition, Ints, Rows, frame_of, measured_rows, unmeasured_rows
from pipelines.release.solving import Solved, solved_blocks


@dataclass(frozen=True)
class Published:
    """The figures of land, provincies and gemeenten, those of gebieden (sums of gemeenten), and per persona the national reach (estimate, lower, upper),
    None where it cannot be told."""

    figures: pl.DataFrame
    areas: pl.DataFrame
    wijken: pl.DataFrame | None
    """The figures of wijken, where the plan measures them."""
    reach: Mapping[str, tuple[float, float, float] | None]
    table_sd: Mapping[str, float]
    """Measured table -> standard deviation of a typical figure of it (the median region, missing)."""


def publish_figures(measured: StoredMeasurement, key_set: KeySet, status: str, versie: str) -> Published:
    """All figures of a release, with `COLUMNS` as columns; unmeasured regions stand in it without a number."""
    of_regions: list[Rows] = []
    of_areas: list[Rows] = []
    national: dict[tuple[str, State], tuple[float, float]] = {}
    edition = Edition(key_set.peiljaar, status, versie, key_set.wijken)
    for solved in solved_blocks(measured, key_set):
        shown = _displayed(solved)
        of_regions.extend(_rows(solved.blocks, solved.solution, shown, edition))
        of_areas.extend(area_rows(solved.blocks, solved.solution, shown, edition))
        national.update(_of_land(solved))
    without = _blocks_without_cells(key_set)
    of_regions.extend(_unmeasured(key_set.blocks + without, edition))
    of_areas.extend(rows for block in without for rows in unmeasured_area_rows(block, edition))
    every = frame_of(of_regions, edition)
    of_wijken = pl.col("niveau") == WIJK
    return Published(
        every.filter(~of_wijken),
        frame_of(of_areas, edition),
        every.filter(of_wijken) if key_set.wijken is not None else None,
        _reach(national),
        _table_sd(every, measured),
    )


def _rows(blocks: tuple[Block, ...], solution: TreeSolution, shown: Ints, edition: Edition) -> Iterator[Rows]:
    groups = [list(marginal.cells) for marginal in MARGINALS]
    estimates = solution.marginal(groups)
    sd = np.sqrt(np.stack([solution.covariance.nodes.of_marginal(len(cells)) for cells in groups], axis=1))
    whole = np.stack([shown[:, cells].sum(axis=1) for cells in groups], axis=1)
    told = _told(blocks[0])
    for column, block in enumerate(blocks):
        estimate = np.where(told, estimates[:, :, column], np.nan)
        yield measured_rows(block, block.regions, edition, estimate, np.where(told, sd, np.nan), whole[:, :, column])


def _told(block: Block) -> npt.NDArray[np.bool_]:
    """Regions x marginals: is there a figure? Totals always; by age and sex where the block is measured so."""
    total = np.array([len(marginal.cells) == len(CELLS) for marginal in MARGINALS])
    detailed = np.array([block.detailed(region.level) for region in block.regions])
    told: npt.NDArray[np.bool_] = total[None, :] | detailed[:, None]
    return told


def _displayed(solved: Solved) -> Ints:
    """Whole people per node, cell and block. Where a block is not measured by age and sex, all stand in the first cell."""
    solution, block = solved.solution, solved.blocks[0]
    tree = solution.covariance.tree
    if block.detail is None:
        return display_cells(tree, solution.estimates)
    known = np.array([block.detailed(region.level) for region in block.regions])
    shown = np.zeros(solution.estimates.shape, dtype=np.int64)
    if known.any():
        upper = Tree(tree.parent[known], tree.level[known])
        shown[known] = display_cells(upper, solution.estimates[known])
    totals = display_totals(tree, solution.totals, shown.sum(axis=1), known)
    shown[~known, 0] = totals[~known]
    return shown


def _unmeasured(blocks: tuple[Block, ...], edition: Edition) -> Iterator[Rows]:
    """Rows without a number: regions where the voorziening is not covered. Which ones is public."""
    everywhere = _all_regions(edition)
    for block in blocks:
        measured = {region.code for region in block.regions}
        smallest = ALL_LEVELS.index(block.persona.smallest_geography)
        regions = tuple(
            region
            for region in everywhere
            if region.code not in measured and ALL_LEVELS.index(region.level) <= smallest
        )
        if regions:
            yield unmeasured_rows(block, regions, edition)


def _blocks_without_cells(key_set: KeySet) -> tuple[Block, ...]:
    """States that are measured nowhere, because no gemeente delivers what the voorziening rests on."""
    there = {(block.persona.id, block.state) for block in key_set.blocks}
    personas = {block.persona.id: block.persona for block in key_set.blocks}
    return tuple(
        Block(persona, state, (), ())
        for persona in personas.values()
        for state in STATES
        if (persona.id, state) not in there
    )


def _of_land(solved: Solved) -> dict[tuple[str, State], tuple[float, float]]:
    """Persona and state -> its national total and the variance of that."""
    variance = float(solved.solution.covariance.nodes.total[0])
    return {
        (block.persona.id, block.state): (float(solved.solution.totals[0, column]), variance)
        for column, block in enumerate(solved.blocks)
    }


def _reach(
    national: Mapping[tuple[str, State], tuple[float, float]],
) -> dict[str, tuple[float, float, float] | None]:
    """National reach per persona: served / (served + missing), of the same gemeenten."""
    found: dict[str, tuple[float, float, float] | None] = {}
    for persona, state in national:
        if state != "missing":
            continue
        (served, of_served), (missing, of_missing) = national[persona, "served"], national[persona, "missing"]
        reach = reach95(served, missing, of_served, of_missing)
        known = bool(reach.known)
        found[persona] = (float(reach.estimate), float(reach.low), float(reach.high)) if known else None
    return found


def _table_sd(figures: pl.DataFrame, measured: StoredMeasurement) -> dict[str, float]:
    found: dict[str, float] = {}
    for name in measured.tables:
        if name == OUTSIDE:
            # One noised count per figure: nothing makes it more precise.
            found[name] = measured.sigma[name]
            continue
        level = name.removesuffix(BY_CELL)
        total = pl.col("leeftijd") == TOTAL
        kind = total & (pl.col("geslacht") == TOTAL) if name == level else ~total & (pl.col("geslacht") != TOTAL)
        sd = figures.filter((pl.col("niveau") == level) & kind)["sd"].median()
        # Where no figure of a table is published, none has a smaller error than the noise as drawn.
        found[name] = float(sd) if isinstance(sd, int | float) else measured.sigma[name]
    return found


def _all_regions(edition: Edition) -> tuple[Region, ...]:
    peiljaar = edition.peiljaar
    return (
        Region("land", NEDERLAND, ""),
        *(Region("provincie", code, NEDERLAND) for code in provincies(peiljaar)),
        *(Region("gemeente", g.code, g.provincie) for g in gemeenten(peiljaar)),
        *(Region(WIJK, w.code, w.gemeente) for w in (edition.wijken.wijken if edition.wijken is not None else ())),
    )
