"""The bundles that a review is about: those in the wachtruimte, and those that are public already.

What belongs here: finding them by name, and reading what their manifest says. What does not: their figures.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.datacenter.review.events import Name
from pipelines.datacenter.review.state import order_of
from pipelines.errors import UserError
from pipelines.release.content import Fact
from pipelines.release.manifest import MANIFEST, ManifestError, facts_of, manifest_digest
from pipelines.rooms import DataRoot

_RELEASE, _VERSIE = re.compile(r"[a-z0-9][a-z0-9-]{0,79}"), re.compile(r"\d{1,4}\.\d{1,4}\.\d{1,4}")


@dataclass(frozen=True)
class Bundled:
    """A frozen bundle: where it lies, its digest, and the facts of its manifest. `public`: it lies in openbaar."""

    release_id: str
    versie: str
    folder: Path
    digest: str
    facts: Mapping[str, Fact]
    public: bool

    @property
    def name(self) -> Name:
        return self.release_id, self.versie


def is_name(release_id: str, versie: str) -> bool:
    """Can these be the names of folders of a release?"""
    return bool(_RELEASE.fullmatch(release_id)) and bool(_VERSIE.fullmatch(versie))


def bundles(root: DataRoot) -> list[Bundled]:
    """All frozen bundles of both rooms, the newest peiljaar and version first; one that is in both, from openbaar."""
    found: dict[Name, Bundled] = {}
    for room, public in ((root.wachtruimte, False), (root.uitgaven, True)):
        for path in room.glob(f"*/*/{MANIFEST}"):
            folder = path.parent
            if folder.is_symlink() or not is_name(folder.parent.name, folder.name):
                continue
            try:
                bundle = _read(folder, public=public)
            except ManifestError:
                continue
            found[bundle.name] = bundle
    return sorted(found.values(), key=lambda b: (b.release_id, order_of(b.versie)), reverse=True)


def find_bundle(root: DataRoot, release_id: str, versie: str) -> Bundled:
    """One bundle, from openbaar when it is there. Raises UserError when it is in neither room, or its manifest is
    damaged."""
    if is_name(release_id, versie):
        for room, public in ((root.uitgaven, True), (root.wachtruimte, False)):
            folder = room / release_id / versie
            if (folder / MANIFEST).is_file() and not folder.is_symlink():
                return _read(folder, public=public)
    raise UserError(f"Er is geen uitgave {release_id[:80]} versie {versie[:20]}.")


def in_wachtruimte(root: DataRoot, release_id: str, versie: str) -> Path:
    """The folder in the wachtruimte that a bundle of this name lies in, or would."""
    return root.wachtruimte / release_id / versie


def _read(folder: Path, *, public: bool) -> Bundled:
    return Bundled(folder.parent.name, folder.name, folder, manifest_digest(folder), facts_of(folder), public)
