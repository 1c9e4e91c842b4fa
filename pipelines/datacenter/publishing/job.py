"""The publishing job: what was approved and is past its embargo becomes public, in an order that a kill cannot spoil.

What belongs here: that order. 1 the audit says "released" (no vote moves after that); 2 the release lies in openbaar, in
one move; 3 what stands beside it; 4 a whole new site, built apart; 5 the link to the site; 6 the link `laatste`; 7 the
audit says "published". Each step finds what an earlier run finished. What does not: pages of the site (handed in).
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from filelock import FileLock, Timeout

from pipelines.datacenter.publishing import files
from pipelines.datacenter.publishing.links import point, target_of
from pipelines.datacenter.review import duiding
from pipelines.datacenter.review.bundles import in_wachtruimte, is_name
from pipelines.datacenter.review.demonstration_room import DEMONSTRATION
from pipelines.datacenter.review.events import Name, Published, Released, World
from pipelines.datacenter.review.public_room import published_folders, published_heads
from pipelines.datacenter.review.state import Refused, order_of, state_of, why_not_publishable
from pipelines.datacenter.review.store import Store
from pipelines.errors import CheckFailed, RoomError
from pipelines.notices import Notices
from pipelines.private_files import files_like
from pipelines.release.content import Fact
from pipelines.release.manifest import DUIDING, MANIFEST, PUBLICATION, WITHDRAWAL, ManifestError, verify
from pipelines.rooms import DataRoot

BuildSite = Callable[[Path, Path], None]
"""(folder with all published releases, new empty folder) -> fills the folder with the whole public site."""

WHO = "publishing"
SYNTHETIC_WORD = "synthetisch"
_KEPT_SITES = 3


@dataclass(frozen=True)
class Outcome:
    """What a run did: releases that became public, those that were due and could not (with why), whether the site is a
    new one, and those that wait for their embargo (with the moment)."""

    published: tuple[Name, ...] = ()
    refused: dict[Name, str] = field(default_factory=dict)
    new_site: bool = False
    waiting: dict[Name, str] = field(default_factory=dict)


class Busy(RoomError):
    """Another run is publishing; that one does the work."""


class Publisher:
    """Publishes for one data root. `synthetic_root`: whether its figures are synthetic; a release of the other kind is
    never published there."""

    def __init__(
        self,
        root: DataRoot,
        store: Store,
        build_site: BuildSite,
        notices: Notices | None = None,
        *,
        synthetic_root: bool,
        code_version: str = "",
    ) -> None:
        self.root, self.store, self._build_site = root, store, build_site
        self._notices, self._synthetic, self._code = notices or Notices(), synthetic_root, code_version

    def run(self) -> Outcome:
        """Publish what is due. Raises RoomError when the audit is damaged or another run is busy, CheckFailed when the new
        site is not fit to be seen; openbaar then shows what it showed."""
        with self._alone(), files_like(self.root.openbaar):
            self.store.verify(published_heads(self.root, demonstration=self.store.demonstration))
            self._remove_drafts()
            if target_of(self.root.openbaar / "site") == self.root.openbaar / "sites" / self._fingerprint():
                # A run was killed between the switch and its last word: what the site shows was published.
                self._finish()
            self._take_away()
            world, refused = self.store.world(), {}
            for name in self._due(world):
                try:
                    self._release(name)
                    self._copy(name)
                except (ManifestError, Refused, CheckFailed) as error:
                    refused[name] = str(error)
            self._write_beside()
            new_site = self._switch()
            published = self._finish()
            self._remove_old_sites()
        for release_id, versie in published:
            self._notices.tell("openbaar", release_id, versie)
        return Outcome(published, refused, new_site, self._embargoed())

    def _due(self, world: World) -> list[Name]:
        now = self.store.now()
        due = [name for name, review in world.items() if state_of(review, now) in ("goedgekeurd", "vrijgegeven")]
        return sorted(due, key=lambda name: (name[0], order_of(name[1])))

    def _embargoed(self) -> dict[Name, str]:
        now = self.store.now()
        return {name: r.public_from for name, r in self.store.world().items() if state_of(r, now) == "embargo"}

    def _release(self, name: Name) -> None:
        """Step 1: check everything anew, and let the audit say that no vote moves any more."""
        world = self.store.world()
        folder, submission = in_wachtruimte(self.root, *name), world[name].submission
        if submission is None:
            raise Refused("Deze uitgave is niet ingediend.")
        if world[name].released:
            return
        facts = verify(folder, submission.digest).facts
        self._require_fit(folder, facts)
        if (facts.get("release_id"), facts.get("versie")) != name:
            raise Refused("Het manifest noemt een andere uitgave dan de map.")
        if why := why_not_publishable(world, name, submission.digest, self.store.now()):
            raise Refused(f"Publiceren kan niet: {why}.")
        self.store.record(name, Released(WHO, submission.digest))

    def _copy(self, name: Name) -> None:
        """Step 2."""
        world = self.store.world()
        released = world[name].released
        if released is None:
            raise Refused("Deze uitgave is niet vrijgegeven.")
        lines = self.store.lines("Voted", "Released", subject="/".join(name))
        head = next(line.hash for line in reversed(lines) if line.kind == "Released")
        hashes = {str(line.facts()["party"]): line.hash for line in lines if line.kind == "Voted"}
        record = files.publication_record(world, name, hashes, head, demonstration=self.store.demonstration)
        final = self.root.uitgaven / name[0] / name[1]
        files.copy_release(in_wachtruimte(self.root, *name), final, released.digest, record)

    def _take_away(self) -> None:
        """A release that was withdrawn before any site showed it: a site that cannot be built must not stay stuck on it."""
        world = self.store.world()
        for folder in published_folders(self.root):
            review = world.get((folder.parent.name, folder.name))
            if review and review.withdrawn and not review.published_at:
                aside = files.draft_of(folder)
                folder.rename(aside)
                shutil.rmtree(aside)

    def _write_beside(self) -> None:
        """Step 3: duiding and withdrawals of every published release, and the calendar."""
        world = self.store.world()
        for folder in published_folders(self.root):
            name = (folder.parent.name, folder.name)
            kept = duiding.of_release(self.store, *name)
            files.write_json(folder / DUIDING, duiding.public_record(*name, kept))
            gone = world[name].withdrawn if name in world else None
            if gone:
                content = {"format": 1, "at": world[name].withdrawn_at, "party": gone.party, "reason": gone.reason}
                files.write_json(folder / WITHDRAWAL, content)
        self.root.uitgaven.mkdir(parents=True, exist_ok=True)
        files.write_json(self.root.uitgaven / files.CALENDAR, files.calendar_record(world, self.store.now()))

    def _switch(self) -> bool:
        """Steps 4 to 6: a site of everything that is published; returns whether it is a new one."""
        sites, link = self.root.openbaar / "sites", self.root.openbaar / "site"
        site = sites / self._fingerprint()
        new = target_of(link) != site
        if not site.exists():
            sites.mkdir(parents=True, exist_ok=True)
            draft = files.draft_of(site)
            draft.mkdir()
            self._build_site(self.root.uitgaven, draft)
            self._require_whole_site(draft)
            files.settle(draft)
            draft.rename(site)
        if new:
            point(link, site)
        for release in sorted({folder.parent for folder in published_folders(self.root)}):
            newest = _newest(release)
            if target_of(release / "laatste") != newest:
                point(release / "laatste", newest)
        return new

    def _finish(self) -> tuple[Name, ...]:
        """Step 7: the audit says what is public now."""
        done = []
        for name, review in sorted(self.store.world().items()):
            folder = self.root.uitgaven / name[0] / name[1]
            if review.released and not review.published_at and (folder / PUBLICATION).is_file():
                self.store.record(name, Published(WHO, review.released.digest))
                done.append(name)
        return tuple(done)

    def _require_fit(self, folder: Path, facts: Mapping[str, Fact]) -> None:
        synthetic = facts.get("synthetic")
        if facts.get("proef") is not False:
            raise Refused("Dit is een proef; een proef wordt nooit openbaar.")
        if bool(facts.get(DEMONSTRATION)) is not self.store.demonstration:
            raise Refused("Een uitgave van de demonstratie en een echte uitgave horen elk op hun eigen plek.")
        if synthetic is not self._synthetic:
            kind = "synthetisch" if synthetic else "niet synthetisch"
            raise Refused(
                f"De cijfers zijn {kind}, en deze gegevensmap niet van dezelfde soort; dan wordt niets gepubliceerd."
            )
        if synthetic:
            _require_word(folder, [*folder.rglob("*.html"), folder / "LEESMIJ.txt"])

    def _require_whole_site(self, site: Path) -> None:
        pages = list(site.rglob("*.html"))
        if not (site / "index.html").is_file():
            raise CheckFailed(
                "the new site has no index.html; the old site stays. Mend what builds it and publish again."
            )
        if self._synthetic:
            _require_word(site, pages)

    def _fingerprint(self) -> str:
        """Of everything that a site is built from: the same content gives the same site."""
        seen = sha256(self._code.encode())
        for folder in published_folders(self.root):
            for name in (MANIFEST, PUBLICATION, DUIDING, WITHDRAWAL):
                path = folder / name
                seen.update(sha256(path.read_bytes() if path.is_file() else b"").digest())
        calendar = self.root.uitgaven / files.CALENDAR
        seen.update(calendar.read_bytes() if calendar.is_file() else b"")
        return seen.hexdigest()[:24]

    def _remove_drafts(self) -> None:
        releases = [path for path in self.root.uitgaven.glob("*") if path.is_dir()]
        each = [
            folder
            for release in releases
            for folder in release.glob("*")
            if folder.is_dir() and not folder.is_symlink()
        ]
        files.remove_drafts(self.root.openbaar, self.root.openbaar / "sites", self.root.uitgaven, *releases, *each)

    def _remove_old_sites(self) -> None:
        """Sites are built from the releases, which all stay; a few old sites are kept for who is still reading them."""
        current = target_of(self.root.openbaar / "site")
        others = [path for path in (self.root.openbaar / "sites").glob("[!.]*") if path != current]
        for old in sorted(others, key=lambda path: path.stat().st_mtime, reverse=True)[_KEPT_SITES - 1 :]:
            shutil.rmtree(old, ignore_errors=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.root.openbaar.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.root.openbaar / ".publiceren.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise Busy("another run is publishing. Wait until it is done; a scheduler tries again by itself.") from None
        try:
            yield
        finally:
            lock.release()


def _newest(release: Path) -> Path:
    """The version that `laatste` points at: the highest that was not withdrawn, or the highest of all."""
    folders = [
        path for path in release.iterdir() if (path / PUBLICATION).is_file() and is_name(release.name, path.name)
    ]
    standing = [folder for folder in folders if not (folder / WITHDRAWAL).exists()]
    return max(standing or folders, key=lambda folder: order_of(folder.name))


def _require_word(folder: Path, pages: list[Path]) -> None:
    silent = [
        path.relative_to(folder).as_posix()
        for path in pages
        if not path.is_file() or SYNTHETIC_WORD not in path.read_text(encoding="utf-8", errors="replace").casefold()
    ]
    if silent:
        raise CheckFailed(
            f"{len(silent)} pages of {folder.name} do not say that the figures are synthetic: {', '.join(silent[:5])}. Nothing "
            "synthetic is published without that word; mend what writes them."
        )
