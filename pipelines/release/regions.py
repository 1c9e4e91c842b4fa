"""Public facts of the regions of a release: who lives there, and which part of it is covered.

What belongs here: sums of gemeenten from public tables, as arrays. What does not: anything measured.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

from pipelines.facts.areas import areas
from pipelines.facts.gemeenten import NEDERLAND, gemeenten, inwoners
from pipelines.facts.wijken import WijkList
from pipelines.release.cells import CELLS, Block, Region
from pipelines.release.marginals import MARGINALS
from pipelines.release.plan import WIJK

_IS_TOTAL = np.array([len(marginal.cells) == len(CELLS) for marginal in MARGINALS])


def denominators(
    regions: tuple[Region, ...], covered: frozenset[str] | None, peiljaar: int, wijken: WijkList | None = None
) -> npt.NDArray[np.float64]:
    """Inhabitants per region and marginal, of the covered gemeenten (all of them when `covered` is None). Of a wijk only all of
    them together are public, so by age and sex it has NaN; the leaf of people without a known wijk has no number at all."""
    counted = np.array([covered is None or g.code in covered for g in gemeenten(peiljaar)])
    # Whole numbers far below 2^53: as floats the product is exact, and many times faster.
    people: npt.NDArray[np.float64] = (_within(regions, peiljaar) * counted) @ _inhabitants(peiljaar)
    below = np.array([region.level == WIJK for region in regions], dtype=bool)
    if wijken is not None and below.any():
        own = [wijken.inwoners.get(region.code, np.nan) for region in regions if region.level == WIJK]
        people[below] = np.where(_IS_TOTAL[None, :], np.array(own, dtype=np.float64)[:, None], np.nan)
    return people


def coverage(block: Block, regions: tuple[Region, ...], peiljaar: int) -> list[tuple[int, int, float]]:
    """Per region: covered gemeenten, all gemeenten, and the share of inhabitants in covered ones (per cent)."""
    covered = set(block.gemeenten)
    counted = np.array([g.code in covered for g in gemeenten(peiljaar)])
    people = np.array([g.inwoners for g in gemeenten(peiljaar)])
    within = _within(regions, peiljaar)
    sums = within @ np.stack([people * counted, people, counted, np.ones(len(people))], axis=1)
    share = np.round(100 * sums[:, 0] / sums[:, 1], 1)
    whole = sums[:, 2:].astype(np.int64)
    return list(zip(whole[:, 0].tolist(), whole[:, 1].tolist(), share.tolist(), strict=True))


def _within(regions: tuple[Region, ...], peiljaar: int) -> npt.NDArray[np.float64]:
    """Regions x gemeenten: 1 where the gemeente lies in the region; of a wijk that is the gemeente around it."""
    rows = _places(peiljaar)
    return np.stack([rows[region.parent if region.level == WIJK else region.code] for region in regions])


@cache
def _places(peiljaar: int) -> dict[str, npt.NDArray[np.float64]]:
    """Code of a region or gebied -> 1 per gemeente that lies in it, in the order of the gemeenten."""
    places = [(NEDERLAND, g.provincie, g.code) for g in gemeenten(peiljaar)]
    codes = dict.fromkeys(code for place in places for code in place)
    measured = {code: np.array([code in place for place in places], dtype=np.float64) for code in codes}
    own = [g.code for g in gemeenten(peiljaar)]
    summed = {area.code: np.isin(own, area.gemeenten).astype(np.float64) for area in areas(peiljaar)}
    return measured | summed


@cache
def _inhabitants(peiljaar: int) -> npt.NDArray[np.float64]:
    """Gemeenten x marginals: the public numbers of inhabitants."""
    table = inwoners(peiljaar)
    cells = np.array([[table[g.code, band, sex] for band, sex in CELLS] for g in gemeenten(peiljaar)], dtype=np.float64)
    return np.stack([cells[:, list(marginal.cells)].sum(axis=1) for marginal in MARGINALS], axis=1)
