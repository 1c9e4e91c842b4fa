"""From a stored measurement to the figures of a release: one row per persona, state, region, age and sex.

What belongs here: laying the noised vectors on the tree and naming the results. What does not: the least
squares itself (see `pipelines/estimates`), and anything exact: this module sees noised numbers only.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.estimates.intervals import (
    bruikbaarheid,
    display_integer,
    interval95,
    margin95,
    rate_per_1000,
    reach95,
)
from pipelines.estimates.tree import LevelNoise, Tree, TreeSolution, solve
from pipelines.facts.gemeenten import NEDERLAND, gemeenten, provincies
from pipelines.personas.spec import STATES
from pipelines.privacy.ledger import StoredMeasurement
from pipelines.release.cells import CELLS, Block, KeySet, Region
from pipelines.release.marginals import MARGINALS, TOTAL
from pipelines.release.plan import LEVELS, OUTSIDE
from pipelines.release.regions import coverage, denominators
from pipelines.release.tables import COLUMNS

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Published:
    """The figures, and per persona the national reach (estimate, lower, upper), None where it cannot be told."""

    figures: pl.DataFrame
    reach: Mapping[str, tuple[float, float, float] | None]
    table_sd: Mapping[str, float]
    """Measured table -> standard deviation of a typical figure of it (the median region, missing)."""


def publish_figures(measured: StoredMeasurement, key_set: KeySet, status: str, versie: str) -> Published:
    """All figures of a release, with `COLUMNS` as columns; unmeasured regions stand in it without a number."""
    vectors = _by_block(measured, key_set)
    frames: list[pl.DataFrame] = []
    reach: dict[str, tuple[float, float, float] | None] = {}
    context = _Context(key_set.peiljaar, status, versie)
    for members in _same_tree(key_set):
        blocks = [key_set.blocks[number] for number in members]
        solution = _solve(blocks[0], [vectors[number] for number in members], measured)
        frames.extend(_measured_rows(block, solution, index, context) for index, block in enumerate(blocks))
        reach.update(_reach(blocks, solution))
    frames.extend(_unmeasured_rows(key_set, context))
    figures = pl.concat(frames).select(list(COLUMNS))
    return Published(figures, reach, _table_sd(figures, measured))


@dataclass(frozen=True)
class _Context:
    peiljaar: int
    status: str
    versie: str


def _by_block(measured: StoredMeasurement, key_set: KeySet) -> list[dict[str, Floats]]:
    """Per block: table name -> its part of the measured vector, in order of the block's regions."""
    parts: list[dict[str, Floats]] = [{} for _ in key_set.blocks]
    for name, vector in measured.tables.items():
        if name == OUTSIDE:
            continue
        level = name.removesuffix("_leeftijd_geslacht")
        width = 1 if name == level else len(CELLS)
        start = 0
        for number, block in enumerate(key_set.blocks):
            length = len(block.at(level)) * width
            parts[number][name] = vector[start : start + length].astype(np.float64)
            start += length
    return parts


def _same_tree(key_set: KeySet) -> list[list[int]]:
    """Numbers of blocks that are measured in the same regions: they are solved together."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for number, block in enumerate(key_set.blocks):
        groups.setdefault((*(region.code for region in block.regions), "|", *block.gemeenten), []).append(number)
    return list(groups.values())


def tree_of(block: Block) -> tuple[Tree, list[str]]:
    """The tree of a block's regions, and the names of its levels from the top."""
    position = {region.code: number for number, region in enumerate(block.regions)}
    levels = [level for level in LEVELS if block.at(level)]
    tree = Tree(
        parent=np.array([position.get(region.parent, -1) for region in block.regions]),
        level=np.array([levels.index(region.level) for region in block.regions]),
    )
    return tree, levels


def estimate_columns(estimate: Floats, sd: Floats) -> dict[str, npt.NDArray[np.generic]]:
    """What every figure says of its estimate, by the name of the column."""
    lower, upper = interval95(estimate, sd)
    return {
        "schatting": estimate,
        "sd": sd,
        "onder95": lower,
        "boven95": upper,
        "marge95": margin95(sd),
        "weergave": display_integer(estimate)[0],
        "bruikbaarheid": bruikbaarheid(estimate, sd),
    }


def noise_of(levels: list[str], sigma: Mapping[str, float]) -> LevelNoise:
    """The variance of the noise per level, from the scale per measured table."""
    variance = {name: scale**2 for name, scale in sigma.items()}
    return LevelNoise(
        cells=tuple(variance.get(f"{level}_leeftijd_geslacht") for level in levels),
        totals=tuple(variance.get(level) for level in levels),
    )


def _solve(block: Block, vectors: list[dict[str, Floats]], measured: StoredMeasurement) -> TreeSolution:
    position = {region.code: number for number, region in enumerate(block.regions)}
    tree, levels = tree_of(block)
    cells = np.zeros((tree.size, len(CELLS), len(vectors)))
    totals = np.zeros((tree.size, len(vectors)))
    for column, parts in enumerate(vectors):
        for level in levels:
            nodes = [position[region.code] for region in block.at(level)]
            cells[nodes, :, column] = parts[f"{level}_leeftijd_geslacht"].reshape(len(nodes), len(CELLS))
            totals[nodes, column] = parts[level]
    return solve(tree, noise_of(levels, measured.sigma), cells, totals)


def _measured_rows(block: Block, solution: TreeSolution, column: int, context: _Context) -> pl.DataFrame:
    estimate = solution.marginal([marginal.cells for marginal in MARGINALS])[:, :, column]
    variances = [solution.covariance.nodes.of_marginal(len(marginal.cells)) for marginal in MARGINALS]
    sd = np.sqrt(np.stack(variances, axis=1))
    people = denominators(block.regions, frozenset(block.gemeenten), context.peiljaar)
    rate, rate_margin = rate_per_1000(estimate, sd, people)
    return _frame(
        block,
        block.regions,
        context,
        {
            **estimate_columns(estimate, sd),
            "inwoners": people,
            "per_1000": rate,
            "per_1000_onder95": rate - rate_margin,
            "per_1000_boven95": rate + rate_margin,
        },
    )


def _unmeasured_rows(key_set: KeySet, context: _Context) -> Iterator[pl.DataFrame]:
    """Rows without a number: regions where the voorziening is not covered. Which ones is public."""
    everywhere = _all_regions(context.peiljaar)
    for block in (*key_set.blocks, *_blocks_without_cells(key_set)):
        measured = {region.code for region in block.regions}
        smallest = LEVELS.index(block.persona.smallest_geography)
        regions = tuple(
            region for region in everywhere if region.code not in measured and LEVELS.index(region.level) <= smallest
        )
        if not regions:
            continue
        shape = (len(regions), len(MARGINALS))
        empty = np.full(shape, np.nan)
        names = ("schatting", "sd", "onder95", "boven95", "marge95", "per_1000", "per_1000_onder95")
        values: dict[str, npt.NDArray[np.generic]] = {name: empty for name in (*names, "per_1000_boven95")}
        values["inwoners"] = denominators(regions, None, context.peiljaar)
        values["bruikbaarheid"] = np.full(shape, "niet_gemeten")
        yield _frame(block, regions, context, values)


def _blocks_without_cells(key_set: KeySet) -> list[Block]:
    """States that are measured nowhere, because no gemeente delivers what the voorziening rests on."""
    there = {(block.persona.id, block.state) for block in key_set.blocks}
    personas = {block.persona.id: block.persona for block in key_set.blocks}
    return [
        Block(persona, state, (), ())
        for persona in personas.values()
        for state in STATES
        if (persona.id, state) not in there
    ]


def _frame(
    block: Block,
    regions: tuple[Region, ...],
    context: _Context,
    values: Mapping[str, npt.NDArray[np.generic]],
) -> pl.DataFrame:
    names = _names(context.peiljaar)
    covered = coverage(block, regions, context.peiljaar)
    width = len(MARGINALS)
    per_region = np.repeat(np.arange(len(regions)), width)
    per_marginal = np.tile(np.arange(width), len(regions))

    def of_region(texts: Iterable[object]) -> pl.Series:
        return pl.Series(list(texts)).gather(per_region)

    def of_marginal(texts: Iterable[str]) -> pl.Series:
        return pl.Series(list(texts)).gather(per_marginal)

    data: dict[str, pl.Series | pl.Expr] = {
        "persona": pl.lit(block.persona.id),
        "toestand": pl.lit(block.state),
        "niveau": of_region(region.level for region in regions),
        "regio": of_region(region.code for region in regions),
        "regio_naam": of_region(names[region.code] for region in regions),
        "leeftijd": of_marginal(marginal.age for marginal in MARGINALS),
        "geslacht": of_marginal(marginal.sex for marginal in MARGINALS),
        "jaar": pl.lit(context.peiljaar),
        "dekking_gemeenten": of_region(within for within, _, _ in covered),
        "dekking_gemeenten_totaal": of_region(total for _, total, _ in covered),
        "dekking_inwoners_pct": of_region(share for _, _, share in covered),
        "status": pl.lit(context.status),
        "versie": pl.lit(context.versie),
        "weergave": pl.lit(None),
        **{name: pl.Series(value.reshape(-1)) for name, value in values.items()},
    }
    columns = [data[name].cast(column.dtype).alias(name) for name, column in COLUMNS.items()]
    return pl.DataFrame({"row": per_region}).select(columns).with_columns(pl.col(pl.Float64).fill_nan(None))


def _reach(blocks: list[Block], solution: TreeSolution) -> dict[str, tuple[float, float, float] | None]:
    """National reach per persona: served / (served + missing), both from the same tree."""
    place = {(block.persona.id, block.state): number for number, block in enumerate(blocks)}
    variance = float(solution.covariance.nodes.total[0])
    found: dict[str, tuple[float, float, float] | None] = {}
    for persona, state in place:
        if state != "missing":
            continue
        served = solution.totals[0, place[persona, "served"]]
        missing = solution.totals[0, place[persona, "missing"]]
        reach = reach95(served, missing, variance, variance)
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
        level = name.removesuffix("_leeftijd_geslacht")
        total = pl.col("leeftijd") == TOTAL
        kind = total & (pl.col("geslacht") == TOTAL) if name == level else ~total & (pl.col("geslacht") != TOTAL)
        sd = figures.filter((pl.col("niveau") == level) & kind)["sd"].median()
        found[name] = float(sd) if isinstance(sd, int | float) else 0.0
    return found


def _all_regions(peiljaar: int) -> tuple[Region, ...]:
    return (
        Region("land", NEDERLAND, ""),
        *(Region("provincie", code, NEDERLAND) for code in provincies(peiljaar)),
        *(Region("gemeente", g.code, g.provincie) for g in gemeenten(peiljaar)),
    )


def _names(peiljaar: int) -> dict[str, str]:
    return {
        NEDERLAND: "Nederland",
        **provincies(peiljaar),
        **{g.code: g.naam for g in gemeenten(peiljaar)},
    }
