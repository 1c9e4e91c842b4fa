"""After the whole route a BSN is nowhere on disk: not when it succeeds, not when it fails, not when it is killed."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.context import Context
from pipelines.errors import DeliveryError
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.registers.ingest import ingest
from pipelines.registers.municipal.keys import MunicipalKey, make_municipal_key, read_municipal_key
from pipelines.registers.municipal.link import link, received
from pipelines.rooms import make_key
from tests.conftest import CHECKOUT
from tests.municipal import files_with, forms, raw, seal, some, write_linkage
from tests.tiny import PEILJAAR, Invented, deliver, write_delivery

BSNS = some(50)
LINKS = dict(zip(BSNS, range(300_000_001, 300_000_051), strict=True))
NEEDLES = tuple(form for number in BSNS for form in forms(number))


@pytest.fixture
def real(context: Context, tmp_path: Path) -> Context:
    """A data root of its own for real deliveries, with the delivery of CBS and the linkage table in it."""
    make_key(tmp_path / "keys" / "real.json", "real")
    real = replace(context, key_file=tmp_path / "keys" / "real.json")
    deliveries = real.root.deliveries(PEILJAAR)
    write_delivery(deliver([Invented(300_000_001, has=frozenset({"volwassen"}))]), deliveries, kind="real")
    for path in sorted((deliveries / "gemeenten").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    (deliveries / "gemeenten").rmdir()
    write_linkage(deliveries / "koppeling", municipal_key(tmp_path), LINKS)
    return real


def municipal_key(folder: Path) -> MunicipalKey:
    path = folder / "keys" / "municipal.json"
    return read_municipal_key(path) if path.exists() else make_municipal_key(path, "real")


def written(root: Path) -> list[str]:
    return [path.name for path in root.rglob("*") if path.is_file()]


def test_the_search_finds_a_number_that_was_planted(real: Context) -> None:
    for place, form in enumerate(forms(BSNS[7])):
        (real.root.kluis / f"planted-{place}").write_bytes(b"before" + form + b"after")

    assert files_with(real.root.path, NEEDLES) == [f"kluis/planted-{place}" for place in range(4)]


def test_after_the_whole_route_no_number_is_on_disk(real: Context, tmp_path: Path) -> None:
    key = municipal_key(tmp_path)

    seal(raw(BSNS), key, received(real.root, PEILJAAR))
    link(real.root, real.key(), {key.key_id: key}, load_catalogue(), PEILJAAR, memory="200MB")
    ingest(real.root, real.key(), load_catalogue(), PEILJAAR)

    assert {"rows.parquet", "warehouse.duckdb", "SCHULDHULP2023V1.parquet"} <= set(written(real.root.path))
    assert files_with(real.root.path, NEEDLES) == []


def test_after_a_refusal_no_number_is_on_disk(real: Context, tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="elfproef"):
        seal(raw([*BSNS, "123456789"]), municipal_key(tmp_path), received(real.root, PEILJAAR))

    assert files_with(real.root.path, NEEDLES) == []
    assert "rows.parquet" not in written(real.root.path)


KILLED_AT = {
    "after half of the numbers": "pipelines.registers.municipal.pseudonyms:Pseudonymiser.pseudonym:25",
    "before the manifest is written": "hashlib:sha256:1",
    "before the linked delivery takes its place": "pathlib:Path.rename:2",
    "before the transaction of the ingest ends": "pipelines.state:mark_done:1",
}

SCRIPT = """
import importlib, os, signal, sys
from pathlib import Path
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.registers.ingest import ingest
from pipelines.registers.municipal.keys import read_municipal_key
from pipelines.registers.municipal.link import link, received
from pipelines.registers.municipal.pseudonymise import Request, pseudonymise
from pipelines.rooms import DataRoot, read_key

def kill_at(moment):
    module, name, times = moment.split(":")
    holder = importlib.import_module(module)
    *outer, last = name.split(".")
    for part in outer:
        holder = getattr(holder, part)
    real, seen = getattr(holder, last), [0]
    def counted(*args, **kwargs):
        seen[0] += 1
        if seen[0] == int(times):
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)
    setattr(holder, last, counted)

root, keys = DataRoot(Path(sys.argv[1])), Path(sys.argv[2])
kill_at(sys.argv[3])
key, catalogue = read_municipal_key(keys / "municipal.json"), load_catalogue()
pseudonymise(sys.stdin.buffer, Request("SCHULDHULP", "GM0363", 2023), key, catalogue, received(root, 2023))
link(root, read_key(keys / "real.json"), {key.key_id: key}, catalogue, 2023)
ingest(root, read_key(keys / "real.json"), catalogue, 2023)
"""


@pytest.mark.parametrize("moment", KILLED_AT)
def test_a_run_that_is_killed_leaves_no_number_and_can_be_done_again(
    moment: str, real: Context, tmp_path: Path
) -> None:
    arguments = [str(real.root.path), str(tmp_path / "keys"), KILLED_AT[moment]]
    key = municipal_key(tmp_path)

    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments], input=raw(BSNS), capture_output=True, cwd=CHECKOUT, check=False
    )

    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    assert files_with(real.root.path, NEEDLES) == []
    if not (received(real.root, PEILJAAR) / f"SCHULDHULP-GM0363-{PEILJAAR}-v1").exists():
        seal(raw(BSNS), key, received(real.root, PEILJAAR))
    link(real.root, real.key(), {key.key_id: key}, load_catalogue(), PEILJAAR)
    if "ingest" in moment:
        assert ingest(real.root, real.key(), load_catalogue(), PEILJAAR)
    assert not [path for path in real.root.path.rglob(".*") if "making" in path.name or "linking" in path.name]


def test_a_number_and_a_key_are_never_in_the_list_of_processes(real: Context, tmp_path: Path) -> None:
    key = municipal_key(tmp_path)
    command = ["-m", "cli", "municipal", "pseudonymise", "-", "--register", "SCHULDHULP", "--gemeente", "GM0363"]
    given = {
        **os.environ,
        "BLINDEVLEK_DATA": str(real.root.path),
        "BLINDEVLEK_MUNICIPAL_KEY_FILES": str(tmp_path / "keys" / "municipal.json"),
    }

    with subprocess.Popen(
        [sys.executable, *command, "--peiljaar", str(PEILJAAR)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=given,
        cwd=CHECKOUT,
    ) as process:
        assert process.stdin is not None
        process.stdin.write(raw(BSNS))
        process.stdin.flush()
        seen = _shown(process.pid)
        said = b"".join(process.communicate())

    assert process.returncode == 0, said
    assert b"pseudonymise" in seen
    secrets = (key.pseudonym.encode(), key.opening.encode(), *(number.encode() for number in BSNS))
    assert [secret for secret in secrets if secret in seen or secret in said] == []


def _shown(pid: int) -> bytes:
    """What the system shows others of a process: its arguments and its environment, or what `ps` prints."""
    place, patience = Path(f"/proc/{pid}/cmdline"), time.monotonic() + 20
    if not place.exists():
        return subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, check=True).stdout
    while not place.read_bytes() and time.monotonic() < patience:
        time.sleep(0.05)
    return place.read_bytes() + Path(f"/proc/{pid}/environ").read_bytes()
