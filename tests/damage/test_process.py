"""A run that is killed, or whose disk is full, leaves the kluis as it was, and the next run does what it should."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.damage.conftest import Make
from tests.damage.scene import Scene

CHECKOUT = Path(__file__).resolve().parents[2]


def in_a_child(scene: Scene, tmp_path: Path, how: str) -> "subprocess.CompletedProcess[str]":
    key = tmp_path / "key.json"
    key.write_text(f'{{"purpose": "synthetic", "key": "{scene.key.secret}"}}', encoding="utf-8")
    key.chmod(0o600)
    command = [sys.executable, "-m", "tests.damage.child", str(scene.root.path), str(key), how]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("how", "code"), [("killed", -signal.SIGKILL), ("full", 8)])
def test_a_run_that_ends_in_the_middle_changes_nothing(
    scene_in: Make, tmp_path: Path, before: dict[str, object], how: str, code: int
) -> None:
    scene = scene_in("parquet")

    ended = in_a_child(scene, tmp_path, how)

    assert ended.returncode == code, ended.stderr
    assert ("could not be written to" in ended.stderr) == (how == "full")
    after = scene.state()
    # The journal of the killed run may lie there until the next one opens the warehouse, which clears it.
    after["files"] = [name for name in after["files"] if not name.endswith((".wal", "/lock"))]
    assert after == before
    assert scene.take_in()
