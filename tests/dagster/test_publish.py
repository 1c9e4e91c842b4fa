"""The job that publishes: what both parties approved and is due, nothing else, and it says what it did."""

import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from definitions import defs
from pipelines.datacenter.publishing.links import target_of
from pipelines.rooms import make_key
from tests.review.scene import NAME, Scene, build_small_site, listed_on, make_scene, write_small_bundle

CHECKOUT = Path(__file__).resolve().parents[2]
PROEF = ("2022-proef", "1.0.0")
FAR_AWAY = "2999-03-02T01:00:00+00:00"


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A synthetic data root that the environment names, with one bundle, and a site of two small pages."""
    monkeypatch.setenv("BLINDEVLEK_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("BLINDEVLEK_KEY_FILE", str(tmp_path / "keys" / "synthetic.json"))
    monkeypatch.delenv("BLINDEVLEK_REVIEW_DB", raising=False)
    make_key(tmp_path / "keys" / "synthetic.json", "synthetic")
    monkeypatch.setattr("pipelines.datacenter.site_commands.builder", lambda _context: build_small_site)
    made = make_scene(tmp_path)
    write_small_bundle(made.root)
    return made


def run() -> tuple[dg.ExecuteInProcessResult, list[str]]:
    """One run in this process; the result, and what its log says."""
    with dg.DagsterInstance.ephemeral() as instance:
        result = defs.resolve_job_def("publish").execute_in_process(instance=instance, raise_on_error=False)
        said = [entry.user_message for entry in instance.all_logs(result.run_id) if not entry.is_dagster_event]
    return result, said


def failure(result: dg.ExecuteInProcessResult) -> str:
    (event,) = [event for event in result.all_node_events if event.event_type_value == "STEP_FAILURE"]
    error = event.step_failure_data.error
    assert error is not None
    assert error.cause is None
    return error.message


def shown(scene: Scene) -> list[str]:
    site = target_of(scene.root.openbaar / "site")
    return listed_on(site) if site else []


def test_what_both_parties_approved_becomes_public_and_the_log_says_so(scene: Scene) -> None:
    scene.approve()

    result, said = run()

    assert result.success
    assert said == ["Published: 2023-voorlopig 1.0.0", "A new site is up."]
    assert shown(scene) == ["2023-voorlopig/1.0.0"]
    assert scene.store.world()[NAME].published_at


def test_when_nothing_is_due_the_job_says_so_and_succeeds(scene: Scene) -> None:
    scene.approve()
    run()

    result, said = run()

    assert result.success
    assert said == ["Nothing was due.", "The site is as it was."]


def test_a_release_waits_for_its_embargo(scene: Scene) -> None:
    scene.approve(public_from=FAR_AWAY)

    result, said = run()

    assert result.success
    assert f"Approved, under embargo until {FAR_AWAY}: 2023-voorlopig 1.0.0" in said
    assert shown(scene) == []


def test_without_both_votes_nothing_is_public(scene: Scene) -> None:
    scene.submit()

    result, said = run()

    assert result.success
    assert said[0] == "Nothing was due."
    assert shown(scene) == []


def test_a_proef_is_refused_whatever_was_voted_and_the_others_go_on(scene: Scene) -> None:
    write_small_bundle(scene.root, PROEF, proef=True)
    scene.approve(PROEF)
    scene.approve()

    result, said = run()

    assert not result.success
    assert "2022-proef 1.0.0: Dit is een proef; een proef wordt nooit openbaar." in failure(result)
    assert "Published: 2023-voorlopig 1.0.0" in said
    assert shown(scene) == ["2023-voorlopig/1.0.0"]


def test_a_run_that_breaks_off_leaves_the_old_site_quotes_nothing_and_is_taken_up_by_the_next(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    run()
    scene.approve()

    def breaks(_uitgaven: Path, _into: Path) -> None:
        raise RuntimeError("731000001")

    with monkeypatch.context() as while_broken:
        while_broken.setattr("pipelines.datacenter.site_commands.builder", lambda _context: breaks)
        broken, _ = run()
    between = shown(scene)
    mended, said = run()

    assert not broken.success
    assert "withheld" in failure(broken)
    assert "731000001" not in failure(broken)
    assert between == []
    assert mended.success
    assert "Published: 2023-voorlopig 1.0.0" in said
    assert shown(scene) == ["2023-voorlopig/1.0.0"]


def test_a_run_that_breaks_off_is_told_to_whom_the_settings_name(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sendmail = tmp_path / "sendmail"
    sendmail.write_text(f"#!/bin/sh\ncat > {tmp_path}/mail\n", encoding="utf-8")
    sendmail.chmod(0o700)
    monkeypatch.setenv("BLINDEVLEK_NOTIFY_MAIL", "een@partner.nl")
    monkeypatch.setenv("BLINDEVLEK_SENDMAIL", str(sendmail))
    scene.approve()

    def breaks(_uitgaven: Path, _into: Path) -> None:
        raise RuntimeError("731000001")

    monkeypatch.setattr("pipelines.datacenter.site_commands.builder", lambda _context: breaks)
    broken, _ = run()

    mail = (tmp_path / "mail").read_text(encoding="utf-8")
    assert not broken.success
    assert "De publicatieronde is niet afgemaakt." in mail
    assert "731000001" not in mail


def test_publishing_takes_no_lock_of_the_kluis_and_writes_nothing_there(scene: Scene) -> None:
    scene.approve()

    with scene.root.writing():
        before = sorted(scene.root.kluis.rglob("*"))
        result, _ = run()

    assert result.success
    assert sorted(scene.root.kluis.rglob("*")) == before


def test_publishing_needs_no_library_that_only_serves_or_signs_in() -> None:
    code = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("argon2", "starlette", "uvicorn", "odata_query", "psycopg", "multipart"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
import pipelines.datacenter.publishing.due, pipelines.datacenter.site_commands, pipelines.datacenter.site.build
"""

    subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, check=True)
