"""Starting Dagster: where its home is, what it may do, and that it tells nobody anything."""

import socket

import dagster as dg
from dagster._core.storage.noop_compute_log_manager import NoOpComputeLogManager

from assets.launch import HOST, environment, free_port, prepare_home
from pipelines.context import Context


def test_the_home_is_in_the_kluis(room: Context) -> None:
    home = prepare_home(room.root)

    assert home == room.root.kluis / "dagster"
    assert (home / "dagster.yaml").exists()


def test_the_instance_retries_nothing_and_reports_nothing(room: Context, instance: dg.DagsterInstance) -> None:
    assert not instance.run_retries_enabled
    assert instance.run_monitoring_max_resume_run_attempts == 0
    assert not instance.telemetry_enabled
    assert not instance.nux_enabled


def test_the_instance_keeps_nothing_that_a_step_prints(instance: dg.DagsterInstance) -> None:
    assert isinstance(instance.compute_log_manager, NoOpComputeLogManager)


def test_the_instance_lets_one_writer_at_a_time_into_the_kluis(instance: dg.DagsterInstance) -> None:
    assert instance.get_concurrency_config().pool_config.default_pool_limit == 1


def test_everything_the_instance_keeps_is_in_its_home(room: Context, instance: dg.DagsterInstance) -> None:
    instance.get_runs()

    assert str(room.root.dagster_home) in instance.root_directory
    assert list(room.root.dagster_home.rglob("*.db"))


def test_the_environment_of_dagster_is_silent(room: Context) -> None:
    found = environment({"KEPT": "yes"}, room.root.dagster_home)

    assert found == {
        "KEPT": "yes",
        "DAGSTER_HOME": str(room.root.dagster_home),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "GX_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }


def test_a_port_that_is_taken_is_replaced_by_a_free_one() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as taken:
        taken.bind((HOST, 0))
        taken.listen()
        wanted = taken.getsockname()[1]

        found = free_port(wanted)

    assert found != wanted
    assert found > 0
