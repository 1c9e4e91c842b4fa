"""The public cells of a release, and putting exact counts into them.

What belongs here: the key set (who is measured where, fixed before anything is counted) and the order of every
measured vector. What does not: noise. The exact counts pass through `exact_vectors` to the measurement and
nowhere else.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from pipelines.facts.gemeenten import AGE_BANDS, NEDERLAND, SEXES, gemeenten
from pipelines.indicators.collection import Indicators
from pipelines.personas.compiler import cell_column, counts_sql
from pipelines.personas.spec import STATES, Persona, State
from pipelines.release.plan import LEVELS
from pipelines.warehouse import Warehouse, year_schema

Vector = npt.NDArray[np.int64]
BY_CELL = "_leeftijd_geslacht"
"""Ending of the tables by age and sex."""
CELLS = tuple((band, sex) for band in AGE_BANDS for sex in SEXES.values())
"""Age band x sex, in the order of every vector."""


@dataclass(frozen=True)
class Region:
    """A node of the tree: level, code, and the code of the node above (empty for the country)."""

    level: str
    code: str
    parent: str


@dataclass(frozen=True)
class Block:
    """One persona in one state, and the regions in which it is measured (parents before children)."""

    persona: Persona
    state: State
    regions: tuple[Region, ...]
    gemeenten: tuple[str, ...]
    """The gemeenten that its totals stand for; also when no gemeente is measured apart."""
    detail: frozenset[str] | None = None
    """Levels on which it is measured by age and sex; on the others its tables by age and sex hold the total once more.
    None: all levels, as of every plan in one stage."""
    closed: frozenset[str] = frozenset()
    """Regions and gebieden that get no figure of their own by the gate of the plan: measured, and published in sums only."""

    def at(self, level: str) -> tuple[Region, ...]:
        return tuple(region for region in self.regions if region.level == level)

    def detailed(self, level: str) -> bool:
        """Is it measured by age and sex on this level?"""
        return self.detail is None or level in self.detail

    def width(self, table: str) -> int:
        """Measured cells per region in a table."""
        level = table.removesuffix(BY_CELL)
        return len(CELLS) if level != table and self.detailed(level) else 1


@dataclass(frozen=True)
class KeySet:
    """All blocks of a release, in order of the plan."""

    peiljaar: int
    blocks: tuple[Block, ...]

    def table_size(self, table: str) -> int:
        """Number of cells of a measured table."""
        level = table.removesuffix(BY_CELL)
        return sum(len(block.at(level)) * block.width(table) for block in self.blocks)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the key set."""
        content = [
            [block.persona.id, block.state, [region.code for region in block.regions], block.gemeenten]
            + ([] if block.detail is None else [sorted(block.detail)])
            + ([{"closed": sorted(block.closed)}] if block.closed else [])
            for block in self.blocks
        ]
        return hashlib.sha256(json.dumps([self.peiljaar, content]).encode()).hexdigest()


def make_key_set(
    personas: Iterable[Persona],
    indicators: Indicators,
    coverage: dict[str, frozenset[int]],
    peiljaar: int,
) -> KeySet:
    """The public key set: for missing and served the gemeenten where the voorziening is covered, for unknown all.

    Coverage comes from manifests and lists, so the key set tells nothing of any person.
    """
    blocks: list[Block] = []
    for persona in personas:
        covered = covered_codes(persona, indicators, coverage, peiljaar)
        everywhere = frozenset(g.code for g in gemeenten(peiljaar))
        for state in STATES:
            codes = everywhere if state == "unknown" else covered
            regions = _tree(codes, persona.smallest_geography, peiljaar)
            if regions:
                blocks.append(Block(persona, state, regions, tuple(sorted(codes))))
    return KeySet(peiljaar, tuple(blocks))


def covered_codes(
    persona: Persona, indicators: Indicators, coverage: dict[str, frozenset[int]], peiljaar: int
) -> frozenset[str]:
    """Gemeenten in which every register behind the missing voorziening is covered."""
    sources = indicators.sources_of(persona.missing_voorziening.voorziening)
    return frozenset(
        g.code
        for g in gemeenten(peiljaar)
        if all(int(g.code[2:]) in coverage.get(source, frozenset()) for source in sources)
    )


def exact_vectors(
    warehouse: Warehouse, key_set: KeySet, personas: tuple[Persona, ...], contributions: int
) -> dict[str, Vector]:
    """Exact bounded counts per measured table, in the order of the key set. For the measurement only."""
    schema = year_schema(key_set.peiljaar)
    query = counts_sql(personas, contributions, f"{schema}.pattern_indicators")
    # A person without a registered age or sex has no cell; see docs/privacy/what-is-promised.md.
    frame = warehouse.frame(query, step="count personas").drop_nulls("leeftijdsgroep")
    numbers = {int(g.code[2:]): position for position, g in enumerate(gemeenten(key_set.peiljaar))}
    leaves = np.zeros((len(key_set.blocks), len(numbers), len(CELLS)), dtype=np.int64)
    where = frame["gemeente"].to_numpy()
    known = np.isin(where, np.fromiter(numbers, dtype=np.int64)) & (frame["geslacht"].to_numpy() > 0)
    row = np.array([numbers.get(int(number), 0) for number in where[known]])
    cell = frame["leeftijdsgroep"].to_numpy()[known].astype(np.int64) * len(SEXES) + (
        frame["geslacht"].to_numpy()[known].astype(np.int64) - 1
    )
    for number, block in enumerate(key_set.blocks):
        counts = frame[cell_column(block.persona, block.state)].to_numpy()[known]
        np.add.at(leaves[number], (row, cell), counts)
    return _tables(key_set, leaves)


def _tables(key_set: KeySet, leaves: Vector) -> dict[str, Vector]:
    position = {g.code: number for number, g in enumerate(gemeenten(key_set.peiljaar))}
    parts: dict[str, list[Vector]] = {name: [] for level in LEVELS for name in (level, _detail(level))}
    for number, block in enumerate(key_set.blocks):
        # A block counts the gemeenten of its own key set, so that its totals add up.
        below = _gemeenten_below(block, key_set.peiljaar)
        for level in LEVELS:
            for region in block.at(level):
                rows = [position[code] for code in below[region.code]]
                cells = leaves[number][rows].sum(axis=0)
                parts[_detail(level)].append(cells if block.detailed(level) else cells.sum(keepdims=True))
                parts[level].append(cells.sum(keepdims=True))
    empty = np.zeros(0, dtype=np.int64)
    return {name: np.concatenate(found) if found else empty for name, found in parts.items()}


def _gemeenten_below(block: Block, peiljaar: int) -> dict[str, list[str]]:
    """Region -> the gemeenten that it stands for in this block."""
    listed = set(block.gemeenten)
    below: dict[str, list[str]] = {region.code: [] for region in block.regions}
    for gemeente in gemeenten(peiljaar):
        if gemeente.code not in listed:
            continue
        for code in (NEDERLAND, gemeente.provincie, gemeente.code):
            if code in below:
                below[code].append(gemeente.code)
    return below


def _tree(codes: frozenset[str], smallest: str, peiljaar: int) -> tuple[Region, ...]:
    if not codes:
        return ()
    regions = [Region("land", NEDERLAND, "")]
    inside = [g for g in gemeenten(peiljaar) if g.code in codes]
    if smallest in ("provincie", "gemeente"):
        regions += [Region("provincie", code, NEDERLAND) for code in sorted({g.provincie for g in inside})]
    if smallest == "gemeente":
        regions += [Region("gemeente", g.code, g.provincie) for g in inside]
    return tuple(regions)


def _detail(level: str) -> str:
    return f"{level}{BY_CELL}"
