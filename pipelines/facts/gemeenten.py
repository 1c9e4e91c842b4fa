"""Gemeenten, provincies and their inhabitants, as published.

What belongs here: loading the open tables of this folder, and the public age bands. What does not: anything
from a delivery; denominators of rates come from here, never from the registers.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pipelines.errors import UserError

PEILJAREN = (2023,)
"""Peiljaren for which this folder carries a population table (31 December; the table is of the day after)."""

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


@dataclass(frozen=True)
class Gemeente:
    """One gemeente. `inwoners` is of 1 January after the peildatum; coordinates are WGS84 degrees."""

    code: str
    naam: str
    provincie: str
    provincie_naam: str
    inwoners: int
    inwoners_2021: int
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
    """All gemeenten of the peiljaar, in order of code."""
    require_peiljaar(peiljaar)
    return tuple(
        Gemeente(
            code=row["gemeente"],
            naam=row["naam"],
            provincie=row["provincie"],
            provincie_naam=row["provincie_naam"],
            inwoners=int(row["inwoners_2024"]),
            inwoners_2021=int(row["inwoners_2021"]),
            lengtegraad=float(row["lengtegraad"]),
            breedtegraad=float(row["breedtegraad"]),
            huishoudens_2020=int(row["huishoudens_2020"]),
            eenpersoons_2020=int(row["eenpersoons_2020"]),
            zonder_kinderen_2020=int(row["zonder_kinderen_2020"]),
            met_kinderen_2020=int(row["met_kinderen_2020"]),
            bijstand_2020=int(row["bijstand_2020"]),
            ao_2020=int(row["ao_2020"]),
            ww_2020=int(row["ww_2020"]),
        )
        for row in _rows("gemeenten.csv")
    )


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


def five_year_groups(peiljaar: int) -> list[tuple[str, int, int, int]]:
    """Rows of (gemeente, first age of the five-year group, men, women); the last group is 95 and over."""
    require_peiljaar(peiljaar)
    return [
        (
            row["gemeente"],
            int(row["leeftijd"].replace("+", "").split("-")[0]),
            int(row["mannen"]),
            int(row["vrouwen"]),
        )
        for row in _rows("inwoners_2024.csv")
    ]


def kerncijfers() -> dict[str, int]:
    """Subject -> national magnitude, from `kerncijfers.csv`."""
    return {row["onderwerp"]: int(row["waarde"]) for row in _rows("kerncijfers.csv")}


def _band_of(age: int) -> str:
    return next(name for name, (low, high) in AGE_BANDS.items() if low <= age <= high)


def _rows(name: str) -> list[dict[str, str]]:
    with (files("pipelines.facts") / name).open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle))
