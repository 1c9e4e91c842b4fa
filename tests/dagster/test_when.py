"""When something runs by itself: the yearly schedule and the sensor on deliveries, both off until switched on."""

import json
import shutil
from pathlib import Path

import dagster as dg
import pytest

from assets.schedules import publishing, yearly
from assets.sensors import new_delivery
from pipelines.context import Context
from tests.tiny import PEILJAAR, Invented, deliver, write_delivery


def _look(cursor: str | None = None) -> dg.SensorResult:
    found = new_delivery(dg.build_sensor_context(cursor=cursor))
    assert isinstance(found, dg.SensorResult)
    return found


def _set_completed(manifest: Path, completed: bool) -> None:
    content = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(content | {"completed": completed}), encoding="utf-8")


def test_the_schedule_is_yearly_in_dutch_time_and_off() -> None:
    assert yearly.cron_schedule == "0 6 1 4 *"
    assert yearly.execution_timezone == "Europe/Amsterdam"
    assert yearly.default_status == dg.DefaultScheduleStatus.STOPPED
    assert yearly.job_name == "line"


def test_the_schedule_asks_for_the_newest_peiljaar() -> None:
    from pipelines.facts.gemeenten import PEILJAREN

    asked = yearly(dg.build_schedule_context())

    assert isinstance(asked, dg.RunRequest)
    assert asked.partition_key == str(PEILJAREN[-1])


def test_publishing_is_looked_at_after_the_usual_embargo_and_is_off() -> None:
    assert publishing.cron_schedule == "15 2,8,12,17 * * *"
    assert publishing.execution_timezone == "Europe/Amsterdam"
    assert publishing.default_status == dg.DefaultScheduleStatus.STOPPED
    assert publishing.job_name == "publish"


def test_the_sensor_asks_for_the_refresh_and_is_off() -> None:
    assert new_delivery.job_name == "refresh"
    assert new_delivery.default_status == dg.DefaultSensorStatus.STOPPED


def test_without_a_delivery_the_sensor_asks_for_nothing(room: Context) -> None:
    assert _look().run_requests == []


def test_two_new_deliveries_of_a_peiljaar_start_one_run(delivered: Context) -> None:
    asked = _look().run_requests

    assert [request.partition_key for request in asked or []] == [str(PEILJAAR)]


def test_a_delivery_that_was_seen_is_not_asked_for_again(delivered: Context) -> None:
    first = _look()

    assert _look(first.cursor).run_requests == []


def test_a_corrected_delivery_starts_a_new_run_with_another_key(delivered: Context) -> None:
    first = _look()
    write_delivery(deliver([Invented(rin=731_000_999)]), delivered.root.deliveries(PEILJAAR), version=2)

    second = _look(first.cursor)

    assert len(second.run_requests or []) == 1
    assert (second.run_requests or [])[0].run_key != (first.run_requests or [])[0].run_key


def test_a_delivery_that_is_still_being_filled_is_left_alone(delivered: Context) -> None:
    folder = delivered.root.deliveries(PEILJAAR)
    for manifest in folder.glob("*/manifest.json"):
        _set_completed(manifest, False)

    before = _look()
    _set_completed(folder / "cbs" / "manifest.json", True)
    after = _look(before.cursor)

    assert before.run_requests == []
    assert len(after.run_requests or []) == 1


@pytest.mark.parametrize("content", ["{", '{"delivery": "cbs"}'])
def test_a_manifest_that_cannot_be_read_is_told_and_starts_nothing(delivered: Context, content: str) -> None:
    folder = delivered.root.deliveries(PEILJAAR)
    (folder / "cbs" / "manifest.json").write_text(content, encoding="utf-8")

    found = _look()

    assert found.run_requests == []
    assert "cbs/manifest.json" in str(found.skip_reason)


def test_a_delivery_that_was_taken_away_starts_nothing(delivered: Context) -> None:
    first = _look()
    shutil.rmtree(delivered.root.deliveries(PEILJAAR))

    assert _look(first.cursor).run_requests == []
