"""Materialising: the same figures as the command line, paid once, and refusals in our own words only."""

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import dagster as dg
import pytest
from filelock import FileLock

from assets import personas
from assets.population import KEY as DELIVERIES
from assets.resources import PLAN_TAG
from definitions import defs
from pipelines import line, run_record
from pipelines.context import Context
from pipelines.errors import CheckFailed
from pipelines.line import Validation
from pipelines.population.settings import PopulationSettings
from pipelines.registers.delivery import MANIFEST
from pipelines.release.ledger_reading import read_ledger
from pipelines.release.manifest import manifest_digest
from pipelines.rooms import make_key
from tests.dagster.conftest import PEOPLE, failure, run_job
from tests.tiny import PEILJAAR, deliver, write_delivery

PLAN = "2023-voorlopig"


def _told(result: dg.ExecuteInProcessResult, key: list[str]) -> dict[str, object]:
    (found,) = result.asset_materializations_for_node("__".join(key))
    return {name: value.value for name, value in found.metadata.items()}


def _materialised(result: dg.ExecuteInProcessResult) -> set[str]:
    events = result.get_asset_materialization_events()
    return {event.asset_key.to_user_string() for event in events if event.asset_key}


def test_dagster_and_the_command_line_make_the_same_bundle_and_pay_once(
    delivered: Context, instance: dg.DagsterInstance, no_suites: Validation
) -> None:
    first = run_job("line", instance)
    assert first.success

    finished = line.run_line(delivered, delivered.plan(PLAN), no_suites, None)
    second = run_job("line", instance)

    told = _told(first, ["release", "bundle"])
    assert told["manifest_digest"] == finished.bundle.digest == manifest_digest(Path(str(told["bundle"])))
    assert not finished.measured.is_new
    assert all(seconds is None for seconds in finished.seconds.values())
    assert _told(second, ["release", "bundle"])["manifest_digest"] == finished.bundle.digest
    assert _told(second, ["kluis", "registers"])["done"] == "before"
    assert len(read_ledger(delivered.root)) == 1
    record = run_record.last_run(delivered.root)
    assert record is not None
    assert record["outcome"] == "done"


def test_refresh_spends_nothing_and_release_needs_the_name_of_a_plan(
    delivered: Context, instance: dg.DagsterInstance, no_suites: Validation
) -> None:
    refreshed = run_job("refresh", instance)
    nameless = run_job("release", instance)
    unknown = run_job("release", instance, {PLAN_TAG: "2023-bestaat-niet"})
    assert read_ledger(delivered.root) == []

    named = run_job("release", instance, {PLAN_TAG: PLAN})

    assert refreshed.success
    assert PLAN_TAG in failure(nameless)
    assert "no release plan '2023-bestaat-niet'" in failure(unknown)
    assert named.success
    assert len(read_ledger(delivered.root)) == 1


def test_a_bundle_alone_never_measures(delivered: Context, instance: dg.DagsterInstance, no_suites: Validation) -> None:
    run_job("refresh", instance)
    job = defs.resolve_job_def("line")

    alone = job.execute_in_process(
        partition_key=str(PEILJAAR),
        instance=instance,
        raise_on_error=False,
        asset_selection=[dg.AssetKey(["release", "bundle"])],
    )

    assert "was not measured yet" in failure(alone)
    assert read_ledger(delivered.root) == []


def test_a_failing_rule_stops_everything_after_it(
    delivered: Context, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_context: Context, _peiljaar: int, _which: str) -> None:
        raise CheckFailed("wmobus.wmotoewijzingsnummer.filled: every row has a number", parts=["registers"])

    monkeypatch.setattr("expectations.validation.validation", lambda: Validation(refuse, "1" * 64))

    result = run_job("line", instance)

    evaluated = {one.check_name: one for one in result.get_asset_check_evaluations()}
    assert not result.success
    assert {name for name, one in evaluated.items() if not one.passed} == {"registers_hold"}
    assert evaluated["registers_hold"].description == "wmobus.wmotoewijzingsnummer.filled: every row has a number"
    assert evaluated["coverage_hold"].description is None
    assert _materialised(result) == {"kluis/registers"}
    assert read_ledger(delivered.root) == []


def test_a_check_that_is_started_by_itself_asks_for_a_peiljaar(
    delivered: Context, instance: dg.DagsterInstance, no_suites: Validation
) -> None:
    selection = dg.AssetSelection.checks_for_assets(dg.AssetKey(["kluis", "registers"]))
    alone = dg.Definitions(
        assets=defs.assets,
        asset_checks=defs.asset_checks,
        jobs=[dg.define_asset_job("alone", selection=selection)],
        resources=defs.resources,
    )

    result = alone.resolve_job_def("alone").execute_in_process(instance=instance, raise_on_error=False)

    assert "names no peiljaar" in failure(result)


def test_a_release_is_not_measured_on_tables_that_fail_their_rules(
    delivered: Context, instance: dg.DagsterInstance, no_suites: Validation, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_job("refresh", instance)

    def refuse(_context: Context, _peiljaar: int, _which: str) -> None:
        raise CheckFailed("a rule that came later")

    monkeypatch.setattr("expectations.validation.validation", lambda: Validation(refuse, "2" * 64))
    result = run_job("release", instance, {PLAN_TAG: PLAN})

    assert "a rule that came later" in failure(result)
    assert read_ledger(delivered.root) == []


def test_before_measuring_every_step_is_asked_whether_it_still_stands(
    room: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(personas, "plan_of", lambda _context, known: known.plan(PLAN))
    monkeypatch.setattr(line, "validate", lambda _room, _peiljaar, which, _suites: asked.append(f"check {which}"))
    for name in ("count_population", "find_indicators", "group_patterns", "measure"):
        monkeypatch.setattr(line, name, lambda _room, _about, step=name: asked.append(step))

    personas.measure_as_it_stands(dg.build_asset_context(partition_key=str(PEILJAAR)), room)

    assert asked == [
        "check registers",
        "count_population",
        "find_indicators",
        "check indicators",
        "group_patterns",
        "measure",
    ]


def test_a_delivery_that_is_not_complete_fails_with_our_message_only(
    delivered: Context, instance: dg.DagsterInstance, no_suites: Validation
) -> None:
    for manifest in delivered.root.deliveries(PEILJAAR).glob(f"*/{MANIFEST}"):
        content = json.loads(manifest.read_text(encoding="utf-8"))
        manifest.write_text(json.dumps(content | {"completed": False}), encoding="utf-8")

    result = run_job("refresh", instance)

    assert failure(result).startswith("dagster._core.definitions.events.Failure: no complete delivery in ")
    assert _materialised(result) == set()


def test_a_value_that_cannot_be_read_is_never_quoted(
    room: Context, instance: dg.DagsterInstance, no_suites: Validation
) -> None:
    tiny = deliver(PEOPLE)
    tiny.rows["BIJSTANDPERSOONBUS"][0]["aanvbijstand"] = "kanarie"
    write_delivery(tiny, room.root.deliveries(PEILJAAR))

    result = run_job("refresh", instance)

    assert "BIJSTANDPERSOON" in failure(result)
    assert "kanarie" not in failure(result)


def test_an_error_that_nobody_foresaw_is_told_without_its_words(
    delivered: Context, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(_room: Context, _peiljaar: int) -> bool:
        try:
            raise KeyError("kanarie-binnen")
        except KeyError as error:
            raise ValueError("kanarie-buiten") from error

    monkeypatch.setattr(line, "take_in", break_down)

    result = run_job("refresh", instance)

    assert "did not foresee (ValueError at assets/" in failure(result)
    assert "kanarie" not in failure(result)


def test_dagster_waits_outside_while_the_command_line_works(
    delivered: Context, instance: dg.DagsterInstance, no_suites: Validation
) -> None:
    with FileLock(delivered.root.kluis / "lock"):
        result = run_job("refresh", instance)

    assert "another run is working" in failure(result)


def _make_deliveries(instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    return defs.resolve_job_def("line").execute_in_process(
        partition_key=str(PEILJAAR), instance=instance, raise_on_error=False, asset_selection=[DELIVERIES]
    )


def _remembering(asked: list[object]) -> Callable[[Context, PopulationSettings], bool]:
    def make(_room: Context, settings: PopulationSettings) -> bool:
        asked.append(settings)
        return True

    return make


def test_the_synthetic_population_is_the_one_that_scale_and_seed_name(
    room: Context, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setenv("SCALE", "1/50")
    monkeypatch.setenv("SEED", "7")
    monkeypatch.setattr(line, "make_population", _remembering(asked))
    room.key_file.unlink()

    result = _make_deliveries(instance)

    assert result.success
    assert asked == [PopulationSettings(PEILJAAR, Fraction(1, 50), 7)]
    assert room.key().purpose == "synthetic"


def test_no_synthetic_population_is_made_beside_real_deliveries(
    room: Context, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(line, "make_population", _remembering(asked))
    room.key_file.unlink()
    make_key(room.key_file, "real")

    result = _make_deliveries(instance)

    assert "is for real deliveries" in failure(result)
    assert asked == []


def test_only_messages_without_a_number_reach_the_log() -> None:
    from assets.resources import _steps_only

    heard: list[str] = []
    tell = _steps_only(heard.append)

    tell("persons: everyone in the BRP on the peildatum")
    tell("persons: 17811291 rows")

    assert heard == ["persons: everyone in the BRP on the peildatum"]
