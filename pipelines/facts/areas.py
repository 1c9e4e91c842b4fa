"""Gebieden that are sums of gemeenten: veiligheidsregio, arbeidsmarktregio, centrumgemeenteregio, size class.

What belongs here: which gemeenten a gebied holds in a peiljaar, from the public lists of this folder. What does not:
provincies (they are measured), and anything from a delivery. A gebied of which not every gemeente is known is left out,
never guessed: SOURCES.md says which.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pipelines.facts.centrumgemeenten import centrumgemeenten
from pipelines.facts.gemeenten import gemeenten

KINDS = ("veiligheidsregio", "arbeidsmarktregio", "centrumgemeenteregio", "grootteklasse")

SIZE_CLASSES: tuple[tuple[int, str], ...] = (
    (0, "Minder dan 5.000 inwoners"),
    (5_000, "5.000 tot 10.000 inwoners"),
    (10_000, "10.000 tot 20.000 inwoners"),
    (20_000, "20.000 tot 50.000 inwoners"),
    (50_000, "50.000 tot 100.000 inwoners"),
    (100_000, "100.000 tot 150.000 inwoners"),
    (150_000, "150.000 tot 250.000 inwoners"),
    (250_000, "250.000 inwoners of meer"),
)
"""The eight classes of CBS: the least number of inhabitants, and the name; the first is class 1."""


@dataclass(frozen=True)
class Area:
    """A gebied of one kind (see KINDS) and the codes of its gemeenten in one peiljaar, in order."""

    kind: str
    code: str
    naam: str
    gemeenten: tuple[str, ...]


@cache
def areas(peiljaar: int) -> tuple[Area, ...]:
    """Every gebied whose gemeenten are all known, by kind (in order of KINDS) and code. A gemeente lies in at most one
    gebied of each kind, and in exactly one veiligheidsregio and one size class."""
    found = {
        "veiligheidsregio": _listed("veiligheidsregios.csv", peiljaar),
        "arbeidsmarktregio": _listed("arbeidsmarktregios.csv", peiljaar),
        "centrumgemeenteregio": _around_centres(peiljaar),
        "grootteklasse": _by_size(peiljaar),
    }
    names = _names(peiljaar)
    return tuple(
        Area(kind, code, names[code], tuple(sorted(codes)))
        for kind in KINDS
        for code, codes in sorted(found[kind].items())
    )


OPEN = "?"
"""The certainty of a line that says where a gemeente may have been: all its gebieden are left out for those years."""


def certainty(kind: str, peiljaar: int) -> dict[str, str]:
    """Code of a gemeente -> how sure its line of this peiljaar is, for the kinds that come from a list of their own (the
    letters are those of `centrumgemeenten.CERTAINTIES`). A gemeente that may have been in several gebieden is not in it."""
    return {row["gemeente"]: row["zekerheid"] for row in _lines(f"{kind}s.csv", peiljaar) if row["zekerheid"] != OPEN}


def size_class(inhabitants: int) -> int:
    """The CBS class, 1 to 8, of a gemeente with this number of inhabitants."""
    return sum(inhabitants >= least for least, _ in SIZE_CLASSES)


def _listed(name: str, peiljaar: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    lines = _lines(name, peiljaar)
    for row in lines:
        found.setdefault(row["gebied"], []).append(row["gemeente"])
    for row in lines:
        if row["zekerheid"] == OPEN:
            found.pop(row["gebied"], None)
    return found


def _lines(name: str, peiljaar: int) -> list[dict[str, str]]:
    """The lines of a list for the gemeenten of a peiljaar. A list of which gemeenten changed gebied says from which
    peiljaar to which a line holds."""
    known = {g.code for g in gemeenten(peiljaar)}
    return [
        row
        for row in _rows(name)
        if row["gemeente"] in known
        and int(row.get("eerste_peiljaar", peiljaar)) <= peiljaar <= int(row.get("laatste_peiljaar", peiljaar))
    ]


def _around_centres(peiljaar: int) -> dict[str, list[str]]:
    """Regions of centrumgemeenten in provincies of which every gemeente has a known centre; elsewhere a gemeente that
    is not in the list could belong to any of them."""
    centre = centrumgemeenten(peiljaar)
    place = {g.code: g.provincie for g in gemeenten(peiljaar)}
    open_still = {g.provincie for g in gemeenten(peiljaar) if g.code not in centre}
    found: dict[str, list[str]] = {}
    for code, middle in centre.items():
        found.setdefault(f"CG{middle[2:]}", []).append(code)
    return {area: codes for area, codes in found.items() if not open_still & {place[code] for code in codes}}


def _by_size(peiljaar: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for gemeente in gemeenten(peiljaar):
        found.setdefault(f"GK{size_class(gemeente.inwoners)}", []).append(gemeente.code)
    return found


def _names(peiljaar: int) -> dict[str, str]:
    return {
        **{row["gebied"]: row["naam"] for row in _rows("gebieden.csv")},
        **{f"CG{g.code[2:]}": f"Regio van centrumgemeente {g.naam}" for g in gemeenten(peiljaar)},
        **{f"GK{number}": name for number, (_, name) in enumerate(SIZE_CLASSES, start=1)},
    }


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    with (files("pipelines.facts") / name).open(encoding="utf-8") as handle:
        return tuple(csv.DictReader(handle))
