"""The pages of the review in a real browser: usable by keyboard and on a small screen, without JavaScript.

Runs where Debian's Chromium is installed (`apt-get install chromium`). For pictures to look at:
`python -m tests.browser.screenshots DIR`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.browser import ABSENT, CHROMIUM, chromium
from tests.browser.small_review import KINDS, Review, serving_review

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=ABSENT)


@dataclass
class Served:
    """The app on a port of this machine, and a browser without JavaScript."""

    review: Review
    page: Page


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving_review(tmp_path_factory.mktemp("review")) as review, chromium() as browser:
        yield Served(review, browser.new_context(java_script_enabled=False).new_page())


def look(served: Served, name: str, width: int) -> Page:
    """A page as somebody in its role sees it."""
    served.page.set_viewport_size({"width": width, "height": 900})
    served.review.open(served.page, KINDS[name])
    return served.page


@pytest.mark.parametrize("name", KINDS)
def test_a_page_fits_a_small_screen_and_has_one_heading_and_names_for_every_field(served: Served, name: str) -> None:
    requests: list[str] = []
    served.page.on("request", lambda request: requests.append(request.url))
    page = look(served, name, 320)

    # Measured from outside: the pages run no script.
    width = page.locator("html").bounding_box()
    widest = max(
        (box["x"] + box["width"] for box in map(_box, page.locator("main > *, header, footer").all()) if box), default=0
    )
    fields = page.locator("main input:not([type=hidden]), main select, main textarea").all()
    labelled = [field for field in fields if page.locator(f'label[for="{field.get_attribute("id")}"]').count() == 1]

    assert width is not None
    assert widest <= 320.5
    assert page.locator("h1").count() == 1
    assert page.locator("html").get_attribute("lang") == "nl"
    assert len(labelled) == len(fields)
    own = (served.review.demonstration, served.review.real, "data:")
    assert [url for url in requests if not url.startswith(own)] == []


@pytest.mark.parametrize("name", KINDS)
def test_axe_finds_nothing(served: Served, name: str) -> None:
    """Axe is a script: it looks at the same page in a browser that runs one, from outside the page's own rules."""
    browser = served.page.context.browser
    assert browser is not None
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    served.review.open(page, KINDS[name])

    found = Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    )

    page.set_viewport_size({"width": 320, "height": 800})
    wide = page.evaluate("document.documentElement.scrollWidth")
    spilling = page.evaluate(
        """() => [...document.querySelectorAll('body *')]
            .filter(e => !e.closest('.scroll') && !e.closest('.skip') && !e.closest('.hidden'))
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
            .map(e => e.tagName + ' ' + e.textContent.slice(0, 40))"""
    )
    cut = page.evaluate(
        "[...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth + 1).length"
    )
    context.close()
    assert cut == 0
    assert [(v["id"], [n["html"] for n in v["nodes"]][:3]) for v in found.response["violations"]] == []
    assert wide <= 320
    assert spilling == []


def test_a_vote_is_given_by_keyboard_alone(served: Served) -> None:
    page = look(served, "uitgave", 1200)
    page.focus("#oordeel-vraag")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Kunt u punt 8 uitleggen?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".done")

    assert "Uw oordeel is vastgelegd." in page.inner_text("main")


def _box(locator: object) -> dict[str, float] | None:
    found: dict[str, float] | None = locator.bounding_box()  # type: ignore[attr-defined]
    return found
