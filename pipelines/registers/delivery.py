"""A delivery: a folder with a manifest, and files named as CBS names them.

What belongs here: the manifest, and which folder of a supplier counts. What does not: finding the file of a register
(see `finding.py`) and reading rows (see `reading.py`).
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, ValidationError, model_validator

from pipelines.errors import DeliveryError, nearest
from pipelines.facts.gemeenten import gemeenten
from pipelines.registers.catalogue_model import Catalogue, Register
from pipelines.registers.manifest_words import words_of

MANIFEST = "manifest.json"
_LARGEST_MANIFEST = 4 << 20
FORMATS = ("parquet", "sav", "csv")
"""Formats in order of preference when one version stands there in several."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Period(_Frozen):
    """The days that a file speaks for, both included; an end left out is not bounded by the declaration."""

    start: Annotated[date | None, Field(alias="from")] = None
    end: Annotated[date | None, Field(alias="to")] = None

    @model_validator(mode="after")
    def _in_order(self) -> "Period":
        if self.start and self.end and self.start > self.end:
            raise ValueError("the period ends before it begins: swap `from` and `to`")
        return self


class DeclaredCoverage(_Frozen):
    """For whom a file speaks. `nothing_to_report`: covered gemeenten that say they have no rows at all.
    `without_consent`: gemeenten that deliver and do not consent to the use, so that they are not covered.
    `list`: a CSV of the delivery that says all this instead (`coverage_list.py`)."""

    kind: Literal["national", "gemeenten"]
    gemeenten: tuple[str, ...] = ()
    nothing_to_report: tuple[str, ...] = ()
    without_consent: tuple[str, ...] = ()
    list: str | None = None
    periods: dict[str, Period] = {}
    """Gemeente -> the days that it speaks for, where they differ from those of the file."""
    empty: StrictBool = False
    """For a national file: the supplier says that it has no rows at all."""


class DeclaredFile(_Frozen):
    """One register in the delivery."""

    register_name: Annotated[str, Field(alias="register")]
    coverage: DeclaredCoverage
    period: Period | None = None


class Manifest(_Frozen):
    """What the supplier says of the delivery."""

    delivery: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,79}$")]
    supplier: str
    kind: Literal["synthetic", "real"]
    population: str | None = None
    peiljaar: StrictInt
    version: Annotated[StrictInt, Field(ge=1, le=9_999)]
    status: Literal["voorlopig", "nader_voorlopig", "definitief"]
    completed: StrictBool
    files: Annotated[tuple[DeclaredFile, ...], Field(min_length=1)]


@dataclass(frozen=True)
class Delivery:
    """A complete delivery on disk."""

    folder: Path
    manifest: Manifest

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the manifest and the names, sizes and times of all files: has anything been touched?"""
        seen = hashlib.sha256((self.folder / MANIFEST).read_bytes())
        for path in sorted(p for p in self.folder.rglob("*") if p.is_file()):
            stat = path.stat()
            seen.update(f"{path.relative_to(self.folder).as_posix()}|{stat.st_size}|{stat.st_mtime_ns}".encode())
        return seen.hexdigest()


def complete_deliveries(folder: Path) -> list[Delivery]:
    """The complete deliveries below a folder (one folder each), in order of name.

    A folder without a manifest, or whose manifest says it is not completed, is being filled and is left alone.
    Raises DeliveryError when a manifest cannot be understood.
    """
    if not folder.is_dir():
        return []
    return [delivery for delivery in _deliveries(folder) if delivery.manifest.completed]


def newest(deliveries: list[Delivery]) -> tuple[list[Delivery], list[Delivery]]:
    """Of each delivery its highest version, and the folders that are passed over for it.

    Raises DeliveryError when one version of a delivery stands there twice.
    """
    kept: dict[str, Delivery] = {}
    passed_over: list[Delivery] = []
    for delivery in sorted(deliveries, key=lambda found: (-found.manifest.version, found.folder.name)):
        other = kept.setdefault(delivery.manifest.delivery, delivery)
        if other is delivery:
            continue
        if other.manifest.version == delivery.manifest.version:
            raise DeliveryError(
                f"the folders {other.folder.name} and {delivery.folder.name} both say that they are version "
                f"{delivery.manifest.version} of the delivery {delivery.manifest.delivery}. Move one away."
            )
        passed_over.append(delivery)
    return sorted(kept.values(), key=lambda found: found.folder.name), passed_over


def refuse_unfinished(folder: Path) -> None:
    """Raise DeliveryError when a delivery beside the complete ones says that it is not completed yet.

    Going on without it would make its registers unknown everywhere, and spend budget on that.
    """
    waiting = [delivery.folder.name for delivery in _deliveries(folder) if not delivery.manifest.completed]
    if waiting:
        raise DeliveryError(
            f"the delivery {', '.join(waiting)} of {folder.name} is not completed yet (its manifest says so). Wait until "
            "it is, or move the folder away to go on without it."
        )


def _deliveries(folder: Path) -> list[Delivery]:
    return [Delivery(path.parent, read_manifest(path)) for path in sorted(folder.glob(f"*/{MANIFEST}"))]


def check_manifest(delivery: Delivery, catalogue: Catalogue, peiljaar: int) -> None:
    """Raise DeliveryError when the manifest does not fit the peiljaar, the catalogue or the list of gemeenten."""
    manifest = delivery.manifest
    name = f"{delivery.folder.name}/{MANIFEST}"
    if manifest.peiljaar != peiljaar:
        raise DeliveryError(
            f"{name}: peiljaar {manifest.peiljaar} stands in the folder of {peiljaar}. "
            "Move the delivery to the folder of its own peiljaar."
        )
    codes = {g.code for g in gemeenten(peiljaar)}
    seen: set[str] = set()
    for declared in manifest.files:
        if declared.register_name not in catalogue.registers:
            raise DeliveryError(
                f"{name}: the register '{declared.register_name}' is not in the catalogue."
                f"{nearest(declared.register_name, catalogue.registers)} Add an entry to the catalogue, or leave it out."
            )
        if declared.register_name in seen:
            raise DeliveryError(f"{name}: the register {declared.register_name} is declared twice; keep one.")
        seen.add(declared.register_name)
        _refuse_unloadable(name, catalogue.register(declared.register_name))
        _check_coverage(name, declared, catalogue.register(declared.register_name), codes)


def _refuse_unloadable(name: str, register: Register) -> None:
    if not register.loadable:
        raise DeliveryError(
            f"{name}: {register.name} is declared, and cannot be taken in: {register.not_loadable}. Leave it out, or "
            f"describe its columns in an entry of your own: docs/how-to/registers.md (`blindevlek registers show {register.name}`)."
        )


def _check_coverage(name: str, declared: DeclaredFile, register: Register, codes: set[str]) -> None:
    coverage = declared.coverage
    per_gemeente = register.coverage == "per_gemeente"
    if per_gemeente != (coverage.kind == "gemeenten"):
        wanted = "gemeenten" if per_gemeente else "national"
        raise DeliveryError(
            f"{name}: {register.name} is declared with coverage '{coverage.kind}', but it is known to be "
            f"'{wanted}'. Declare {wanted}."
        )
    if not per_gemeente and (coverage.gemeenten or coverage.nothing_to_report):
        raise DeliveryError(
            f"{name}: {register.name} is declared national, and lists gemeenten beside it. Take the list out."
        )
    if len(set(coverage.gemeenten)) < len(coverage.gemeenten):
        raise DeliveryError(f"{name}: {register.name} lists a gemeente twice in its coverage. Keep one of each.")
    named = {*coverage.gemeenten, *coverage.nothing_to_report, *coverage.without_consent, *coverage.periods}
    unknown = sorted(named - codes)
    if unknown:
        raise DeliveryError(
            f"{name}: {register.name} declares gemeenten that do not exist in this peiljaar: "
            f"{', '.join(unknown[:5])}. Use codes such as GM0363 in the classification of the year."
        )
    outside = sorted(set(coverage.nothing_to_report) - set(coverage.gemeenten))
    if outside:
        raise DeliveryError(
            f"{name}: {register.name} has `nothing_to_report` for gemeenten that it does not declare as covered: "
            f"{', '.join(outside[:5])}."
        )
    if both := sorted(set(coverage.without_consent) & set(coverage.gemeenten)):
        raise DeliveryError(
            f"{name}: {register.name} has gemeenten both in `gemeenten` and in `without_consent`: {', '.join(both[:5])}. "
            "A gemeente that does not consent to the use is not covered: take it out of `gemeenten`."
        )


class _SaidTwice(Exception):
    """A name that stands twice in one object of JSON."""


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _SaidTwice(name[:40])
        found[name] = value
    return found


def _manifest_text(path: Path, name: str) -> str:
    failure = ""
    try:
        # A named pipe has no end: a run that waits for it at night waits for ever.
        if path.exists() and not path.is_file():
            failure = "cannot be opened as a file (it is a folder, a pipe or a device)"
        elif not 0 < path.stat().st_size <= _LARGEST_MANIFEST or not path.read_bytes().strip():
            failure = f"is empty, or larger than {_LARGEST_MANIFEST >> 20} MB"
        else:
            return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        failure = f"cannot be opened as a file ({error.strerror})"
    except UnicodeDecodeError:
        failure = "is not text in UTF-8"
    raise DeliveryError(f"{name}: {failure}. Write it again as docs/how-to/deliveries.md says.")


def read_manifest(path: Path) -> Manifest:
    """The manifest in a file; raise DeliveryError when it cannot be understood."""
    name = f"{path.parent.name}/{path.name}"
    text = _manifest_text(path, name)
    try:
        return Manifest.model_validate(json.loads(text, object_pairs_hook=_each_once))
    except _SaidTwice as error:
        raise DeliveryError(f"{name}: says `{error}` twice, and only one can be meant. Keep one.") from None
    except RecursionError:
        raise DeliveryError(f"{name}: is nested too deeply to be a manifest. See docs/how-to/deliveries.md.") from None
    except ValidationError as error:
        words = words_of(error.errors(), text, Manifest)
        raise DeliveryError(f"{name}: {words}. See docs/how-to/deliveries.md for the form.") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, character {error.colno}"
        raise DeliveryError(
            f"{name}: not readable as JSON from {place}. A comma, quote or bracket is missing there, or one too many stands before "
            "it; texts take double quotes, `true` and `false` small letters. Correct it, or have the manifest sent again."
        ) from None
    except ValueError:
        raise DeliveryError(f"{name}: not readable as JSON. Ask the supplier to send the manifest again.") from None
