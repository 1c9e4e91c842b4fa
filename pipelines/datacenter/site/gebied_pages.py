"""The page of each provincie and each gebied that is a sum of gemeenten, and the list of all of them.

What belongs here: their figures for all personas, which gemeenten they hold and which of those are not measured. What does
not: making the sums (`release/area_figures.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.datacenter import words
from pipelines.datacenter.persona_page import GEBIEDEN
from pipelines.datacenter.site.place_rows import PersonaRow, instead, persona_rows, years
from pipelines.datacenter.site.shell import Site, SitePage
from pipelines.facts.areas import areas
from pipelines.facts.gemeenten import provincies


@dataclass(frozen=True)
class Region:
    """A provincie or gebied: kind in words, code, name, the codes of its gemeenten."""

    kind: str
    code: str
    naam: str
    gemeenten: tuple[str, ...]


def gebied_pages(site: Site) -> Iterator[SitePage]:
    """The list, and a page per provincie and gebied."""
    found = _regions(site)
    kinds: dict[str, list[Region]] = {}
    for region in found:
        kinds.setdefault(region.kind, []).append(region)
    yield site.page("gebieden.html", "site/gebieden.html", kinds=kinds, edition=site.newest)
    people = {g.code: g.inwoners for g in site.gemeenten}
    for region in found:
        rows = persona_rows(site.newest, region.code)
        yield site.page(
            f"gebied/{region.code}.html",
            "site/gebied.html",
            region=region,
            edition=site.newest,
            inwoners=words.whole(sum(people[code] for code in region.gemeenten)),
            members=sorted(
                ((code, site.names[code]) for code in region.gemeenten), key=lambda m: words.alphabetical(m[1])
            ),
            rows=rows,
            without=_without(site, region, rows),
            instead=[one for one in instead(site.newest, rows, ()) if one.why == words.USABILITY["te_onzeker"]],
            jaren=list(site.editions.by_year),
            years=years(site, region.code, rows),
            below_zero=any(
                f is not None and f.below_zero for row in rows for f in (row.missing, row.served, row.unknown)
            ),
        )


def _regions(site: Site) -> list[Region]:
    jaar = site.newest.jaar
    of_provincie = [
        Region("Provincie", code, naam, tuple(g.code for g in site.gemeenten if g.provincie == code))
        for code, naam in provincies(jaar).items()
    ]
    return of_provincie + [Region(GEBIEDEN[area.kind], area.code, area.naam, area.gemeenten) for area in areas(jaar)]


def _without(site: Site, region: Region, rows: list[PersonaRow]) -> list[tuple[PersonaRow, list[str]]]:
    """Per persona: the names of the gemeenten of this gebied that were not measured."""
    found = []
    for row in rows:
        figures = [(code, site.newest.figure(row.persona.id, "missing", code)) for code in region.gemeenten]
        names = [
            site.names[code]
            for code, figure in figures
            if figure is not None and not figure.measured and not figure.held_back
        ]
        if names:
            found.append((row, sorted(names, key=words.alphabetical)))
    return found
