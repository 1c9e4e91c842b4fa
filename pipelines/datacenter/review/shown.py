"""How what a page of the review shows is counted and worded.

What belongs here: turning kept records and figures into what the templates print. What does not: gathering (`views.py`),
HTML (the templates).
"""

from collections import Counter
from collections.abc import Iterable

from pipelines.datacenter.review import duiding
from pipelines.datacenter.review.checklist import Point
from pipelines.datacenter.review.desk import Standing
from pipelines.datacenter.words import about, from_to, whole
from pipelines.facts.gemeenten import NEDERLAND, gemeenten


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


def regions(standing: Standing) -> dict[str, str]:
    """Code -> name of the land and its gemeenten in the year of a release, in the order of a Dutch list."""
    places = gemeenten(int(str(standing.bundle.facts["peiljaar"])))
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
