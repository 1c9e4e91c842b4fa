"""The figures of one place, a gemeente or a gebied, over all personas: what both kinds of page show.

What belongs here: a row per persona, what to use instead of a figure that is too uncertain, earlier years. What does not: the
pages themselves, comparing with other places (`gemeente_pages.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.datacenter import words
from pipelines.datacenter.figures import STATES, Figure
from pipelines.datacenter.site.editions import Edition
from pipelines.datacenter.site.shell import Site
from pipelines.facts.crosswalk import crosswalk
from pipelines.facts.gemeenten import NEDERLAND
from pipelines.release.content import PersonaText

COARSE = "heeft geen cijfers op dit niveau"
"""What stands where a persona is published for larger regions only."""


@dataclass(frozen=True)
class PersonaRow:
    """One persona in one place; None where the release has no such figure."""

    persona: PersonaText
    missing: Figure | None
    served: Figure | None
    unknown: Figure | None
    national: Figure
    digits: int

    @property
    def usable(self) -> bool:
        return self.missing is not None and self.missing.measured and self.missing.bruikbaarheid == "bruikbaar"


@dataclass(frozen=True)
class Year:
    """One cell of the table of years: the headline, or why there is none, and a remark."""

    told: str
    margin: str
    remark: str


@dataclass(frozen=True)
class Instead:
    """What to do about a figure that cannot be used alone: why, and the next larger place with one that can; `name` and
    `told` are empty when there is none."""

    persona: PersonaText
    why: str
    name: str
    told: str


def persona_rows(edition: Edition, code: str) -> list[PersonaRow]:
    """Every persona of a version, in its own order."""
    rows = []
    for persona in edition.text.personas:
        missing, served, unknown = (edition.figure(persona.id, state, code) for state in STATES)
        national = edition.found[persona.id].land("missing")
        digits = words.rate_digits(max(0.0, national.per_1000 or 0.0))
        rows.append(PersonaRow(persona, missing, served, unknown, national, digits))
    return rows


def instead(edition: Edition, rows: Iterable[PersonaRow], larger: Iterable[str]) -> list[Instead]:
    """For each figure of a place that cannot be used alone: the first of `larger` (codes, nearest first; the country at the
    end is added) whose figure can."""
    found = []
    for row in rows:
        if row.usable:
            continue
        why = COARSE if row.missing is None else row.missing.usability
        figures = [edition.figure(row.persona.id, "missing", code) for code in (*larger, NEDERLAND)]
        usable = next((f for f in figures if f is not None and f.measured and f.bruikbaarheid == "bruikbaar"), None)
        told = " ".join(usable.headline) if usable else ""
        found.append(Instead(row.persona, why, _called(usable) if usable else "", told))
    return found


def _called(figure: Figure) -> str:
    return "heel Nederland" if figure.regio == NEDERLAND else f"{figure.niveau} {figure.regio_naam}"


def years(site: Site, code: str, rows: Iterable[PersonaRow]) -> list[tuple[PersonaText, list[Year]]]:
    """Per persona of the newest peiljaar: the figure of every shown peiljaar, oldest first."""
    remarks = {jaar: _boundaries(site, jaar, code) for jaar in site.editions.by_year}
    return [
        (
            row.persona,
            [_year(edition, row.persona, code, remarks[jaar]) for jaar, edition in site.editions.by_year.items()],
        )
        for row in rows
        if row.missing is not None
    ]


def _year(edition: Edition, persona: PersonaText, code: str, remark: str) -> Year:
    figure = edition.figure(persona.id, "missing", code)
    if figure is None:
        return Year("geen cijfer", "", remark)
    told, margin = figure.headline
    other = edition.personas[persona.id].fingerprint != persona.fingerprint
    return Year(
        told,
        margin,
        "; ".join(
            filter(None, (figure.quality if figure.measured else "", remark, "andere definitie" if other else ""))
        ),
    )


def _boundaries(site: Site, jaar: int, code: str) -> str:
    """Whether a gemeente had other boundaries in an earlier peiljaar, or was not there."""
    if not code.startswith("GM") or jaar == site.newest.jaar:
        return ""
    came_from = [old for old, shares in crosswalk(jaar, site.newest.jaar).items() if code in shares]
    return "" if came_from == [code] else "andere grenzen"
