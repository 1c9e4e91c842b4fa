"""The life of a persona: which steps are allowed, and what freezing does; how long it holds: `test_accepted_stands.py`."""

from itertools import product
from pathlib import Path

import pytest

import cli
from pipelines.errors import SpecError
from pipelines.personas.lifecycle import ALLOWED, change_status, freeze
from pipelines.personas.lifecycle_files import dump
from pipelines.personas.lifecycle_registry import Standing, read_registry, registry_path
from pipelines.yaml_files import parse_yaml
from tests.conftest import CHECKOUT
from tests.personas.living import ID, NOW, REF, Specs, stands


@pytest.mark.parametrize(("old", "new"), list(product(ALLOWED, ALLOWED)))
def test_only_the_documented_steps_are_allowed(specs: Specs, old: str, new: str) -> None:
    if old in ("accepted", "deprecated"):
        specs.accept()
    specs.set_status(old)

    if new in ALLOWED[old] and new != "accepted":
        change_status(specs.folder, specs.persona, specs.indicators, new)
        assert specs.persona.status == new
    else:
        with pytest.raises(SpecError):
            change_status(specs.folder, specs.persona, specs.indicators, new)
        assert specs.persona.status == old


def test_the_howto_lists_exactly_the_allowed_steps() -> None:
    text = (CHECKOUT / "docs" / "how-to" / "accepting-a-persona.md").read_text(encoding="utf-8")

    for status, following in ALLOWED.items():
        assert f"| `{status}` | {', '.join(f'`{name}`' for name in following) or 'nothing'} |" in text


def test_a_change_of_status_changes_one_word_of_the_file(specs: Specs) -> None:
    before = specs.file.read_bytes()
    specs.file.write_bytes(before.replace(b"\n", b"\r\n"))

    change_status(specs.folder, specs.persona, specs.indicators, "in_review")

    assert specs.file.read_bytes() == before.replace(b"status: draft", b"status: in_review").replace(b"\n", b"\r\n")
    assert b"status: in_review  # nog niet besproken\r\n" in specs.file.read_bytes()
    assert [path.name for path in specs.file.parent.iterdir()] == [specs.file.name]


def test_a_status_that_stands_on_no_line_of_its_own_is_left_to_people(specs: Specs) -> None:
    specs.edit(specs.file, "version: 1\nstatus: draft  # nog niet besproken\n", '"status": draft\nversion: 1\n')
    before = specs.file.read_bytes()

    with pytest.raises(SpecError, match=r"`status: \.\.\.` must stand on a line of its own"):
        change_status(specs.folder, specs.persona, specs.indicators, "in_review")

    assert specs.file.read_bytes() == before


def test_accepted_is_no_word_that_a_command_writes(specs: Specs) -> None:
    specs.set_status("in_review")

    with pytest.raises(SpecError, match=r"not a word in a file.*blindevlek persona freeze"):
        change_status(specs.folder, specs.persona, specs.indicators, "accepted")


def test_a_draft_is_not_frozen_even_with_approvals(specs: Specs) -> None:
    specs.partners_approve()

    with pytest.raises(SpecError, match="is draft and cannot become accepted"):
        freeze(specs.folder, specs.persona, specs.indicators, NOW, looked=False)

    assert not registry_path(specs.folder).exists()


def test_freezing_registers_the_text_and_accepts_it(specs: Specs) -> None:
    printed = specs.fingerprint

    specs.accept()

    entry = read_registry(specs.folder)[REF]
    assert (entry.fingerprint, entry.accepted_at.isoformat()) == (printed, NOW)
    assert (entry.demonstration, entry.after_attrition) == (False, False)
    assert stands(specs) == Standing("accepted", printed, accepted_at=entry.accepted_at)
    assert stands(specs).accepted


def test_freezing_twice_says_so_and_changes_nothing(specs: Specs) -> None:
    specs.accept()
    before = registry_path(specs.folder).read_bytes()

    with pytest.raises(SpecError, match="was accepted already"):
        freeze(specs.folder, specs.persona, specs.indicators, "2025-01-01T00:00:00+00:00", looked=False)

    assert registry_path(specs.folder).read_bytes() == before


def test_half_a_fingerprint_that_looks_like_a_number_is_read_back_as_text() -> None:
    content: dict[str, object] = {"a": "12e4567890123456", "b": {"c": "0123", "d": ["no", "1_0"], "e": True}}

    assert parse_yaml(dump(content), "x.yaml") == content


def test_a_freeze_that_was_broken_off_is_finished_by_the_next_one(specs: Specs) -> None:
    specs.accept()
    specs.set_status("in_review")
    with pytest.raises(SpecError, match=r"status: in_review, but .* was accepted and stays so"):
        stands(specs)

    freeze(specs.folder, specs.persona, specs.indicators, "2025-01-01T00:00:00+00:00", looked=True)

    assert stands(specs).accepted
    assert read_registry(specs.folder)[REF].accepted_at.isoformat() == NOW


def test_a_demonstration_becomes_real_by_freezing_again_with_the_partners(specs: Specs) -> None:
    specs.accept(demonstration=True)
    assert stands(specs).demonstration
    specs.partners_approve()
    assert stands(specs).demonstration, "the approvals alone accept nothing"

    freeze(specs.folder, specs.persona, specs.indicators, "2024-06-01T00:00:00+00:00", looked=True)

    assert stands(specs).accepted
    assert stands(specs).after_attrition


def command(specs: Specs, data: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setenv("BLINDEVLEK_DATA", str(data))
    monkeypatch.setenv("BLINDEVLEK_SPECS", str(specs.folder))
    return cli.main(["persona", *arguments])


def test_a_whole_life_through_the_command_line(
    specs: Specs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def say(*arguments: str) -> tuple[int, str]:
        code = command(specs, tmp_path / "data", monkeypatch, *arguments)
        said = capsys.readouterr()
        return code, said.out + said.err

    assert say("status", ID, "in_review") == (0, f"{ID} version 1: draft -> in_review\n")
    code, words = say("accept", ID)
    assert (code, specs.fingerprint in words) == (SpecError.exit_code, True)
    specs.partners_approve()
    assert say("freeze", ID)[0] == 0
    assert "version 2, draft: change it there" in say("retire", ID)[1]
    assert say("list", "--retired")[1].split()[:2] == [REF, "accepted"]
    assert say("list")[1].split()[0] == ID
    _, living = say("show", ID)
    _, same = say("show", f"{ID}@2")
    _, retired = say("show", REF)
    assert living == same
    assert f"{REF}, accepted" in retired
    assert "approved by CBS as CBS on 2024-05-01\n" in retired
    assert "approved by" not in living
    assert say("show", f"{ID}@3")[0] == SpecError.exit_code
    assert say("status", ID, "accepted")[0] == SpecError.exit_code
