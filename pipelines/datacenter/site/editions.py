"""What is published: every version of every release, read from its own folder and checked against its manifest.

What belongs here: finding releases, which of them a page shows, what `publication.json` says. What does not: pages, and
putting a release there.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from pipelines.datacenter.figures import Figure, PersonaFigures, persona_figures
from pipelines.datacenter.pages import file_name
from pipelines.errors import RoomError
from pipelines.facts.wijken import gemeente_of
from pipelines.release.content import PersonaText, ReleaseText
from pipelines.release.manifest import MANIFEST, PUBLICATION, WITHDRAWAL, ManifestError
from pipelines.release.published import PublishedRelease, open_published
from pipelines.release.text_file import read_text


@dataclass(frozen=True)
class Publication:
    """What `publication.json` and `intrekking.json` say: when it was published and withdrawn (ISO 8601), as what (nieuw,
    correctie, revisie), and why; an empty text where they say nothing. `demonstration`: no party really judged it."""

    published_at: str
    kind: str
    note: str
    demonstration: bool
    withdrawn_at: str
    withdrawn_why: str


@dataclass(frozen=True, eq=False)
class Edition:
    """One published version of a release."""

    release: PublishedRelease
    publication: Publication

    @property
    def folder(self) -> Path:
        return self.release.folder

    @property
    def id(self) -> str:
        return str(self.release.facts["release_id"])

    @property
    def versie(self) -> str:
        return str(self.release.facts["versie"])

    @property
    def path(self) -> str:
        """Where it lies below the folder of published releases."""
        return f"{self.folder.parent.name}/{self.folder.name}"

    @property
    def jaar(self) -> int:
        return self.release.peiljaar

    @property
    def numbers(self) -> tuple[int, ...]:
        """The version, for the order of versions."""
        return tuple(int(part) for part in self.versie.split("."))

    @cached_property
    def text(self) -> ReleaseText:
        """The texts. Raises RoomError where the bundle has none."""
        found = read_text(self.folder)
        for persona in found.personas:
            file_name(persona.id)
        return found

    @cached_property
    def personas(self) -> dict[str, PersonaText]:
        return {persona.id: persona for persona in self.text.personas}

    @cached_property
    def found(self) -> dict[str, PersonaFigures]:
        """Persona -> its figures, of regions, of gebieden and (where the release has any) of wijken."""
        names = ("cijfers.parquet", "gebieden.parquet", "wijken.parquet")
        there = [self.folder / name for name in names if name != "wijken.parquet" or (self.folder / name).is_file()]
        figures = pl.concat([pl.read_parquet(path) for path in there])
        return {persona: persona_figures(figures, persona) for persona in self.personas}

    @cached_property
    def wijken(self) -> dict[str, list[str]]:
        """Gemeente -> the codes of its wijken in this release, that of who is in none of them last."""
        found: dict[str, list[str]] = {}
        for code in sorted(self.text.wijken, key=lambda code: (code[:6], code.endswith("--"), code)):
            found.setdefault(gemeente_of(code), []).append(code)
        return found

    def figure(self, persona: str, state: str, regio: str) -> Figure | None:
        """One total; None where the release has no such row."""
        return self.found[persona].totals.get((state, regio)) if persona in self.found else None


@dataclass(frozen=True, eq=False)
class Editions:
    """All published versions, oldest peiljaar first, then in order of publication."""

    all: tuple[Edition, ...]

    @cached_property
    def by_year(self) -> dict[int, Edition]:
        """Peiljaar -> the version that pages show: the one published last, of those that were not withdrawn."""
        return {edition.jaar: edition for edition in self.all if not edition.publication.withdrawn_at}

    @property
    def newest(self) -> Edition | None:
        """The version of the newest peiljaar; None when nothing is published."""
        return self.by_year[max(self.by_year)] if self.by_year else None

    @property
    def before(self) -> Edition | None:
        """The version of the peiljaar before the newest one, whichever year that is."""
        years = sorted(self.by_year)
        return self.by_year[years[-2]] if len(years) > 1 else None

    @property
    def synthetic(self) -> bool:
        """Whether pages show any synthetic figure."""
        return any(edition.release.facts.get("synthetic") for edition in self.all)

    @property
    def demonstration(self) -> bool:
        """Whether pages show anything that no party really judged."""
        return any(edition.publication.demonstration for edition in self.all)


def read_editions(uitgaven: Path) -> Editions:
    """Every version in `<release id>/<version>/`. Raises RoomError for a folder that is not as its manifest says, that was
    never published, or that is a proef: nothing of the site is then made."""
    # A link such as `laatste` shows a version that stands there already.
    manifests = sorted(uitgaven.glob(f"*/*/{MANIFEST}"))
    folders = [path.parent for path in manifests if not (path.parent.is_symlink() or path.parent.parent.is_symlink())]
    editions = [_read(folder) for folder in folders if not folder.name.startswith(".")]
    return Editions(
        tuple(sorted(editions, key=lambda one: (one.jaar, one.publication.published_at, one.id, one.numbers)))
    )


def _read(folder: Path) -> Edition:
    release = open_published((), str(folder))
    if release.facts.get("proef"):
        raise ManifestError(
            f"release folder '{folder.parent.name}/{folder.name}' is a proef: never public. Take it out of openbaar."
        )
    named = f"{release.facts['release_id']}/{release.facts['versie']}"
    if named != f"{folder.parent.name}/{folder.name}":
        raise ManifestError(
            f"release folder '{folder.parent.name}/{folder.name}' calls itself {named} in its manifest. Put it back where the "
            "publishing job put it."
        )
    return Edition(release, _publication(folder))


def _publication(folder: Path) -> Publication:
    said = _record(folder, PUBLICATION)
    gone = _record(folder, WITHDRAWAL) if (folder / WITHDRAWAL).exists() else {}
    return Publication(
        published_at=str(said.get("released_at") or ""),
        kind=str(said.get("kind") or ""),
        note=str(said.get("note") or ""),
        demonstration=bool(said.get("demonstration")),
        withdrawn_at=str(gone.get("at") or ""),
        withdrawn_why=str(gone.get("reason") or ""),
    )


def _record(folder: Path, name: str) -> dict[str, object]:
    try:
        found = json.loads((folder / name).read_bytes())
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise RoomError(
            f"release folder '{folder.parent.name}/{folder.name}' has no {name} that can be read: the publishing job did not "
            "finish it. Publish it (`blindevlek publish`), or take it out of openbaar."
        )
    return found
