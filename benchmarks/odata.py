"""How many filtered reads a second the OData service answers: `python -m benchmarks.odata`.

What belongs here: a server in a process of its own, a bounded number of requests over loopback, and their times. What
does not: making figures (`odata_release.py`). The target is 200 requests a second on two cores, client and server
together; every request asks another gemeente and persona, so that no answer is made twice.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

from benchmarks.odata_release import write_release
from pipelines.facts.gemeenten import gemeenten

TARGET_PER_SECOND = 200.0
KINDS = ("v3", "v4")
_MOST_REQUESTS = 100_000
_PATIENCE_S = 120.0


def main(argv: list[str] | None = None) -> int:
    """Serve a release of full size, ask, tell; 1 when the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=3000)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--personas", type=int, default=13)
    parser.add_argument("--gemeenten", type=int, default=None)
    parser.add_argument("--target", type=float, default=TARGET_PER_SECOND)
    args = parser.parse_args(argv)
    if not 1 <= args.requests <= _MOST_REQUESTS:
        parser.error(f"--requests: from 1 to {_MOST_REQUESTS}")
    with tempfile.TemporaryDirectory() as folder:
        openbaar = Path(folder)
        write_release(openbaar, personas=args.personas, regions=args.gemeenten)
        with serving(openbaar) as (port, server):
            told = {kind: _measured(server.pid, port, args, list(addresses(kind, args))) for kind in KINDS}
            peak = _peak_memory(server.pid)
    print(json.dumps({"target_per_second": args.target, "peak_memory_mb": peak, **told}))
    return 0 if all((one["per_second"] or 0) >= args.target for one in told.values()) else 1


@contextmanager
def serving(openbaar: Path) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """The service alone, in a process of its own on a free port of loopback; it has answered once."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        port = int(listening.getsockname()[1])
        listening.set_inheritable(True)
        command = [sys.executable, "-m", "benchmarks.odata_server", str(openbaar), str(listening.fileno())]
        server = subprocess.Popen(command, pass_fds=[listening.fileno()], env=os.environ | {"POLARS_MAX_THREADS": "2"})
    try:
        connection = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_S)
        for rows in ("ODataFeed/odata/2023-voorlopig/TypedDataSet", "odata/v1/BlindeVlek/2023-voorlopig/Observations"):
            connection.request("GET", f"/{rows}?$top=1")
            connection.getresponse().read()
        connection.close()
        yield port, server
    finally:
        server.terminate()
        server.wait(timeout=_PATIENCE_S)


def addresses(kind: str, args: argparse.Namespace) -> Iterator[str]:
    """Per persona and gemeente: all its ages and sexes, by its code; in version 4 one measure of them."""
    for persona in range(1, args.personas + 1):
        for place in gemeenten(2023)[: args.gemeenten]:
            if kind == "v3":
                asked = (
                    f"RegioS eq '{place.code:<10}' and Personas eq 'persona-{persona}' and substringof('2023',Perioden)"
                )
                yield f"/ODataFeed/odata/2023-voorlopig/TypedDataSet?$format=json&$filter={quote(asked)}"
            else:
                asked = f"RegioS eq '{place.code}' and Personas eq 'persona-{persona}' and Measure eq 'M000001'"
                yield f"/odata/v1/BlindeVlek/2023-voorlopig/Observations?$filter={quote(asked)}"


def _measured(server: int, port: int, args: argparse.Namespace, asked: list[str]) -> dict[str, float | None]:
    """Requests a second, and the times of one in milliseconds, over some connections that stay open. The processor time
    of one, in the server and in its clients, says more than the clock when the machine is busy."""
    turns = [
        [asked[turn % len(asked)] for turn in range(first, args.requests, args.clients)]
        for first in range(args.clients)
    ]
    start, own, theirs = time.perf_counter(), time.process_time(), _processor(server)
    with ThreadPoolExecutor(args.clients) as workers:
        seconds = [one for part in workers.map(lambda turn: _asked(port, turn), turns) for one in part]
    wall = time.perf_counter() - start
    busy = _processor(server)
    cuts = statistics.quantiles(seconds, n=100) if len(seconds) > 1 else seconds * 99
    return {
        "requests": len(seconds),
        "per_second": round(len(seconds) / wall, 1),
        "p50_ms": round(cuts[49] * 1000, 2),
        "p99_ms": round(cuts[98] * 1000, 2),
        "processor_ms_server": None
        if busy is None or theirs is None
        else round(1000 * (busy - theirs) / len(seconds), 2),
        "processor_ms_client": round(1000 * (time.process_time() - own) / len(seconds), 2),
    }


def _asked(port: int, paths: list[str]) -> list[float]:
    connection = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_S)
    seconds = []
    for path in paths:
        start = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        seconds.append(time.perf_counter() - start)
        if answer.status != 200 or b'"value":[{' not in body:
            raise RuntimeError(f"status {answer.status}, or no row, at {path}")
    connection.close()
    return seconds


def _processor(pid: int) -> float | None:
    """Seconds of processor that a process has taken; None where the system does not tell."""
    told = Path(f"/proc/{pid}/stat")
    if not told.is_file():
        return None
    user, system = told.read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _peak_memory(pid: int) -> int | None:
    """The most memory that the server held, in megabytes; None where the system does not tell."""
    status = Path(f"/proc/{pid}/status")
    if not status.is_file():
        return None
    line = next(line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


if __name__ == "__main__":
    raise SystemExit(main())
