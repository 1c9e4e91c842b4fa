"""The checklist of 25 points that a review goes by, filled from the public files of a bundle where that can be.

What belongs here: the points, who has to look at which, putting the answers together. What does not: the checks
(`checks_of_record.py`, `checks_of_figures.py`). Nothing is computed from true data: what only the kluis knows is left to
the reviewer of CBS, who looks there. The numbers are those of the procedure and never change.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Outcome = Literal["goed", "fout", "bekijk", "kluis"]
OUTCOMES: dict[Outcome, str] = {
    "goed": "in orde",
    "fout": "blokkeert",
    "bekijk": "zelf bekijken",
    "kluis": "CBS bekijkt dit in de kluis",
}

GROUPS: dict[str, tuple[int, ...]] = {
    "Privacy": (1, 2, 3, 4, 5, 6),
    "Nauwkeurigheid": (7, 8, 9, 10),
    "Samenhang": (11, 12, 13),
    "Verandering": (14, 15),
    "Dekking en definities": (16, 17, 18),
    "Kwaliteit en bestanden": (19, 20, 21),
    "Herkomst": (22, 23, 24),
    "Betekenis": (25,),
}

TITLES: dict[int, str] = {
    1: "De privacyverantwoording is volledig en klopt met het plan",
    2: "Het privacybudget telt op en blijft onder de grens",
    3: "De ruis is één keer getrokken",
    4: "De telling houdt zich aan de grens per persoon",
    5: "Wat buiten de bescherming valt, staat erbij",
    6: "Wat uw oordeel met het budget doet",
    7: "De marges in het bestand zijn die van de theorie",
    8: "De ruis is zo groot als beloofd",
    9: "Hoeveel cijfers bruikbaar zijn",
    10: "De werkelijke fout",
    11: "Gemeenten tellen op tot het landelijke cijfer, op de ruis na",
    12: "Elke gemeente staat er één keer, met een eerlijke marge",
    13: "De landelijke aantallen zijn aannemelijk",
    14: "Veranderingen die groter zijn dan de ruis",
    15: "Gemeenten die van grenzen veranderden",
    16: "Ontbrekende gemeenten en bronnen staan erbij",
    17: "Definities die veranderden sinds de vorige uitgave",
    18: "Bij elke persona staat wat we niet kunnen weten",
    19: "De controles op de gegevens zijn gehaald",
    20: "De bestanden zijn geldig en zeggen hetzelfde",
    21: "Bestanden, pagina's en cijfers horen bij één controlegetal",
    22: "De herkomst is vastgelegd",
    23: "Status, versie, toelichting en moment van publiceren",
    24: "Wie de cijfers al zag",
    25: "Duiding van professionals",
}

IN_THE_KLUIS: dict[int, str] = {
    4: "Kijk in de kluis of de proeven op de grens per persoon zijn geslaagd (docs/privacy/sensitivity.md).",
    10: "Alleen CBS ziet de echte aantallen, met het commando 'release evidence'. Keur niet af om één afwijking: dat kan ruis "
    "zijn. Noem geen aantal in uw reden.",
    19: "Kijk in de kluis of de commando's 'check' en 'status' niets melden. Buiten de kluis staat alleen: gehaald.",
}

LIVE: dict[int, str] = {
    24: "Hieronder bij 'Wie keek mee' staat iedereen die deze uitgave opende of een bestand ophaalde.",
    25: "Hieronder bij 'Duiding' staat wat professionals schreven, waar zij het oneens zijn, en wat nog niet is nagelezen.",
}


@dataclass(frozen=True)
class Point:
    """One point of the list: its number, how it came out, and what was found, in Dutch. `details`: lines to unfold."""

    number: int
    outcome: Outcome
    found: str
    details: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return TITLES[self.number]


Check = Callable[[], Point]
FormatCheck = Callable[[Path], Mapping[str, bool]]
"""Validates the files of a bundle: name of a format -> is it valid. Written elsewhere; handed in."""


def filled(checks: Iterable[Check]) -> tuple[Point, ...]:
    """The whole list, in order. A point that no check answers is one for the kluis or one that is always looked at."""
    found = {point.number: point for point in (check() for check in checks)}
    fixed = {number: Point(number, "kluis", text) for number, text in IN_THE_KLUIS.items()}
    live = {number: Point(number, "bekijk", text) for number, text in LIVE.items()}
    points = {**live, **fixed, **found}
    missing = sorted(TITLES.keys() - points.keys())
    if missing:
        raise AssertionError(f"points of the checklist without an answer: {missing}")
    return tuple(points[number] for number in TITLES)


def blocking(points: Iterable[Point]) -> tuple[int, ...]:
    """The points that make approving impossible."""
    return tuple(point.number for point in points if point.outcome == "fout")


def looks(points: Iterable[Point]) -> dict[str, tuple[int, ...]]:
    """Per party the points that its reviewer has to look at before approving."""
    listed = list(points)
    shared = tuple(point.number for point in listed if point.outcome == "bekijk")
    kluis = tuple(point.number for point in listed if point.outcome == "kluis")
    return {"CBS": tuple(sorted(shared + kluis)), "VWS": shared}


def as_record(points: Iterable[Point]) -> list[dict[str, object]]:
    """The list as it is kept in the audit."""
    return [
        {"number": point.number, "outcome": point.outcome, "found": point.found, "details": list(point.details)}
        for point in points
    ]


def from_record(record: Iterable[Mapping[str, object]]) -> tuple[Point, ...]:
    """The list as the audit keeps it."""
    return tuple(
        Point(int(str(row["number"])), row["outcome"], str(row["found"]), tuple(row["details"]))  # type: ignore[arg-type]
        for row in record
    )
