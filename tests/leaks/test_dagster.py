"""What Dagster stores, logs and shows of a whole run on the planted delivery; and that metadata pass one list only."""

import ast
import os
from pathlib import Path

import dagster as dg
import pytest

from assets import safe_metadata
from assets.launch import prepare_home
from assets.population import KEY as DELIVERIES
from assets.sensors import new_delivery
from definitions import defs
from tests.conftest import CHECKOUT
from tests.leaks.conftest import Place
from tests.leaks.provoked import ERRORS
from tests.leaks.searching import EVERYTHING
from tests.tiny import PEILJAAR

_ALLOWED = {*safe_metadata._TEXTS, *safe_metadata._OTHERS}


def test_a_whole_run_leaves_nothing_in_the_home_of_dagster(
    at_the_copy: Place, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    job = defs.resolve_job_def("line")
    wanted = [key for key in job.asset_layer.executable_asset_keys if key != DELIVERIES]
    home = prepare_home(at_the_copy.root)
    with caplog.at_level("DEBUG"), dg.DagsterInstance.from_config(str(home)) as instance:
        result = job.execute_in_process(
            partition_key=str(PEILJAAR), instance=instance, raise_on_error=False, asset_selection=wanted
        )
        shown = _metadata_of(result)

    said = capfd.readouterr()
    hunt = EVERYTHING.without(os.getpid())
    assert result.success
    assert {"done", "seconds", "manifest_digest", "rules"} <= shown <= _ALLOWED
    assert (home / "history").is_dir()
    assert hunt.in_tree(home) == []
    assert hunt.in_text(said.out + said.err + caplog.text) == []
    assert hunt.in_file(at_the_copy.root.kluis / "last_run.json") == []


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
