"""Taking in a delivery in a process of its own, which is killed or finds its disk full.

What belongs here: what needs a process to break. What does not: judging it (`test_process.py`).
"""

import os
import resource
import signal
import sys
from pathlib import Path

import pytest

from pipelines.errors import UserError
from pipelines.rooms import DataRoot, read_key
from tests.damage.scene import Scene


def main(data: str, key_file: str, how: str) -> int:
    """`how`: `killed` in the middle of the load; `full`: no file may grow beyond 64 KB, so neither database can."""
    scene = Scene(DataRoot(Path(data)), read_key(Path(key_file)), "parquet", pytest.MonkeyPatch())

    def progress(message: str) -> None:
        if how == "killed" and message == "ingest WMOBUS":
            os.kill(os.getpid(), signal.SIGKILL)

    if how == "full":
        resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, 65_536))
    try:
        scene.take_in(progress)
    except UserError as error:
        sys.stderr.write(str(error))
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
