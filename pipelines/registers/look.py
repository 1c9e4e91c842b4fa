"""What stands in a folder: which registers, in which file and version, and with which columns.

What belongs here: looking at names of files and columns, as an analyst who points at a drive would. What does not:
reading rows, and what indicators and personas need (`pipelines/personas/register_report.py`).
"""

import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from pipelines.errors import DeliveryError
from pipelines.registers.catalogue_model import FRAME, Catalogue, Register
from pipelines.registers.delivery import FORMATS, MANIFEST, Manifest, read_manifest
from pipelines.registers.file_names import read_name
from pipelines.registers.finding import FoundFile
from pipelines.registers.headers import column_names, is_sealed, require_header, shown


@dataclass(frozen=True)
class SeenFile:
    """The file of a register that would be taken (the first, when a year comes in months or quarters)."""

    register: str
    path: str
    version: str
    files: int
    """How many files of this register and year were seen: versions, formats, or months."""
    columns: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    undeclared: tuple[str, ...] = ()
    fault: str = ""
    sealed: bool = False
    """Encrypted, as a linked municipal delivery is: its columns are looked at when it is taken in."""

    @property
    def undeclared_shown(self) -> tuple[str, ...]:
        """The undeclared columns as they may be told: a name that may be a value is not."""
        told = shown(self.undeclared)
        return self.undeclared if told == ", ".join(self.undeclared) else (told,) if self.undeclared else ()

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


def _sorted_out(paths: Iterable[Path], catalogue: Catalogue) -> tuple[dict[str, list[FoundFile]], tuple[str, ...]]:
    by_register: dict[str, list[FoundFile]] = defaultdict(list)
    strange: list[str] = []
    for path in paths:
        stem, known = path.stem.upper(), False
        for register in catalogue.registers.values():
            if not register.file_patterns and not any(
                begin in stem for begin in _beginnings(register.name, register.names)
            ):
                continue
            if (name := read_name(path.stem, register)) is not None:
                by_register[register.name].append(FoundFile(path, name))
                known = True
        if not known:
            strange.append(path.name)
    return by_register, tuple(dict.fromkeys(strange))


@cache
def _beginnings(name: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """What must stand in a file name before it can be of this register: quick, for drives with many files."""
    base = name[:-3] if name.endswith(("TAB", "BUS")) else name
    return (base, *(written.split("JJJJ")[0].removesuffix("VV").strip().upper() for written in names))


def _look_for(look: Look, register: Register, candidates: list[FoundFile]) -> None:
    fitting = [file for file in candidates if _is_of_year(file, look.peiljaar)]
    if not register.loadable:
        if candidates:
            look.not_loadable[register.name] = _shown(look, candidates[0].path)
    elif fitting:
        look.found[register.name] = _seen(look, register, fitting)
    else:
        look.absent += (register.name,)
        if years := sorted({file.name.year for file in candidates if file.name.year is not None}):
            look.other_years[register.name] = tuple(years)


def _is_of_year(file: FoundFile, peiljaar: int) -> bool:
    until = file.name.edition
    return file.name.year in (None, peiljaar) and (until is None or until >= (peiljaar, 12))


def _seen(look: Look, register: Register, fitting: list[FoundFile]) -> SeenFile:
    parts: dict[str, list[FoundFile]] = defaultdict(list)
    for file in sorted(fitting, key=lambda file: file.rank):
        parts[file.name.part or ""].append(file)
    # As at ingest: the whole year before its months, unless these are newer.
    whole = parts.pop("", [])
    if whole and all(whole[0].name.version >= files[0].name.version for files in parts.values()):
        parts = {"": whole}
    chosen = [files for _, files in sorted(parts.items())]
    first = chosen[0][0]
    read = [_columns(look, register, files) for files in chosen]
    columns = read[0][0]
    declared = {column.delivered(look.peiljaar): column for column in register.columns}
    missing = [n for found, _ in read for n, column in declared.items() if found and column.required and n not in found]
    # Names of columns are told where some are known; without one, the first line of a text may be a row.
    with_names = [found for found, _ in read if declared.keys() & set(found)]
    undeclared = [name for found in with_names for name in found if name not in declared]
    return SeenFile(
        register.name,
        _shown(look, first.path),
        first.name.version_text,
        len(fitting),
        columns,
        missing=tuple(dict.fromkeys(missing)),
        undeclared=tuple(dict.fromkeys(undeclared)),
        fault=next((fault for _, fault in read if fault), ""),
        sealed=is_sealed(first.path),
    )


def _columns(look: Look, register: Register, files: list[FoundFile]) -> tuple[tuple[str, ...], str]:
    """The lower-case columns of the first file, and what keeps it from being read."""
    first, *rest = files
    if rest and rest[0].rank[:3] == first.rank[:3]:
        return (
            (),
            f"two files of the same version: {_shown(look, first.path)} and {_shown(look, rest[0].path)}; keep one",
        )
    if is_sealed(first.path):
        return (), ""
    try:
        names = [name.lower() for name in column_names(first.path)]
        require_header(first.path, names, register.columns, look.peiljaar)
    except DeliveryError as error:
        return (), str(error)
    doubled = [place for place, name in enumerate(names, start=1) if name in names[: place - 1]]
    fault = f"the name of column {doubled[0]} stands in it twice (capitals do not count)" if doubled else ""
    return tuple(names), fault


def _compare(look: Look, manifests: list[Manifest]) -> None:
    """What the manifests of this year declare against what was found."""
    declared = {item.register_name for manifest in manifests for item in manifest.files}
    if manifests:
        look.declared_absent = tuple(sorted(declared - set(look.found)))
        look.undeclared = tuple(name for name in look.found if name not in declared)


def _shown(look: Look, path: Path) -> str:
    return path.relative_to(look.folder).as_posix()
