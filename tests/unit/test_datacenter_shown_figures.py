"""What a page shows of figures: every area once, each number with its ruismarge, and never one that was not measured."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from pipelines.datacenter.pages import write_pages
from pipelines.errors import UserError
from pipelines.facts.gemeenten import gemeenten, provincies
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
def persona(frame: pl.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Page:
    """The page of the first persona."""
    return render(tmp_path_factory.mktemp("pages"), frame, release_text())[f"persona/{PERSONAS[0]}.html"]


def edited(tmp_path: Path, edit: Edit, **changes: object) -> Page:
    """The first persona's page after a change of figures or texts."""
    release = with_persona(release_text(PERSONAS[:1]), **changes)
    return render(tmp_path, edit(figures(personas=PERSONAS[:1])), release)[f"persona/{PERSONAS[0]}.html"]


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
            assert re.fullmatch(r"bruikbaar \([ABC]\)|te onzeker \(D\)", missing[-1])
            assert tile.startswith(f"{g.naam}: ongeveer ")
        assert re.search(r"\d", unknown)


def test_the_number_of_a_gemeente_stands_with_its_ruismarge_and_within_it(tmp_path: Path) -> None:
    """A display number that gave way so that columns add up may lie outside it, and is not the one on the page."""
    values = {"schatting": 1234.4, "onder95": 1200.2, "boven95": 1268.6, "weergave": 1190, "per_1000": 5.16}
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
        "kwaliteit": "D",
    }
    page = edited(tmp_path, lambda f: with_value(f, "GM0014", "missing", **values))

    row = page.table("Schattingen per gemeente")["Groningen"]
    assert (row[0], row[1], row[2], row[4]) == ("0*", "0 tot 10", "0,0", "te onzeker (D)")
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


def test_a_persona_without_national_figures_is_refused(tmp_path: Path, frame: pl.DataFrame) -> None:
    with pytest.raises(UserError, match="no national figure for missing, served, unknown"):
        write_pages(frame, release_text(("onbekend",)), tmp_path)
