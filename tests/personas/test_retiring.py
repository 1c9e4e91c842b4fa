"""What ends or is replaced: retiring keeps a version readable as it was accepted, and versions are named and listed."""

from pathlib import Path

import pytest

from pipelines.errors import SpecError
from pipelines.personas.explain import explain
from pipelines.personas.lifecycle import retire
from pipelines.personas.lifecycle_registry import read_registry, review_fingerprint
from pipelines.personas.retired import load_retired, retired_refs
from pipelines.registers.catalogue_model import load_catalogue
from tests.personas.living import ID, REF, Specs, stands


def test_retiring_keeps_the_version_and_begins_the_next_as_a_draft(specs: Specs) -> None:
    specs.accept()
    old, used = specs.persona, specs.indicators
    body = specs.file.read_text(encoding="utf-8").split("name:", 1)[1]

    path, draft = retire(specs.folder, old, used)

    assert path == specs.folder / "retired" / f"{ID}-v1.yaml"
    assert (draft.version, draft.status) == (2, "draft")
    assert specs.file.read_text(encoding="utf-8").split("name:", 1)[1] == body
    kept, kept_indicators = load_retired(specs.folder / "retired", REF)
    assert kept == old
    assert review_fingerprint(kept, kept_indicators) == read_registry(specs.folder)[REF].fingerprint
    assert stands(specs).status == "draft"


def test_a_retired_version_explains_itself_after_its_indicators_changed(specs: Specs) -> None:
    specs.accept()
    words = explain(specs.persona, specs.indicators, load_catalogue())
    retire(specs.folder, specs.persona, specs.indicators)

    specs.rename_indicator("bijstand")

    assert explain(*load_retired(specs.folder / "retired", REF), load_catalogue()) == words
    assert stands(specs).status == "draft", "the next version may use the new meaning"


def test_a_new_version_without_keeping_the_accepted_one_is_refused(specs: Specs) -> None:
    specs.accept()
    specs.edit(specs.file, "version: 1\nstatus: accepted", "version: 2\nstatus: draft")

    with pytest.raises(SpecError, match=f"{REF} was accepted and is not kept in retired/"):
        stands(specs)


def test_what_was_never_accepted_has_nothing_to_retire(specs: Specs) -> None:
    with pytest.raises(SpecError, match="was never accepted, so there is nothing to keep"):
        retire(specs.folder, specs.persona, specs.indicators)


def test_a_changed_text_cannot_retire_as_what_was_accepted(specs: Specs) -> None:
    specs.accept()
    specs.edit(specs.file, "name: Vast", "name: Los")

    with pytest.raises(SpecError, match="has changed since: `name`"):
        retire(specs.folder, specs.persona, specs.indicators)

    assert retired_refs(specs.folder / "retired") == ()


def test_a_retired_version_is_never_written_over(specs: Specs) -> None:
    specs.accept()
    text = specs.file.read_text(encoding="utf-8")
    path, _ = retire(specs.folder, specs.persona, specs.indicators)
    specs.file.write_text(text, encoding="utf-8")
    assert retire(specs.folder, specs.persona, specs.indicators)[0] == path, "the same text may come again"
    specs.file.write_text(text, encoding="utf-8")
    specs.edit(path, "name: Vast", "name: Los")
    before = path.read_bytes()

    with pytest.raises(SpecError, match="A retired version never changes"):
        retire(specs.folder, specs.persona, specs.indicators)

    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("persona:\n", "person:\n", "has two keys"),
        ("  version: 1\n", "  version: 3\n", f"holds {ID}@3; the file name says {REF}"),
        ("  bijstand:\n", "  bijstond:\n", "bijstand.*Restore the file"),
        ("- 'wanbetaler_zorgpremie'\n", "- 'problematische_schulden'\n", "Restore the file"),
    ],
)
def test_a_damaged_retired_file_is_an_error_of_the_file(specs: Specs, old: str, new: str, words: str) -> None:
    specs.accept()
    path, _ = retire(specs.folder, specs.persona, specs.indicators)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(SpecError, match=words):
        load_retired(specs.folder / "retired", REF)


@pytest.mark.parametrize("ref", ["a@b", "een-persona", f"{ID}@0", f"../{ID}@1", f"{ID}@1@1", ""])
def test_what_is_no_version_is_told_how_to_name_one(tmp_path: Path, ref: str) -> None:
    with pytest.raises(SpecError, match="write id@version"):
        load_retired(tmp_path, ref)


def test_an_unknown_version_is_answered_with_the_known_ones(specs: Specs) -> None:
    specs.accept()
    retire(specs.folder, specs.persona, specs.indicators)

    with pytest.raises(SpecError, match=rf"Did you mean '{REF}'\? Retired are: {REF}"):
        load_retired(specs.folder / "retired", f"{ID}@2")


def test_versions_are_listed_by_number(tmp_path: Path) -> None:
    for name in ("b-v1", "a-v10", "a-v2", "README"):
        (tmp_path / f"{name}.yaml").touch()

    assert retired_refs(tmp_path) == ("a@2", "a@10", "b@1")
