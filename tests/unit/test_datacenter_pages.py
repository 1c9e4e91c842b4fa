"""The pages: complete, in Dutch, without a request to anywhere, and never a number that was not measured."""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from pipelines.datacenter.pages import write_pages
from pipelines.errors import UserError
from pipelines.facts.gemeenten import gemeenten, provincies
from pipelines.release.content import FILES, OWN_CHOICE
from tests.unit.invented_figures import (
    PEILJAAR,
    PERSONAS,
    figures,
    release_text,
    uncovered,
    with_persona,
    with_value,
)
from tests.unit.read_page import Page, render

Edit = Callable[[pl.DataFrame], pl.DataFrame]


@pytest.fixture(scope="module")
def frame() -> pl.DataFrame:
    return figures()


@pytest.fixture(scope="module")
def pages(frame: pl.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Page]:
    return render(tmp_path_factory.mktemp("pages"), frame, release_text())


@pytest.fixture(scope="module")
def persona(pages: dict[str, Page]) -> Page:
    return pages[f"persona/{PERSONAS[0]}.html"]


def edited(tmp_path: Path, edit: Edit, **changes: object) -> Page:
    """The first persona's page after a change of figures or texts."""
    release = with_persona(release_text(PERSONAS[:1]), **changes)
    return render(tmp_path, edit(figures(personas=PERSONAS[:1])), release)[f"persona/{PERSONAS[0]}.html"]


def test_there_is_an_index_and_a_page_for_each_persona(pages: dict[str, Page]) -> None:
    assert set(pages) == {"index.html", *(f"persona/{p}.html" for p in PERSONAS)}


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
            if tag != "a" or target in FILES:
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


def test_every_gemeente_stands_once_on_the_map_and_once_in_the_table(persona: Page) -> None:
    names = sorted(g.naam for g in gemeenten(PEILJAAR))

    tiles = [title.split(": ")[0] for title in persona.titles if ": " in title and "kaart" not in title]
    rows = [row[0].strip() for row in persona.rows["Schattingen per gemeente"][2:]]
    assert sorted(tiles) == names
    assert sorted(rows) == names


def test_every_provincie_has_a_row(persona: Page) -> None:
    rows = persona.rows["Schattingen per provincie, over de gedekte gemeenten"][2:]

    assert sorted(re.sub(r"\s+\d.*", "", row[0], flags=re.DOTALL) for row in rows) == sorted(
        provincies(PEILJAAR).values()
    )


def test_a_gemeente_without_coverage_reads_not_measured_and_shows_no_number(persona: Page) -> None:
    table = persona.table("Schattingen per gemeente")
    bare = uncovered()

    for g in gemeenten(PEILJAAR):
        *missing, served, unknown = table[g.naam]
        tile = next(title for title in persona.titles if title.startswith(f"{g.naam}: "))
        if g.code in bare:
            assert (missing, served) == (["niet gemeten"], "niet gemeten")
            assert tile == f"{g.naam}: niet gemeten"
        else:
            assert missing[-1] in ("bruikbaar", "te onzeker")
            assert tile.startswith(f"{g.naam}: ongeveer ")
        assert re.search(r"\d", unknown)


def test_the_number_of_a_gemeente_stands_with_its_ruismarge(tmp_path: Path) -> None:
    values = {"schatting": 1234.4, "onder95": 1200.2, "boven95": 1268.6, "weergave": 1234, "per_1000": 5.16}
    page = edited(tmp_path, lambda f: with_value(f, "GM0014", "missing", **values))

    row = page.table("Schattingen per gemeente")["Groningen"]
    assert row[:3] == ["1.234", "1.200 tot 1.269", "5,2"]


def test_a_negative_estimate_is_shown_as_nought_with_a_note(tmp_path: Path) -> None:
    values = {
        "schatting": -7.6,
        "onder95": -25.2,
        "boven95": 10.0,
        "weergave": 0,
        "per_1000": -0.03,
        "per_1000_onder95": -0.1,
        "bruikbaarheid": "te_onzeker",
    }
    page = edited(tmp_path, lambda f: with_value(f, "GM0014", "missing", **values))

    row = page.table("Schattingen per gemeente")["Groningen"]
    assert (row[0], row[1], row[2], row[4]) == ("0*", "0 tot 10", "0,0", "te onzeker")
    assert not re.search(r"-7|-8|-25|−\d", " ".join(row))
    assert "In de downloads staat het min-getal" in page.text


def test_without_a_negative_estimate_there_is_no_note(tmp_path: Path) -> None:
    def lifted(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(pl.col("schatting").abs())

    assert "Schatting onder nul" not in edited(tmp_path, lifted).text


def test_national_totals_tell_over_which_gemeenten_they_go(persona: Page) -> None:
    text = " ".join(persona.text.split())

    assert re.search(r"over de gedekte gemeenten \(228 van 342, \d+(,\d)? % van de inwoners\)", text)
    assert "over alle 342 gemeenten" in text


def test_a_voorziening_that_no_gemeente_delivered_shows_no_number_at_all(tmp_path: Path) -> None:
    def undelivered(frame: pl.DataFrame) -> pl.DataFrame:
        silent = pl.col("toestand") != "unknown"
        numbers = [n for n, t in frame.schema.items() if n.startswith(("schat", "sd", "onder", "boven", "marge"))]
        numbers += ["weergave", "per_1000", "per_1000_onder95", "per_1000_boven95"]
        return frame.with_columns(
            *(pl.when(silent).then(None).otherwise(pl.col(n)).alias(n) for n in numbers),
            bruikbaarheid=pl.when(silent).then(pl.lit("niet_gemeten")).otherwise(pl.col("bruikbaarheid")),
        )

    page = edited(tmp_path, undelivered, reach=None)

    assert "Geen gemeente leverde een registratie van deze voorziening." in page.text
    assert page.table("Mist de voorziening")["alle leeftijden"] == ["niet gemeten"] * 3
    assert "zijn er 342 niet gemeten" in page.text
    assert "Het bereik is met deze ruis niet te bepalen." in page.text


def test_a_persona_without_gemeenten_has_no_map_and_says_why(tmp_path: Path) -> None:
    page = edited(tmp_path, lambda f: f.filter(pl.col("niveau") != "gemeente"), smallest_geography="provincie")

    assert "Tegelkaart" not in page.html
    assert "het kleinste niveau is provincie" in page.text


def test_the_map_tells_its_finding_in_words(persona: Page, frame: pl.DataFrame) -> None:
    mine = frame.filter(
        (pl.col("persona") == PERSONAS[0])
        & (pl.col("toestand") == "missing")
        & (pl.col("niveau") == "gemeente")
        & (pl.col("leeftijd") == "totaal")
        & (pl.col("geslacht") == "totaal")
    )
    counts = dict(mine.group_by("bruikbaarheid").len().iter_rows())

    assert (
        f"hebben er {counts['bruikbaar']} een bruikbaar cijfer, zijn er {counts['te_onzeker']} te onzeker "
        f"en zijn er {counts['niet_gemeten']} niet gemeten."
    ) in persona.text


def test_the_texts_of_a_persona_are_all_there_and_escaped(tmp_path: Path) -> None:
    text = "<script>alert('x')</script> & meer"
    page = edited(tmp_path, lambda f: f, story=text, cannot_know=(text,), mechanisms=(("m", text),))

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
    assert set(FILES) <= {a.get("href") for t, a in index.tags if t == "a"}


def test_the_page_tells_numbers_outside_the_brp_apart_from_people(frame: pl.DataFrame, tmp_path: Path) -> None:
    release = release_text()
    without = replace(release, personas=tuple(replace(persona, outside=None) for persona in release.personas))
    told, silent = tmp_path / "told", tmp_path / "silent"
    for folder, text in ((told, release), (silent, without)):
        folder.mkdir()
        write_pages(frame, text, folder)

    page = (told / "persona" / f"{PERSONAS[0]}.html").read_text(encoding="utf-8")
    assert "van 1.204 (1.152 tot 1.256) is het niet te zeggen" in page
    assert "één mens kan meer van zulke nummers hebben" in page
    assert "Buiten de BRP" not in (silent / "persona" / f"{PERSONAS[0]}.html").read_text(encoding="utf-8")
    assert "buiten-de-brp.csv" not in (silent / "index.html").read_text(encoding="utf-8")


def test_an_id_that_is_no_file_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be a file name"):
        write_pages(figures(personas=("../weg",)), release_text(("../weg",)), tmp_path)


def test_a_persona_without_national_figures_is_refused(tmp_path: Path, frame: pl.DataFrame) -> None:
    with pytest.raises(UserError, match="no national figure for missing, served, unknown"):
        write_pages(frame, release_text(("onbekend",)), tmp_path)


def test_dates_units_and_deliveries_are_told_in_dutch(pages: dict[str, Page]) -> None:
    index = " ".join(pages["index.html"].text.split())

    assert "peildatum 31 december 2023" in index
    assert "gemaakt op 2 maart 2026" in index
    assert "de beschermde eenheid is één persoon" in index
    assert "leverancier synthetisch CBS, peiljaar 2023, versie 1" in index
