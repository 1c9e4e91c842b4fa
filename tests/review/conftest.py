"""Shared fixtures of the review: a scene with a small bundle, and a browser without a screen that talks to the app."""

from pathlib import Path

import pytest

from tests.review.scene import Scene, make_scene, write_small_bundle


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """A data root with one small bundle in the wachtruimte; nobody handed it in yet."""
    made = make_scene(tmp_path)
    write_small_bundle(made.root)
    return made
