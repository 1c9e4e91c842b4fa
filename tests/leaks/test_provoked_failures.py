"""At every step every kind of error is provoked, at both front doors: what comes out quotes nothing."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

import cli
from assets.launch import prepare_home
from assets.population import KEY as DELIVERIES
from definitions import defs
from pipelines import line
from pipelines.line import Validation
from pipelines.population.settings import PopulationSettings
from tests.leaks.conftest import Place
from tests.leaks.provoked import BROKEN_AT, ERRORS, QUOTED
from tests.leaks.searching import EVERYTHING
from tests.tiny import PEILJAAR

EMPTY = Validation(lambda _context, _peiljaar, _which: None, "0" * 64)
_STEPS = {
    "synthetic population": "make_population",
    "ingest": "take_in",
    "persons": "count_population",
    "indicators": "find_indicators",
    "patterns": "group_patterns",
}
"""Step -> the function of the line that does it; those of checks and of the release are told by their names."""


def _raising(make: Callable[[], BaseException]) -> Callable[..., Any]:
    def fail(*_arguments: Any, **_options: Any) -> None:
        raise make()

    return fail


def _alone(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Let every step before this one count as done at once, and this one as not done."""
    for name, function in _STEPS.items():
        if name != step:
            monkeypatch.setattr(line, function, lambda *_arguments: False)
    validate = line.validate
    monkeypatch.setattr(
        line,
        "validate",
        lambda room, year, which, suites: step == f"check {which}" and validate(room, year, which, suites),
    )
    monkeypatch.setattr(line, "_is_done", lambda *_arguments: False)
    monkeypatch.setattr("expectations.validation.validation", lambda: EMPTY)


def test_the_list_has_every_step_of_the_line(copied: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    context = copied.context
    for function in ("make_population", "take_in", "validate", "count_population", "find_indicators", "group_patterns"):
        monkeypatch.setattr(line, function, lambda *_arguments: False)

    done = line.run_line(context, context.plan("2023-voorlopig"), EMPTY, PopulationSettings(PEILJAAR, context.scale, 1))

    assert list(done.seconds) == list(BROKEN_AT)


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("step", BROKEN_AT)
def test_the_command_line_quotes_nothing(
    at_the_copy: Place, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], step: str, error: str
) -> None:
    _alone(monkeypatch, step)
    monkeypatch.setattr(BROKEN_AT[step], _raising(ERRORS[error]))

    code = cli.main(["run", *(["--synthetic"] if step == "synthetic population" else [])])

    said = capfd.readouterr()
    assert code != 0
    assert "blindevlek: " in said.err
    assert EVERYTHING.in_text(said.out + said.err) == []
    record = at_the_copy.root.kluis / "last_run.json"
    assert json.loads(record.read_text(encoding="utf-8"))["outcome"].startswith("failed (")
    assert EVERYTHING.in_file(record) == []
    assert EVERYTHING.in_tree(at_the_copy.root.temp) == []


def test_what_is_provoked_would_be_found() -> None:
    assert EVERYTHING.in_text(QUOTED) == ["a RIN", "a canary", "the count who miss it in Utrecht"]
    assert [name for name, make in ERRORS.items() if QUOTED not in _all_of(make())] == []


def _all_of(error: BaseException) -> str:
    return f"{error} {error.args} {vars(error)} {error.__cause__} {error.__context__}"


_ASSETS = {
    "ingest": ["kluis", "registers"],
    "persons": ["kluis", "persons"],
    "indicators": ["kluis", "person_indicators"],
    "patterns": ["kluis", "patterns"],
    "measure": ["release", "measurement"],
    "bundle and pages": ["release", "bundle"],
}


@pytest.mark.parametrize("error", ["DuckDB", "a panic", "our own", "an interruption"])
def test_dagster_stores_and_says_nothing_of_any_failure(
    at_the_copy: Place,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    error: str,
) -> None:
    """Every asset and check is made to fail in turn, with one home that keeps it all."""
    job = defs.resolve_job_def("line")
    home = prepare_home(replace(at_the_copy.root, path=tmp_path))
    failed: list[str] = []
    with dg.DagsterInstance.from_config(str(home)) as instance:
        for step, key in _ASSETS.items():
            with monkeypatch.context() as patch:
                _alone(patch, step)
                patch.setattr(BROKEN_AT[step], _raising(ERRORS[error]))
                wanted = [k for k in job.asset_layer.executable_asset_keys if k != DELIVERIES and k.path == key]
                wanted = wanted if step != "measure" else [k for k in _measured(job)]
                try:
                    result = job.execute_in_process(
                        partition_key=str(PEILJAAR), instance=instance, raise_on_error=False, asset_selection=wanted
                    )
                    failed += [step] if not result.success else []
                except (KeyboardInterrupt, dg.DagsterExecutionInterruptedError):
                    failed.append(step)

    said = capfd.readouterr()
    assert failed == list(_ASSETS)
    assert EVERYTHING.in_tree(home) == []
    assert EVERYTHING.in_text(said.out + said.err + caplog.text) == []


def _measured(job: dg.JobDefinition) -> list[dg.AssetKey]:
    """All assets of the one step that measures: it cannot be run in parts."""
    keys = job.asset_layer.executable_asset_keys
    return [key for key in keys if key.path[0] == "persona" or key.path == ["release", "measurement"]]
