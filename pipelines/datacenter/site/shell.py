"""What all pages of the site share: the figures they show, where pages lie, and the frame around each.

What belongs here: `Site` and `SitePage`. What does not: what one page holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from pipelines.datacenter.boundaries import Outlines
from pipelines.datacenter.rendering import PROMISE, frame, render
from pipelines.datacenter.site.both_versions import Pair, both_versions
from pipelines.datacenter.site.editions import Edition, Editions
from pipelines.facts.areas import Area, areas
from pipelines.facts.gemeenten import Gemeente, gemeenten, provincies
from pipelines.release.content import date_in_words

NAVIGATION = (
    ("index.html", "Start"),
    ("gemeenten.html", "Gemeenten"),
    ("gebieden.html", "Gebieden"),
    ("vergelijken.html", "Vergelijken"),
    ("downloads.html", "Downloads"),
    ("methode.html", "Hoe wij tellen"),
)
ABOUT = (
    (PROMISE, "Wat beloven wij?"),
    ("kwaliteit.html", "Kwaliteit van de cijfers"),
    ("mechanismen.html", "Mechanismen"),
    ("correcties.html", "Correcties en revisies"),
    ("kalender.html", "Kalender"),
    ("toegankelijkheid.html", "Toegankelijkheid"),
)
"""Page -> its name, in the header and in the footer."""

RELEASES = "../uitgaven/"
"""From the root of the site to the published releases: on a disk they lie beside it, on a server below the same root (a
browser does not go above it)."""

_CLOCK = ZoneInfo("Europe/Amsterdam")


@dataclass(frozen=True)
class SitePage:
    """One page: its path below the site, and what its template fills in."""

    path: str
    template: str
    context: Mapping[str, object]

    def text(self) -> str:
        return render(self.template, self.context)


@dataclass(frozen=True, eq=False)
class Site:
    """Everything that pages are made from. `folder`: that of the published releases; `contact`: how to reach who offers the
    site, empty when that was not given."""

    editions: Editions
    folder: Path
    outlines: Outlines | None = None
    contact: str = ""

    @cached_property
    def newest(self) -> Edition:
        """The version of the newest peiljaar. Raises LookupError when nothing is published."""
        if self.editions.newest is None:
            raise LookupError("nothing is published")
        return self.editions.newest

    @cached_property
    def gemeenten(self) -> tuple[Gemeente, ...]:
        return gemeenten(self.newest.jaar)

    @cached_property
    def names(self) -> dict[str, str]:
        """Code of a gemeente, provincie or gebied of the newest peiljaar -> its name."""
        jaar = self.newest.jaar
        found = {g.code: g.naam for g in self.gemeenten} | provincies(jaar)
        return found | {area.code: area.naam for area in areas(jaar)}

    @cached_property
    def around(self) -> dict[str, tuple[Area, ...]]:
        """Code of a gemeente -> the gebieden that it lies in, by kind."""
        listed = areas(self.newest.jaar)
        return {g.code: tuple(area for area in listed if g.code in area.gemeenten) for g in self.gemeenten}

    @cached_property
    def remeasured(self) -> list[Pair]:
        """Both versions of every peiljaar that was measured anew."""
        return both_versions(self.editions)

    @cached_property
    def linked(self) -> frozenset[str]:
        """Codes that have a page."""
        return frozenset(self.names) if self.editions.newest else frozenset()

    def page(self, path: str, template: str, /, **context: object) -> SitePage:
        """A page of the site with its frame; `path` is relative to the site."""
        root = "../" * path.count("/")
        around = frame(
            root,
            layout="site/site.html",
            synthetic=self.editions.synthetic,
            proef=False,
            demonstration=self.editions.demonstration,
        )
        shared = {
            "here": path,
            "navigation": NAVIGATION if self.editions.newest else NAVIGATION[:1],
            "about": ABOUT if self.editions.newest else ABOUT[3:],
            "linked": self.linked,
            "releases": root + RELEASES,
            "downloads": f"{root}downloads.html",
        }
        return SitePage(path, template, around | shared | context)


def moment(text: str) -> str:
    """A moment of ISO 8601 as the Dutch read it: `2 maart 2026, 02:00 uur`; any other text as it is."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text
    here = found.astimezone(_CLOCK) if found.tzinfo else found
    return f"{date_in_words(here.date().isoformat())}, {here:%H:%M} uur"
