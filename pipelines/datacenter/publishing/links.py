"""Names that point at a folder and change in one move.

What belongs here: writing and reading such a name. It is a relative symbolic link; where those are not possible (Windows
without the right to make them, some network disks) it is a small file that holds the relative path.
"""

import os
import secrets
from pathlib import Path

from pipelines.errors import RoomError

_LONGEST = 1_000


def point(name: Path, target: Path) -> None:
    """Let `name` point at a folder, replacing what it pointed at in one move: a reader sees the old or the new one."""
    if name.is_dir() and not name.is_symlink():
        raise RoomError(f"{name} is a folder, and a link belongs there. Move the folder away and publish again.")
    relative = os.path.relpath(target, name.parent)
    fresh = name.parent / f".{name.name}.{secrets.token_hex(4)}.nieuw"
    try:
        fresh.symlink_to(relative, target_is_directory=True)
    except (OSError, NotImplementedError):
        fresh.write_text(Path(relative).as_posix(), encoding="utf-8")
    os.replace(fresh, name)  # noqa: PTH105 (in one move, also over an existing link)


def target_of(name: Path) -> Path | None:
    """The folder that a name points at; None when there is no such name or folder."""
    if name.is_symlink():
        found = name.parent / os.readlink(name)  # noqa: PTH115 (as it was written, not resolved)
    elif name.is_file() and name.stat().st_size <= _LONGEST:
        found = name.parent / name.read_text(encoding="utf-8")
    else:
        return None
    return found if found.is_dir() else None
