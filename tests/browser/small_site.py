"""A small openbaar with two peiljaren, of which the first was corrected, and three personas, and one page of each kind.

What belongs here: making it, and the list of kinds. What does not: tests, the browser (`browser.py`).
"""

from pathlib import Path

from pipelines.datacenter.boundaries import Outlines
from pipelines.datacenter.site import build_site
from tests.invented_releases import publish

PERSONA, COARSE, OTHER = "dakloos-verslaafd-schulden", "meisje-diabetes-coeliakie-school", "oudere-zonder-aio"
BARE = "GM0014"
"""A gemeente without SCHULDHULP, so without a figure for the first persona."""

KINDS = {
    "start": "index.html",
    "gemeenten": "gemeenten.html",
    "gemeente": "gemeente/GM0363.html",
    "gemeente-klein": "gemeente/GM0088.html",
    "gemeente-niet-gemeten": f"gemeente/{BARE}.html",
    "gebieden": "gebieden.html",
    "gebied": "gebied/VR01.html",
    "provincie": "gebied/PV24.html",
    "persona": f"persona/{PERSONA}.html",
    "persona-gecorrigeerd": f"2022/persona/{PERSONA}.html",
    "vergelijken": "vergelijken.html",
    "downloads": "downloads.html",
    "methode": "methode.html",
    "belofte": "wat-beloven-wij.html",
    "kwaliteit": "kwaliteit.html",
    "mechanismen": "mechanismen.html",
    "correcties": "correcties.html",
    "kalender": "kalender.html",
    "toegankelijkheid": "toegankelijkheid.html",
}
"""Name of a kind of page -> one page of it, below the site."""

ANSWERS = {
    "zoek": "zoek?q=utrecht",
    "zoek-niets": "zoek?q=xyz",
    "vergelijk-verschil": "vergelijk?wat=verschil&eerste=Amsterdam&tweede=Rotterdam%2C+Utrecht&persona=&jaar=2023",
    "vergelijk-som": "vergelijk?wat=som&gemeenten=Almere%2C+Zwolle&persona=&jaar=2023",
    "vergelijk-jaren": "vergelijk?wat=jaren&gemeente=&persona=&van=2022&tot=2023",
    "vergelijk-geweigerd": "vergelijk?wat=som&gemeenten=Amstrdam&persona=&jaar=2023",
    "niet-gevonden": "gemeente/GM9999.html",
}
"""Name of an answer of the public app -> its address below the root."""

SAID = {
    "id": 1, "soort": "tegenspraak", "knelpunt": "samenwerking", "mechanismen": [], "leerorde": "2", "bron": "wijkteam",
    "naam": "N. Voorbeeld", "functie": "consulent schuldhulp", "organisatie": "Gemeente Voorbeeld", "datum": "2026-02-01",
    "reactie_op": None, "tekst": "Wij zien er minder: velen vertrekken eerst naar een andere stad.", "herkenning": "hoger",
}  # fmt: skip
CORRECTION = {
    "kind": "correctie",
    "note": "Eén gemeente leverde opnieuw: haar eerste levering miste een maand.",
    "released_at": "2024-06-03T00:00:00+00:00",
}
"""Of the first peiljaar, measured anew."""
DUIDING = [
    {
        "persona": PERSONA,
        "regio": "GM0363",
        "herkenning": {"herkenbaar": 1, "hoger": 1},
        "duidingen": [
            SAID,
            SAID | {"id": 2, "herkenning": "herkenbaar", "soort": "verklaring", "tekst": "Dit klopt met ons beeld."},
        ],
    }
]


def make_openbaar(openbaar: Path, outlines: Outlines | None = None) -> Path:
    """Write `uitgaven/` and `site/` below a new folder, and return it."""
    uitgaven = openbaar / "uitgaven"
    chosen = (PERSONA, COARSE, OTHER)
    publish(uitgaven, 2022, chosen=chosen, uncovered=frozenset({BARE}))
    publish(uitgaven, 2022, chosen=chosen, uncovered=frozenset({BARE}), versie="2.0.0", publication=CORRECTION)
    publish(uitgaven, 2023, chosen=chosen, uncovered=frozenset({BARE}), higher={"GM0363": 500}, duiding=DUIDING)
    calendar = '{"format": 1, "entries": [{"release_id": "2024-voorlopig", "versie": "1.0.0", "public_from": "2027-03-02T01:00:00+00:00", "state": "gepland"}]}'
    (uitgaven / "kalender.json").write_text(calendar, encoding="utf-8")
    build_site(uitgaven, openbaar / "site", outlines=outlines, contact="toegankelijk@voorbeeld.invalid")
    return openbaar
