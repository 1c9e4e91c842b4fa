"""What stands in a folder: which registers, in which file and version, and with which columns.

What belongs here: looking at names of files and columns, as an analyst who points at a drive would. What does not:
reading rows, and what indicators and personas need (`pipelines/personas/register_report.py`).
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.errors import DeliveryError
from pipelines.registers.catalogue_model import FRAME, Catalogue, Register
from pipelines.registers.delivery import FORMATS, MANIFEST, Manifest, read_manifest
from pipelines.registers.file_names import FileName, read_name
from pipelines.registers.headers import column_names

_IN_PARTS = ("month", "quarter")


@dataclass(frozen=True)
class SeenFile:
    """The file of a register that would be taken: the highest version, in the format that is preferred."""

    register: str
    path: str
    version: int
    files: int
    """How many files of this register and year were seen: versions, formats, or months."""
    columns: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    undeclared: tuple[str, ...] = ()
    fault: str = ""

    @property
    def refused(self) -> bool:
        """Would ingest refuse it, as far as names can tell?"""
        return bool(self.missing or self.undeclared or self.fault)


@dataclass
class Look:
    """What a folder holds for a peiljaar, by names alone."""

    folder: Path
    peiljaar: int
    found: dict[str, SeenFile] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    """Registers that could be taken in, of which no file of this year was seen."""
    other_years: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Of absent registers: the years of which a file was seen."""
    not_loadable: dict[str, str] = field(default_factory=dict)
    """Registers that cannot be taken in yet -> a file of them that was seen."""
    declared_absent: tuple[str, ...] = ()
    undeclared: tuple[str, ...] = ()
    has_manifest: bool = False
    strange: tuple[str, ...] = ()
    """Names of data files that belong to no register of the catalogue."""
    unreadable_folders: int = 0

    @property
    def without_frame(self) -> tuple[str, ...]:
        """Registers of the counting population that were not found."""
        return tuple(name for name in FRAME if name in self.absent)

    @property
    def refused(self) -> bool:
        """Would ingest refuse this, as far as names can tell?"""
        return bool(self.without_frame or self.declared_absent or any(seen.refused for seen in self.found.values()))


def look_at(folder: Path, catalogue: Catalogue, peiljaar: int | None) -> Look:
    """Look at a folder and everything below it. The peiljaar is that of its manifest when not given.

    Reads names of files and headers, never a row. Raises DeliveryError when it is no folder, when a manifest cannot be
    understood, or when the peiljaar is nowhere stated.
    """
    if not folder.is_dir():
        raise DeliveryError(f"{folder} is no folder. Point at a drive or folder of microdata, or at a delivery.")
    manifests = [read_manifest(path) for path in sorted([*folder.glob(MANIFEST), *folder.glob(f"*/{MANIFEST}")])]
    year = peiljaar or _year_of(manifests)
    paths, unreadable = _data_files(folder)
    look = Look(folder, year, has_manifest=bool(manifests), unreadable_folders=unreadable)
    by_register, look.strange = _sorted_out(paths, catalogue)
    for name, register in catalogue.registers.items():
        _look_for(look, register, by_register.get(name, []))
    _compare(look, [manifest for manifest in manifests if manifest.peiljaar == year])
    return look


def _year_of(manifests: list[Manifest]) -> int:
    years = sorted({manifest.peiljaar for manifest in manifests})
    if len(years) != 1:
        found = f"its manifests speak of {', '.join(map(str, years))}" if years else "it has no manifest"
        raise DeliveryError(f"which peiljaar? {found}: give --peiljaar, such as --peiljaar 2023.")
    return years[0]


def _data_files(folder: Path) -> tuple[list[Path], int]:
    failed: list[OSError] = []
    found: list[Path] = []
    for place, folders, names in os.walk(folder, onerror=failed.append):
        folders.sort()
        found += [Path(place, name) for name in sorted(names) if name.lower().rsplit(".", 1)[-1] in FORMATS]
    return found, len(failed)


Candidate = tuple[Path, FileName]
"""A file, and what its name says."""


def _sorted_out(paths: Iterable[Path], catalogue: Catalogue) -> tuple[dict[str, list[Candidate]], tuple[str, ...]]:
    by_register: dict[str, list[Candidate]] = {}
    strange: list[str] = []
    for path in paths:
        known = False
        for register in catalogue.registers.values():
            if said := read_name(path.stem, register):
                by_register.setdefault(register.name, []).append((path, said))
                known = True
        if not known:
            strange.append(path.name)
    return by_register, tuple(dict.fromkeys(strange))


def _look_for(look: Look, register: Register, candidates: list[Candidate]) -> None:
    fitting = [found for found in candidates if found[1].year in (None, look.peiljaar)]
    if not register.loadable:
        if candidates:
            look.not_loadable[register.name] = _shown(look, candidates[0][0])
    elif fitting:
        look.found[register.name] = _seen(look, register, fitting)
    else:
        look.absent += (register.name,)
        if years := sorted({said.year for _, said in candidates if said.year is not None}):
            look.other_years[register.name] = tuple(years)


def _preference(candidate: Candidate) -> tuple[tuple[int, int], int, str]:
    path, said = candidate
    return (-said.version[0], -said.version[1]), _format(path), str(path)


def _seen(look: Look, register: Register, fitting: list[Candidate]) -> SeenFile:
    ranked = sorted(fitting, key=_preference)
    path, version = ranked[0][0], ranked[0][1].version[1]
    shown = _shown(look, path)
    twice = [other[0] for other in ranked[1:] if _preference(other)[:2] == _preference(ranked[0])[:2]]
    if twice and register.period not in _IN_PARTS:
        fault = f"two files of the same version: {shown} and {_shown(look, twice[0])}; keep one"
        return SeenFile(register.name, shown, version, len(fitting), fault=fault)
    try:
        columns = column_names(path)
    except DeliveryError as error:
        return SeenFile(register.name, shown, version, len(fitting), fault=str(error))
    lower = [name.lower() for name in columns]
    declared = {column.delivered(look.peiljaar): column for column in register.columns}
    doubled = sorted({name for name in lower if lower.count(name) > 1})
    return SeenFile(
        register.name,
        shown,
        version,
        len(fitting),
        tuple(lower),
        missing=tuple(name for name, column in declared.items() if column.required and name not in lower),
        undeclared=tuple(name for name in dict.fromkeys(lower) if name not in declared),
        fault=f"the column {doubled[0]} stands in it twice (capitals do not count)" if doubled else "",
    )


def _compare(look: Look, manifests: list[Manifest]) -> None:
    """What the manifests of this year declare against what was found."""
    declared = {item.register_name for manifest in manifests for item in manifest.files}
    if manifests:
        look.declared_absent = tuple(sorted(declared - set(look.found)))
        look.undeclared = tuple(name for name in look.found if name not in declared)


def _format(path: Path) -> int:
    return FORMATS.index(path.suffix.lower().lstrip("."))


def _shown(look: Look, path: Path) -> str:
    return path.relative_to(look.folder).as_posix()
