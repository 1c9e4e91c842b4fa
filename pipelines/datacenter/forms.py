"""Answers to the forms of the public site: the search, the difference, the sum, two years.

What belongs here: which fields a visitor may fill, how much of them is read, and the page of the answer. What does not: the
answers (`answers.py`), HTTP (`public_app.py`). Everything comes from published releases.
"""

from collections.abc import Mapping
from pathlib import Path
from threading import Lock

from pipelines.datacenter import words
from pipelines.datacenter.answers import Refused, answer
from pipelines.datacenter.site.compare_page import compare_page
from pipelines.datacenter.site.editions import read_editions
from pipelines.datacenter.site.gemeente_pages import list_page
from pipelines.datacenter.site.shell import Site, SitePage
from pipelines.release.manifest import MANIFEST

LONGEST = {
    "q": 60,
    "eerste": 4_000,
    "tweede": 4_000,
    "gemeenten": 4_000,
    "gemeente": 100,
    "persona": 100,
    "jaar": 4,
    "van": 4,
    "tot": 4,
    "wat": 10,
}
"""Field of a form -> how many characters are read of it; a longer one is refused, another field is ignored."""


class Forms:
    """Answers over the published releases of a folder; reads them again when a release came or changed."""

    def __init__(self, uitgaven: Path, contact: str = "") -> None:
        self._folder, self._contact = uitgaven, contact
        self._lock = Lock()
        self._seen: tuple[tuple[str, int, int], ...] | None = None
        self._site: Site | None = None

    def search(self, asked: Mapping[str, str]) -> SitePage:
        """The list of gemeenten with what was searched for; the start page when nothing is published."""
        site = self.site()
        if site.editions.newest is None:
            return site.page("zoek", "site/nothing.html")
        try:
            return list_page(site, "zoek", _read(asked, "q"))
        except Refused:
            return list_page(site, "zoek", "")

    def compare(self, asked: Mapping[str, str]) -> SitePage:
        """The page of comparing, with the answer or why there is none."""
        site = self.site()
        if site.editions.newest is None:
            return site.page("vergelijk", "site/nothing.html")
        given: dict[str, str] = {}
        try:
            given = {name: _read(asked, name) for name in LONGEST if name in asked}
            return compare_page(site, "vergelijk", asked=given, found=answer(site, given))
        except Refused as why:
            return compare_page(site, "vergelijk", asked=given, refused=str(why))

    def not_found(self, path: str) -> SitePage:
        """The page for an address that is not there."""
        return self.site().page(path.lstrip("/"), "site/niet-gevonden.html")

    def site(self) -> Site:
        """What is published now. Raises RoomError when a release is not as its manifest says."""
        files = [path for path in sorted(self._folder.glob("*/*/*.json")) if path.name in _WATCHED]
        seen = tuple((str(path), (found := path.stat()).st_mtime_ns, found.st_ino) for path in files)
        with self._lock:
            if self._site is None or seen != self._seen:
                self._site = Site(read_editions(self._folder), self._folder, contact=self._contact)
                self._seen = seen
            return self._site


_WATCHED = (MANIFEST, "publication.json", "intrekking.json")


def _read(asked: Mapping[str, str], name: str) -> str:
    """One field, without characters that cannot be shown. Raises Refused when it is too long."""
    text = asked.get(name, "")
    if len(text) > LONGEST[name]:
        raise Refused(f"U vroeg te veel ineens: hoogstens {words.whole(LONGEST[name])} tekens in één veld.")
    return "".join(char if char.isprintable() else " " for char in text).strip()
