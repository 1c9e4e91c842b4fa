"""Start Dagster's pages on this machine: a home in the kluis, nothing sent anywhere, reachable from here only.

What belongs here: the settings of the instance and starting it (`make dagster`). What does not: definitions.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import RoomError, UserError
from pipelines.private_files import make_private_folder, private_files
from pipelines.rooms import DataRoot
from pipelines.surroundings import CHECKOUT, data_root

HOST, PORT = "127.0.0.1", 3000
"""Dagster's pages have no sign-in, so they never listen on another address."""


def main(arguments: list[str] | None = None) -> int:
    """Prepare the home of Dagster, start it, and wait until it is stopped (Ctrl+C)."""
    parser = argparse.ArgumentParser(prog="python -m assets.launch", description=__doc__)
    parser.add_argument("--port", type=int, default=PORT, help="default: %(default)s; another one when it is taken")
    port = free_port(parser.parse_args(arguments).port)
    try:
        home = prepare_home(DataRoot(data_root(os.environ)))
    except UserError as error:
        sys.stderr.write(f"blindevlek: {error}\n")
        return error.exit_code
    sys.stdout.write(f"Dagster starts on http://{HOST}:{port} (home: {home}). Ctrl+C stops it.\n")
    sys.stdout.flush()
    return _run(["dev", "--host", HOST, "--port", str(port)], environment(os.environ, home))


def prepare_home(root: DataRoot) -> Path:
    """Write `dagster.yaml` in the kluis and return its folder; the command line and the pages share it."""
    root.prepare()
    home = root.dagster_home
    try:
        make_private_folder(home)
        text = yaml.safe_dump(settings(home), sort_keys=False)
        with private_files():
            (home / "dagster.yaml").write_text(
                f"# Written at every start by assets/launch.py.\n{text}", encoding="utf-8"
            )
    except OSError as error:
        raise RoomError(f"cannot write {home}: {error.strerror}. Set BLINDEVLEK_DATA to a folder you own.") from None
    return home


def settings(home: Path) -> dict[str, Any]:
    """The instance: one writer, no retries, no output of steps kept, and everything it stores inside its home."""
    return {
        "telemetry": {"enabled": False},
        "nux": {"enabled": False},
        "storage": {"sqlite": {"base_dir": str(home)}},
        "local_artifact_storage": {
            "module": "dagster._core.storage.root",
            "class": "LocalArtifactStorage",
            "config": {"base_dir": str(home)},
        },
        # What a library prints may quote rows; our own log lines are in the events.
        "compute_logs": {
            "module": "dagster._core.storage.noop_compute_log_manager",
            "class": "NoOpComputeLogManager",
        },
        "concurrency": {"pools": {"default_limit": 1, "granularity": "op"}, "runs": {"max_concurrent_runs": 1}},
        # A release is never tried again by itself.
        "run_retries": {"enabled": False},
        # A run whose process died is marked as failed and gives its place in the pool back; it is not resumed.
        "run_monitoring": {"enabled": True, "max_resume_run_attempts": 0, "free_slots_after_run_end_seconds": 30},
    }


def environment(given: Mapping[str, str], home: Path) -> dict[str, str]:
    """The environment of Dagster: its home, and no report to anyone."""
    quiet = {"DAGSTER_DISABLE_TELEMETRY": "1", "GX_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
    return {**given, **quiet, "DAGSTER_HOME": str(home)}


def free_port(wanted: int) -> int:
    """The port asked for, or one that the system finds free."""
    for port in (wanted, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise UserError("no free port on this machine.")


def _run(arguments: list[str], variables: dict[str, str]) -> int:
    # Without `-W ignore` every start advises another command of Dagster.
    command = [sys.executable, "-W", "ignore", "-m", "dagster", *arguments]
    # What Dagster stores lies in the kluis, so it is for its owner only.
    with private_files():
        started = subprocess.Popen(command, cwd=CHECKOUT, env=variables)
    with started as process:
        # Whoever stops us stops Dagster, which then stops its own processes.
        signal.signal(signal.SIGTERM, lambda _number, _frame: process.send_signal(signal.SIGINT))
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue


if __name__ == "__main__":
    sys.exit(main())
