"""The page of each persona: the newest peiljaar at `persona/`, earlier ones at `<peiljaar>/persona/`.

What belongs here: what the site adds to the page that a bundle carries: other years and versions, links, duiding. What does not: the page
itself (`pipelines/datacenter/persona_page.py` and its template).
"""

from collections.abc import Iterator

from pipelines.datacenter.persona_page import persona_context
from pipelines.datacenter.rendering import release_facts
from pipelines.datacenter.site.duiding import duiding_of
from pipelines.datacenter.site.editions import Edition
from pipelines.datacenter.site.persona_versions import versions_of
from pipelines.datacenter.site.shell import Site, SitePage


def persona_pages(site: Site) -> Iterator[SitePage]:
    """One page per persona and shown peiljaar."""
    for edition in site.editions.by_year.values():
        duiding = duiding_of(edition)
        for persona in edition.text.personas:
            context = persona_context(edition.found[persona.id], persona, edition.text, site.outlines)
            own = {
                "years": _years(site, persona.id, edition),
                "versions": versions_of(site, persona.id, edition),
                "duiding": duiding.get(persona.id, ()),
                "mechanism_page": "mechanismen.html",
                "edition": edition,
                "names": site.names,
                "titles": {mechanism.slug: mechanism.title for mechanism in edition.text.mechanisms},
            }
            yield site.page(
                page_of(site, persona.id, edition), "persona.html", **(context | release_facts(edition.text) | own)
            )


def page_of(site: Site, persona: str, edition: Edition) -> str:
    """Where the page of a persona in a version lies."""
    return f"persona/{persona}.html" if edition is site.newest else f"{edition.jaar}/persona/{persona}.html"


def _years(site: Site, persona: str, here: Edition) -> list[dict[str, object]]:
    """The shown peiljaren that have this persona; none when there is only one."""
    found = [edition for edition in site.editions.by_year.values() if persona in edition.personas]
    listed = [
        {"name": str(edition.jaar), "path": page_of(site, persona, edition), "here": edition is here}
        for edition in found
    ]
    return listed if len(listed) > 1 else []
