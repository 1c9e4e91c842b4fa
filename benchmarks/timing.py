"""Running something in a fresh process, with its seconds and its peak memory.

What belongs here: the child process and its resource usage. What does not: what runs in it (`steps.py`).
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Outcome:
    """A finished child: seconds from start to end, processor seconds of all its threads, peak resident memory
    (bytes), and what it told (JSON)."""

    process_seconds: float
    cpu_seconds: float
    peak_bytes: int
    told: dict[str, Any]


def run_child(*arguments: str, tells: bool = True, python: Path = Path(sys.executable)) -> Outcome:
    """Run `python ARGUMENTS` in the checkout; its last line of output is JSON when it `tells`.

    Raises RuntimeError with the end of its stderr when it fails: the errors of this project name no row values.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.perf_counter()
        # stdout goes to a file, not a pipe: then wait4 alone sees the child end, and gives its own usage.
        child = subprocess.Popen([python, *arguments], cwd=CHECKOUT, stdout=out, stderr=err)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if child.returncode != 0:
            end = err.read().decode("utf-8", "replace").strip().splitlines()[-3:]
            raise RuntimeError(f"{' '.join(arguments)} ended with {child.returncode}: {' / '.join(end)}")
        lines = out.read().decode("utf-8").strip().splitlines()
    # ru_maxrss is in bytes on macOS and in KiB elsewhere.
    unit = 1 if sys.platform == "darwin" else 1024
    told = json.loads(lines[-1]) if tells else {}
    return Outcome(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit, told)
