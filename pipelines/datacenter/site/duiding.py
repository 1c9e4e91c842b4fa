"""Duiding: what professionals say of the figures of a persona, as published beside a release.

What belongs here: reading `duiding.json` and its words for a page: how many recognise a figure, then who says what, side by
side. What does not: gathering and judging it (the review). Nothing is merged into one opinion.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.datacenter import duiding_words
from pipelines.datacenter.site.editions import Edition
from pipelines.errors import RoomError
from pipelines.facts.gemeenten import NEDERLAND
from pipelines.release.manifest import DUIDING

RECOGNITION = {
    "herkenbaar": "herkenbaar",
    "lager": "lager dan verwacht",
    "hoger": "hoger dan verwacht",
    "weet_niet": "weet niet",
}
WORDS: Mapping[str, Mapping[str, str]] = {
    "soort": duiding_words.SOORT,
    "knelpunt": duiding_words.KNELPUNT,
    "leerorde": duiding_words.LEERORDE,
    "bron": duiding_words.BRON,
}
"""Field of a record -> word in the file -> what a page calls it."""


@dataclass(frozen=True)
class Remark:
    """One duiding, its choices in words and its texts as written; `answers` is the name of whom it answers."""

    soort: str
    knelpunt: str
    mechanismen: tuple[str, ...]
    leerorde: str
    tekst: str
    bron: str
    naam: str
    functie: str
    organisatie: str
    datum: str
    answers: str


@dataclass(frozen=True)
class Discussed:
    """One figure: the region, how many said what of it, and per recognition who said it."""

    regio: str
    counts: tuple[tuple[str, int], ...]
    columns: tuple[tuple[str, tuple[Remark, ...]], ...]


def duiding_of(edition: Edition) -> dict[str, tuple[Discussed, ...]]:
    """Persona -> the figures that were discussed, the country first. Raises RoomError for a file that cannot be read."""
    path = edition.folder / DUIDING
    if not path.is_file():
        return {}
    found: dict[str, list[Discussed]] = {}
    try:
        for figure in json.loads(path.read_bytes())["figures"]:
            found.setdefault(str(figure["persona"]), []).append(_discussed(str(figure["regio"]), figure["duidingen"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise RoomError(
            f"release folder '{edition.path}': {DUIDING} is not what the publishing job writes. Let `blindevlek publish` write it "
            "again."
        ) from None
    return {persona: tuple(sorted(figures, key=_country_first)) for persona, figures in found.items()}


def _country_first(figure: Discussed) -> tuple[bool, str]:
    return figure.regio != NEDERLAND, figure.regio


def _discussed(regio: str, records: Iterable[dict[str, Any]]) -> Discussed:
    records = list(records)
    names = {record["id"]: str(record["naam"]) for record in records}
    said = {kind: [r for r in records if r["herkenning"] == kind] for kind in RECOGNITION}
    return Discussed(
        regio,
        tuple((RECOGNITION[kind], len(own)) for kind, own in said.items() if own),
        tuple(
            (RECOGNITION[kind], tuple(_remark(record, names) for record in own)) for kind, own in said.items() if own
        ),
    )


def _remark(record: dict[str, Any], names: Mapping[object, str]) -> Remark:
    def word(field: str) -> str:
        given = str(record.get(field) or "")
        return WORDS[field].get(given, given)

    def text(field: str) -> str:
        return str(record.get(field) or "")

    return Remark(
        soort=word("soort"),
        knelpunt=word("knelpunt"),
        mechanismen=tuple(str(slug) for slug in record.get("mechanismen") or ()),
        leerorde=word("leerorde"),
        tekst=text("tekst"),
        bron=word("bron"),
        naam=text("naam"),
        functie=text("functie"),
        organisatie=text("organisatie"),
        datum=text("datum"),
        answers=names.get(record.get("reactie_op"), ""),
    )
