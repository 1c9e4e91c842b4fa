"""The life of a persona: which steps are allowed, what is frozen, and what stays readable afterwards."""

from itertools import product
from pathlib import Path

import pytest
import yaml

import cli
from pipelines.errors import SpecError
from pipelines.indicators.collection import Indicators
from pipelines.personas.explain import explain
from pipelines.personas.lifecycle import ALLOWED, change_status, freeze
from pipelines.personas.lifecycle_files import dump
from pipelines.personas.lifecycle_registry import (
    Standing,
    read_registry,
    registry_path,
    review_fingerprint,
    standing,
    what_changed,
)
from pipelines.personas.load import Personas
from pipelines.personas.retired import load_retired, ref_of, retired_refs
from pipelines.personas.spec import Persona
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.yaml_files import parse_yaml
from tests.conftest import CHECKOUT
from tests.personas.living import ID, NOW, Specs, living_specs, stands

REF = f"{ID}@1"


@pytest.fixture
def specs(tmp_path: Path) -> Specs:
    return living_specs(tmp_path / "specs")


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


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("name: Vast tussen", "name: Klem tussen", "`name` of the spec"),
        ("name: een schuldregeling", "name: schuldhulp", "`missing_voorziening` of the spec"),
        ("smallest_geography: gemeente", "smallest_geography: provincie", "`smallest_geography` of the spec"),
    ],
)
def test_an_accepted_spec_that_changed_is_refused_with_what_changed(
    specs: Specs, old: str, new: str, part: str
) -> None:
    specs.accept()
    persona, indicators = specs.persona, specs.indicators
    specs.file.write_text(specs.file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    changed = persona.model_validate(yaml.safe_load(specs.file.read_text(encoding="utf-8")))
    assert changed != persona

    with pytest.raises(SpecError, match=f"has changed since: {part}.*persona retire") as refused:
        standing(specs.folder, read_registry(specs.folder), changed, indicators)

    assert "the indicator" not in str(refused.value)


def test_an_indicator_under_an_accepted_persona_that_changed_is_refused_by_name(specs: Specs) -> None:
    specs.accept()
    specs.rename_indicator("bijstand")

    with pytest.raises(SpecError, match=r"has changed since: the indicator bijstand\. An accepted definition never"):
        stands(specs)


def test_an_indicator_elsewhere_may_change(specs: Specs) -> None:
    specs.accept()
    specs.rename_indicator("woonurgentie")

    assert stands(specs).accepted


def test_the_status_is_no_part_of_what_is_approved(specs: Specs) -> None:
    specs.accept()
    printed = specs.fingerprint

    change_status(specs.folder, specs.persona, specs.indicators, "deprecated")

    assert stands(specs).fingerprint == printed
    assert not stands(specs).accepted


def test_a_key_that_the_vocabulary_gains_later_changes_no_fingerprint(specs: Specs) -> None:
    class Later(Persona):
        gained_later: str | None = None

    later = Later.model_validate(specs.persona.model_dump())

    assert review_fingerprint(later, specs.indicators) == specs.fingerprint
    assert review_fingerprint(later.model_copy(update={"gained_later": "x"}), specs.indicators) != specs.fingerprint


def test_a_registry_that_was_edited_refuses_the_persona(specs: Specs) -> None:
    specs.accept()
    specs.edit(registry_path(specs.folder), specs.fingerprint, "0" * 64)

    with pytest.raises(SpecError, match="the registry was edited"):
        stands(specs)


def test_accepted_written_by_hand_is_refused(specs: Specs) -> None:
    specs.set_status("accepted")

    with pytest.raises(SpecError, match=r"accepted\.yaml does not know .* Nobody accepts by writing a word"):
        stands(specs)


@pytest.mark.parametrize("status", ["draft", "in_review"])
def test_an_accepted_version_does_not_become_a_draft_again(specs: Specs, status: str) -> None:
    specs.accept()
    specs.set_status(status)

    with pytest.raises(SpecError, match="was accepted and stays so"):
        stands(specs)


def test_acceptance_ends_when_an_approval_is_taken_away(specs: Specs) -> None:
    specs.accept()
    next((specs.folder / "approvals" / "personas").glob("*vws.yaml")).unlink()

    with pytest.raises(SpecError, match="cannot count as accepted: the present text was approved by: CBS"):
        stands(specs)


@pytest.mark.parametrize("damage", ["[]", f"{REF}: {{}}", f"{REF}:\n  fingerprint: abc\n", "a: b: c"])
def test_a_damaged_registry_is_an_error_of_the_file(specs: Specs, damage: str) -> None:
    registry_path(specs.folder).write_text(damage, encoding="utf-8")

    with pytest.raises(SpecError, match=r"accepted\.yaml"):
        read_registry(specs.folder)


def test_every_accepted_persona_of_this_checkout_is_what_was_accepted(
    personas: Personas, indicators: Indicators
) -> None:
    folder = CHECKOUT / "persona_specs"
    registry = read_registry(folder)

    for persona in personas.by_id.values():
        standing(folder, registry, persona, indicators)
    living = {ref_of(persona) for persona in personas.by_id.values()}
    assert set(registry) <= living | set(retired_refs(folder / "retired"))


def test_every_retired_version_of_this_checkout_reads_as_it_was_accepted() -> None:
    folder = CHECKOUT / "persona_specs"
    registry = read_registry(folder)

    for ref in retired_refs(folder / "retired"):
        persona, used = load_retired(folder / "retired", ref)
        assert registry[ref].fingerprint == review_fingerprint(persona, used), what_changed(
            registry[ref], persona, used
        )
        assert explain(persona, used, load_catalogue())


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
