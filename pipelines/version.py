"""Which code runs: the version number and a fingerprint of the sources.

What belongs here: naming the code in what it makes. What does not: versions of specs or releases.
"""

import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

VERSION = "0.1.0"


@cache
def code_version() -> str:
    """`0.1.0+` and the first 12 hexadecimals of a SHA-256 over the sources of `pipelines`."""
    return f"{VERSION}+{source_fingerprint('pipelines')[:12]}"


@cache
def source_fingerprint(package: str) -> str:
    """SHA-256 over the files of a package that make a difference to what it does."""
    seen = hashlib.sha256()
    for name, content in sorted(_sources(files(package), "")):
        seen.update(f"{name}|{len(content)}|".encode() + content)
    return seen.hexdigest()


def _sources(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():
        name = f"{prefix}{entry.name}"
        if entry.is_dir() and entry.name != "__pycache__":
            found.extend(_sources(entry, f"{name}/"))
        elif entry.is_file() and not entry.name.endswith(".pyc"):
            found.append((name, entry.read_bytes()))
    return found
