"""An exact look at real data is logged before it counts, for ever, and the log holds no count."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.context import Context
from pipelines.errors import RoomError
from pipelines.personas import attrition
from pipelines.personas.attrition import Written, write_attrition
from pipelines.personas.attrition_log import log_path, looked_before, read_looks
from tests.personas.attrition.people import built, command
from tests.personas.living import ID, Specs, living_specs
from tests.tiny import PEILJAAR


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> tuple[Context, Specs]:
    """A real delivery that was looked at twice."""
    context, specs = built(tmp_path_factory.mktemp("real"), kind="real")
    for _ in range(2):
        assert write_attrition(context, context.personas().by_id[ID], PEILJAAR).logged
    return context, specs


def test_a_look_at_synthetic_data_is_not_logged(kluis: Context, written: Written) -> None:
    assert not written.logged
    assert not log_path(kluis.root).exists()
    assert not looked_before(kluis.root, ID)


def test_a_look_at_real_data_is_logged_without_any_count(real: tuple[Context, Specs]) -> None:
    context, specs = real

    looks = read_looks(context.root)

    assert [(look.persona, look.version, look.fingerprint) for look in looks] == [(ID, 1, specs.fingerprint)] * 2
    assert all(len(look.deliveries) == 2 for look in looks)
    lines = [json.loads(text) for text in log_path(context.root).read_text(encoding="utf-8").splitlines()]
    assert {key for text in lines for key in text} == {
        "time", "persona", "version", "fingerprint", "peiljaar", "deliveries", "previous",
    }  # fmt: skip
    assert log_path(context.root).stat().st_mode & 0o777 == 0o600


def test_the_look_is_logged_even_when_the_counting_fails(
    real: tuple[Context, Specs], monkeypatch: pytest.MonkeyPatch
) -> None:
    context, _ = real
    before = len(read_looks(context.root))
    monkeypatch.setattr(attrition, "persona_patterns", lambda *_arguments: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        write_attrition(context, context.personas().by_id[ID], PEILJAAR)

    assert len(read_looks(context.root)) == before + 1


@pytest.mark.parametrize("damage", ["first", "changed", "text"])
def test_a_log_that_was_edited_stops_everything(real: tuple[Context, Specs], damage: str) -> None:
    context, _ = real
    path = log_path(context.root)
    good = path.read_text(encoding="utf-8")
    lines = good.splitlines()
    bent = {
        "first": lines[1:],
        "changed": [lines[0].replace(ID, "een-ander"), *lines[1:]],
        "text": [*lines, "geen json"],
    }[damage]
    path.write_text("\n".join(bent) + "\n", encoding="utf-8")
    try:
        with pytest.raises(RoomError, match="was edited"):
            looked_before(context.root, ID)
        with pytest.raises(RoomError, match="was edited"):
            write_attrition(context, context.personas().by_id[ID], PEILJAAR)
    finally:
        path.write_text(good, encoding="utf-8")


def test_only_looks_before_a_moment_and_at_this_persona_count(real: tuple[Context, Specs]) -> None:
    context, _ = real

    assert looked_before(context.root, ID)
    assert not looked_before(context.root, "een-ander")
    assert not looked_before(context.root, ID, datetime(2020, 1, 1, tzinfo=UTC))


def test_a_persona_that_is_frozen_after_a_look_says_so_for_ever(
    real: tuple[Context, Specs], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    context, _ = real
    specs = living_specs(tmp_path / "specs")
    specs.set_status("in_review")
    specs.partners_approve()

    assert command(replace(context, specs=specs.folder), monkeypatch, "freeze", ID) == 0
    assert command(replace(context, specs=specs.folder), monkeypatch, "show", ID) == 0

    said = capfd.readouterr().out
    assert "accepted after an exact look at real data; its releases will say so" in said
    assert "first accepted after an exact look at real data" in said
    assert "after_attrition: true" in (specs.folder / "accepted.yaml").read_text(encoding="utf-8")
