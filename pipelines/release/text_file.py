"""`teksten.json`: everything that a release says about itself, as data, so that pages can be made from published files alone.

What belongs here: writing that file and reading it back. What does not: filling the texts (`texts.py`), pages, figures.
"""

import json
from dataclasses import asdict
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from pipelines.release.content import ReleaseText
from pipelines.release.manifest import ManifestError

TEXTS = "teksten.json"


def write_text(release: ReleaseText, folder: Path) -> Path:
    """Write `teksten.json` into an existing folder; the same texts, the same bytes."""
    path = folder / TEXTS
    path.write_bytes(f"{json.dumps(asdict(release), ensure_ascii=False, indent=1, allow_nan=False)}\n".encode())
    return path


def read_text(folder: Path) -> ReleaseText:
    """The texts of a release folder. Raises RoomError when the file is absent or not one that `write_text` wrote."""
    path = folder / TEXTS
    if not path.is_file():
        raise ManifestError(
            f"release folder '{folder.parent.name}/{folder.name}' has no {TEXTS}: pages cannot be made from it. Make the bundle "
            "again with this version (`blindevlek release make`; nothing is measured anew) and publish that version."
        )
    try:
        return TypeAdapter(ReleaseText).validate_json(path.read_bytes())
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in fault["loc"]) or "the file"
        raise ManifestError(
            f"release folder '{folder.parent.name}/{folder.name}': {TEXTS} is not what this version writes ({place}: "
            f"{fault['msg']}). Take the folder as it was published, or use the version of the project that made it."
        ) from None
