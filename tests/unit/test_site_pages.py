"""The public site as files: complete, every link leads somewhere, readable without eyes or mouse, nothing asked of anybody."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from pipelines.datacenter.rendering import style_source
from pipelines.facts.gemeenten import gemeenten
from tests.browser.small_site import BARE, COARSE, KINDS, OTHER, PERSONA
from tests.unit.read_page import Page

PLAIN = re.compile(r'href="(?P<to>[^"]*)"')


@pytest.fixture(scope="module")
def openbaar(small_openbaar: Path) -> Path:
    return small_openbaar


@pytest.fixture(scope="module")
def site(openbaar: Path) -> Path:
    return openbaar / "site"


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Page]:
    return {name: Page((site / path).read_text(encoding="utf-8")) for name, path in KINDS.items()}


def flat(page: Page) -> str:
    return " ".join(page.text.split())


def html_files(site: Path) -> Iterator[Path]:
    return site.rglob("*.html")


def test_there_is_a_page_for_every_gemeente_gebied_persona_and_peiljaar(site: Path) -> None:
    found = {path.relative_to(site).as_posix() for path in html_files(site)}

    assert {f"gemeente/{g.code}.html" for g in gemeenten(2023)} <= found
    assert sum(name.startswith("gebied/VR") for name in found) == 25
    assert {f"{folder}persona/{name}.html" for folder in ("", "2022/") for name in (PERSONA, COARSE, OTHER)} <= found
    assert set(KINDS.values()) <= found


def test_every_link_of_the_site_leads_to_a_file_and_a_place_that_are_there(site: Path, openbaar: Path) -> None:
    ids: dict[Path, set[str]] = {}
    texts = {path: path.read_text(encoding="utf-8") for path in html_files(site)}
    for path, text in texts.items():
        ids[path.resolve()] = set(re.findall(r'\bid="([^"]*)"', text))
    broken = set()
    for path, text in texts.items():
        for target in set(PLAIN.findall(text)) - {"data:,"}:
            to, _, anchor = target.partition("#")
            goal = (path.parent / to).resolve() if to else path.resolve()
            # The pages of a bundle are left out of this small openbaar.
            there = goal.is_file() or (goal.name == "index.html" and openbaar / "uitgaven" in goal.parents)
            if not there or (anchor and anchor not in ids[goal]):
                broken.add((path.relative_to(site).as_posix(), target))

    assert broken == set()


def test_no_page_asks_anything_of_another_host_or_runs_a_script(site: Path) -> None:
    forbidden = re.compile(
        r"https?:|(?<![:<!])//\w|<script|<iframe|<img|<object|<canvas|@import|\son\w+=|\sstyle=|url\((?!#)"
    )
    for path in html_files(site):
        assert not forbidden.search(path.read_text(encoding="utf-8").replace("<!doctype", "")), path.name


def test_every_page_allows_one_style_sheet_and_nothing_else(site: Path) -> None:
    for path in html_files(site):
        assert f"default-src 'none'; style-src {style_source()}; img-src data:;" in path.read_text(encoding="utf-8")


def test_every_page_says_before_its_content_that_the_figures_are_synthetic(site: Path) -> None:
    for path in html_files(site):
        text = path.read_text(encoding="utf-8")
        assert text.index("Deze cijfers komen uit synthetische gegevens") < text.index("<main")


def test_ids_are_unique_headings_go_step_by_step_and_tables_are_named(pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        ids = [a["id"] for _, a in page.tags if "id" in a]
        levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
        tags = [tag for tag, _ in page.tags]
        assert len(ids) == len(set(ids)), name
        assert levels[0] == 1, name
        assert levels.count(1) == 1, name
        assert all(after - before <= 1 for before, after in pairwise(levels)), name
        assert tags.count("table") == tags.count("caption"), name
        assert all(a.get("scope") for t, a in page.tags if t == "th"), name
        assert dict(page.tags)["html"] == {"lang": "nl"}
        for _, attributes in page.tags:
            assert set(ids).issuperset((attributes.get("aria-labelledby") or "").split()), name


def test_every_field_of_a_form_has_a_label_and_every_form_only_reads(pages: dict[str, Page]) -> None:
    for name in ("start", "gemeenten", "vergelijken"):
        page = pages[name]
        labelled = {a.get("for") for t, a in page.tags if t == "label"}
        fields = [a for t, a in page.tags if t in ("input", "select") and a.get("type") != "hidden"]
        assert fields
        assert {a["id"] for a in fields} == labelled
        assert {a["method"] for t, a in page.tags if t == "form"} == {"get"}


def test_a_gemeente_is_told_in_one_sentence_per_usable_figure_with_the_change(pages: dict[str, Page]) -> None:
    told = flat(pages["gemeente"])

    assert re.search(r"In Amsterdam gaat het om ongeveer [\d.]+ inwoners \([\d.]+ tot [\d.]+\) in de situatie “", told)
    assert "Dat is duidelijk meer dan in 2022." in told
    assert "Amsterdam ligt hoger" in told


def test_where_no_figure_is_usable_the_page_says_what_to_use_instead(pages: dict[str, Page]) -> None:
    small, bare = flat(pages["gemeente-klein"]), flat(pages["gemeente-niet-gemeten"])

    assert "Voor Schiermonnikoog is geen enkel cijfer alleen te gebruiken" in small
    assert re.search(r"te onzeker\. Gebruik het cijfer van \w+ Friesland: ongeveer \d+", small)
    assert "heeft geen cijfers op dit niveau. Gebruik het cijfer van heel Nederland" in small
    assert "niet gemeten. Gebruik het cijfer van" in bare


def test_a_gebied_with_a_gemeente_that_was_not_measured_has_no_number_and_names_it(pages: dict[str, Page]) -> None:
    page = pages["gebied"]

    row = next(cells for name, cells in page.table("Groningen, 2023").items() if "schuld" in name.lower())
    assert row[0] == "niet gemeten"
    assert "Wie is niet gemeten?" in page.text
    assert re.search(r"Vast tussen schuld, gebruik en sleutel: Groningen", flat(page))


def test_duiding_of_both_kinds_stands_on_the_page_of_its_persona_only(pages: dict[str, Page], site: Path) -> None:
    page, other = flat(pages["persona"]), (site / f"persona/{OTHER}.html").read_text(encoding="utf-8")

    assert "Amsterdam: 1 × herkenbaar, 1 × hoger dan verwacht" in page
    assert "Wij zien er minder" in page
    assert "Dit klopt met ons beeld." in page
    assert "Wij zien er minder" not in other
    assert "heeft nog niemand duiding gegeven" in other


def test_other_years_mechanisms_and_gemeenten_are_one_click_away_from_a_persona(pages: dict[str, Page]) -> None:
    links = {a.get("href") for t, a in pages["persona"].tags if t == "a"}

    assert f"../2022/persona/{PERSONA}.html" in links
    assert "../gemeente/GM0363.html" in links
    assert f"../gemeente/{BARE}.html" in links
    assert any(link and link.startswith("../mechanismen.html#") for link in links)


def test_the_catalogue_of_mechanisms_says_that_they_are_hypotheses_and_who_names_them(pages: dict[str, Page]) -> None:
    page = pages["mechanismen"]

    assert "Dit zijn hypothesen" in flat(page)
    assert sum(tag == "article" for tag, _ in page.tags) == 62
    assert f"persona/{PERSONA}.html" in {a.get("href") for t, a in page.tags if t == "a"}


def test_planned_and_published_moments_are_told_in_dutch_time(pages: dict[str, Page]) -> None:
    told = flat(pages["kalender"])

    assert "2 maart 2027, 02:00 uur" in told
    assert "2 maart 2025, 02:00 uur: 2023-voorlopig, versie 1.0.0 (nieuwe uitgave)" in told


def test_the_number_of_figures_in_each_class_adds_up_to_all_gemeenten(pages: dict[str, Page]) -> None:
    table = pages["kwaliteit"].table("Aantal gemeenten per klasse")

    counts = next(cells for name, cells in table.items() if "schuld" in name.lower())
    assert sum(int(cell.replace(".", "")) for cell in counts) == len(gemeenten(2023))
    assert counts[-1] == "1"


def test_a_gemeente_that_was_merged_away_leads_to_what_it_became(pages: dict[str, Page]) -> None:
    assert "Brielle (Zuid-Holland; opgegaan in Voorne aan Zee)" in flat(pages["gemeenten"])
