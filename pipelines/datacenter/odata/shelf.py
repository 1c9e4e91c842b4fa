"""The published releases that stand in the folder openbaar, looked at again when something changed.

What belongs here: which versions may be served, under which name, and which one is the newest. What does not: their
figures (`table.py`), and publishing. Only a folder whose files are those of its manifest, and whose `publication.json`
names that manifest, is served.
"""

import json
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from time import monotonic

import polars as pl

from pipelines.datacenter.odata.refusal import Refusal, unknown
from pipelines.datacenter.odata.table import Table, observations_in
from pipelines.errors import RoomError
from pipelines.release.manifest import MANIFEST, PUBLICATION, WITHDRAWAL, manifest_digest, verify

_LOOK_AGAIN_S = 2.0
_TABLES_KEPT = 8
_RELEASE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}")
_VERSION = re.compile(r"\d{1,6}\.\d{1,6}\.\d{1,6}")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Edition:
    """One published version of a release: its folder, the facts and digest of its manifest, when it was published, when
    what is said of it last changed, how many observations it holds, and why it was withdrawn (empty: it was not)."""

    folder: Path
    release: str
    versie: str
    peiljaar: int
    status: str
    synthetic: bool
    digest: str
    published: datetime
    changed: datetime
    observations: int
    withdrawn: str = ""

    @property
    def order(self) -> tuple[bool, list[int]]:
        """The higher, the newer; a version that was withdrawn stands below all others."""
        return not self.withdrawn, [int(part) for part in self.versie.split(".")]


@dataclass(frozen=True)
class Entry:
    """One table of the catalogue: an edition under a name. `pinned`: the name holds the version and never changes."""

    identifier: str
    edition: Edition
    pinned: bool
    newest: bool


class Shelf:
    """The tables that may be read. Safe for many threads; a new release is seen within seconds, without a restart."""

    def __init__(self, openbaar: Path) -> None:
        self._place = openbaar / "uitgaven"
        self._lock = Lock()
        self._looked = float("-inf")
        self._seen: dict[Path, tuple[object, Edition | None]] = {}
        self._entries: Mapping[str, Entry] = {}
        self._tables: dict[str, Table] = {}

    def entries(self) -> Mapping[str, Entry]:
        """Identifier -> entry: every release under its own name (its newest version), and every version under
        `<release>-<version>`; newest year first."""
        with self._lock:
            if monotonic() - self._looked > _LOOK_AGAIN_S:
                self._entries = _named(list(self._editions()))
                self._looked = monotonic()
            return self._entries

    def entry(self, identifier: str) -> Entry:
        """The entry of this name. Raises Refusal (404) with the names there are."""
        entries = self.entries()
        if identifier not in entries:
            told = unknown("Tabel", identifier, list(entries)[:20])
            raise Refusal(404, f"{told.message} Alle tabellen staan in de catalogus (ODataCatalog/Tables of Datasets).")
        return entries[identifier]

    def table(self, entry: Entry) -> Table:
        """The figures of an entry; the last few are kept in memory."""
        digest = entry.edition.digest
        with self._lock:
            found = self._tables.pop(digest, None) or Table(entry.edition.folder)
            self._tables[digest] = found
            while len(self._tables) > _TABLES_KEPT:
                del self._tables[next(iter(self._tables))]
            return found

    def _editions(self) -> Iterator[Edition]:
        """What stands there now; a folder is checked once, and again when its publication changed."""
        standing: dict[Path, tuple[object, Edition | None]] = {}
        for publication in sorted(self._place.glob(f"*/*/{PUBLICATION}")):
            folder = publication.parent
            if folder.is_symlink() or folder.parent.is_symlink() or not _VERSION.fullmatch(folder.name):
                continue
            try:
                state = tuple((folder / name).stat().st_mtime_ns for name in (PUBLICATION, MANIFEST))
                withdrawal = folder / WITHDRAWAL
                state += (withdrawal.stat().st_mtime_ns,) if withdrawal.is_file() else ()
            except OSError:
                continue
            before = self._seen.get(folder)
            standing[folder] = before if before and before[0] == state else (state, _edition(folder))
        self._seen = standing
        for _, edition in standing.values():
            if edition is not None:
                yield edition


def _edition(folder: Path) -> Edition | None:
    """The edition in a folder, or None, with a line in the log, when it is not what was published."""
    try:
        manifest = verify(folder)
        digest = manifest_digest(folder)
        publication = json.loads((folder / PUBLICATION).read_text(encoding="utf-8"))
        published = _published(publication, folder / PUBLICATION)
        facts = manifest.facts
        sound = (
            _RELEASE.fullmatch(folder.parent.name)
            and facts["release_id"] == folder.parent.name
            and facts["versie"] == folder.name
            and digest in _texts(publication)
            and not facts.get("proef")
        )
        if not sound:
            _log.warning("uitgave %s/%s is not served: not what its publication says", folder.parent.name, folder.name)
            return None
        return Edition(
            folder,
            folder.parent.name,
            folder.name,
            int(str(facts["peiljaar"])),
            str(facts.get("status", "")),
            bool(facts.get("synthetic")),
            digest,
            published,
            _changed(published, folder / WITHDRAWAL),
            observations_in(folder),
            _withdrawn(folder / WITHDRAWAL),
        )
    except (RoomError, OSError, ValueError, KeyError, AttributeError, pl.exceptions.PolarsError):
        _log.warning("uitgave %s/%s is not served: files differ from the manifest", folder.parent.name, folder.name)
        return None


def _texts(value: object) -> Iterator[str]:
    """Every text in a JSON document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)


def _published(record: object, place: Path) -> datetime:
    """When it was released as the publication says, or else when that was written; in whole seconds."""
    said = record.get("released_at") if isinstance(record, dict) else None
    try:
        moment = datetime.fromisoformat(str(said))
    except ValueError:
        moment = datetime.fromtimestamp(place.stat().st_mtime, UTC)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).replace(microsecond=0)


def _changed(published: datetime, withdrawal: Path) -> datetime:
    if not withdrawal.is_file():
        return published
    return max(published, datetime.fromtimestamp(withdrawal.stat().st_mtime, UTC).replace(microsecond=0))


def _withdrawn(place: Path) -> str:
    """Why a version was withdrawn, in the words that were published; empty when it was not."""
    if not place.is_file():
        return ""
    record = json.loads(place.read_text(encoding="utf-8"))
    return str(record.get("reason") or "geen reden bekend")


def _named(editions: list[Edition]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    versions: dict[str, list[Edition]] = {}
    for edition in sorted(editions, key=lambda one: (-one.peiljaar, one.release)):
        versions.setdefault(edition.release, []).append(edition)
    for release, several in versions.items():
        newest, *older = sorted(several, key=lambda one: one.order, reverse=True)
        found[release] = Entry(release, newest, pinned=False, newest=True)
        for edition in (newest, *older):
            name = f"{release}-{edition.versie}"
            found.setdefault(name, Entry(name, edition, pinned=True, newest=edition is newest))
    return found
