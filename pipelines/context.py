"""What a command needs to know: the data root, the key, the specs, how to speak.

What belongs here: one value that the front doors make and the commands read, each part loaded when asked for.
What does not: reading the environment (`cli.py` and `assets/resources.py` do).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.notices import Notices
from pipelines.progress import Progress
from pipelines.rooms import KEY_BESIDE_LOCK, DataRoot, WarehouseKey, read_key
from pipelines.warehouse import DEFAULT_MEMORY

if TYPE_CHECKING:
    from pipelines.indicators.collection import Indicators
    from pipelines.indicators.feeders import Feeder
    from pipelines.personas.load import Personas
    from pipelines.personas.mechanisms import Mechanism
    from pipelines.registers.catalogue_model import Catalogue
    from pipelines.release.plan import ReleasePlan


@dataclass(frozen=True)
class Context:
    """The surroundings of a command. `now` is the clock, `code_version` what runs (for the ledger)."""

    root: DataRoot
    key_file: Path
    specs: Path
    code_version: str
    progress: Progress
    say: Callable[[str], None]
    memory: str = DEFAULT_MEMORY
    feeder: "Feeder" = "components"
    """Which files feed the indicators (see `pipelines/indicators/feeders.py`)."""
    municipal_key_files: tuple[Path, ...] = ()
    """Keys of municipal deliveries: the one to make pseudonyms with, or all whose deliveries are accepted."""
    scale: Fraction = Fraction(1)
    """Size of the synthetic population of this data root, as a share of the Netherlands."""
    seed: int = 1
    own_entries: Path | None = None
    """A folder of catalogue entries of the analyst's own, beside those of the project."""
    key_in_root: bool = False
    """Its owner says that the key may lie in the data root, for want of another place."""
    review_db: str = field(default="", repr=False)
    """URL of the review database (it may hold a password); empty: a SQLite file in the data root."""
    notices: Notices = field(default_factory=Notices, repr=False)
    """Whom to tell that a release waits or is public, or that a refresh failed; nobody by default."""
    boundaries: Path | None = None
    """A file with boundaries of gemeenten for the maps of the public site; without it they are made of tiles."""
    contact: str = ""
    """How to reach who offers the public site."""

    def key(self) -> WarehouseKey:
        """The key of the warehouse; raises RoomError when there is none, or it lies beside what it opens."""
        if not self.key_in_root:
            self.root.refuse_inside(
                self.key_file, f"{KEY_BESIDE_LOCK} (BLINDEVLEK_KEY_IN_DATA_ROOT=1 when there is no other place)"
            )
        return read_key(self.key_file)

    @staticmethod
    def now() -> str:
        """The time in UTC, ISO 8601, whole seconds."""
        return datetime.now(UTC).isoformat(timespec="seconds")

    @cached_property
    def _catalogue(self) -> "Catalogue":
        from pipelines.registers.catalogue_model import load_catalogue

        found = load_catalogue(self.own_entries)
        if found.replaced:
            self.progress(f"{self.own_entries} takes the place of the project's own: {', '.join(found.replaced)}")
        return found

    def catalogue(self) -> "Catalogue":
        """The catalogue of the project with the analyst's own entries; says which of these replace one."""
        return self._catalogue

    @cached_property
    def _indicators(self) -> "Indicators":
        from pipelines.indicators.load import load_indicators

        return load_indicators(self.specs / "indicators", self.catalogue(), self.feeder)

    def indicators(self) -> "Indicators":
        return self._indicators

    def feeder_words(self) -> str:
        """What feeds the indicators, in a line: with how many rules rest on an assumption that nobody confirmed."""
        if self.feeder == "components":
            return "feeder: component files"
        themes = [indicator.stapelingsmonitor for indicator in self.indicators().from_themes]
        assumed = sum(theme is not None and theme.assumes is not None for theme in themes)
        return (
            f"feeder: themes of the Stapelingsmonitor for {len(themes)} indicators ({assumed} on an assumption, see "
            "docs/reference/feeders.md), component files for the others"
        )

    @cached_property
    def _personas(self) -> "Personas":
        from pipelines.personas.load import load_personas

        return load_personas(self.specs / "personas", self.indicators())

    def personas(self) -> "Personas":
        return self._personas

    def mechanisms(self) -> "dict[str, Mechanism]":
        from pipelines.personas.mechanisms import load_mechanisms

        return load_mechanisms(self.specs / "mechanisms.yaml", self.personas())

    def plan(self, plan_id: str) -> "ReleasePlan":
        from pipelines.release.plan import load_plan

        return load_plan(self.specs / "release_plans", plan_id)

    def plan_of(self, peiljaar: int) -> "ReleasePlan":
        """The last plan of a peiljaar, in order of id; raises SpecError when there is none."""
        from pipelines.errors import SpecError
        from pipelines.release.plan import plans_of

        found = plans_of(self.specs / "release_plans", peiljaar)
        if not found:
            raise SpecError(f"no release plan for peiljaar {peiljaar} in persona_specs/release_plans.")
        return found[-1]
