"""One finished run on the planted delivery, shared by all tests here (and by the workers of one test run)."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

import cli
from pipelines.context import Context
from pipelines.rooms import DataRoot, make_key
from pipelines.yaml_text import parse_document
from tests.conftest import CHECKOUT
from tests.leaks.planted import plant
from tests.leaks.searching import EVERYTHING, Hunt
from tests.once import made_once
from tests.tiny import PEILJAAR


@dataclass(frozen=True)
class Said:
    """What a command said, how it ended, and the number of its process."""

    code: int
    out: str
    err: str
    pid: int

    @property
    def hunt(self) -> Hunt:
        """Everything, but for a count that is by chance the number of the process."""
        return EVERYTHING.without(self.pid, os.getpid())


@dataclass(frozen=True)
class Place:
    """A folder with a data root in which the planted delivery stands, and its key."""

    folder: Path

    @property
    def root(self) -> DataRoot:
        return DataRoot(self.folder / "data")

    @property
    def specs(self) -> Path:
        """Specs of its own: there are commands that write beside them."""
        return self.folder / "persona_specs"

    @property
    def variables(self) -> dict[str, str]:
        return {
            "BLINDEVLEK_DATA": str(self.root.path),
            "BLINDEVLEK_SPECS": str(self.specs),
            "BLINDEVLEK_KEY_FILE": str(self.folder / "keys" / "synthetic.json"),
            "BLINDEVLEK_MEMORY": "1GB",
        }

    @property
    def context(self) -> Context:
        """A context that says and logs nothing."""
        return Context(
            self.root, self.folder / "keys" / "synthetic.json", self.specs, "test",
            lambda _message: None, lambda _text: None, "1GB",
        )  # fmt: skip

    def command(self, *arguments: str) -> Said:
        """Run a command as a process of its own."""
        with subprocess.Popen(
            [sys.executable, "-m", "cli", *arguments],
            cwd=CHECKOUT,
            env={**os.environ, **self.variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            out, err = process.communicate(timeout=250)
        return Said(process.returncode, out, err, process.pid)


@dataclass(frozen=True)
class Ears:
    """Runs a command in this process and returns what it said."""

    capfd: pytest.CaptureFixture[str]
    caplog: pytest.LogCaptureFixture

    def hear(self, *arguments: str) -> tuple[int, str]:
        code = cli.main(list(arguments))
        said = self.capfd.readouterr()
        return code, said.out + said.err + self.caplog.text


@dataclass(frozen=True)
class Finished:
    """The place of the run that succeeded, and what it said."""

    place: Place
    said: Said


_parsed = cache(parse_document)
_parser = cache(cli.make_parser)


@pytest.fixture(scope="package", autouse=True)
def what_every_command_begins_with_is_done_once() -> Iterator[None]:
    """Hundreds of commands here parse the same specs: that takes longer than all that is listened to, and is tested
    elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipelines.yaml_files.parse_document", _parsed)
        patch.setattr(cli, "make_parser", _parser)
        yield


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Finished:
    """`blindevlek run` on the planted delivery, once for all workers. Look, and change nothing: `copied` is to change."""
    told = "said.json"

    def run(folder: Path) -> None:
        (folder / told).write_text(json.dumps(_run_once(Place(folder)).__dict__), encoding="utf-8")

    folder = made_once(tmp_path_factory, worker_id, "leaks", run)
    return Finished(Place(folder), Said(**json.loads((folder / told).read_text(encoding="utf-8"))))


def _run_once(place: Place) -> Said:
    place.root.prepare()
    shutil.copytree(CHECKOUT / "persona_specs", place.specs)
    make_key(place.folder / "keys" / "synthetic.json", "synthetic")
    plant(place.root.deliveries(PEILJAAR))
    return place.command("run")


@pytest.fixture(scope="module")
def copied(finished: Finished, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The same rooms elsewhere, for tests that run more in them."""
    place = Place(tmp_path_factory.mktemp("copied"))
    shutil.copytree(finished.place.folder, place.folder, dirs_exist_ok=True)
    return place


@pytest.fixture
def at_the_copy(copied: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    """The copy, named by the environment as both front doors read it."""
    for name, value in copied.variables.items():
        monkeypatch.setenv(name, value)
    return copied


@pytest.fixture
def ears(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Iterator[Ears]:
    with caplog.at_level("DEBUG"):
        yield Ears(capfd, caplog)


def with_ears(context: Context, heard: list[str]) -> Context:
    """The context, with everything that is said or reported kept in a list."""
    return replace(context, progress=heard.append, say=heard.append)
