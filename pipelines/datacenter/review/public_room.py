"""What stands in openbaar: the releases, and what their publications say.

What belongs here: finding and reading. What does not: writing (`pipelines/datacenter/publishing`).
"""

import json
from pathlib import Path

from pipelines.datacenter.review.bundles import is_name
from pipelines.release.manifest import PUBLICATION
from pipelines.rooms import DataRoot


def published_folders(root: DataRoot) -> list[Path]:
    """The folders of all published releases, in order of name."""
    found = [path.parent for path in root.uitgaven.glob(f"*/*/{PUBLICATION}") if not path.parent.is_symlink()]
    return sorted(folder for folder in found if is_name(folder.parent.name, folder.name))


def published_heads(root: DataRoot, *, demonstration: bool) -> dict[str, str]:
    """Release -> the head of the audit that its publication carries; those of the demonstration, or the others."""
    found = {}
    for folder in published_folders(root):
        record = read_json(folder / PUBLICATION) or {}
        if bool(record.get("demonstration")) == demonstration:
            found[f"{folder.parent.name} {folder.name}"] = str(record.get("audit_head"))
    return found


def read_json(path: Path) -> dict[str, object] | None:
    """The object in a file, or None when it holds none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
