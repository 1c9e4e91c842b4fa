"""Choosing the files of a register in a delivery: the highest version, and every part of the year.

What belongs here: which of the files that stand there is read. What does not: what a name says (`file_names.py`), and
reading rows (`reading.py`).
"""

import calendar
import datetime
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import DeliveryError
from pipelines.registers.catalogue_model import Register
from pipelines.registers.delivery import FORMATS, MANIFEST, DeclaredFile, Delivery
from pipelines.registers.file_names import FileName, examples, read_name
from pipelines.registers.guards import refuse_no_file
from pipelines.registers.near_misses import refuse_near_miss

CONVERTED = "geconverteerde"
"""Folders in which CBS puts copies in another format (`geconverteerde data`, `geconverteerde bestanden`)."""


@dataclass(frozen=True)
class FoundFile:
    """A file of a register and what its name says."""

    path: Path
    name: FileName

    @property
    def rank(self) -> tuple[tuple[int, int], int, bool, str]:
        """In order of preference: the highest version; the quickest format; the original before a converted copy."""
        release, number = self.name.version
        extension = self.path.suffix.lower().lstrip(".")
        return (-release, -number), FORMATS.index(extension), _is_converted(self.path), self.path.as_posix()

    @property
    def _place(self) -> tuple[tuple[int, int], int, bool]:
        return self.rank[:3]


@dataclass(frozen=True)
class RegisterFiles:
    """The files that are read for a register, in order of part; and those passed over, being older or copies."""

    register: str
    read: tuple[FoundFile, ...]
    passed_over: tuple[FoundFile, ...] = ()


def find_files(delivery: Delivery, register: Register, declared: DeclaredFile) -> RegisterFiles:
    """The files of a register for the peiljaar of the delivery.

    One file of the whole year is taken before a year in months or quarters, unless the parts are a newer version.
    Raises DeliveryError when there is none, when two files of one version and format differ only in place, when a
    month or quarter is missing that `period` in the manifest does not leave out, or is there that it does leave out.
    """
    peiljaar = delivery.manifest.peiljaar
    found = _candidates(delivery, register, peiljaar)
    if not found:
        refuse_near_miss(delivery.folder, register, peiljaar)
        raise DeliveryError(
            f"{delivery.folder.name}: the manifest declares {register.name} for {peiljaar}, but there is no file for it. "
            f"Names that would do: {' or '.join(examples(register, peiljaar))} (.parquet, .sav or .csv). Add the file, "
            "or take the register out of the manifest."
        )
    by_part: dict[str | None, list[FoundFile]] = defaultdict(list)
    for file in found:
        by_part[file.name.part].append(file)
    best = {part: _best(delivery, register, files) for part, files in by_part.items()}
    whole = best.pop(None, None)
    if whole and all(whole.name.version >= file.name.version for file in best.values()):
        chosen = [whole]
    else:
        chosen = [file for _, file in sorted(best.items(), key=lambda item: str(item[0]))]
        _check_parts(delivery, register, declared, {str(file.name.part) for file in chosen}, peiljaar)
    return RegisterFiles(register.name, tuple(chosen), tuple(file for file in found if file not in chosen))


def stands_there(delivery: Delivery, register: Register) -> str:
    """The name of a file of the register for the peiljaar, declared or not; empty when there is none."""
    found = _candidates(delivery, register, delivery.manifest.peiljaar)
    return found[0].path.name if found else ""


def _candidates(delivery: Delivery, register: Register, peiljaar: int) -> list[FoundFile]:
    found: list[FoundFile] = []
    for path in sorted(delivery.folder.rglob("*")):
        if path.suffix.lower().lstrip(".") not in FORMATS:
            continue
        name = read_name(path.stem, register)
        if name and name.year in (None, peiljaar) and (name.edition is None or name.edition >= (peiljaar, 12)):
            refuse_no_file(path, delivery.folder)
            found.append(FoundFile(path, name))
    return sorted(found, key=lambda file: file.rank)


def _best(delivery: Delivery, register: Register, files: list[FoundFile]) -> FoundFile:
    first, *rest = files
    if rest and rest[0]._place == first._place:
        one, other = (file.path.relative_to(delivery.folder).as_posix() for file in (first, rest[0]))
        raise DeliveryError(
            f"{delivery.folder.name}: two files of the same version hold {register.name}: {one} and {other}. Keep one."
        )
    return first


def _check_parts(
    delivery: Delivery, register: Register, declared: DeclaredFile, present: set[str], peiljaar: int
) -> None:
    kinds = {len(part) if part[0] != "K" else 0 for part in present}
    if len(kinds) > 1:
        raise DeliveryError(
            f"{delivery.folder.name}: the files of {register.name} are of different periods (months, quarters or days) "
            "of one year. Keep those of one kind."
        )
    if kinds == {4}:
        return  # files of single days: each is a state of its own, and how many there must be is not known
    wanted = {part for part in _parts(quarters=kinds == {0}) if _delivered(part, declared, peiljaar)}
    kind = "quarter" if kinds == {0} else "month"
    if missing := sorted(wanted - present):
        raise DeliveryError(
            f"{delivery.folder.name}: of {register.name} the {kind} {', '.join(missing)} of {peiljaar} is missing. Add "
            f'the file, or say in {MANIFEST} which part of the year is delivered (`"period": {{"from": ..., "to": ...}}`).'
        )
    if beyond := sorted(present - wanted):
        raise DeliveryError(
            f"{delivery.folder.name}: of {register.name} there is a file of {kind} {', '.join(beyond)} of {peiljaar}, "
            f"outside the `period` in {MANIFEST}. Correct the period, or take the file out."
        )


def _parts(*, quarters: bool) -> list[str]:
    return [f"K{number}" for number in range(1, 5)] if quarters else [f"{number:02d}" for number in range(1, 13)]


def _delivered(part: str, declared: DeclaredFile, peiljaar: int) -> bool:
    """Does the declared period touch this month or quarter?"""
    first_month, last_month = (3 * int(part[1]) - 2, 3 * int(part[1])) if part[0] == "K" else (int(part), int(part))
    period = declared.period
    begin = period.start if period and period.start else datetime.date(peiljaar, 1, 1)
    end = period.end if period and period.end else datetime.date(peiljaar, 12, 31)
    last_day = datetime.date(peiljaar, last_month, calendar.monthrange(peiljaar, last_month)[1])
    return begin <= last_day and end >= datetime.date(peiljaar, first_month, 1)


def _is_converted(path: Path) -> bool:
    return any(folder.lower().startswith(CONVERTED) for folder in path.parts)
