"""Publishing is killed before each touch of the disk in turn: the old or the new state stays, and the next run ends the work."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from pipelines.datacenter.publishing.job import Publisher
from pipelines.datacenter.publishing.links import target_of
from pipelines.datacenter.review.store import Store
from pipelines.datacenter.review.tables import open_engine
from pipelines.release.manifest import verify
from tests.review.scene import NAME, NEXT, Clock, Scene, build_small_site, publisher, shown, write_small_bundle

_DEADLY = frozenset(
    {"open", "os.rename", "os.mkdir", "os.symlink", "os.remove", "os.rmdir", "os.truncate", "sqlite3.connect"}
)
"""What happens on a disk, as Python tells it to an audit hook: the process is killed before each one in turn."""


def run_and_die(scene: Scene, at: int) -> bool:
    """The job in a process of its own that is killed without warning at its `at`-th touch of the disk; whether it came to
    the end before that."""
    child = os.fork()
    if child == 0:
        seen = 0

        def die(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal seen
            if event in _DEADLY and str(scene.root.path) in f"{arguments[0]}":
                seen += 1
                if seen == at:
                    os._exit(9)

        try:
            store = Store(open_engine(str(scene.root.beoordeling / "review.sqlite")), Clock())
            sys.addaudithook(die)
            Publisher(scene.root, store, build_small_site, synthetic_root=True).run()
        except BaseException:
            os._exit(3)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, 9), code
    return code == 0


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is killed by a fork of this one, which Windows has not")
def test_a_kill_at_any_instant_leaves_the_old_or_the_new_state(scene: Scene, tmp_path: Path) -> None:
    scene.approve()
    publisher(scene).run()
    write_small_bundle(scene.root, NEXT)
    scene.approve(NEXT)
    scene.store.engine.dispose()
    kept = tmp_path / "kept"
    shutil.copytree(scene.root.path, kept, symlinks=True)
    old, new = ["2023-voorlopig/1.0.0"], ["2023-voorlopig/1.0.0", "2023-voorlopig/1.1.0"]
    states = []
    for at in range(1, 1_000):
        shutil.rmtree(scene.root.path)
        shutil.copytree(kept, scene.root.path, symlinks=True)
        finished = run_and_die(scene, at)

        states.append(shown(scene))
        newest = target_of(scene.root.uitgaven / NAME[0] / "laatste")
        assert states[-1] in (old, new)
        assert newest is not None
        verify(newest)
        assert states[-1] == new or newest.name == "1.0.0"
        if finished:
            break
        if at % 3:
            continue
        # What a killed run left is taken up by the next; at every third kill, since each costs a whole run.
        store = Store(open_engine(str(scene.root.beoordeling / "review.sqlite")), Clock())
        Publisher(scene.root, store, build_small_site, synthetic_root=True).run()
        assert shown(scene) == new
        assert store.world()[NEXT].published_at
        assert len(store.lines("Released", subject="/".join(NEXT))) == 1
        assert not list(scene.root.openbaar.rglob(".*bouw*"))
        store.engine.dispose()

    assert finished
    assert states[0] == old
    assert states[-1] == new
    assert len(states) > 20
