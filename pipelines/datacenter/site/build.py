"""Making the whole public site from the published releases.

What belongs here: which pages there are, and writing them. What does not: what they hold; switching the link to a new site
(the publishing job does).
"""

from collections.abc import Iterator
from pathlib import Path

from pipelines.datacenter.boundaries import Outlines
from pipelines.datacenter.site.compare_page import compare_page
from pipelines.datacenter.site.editions import read_editions
from pipelines.datacenter.site.gebied_pages import gebied_pages
from pipelines.datacenter.site.gemeente_pages import gemeente_pages
from pipelines.datacenter.site.history_pages import history_pages
from pipelines.datacenter.site.method_pages import method_pages
from pipelines.datacenter.site.persona_pages import persona_pages
from pipelines.datacenter.site.shell import Site, SitePage
from pipelines.datacenter.site.start import start_pages
from pipelines.errors import RoomError


def build_site(uitgaven: Path, into: Path, *, outlines: Outlines | None = None, contact: str = "") -> None:
    """Write every page into `into`, a folder that is new or empty. The same releases give the same bytes.

    `uitgaven`: `<release id>/<version>/`, each a bundle with its manifest and `publication.json`. `outlines`: boundaries for the
    maps; `contact`: how to reach who offers the site. Raises RoomError, before
    anything is written, for a release that is not whole, and for a folder that holds something.
    """
    if into.exists() and any(into.iterdir()):
        raise RoomError(
            f"{into} is not empty. The site is made in a new folder, so that no page of an older one stays behind."
        )
    site = Site(read_editions(uitgaven), uitgaven, outlines, contact)
    for edition in site.editions.by_year.values():
        # Also reads every file that pages are made from.
        _ = edition.text, edition.found
    for page in site_pages(site):
        path = into / page.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(page.text().encode("utf-8"))


def site_pages(site: Site) -> Iterator[SitePage]:
    """Every page, one after the other."""
    yield from start_pages(site)
    if site.editions.newest is not None:
        yield from persona_pages(site)
        yield from gemeente_pages(site)
        yield from gebied_pages(site)
        yield compare_page(site)
    yield from method_pages(site)
    yield from history_pages(site)
