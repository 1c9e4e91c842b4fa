"""The start page: what this is, the search for a gemeente, the personas, the newest releases, the budget left.

What belongs here: choosing what stands there. What does not: HTML and fixed texts (the template).
"""

from collections.abc import Iterator

from pipelines.datacenter import sentences, words
from pipelines.datacenter.pages import budget
from pipelines.datacenter.site.editions import Edition
from pipelines.datacenter.site.shell import Site, SitePage, moment


def start_pages(site: Site) -> Iterator[SitePage]:
    """The start page; also when nothing is published."""
    newest = site.editions.newest
    if newest is None:
        yield site.page("index.html", "site/nothing.html")
        return
    entries = [(persona, newest.found[persona.id]) for persona in newest.text.personas]
    last = last_spent(site)
    yield site.page(
        "index.html",
        "site/start.html",
        entries=entries,
        edition=newest,
        release=newest.text,
        names=[g.naam for g in sorted(site.gemeenten, key=lambda g: words.alphabetical(g.naam))],
        editions=[edition_row(edition) for edition in reversed(site.editions.by_year.values())],
        budget=budget(last.text),
        account=sentences.in_short(last.text),
    )


def last_spent(site: Site) -> Edition:
    """The shown version that was measured last: it knows best what is left of the budget."""
    return max(site.editions.by_year.values(), key=lambda one: one.text.created_at)


def edition_row(edition: Edition) -> dict[str, object]:
    """A version in a list of versions."""
    return {
        "jaar": edition.jaar,
        "id": edition.id,
        "versie": edition.versie,
        "path": edition.path,
        "status": words.STATUS.get(edition.text.status, edition.text.status),
        "published": moment(edition.publication.published_at),
        "title": edition.text.title,
    }
