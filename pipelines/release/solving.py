"""Least squares over the regions of a release: the noised vectors laid on the tree, solved once for all who share it.

What belongs here: trees of regions, the noise per level, solutions. What does not: the least squares itself (see
`pipelines/estimates`), naming figures, and anything exact: this module sees noised numbers only.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipelines.estimates.tree import LevelNoise, Tree, TreeSolution, solve
from pipelines.privacy.ledger import StoredMeasurement
from pipelines.release.cells import BY_CELL, CELLS, Block, KeySet, Region
from pipelines.release.plan import ALL_LEVELS, OUTSIDE

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Solved:
    """Blocks that are measured in the same regions, and their estimates: block i is problem i of the solution."""

    blocks: tuple[Block, ...]
    solution: TreeSolution


def solved_blocks(measured: StoredMeasurement, key_set: KeySet) -> Iterator[Solved]:
    """Every block of a release once, solved together with those on the same tree."""
    vectors = _by_block(measured, key_set)
    for members in _same_tree(key_set):
        blocks = tuple(key_set.blocks[number] for number in members)
        yield Solved(blocks, _solve(blocks[0], [vectors[number] for number in members], measured))


def tree_of(regions: Sequence[Region]) -> tuple[Tree, list[str]]:
    """The tree of regions (parents before children), and the names of its levels from the top."""
    position = {region.code: number for number, region in enumerate(regions)}
    present = {region.level for region in regions}
    levels = [level for level in ALL_LEVELS if level in present]
    tree = Tree(
        parent=np.array([position.get(region.parent, -1) for region in regions]),
        level=np.array([levels.index(region.level) for region in regions]),
    )
    return tree, levels


def noise_of(levels: list[str], sigma: Mapping[str, float], detail: frozenset[str] | None = None) -> LevelNoise:
    """The variance of the noise per level, from the scale per measured table. On levels outside `detail` (None: all are
    in it) the table by age and sex holds the total once more, so that the total was measured twice."""
    variance = {name: scale**2 for name, scale in sigma.items()}
    twice = {level for level in levels if detail is not None and level not in detail}
    return LevelNoise(
        cells=tuple(None if level in twice else variance.get(f"{level}{BY_CELL}") for level in levels),
        totals=tuple(_of_total(variance, level) if level in twice else variance.get(level) for level in levels),
    )


def _of_total(variance: Mapping[str, float], level: str) -> float:
    """The variance of the best mean of the total's measurements; before the second stage there is one."""
    again = variance.get(f"{level}{BY_CELL}")
    return variance[level] if again is None else 1 / (1 / variance[level] + 1 / again)


def _by_block(measured: StoredMeasurement, key_set: KeySet) -> list[dict[str, Floats]]:
    """Per block: table name -> its part of the measured vector, in order of the block's regions."""
    parts: list[dict[str, Floats]] = [{} for _ in key_set.blocks]
    for name, vector in measured.tables.items():
        if name == OUTSIDE:
            continue
        level = name.removesuffix(BY_CELL)
        start = 0
        for number, block in enumerate(key_set.blocks):
            length = len(block.at(level)) * block.width(name)
            parts[number][name] = vector[start : start + length].astype(np.float64)
            start += length
    return parts


def _same_tree(key_set: KeySet) -> list[list[int]]:
    """Numbers of blocks that are measured in the same regions and on the same levels by age and sex: they are solved
    together."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for number, block in enumerate(key_set.blocks):
        levels = () if block.detail is None else ("|", *sorted(block.detail))
        same = (*(region.code for region in block.regions), "|", *block.gemeenten, *levels)
        groups.setdefault(same, []).append(number)
    return list(groups.values())


def _solve(block: Block, vectors: list[dict[str, Floats]], measured: StoredMeasurement) -> TreeSolution:
    position = {region.code: number for number, region in enumerate(block.regions)}
    tree, levels = tree_of(block.regions)
    cells = np.zeros((tree.size, len(CELLS), len(vectors)))
    totals = np.zeros((tree.size, len(vectors)))
    for column, parts in enumerate(vectors):
        for level in levels:
            nodes = [position[region.code] for region in block.at(level)]
            if block.detailed(level):
                cells[nodes, :, column] = parts[f"{level}{BY_CELL}"].reshape(len(nodes), len(CELLS))
                totals[nodes, column] = parts[level]
            else:
                totals[nodes, column] = _total(parts, level, measured.sigma)
    return solve(tree, noise_of(levels, measured.sigma, block.detail), cells, totals)


def _total(parts: Mapping[str, Floats], level: str, sigma: Mapping[str, float]) -> Floats:
    """The best mean of the total's measurements: of both stages, or of the first alone."""
    again = parts.get(f"{level}{BY_CELL}")
    if again is None:
        return parts[level]
    first, second = sigma[level] ** -2, sigma[f"{level}{BY_CELL}"] ** -2
    mean: Floats = (first * parts[level] + second * again) / (first + second)
    return mean
