"""What a synthetic population is: peiljaar, scale, seed and form of delivery.

What belongs here: the settings, their limits and the id that follows from them. What does not: making anything.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from pipelines.errors import UserError
from pipelines.facts.gemeenten import require_peiljaar

GENERATOR_VERSION = 3
"""Raised with every change after which the same seed gives another population."""

SMALLEST_SCALE = Fraction(1, 200)
"""Below this the smaller gemeenten cannot hold the people that are planted on purpose."""

LARGEST_ROW_FORMAT_SCALE = Fraction(1, 10)
"""SPSS and text files above this size serve no test and take gigabytes."""

FileFormat = Literal["parquet", "sav", "csv"]
FORMATS: tuple[FileFormat, ...] = ("parquet", "sav", "csv")


def population_id(scale: Fraction, seed: int) -> str:
    """Names a population in manifests, data roots and ledgers: `synthetic-s1-seed1-g3`. It holds all peiljaren."""
    return f"synthetic-s{str(scale).replace('/', 'of')}-seed{seed}-g{GENERATOR_VERSION}"


@dataclass(frozen=True)
class PopulationSettings:
    """Everything that decides the content of a synthetic delivery; raises UserError on a value out of bounds."""

    peiljaar: int
    scale: Fraction
    seed: int = 1
    file_format: FileFormat = "parquet"
    stapelingsmonitor: bool = False
    """Make the themes of the Stapelingsmonitor too: the same people in another form."""

    def __post_init__(self) -> None:
        require_peiljaar(self.peiljaar)
        if not SMALLEST_SCALE <= self.scale <= 1:
            raise UserError(
                f"scale {float(self.scale):g} is out of bounds: allowed is {SMALLEST_SCALE} up to 1 "
                "(1 is the whole Netherlands, 1/20 is enough for a trial)."
            )
        if self.seed < 0:
            raise UserError(f"seed {self.seed} is negative: choose 0 or a positive whole number.")
        if self.file_format not in FORMATS:
            raise UserError(f"file format '{self.file_format}' is unknown: choose {', '.join(FORMATS)}.")
        if self.file_format != "parquet" and self.scale > LARGEST_ROW_FORMAT_SCALE:
            raise UserError(
                f"file format '{self.file_format}' is meant for small populations: at most scale "
                f"{LARGEST_ROW_FORMAT_SCALE}, found {self.scale}. Choose parquet, or a smaller scale."
            )

    @property
    def population_id(self) -> str:
        """See the function of this name: the same people over all peiljaren."""
        return population_id(self.scale, self.seed)

    @property
    def last_day(self) -> int:
        """The peildatum as YYYYMMDD: the last day of every file."""
        return self.peiljaar * 10_000 + 1231
