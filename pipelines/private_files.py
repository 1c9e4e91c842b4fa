"""Files for their owner only, and secrets that no error can carry along.

What belongs here: file modes (0600, folders 0700) and reading or writing a file that holds a secret. What does not:
what the secret means. On Windows the modes do nothing: there the rights of the folder decide, which the owner sets.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_OTHERS = 0o077


@contextmanager
def private_files() -> Iterator[None]:
    """Files made inside are 0600 and folders 0700, whatever the process was started with. Nothing on Windows."""
    with _mask(_OTHERS):
        yield


@contextmanager
def files_like(folder: Path) -> Iterator[None]:
    """Files made inside may be read and written by whoever the mode of this folder lets in: each room has its own
    readers. Nothing on Windows."""
    mode = folder.stat().st_mode if folder.exists() else 0o700
    with _mask(0o777 & ~(mode | 0o700)):
        yield


@contextmanager
def _mask(wanted: int) -> Iterator[None]:
    if os.name != "posix":
        yield
        return
    before = os.umask(wanted)
    try:
        yield
    finally:
        os.umask(before)


def make_private_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, each 0700; one that is there becomes 0700."""
    with private_files():
        folder.mkdir(parents=True, exist_ok=True)
    if os.name == "posix":
        folder.chmod(0o700)


def why_no_secret(path: Path) -> str:
    """Why this cannot be a file with a secret, in words with a remedy; empty when it can. Its content is not read."""
    if not path.exists():
        return f"there is no file {path}."
    if not path.is_file():
        return f"{path} is a folder or a device, and a file is needed."
    if os.name == "posix" and path.stat().st_mode & _OTHERS:
        return f"the key file {path} is readable by others: `chmod 600 {path}`."
    if not os.access(path, os.R_OK):
        return f"the key file {path} cannot be read: `chmod 600 {path}`, and check who owns it."
    return ""


def secret_record(path: Path) -> dict[str, Any] | None:
    """The JSON object in a file, or None when it holds none.

    Never raises: an exception would keep the frame, and with it the secret, for whoever prints its locals. The
    caller hands the record on and raises from a frame that does not hold it.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def write_secret(path: Path, record: dict[str, Any]) -> str:
    """Write a new file, 0600, never over an existing one. Returns what went wrong, empty when nothing did."""
    try:
        with private_files():
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return f"{path} exists: a key is never overwritten, since what it opens would be lost."
    except OSError as error:
        return f"cannot write {path}: {error.strerror}. Choose a place outside the data root that you may write in."
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
            handle.write(json.dumps(record))
    except OSError as error:
        path.unlink(missing_ok=True)
        return f"cannot write {path}: {error.strerror}. Nothing was kept; make room and try again."
    return ""


def is_secret(text: object) -> bool:
    """Is it 64 lower-case hexadecimal characters (256 bits)?"""
    return isinstance(text, str) and len(text) == 64 and all(character in "0123456789abcdef" for character in text)


def no_core_dumps() -> None:
    """Should this process crash, the system keeps no copy of its memory. Nothing on Windows."""
    if os.name == "posix":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
