"""Making something large once for all workers of a test run, which only look at it.

What belongs here: who makes it, and who waits. What does not: what is made (fixtures), and anything that a test changes.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def made_once(factory: pytest.TempPathFactory, worker_id: str, name: str, make: Callable[[Path], object]) -> Path:
    """A folder of this name that `make` filled in whichever worker asked first; `worker_id` is the fixture of xdist."""
    base = factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / name
    whole = folder.with_name(f"{name}.whole")
    with FileLock(folder.with_name(f"{name}.lock")):
        if not whole.exists():
            # What a worker left behind whose making failed.
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            whole.touch()
    return folder
