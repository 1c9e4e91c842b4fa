"""A frozen release: nothing in it changes unseen, and it appears whole or not at all."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.release.manifest import (
    MANIFEST,
    PUBLICATION,
    ManifestError,
    building,
    freeze,
    manifest_digest,
    verify,
)

FACTS = {"release_id": "r1", "versie": "1.0.0"}


def fill(folder: Path) -> None:
    (folder / "persona").mkdir(parents=True)
    (folder / "cijfers.csv").write_bytes(b"a,b\n1,2\n")
    (folder / "privacy.json").write_bytes(b"{}\n")
    (folder / "persona" / "x.html").write_bytes(b"<p>x</p>")


def build(final: Path, facts: dict[str, str]) -> None:
    with building(final) as draft:
        fill(draft)
        freeze(draft, facts)


@pytest.fixture
def frozen(tmp_path: Path) -> Path:
    folder = tmp_path / "r1"
    fill(folder)
    freeze(folder, FACTS)
    return folder


def swap(folder: Path) -> None:
    one, other = folder / "cijfers.csv", folder / "privacy.json"
    content = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(content)


def forget_a_file(folder: Path) -> None:
    content = json.loads((folder / MANIFEST).read_bytes())
    content["files"].pop()
    (folder / MANIFEST).write_text(
        json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", newline="\n"
    )


def point_outside(folder: Path) -> None:
    content = json.loads((folder / MANIFEST).read_bytes())
    content["files"][0]["path"] = "../elsewhere.csv"
    (folder / MANIFEST).write_text(
        json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", newline="\n"
    )


def link_away(folder: Path) -> None:
    outside = folder.parent / "outside.csv"
    outside.write_bytes((folder / "cijfers.csv").read_bytes())
    (folder / "cijfers.csv").unlink()
    (folder / "cijfers.csv").symlink_to(outside)


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a byte changed": (lambda f: (f / "cijfers.csv").write_bytes(b"a,b\n1,3\n"), "changed: cijfers.csv"),
    "cut short": (lambda f: (f / "cijfers.csv").write_bytes(b"a,b\n"), "changed: cijfers.csv"),
    "a file gone": (lambda f: (f / "persona" / "x.html").unlink(), "missing: persona/x.html"),
    "a file added": (lambda f: (f / "extra.csv").write_bytes(b"1"), "not listed: extra.csv"),
    "a file renamed": (
        lambda f: (f / "cijfers.csv").rename(f / "anders.csv"),
        "missing: cijfers.csv; not listed: anders.csv",
    ),
    "two files swapped": (swap, "changed: cijfers.csv, privacy.json"),
    "a file struck from the list": (forget_a_file, "not listed: privacy.json"),
    "the manifest not JSON": (lambda f: (f / MANIFEST).write_bytes(b"{"), "damaged or was edited"),
    "the manifest laid out anew": (
        lambda f: (f / MANIFEST).write_text(json.dumps(json.loads((f / MANIFEST).read_bytes()))),
        "damaged or was edited",
    ),
    "a listed path outside the folder": (point_outside, "damaged or was edited"),
    "the manifest gone": (lambda f: (f / MANIFEST).unlink(), r"has no manifest\.json"),
    "a link in place of a file": (link_away, "holds links: cijfers.csv"),
}


@pytest.mark.parametrize("damage", DAMAGES, ids=str)
def test_damage_to_a_frozen_release_is_named(frozen: Path, damage: str) -> None:
    do, told = DAMAGES[damage]
    do(frozen)

    with pytest.raises(ManifestError, match=told):
        verify(frozen)


def test_an_untouched_release_verifies_and_gives_its_facts(frozen: Path) -> None:
    manifest = verify(frozen, manifest_digest(frozen))

    assert manifest.facts == FACTS
    assert [entry.path for entry in manifest.files] == ["cijfers.csv", "persona/x.html", "privacy.json"]
    assert manifest.digest() == manifest_digest(frozen)


def test_the_publication_may_lie_beside_the_manifest(frozen: Path) -> None:
    (frozen / PUBLICATION).write_bytes(b"{}")

    verify(frozen)


def test_a_nested_file_named_publication_is_not_excused(frozen: Path) -> None:
    (frozen / "persona" / PUBLICATION).write_bytes(b"{}")

    with pytest.raises(ManifestError, match=r"not listed: persona/publication\.json"):
        verify(frozen)


def test_a_release_rebuilt_with_its_own_manifest_fails_the_agreed_digest(frozen: Path) -> None:
    agreed = manifest_digest(frozen)
    (frozen / MANIFEST).unlink()
    (frozen / "cijfers.csv").write_bytes(b"a,b\n1,3\n")
    freeze(frozen, FACTS)

    verify(frozen)
    with pytest.raises(ManifestError, match="another digest"):
        verify(frozen, agreed)


def test_the_same_files_and_facts_give_the_same_digest(tmp_path: Path) -> None:
    for name in ("one", "two"):
        fill(tmp_path / name)
        freeze(tmp_path / name, FACTS)

    assert manifest_digest(tmp_path / "one") == manifest_digest(tmp_path / "two")


def test_a_release_is_frozen_once(frozen: Path) -> None:
    with pytest.raises(ManifestError, match="frozen already"):
        freeze(frozen, FACTS)


def test_an_empty_folder_is_not_frozen(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="holds no files"):
        freeze(tmp_path, FACTS)


def test_a_bundle_appears_whole_and_leaves_no_draft(tmp_path: Path) -> None:
    final = tmp_path / "uitgaven" / "r1"

    with building(final) as draft:
        fill(draft)
        freeze(draft, FACTS)
        assert not final.exists()

    verify(final)
    assert list(final.parent.iterdir()) == [final]


def test_an_error_while_building_leaves_nothing(tmp_path: Path) -> None:
    def fail_halfway() -> None:
        with building(tmp_path / "r1") as draft:
            fill(draft)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()

    assert list(tmp_path.iterdir()) == []


def test_building_the_same_release_again_keeps_the_first(tmp_path: Path) -> None:
    final = tmp_path / "r1"
    for _ in range(2):
        build(final, FACTS)
        (final / PUBLICATION).write_bytes(b"{}")

    assert (final / PUBLICATION).exists()
    assert list(tmp_path.iterdir()) == [final]


def test_another_release_of_the_same_name_is_refused_and_the_first_stays(tmp_path: Path) -> None:
    final = tmp_path / "r1"
    build(final, FACTS)
    before = manifest_digest(final)

    with pytest.raises(ManifestError, match="another version"):
        build(final, {**FACTS, "versie": "1.0.1"})

    assert manifest_digest(final) == before
    assert list(tmp_path.iterdir()) == [final]


def test_a_move_that_windows_refuses_for_a_moment_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusals = iter([PermissionError(), PermissionError()])
    rename = Path.rename

    def busy(self: Path, target: Path) -> Path:
        for refusal in refusals:
            raise refusal
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", busy)
    monkeypatch.setattr("pipelines.release.manifest.time.sleep", lambda _: None)

    with building(tmp_path / "r1") as draft:
        fill(draft)

    assert (tmp_path / "r1" / "cijfers.csv").exists()
