"""A kluis with the good delivery, made once, and copies of it to damage."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.rooms import DataRoot, make_key
from tests.damage.scene import Scene, write_good

Make = Callable[[str], Scene]


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    folder = tmp_path_factory.mktemp("damage")
    root = DataRoot(folder / "data")
    root.prepare()
    scene = Scene(root, make_key(folder / "key.json", "synthetic"), "parquet", pytest.MonkeyPatch())
    write_good(scene.deliveries, "parquet")
    assert scene.take_in()
    return scene


@pytest.fixture(scope="session")
def before(good: Scene) -> dict[str, object]:
    """What is in the good kluis."""
    return good.state()


@pytest.fixture
def scene_in(good: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """A copy of the good kluis, its delivery in a format."""

    def make(file_format: str) -> Scene:
        scene = Scene(DataRoot(tmp_path / "data"), good.key, file_format, monkeypatch)
        shutil.copytree(good.root.path, scene.root.path)
        # Newly written: a delivery that was not touched is not read again.
        scene.mend()
        return scene

    return make
