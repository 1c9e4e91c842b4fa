"""The commands of review and publishing: what a scheduler and an administrator use."""

import argparse
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.context import Context
from pipelines.datacenter.publishing import commands as publishing
from pipelines.datacenter.publishing.links import target_of
from pipelines.datacenter.review import commands as review
from pipelines.datacenter.review.database import open_store
from pipelines.datacenter.review.opening import demonstration_of, open_accounts
from pipelines.errors import NotDueError, RoomError, UserError
from pipelines.indicators.collection import Indicators
from pipelines.personas.load import Personas
from tests.review.scene import PASSWORD, build_small_site, listed_on, write_small_bundle
from tests.review.whole_bundles import write_whole_bundle
from tests.surroundings import empty_surroundings
from tests.unit.run_command import help_of, run_command


def add_publishing(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    publishing.add_commands(subparsers, lambda _context: build_small_site)


@pytest.fixture
def heard(context: Context) -> tuple[Context, list[str]]:
    """Surroundings that keep what is said."""
    said: list[str] = []
    return replace(context, say=said.append), said


def run(context: Context, *arguments: str) -> int:
    return run_command(add_publishing if arguments[0] == "publish" else review.add_commands, context, *arguments)


def type_in(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_accounts_are_made_listed_changed_and_closed(
    heard: tuple[Context, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    context, said = heard
    who = ("--person", "Carla Verzonnen", "--organisation", "CBS", "--role", "beoordelaar_cbs")

    type_in(monkeypatch, f"{PASSWORD}\n")
    run(context, "review", "accounts", "add", "carla", *who)
    type_in(monkeypatch, "een heel ander wachtwoord\n")
    run(context, "review", "accounts", "password", "carla")
    accounts = open_accounts(open_store(context))
    signed_in = accounts.sign_in("carla", "een heel ander wachtwoord", "here")
    run(context, "review", "accounts", "close", "carla")
    run(context, "review", "accounts", "list")

    assert signed_in
    assert accounts.session(signed_in) is None
    assert any(line.startswith("carla") and line.endswith("CBS, closed") for line in said)
    assert not any(PASSWORD in line for line in said)


def test_a_weak_password_makes_no_account(heard: tuple[Context, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(monkeypatch, "kort\n")

    with pytest.raises(UserError, match="12 to 200 characters"):
        run(heard[0], "review", "accounts", "add", "x1", "--person", "Xi", "--organisation", "CBS", "--role", "maker")


def test_status_tells_a_scheduler_what_waits(heard: tuple[Context, list[str]]) -> None:
    context, said = heard
    assert run(context, "review", "status") == 0
    write_small_bundle(context.root)
    write_small_bundle(context.root, ("2022-proef", "1.0.0"), proef=True)

    with pytest.raises(NotDueError, match=r"2023-voorlopig 1\.0\.0 to be handed in by a maker") as waiting:
        run(context, "review", "status")

    assert waiting.value.exit_code == 10
    assert "2022-proef" not in str(waiting.value)
    assert any("proef, never publishable" in line for line in said)


def test_publish_with_nothing_due_makes_a_site_and_then_does_nothing(heard: tuple[Context, list[str]]) -> None:
    context, said = heard

    assert run(context, "publish") == run(context, "publish") == 0

    assert said == ["Nothing was due.", "A new site is up.", "Nothing was due.", "The site is as it was."]


def test_the_demonstration_goes_the_whole_path_and_leaves_openbaar_alone(
    tmp_path: Path, personas: Personas, indicators: Indicators, monkeypatch: pytest.MonkeyPatch
) -> None:
    # These bundles hold what the checklist reads and not every format; the validators have tests of their own.
    monkeypatch.setattr("pipelines.datacenter.review.opening.formats_of", lambda _folder: {"a rule": True})
    said: list[str] = []
    context = replace(empty_surroundings(tmp_path), say=said.append)
    folder = write_whole_bundle(context.root.wachtruimte, personas, indicators, 2023, seed=23, proef=True)
    before = (folder / "manifest.json").read_bytes()

    run(context, "publish", "demo")
    run(context, "publish", "demo")

    room = demonstration_of(context).root
    record = json.loads((room.uitgaven / "2023-voorlopig" / "1.0.0" / "publication.json").read_text())
    site = target_of(room.openbaar / "site")
    assert site is not None
    assert listed_on(site) == ["2023-voorlopig/1.0.0"]
    assert record["demonstration"] is True
    assert record["synthetic"] is True
    assert "Published: 2023-voorlopig 1.0.0" in said
    assert list(context.root.openbaar.iterdir()) == []
    assert (folder / "manifest.json").read_bytes() == before


def test_a_demonstration_is_for_synthetic_data_with_a_synthetic_key_only(tmp_path: Path) -> None:
    real_key = empty_surroundings(tmp_path / "a", kind="real")
    real_figures = empty_surroundings(tmp_path / "b")
    write_small_bundle(real_figures.root, synthetic=False)

    for context in (real_key, real_figures):
        with pytest.raises(RoomError, match="is not a synthetic data root"):
            run(context, "publish", "demo")
        assert not (context.root.path / "demonstratie").exists()


def test_a_copy_of_the_demonstration_is_taken_by_no_real_desk(tmp_path: Path) -> None:
    context = empty_surroundings(tmp_path)
    write_small_bundle(context.root, demonstration=True)
    from pipelines.datacenter.review.opening import open_desk

    desk = open_desk(context, open_store(context))

    with pytest.raises(UserError, match="horen elk op hun eigen plek"):
        desk.submit("mila", "2023-voorlopig", "1.0.0", "nieuw", "t", "2026-03-02T01:00:00+00:00")


@pytest.mark.parametrize(
    "arguments",
    [("--host", "0.0.0.0"), ("--host", "0.0.0.0", "--behind-https", "review.example", "--demonstration")],  # noqa: S104
)
def test_the_app_listens_to_others_only_behind_https_and_never_as_a_demonstration(
    heard: tuple[Context, list[str]], arguments: tuple[str, ...]
) -> None:
    with pytest.raises(RoomError, match="only behind a reverse proxy with https"):
        run(heard[0], "review", "serve", *arguments)


def test_help_of_these_commands_is_quick() -> None:
    for command in ("review", "publish"):
        said, loaded = help_of(command)
        assert loaded == []
        assert "usage" in said
