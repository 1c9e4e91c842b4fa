"""From a raw file of a gemeente to a sealed delivery, all or nothing.

What belongs here: the step, and refusing in words that point at lines and never at values. What does not: reading
(`raw_file.py`) and the form of what is written (`sealed.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from pipelines.errors import DeliveryError
from pipelines.facts.gemeenten import gemeenten, require_peiljaar
from pipelines.registers.catalogue_model import Catalogue
from pipelines.registers.municipal.keys import MunicipalKey
from pipelines.registers.municipal.pseudonyms import Pseudonymiser
from pipelines.registers.municipal.raw_file import Fault, Rows, read_raw
from pipelines.registers.municipal.sealed import SealedManifest, write_sealed
from pipelines.registers.municipal.template import layout_of

_SHOWN_LINES = 10
_SHOWN_FAULTS = 12


@dataclass(frozen=True)
class Request:
    """Which file it is. `nothing_to_report`: the gemeente says that there is nobody, and the file has no rows."""

    register: str
    gemeente: str
    peiljaar: int
    version: int = 1
    nothing_to_report: bool = False
    population: str | None = None
    """The synthetic population that the people were invented in; None for real data."""


def pseudonymise(stream: BinaryIO, request: Request, key: MunicipalKey, catalogue: Catalogue, to: Path) -> Path:
    """Read a raw file, replace every BSN, and write a sealed delivery below `to`; returns its folder.

    Raises DeliveryError that names every faulty column with its lines, and SpecError for a register that gemeenten do
    not deliver. Nothing is written then. No frame of an exception holds a row.
    """
    layout = layout_of(catalogue, request.register)
    require_peiljaar(request.peiljaar)
    if request.gemeente not in {g.code for g in gemeenten(request.peiljaar)}:
        raise DeliveryError(
            f"gemeente {request.gemeente} does not exist in {request.peiljaar}: use a code such as GM0363."
        )
    rows = read_raw(stream, layout, Pseudonymiser(key, layout.register.name), key.purpose, request.peiljaar)
    if rows.faults:
        raise DeliveryError(_refusal(rows.faults))
    _check_emptiness(rows, request)
    manifest = SealedManifest(
        register_name=layout.register.name,
        gemeente=request.gemeente,
        peiljaar=request.peiljaar,
        version=request.version,
        kind=key.purpose,
        population=request.population,
        key_id=key.key_id,
        key_check=key.check,
        columns=("pseudonym", *(column.name for column in layout.columns)),
        nothing_to_report=request.nothing_to_report,
        rows_sha256="",
    )
    return write_sealed(rows, manifest, key, to)


def _check_emptiness(rows: Rows, request: Request) -> None:
    if rows.is_empty and not request.nothing_to_report:
        raise DeliveryError(
            "geweigerd: het bestand heeft geen enkele regel. Hebt u dit jaar echt niets te melden? Zeg dat er dan bij met "
            "--nothing-to-report. Er is niets gemaakt."
        )
    if not rows.is_empty and request.nothing_to_report:
        raise DeliveryError(
            "geweigerd: het bestand heeft regels, en --nothing-to-report zegt van niet. Er is niets gemaakt."
        )


def _refusal(faults: Iterable[Fault]) -> str:
    """All faults in Dutch, since an official of the gemeente mends them: column, words, the first lines."""
    ordered = sorted(faults, key=lambda fault: (fault.column, fault.words, fault.line))
    grouped = [
        (place, [fault.line for fault in found]) for place, found in groupby(ordered, lambda f: (f.column, f.words))
    ]
    parts = [_sentence(column, words, lines) for (column, words), lines in grouped[:_SHOWN_FAULTS]]
    more = "\n  ... en nog andere soorten fouten" if len(grouped) > _SHOWN_FAULTS else ""
    listed = "\n  ".join(parts)
    return f"geweigerd: er klopt iets niet, en er is niets gemaakt.\n  {listed}{more}\nVerbeter dit en probeer het opnieuw."


def _sentence(column: str, words: str, lines: list[int]) -> str:
    shown = ", ".join(map(str, lines[:_SHOWN_LINES])) + (" en verder" if len(lines) > _SHOWN_LINES else "")
    what = f"kolom {column} {words}" if column else f"{words}"
    if lines == [0]:
        return f"het bestand {words}"
    return f"regel {shown}: {what}"
