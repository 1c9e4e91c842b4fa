"""The public cells of a release, and putting exact counts into them.

What belongs here: the key set (who is measured where, fixed before anything is counted) and the order of every
measured vector. What does not: noise. The exact counts pass through `exact_vectors` to the measurement and
nowhere else.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.facts.gemeenten import AGE_BANDS, NEDERLAND, SEXES, gemeenten
from pipelines.facts.wijken import WijkList, unknown_wijk
from pipelines.indicators.collection import Indicators
from pipelines.indicators.patterns import BY, WIJK_COLUMN
from pipelines.personas.compiler import cell_column, counts_sql
from pipelines.personas.spec import STATES, Persona, State
from pipelines.release.plan import ALL_LEVELS, LEVELS, WIJK
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
    wijken: WijkList | None = None
    """The list of the plan, when it measures wijken."""

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
    wijken: WijkList | None = None,
) -> KeySet:
    """The public key set: for missing and served the gemeenten where the voorziening is covered, for unknown all; with
    `wijken` also their wijken, for personas that may be shown by wijk.

    Coverage and wijken come from manifests and lists, so the key set tells nothing of any person.
    """
    blocks: list[Block] = []
    for persona in personas:
        covered = covered_codes(persona, indicators, coverage, peiljaar)
        everywhere = frozenset(g.code for g in gemeenten(peiljaar))
        for state in STATES:
            codes = everywhere if state == "unknown" else covered
            regions = _tree(codes, persona.smallest_geography, peiljaar, wijken)
            if regions:
                blocks.append(Block(persona, state, regions, tuple(sorted(codes))))
    return KeySet(peiljaar, tuple(blocks), wijken)


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
    by = BY if key_set.wijken is None else f"{BY}, {WIJK_COLUMN}"
    query = counts_sql(personas, contributions, f"{schema}.pattern_indicators", by)
    # A person without a registered age or sex has no cell; see docs/privacy/what-is-promised.md.
    frame = warehouse.frame(query, step="count personas").drop_nulls("leeftijdsgroep")
    places = _places(key_set)
    leaves = np.zeros((len(key_set.blocks), len(places), len(CELLS)), dtype=np.int64)
    position = {place[-1]: number for number, place in enumerate(places)}
    found = [_place(*where, position) for where in _where(frame, key_set)]
    known = (np.array(found, dtype=np.int64) >= 0) & (frame["geslacht"].to_numpy() > 0)
    row = np.array(found, dtype=np.int64)[known]
    cell = frame["leeftijdsgroep"].to_numpy()[known].astype(np.int64) * len(SEXES) + (
        frame["geslacht"].to_numpy()[known].astype(np.int64) - 1
    )
    for number, block in enumerate(key_set.blocks):
        counts = frame[cell_column(block.persona, block.state)].to_numpy()[known]
        np.add.at(leaves[number], (row, cell), counts)
    return _tables(key_set, leaves)


def _tables(key_set: KeySet, leaves: Vector) -> dict[str, Vector]:
    places = _places(key_set)
    levels = LEVELS if key_set.wijken is None else ALL_LEVELS
    parts: dict[str, list[Vector]] = {name: [] for level in levels for name in (level, _detail(level))}
    for number, block in enumerate(key_set.blocks):
        # A block counts the gemeenten of its own key set, so that its totals add up.
        below = _places_below(block, places)
        for level in levels:
            for region in block.at(level):
                cells = leaves[number][below[region.code]].sum(axis=0)
                parts[_detail(level)].append(cells if block.detailed(level) else cells.sum(keepdims=True))
                parts[level].append(cells.sum(keepdims=True))
    empty = np.zeros(0, dtype=np.int64)
    return {name: np.concatenate(found) if found else empty for name, found in parts.items()}


def _places(key_set: KeySet) -> list[tuple[str, ...]]:
    """The smallest places in which anybody is counted, in order: each as the codes of all that it lies in, its own last.
    Gemeenten; their wijken where the plan measures wijken, of which one is of everybody without a known one."""
    upper = [(NEDERLAND, g.provincie, g.code) for g in gemeenten(key_set.peiljaar)]
    if key_set.wijken is None:
        return list(upper)
    return [(*place, wijk.code) for place in upper for wijk in key_set.wijken.by_gemeente[place[-1]]]


def _where(frame: pl.DataFrame, key_set: KeySet) -> Iterator[tuple[str, str]]:
    """Per row of counts the gemeente, and the place in it where the row is counted if it is known."""
    for gemeente, wijk in frame.select("gemeente", WIJK_COLUMN if key_set.wijken else pl.lit(None)).iter_rows():
        code = f"GM{gemeente:04}"
        if key_set.wijken is None:
            yield code, code
        else:
            yield unknown_wijk(code), f"WK{wijk}"


def _place(otherwise: str, wanted: str, position: Mapping[str, int]) -> int:
    """The number of a place; of the other one when it is not known, or lies in another gemeente; -1 when that is not either."""
    return position.get(wanted if wanted[2:6] == otherwise[2:6] and wanted in position else otherwise, -1)


def _places_below(block: Block, places: list[tuple[str, ...]]) -> dict[str, list[int]]:
    """Region -> the numbers of the places that it stands for in this block."""
    listed = set(block.gemeenten)
    below: dict[str, list[int]] = {region.code: [] for region in block.regions}
    for number, place in enumerate(places):
        if place[2] not in listed:
            continue
        for code in place:
            if code in below:
                below[code].append(number)
    return below


def _tree(codes: frozenset[str], smallest: str, peiljaar: int, wijken: WijkList | None) -> tuple[Region, ...]:
    if not codes:
        return ()
    regions = [Region("land", NEDERLAND, "")]
    inside = [g for g in gemeenten(peiljaar) if g.code in codes]
    if smallest != "land":
        regions += [Region("provincie", code, NEDERLAND) for code in sorted({g.provincie for g in inside})]
    if smallest in ("gemeente", WIJK):
        regions += [Region("gemeente", g.code, g.provincie) for g in inside]
    if smallest == WIJK and wijken is not None:
        regions += [Region(WIJK, wijk.code, g.code) for g in inside for wijk in wijken.by_gemeente[g.code]]
    return tuple(regions)


def _detail(level: str) -> str:
    return f"{level}{BY_CELL}"
