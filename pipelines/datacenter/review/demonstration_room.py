"""The room of the demonstration: a data root inside the data root, with copies of bundles that say so.

What belongs here: making those copies. What does not: accounts (`demonstration.py`). The personas of a synthetic bundle are
often drafts, so that the bundle is a proef and can never be published. A copy here carries `demonstration` in its manifest
in place of `proef`, and nothing but a demonstration takes it: no real desk, no real publishing job, no other room.
"""

import shutil
from pathlib import Path

from pipelines.datacenter.review.bundles import bundles
from pipelines.release.manifest import BESIDE, building, freeze, verify
from pipelines.rooms import DataRoot

DEMONSTRATION = "demonstration"
"""The fact in the manifest of a copy."""


_ROOM = "demonstratie"


def room_of(root: DataRoot) -> DataRoot:
    """The data root of the demonstration beside this one, whether or not it is there."""
    return DataRoot(root.path / _ROOM)


def original_of(folder: Path) -> Path:
    """The bundle that a folder of a demonstration is a copy of; another folder is itself."""
    wachtruimte = folder.parents[1]
    if wachtruimte.parent.name != _ROOM:
        return folder
    return DataRoot(wachtruimte.parents[1]).wachtruimte / folder.parent.name / folder.name


def fill(root: DataRoot) -> DataRoot:
    """The data root of the demonstration, with a copy of every bundle in the wachtruimte of `root` that it lacks. Synthetic
    bundles only: the caller has made sure."""
    room = room_of(root)
    for bundle in bundles(root):
        final = room.wachtruimte / bundle.release_id / bundle.versie
        if bundle.public or final.exists() or DEMONSTRATION in bundle.facts:
            continue
        manifest = verify(bundle.folder, bundle.digest)
        with building(final) as draft:
            shutil.copytree(bundle.folder, draft, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*BESIDE))
            was_proef = bundle.facts.get("proef") is not False
            freeze(draft, {**manifest.facts, "proef": False, DEMONSTRATION: True, "was_proef": was_proef})
    return room
