"""All kinds of damage, in order: what was done, what the message says, what to do.

What belongs here: the shape of a kind, and the whole table. What does not: doing the damage (`by_*.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.damage.scene import Scene


@dataclass(frozen=True)
class Kind:
    """One kind of damage. `wrong`: in words; `says`: what only the message of this kind says; `do`: the remedy, in short;
    `file_format`: of the delivery that is damaged."""

    wrong: str
    damage: Callable[[Scene], object]
    says: str
    do: str
    exit_code: int = 5
    file_format: str = "parquet"


def chapters() -> dict[str, tuple[Kind, ...]]:
    """The kinds by chapter of the page."""
    from tests.damage.by_csv import CSV
    from tests.damage.by_disk import DISK
    from tests.damage.by_manifest import MANIFESTS
    from tests.damage.by_name import NAMES
    from tests.damage.by_parquet import PARQUET
    from tests.damage.by_sav import SAV
    from tests.damage.by_value import VALUES
    from tests.damage.by_version import VERSIONS

    return {
        "The manifest": MANIFESTS,
        "Names and files": NAMES,
        "CSV": CSV,
        "Parquet": PARQUET,
        "SPSS": SAV,
        "Columns and values": VALUES,
        "Versions": VERSIONS,
        "The disk and what happens meanwhile": DISK,
    }


def every_kind() -> list[Kind]:
    return [kind for kinds in chapters().values() for kind in kinds]
