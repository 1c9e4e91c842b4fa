"""The manifest of a release folder, and building such a folder in one move.

What belongs here: which files a release has, with size and sha256; freezing, checking, putting in place. What
does not: what is in the files, votes and publication (what is written then, see BESIDE, is not listed).
"""

import json
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath

from pipelines.errors import RoomError
from pipelines.release.content import Fact

MANIFEST = "manifest.json"
PUBLICATION = "publication.json"
DUIDING = "duiding.json"
WITHDRAWAL = "intrekking.json"
BESIDE = (MANIFEST, PUBLICATION, DUIDING, WITHDRAWAL)
"""What may lie beside the files that the manifest lists: written at and after publication."""

_FORMAT = 1
_MOVE_TRIES = 10
_MOVE_PAUSE_S = 0.2


class ManifestError(RoomError):
    """A release folder that is not what its manifest says, or that cannot be put in place."""


@dataclass(frozen=True, order=True)
class FileEntry:
    """One file of a release: path with forward slashes, size in bytes, sha256 in hexadecimal."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """Public facts about a release and its files, in order of path."""

    facts: Mapping[str, Fact]
    files: tuple[FileEntry, ...]

    def text(self) -> str:
        """The manifest as it stands in `manifest.json`; the same content gives the same text."""
        content = {"format": _FORMAT, "facts": dict(self.facts), "files": [asdict(f) for f in self.files]}
        return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"

    def digest(self) -> str:
        """Sha256 of `text()`: what a vote binds to."""
        return sha256(self.text().encode()).hexdigest()


def freeze(folder: Path, facts: Mapping[str, Fact]) -> Manifest:
    """Write `manifest.json` over every other file of the folder and return it.

    Raises ManifestError when the folder is empty, already frozen, or holds a link.
    """
    if any((folder / name).exists() for name in BESIDE):
        raise ManifestError(
            f"release folder '{folder.name}' is frozen already. A folder is frozen once, when it is "
            "complete; build a new version in a new folder."
        )
    manifest = Manifest(dict(facts), _entries(folder))
    if not manifest.files:
        raise ManifestError(f"release folder '{folder.name}' holds no files; write the files, then freeze.")
    (folder / MANIFEST).write_bytes(manifest.text().encode())
    return manifest


def manifest_digest(folder: Path) -> str:
    """Sha256 of `manifest.json` as it lies in the folder. Raises ManifestError when there is none."""
    return sha256(_manifest_bytes(folder)).hexdigest()


def facts_of(folder: Path) -> Mapping[str, Fact]:
    """The facts of a manifest, without looking at the other files. Raises ManifestError when it was edited."""
    return _read(folder).facts


def verify(folder: Path, digest: str | None = None) -> Manifest:
    """Check every file against the manifest, and the manifest against `digest` when given.

    What publishing writes (BESIDE) may lie beside the manifest. Raises ManifestError that names the files that are
    missing, changed or not listed.
    """
    manifest = _read(folder)
    if digest is not None and manifest_digest(folder) != digest:
        raise ManifestError(
            f"release folder '{folder.name}': manifest.json is not the one that was agreed on (another "
            "digest). Votes hold for one manifest only: put the agreed release back, or submit this one for "
            "review."
        )
    listed = {entry.path: entry for entry in manifest.files}
    found = {entry.path: entry for entry in _entries(folder)}
    damage = [
        ("missing", sorted(listed.keys() - found.keys())),
        ("changed", sorted(p for p in listed.keys() & found.keys() if listed[p] != found[p])),
        ("not listed", sorted(found.keys() - listed.keys())),
    ]
    if any(paths for _, paths in damage):
        told = "; ".join(f"{kind}: {', '.join(paths)}" for kind, paths in damage if paths)
        raise ManifestError(
            f"release folder '{folder.name}' differs from its manifest: {told}. Allowed is exactly what "
            "manifest.json lists. Take the folder from where it was built; never mend a frozen release."
        )
    return manifest


@contextmanager
def building(final: Path) -> Iterator[Path]:
    """Give a new empty folder beside `final` to fill; at the end it is renamed to `final` in one move.

    On an error nothing is left. When `final` exists with the same files, it is kept; with other files,
    ManifestError is raised and it is not touched.
    """
    final.parent.mkdir(parents=True, exist_ok=True)
    # What a killed build left behind is no release; the writer's lock says that nobody is building it now.
    for left_behind in final.parent.glob(f".{final.name}.bouw-*"):
        shutil.rmtree(left_behind, ignore_errors=True)
    draft = final.parent / f".{final.name}.bouw-{secrets.token_hex(4)}"
    draft.mkdir()
    try:
        yield draft
        _put_in_place(draft, final)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _put_in_place(draft: Path, final: Path) -> None:
    for left in range(_MOVE_TRIES, 0, -1):
        if final.exists():
            break
        try:
            draft.rename(final)
        except OSError:
            # Windows refuses while a virus scanner reads a fresh file; another builder may also have won.
            if left == 1:
                raise
            time.sleep(_MOVE_PAUSE_S)
        else:
            return
    _require_same(draft, final)


def _require_same(draft: Path, final: Path) -> None:
    if not final.is_dir() or _everything(draft) != _everything(final):
        raise ManifestError(
            f"release '{final.name}' exists already with other files. A release never changes once it is in "
            "place: give the new one another version."
        )


def _everything(folder: Path) -> tuple[FileEntry, ...]:
    own = folder / MANIFEST
    manifest = (_entry(folder, own),) if own.is_file() else ()
    return (*manifest, *_entries(folder))


def _entries(folder: Path) -> tuple[FileEntry, ...]:
    """All files but those of BESIDE, in order of path. Raises ManifestError for a link."""
    beside = {folder / name for name in BESIDE}
    paths = [path for path in folder.rglob("*") if path not in beside]
    links = sorted(path.relative_to(folder).as_posix() for path in paths if path.is_symlink())
    if links:
        raise ManifestError(
            f"release folder '{folder.name}' holds links: {', '.join(links)}. Allowed are plain files only, "
            "since a link can point into another room. Replace it by the file."
        )
    return tuple(sorted(_entry(folder, path) for path in paths if not path.is_dir()))


def _entry(folder: Path, path: Path) -> FileEntry:
    content = path.read_bytes()
    return FileEntry(path.relative_to(folder).as_posix(), len(content), sha256(content).hexdigest())


def _manifest_bytes(folder: Path) -> bytes:
    path = folder / MANIFEST
    if not path.is_file() or path.is_symlink():
        raise ManifestError(f"release folder '{folder.name}' has no manifest.json; it was never frozen.")
    return path.read_bytes()


def _read(folder: Path) -> Manifest:
    """The manifest, only in the very form that `freeze` writes."""
    raw = _manifest_bytes(folder)
    try:
        content = json.loads(raw)
        files = tuple(FileEntry(f["path"], f["size"], f["sha256"]) for f in content["files"])
        manifest = Manifest(content["facts"], files)
        sound = manifest.text().encode() == raw and _paths_are_sound(files)
    except (ValueError, KeyError, TypeError, AttributeError):
        sound = False
    if not sound:
        raise ManifestError(
            f"release folder '{folder.name}': manifest.json is damaged or was edited. Allowed is the file "
            "that freezing wrote; take the folder from where it was built."
        )
    return manifest


def _paths_are_sound(files: tuple[FileEntry, ...]) -> bool:
    paths = [PurePosixPath(f.path) for f in files]
    inside = all(not p.is_absolute() and ".." not in p.parts for p in paths)
    return inside and list(files) == sorted(files) and len(set(paths)) == len(paths)
