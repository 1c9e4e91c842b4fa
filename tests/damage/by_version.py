"""Damage between deliveries and versions of one."""

import json
import shutil
from typing import Any

from tests.damage.kinds import Kind
from tests.damage.scene import PERSON, Scene


def _beside(scene: Scene, **values: Any) -> None:
    """A second folder, whose manifest says something else."""
    path = scene.another("tweede") / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **values}), encoding="utf-8")


VERSIONS = (
    Kind(
        "one version stands there twice",
        lambda s: s.another("tweede"),
        "both say that they are version",
        "move one away",
    ),
    Kind(
        "a delivery that is still being filled",
        lambda s: _beside(s, delivery="x", completed=False),
        "is not completed yet",
        "wait",
    ),
    Kind(
        "files of a second delivery without its manifest",
        lambda s: (s.another("tweede") / "manifest.json").unlink(),
        "the folder tweede holds GBAADRESOBJECT2023BUSV1.parquet",
        "write its manifest, or move it away",
    ),
    Kind(
        "a file beside the deliveries",
        lambda s: shutil.copy(s.path(), s.deliveries),
        "the folder 2023 itself holds GBAPERSOON2023TABV1.parquet",
        "put it in a delivery, or move it away",
    ),
    Kind(
        "a register in two deliveries",
        lambda s: _beside(s, delivery="ander"),
        "is declared by two deliveries",
        "keep one",
    ),
    Kind(
        "two populations",
        lambda s: _beside(s, delivery="x", population="y"),
        "different synthetic populations",
        "make them together",
    ),
    Kind(
        "synthetic and real together",
        lambda s: _beside(s, delivery="x", kind="real", population=None),
        "synthetic and real deliveries stand in one folder",
        "move one away",
    ),
    Kind(
        "no delivery at all", lambda s: (s.cbs / "manifest.json").unlink(), "no complete delivery in", "put one there"
    ),
    Kind(
        "the same version, another content",
        lambda s: s.put(PERSON, "gbageslacht", "2"),
        "before with another content",
        "a higher version",
    ),
)
