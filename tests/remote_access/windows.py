"""The pinned requirements, hashes included, can be installed on 64-bit Windows: asked of the index, nothing is installed.

What belongs here: reading requirements as Windows would, and asking pip. What does not: an address of an index; pip knows it.
"""

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from packaging.requirements import Requirement

CHECKOUT = Path(__file__).resolve().parents[2]
FILES = ("run.txt", "remote-access.txt")
WINDOWS = {
    "sys_platform": "win32",
    "platform_system": "Windows",
    "os_name": "nt",
    "platform_machine": "AMD64",
    "python_version": "3.11",
    "python_full_version": "3.11.9",
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
}
_PIP = ("install", "--quiet", "--dry-run", "--ignore-installed", "--no-deps", "--require-hashes")
_THERE = ("--platform", "win_amd64", "--only-binary=:all:", "--python-version", "3.11")


def on_windows(text: str) -> list[str]:
    """The requirements of a file that Windows needs, each with its hashes and without its condition: pip judges conditions
    by the machine that it runs on, also when it is asked for another platform."""
    wanted = []
    for block in re.split(r"\n(?=\S)", text.strip()):
        requirement = Requirement(block.split("--hash")[0].rstrip(" \\\n"))
        if requirement.marker is None or requirement.marker.evaluate(WINDOWS):
            hashes = " ".join(re.findall(r"--hash=\S+", block))
            wanted.append(f"{requirement.name}{requirement.specifier} {hashes}")
    return wanted


def why_not_on_windows(wanted: list[str]) -> str:
    """What pip says of requirements that cannot be installed there; empty when all can."""
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "windows.txt"
        listed.write_text("\n".join(wanted) + "\n", encoding="utf-8")
        command = [sys.executable, "-m", "pip", *_PIP, *_THERE, "--target", folder, "-r", str(listed)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
    return "" if done.returncode == 0 else "\n".join(errors) or "pip stopped without saying why"


def main() -> int:
    """Ask for every file; 1 when something of it has no wheel for Windows with a hash that is pinned."""
    for name in FILES:
        started = time.perf_counter()
        wanted = on_windows((CHECKOUT / "requirements" / name).read_text(encoding="utf-8"))
        if why := why_not_on_windows(wanted):
            print(
                f"requirements/{name} cannot be installed on Windows (win_amd64, Python 3.11), so not in Remote Access. "
                f"Pin versions that have a wheel for it, and compile the hashes again. pip says:\n{why}",
                file=sys.stderr,
            )
            return 1
        print(
            f"requirements/{name}: all {len(wanted)} have a wheel for Windows ({time.perf_counter() - started:.0f} s)"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
