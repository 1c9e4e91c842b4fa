"""Every kind of page of the public site in a real browser: axe-core, and what axe cannot see.

Runs where Debian's Chromium is installed; no browser is ever downloaded.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.browser import ABSENT, CHROMIUM, chromium, serving
from tests.browser.small_site import ANSWERS, KINDS

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=ABSENT)

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
SAME = {
    "gemeente-niet-gemeten",
    "gemeente-klein",
    "provincie",
    "zoek-niets",
    "vergelijk-som",
    "vergelijk-jaren",
}
"""Kinds that another one shows the same template of, with other figures."""
PAGES = {name: path for name, path in (KINDS | ANSWERS).items() if name not in SAME}


@pytest.fixture(scope="module")
def address(small_openbaar: Path) -> Iterator[str]:
    with serving(small_openbaar) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One page for all tests; each goes where it wants to be."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    yield opened
    opened.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_axe_violation_asks_nothing_outside_and_fits_a_small_screen(
    browser: Browser, address: str, name: str
) -> None:
    """One visit a page, because a visit is what costs time."""
    asked: list[str] = []
    complaints: list[str] = []
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(address + PAGES[name])

    violations = Axe().run(page, options=RULES).response["violations"]
    page.set_viewport_size({"width": 320, "height": 800})
    wide = page.evaluate("document.documentElement.scrollWidth")
    spilling = page.evaluate(
        """() => [...document.querySelectorAll('body *')]
            .filter(e => !e.closest('.scroll') && !e.closest('svg') && !e.closest('.skip'))
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
            .map(e => e.tagName + ' ' + e.textContent.slice(0, 40))"""
    )

    assert [(v["id"], [node["target"] for node in v["nodes"]][:3]) for v in violations] == []
    assert [url for url in asked if not url.startswith(("data:", address))] == []
    assert [text for text in complaints if "404" not in text] == []
    assert wide <= 320
    assert spilling == []
    assert page.evaluate("document.documentElement.lang") == "nl"
    page.close()


def test_tab_goes_from_the_skip_link_over_the_menu_to_the_search_in_the_order_of_the_page(
    page: Page, address: str
) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(address)
    stops = []
    for _ in range(10):
        page.keyboard.press("Tab")
        stops.append(page.evaluate("document.activeElement.textContent.trim() || document.activeElement.id"))

    assert stops[0] == "Naar de inhoud"
    assert stops[1] == "Blinde Vlek"
    assert stops[2:8] == ["Start", "Gemeenten", "Gebieden", "Vergelijken", "Downloads", "Hoe wij tellen"]
    assert stops[8:] == ["q", "Zoek"]


def test_a_form_is_filled_in_and_answered_with_the_keyboard_and_without_javascript(
    browser: Browser, address: str
) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(address)
        page.locator("#q").fill("almere")
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Almere").first.click()
        assert page.locator("h1").text_content() == "Almere"
        page.goto(f"{address}vergelijken.html")
        page.locator("#gemeenten").fill("Almere, Zwolle")
        page.keyboard.press("Enter")

        assert page.locator("#uitkomst").text_content() == "Samen: Almere en Zwolle"


def test_what_colour_says_on_the_map_is_also_said_by_a_sign_or_a_pattern(page: Page, address: str) -> None:
    page.goto(address + KINDS["persona"])

    silent = page.evaluate(
        """() => [...document.querySelectorAll('.map g')].filter(g => {
            const tile = g.querySelector('rect.t');
            return !(g.querySelector('text') || (tile.getAttribute('fill') || '').startsWith('url'));
        }).length"""
    )
    tiles = page.locator(".map g").count()

    assert tiles == 342
    assert silent == 0


def test_text_in_drawings_stands_out_from_what_it_is_drawn_on(page: Page, address: str) -> None:
    """Axe leaves SVG out. The colour of each sign against its own tile, as the browser reckons them."""
    page.goto(address + KINDS["persona"])
    pairs = page.evaluate(
        """() => [...document.querySelectorAll('.map g')].map(g => {
            const text = g.querySelector('text'), tile = g.querySelector('rect.t');
            return text ? [getComputedStyle(text).fill, getComputedStyle(tile).fill] : null;
        }).filter(Boolean)"""
    )

    assert pairs
    assert min(contrast(*pair) for pair in {tuple(pair) for pair in pairs}) >= 4.5


@pytest.mark.parametrize("width", [320, 768])
@pytest.mark.parametrize("name", ["correcties", "persona-gecorrigeerd", "vergelijk-verschil", "vergelijk-jaren"])
def test_versions_and_outcomes_stand_below_each_other_where_there_is_no_room_beside(
    page: Page, address: str, name: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address + (KINDS | ANSWERS)[name])

    cut = page.evaluate(
        "[...document.querySelectorAll('.scroll:has(.stack)')].filter(e => e.scrollWidth > e.clientWidth + 1).length"
    )
    named = page.evaluate("[...document.querySelectorAll('.stack td')].every(e => e.dataset.label)")

    assert page.locator(".stack").count() == (2 if name == "correcties" else 1)
    assert cut == 0
    assert named


@pytest.mark.parametrize("name", ["gemeente", "persona", "vergelijken"])
def test_on_paper_tables_are_whole_and_menus_and_forms_are_gone(page: Page, address: str, name: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(address + KINDS[name])
    page.emulate_media(media="print")

    cut = page.evaluate(
        "[...document.querySelectorAll('.scroll')].filter(e => e.scrollHeight > e.clientHeight + 2).length"
    )
    shown = page.evaluate(
        "[...document.querySelectorAll('nav, form')].filter(e => e.offsetHeight > 0).map(e => e.className)"
    )
    page.emulate_media(media="screen")

    assert cut == 0
    assert shown == []


def test_targets_that_stand_alone_are_large_enough_for_a_finger(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    small = {}
    for name in ("start", "gemeente", "gemeenten", "gebied", "downloads", "vergelijken"):
        page.goto(address + KINDS[name])
        small[name] = page.evaluate(
            """() => [...document.querySelectorAll('nav a, .files a, .names a, .note, button, input, select')]
                .filter(e => e.type !== 'hidden').map(e => e.getBoundingClientRect())
                .filter(r => r.width < 24 || r.height < 24).length"""
        )

    assert set(small.values()) == {0}, small


def test_the_site_opens_from_a_disk_with_its_style_and_its_links(browser: Browser, small_openbaar: Path) -> None:
    page = browser.new_page()
    page.goto((small_openbaar / "site" / "index.html").as_uri())
    page.get_by_role("link", name="lijst van alle gemeenten").click()
    page.get_by_role("link", name="Zwolle").click()

    assert page.locator("h1").text_content() == "Zwolle"
    assert page.evaluate("getComputedStyle(document.querySelector('header.top')).backgroundColor") == "rgb(10, 59, 63)"
    page.goto((small_openbaar / "site" / "downloads.html").as_uri())
    link = page.locator("a", has_text="privacy.json").first.evaluate("e => e.href")
    assert Path(link.removeprefix("file://")).is_file()
    page.close()


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """Of a colour as `rgb(1, 2, 3)`, as WCAG 2.2 defines it."""
    parts = [int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
