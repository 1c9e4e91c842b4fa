"""How what a page of the review shows is counted and worded.

What belongs here: turning kept records and figures into what the templates print. What does not: gathering (`views.py`),
HTML (the templates).
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from pipelines.datacenter.review import duiding
from pipelines.datacenter.review.checklist import Point
from pipelines.datacenter.review.desk import Standing
from pipelines.datacenter.review.events import PARTIES, Voted
from pipelines.datacenter.review.state import State
from pipelines.datacenter.words import about, from_to, whole
from pipelines.facts.gemeenten import NEDERLAND, gemeenten

_MAKER: Mapping[State, str] = {
    "ingediend": "CBS en VWS oordelen. U hoeft nu niets te doen.",
    "een_oordeel": "CBS en VWS oordelen. U hoeft nu niets te doen.",
    "overleg": "Een beoordelaar heeft een vraag of een bezwaar. Antwoord bij Oordelen en overleg, of neem de uitgave terug.",
    "afgekeurd": "Deze versie wordt niet openbaar. De redenen staan bij Oordelen en overleg; een nieuwe versie kunt u wel indienen.",
}
_JUDGE = "Loop de controlelijst na en geef daarna uw oordeel."
_REVIEWER: Mapping[State, str] = {
    "concept": "De maker moet deze uitgave nog indienen; er valt nog niets te oordelen.",
    "ingediend": _JUDGE,
    "een_oordeel": _JUDGE,
    "overleg": "CBS en VWS zijn het nog niet eens. Lees elkaars redenen, overleg, en geef zo nodig een nieuw oordeel.",
    "afgekeurd": "Deze versie wordt niet openbaar. De maker kan een nieuwe versie indienen.",
}


def counts(points: Iterable[Point]) -> dict[str, int]:
    """How many points of the checklist came out how."""
    counted: Counter[str] = Counter(point.outcome for point in points)
    return {outcome: counted[outcome] for outcome in ("goed", "bekijk", "kluis", "fout")}


def disagreements(kept: list[duiding.Kept]) -> int:
    """Figures of which some say lower or higher than expected, and others something else."""
    open_ones = duiding.by_figure(one for one in kept if not one.withdrawn)
    return sum(
        len([name for name, said in columns.items() if said and name != "weet_niet"]) > 1
        for columns in open_ones.values()
    )


def next_step(standing: Standing, role: str, party: str | None, own: Voted | None) -> str:
    """What somebody in this role does now, or whom the release waits for; empty when the page says so by itself."""
    state, other = standing.state, next((one for one in PARTIES if one != party), "")
    if role == "maker":
        return _MAKER.get(state, "")
    if party is None:
        return ""
    if state in ("ingediend", "een_oordeel") and own:
        return f"Uw oordeel is vastgelegd. {other} heeft nog niet geoordeeld; u hoeft nu niets te doen."
    return _REVIEWER.get(state, "")


def place_name(code: str, peiljaar: int) -> str:
    """The name of the land or of a gemeente in a year; the code of what it does not know."""
    return _regions(peiljaar).get(code, code)


def regions(standing: Standing) -> dict[str, str]:
    """Code -> name of the land and its gemeenten in the year of a release, in the order of a Dutch list."""
    return _regions(int(str(standing.bundle.facts["peiljaar"])))


def _regions(peiljaar: int) -> dict[str, str]:
    places = gemeenten(peiljaar)
    return {NEDERLAND: "heel Nederland"} | {g.code: g.naam for g in sorted(places, key=lambda g: g.naam.lstrip("'s- "))}


def region_of(text: str, standing: Standing) -> str:
    """The code of a region that was given by its code or, as people type it, by its name."""
    wanted = text.strip().casefold()
    return next(
        (code for code, name in regions(standing).items() if wanted in (code.casefold(), name.casefold())), text
    )


def figure_words(row: dict[str, object]) -> dict[str, str]:
    """A figure as a reader sees it."""
    value, low, high = (row[name] for name in ("schatting", "onder95", "boven95"))
    if not isinstance(value, float) or not isinstance(low, float) or not isinstance(high, float):
        return {"naam": str(row["regio_naam"]), "getal": "niet gemeten", "marge": "", "uitleg": ""}
    headline, margin = about(value, low, high)
    unsure = row["bruikbaarheid"] == "te_onzeker"
    return {
        "naam": str(row["regio_naam"]),
        "getal": headline,
        "marge": margin,
        "uitleg": f"Te onzeker om alleen te gebruiken; precies: {whole(value)} ({from_to(low, high)})."
        if unsure
        else "",
    }
