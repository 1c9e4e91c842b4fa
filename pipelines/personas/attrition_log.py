"""Places of attrition in the kluis, and the log of who looked at exact counts of a real delivery.

What belongs here: writing inside the kluis and nowhere else, and the append-only log. What does not: counts. The log
holds none: that somebody looked may leave the kluis, what they saw may not.
"""

import hashlib
import json
import os
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from pipelines.errors import RoomError
from pipelines.rooms import DataRoot

_START = "0" * 64
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


@dataclass(frozen=True)
class Look:
    """One look at exact counts: when (UTC), at which text of which persona, over which deliveries."""

    time: str
    persona: str
    version: int
    fingerprint: str
    peiljaar: int
    deliveries: tuple[str, ...]


def folder_of(root: DataRoot) -> Path:
    """Where attrition is written, in the kluis."""
    return root.kluis / "attrition"


def log_path(root: DataRoot) -> Path:
    """The log of looks at real deliveries."""
    return folder_of(root) / "log.jsonl"


def require_inside(root: DataRoot, path: Path) -> None:
    """Raise RoomError when a file would not lie in the kluis itself: another room, a `..`, a link on the way."""
    kluis = root.kluis.resolve()
    inside = path.is_relative_to(root.kluis) and ".." not in path.relative_to(root.kluis).parts
    steps = [path, *path.parents][: len(path.parts) - len(root.kluis.parts)] if inside else []
    linked = any(step.is_symlink() for step in steps)
    other_rooms = [room.resolve() for room in (root.wachtruimte, root.openbaar)]
    astray = any(kluis.is_relative_to(room) for room in other_rooms)
    if not inside or linked or astray or not path.resolve().is_relative_to(kluis):
        raise RoomError(
            f"{path} does not lie in the kluis ({root.kluis}) itself. Exact counts are written there and nowhere else, "
            "not even through a link: take the link away. Nothing was written."
        )


def write_inside(root: DataRoot, path: Path, content: bytes) -> None:
    """Write a file in the kluis for its owner only, in one move. Raises RoomError outside the kluis."""
    require_inside(root, path)
    _make_folder(root, path.parent)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK, 0o600), "wb") as handle:
            handle.write(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def log_look(root: DataRoot, look: Look) -> None:
    """Add a look to the log, before anything is counted. Each line holds the digest of the one before it, so that
    taking a line out or changing it shows. Raises RoomError for a damaged log."""
    path = log_path(root)
    require_inside(root, path)
    lines = _lines(path)
    _checked(lines, path)
    _make_folder(root, path.parent)
    line = json.dumps({**asdict(look), "previous": _digest(lines[-1]) if lines else _START}, sort_keys=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _NO_LINK, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as handle:
        handle.write(line + "\n")
        handle.flush()
        os.fsync(handle.fileno())


def read_looks(root: DataRoot) -> tuple[Look, ...]:
    """All looks at real deliveries in this data root, oldest first. Raises RoomError for a damaged log."""
    return _checked(_lines(log_path(root)), log_path(root))


def looked_before(root: DataRoot, persona_id: str, moment: datetime | None = None) -> bool:
    """Were exact counts of any version of this persona on real data seen before that moment (or ever)?"""
    looks = [datetime.fromisoformat(look.time) for look in read_looks(root) if look.persona == persona_id]
    return any(moment is None or time <= moment for time in looks)


def _make_folder(root: DataRoot, folder: Path) -> None:
    """Make the folder and those above it, up to the kluis, each for its owner only."""
    for level in reversed([folder, *folder.parents][: len(folder.parts) - len(root.kluis.parts)]):
        level.mkdir(mode=0o700, exist_ok=True)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def _checked(lines: list[str], path: Path) -> tuple[Look, ...]:
    looks: list[Look] = []
    previous, sound = _START, True
    for line in lines:
        try:
            record = json.loads(line)
            sound = sound and record.pop("previous") == previous
            look = Look(**{**record, "deliveries": tuple(record["deliveries"])})
            sound = sound and datetime.fromisoformat(look.time).tzinfo is not None
            looks.append(look)
        except (ValueError, KeyError, TypeError, AttributeError):
            sound = False
        previous = _digest(line)
    if not sound:
        raise RoomError(
            f"{path} is damaged or was edited: its lines do not follow each other. It is only ever added to. Restore it "
            "from the last backup of the kluis; without it nobody can say which definitions were chosen after a look."
        )
    return tuple(looks)


def _digest(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()
