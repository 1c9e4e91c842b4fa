"""The pages in a real browser: no request leaves the disk, nothing is cut off on a small screen.

Runs where Debian's Chromium is installed (`apt-get install chromium`); no browser is ever downloaded.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from pipelines.datacenter.pages import write_pages
from pipelines.release.privacy_record import write_privacy_record
from pipelines.release.readme import write_readme
from pipelines.release.tables import write_tables
from tests.unit.invented_figures import PERSONAS, figures, release_text

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
]
NAMES = ("index.html", f"persona/{PERSONAS[0]}.html", "wat-beloven-wij.html")

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(),
    reason=f"no Chromium at {CHROMIUM}: install it with 'apt-get install chromium' to run the pages in a browser",
)


@dataclass
class Visit:
    """An opened page and what it asked for or complained about."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("uitgave")
    frame, release = figures(), release_text()
    write_pages(frame, release, folder)
    write_tables(frame, folder)
    write_privacy_record(release, folder)
    write_readme(release, folder)
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


def visit(browser: Browser, site: Path, name: str, width: int) -> Visit:
    page = browser.new_page(viewport={"width": width, "height": 800})
    seen = Visit(page)
    page.on("request", lambda request: seen.requests.append(request.url))
    page.on("console", lambda message: seen.complaints.append(message.text))
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.goto((site / name).as_uri())
    return seen


@pytest.mark.parametrize("name", NAMES)
def test_a_page_asks_for_nothing_but_itself_and_complains_of_nothing(browser: Browser, site: Path, name: str) -> None:
    seen = visit(browser, site, name, 1280)

    assert [url for url in seen.requests if not url.startswith("data:")] == [(site / name).as_uri()]
    assert seen.complaints == []
    seen.page.close()


@pytest.mark.parametrize("width", [320, 768, 1280])
@pytest.mark.parametrize("name", NAMES)
def test_a_page_never_scrolls_sideways(browser: Browser, site: Path, name: str, width: int) -> None:
    page = visit(browser, site, name, width).page

    wide = page.evaluate("document.documentElement.scrollWidth")
    spilling = page.evaluate(
        """() => [...document.querySelectorAll('main *')]
            .filter(e => !e.closest('.scroll') && !e.closest('svg'))
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
            .map(e => e.tagName + ' ' + e.textContent.slice(0, 40))"""
    )

    assert wide <= width
    assert spilling == []
    page.close()


@pytest.mark.parametrize("name", NAMES)
def test_the_style_sheet_passes_the_pages_own_content_policy(browser: Browser, site: Path, name: str) -> None:
    page = visit(browser, site, name, 1280).page

    ground = page.evaluate("getComputedStyle(document.querySelector('header.top')).backgroundColor")

    assert ground == "rgb(10, 59, 63)"
    page.close()


def test_the_first_tab_stop_is_a_visible_way_to_the_content(browser: Browser, site: Path) -> None:
    page = visit(browser, site, NAMES[1], 1280).page

    page.keyboard.press("Tab")
    place = page.evaluate("document.activeElement.getBoundingClientRect().left")
    page.keyboard.press("Enter")

    assert place >= 0
    assert page.evaluate("document.activeElement.id") == "inhoud"
    page.close()


def test_a_wide_table_scrolls_inside_its_own_region_by_keyboard(browser: Browser, site: Path) -> None:
    page = visit(browser, site, NAMES[1], 320).page
    region = page.locator("[aria-labelledby=gemeenten-kop]")

    region.focus()
    # the page's own policy forbids a predicate that is polled from a string, so the region itself tells when it moves
    region.evaluate(
        "e => { e.moved = new Promise(told => e.addEventListener('scroll', () => told(true), {once: true})) }"
    )
    page.keyboard.press("ArrowRight")
    moved = region.evaluate("e => Promise.race([e.moved, new Promise(told => setTimeout(() => told(false), 10000))])")

    assert moved
    assert region.evaluate("e => e.scrollLeft") > 0
    outline = region.evaluate("e => getComputedStyle(e).outlineStyle")
    assert outline == "solid"
    page.close()


@pytest.mark.parametrize("name", NAMES)
def test_targets_that_stand_alone_are_large_enough_for_a_finger(browser: Browser, site: Path, name: str) -> None:
    page = visit(browser, site, name, 320).page

    small = page.evaluate(
        """() => [...document.querySelectorAll('.letters a, .files a, .crumbs a, .note')]
            .map(e => e.getBoundingClientRect()).filter(r => r.width < 24 || r.height < 24).length"""
    )

    assert small == 0
    page.close()


@pytest.mark.parametrize("name", NAMES)
def test_printing_shows_whole_tables(browser: Browser, site: Path, name: str) -> None:
    page = visit(browser, site, name, 1280).page
    page.emulate_media(media="print")

    cut = page.evaluate(
        """() => [...document.querySelectorAll('.scroll')]
            .filter(e => e.scrollHeight > e.clientHeight + 2).length"""
    )

    assert cut == 0
    page.close()
