"""What Dagster stores, logs and shows of a whole run on the planted delivery; and that metadata pass one list only."""

import ast
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest

from assets import safe_metadata
from assets.launch import prepare_home
from assets.population import KEY as DELIVERIES
from assets.sensors import new_delivery
from definitions import defs
from pipelines import state
from pipelines.warehouse import open_warehouse
from tests.conftest import CHECKOUT
from tests.leaks.conftest import Place
from tests.leaks.provoked import BROKEN_AT, ERRORS, alone, raising
from tests.leaks.searching import EVERYTHING, everything_of
from tests.tiny import PEILJAAR

_ALLOWED = {*safe_metadata._TEXTS, *safe_metadata._OTHERS}


@dataclass(frozen=True)
class Instance:
    """The one instance of these tests, and the home in the kluis where it keeps everything."""

    dagster: dg.DagsterInstance
    home: Path


@pytest.fixture(scope="module")
def instance(copied: Place) -> Iterator[Instance]:
    home = prepare_home(copied.root)
    with dg.DagsterInstance.from_config(str(home)) as made:
        yield Instance(made, home)


def _run(instance: Instance, wanted: Callable[[dg.AssetKey], bool]) -> dg.ExecuteInProcessResult:
    job = defs.resolve_job_def("line")
    return job.execute_in_process(
        partition_key=str(PEILJAAR),
        instance=instance.dagster,
        raise_on_error=False,
        asset_selection=[key for key in job.asset_layer.executable_asset_keys if wanted(key)],
    )


def test_a_whole_run_leaves_nothing_in_the_home_of_dagster(
    at_the_copy: Place, instance: Instance, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    _forget_every_step(at_the_copy)

    with caplog.at_level("DEBUG"):
        result = _run(instance, lambda key: key != DELIVERIES)

    said, shown = capfd.readouterr(), _metadata_of(result)
    hunt = EVERYTHING.without(os.getpid())
    assert result.success
    assert {"done", "seconds", "manifest_digest", "rules"} <= shown <= _ALLOWED
    assert "indicators: one scan per register" in said.err, "the steps worked, and what they say is heard"
    assert (instance.home / "history").is_dir()
    assert hunt.in_tree(instance.home) == []
    assert hunt.in_text(said.out + said.err + caplog.text) == []
    assert hunt.in_file(at_the_copy.root.kluis / "last_run.json") == []


def _forget_every_step(place: Place) -> None:
    """So that each is done again, and says and logs what it says while it works."""
    with open_warehouse(place.root, place.context.key()) as warehouse:
        state.forget_year(warehouse, PEILJAAR)


_FAILS_IN = {
    "synthetic population": "kluis__deliveries",
    "ingest": "kluis__registers",
    "check registers": "kluis__registers_registers_hold",
    "persons": "kluis__persons",
    "indicators": "kluis__person_indicators",
    "check indicators": "kluis__person_indicators_indicators_hold",
    "patterns": "kluis__patterns",
    "measure": "measure",
    "bundle and pages": "release__bundle",
}
"""Step of the line -> the step of Dagster that does it: a check runs along with its asset."""

_STARTED = {"check registers": "kluis__registers", "check indicators": "kluis__person_indicators"}
_EACH_WRAPPER = ("persons", "check registers")
"""An asset and a check: they keep an error in by a way of their own, so each kind of error is tried on both."""


def test_every_step_of_the_line_is_made_to_fail_in_dagster() -> None:
    assert list(_FAILS_IN) == list(BROKEN_AT)


@pytest.mark.parametrize("error", ["DuckDB", "a panic", "our own", "an interruption"])
def test_dagster_stores_and_says_nothing_of_any_failure(
    at_the_copy: Place,
    instance: Instance,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    error: str,
) -> None:
    for step in BROKEN_AT if error == "DuckDB" else _EACH_WRAPPER:
        with monkeypatch.context() as patch:
            alone(patch, step)
            patch.setattr(BROKEN_AT[step], raising(ERRORS[error]))
            node = _STARTED.get(step, _FAILS_IN[step])
            try:
                result = _run(instance, lambda key, node=node: _is_of(key, node))
                failed = [event for event in result.all_events if event.event_type_value == "STEP_FAILURE"]
                assert [event.step_key for event in failed] == [_FAILS_IN[step]]
                carried = repr(result.all_events)
            except (KeyboardInterrupt, dg.DagsterExecutionInterruptedError) as interrupted:
                assert error == "an interruption"
                carried = everything_of(interrupted)
            assert (step, EVERYTHING.in_text(carried)) == (step, [])
            assert (step, EVERYTHING.in_file(at_the_copy.root.kluis / "last_run.json")) == (step, [])

    said = capfd.readouterr()
    hunt = EVERYTHING.without(os.getpid())
    assert hunt.in_text(said.out + said.err + caplog.text) == []
    assert hunt.in_tree(instance.home) == []


def _is_of(key: dg.AssetKey, node: str) -> bool:
    """Does this step make this asset? The one that measures makes many, and cannot be run in parts."""
    measured = key.path[0] == "persona" or key.path == ["release", "measurement"]
    return measured if node == "measure" else "__".join(key.path) == node


@pytest.mark.parametrize("error", ["DuckDB", "the disk, in words of a library", "a key that is not there"])
def test_the_sensor_tells_a_failure_without_its_words(
    at_the_copy: Place, monkeypatch: pytest.MonkeyPatch, error: str
) -> None:
    """What a sensor raises is stored with its tick, and the chain with it."""

    def fail(_folder: Path) -> None:
        raise ERRORS[error]()

    monkeypatch.setattr("assets.sensors.complete_deliveries", fail)

    told = new_delivery(dg.build_sensor_context())

    assert isinstance(told, dg.SensorResult)
    assert type(ERRORS[error]()).__name__ in str(told.skip_reason)
    assert EVERYTHING.in_text(repr(told)) == []


def _metadata_of(result: dg.ExecuteInProcessResult) -> set[str]:
    """The keys of all metadata of materialisations and checks, and of whatever else an event carries."""
    found: set[str] = set()
    for event in result.all_events:
        if event.is_step_materialization:
            found |= set(event.step_materialization_data.materialization.metadata)
        if event.event_type_value == "ASSET_CHECK_EVALUATION":
            found |= set(event.asset_check_evaluation_data.metadata)
        if event.event_type_value == "STEP_OUTPUT":
            found |= set(event.step_output_data.metadata)
    return found


def test_metadata_of_the_definitions_are_on_the_list() -> None:
    graph = defs.resolve_asset_graph()

    of_ours = {key for asset in graph.asset_nodes for key in asset.metadata if not key.startswith("dagster")}

    assert of_ours
    assert of_ours <= _ALLOWED


@pytest.mark.parametrize("path", sorted((CHECKOUT / "assets").glob("*.py")), ids=lambda path: path.name)
def test_every_asset_passes_its_metadata_through_the_list(path: Path) -> None:
    assert metadata_past_the_list(path.read_text(encoding="utf-8")) == [] or path.name == "safe_metadata.py"


@pytest.mark.parametrize(
    "code",
    [
        "dg.MaterializeResult(metadata={'rows': n})",
        "dg.AssetCheckResult(passed=True, metadata=made)",
        "context.add_output_metadata({'rows': n})",
        "context.add_asset_metadata({'rows': n})",
        "context.log_event(event)",
        "dg.MetadataValue.int(n)",
        "dg.AssetSpec('a', **{'metadata': made})",
    ],
)
def test_metadata_that_go_past_the_list_are_seen(code: str) -> None:
    assert metadata_past_the_list(code) == [1]


def metadata_past_the_list(code: str) -> list[int]:
    """Lines where metadata are given in another way than as a call of `safe_metadata`."""
    lines: set[int] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.keyword) and node.arg in ("metadata", "definition_metadata", "output_metadata"):
            call = node.value
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "safe_metadata"):
                lines.add(node.value.lineno)
        if isinstance(node, ast.Attribute) and node.attr in _PAST_THE_LIST:
            lines.add(node.lineno)
        if isinstance(node, ast.Constant) and node.value == "metadata":
            lines.add(node.lineno)
    return sorted(lines)


_PAST_THE_LIST = {
    "add_output_metadata", "add_asset_metadata", "log_event", "MetadataValue", "AssetObservation", "AssetMaterialization",
}  # fmt: skip
