"""The line on the versions of Remote Access gives the same patterns as on the pinned ones, and measures nothing.

What belongs here: one delivery, taken through the command line by two environments. What does not: making the
environments (the Makefile does), and unit tests.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.remote_access.digest import DIGEST

CHECKOUT = Path(__file__).resolve().parents[2]
REFUSED = 7
"""The exit code of a measurement that is refused."""

FORMS = ("parquet", "sav", "csv")
MADE_THERE = "parquet made there"
"""A delivery that the old versions made themselves, of the same people."""
SCALE = "0.005"


@dataclass(frozen=True)
class Place:
    """A data root and the Python that works in it."""

    python: Path
    root: Path
    key_file: Path
    unencrypted: bool

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        variables = {name: value for name, value in os.environ.items() if not name.startswith("BLINDEVLEK_")}
        variables |= {"BLINDEVLEK_DATA": str(self.root), "BLINDEVLEK_KEY_FILE": str(self.key_file), "SCALE": SCALE}
        variables |= {"PYTHONPATH": str(CHECKOUT)} | ({"BLINDEVLEK_UNENCRYPTED_ROOM": "1"} if self.unencrypted else {})
        command = [str(self.python), "-m", *arguments]
        return subprocess.run(command, cwd=self.root.parent, env=variables, capture_output=True, text=True, check=False)

    @property
    def digest(self) -> str:
        return (self.root / "kluis" / "reports" / DIGEST).read_text(encoding="utf-8")


def main(python_there: Path) -> int:
    """Compare; returns 1 and says what differs when something does."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        faults = _faults(Path(folder).resolve(), python_there)
    if not faults:
        seconds = time.perf_counter() - started
        print(
            f"the same patterns on both from {', '.join(FORMS)}, {MADE_THERE}, and nothing measured there ({seconds:.0f} s)"
        )
    for fault in faults:
        print(f"Remote Access: {fault}", file=sys.stderr)
    return 1 if faults else 0


def _faults(folder: Path, python_there: Path) -> list[str]:
    here = Place(Path(sys.executable), folder / "here", folder / "key.json", unencrypted=False)
    faults = _expect(here, 0, "cli", "key", "new", "--purpose", "synthetic", "--file", str(here.key_file))
    with ThreadPoolExecutor(2) as together:
        made = [
            together.submit(_expect, here, 0, "cli", "population", "--format", form, "--to", str(folder / form))
            for form in FORMS
        ]
        there = Place(python_there, folder / "there", here.key_file, unencrypted=True)
        made.append(together.submit(_expect, there, 0, "cli", "population", "--to", str(folder / MADE_THERE)))
        faults += [fault for future in made for fault in future.result()]
        if faults:
            return faults
        places = {
            form: Place(python_there, folder / f"there-{form}", here.key_file, unencrypted=True)
            for form in (*FORMS, MADE_THERE)
        }
        lines = [together.submit(_line, here, folder / "parquet", 0, measured=True)]
        lines += [together.submit(_there, place, folder / form) for form, place in places.items()]
        faults += [fault for future in lines for fault in future.result()]
    for form, place in places.items():
        if not faults and place.digest != here.digest:
            faults.append(f"the patterns of the delivery in {form} differ from those on the pinned versions.")
    return faults


def _there(place: Place, delivered: Path) -> list[str]:
    return _closed(place) or _line(place, delivered, REFUSED, measured=False)


def _expect(place: Place, code: int, *arguments: str) -> list[str]:
    done = place.run(*arguments)
    if done.returncode == code:
        return []
    return [f"`{' '.join(arguments)}` gave {done.returncode} instead of {code}:\n{done.stderr}"]


def _closed(place: Place) -> list[str]:
    """Without saying that the room may be unencrypted, it does not open."""
    done = Place(place.python, place.root, place.key_file, unencrypted=False).run("cli", "check")
    if (
        done.returncode != 8
        or "--unencrypted-room" not in done.stderr
        or (place.root / "kluis" / "warehouse.duckdb").exists()
    ):
        return [f"an old DuckDB opened a room without --unencrypted-room:\n{done.stderr}"]
    return []


def _line(place: Place, delivered: Path, code: int, *, measured: bool) -> list[str]:
    """Run the main job on a delivery; what lies outside the kluis afterwards is a bundle or nothing at all."""
    deliveries = place.root / "kluis" / "deliveries"
    deliveries.mkdir(parents=True)
    shutil.copytree(delivered / "deliveries", deliveries / "2023")
    done = place.run("cli", "run")
    faults = [] if done.returncode == code else [f"`run` gave {done.returncode} instead of {code}:\n{done.stderr}"]
    if not measured and "OpenDP is not installed" not in done.stderr:
        faults.append(f"`run` without OpenDP does not say so:\n{done.stderr}")
    outside = [
        path for path in place.root.rglob("*") if path.is_file() and not path.is_relative_to(place.root / "kluis")
    ]
    if bool(outside) is not measured:
        faults.append(f"outside the kluis lie {[path.name for path in outside]}")
    if not faults and not measured and "NOT ENCRYPTED" not in place.run("cli", "status").stdout:
        faults.append("`status` does not say that the room is not encrypted")
    return faults or _expect(place, 0, "tests.remote_access.digest")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).absolute()))
