"""The pages as a whole: complete, in Dutch, readable without eyes or mouse, and without a request to anywhere."""

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from pipelines.datacenter.pages import write_pages
from pipelines.errors import UserError
from pipelines.release.content import OWN_CHOICE, files_of
from tests.unit.invented_figures import (
    PERSONAS,
    figures,
    release_text,
    with_persona,
)
from tests.unit.read_page import Page, render


@pytest.fixture(scope="module")
def frame() -> pl.DataFrame:
    return figures()


@pytest.fixture(scope="module")
def pages(frame: pl.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Page]:
    return render(tmp_path_factory.mktemp("pages"), frame, release_text())


@pytest.fixture(scope="module")
def persona(pages: dict[str, Page]) -> Page:
    return pages[f"persona/{PERSONAS[0]}.html"]


def test_there_is_an_index_a_promise_and_a_page_for_each_persona(pages: dict[str, Page]) -> None:
    assert set(pages) == {"index.html", "wat-beloven-wij.html", *(f"persona/{p}.html" for p in PERSONAS)}


def test_the_same_figures_give_the_same_bytes(frame: pl.DataFrame, tmp_path: Path) -> None:
    for name, rows in (("one", frame), ("two", frame.sample(fraction=1.0, shuffle=True, seed=5))):
        (tmp_path / name).mkdir()
        write_pages(rows, release_text(), tmp_path / name)

    for path in (tmp_path / "one").rglob("*.html"):
        assert path.read_bytes() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes()


def test_no_page_asks_anything_of_another_host(pages: dict[str, Page]) -> None:
    for page in pages.values():
        assert not re.search(r"https?:|//\w", page.html.replace("<!doctype", ""), re.IGNORECASE)
        assert not re.search(r"url\((?!#)", page.html)
        assert "@import" not in page.html
        for tag, attributes in page.tags:
            assert tag not in ("script", "iframe", "img", "object", "embed", "form", "canvas")
            assert not any(name.startswith("on") or name == "style" for name in attributes)


def test_the_content_policy_allows_one_style_sheet_and_nothing_else(pages: dict[str, Page]) -> None:
    for page in pages.values():
        policy = next(a["content"] for t, a in page.tags if t == "meta" and "http-equiv" in a)
        assert policy is not None
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy


def test_every_link_leads_somewhere(pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        ids = [a["id"] for _, a in page.tags if "id" in a]
        assert len(ids) == len(set(ids)), name
        for tag, attributes in page.tags:
            target = attributes.get("href") or ""
            if tag != "a" or target in files_of(release_text()):
                continue
            path, _, anchor = target.partition("#")
            goal = (Path(name).parent / path).as_posix() if path else name
            goal = goal.removeprefix("persona/../")
            assert goal in pages, target
            assert not anchor or anchor in {a.get("id") for _, a in pages[goal].tags}, target


def test_pages_are_dutch_with_one_main_heading_and_a_skip_link(pages: dict[str, Page]) -> None:
    for page in pages.values():
        tags = [tag for tag, _ in page.tags]
        assert dict(page.tags)["html"] == {"lang": "nl"}
        assert tags.count("h1") == 1
        assert next(a for t, a in page.tags if t == "a") == {"class": "skip", "href": "#inhoud"}
        levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
        assert all(after - before <= 1 for before, after in pairwise(levels))


def test_tables_have_captions_and_scopes_and_scroll_in_a_region_of_their_own(pages: dict[str, Page]) -> None:
    for page in pages.values():
        tags = [tag for tag, _ in page.tags]
        regions = [a for t, a in page.tags if t == "div" and a.get("role") == "region"]
        assert tags.count("table") == tags.count("caption") == len(regions)
        assert all(a["tabindex"] == "0" and a["aria-labelledby"] for a in regions)
        assert all(a.get("scope") for t, a in page.tags if t == "th")


def test_every_aria_reference_exists(pages: dict[str, Page]) -> None:
    for page in pages.values():
        ids = {a.get("id") for _, a in page.tags}
        for _, attributes in page.tags:
            assert ids.issuperset((attributes.get("aria-labelledby") or "").split())


def test_synthetic_figures_say_so_on_every_page_before_the_content(pages: dict[str, Page]) -> None:
    for page in pages.values():
        assert page.html.index("Deze cijfers komen uit synthetische gegevens") < page.html.index("<main")
        assert OWN_CHOICE in page.text


def test_real_figures_are_not_called_synthetic_and_a_trial_is_called_one(frame: pl.DataFrame, tmp_path: Path) -> None:
    real = replace(release_text(), synthetic=False, proef=True, deliveries=())

    for page in render(tmp_path, frame, real).values():
        assert "synthetische gegevens" not in page.text
        assert page.html.index("Dit is een proef") < page.html.index("<main")


def test_the_texts_of_a_persona_are_all_there_and_escaped(tmp_path: Path) -> None:
    text = "<script>alert('x')</script> & meer"
    release = with_persona(release_text(PERSONAS[:1]), story=text, cannot_know=(text,), mechanisms=(("m", text),))

    page = render(tmp_path, figures(personas=PERSONAS[:1]), release)[f"persona/{PERSONAS[0]}.html"]

    assert page.text.count(text) == 3
    assert "script" not in [tag for tag, _ in page.tags]


def test_the_persona_page_says_who_counts_what_is_unknown_and_why_only_as_hypothesis(persona: Page) -> None:
    own = release_text().personas[0]
    told = (*own.explain, *own.problems, *own.know, *own.approximate, *own.cannot_know, own.need, own.story)

    assert all(sentence in persona.text for sentence in told)
    assert all(title in persona.text for _, title in own.mechanisms)
    assert "hypothesen" in persona.text
    assert "ongeveer 61" in persona.text
    assert own.fingerprint in persona.text


def test_intervals_are_called_ruismarge_and_never_foutmarge(pages: dict[str, Page]) -> None:
    for page in pages.values():
        assert "ruismarge" in page.text
        assert not re.search("foutmarge|betrouwbaarheidsinterval", page.text, re.IGNORECASE)


def test_the_index_shows_the_budget_and_every_download(pages: dict[str, Page]) -> None:
    index = pages["index.html"]

    assert all(f"{part} %" in index.text for part in ("eerder gebruikt: 20", "deze uitgave: 10", "nog over: 70"))
    assert set(files_of(release_text())) <= {a.get("href") for t, a in index.tags if t == "a"}


def test_an_id_that_is_no_file_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be a file name"):
        write_pages(figures(personas=("../weg",)), release_text(("../weg",)), tmp_path)


def test_dates_units_and_deliveries_are_told_in_dutch(pages: dict[str, Page]) -> None:
    index = " ".join(pages["index.html"].text.split())

    assert "peildatum 31 december 2023" in index
    assert "gemaakt op 2 maart 2026" in index
    assert "de beschermde eenheid is één persoon" in index
    assert "leverancier synthetisch CBS, peiljaar 2023, versie 1" in index
