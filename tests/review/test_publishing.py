"""Publishing: only what was approved, after its embargo, whole or not at all, whenever it is killed."""

import json
from pathlib import Path

import pytest

from pipelines.datacenter.publishing.job import Publisher
from pipelines.datacenter.publishing.links import point, target_of
from pipelines.datacenter.review.events import Released, Withdrawn
from pipelines.errors import CheckFailed, RoomError
from pipelines.release.manifest import freeze, verify
from tests.review.scene import (
    NAME,
    NEXT,
    START,
    Scene,
    build_small_site,
    make_scene,
    publisher,
    shown,
    write_small_bundle,
)

LATER = "2026-03-02T01:00:00+00:00"


def test_an_approved_release_becomes_public_with_its_votes_and_the_head_of_the_audit(scene: Scene) -> None:
    digest = scene.approve()

    outcome = publisher(scene).run()

    folder = scene.root.uitgaven / NAME[0] / NAME[1]
    record = json.loads((folder / "publication.json").read_text())
    assert outcome.published == (NAME,)
    assert outcome.new_site
    assert verify(folder, digest).facts["release_id"] == NAME[0]
    assert shown(scene) == ["2023-voorlopig/1.0.0"]
    assert target_of(folder.parent / "laatste") == folder
    assert [(vote["party"], vote["verdict"]) for vote in record["votes"]] == [
        ("CBS", "goedkeuren"),
        ("VWS", "goedkeuren"),
    ]
    assert record["manifest_digest"] == digest
    assert record["audit_head"] == next(line.hash for line in scene.store.lines("Released"))
    assert record["synthetic"] is True
    assert record["date"] == START[:10]
    assert json.loads((folder / "duiding.json").read_text())["figures"] == []
    assert scene.store.world()[NAME].published_at == START


def test_a_second_run_changes_nothing(scene: Scene) -> None:
    scene.approve()
    publisher(scene).run()
    before = {path: path.stat().st_mtime_ns for path in scene.root.openbaar.rglob("*") if path.is_file()}
    head = scene.store.verify()

    again = publisher(scene).run()

    after = {path: path.stat().st_mtime_ns for path in scene.root.openbaar.rglob("*") if path.is_file()}
    assert (again.published, again.new_site) == ((), False)
    assert {path: at for path, at in after.items() if path.suffix != ".lock"} == {
        path: at for path, at in before.items() if path.suffix != ".lock"
    }
    assert scene.store.verify() == head


def test_nothing_is_published_before_its_embargo(scene: Scene) -> None:
    scene.approve(public_from=LATER)

    early = publisher(scene).run()
    was_shown = shown(scene)
    scene.clock.later(days=1)
    due = publisher(scene).run()

    assert early.published == ()
    assert early.waiting == {NAME: LATER}
    assert was_shown == []
    assert due.published == (NAME,)


def test_one_vote_or_none_publishes_nothing(scene: Scene) -> None:
    scene.submit()

    assert publisher(scene).run().published == ()
    assert not (scene.root.uitgaven / NAME[0]).exists()


def test_files_that_changed_after_the_votes_are_not_published(scene: Scene) -> None:
    scene.approve()
    folder = scene.root.wachtruimte / NAME[0] / NAME[1]
    (folder / "LEESMIJ.txt").write_text("synthetisch, en anders", encoding="utf-8")
    facts = verify_facts(folder)

    changed = publisher(scene).run()
    (folder / "manifest.json").unlink()
    freeze(folder, facts)
    frozen_again = publisher(scene).run()

    assert "differs from its manifest" in changed.refused[NAME]
    assert "another digest" in frozen_again.refused[NAME]
    assert shown(scene) == []


def verify_facts(folder: Path) -> dict[str, str | int | float | bool | None]:
    facts: dict[str, str | int | float | bool | None] = json.loads((folder / "manifest.json").read_text())["facts"]
    return facts


@pytest.mark.parametrize(
    ("facts", "synthetic", "words"),
    [
        ({"proef": True}, True, "een proef wordt nooit openbaar"),
        ({"proef": None}, True, "een proef wordt nooit openbaar"),
        ({}, False, "niet van dezelfde soort"),
        ({"synthetic": False}, True, "niet van dezelfde soort"),
        ({"synthetic": None}, False, "niet van dezelfde soort"),
        ({"demonstration": True}, True, "horen elk op hun eigen plek"),
        ({"versie": "9.9.9"}, True, "noemt een andere uitgave"),
    ],
)
def test_what_its_manifest_forbids_is_not_published_whatever_the_votes_say(
    tmp_path: Path, facts: dict[str, str | bool | None], synthetic: bool, words: str
) -> None:
    scene = make_scene(tmp_path)
    write_small_bundle(scene.root, **facts)
    scene.approve()

    outcome = publisher(scene, synthetic=synthetic).run()

    assert words in outcome.refused[NAME]
    assert not (scene.root.uitgaven / NAME[0]).exists()
    assert scene.store.lines("Released") == []


def test_a_synthetic_page_that_does_not_say_so_stops_everything(tmp_path: Path) -> None:
    scene = make_scene(tmp_path)
    folder = write_small_bundle(scene.root)
    facts = verify_facts(folder)
    (folder / "manifest.json").unlink()
    (folder / "index.html").write_text("<html>cijfers</html>", encoding="utf-8")
    freeze(folder, facts)
    scene.approve()

    assert "do not say that the figures are synthetic: index.html" in publisher(scene).run().refused[NAME]


def test_a_site_that_is_not_fit_to_be_seen_leaves_the_old_one(scene: Scene) -> None:
    scene.approve()
    publisher(scene).run()
    write_small_bundle(scene.root, NEXT)
    scene.approve(NEXT)

    def silent(_uitgaven: Path, into: Path) -> None:
        (into / "index.html").write_text("<html>cijfers</html>", encoding="utf-8")

    with pytest.raises(CheckFailed, match="synthetic"):
        publisher(scene, silent).run()
    kept = shown(scene)
    mended = publisher(scene).run()

    assert kept == ["2023-voorlopig/1.0.0"]
    assert mended.published == (NEXT,)


def test_old_versions_stay_and_the_newest_is_called_laatste(scene: Scene) -> None:
    scene.approve()
    publisher(scene).run()
    write_small_bundle(scene.root, NEXT)
    scene.approve(NEXT)
    publisher(scene).run()

    place = scene.root.uitgaven / NAME[0]
    assert shown(scene) == ["2023-voorlopig/1.0.0", "2023-voorlopig/1.1.0"]
    assert target_of(place / "laatste") == place / "1.1.0"
    assert json.loads((place / "1.1.0" / "publication.json").read_text())["replaces"] == "1.0.0"


def test_a_withdrawn_release_stays_with_the_reason_beside_it(scene: Scene) -> None:
    scene.approve()
    write_small_bundle(scene.root, NEXT)
    scene.approve(NEXT)
    publisher(scene).run()
    scene.record(Withdrawn("carla", "CBS", "bron bleek onjuist"), NEXT)

    publisher(scene).run()

    place = scene.root.uitgaven / NAME[0]
    assert json.loads((place / "1.1.0" / "intrekking.json").read_text())["reason"] == "bron bleek onjuist"
    assert target_of(place / "laatste") == place / "1.0.0"
    assert (place / "1.1.0" / "cijfers.parquet").is_file()


def test_the_calendar_says_postponed_and_never_why(scene: Scene) -> None:
    scene.submit(public_from=LATER)
    publisher(scene).run()
    calendar = scene.root.uitgaven / "kalender.json"
    planned = json.loads(calendar.read_text())["entries"]
    scene.clock.later(days=2)
    publisher(scene).run()

    assert planned == [{"release_id": NAME[0], "versie": NAME[1], "public_from": LATER, "state": "gepland"}]
    assert json.loads(calendar.read_text())["entries"][0]["state"] == "uitgesteld"


def test_a_damaged_audit_publishes_nothing(scene: Scene) -> None:
    scene.approve()
    with scene.store.writing() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_no_update")
        connection.exec_driver_sql("UPDATE audit SET actor = 'iemand anders' WHERE kind = 'Voted'")

    with pytest.raises(RoomError, match="line 3 does not follow"):
        publisher(scene).run()
    assert not (scene.root.openbaar / "site").exists()


def test_an_audit_that_was_made_anew_is_not_the_one_that_releases_were_decided_by(scene: Scene, tmp_path: Path) -> None:
    scene.approve()
    publisher(scene).run()
    other = make_scene(tmp_path / "elsewhere")

    anew = Publisher(scene.root, other.store, build_small_site, synthetic_root=True)

    with pytest.raises(RoomError, match="is not the one that 2023-voorlopig 1\\.0\\.0 was published by"):
        anew.run()


def test_two_runs_do_not_publish_at_once(scene: Scene) -> None:
    scene.approve()

    def second(uitgaven: Path, into: Path) -> None:
        with pytest.raises(RoomError, match="another run is publishing"):
            publisher(scene).run()
        build_small_site(uitgaven, into)

    assert publisher(scene, second).run().published == (NAME,)


def test_where_links_cannot_be_made_a_small_file_points(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_arguments: object, **_options: object) -> None:
        raise OSError(1314, "a required privilege is not held by the client")

    for name in ("a", "b"):
        (tmp_path / "sites" / name).mkdir(parents=True)
    monkeypatch.setattr(Path, "symlink_to", refused)

    point(tmp_path / "site", tmp_path / "sites" / "a")
    first = target_of(tmp_path / "site")
    point(tmp_path / "site", tmp_path / "sites" / "b")

    assert first == tmp_path / "sites" / "a"
    assert target_of(tmp_path / "site") == tmp_path / "sites" / "b"


def test_a_release_that_was_released_by_hand_in_the_audit_is_still_checked(scene: Scene) -> None:
    """`Released` says what was found then; the copy is checked against it again."""
    digest = scene.approve()
    scene.record(Released("publishing", digest))
    (scene.root.wachtruimte / NAME[0] / NAME[1] / "LEESMIJ.txt").write_text("synthetisch!", encoding="utf-8")

    assert "differs from its manifest" in publisher(scene).run().refused[NAME]
    assert shown(scene) == []


def test_a_release_that_no_site_can_be_built_from_is_withdrawn_and_goes_away(scene: Scene) -> None:
    scene.approve()
    publisher(scene).run()
    write_small_bundle(scene.root, NEXT)
    scene.approve(NEXT)

    def stuck(uitgaven: Path, into: Path) -> None:
        if (uitgaven / NEXT[0] / NEXT[1]).exists():
            raise RoomError("pages cannot be made from it")
        build_small_site(uitgaven, into)

    with pytest.raises(RoomError, match="pages cannot be made"):
        publisher(scene, stuck).run()
    scene.record(Withdrawn("carla", "CBS", "er is geen site van te maken"), NEXT)
    publisher(scene, stuck).run()

    assert shown(scene) == ["2023-voorlopig/1.0.0"]
    assert not (scene.root.uitgaven / NEXT[0] / NEXT[1]).exists()
    assert not scene.store.world()[NEXT].published_at


def test_a_release_that_was_shown_and_then_withdrawn_before_the_last_word_stays_marked(scene: Scene) -> None:
    scene.approve()
    job = publisher(scene)
    job._finish = lambda: ()  # type: ignore[method-assign]
    job.run()
    scene.record(Withdrawn("victor", "VWS", "fout"))

    publisher(scene).run()

    assert (scene.root.uitgaven / NAME[0] / NAME[1] / "intrekking.json").is_file()
    assert scene.store.world()[NAME].published_at
