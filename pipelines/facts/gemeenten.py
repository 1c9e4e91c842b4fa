"""Gemeenten, provincies and their inhabitants, as published.

What belongs here: loading the open tables of this folder, and the public age bands. What does not: anything
from a delivery; denominators of rates come from here, never from the registers.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, cast

from pipelines.errors import UserError

PEILJAREN = (2019, 2020, 2021, 2022, 2023, 2024)
"""Peiljaren for which this folder carries a population table (31 December; the table is of the day after)."""

DEFAULT_PEILJAAR = 2023
"""The peiljaar of a command that names none: the last one with a population table per province that is published."""

Grounds = Literal["exact", "scaled", "estimated"]
"""What a figure rests on: a published table; a published figure that was divided or fitted; an estimate of this project."""

AGE_BANDS: dict[str, tuple[int, int]] = {
    "0-14": (0, 14),
    "15-24": (15, 24),
    "25-44": (25, 44),
    "45-64": (45, 64),
    "65+": (65, 130),
}
"""Public age bands, inclusive, in completed years on the peildatum (those of CBS Kerncijfers wijken en buurten)."""

SEXES: dict[str, str] = {"1": "man", "2": "vrouw"}
"""CBS code of GBAGESLACHT -> word used in figures."""

NEDERLAND = "NL01"

_OF_2020 = (
    "huishoudens_2020", "eenpersoons_2020", "zonder_kinderen_2020", "met_kinderen_2020",
    "bijstand_2020", "ao_2020", "ww_2020",
)  # fmt: skip


@dataclass(frozen=True)
class Gemeente:
    """One gemeente in the classification of a peiljaar. `inwoners` is of 1 January after the peildatum, and `grounds`
    what that figure rests on; coordinates are WGS84 degrees."""

    code: str
    naam: str
    provincie: str
    provincie_naam: str
    inwoners: int
    grounds: Grounds
    lengtegraad: float
    breedtegraad: float
    huishoudens_2020: int
    eenpersoons_2020: int
    zonder_kinderen_2020: int
    met_kinderen_2020: int
    bijstand_2020: int
    ao_2020: int
    ww_2020: int


def require_peiljaar(peiljaar: int) -> None:
    """Raise UserError when no public population table is carried for this peiljaar."""
    if peiljaar not in PEILJAREN:
        known = ", ".join(map(str, PEILJAREN))
        raise UserError(
            f"no public population table for peiljaar {peiljaar}: known are {known}. "
            "Add the table of 1 January of the next year to pipelines/facts (see SOURCES.md there)."
        )


@cache
def gemeenten(peiljaar: int) -> tuple[Gemeente, ...]:
    """All gemeenten in the classification of the peiljaar, in order of code.

    The classification is that of 1 January: Weesp, part of Amsterdam since 24 March 2022, is one until 2022.
    """
    require_peiljaar(peiljaar)
    people = {row["gemeente"]: row for row in _rows("bevolking.csv")}
    standing = [row for row in _rows("gemeenten.csv") if _stands(row, peiljaar)]
    absorbed = _absorbed_later({row["gemeente"] for row in standing})
    found = []
    for row in standing:
        code = row["gemeente"]
        of_2020 = {name: int(row[name]) for name in _OF_2020}
        # The figures of 2020 stand in the last classification, so what joins later has to come off.
        for other in standing:
            if other["gemeente"] in absorbed.get(code, ()):
                of_2020 = {name: number - int(other[name]) for name, number in of_2020.items()}
        found.append(
            Gemeente(
                code=code,
                naam=row["naam"],
                provincie=row["provincie"],
                provincie_naam=row["provincie_naam"],
                inwoners=int(people[code][f"inwoners_{peiljaar}"]),
                grounds=cast("Grounds", people[code][f"soort_{peiljaar}"]),
                lengtegraad=float(row["lengtegraad"]),
                breedtegraad=float(row["breedtegraad"]),
                **of_2020,
            )
        )
    return tuple(found)


def _stands(row: dict[str, str], peiljaar: int) -> bool:
    return int(row["eerste_peiljaar"]) <= peiljaar <= int(row["laatste_peiljaar"])


def _absorbed_later(codes: set[str]) -> dict[str, set[str]]:
    """Gemeente -> gemeenten that are still beside it in this classification, and that it takes in whole later."""
    found: dict[str, set[str]] = {}
    for row in _rows("herindelingen.csv"):
        if row["deel_promille"] == "1000" and row["van"] in codes and row["naar"] in codes:
            found.setdefault(row["naar"], set()).add(row["van"])
    return found


@cache
def provincies(peiljaar: int) -> dict[str, str]:
    """Provincie code -> name, in order of code."""
    return dict(sorted({g.provincie: g.provincie_naam for g in gemeenten(peiljaar)}.items()))


@cache
def inwoners(peiljaar: int) -> dict[tuple[str, str, str], int]:
    """(gemeente, age band, sex) -> inhabitants on the day after the peildatum; every combination present."""
    require_peiljaar(peiljaar)
    table = {(g.code, band, sex): 0 for g in gemeenten(peiljaar) for band in AGE_BANDS for sex in SEXES.values()}
    for gemeente, group, mannen, vrouwen in five_year_groups(peiljaar):
        band = _band_of(group)
        table[gemeente, band, "man"] += mannen
        table[gemeente, band, "vrouw"] += vrouwen
    return table


@cache
def five_year_groups(peiljaar: int) -> tuple[tuple[str, int, int, int], ...]:
    """Rows of (gemeente, first age of the five-year group, men, women); the last group is 95 and over."""
    require_peiljaar(peiljaar)
    men, women = f"mannen_{peiljaar}", f"vrouwen_{peiljaar}"
    return tuple(
        (row["gemeente"], int(row["leeftijd"].replace("+", "").split("-")[0]), int(row[men]), int(row[women]))
        for row in _rows("inwoners.csv")
        if row[men]
    )


def kerncijfers() -> dict[str, int]:
    """Subject -> national magnitude, from `kerncijfers.csv`."""
    return {row["onderwerp"]: int(row["waarde"]) for row in _rows("kerncijfers.csv")}


def _band_of(age: int) -> str:
    return next(name for name, (low, high) in AGE_BANDS.items() if low <= age <= high)


@cache
def _rows(name: str) -> list[dict[str, str]]:
    with (files("pipelines.facts") / name).open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle))
