"""Which releases are served: what was published as it was reviewed, seen without a restart, and nothing else."""

import json
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.applications import Starlette

from benchmarks.odata_release import write_release
from pipelines.datacenter.odata import datasets, feed, routes, shelf
from pipelines.datacenter.odata.refusal import Refusal
from pipelines.datacenter.odata.shelf import Shelf
from pipelines.release.manifest import PUBLICATION, WITHDRAWAL
from tests.unit.odata.serving import FEED, service


@pytest.fixture(autouse=True)
def always_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "_LOOK_AGAIN_S", -1.0)


def small(openbaar: Path, versie: str = "1.0.0", *, peiljaar: int = 2023, proef: bool = False) -> Path:
    return write_release(openbaar, personas=1, regions=1, versie=versie, peiljaar=peiljaar, proef=proef)


def test_an_empty_or_absent_folder_serves_no_table(tmp_path: Path) -> None:
    assert Shelf(tmp_path).entries() == {}
    assert Shelf(tmp_path / "nowhere").entries() == {}


def test_a_release_is_its_newest_version_and_every_version_has_a_name_of_its_own(tmp_path: Path) -> None:
    for versie in ("1.9.0", "1.10.0", "2.0.0", "1.0.0"):
        small(tmp_path, versie)
    small(tmp_path, peiljaar=2024)

    entries = Shelf(tmp_path).entries()

    assert [*entries] == [
        "2024-voorlopig",
        "2024-voorlopig-1.0.0",
        "2023-voorlopig",
        "2023-voorlopig-2.0.0",
        "2023-voorlopig-1.10.0",
        "2023-voorlopig-1.9.0",
        "2023-voorlopig-1.0.0",
    ]
    assert entries["2023-voorlopig"].edition.versie == "2.0.0"
    assert [entry.newest for entry in entries.values()] == [True, True, True, True, False, False, False]


def test_a_new_version_is_seen_and_a_withdrawn_one_is_gone_without_a_restart(tmp_path: Path) -> None:
    first = small(tmp_path)
    looking = Shelf(tmp_path)
    assert looking.entry("2023-voorlopig").edition.versie == "1.0.0"

    small(tmp_path, "1.1.0")
    assert looking.entry("2023-voorlopig").edition.versie == "1.1.0"

    (first / PUBLICATION).unlink()
    with pytest.raises(Refusal, match="Bedoelde u"):
        looking.entry("2023-voorlopig-1.0.0")


def test_a_folder_is_read_again_only_when_its_publication_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small(tmp_path)
    looking = Shelf(tmp_path)
    looking.entries()

    monkeypatch.setattr(shelf, "verify", lambda _folder: pytest.fail("read again"))

    assert len(looking.entries()) == 2


def test_a_withdrawn_version_gives_way_and_says_why_wherever_it_is_still_read(tmp_path: Path) -> None:
    small(tmp_path)
    later = small(tmp_path, "1.1.0")
    looking = Shelf(tmp_path)
    assert looking.entry("2023-voorlopig").edition.versie == "1.1.0"

    (later / WITHDRAWAL).write_text(json.dumps({"reason": "Een verkeerde bron."}), encoding="utf-8")

    assert looking.entry("2023-voorlopig").edition.versie == "1.0.0"
    gone = looking.entry("2023-voorlopig-1.1.0")
    for told in (feed.tables([gone]).rows[0], datasets.datasets([gone]).rows[0]):
        assert told["Title"].startswith("INGETROKKEN")
        assert "Een verkeerde bron." in told["Description"]
        assert "Ingetrokken" in (told.get("OutputStatus"), told.get("Status"))


def test_a_reader_with_a_date_only_hears_of_every_change(tmp_path: Path) -> None:
    def date(folder: Path, moment: str) -> None:
        record = json.loads((folder / PUBLICATION).read_text(encoding="utf-8"))
        (folder / PUBLICATION).write_text(json.dumps(record | {"released_at": moment}), encoding="utf-8")

    date(small(tmp_path, peiljaar=2022), "2025-03-02T02:00:00+01:00")
    date(small(tmp_path), "2026-03-02T02:00:00+01:00")
    with service(Starlette(routes=routes(tmp_path))) as running:
        first = running.ask("/ODataCatalog/Tables").headers["last-modified"]
        later = small(tmp_path, "1.1.0")
        date(later, "2026-05-02T02:00:00+02:00")
        second = running.ask(FEED).headers["last-modified"]
        (later / WITHDRAWAL).write_text(json.dumps({"reason": "Fout."}), encoding="utf-8")
        again = running.ask(FEED, headers={"If-Modified-Since": second})
        gone = running.ask(f"{FEED}-1.1.0").headers["last-modified"]

    assert first == "Mon, 02 Mar 2026 01:00:00 GMT"
    assert second == "Sat, 02 May 2026 00:00:00 GMT"
    assert (again.status, again.headers["last-modified"]) == (200, first)
    assert gone not in (first, second)


def test_a_release_of_which_every_version_was_withdrawn_still_says_so(tmp_path: Path) -> None:
    (small(tmp_path) / WITHDRAWAL).write_text(json.dumps({"reason": "Fout."}), encoding="utf-8")

    assert Shelf(tmp_path).entry("2023-voorlopig").edition.withdrawn == "Fout."


def test_the_moment_of_publication_is_the_one_that_was_published(tmp_path: Path) -> None:
    folder = small(tmp_path)
    looking = Shelf(tmp_path)
    assert looking.entry("2023-voorlopig").edition.published.isoformat() == "2026-03-02T02:00:00+01:00"

    record = json.loads((folder / PUBLICATION).read_text(encoding="utf-8"))
    (folder / PUBLICATION).write_text(json.dumps({"manifest_digest": record["manifest_digest"]}), encoding="utf-8")

    assert looking.entry("2023-voorlopig").edition.published.timestamp() == int((folder / PUBLICATION).stat().st_mtime)


def damage_figures(folder: Path) -> None:
    with (folder / "cijfers.parquet").open("ab") as handle:
        handle.write(b"x")


def no_publication(folder: Path) -> None:
    (folder / PUBLICATION).unlink()


def publication_of_another_manifest(folder: Path) -> None:
    (folder / PUBLICATION).write_text(json.dumps({"manifest_digest": "0" * 64}), encoding="utf-8")


def publication_that_is_no_json(folder: Path) -> None:
    (folder / PUBLICATION).write_text("{", encoding="utf-8")


def another_version_in_the_name(folder: Path) -> None:
    folder.rename(folder.with_name("1.0.1"))


def another_release_in_the_name(folder: Path) -> None:
    folder.parent.rename(folder.parent.with_name("2023-definitief"))


def a_file_that_is_not_listed(folder: Path) -> None:
    (folder / "meer.csv").write_text("a", encoding="utf-8")


@pytest.mark.parametrize(
    "spoil",
    [
        damage_figures,
        no_publication,
        publication_of_another_manifest,
        publication_that_is_no_json,
        another_version_in_the_name,
        another_release_in_the_name,
        a_file_that_is_not_listed,
    ],
    ids=lambda spoil: spoil.__name__,
)
def test_what_is_not_what_was_published_is_not_served(
    tmp_path: Path, spoil: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    small(tmp_path, peiljaar=2022)
    spoil(small(tmp_path))

    with caplog.at_level(logging.WARNING):
        entries = Shelf(tmp_path).entries()

    assert [*entries] == ["2022-voorlopig", "2022-voorlopig-1.0.0"]
    assert str(tmp_path) not in caplog.text


def test_a_trial_is_never_served(tmp_path: Path) -> None:
    small(tmp_path, proef=True)

    assert Shelf(tmp_path).entries() == {}


def test_the_link_to_the_newest_version_is_no_version(tmp_path: Path) -> None:
    folder = small(tmp_path)
    (folder.parent / "laatste").symlink_to(folder, target_is_directory=True)
    (folder.parent / "9.9.9").symlink_to(folder, target_is_directory=True)

    assert [*Shelf(tmp_path).entries()] == ["2023-voorlopig", "2023-voorlopig-1.0.0"]


@pytest.mark.parametrize("linked", ["2023-voorlopig", "2023-voorlopig/1.0.0"])
def test_a_link_into_another_room_is_not_followed(tmp_path: Path, linked: str) -> None:
    small(tmp_path / "wachtruimte")
    place = tmp_path / "openbaar" / "uitgaven" / linked
    place.parent.mkdir(parents=True)

    place.symlink_to(tmp_path / "wachtruimte" / "uitgaven" / linked, target_is_directory=True)

    assert Shelf(tmp_path / "openbaar").entries() == {}


def test_only_the_last_few_tables_stay_in_memory_and_both_names_share_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "_TABLES_KEPT", 1)
    small(tmp_path)
    small(tmp_path, peiljaar=2022)
    looking = Shelf(tmp_path)
    first = looking.table(looking.entry("2023-voorlopig"))

    assert looking.table(looking.entry("2023-voorlopig-1.0.0")) is first
    looking.table(looking.entry("2022-voorlopig"))
    assert looking.table(looking.entry("2023-voorlopig")) is not first
