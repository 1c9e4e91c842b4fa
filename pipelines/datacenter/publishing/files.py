"""The files of a published release: the copy of the bundle, and what is written beside its manifest.

What belongs here: copying in one move, `publication.json`, `duiding.json`, `intrekking.json`, the calendar. What does not:
when (`job.py`). Everything is written complete or not at all; the bundle itself is never touched again.
"""

import json
import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from pipelines.datacenter.review.events import PARTIES, Name, Review, World
from pipelines.datacenter.review.public_room import read_json
from pipelines.datacenter.review.state import Refused, State, order_of, state_of
from pipelines.errors import RoomError
from pipelines.release.manifest import PUBLICATION, verify

CALENDAR = "kalender.json"
_DRAFT = ".bouw-"


def publication_record(
    world: World, name: Name, hashes: Mapping[str, str], head: str, *, demonstration: bool
) -> dict[str, object]:
    """What `publication.json` holds. `hashes`: party -> hash of the line of the audit that holds its vote; `head`: of the
    line that released it."""
    review = world[name]
    submission = review.submission
    if submission is None or review.released is None:
        raise Refused("Deze uitgave is niet vrijgegeven.")
    return {
        "format": 1,
        "release_id": name[0],
        "versie": name[1],
        "manifest_digest": submission.digest,
        "date": review.released_at[:10],
        "released_at": review.released_at,
        "public_from": review.public_from,
        "kind": submission.kind,
        "note": submission.note,
        "replaces": _before(world, name),
        "synthetic": submission.synthetic,
        "demonstration": demonstration,
        "votes": [
            {
                "party": party,
                "verdict": review.votes[party].verdict,
                "at": review.voted_at[party],
                "audit": hashes[party],
            }
            for party in PARTIES
        ],
        "audit_head": head,
    }


def copy_release(source: Path, final: Path, digest: str, publication: Mapping[str, object]) -> None:
    """Copy a frozen bundle with its publication to its place in openbaar, in one move.

    A copy that is there already (a run that was killed) must be the very same. Raises ManifestError when the files are not
    those of the digest, RoomError when the place holds another publication.
    """
    if final.exists():
        verify(final, digest)
        there = read_json(final / PUBLICATION) or {}
        if any(there.get(name) != publication[name] for name in ("audit_head", "manifest_digest")):
            raise RoomError(
                f"{final} holds another publication than the one that was decided. A published release never changes: "
                "restore the folder from its backup, or make a new version."
            )
        return
    manifest = verify(source, digest)
    final.parent.mkdir(parents=True, exist_ok=True)
    draft = final.parent / f".{final.name}{_DRAFT}{secrets.token_hex(4)}"
    draft.mkdir()
    for entry in (*(entry.path for entry in manifest.files), "manifest.json"):
        (draft / entry).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / entry, draft / entry, follow_symlinks=False)
    # What was copied is what counts: the source may have changed meanwhile.
    verify(draft, digest)
    write_json(draft / PUBLICATION, publication)
    settle(draft)
    draft.rename(final)
    _sync(final.parent)


def write_json(path: Path, content: Mapping[str, object]) -> bool:
    """Write a file whole, in one move; False when it held exactly this already."""
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    fresh = path.parent / f".{path.name}{_DRAFT}{secrets.token_hex(4)}"
    fresh.write_bytes(text.encode())
    _sync(fresh)
    fresh.replace(path)
    return True


def calendar_record(world: World, now: str) -> dict[str, object]:
    """What is public and what is coming: only id, version, moment and a word. A release that did not get through by its
    moment is `uitgesteld`, whatever the reason: that it was refused is told to nobody outside."""
    entries = []
    for name, review in sorted(world.items(), key=lambda item: (item[0][0], order_of(item[0][1]))):
        word = _word(state_of(review, now), review, now)
        if word:
            entries.append({"release_id": name[0], "versie": name[1], "public_from": review.public_from, "state": word})
    return {"format": 1, "entries": entries}


def _word(state: State, review: Review, now: str) -> str:
    if state in ("openbaar", "vrijgegeven"):
        return "openbaar"
    if state == "ingetrokken":
        return "ingetrokken"
    if state in ("concept", "afgekeurd", "teruggegeven"):
        return "uitgesteld" if review.submission else ""
    return "gepland" if now < review.public_from or state == "goedgekeurd" else "uitgesteld"


def remove_drafts(*places: Path) -> None:
    """Remove what killed runs left behind: drafts have a name of their own, and nobody reads them."""
    for place in places:
        for left in place.glob(f".*{_DRAFT}*"):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)
        for left in place.glob(".*.nieuw"):
            left.unlink(missing_ok=True)


def settle(folder: Path) -> None:
    """Have everything below a folder on the disk, so that a power cut after the move cannot empty a file."""
    for path in [*folder.rglob("*"), folder]:
        _sync(path)


def draft_of(final: Path) -> Path:
    """A name for a folder that will be moved to `final`."""
    return final.parent / f".{final.name}{_DRAFT}{secrets.token_hex(4)}"


def _before(world: World, name: Name) -> str | None:
    earlier = [
        other[1]
        for other, review in world.items()
        if other[0] == name[0] and review.released and order_of(other[1]) < order_of(name[1])
    ]
    return max(earlier, key=order_of, default=None)


def _sync(path: Path) -> None:
    if path.is_dir() and os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
