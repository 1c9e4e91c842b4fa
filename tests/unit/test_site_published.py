"""What the site takes from published releases: only what is whole, published and no proef; the newest that stands."""

import json
import re
from pathlib import Path

import pytest

from pipelines.datacenter.site import build_site
from pipelines.datacenter.site.both_versions import both_versions
from pipelines.datacenter.site.editions import Editions, read_editions
from pipelines.errors import RoomError
from pipelines.facts.gemeenten import NEDERLAND, gemeenten
from pipelines.release.text_file import read_text
from tests.browser.small_site import OTHER, PERSONA
from tests.invented_releases import publish


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One release in two versions, the later one a correction."""
    uitgaven = tmp_path_factory.mktemp("uitgaven")
    publish(uitgaven, 2023, chosen=[OTHER])
    correction = {"kind": "correctie", "note": "Tekst verbeterd.", "released_at": "2025-04-01T00:00:00+00:00"}
    publish(uitgaven, 2023, chosen=[OTHER], versie="1.1.0", publication=correction)
    return uitgaven


@pytest.fixture
def uitgaven(original: Path, tmp_path: Path) -> Path:
    """A copy to change: hard links, since nothing is written in place."""
    copy = tmp_path / "uitgaven"
    for path in original.rglob("*"):
        if path.is_file():
            to = copy / path.relative_to(original)
            to.parent.mkdir(parents=True, exist_ok=True)
            to.hardlink_to(path)
    return copy


def replace_file(path: Path, content: str) -> None:
    path.unlink()
    path.write_text(content, encoding="utf-8")


def test_the_version_published_last_is_shown_and_the_earlier_one_stays_known(uitgaven: Path) -> None:
    editions = read_editions(uitgaven)

    assert [edition.versie for edition in editions.all] == ["1.0.0", "1.1.0"]
    assert editions.newest is not None
    assert editions.newest.versie == "1.1.0"


def test_a_withdrawn_version_is_not_shown_and_the_one_before_is(uitgaven: Path) -> None:
    gone = {"format": 1, "at": "2025-05-01T10:00:00+00:00", "party": "CBS", "reason": "Fout in de levering."}
    (uitgaven / "2023-voorlopig" / "1.1.0" / "intrekking.json").write_text(json.dumps(gone), encoding="utf-8")

    editions = read_editions(uitgaven)

    assert editions.newest is not None
    assert editions.newest.versie == "1.0.0"


def test_the_page_of_corrections_tells_of_both_versions_why_and_what_stands(uitgaven: Path, tmp_path: Path) -> None:
    gone = {"at": "2025-05-01T10:00:00+00:00", "reason": "Fout in de levering."}
    (uitgaven / "2023-voorlopig" / "1.0.0" / "intrekking.json").write_text(json.dumps(gone), encoding="utf-8")

    build_site(uitgaven, tmp_path / "site")

    told = (tmp_path / "site" / "correcties.html").read_text(encoding="utf-8")
    assert "Tekst verbeterd." in told
    assert '<td data-label="Soort">Correctie</td>' in told
    assert "Ingetrokken op 1 mei 2025, 12:00 uur. Fout in de levering." in told
    assert told.count("staat op deze site") == 1


def test_a_new_measurement_stands_beside_the_old_one_with_what_their_difference_is_worth(tmp_path: Path) -> None:
    """In 342 gemeenten 100 people more: far beyond the noise of the country."""
    uitgaven = tmp_path / "uitgaven"
    more = {gemeente.code: 100 for gemeente in gemeenten(2023)}
    publish(uitgaven, 2023, chosen=[OTHER])
    for versie, higher, month in (("2.0.0", {}, 4), ("3.0.0", more, 5)):
        when = {"kind": "correctie", "note": "Nieuwe levering.", "released_at": f"2025-0{month}-01T00:00:00+00:00"}
        publish(uitgaven, 2023, chosen=[OTHER], versie=versie, higher=higher, publication=when)
    editions = read_editions(uitgaven)
    first, second, third = editions.all

    ((told,),) = (pair.rows.values() for pair in both_versions(editions))
    ((same,),) = (pair.rows.values() for pair in both_versions(Editions((first, second))))
    build_site(uitgaven, tmp_path / "site")

    old, new = (one.figure(OTHER, "missing", "NL01") for one in (second, third))
    assert old
    assert new
    assert told.verschil.startswith(f"+{round(new.schatting - old.schatting):,}".replace(",", "."))  # type: ignore[operator]
    assert told.oordeel.startswith("Ja")
    assert same.oordeel.startswith("Nee")
    page = (tmp_path / "site" / "correcties.html").read_text(encoding="utf-8")
    assert "2023-voorlopig 2.0.0 en 2023-voorlopig 3.0.0 naast elkaar" in page
    assert told.oud in page
    assert told.nieuw in page
    assert "Ja, dit verschil is groter dan de ruis." in page


def test_the_page_of_a_persona_shows_every_version_and_leads_to_the_correction(tmp_path: Path) -> None:
    uitgaven = tmp_path / "uitgaven"
    publish(uitgaven, 2023, chosen=[OTHER, PERSONA])
    for versie, chosen, month in (("2.0.0", [OTHER], 4), ("3.0.0", [OTHER, PERSONA], 5)):
        when = {"kind": "correctie", "note": "Nieuwe levering.", "released_at": f"2025-0{month}-01T00:00:00+00:00"}
        publish(uitgaven, 2023, chosen=chosen, versie=versie, publication=when)
    gone = {"at": "2025-04-20T10:00:00+00:00", "reason": "Fout in de levering."}
    (uitgaven / "2023-voorlopig" / "2.0.0" / "intrekking.json").write_text(json.dumps(gone), encoding="utf-8")
    editions = read_editions(uitgaven)

    build_site(uitgaven, tmp_path / "site")

    (pair,) = both_versions(editions)
    told = versions_on(tmp_path / "site" / "persona" / f"{OTHER}.html")
    for edition in editions.all:
        figure = edition.figure(OTHER, "missing", NEDERLAND)
        assert figure
        assert f"2023-voorlopig {edition.versie} {' '.join(figure.headline)}" in told
    assert "ingetrokken op 20 april 2025, 12:00 uur Fout in de levering." in told
    assert "1 mei 2025, 02:00 uur deze pagina Nieuwe levering." in told
    assert f"Verschil tussen 2.0.0 en 3.0.0: {pair.rows[OTHER].verschil}. Groter dan de ruis?" in told
    assert 'href="../correcties.html#opnieuw-2023"' in page_of(tmp_path / "site", OTHER)
    # The second version left this persona out.
    assert "2023-voorlopig 2.0.0" not in versions_on(tmp_path / "site" / "persona" / f"{PERSONA}.html")


def test_the_page_of_a_persona_says_when_versions_rest_on_one_measurement(uitgaven: Path, tmp_path: Path) -> None:
    build_site(uitgaven, tmp_path / "site")

    told = versions_on(tmp_path / "site" / "persona" / f"{OTHER}.html")
    assert "Alle versies gebruiken dezelfde meting en dezelfde ruis." in told
    assert "Tekst verbeterd." in told
    assert "Groter dan de ruis?" not in told


def test_the_page_of_a_persona_says_when_its_definition_changed_between_versions(tmp_path: Path) -> None:
    uitgaven = tmp_path / "uitgaven"
    publish(uitgaven, 2023, chosen=[OTHER])
    when = {"kind": "revisie", "note": "Andere definitie.", "released_at": "2025-04-01T00:00:00+00:00"}
    publish(uitgaven, 2023, chosen=[OTHER], versie="2.0.0", publication=when, definition="0123456789")

    build_site(uitgaven, tmp_path / "site")

    told = versions_on(tmp_path / "site" / "persona" / f"{OTHER}.html")
    assert told.count("De definitie van deze persona was toen anders: niet te vergelijken.") == 1
    assert "Groter dan de ruis?" not in told


def test_a_peiljaar_with_one_version_tells_of_no_other(small_openbaar: Path) -> None:
    assert 'id="versies"' not in page_of(small_openbaar / "site", PERSONA)


def page_of(site: Path, persona: str) -> str:
    return (site / "persona" / f"{persona}.html").read_text(encoding="utf-8")


def versions_on(page: Path) -> str:
    """What the part about versions says, without tags."""
    text = page.read_text(encoding="utf-8")
    start = text.index('<section aria-labelledby="versies">')
    return " ".join(re.sub(r"<[^>]+>", " ", text[start : text.index("</section>", start)]).split())


def test_versions_with_the_same_noise_are_not_set_against_each_other(uitgaven: Path) -> None:
    assert both_versions(read_editions(uitgaven)) == []


def test_a_changed_file_stops_the_site_before_anything_is_written(uitgaven: Path, tmp_path: Path) -> None:
    replace_file(uitgaven / "2023-voorlopig" / "1.0.0" / "LEESMIJ.txt", "anders")

    with pytest.raises(RoomError, match=r"changed: LEESMIJ\.txt"):
        build_site(uitgaven, tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_a_release_without_publication_is_refused(uitgaven: Path) -> None:
    (uitgaven / "2023-voorlopig" / "1.0.0" / "publication.json").unlink()

    with pytest.raises(RoomError, match=r"publication\.json"):
        read_editions(uitgaven)


def test_a_publication_that_is_no_object_is_refused(uitgaven: Path) -> None:
    replace_file(uitgaven / "2023-voorlopig" / "1.0.0" / "publication.json", "[1]")

    with pytest.raises(RoomError, match=r"publication\.json"):
        read_editions(uitgaven)


def test_a_proef_never_stands_on_the_site(tmp_path: Path) -> None:
    publish(tmp_path, 2023, chosen=[OTHER], facts={"proef": True})

    with pytest.raises(RoomError, match="is a proef: never public"):
        read_editions(tmp_path)


def test_a_folder_with_another_name_than_its_manifest_is_refused(uitgaven: Path) -> None:
    (uitgaven / "2023-voorlopig").rename(uitgaven / "2024-voorlopig")

    with pytest.raises(RoomError, match="calls itself 2023-voorlopig"):
        read_editions(uitgaven)


def test_a_link_to_the_newest_version_is_not_one_more_version(uitgaven: Path) -> None:
    (uitgaven / "2023-voorlopig" / "laatste").symlink_to("1.1.0", target_is_directory=True)

    assert len(read_editions(uitgaven).all) == 2


def test_a_duiding_file_that_was_damaged_is_refused(uitgaven: Path, tmp_path: Path) -> None:
    (uitgaven / "2023-voorlopig" / "1.1.0" / "duiding.json").write_text('{"figures": 3}', encoding="utf-8")

    with pytest.raises(RoomError, match=r"duiding\.json"):
        build_site(uitgaven, tmp_path / "site")


def test_a_site_is_never_made_over_an_older_one(uitgaven: Path, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "old.html").write_text("", encoding="utf-8")

    with pytest.raises(RoomError, match="not empty"):
        build_site(uitgaven, tmp_path / "site")


def test_the_same_releases_give_the_same_bytes(original: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        build_site(original, tmp_path / name)

    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.html"))
    assert all((tmp_path / "one" / f).read_bytes() == (tmp_path / "two" / f).read_bytes() for f in files)


def test_a_site_of_nothing_says_so_and_has_no_dead_links(tmp_path: Path) -> None:
    build_site(tmp_path / "uitgaven", tmp_path / "site")

    assert "Er is nog niets gepubliceerd" in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert {path.name for path in (tmp_path / "site").iterdir()} == {
        "index.html", "correcties.html", "kalender.html", "toegankelijkheid.html",
    }  # fmt: skip


def test_texts_come_back_as_they_were_written_and_damaged_ones_are_refused(uitgaven: Path) -> None:
    folder = uitgaven / "2023-voorlopig" / "1.0.0"
    text = read_text(folder)
    assert text.personas[0].id == OTHER
    assert len(text.mechanisms) == 62

    replace_file(folder / "teksten.json", '{"release_id": "x", "versie": 3}')
    with pytest.raises(RoomError, match=r"teksten\.json is not what this version writes"):
        read_text(folder)
    (folder / "teksten.json").unlink()
    with pytest.raises(RoomError, match=r"has no teksten\.json"):
        read_text(folder)
