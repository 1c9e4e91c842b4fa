"""What every format says in the same words: who publishes, under which licence, and how JSON is written.

What belongs here: those constants, size and sha256 of a file, and the text of JSON. What does not: columns, and texts of one format.
"""

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

PUBLISHER = "Blinde Vlek"
LICENCE_NAME = "CC-BY-4.0"
LICENCE_TITLE = "Creative Commons Naamsvermelding 4.0"
LICENCE = "http://creativecommons.org/licenses/by/4.0/deed.nl"
"""As the list of licences of DCAT-AP-NL writes it; nobody fetches it."""

STATUS = {"voorlopig": "voorlopig", "nader_voorlopig": "nader voorlopig", "definitief": "definitief"}
"""Status of the figures as files name it -> in Dutch."""


@dataclass(frozen=True)
class Size:
    """Size in bytes and sha256 in hexadecimal of a file."""

    size: int
    sha256: str


def sizes_of(folder: Path, names: Iterable[str]) -> dict[str, Size]:
    """Name -> size of each of these files. Raises FileNotFoundError when one is missing."""
    wanted = list(names)
    # Hashing needs no lock of Python, so that both cores share the large tables.
    with ThreadPoolExecutor(2) as both:
        return dict(zip(wanted, both.map(lambda name: _size(folder / name), wanted), strict=True))


def _size(path: Path) -> Size:
    content = path.read_bytes()
    return Size(len(content), sha256(content).hexdigest())


def json_text(content: Mapping[str, object]) -> str:
    """The text of a JSON file, in the order given; the same content gives the same text."""
    return f"{json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)}\n"
