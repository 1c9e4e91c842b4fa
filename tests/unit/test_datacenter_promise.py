"""The page "Wat beloven wij?": the promise in chances from the ledger's own amounts, and all that it does not promise."""

from dataclasses import replace
from fractions import Fraction
from math import exp, log, sqrt
from pathlib import Path

import polars as pl
import pytest

from pipelines.datacenter import words
from pipelines.datacenter.promise import beliefs, household
from pipelines.release.choices import data_dependent_choices
from tests.unit.invented_figures import PERSONAS, figures, release_text
from tests.unit.read_page import Page, render

PAGE = "wat-beloven-wij.html"


@pytest.fixture(scope="module")
def frame() -> pl.DataFrame:
    return figures(personas=PERSONAS[:1])


@pytest.fixture(scope="module")
def pages(frame: pl.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Page]:
    return render(tmp_path_factory.mktemp("pages"), frame, release_text(PERSONAS[:1]))


def flat(page: Page) -> str:
    return " ".join(page.text.split())


def test_every_page_leads_to_the_promise(pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        wanted = f"../{PAGE}" if "/" in name else PAGE
        assert wanted in [attributes.get("href") for tag, attributes in page.tags if tag == "a"], name


def test_the_odds_are_worked_out_from_the_amounts_of_the_release(pages: dict[str, Page]) -> None:
    """Written out again here: Bayes with the loss of Bun and Steinke 2016 (proposition 1.3), rounded up."""
    release = release_text()
    table = pages[PAGE].table("Hoe zeker iemand er hoogstens van wordt")

    for before in (1, 10, 50):
        told = table[f"{before} op 100"]
        for text, rho, delta in zip(
            told, (release.rho, release.rho, release.cap), (1 / 20, release.delta, release.delta), strict=True
        ):
            amount = float(Fraction(rho))
            odds = before / (100 - before) * exp(amount + 2 * sqrt(amount * log(1 / delta)))
            shown = 100.0 if text == "bijna 100 op 100" else float(text.removesuffix(" op 100"))
            assert 0 <= shown - 100 * odds / (1 + odds) < 1, (before, rho)


def test_a_smaller_budget_is_a_smaller_promise_to_break(frame: pl.DataFrame, tmp_path: Path) -> None:
    small = replace(release_text(PERSONAS[:1]), rho="1/2000")

    page = render(tmp_path, frame, small)[PAGE]

    assert f"in hoogstens {words.guesses_right('1/2000')} van de 100 gevallen" in flat(page)
    assert beliefs(small)[2].now != beliefs(release_text())[2].now


def test_the_page_says_what_is_protected_for_whom_and_how_much_was_spent(pages: dict[str, Page]) -> None:
    text = flat(pages[PAGE])

    assert "Voor één persoon: u, met alles wat onder uw nummer" in text
    assert "hoogstens 3 persona's" in text
    assert "rho 0,05, dat is epsilon 1,55 bij delta 1 op de 1.000.000" in text
    assert "is 0,15 gebruikt en 0,35 over" in text


def test_people_together_are_told_that_they_are_protected_less() -> None:
    release = release_text()

    told = household(release)

    assert "wordt rho 16 keer zo groot" in told
    assert f"hoogstens {words.guesses_right('16/20')} van de 100" in told


def test_every_unprotected_thing_and_every_choice_is_on_the_page(pages: dict[str, Page]) -> None:
    release = release_text()
    text = flat(pages[PAGE])

    assert all(" ".join(item.split()) in text for item in (*release.not_protected, *release.data_dependent))


def test_definitions_chosen_after_a_look_and_a_second_measurement_are_named() -> None:
    first = " ".join(data_dependent_choices((), 1))
    later = " ".join(data_dependent_choices(("Weg uit huis",), 2))

    assert "zonder blik op exacte aantallen" in first
    assert "opnieuw is gemeten" not in first
    assert "exacte aantallen van had gezien: Weg uit huis" in later
    assert "dit is meting 2" in later


def test_a_word_in_a_choice_is_shown_as_text_and_never_as_a_tag(frame: pl.DataFrame, tmp_path: Path) -> None:
    hostile = replace(release_text(PERSONAS[:1]), data_dependent=("<script>alert(1)</script>",))

    page = render(tmp_path, frame, hostile)[PAGE]

    assert "<script>alert(1)</script>" in page.text
    assert "script" not in [tag for tag, _ in page.tags]
