"""The line to patterns needs none of the libraries that Remote Access lacks, and measures nothing without OpenDP."""

import os
import subprocess
import sys
from pathlib import Path

from expectations.plainly import great_expectations_is_here
from pipelines.rooms import DataRoot, make_key
from tests.conftest import CHECKOUT
from tests.end_to_end.conftest import PRIME, people
from tests.tiny import PEILJAAR, deliver, write_delivery

_WITHOUT = """
import importlib.abc, importlib.metadata, sys
ABSENT = {"dagster", "great_expectations", "duckdb_engine", "sqlalchemy", "opendp", "polars_readstat",
          "duckdb_extension_httpfs", "jinja2", "scipy"}
class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ABSENT:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
known = importlib.metadata.version
def version(name):
    if name.replace("-", "_") in ABSENT:
        raise importlib.metadata.PackageNotFoundError(name)
    return known(name)
importlib.metadata.version = version
from cli import main
code = main(sys.argv[1:])
assert not ABSENT & {name.partition(".")[0] for name in sys.modules}, "imported what is not there"
sys.exit(code)
"""


def without_libraries(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line in a process that has only what Remote Access has."""
    variables = os.environ | {
        "BLINDEVLEK_DATA": str(folder / "data"),
        "BLINDEVLEK_KEY_FILE": str(folder / "key.json"),
        "PYTHONPATH": str(CHECKOUT),
    }
    command = [sys.executable, "-c", _WITHOUT, *arguments]
    return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)


def test_everything_up_to_the_patterns_is_done_and_nothing_is_measured(tmp_path: Path) -> None:
    root = DataRoot(tmp_path / "data")
    root.prepare()
    make_key(tmp_path / "key.json", "synthetic")
    write_delivery(deliver(people()), root.deliveries(PEILJAAR))
    before = set(tmp_path.rglob("*"))

    ran = without_libraries(tmp_path, "--unencrypted-room", "run")
    again = without_libraries(tmp_path, "--unencrypted-room", "run")

    assert ran.returncode == 7, ran.stderr
    assert "OpenDP is not installed" in ran.stderr
    assert "patterns: who shares" in ran.stderr
    assert "check relations (without Great Expectations)" in ran.stderr
    assert again.returncode == 7
    assert "indicators:" not in again.stderr, "what was finished is kept"
    new = [path for path in set(tmp_path.rglob("*")) - before if path.is_file() and root.kluis not in path.parents]
    assert new == []
    told = "".join(done.stdout + done.stderr for done in (ran, again))
    assert str(PRIME) not in told


def test_a_room_without_the_library_that_encrypts_does_not_open_by_itself(tmp_path: Path) -> None:
    root = DataRoot(tmp_path / "data")
    root.prepare()
    make_key(tmp_path / "key.json", "synthetic")
    write_delivery(deliver(people()[:3]), root.deliveries(PEILJAAR))

    ran = without_libraries(tmp_path, "run")

    assert ran.returncode == 8, ran.stderr
    assert "--unencrypted-room" in ran.stderr
    assert not root.warehouse.exists()


def test_great_expectations_is_found_where_it_is() -> None:
    """Else the suites would silently run without it everywhere."""
    assert great_expectations_is_here()
