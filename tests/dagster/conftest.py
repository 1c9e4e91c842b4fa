"""A data root named by environment variables, as Dagster meets it, and an instance with its home in the kluis."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from assets.launch import prepare_home
from assets.population import KEY as DELIVERIES
from assets.resources import from_environment
from definitions import defs
from pipelines.context import Context
from pipelines.line import Validation
from pipelines.rooms import make_key
from tests.tiny import PEILJAAR, Invented, deliver, write_delivery
from tests.tiny_people import MISSING, SERVED

HELPED = SERVED | {"vroegsignaal", "wmo_maatwerk"}
PEOPLE = [
    *(Invented(rin=731_000_001 + number, has=MISSING) for number in range(5)),
    *(Invented(rin=731_000_101 + number, gemeente="GM0344", has=HELPED) for number in range(3)),
    *(Invented(rin=731_000_201 + number, gemeente="GM0014", has=frozenset({"volwassen"})) for number in range(4)),
]


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    """An empty data root with a synthetic key, named by the environment."""
    monkeypatch.setenv("BLINDEVLEK_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("BLINDEVLEK_KEY_FILE", str(tmp_path / "keys" / "synthetic.json"))
    monkeypatch.setenv("BLINDEVLEK_MEMORY", "1GB")
    make_key(tmp_path / "keys" / "synthetic.json", "synthetic")
    context = from_environment()
    context.root.prepare()
    return context


@pytest.fixture
def delivered(room: Context) -> Context:
    """The same with a delivery of a few invented people."""
    write_delivery(deliver(PEOPLE), room.root.deliveries(PEILJAAR))
    return room


@pytest.fixture
def instance(room: Context) -> Iterator[dg.DagsterInstance]:
    """The instance that `make dagster` prepares, stored in the kluis of the room."""
    with dg.DagsterInstance.from_config(str(prepare_home(room.root))) as made:
        yield made


@pytest.fixture
def no_suites(monkeypatch: pytest.MonkeyPatch) -> Validation:
    """Checks that pass at once, where a test is about something else than the rules."""
    passing = Validation(run=lambda _context, _peiljaar, _which: None, fingerprint="0" * 64)
    monkeypatch.setattr("expectations.validation.validation", lambda: passing)
    return passing


def run_job(name: str, instance: dg.DagsterInstance, tags: dict[str, str] | None = None) -> dg.ExecuteInProcessResult:
    """Run a job for the peiljaar of the tiny delivery; its deliveries stand there, so none are made."""
    job = defs.resolve_job_def(name)
    wanted = [key for key in job.asset_layer.executable_asset_keys if key != DELIVERIES]
    return job.execute_in_process(
        partition_key=str(PEILJAAR), instance=instance, tags=tags, raise_on_error=False, asset_selection=wanted
    )


def failure(result: dg.ExecuteInProcessResult) -> str:
    """The message of the one step that failed, after making sure that nothing is chained to it."""
    (event,) = [event for event in result.all_node_events if event.event_type_value == "STEP_FAILURE"]
    error = event.step_failure_data.error
    assert error is not None
    assert error.cause is None
    assert error.context is None
    return error.message
