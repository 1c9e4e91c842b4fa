"""The target table: every public magnitude that the synthetic Netherlands answers for, and what it does not hold.

What belongs here: reading `targets.csv` and choosing the figure of a peiljaar. What does not: what came out
(`calibration.py`), the population by gemeente, age and sex (`pipelines/facts`).
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

Label = Literal["exact", "scaled", "estimated", "chosen"]
"""exact: published for this peiljaar. scaled: published for another moment or another group, and carried over.
estimated: a model or a rounding stands between the figure and a count. chosen: ours, no public figure was found."""

Band = Literal["2%", "orde"]
"""How near the result must be: two percent, or of the same order (half to double)."""

REFERENCE = 2023
"""The peiljaar whose figures the chances are made to add up to."""

_LABELS: dict[str, Label] = {label: label for label in get_args(Label)}
_BANDS: dict[str, Band] = {band: band for band in get_args(Band)}
_COUNTED = frozenset({"personen", "huishoudens", "uitkeringen", "leerlingen"})


@dataclass(frozen=True)
class Target:
    """One row of the table. `measure` is empty when the synthetic files hold nothing of the kind; `remark` then says
    why. `year`: the peiljaar the figure is of (31 December, or the year), None where it is of none; `first` and
    `last`: peiljaren it is the target of."""

    measure: str
    subject: str
    value: float
    unit: str
    period: str
    year: int | None
    first: int
    last: int
    label: Label
    band: Band
    source: str
    url: str
    remark: str

    @property
    def counted(self) -> bool:
        """Is it a number of people or households, which goes down with the scale? Shares do not."""
        return self.unit in _COUNTED

    def label_in(self, peiljaar: int) -> Label:
        """The label when the figure is used for a peiljaar: an exact figure of another year is carried over."""
        return "scaled" if self.label == "exact" and self.year != peiljaar else self.label


@cache
def every_row() -> tuple[Target, ...]:
    """The whole table, in its order. Raises KeyError for a label or band that does not exist."""
    with (files("pipelines.population") / "targets.csv").open(encoding="utf-8") as handle:
        return tuple(_target(row) for row in csv.DictReader(handle))


def targets(peiljaar: int) -> tuple[Target, ...]:
    """The figures that a population of this peiljaar is held to: one per measure."""
    return tuple(row for row in every_row() if row.measure and row.first <= peiljaar <= row.last)


def excused() -> tuple[Target, ...]:
    """Public magnitudes that the synthetic files cannot show, each with the reason as its remark."""
    return tuple(row for row in every_row() if not row.measure)


@cache
def aim(measure: str, peiljaar: int = REFERENCE) -> int:
    """The figure that a chance is made to add up to at scale 1; raises KeyError for an unknown measure."""
    return round({row.measure: row.value for row in targets(peiljaar)}[measure])


def aim_in(measure: str, peiljaar: int, otherwise: int | None) -> int | None:
    """The figure of a measure in a peiljaar; `otherwise` where the table has none."""
    return next((round(row.value) for row in targets(peiljaar) if row.measure == measure), otherwise)


def _target(row: dict[str, str]) -> Target:
    return Target(
        measure=row["maat"],
        subject=row["onderwerp"],
        value=float(row["waarde"]),
        unit=row["eenheid"],
        period=row["periode"],
        year=int(row["peiljaar"]) if row["peiljaar"] else None,
        first=int(row["van"] or 0),
        last=int(row["tot"] or -1),
        label=_LABELS[row["label"]],
        band=_BANDS[row["band"] or "2%"],
        source=row["bron"],
        url=row["url"],
        remark=row["toelichting"],
    )
