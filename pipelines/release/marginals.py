"""The sums of cells that are published: every age band and every sex, and their totals.

What belongs here: which cells each sum holds. What does not: figures.
"""

from dataclasses import dataclass

from pipelines.facts.gemeenten import AGE_BANDS, SEXES
from pipelines.release.cells import CELLS

TOTAL = "totaal"


@dataclass(frozen=True)
class Marginal:
    """A sum of cells: its age and sex labels, and the positions of the cells in it."""

    age: str
    sex: str
    cells: tuple[int, ...]


MARGINALS = tuple(
    Marginal(
        age,
        sex,
        tuple(number for number, (band, word) in enumerate(CELLS) if age in (TOTAL, band) and sex in (TOTAL, word)),
    )
    for age in (TOTAL, *AGE_BANDS)
    for sex in (TOTAL, *SEXES.values())
)
