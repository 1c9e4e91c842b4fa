"""The pages of the review in a real browser: usable by keyboard and on a small screen, without JavaScript.

Runs where Debian's Chromium is installed (`apt-get install chromium`). REVIEW_SCREENSHOTS names a folder to keep pictures of
every page in, at 320 and 1200 px, for somebody to look at.
"""

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from pipelines.datacenter.review import duiding
from pipelines.datacenter.review.app import Settings, make_app
from pipelines.datacenter.review.checklist import TITLES, Outcome, Point, as_record, looks
from pipelines.datacenter.review.demonstration import DEMONSTRATION
from pipelines.datacenter.review.views import Names
from tests.review.scene import NAME, PASSWORD, PERSONA, Scene, make_scene, write_small_bundle
from tests.review.test_store_and_accounts import said

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
PLACE = f"/uitgaven/{NAME[0]}/{NAME[1]}"
PAGES: dict[str, tuple[str, str]] = {
    "aanmelden": ("", "/aanmelden"),
    "uitgaven": ("carla", "/"),
    "uitgave": ("carla", PLACE),
    "indienen": ("mila", "/uitgaven/2022-voorlopig/1.0.0"),
    "overleg": ("victor", "/uitgaven/2021-voorlopig/1.0.0"),
    "duiding": ("carla", f"{PLACE}/duiding"),
    "duiding-geven": ("dina", f"{PLACE}/duiding/nieuw?persona={PERSONA}&regio=Groningen"),
    "nalezen": ("lars", "/nalezen"),
    "logboek": ("bo", "/logboek"),
    "melding": ("dina", "/logboek"),
}
"""Page -> who looks at it, and where it is."""

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(),
    reason=f"no Chromium at {CHROMIUM}: install it with 'apt-get install chromium' to see the review in a browser",
)


@dataclass
class Served:
    """The app on a port of this machine, and a browser without JavaScript."""

    address: str
    page: Page


def filled_scene(folder: Path) -> Scene:
    """A release to judge with a long checklist and differing duiding, one to hand in, and one in consultation."""
    scene = make_scene(folder).hire()
    for release_id in ("2021-voorlopig", "2022-voorlopig", NAME[0]):
        write_small_bundle(scene.root, (release_id, "1.0.0"))
    kinds: dict[int, Outcome] = {
        4: "kluis",
        10: "kluis",
        19: "kluis",
        6: "bekijk",
        9: "bekijk",
        14: "bekijk",
        8: "fout",
    }
    details = ("een-persona: tot 25.000 inwoners: 12 van 97; 25.000 tot 50.000: 80 van 124",) * 3
    points = [
        Point(n, kinds.get(n, "goed"), "Wat er gevonden is, in een paar woorden.", details if n == 9 else ())
        for n in TITLES
    ]
    digest = scene.submit(looks=looks(points))
    scene.store.note("system", "checklist", "/".join(NAME), {"digest": digest, "points": as_record(points)})
    old = ("2021-voorlopig", "1.0.0")
    scene.approve(old)
    for number, recognition in enumerate(("herkenbaar", "lager", "hoger"), start=1):
        text = "Wijkteams zien dit vooral na een scheiding, als de huurschuld al is opgelopen."
        kept = said(persona=PERSONA, herkenning=recognition, tekst=text, naam="Dina Verzonnen", functie="consulent")
        duiding.add(scene.store, "dina", "/".join(NAME), kept)
        if number < 3:
            duiding.judge(scene.store, "lars", number, ok=True, reason="")
    return scene


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    scene = filled_scene(tmp_path_factory.mktemp("review"))
    names = Names({PERSONA: "Dakloos, verslaafd en schulden"}, {"zoektermijn": "Zoektermijn onder de 27"})
    settings = Settings(synthetic=True, demonstration=DEMONSTRATION, names=names)
    app = make_app(scene.desk, scene.accounts, settings)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_context(java_script_enabled=False).new_page()
        yield Served(f"http://127.0.0.1:{port}", page)
        browser.close()
    server.should_exit = True
    thread.join()


def look(served: Served, name: str, width: int) -> Page:
    """A page as somebody in its role sees it."""
    who, path = PAGES[name]
    page = served.page
    page.set_viewport_size({"width": width, "height": 900})
    page.context.clear_cookies()
    if who:
        page.goto(f"{served.address}/aanmelden")
        page.fill("#naam", who)
        page.fill("#wachtwoord", PASSWORD)
        page.press("#wachtwoord", "Enter")
    page.goto(served.address + path)
    return page


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_small_screen_and_has_one_heading_and_names_for_every_field(served: Served, name: str) -> None:
    requests: list[str] = []
    served.page.on("request", lambda request: requests.append(request.url))
    wide = look(served, name, 1200)
    keep(wide, name, 1200)
    page = look(served, name, 320)
    keep(page, name, 320)

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
    assert all(url.startswith(served.address) or url.startswith("data:") for url in requests)


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(served: Served, name: str) -> None:
    """Axe is a script: it looks at the same page in a browser that runs one, from outside the page's own rules."""
    who, path = PAGES[name]
    browser = served.page.context.browser
    assert browser is not None
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    if who:
        page.goto(f"{served.address}/aanmelden")
        page.fill("#naam", who)
        page.fill("#wachtwoord", PASSWORD)
        page.press("#wachtwoord", "Enter")
    page.goto(served.address + path)

    found = Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    )

    overflow = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    context.close()
    assert [(v["id"], [n["html"] for n in v["nodes"]][:3]) for v in found.response["violations"]] == []
    assert not overflow


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


def keep(page: Page, name: str, width: int) -> None:
    """A picture of the page, when somebody asked for them."""
    if folder := os.environ.get("REVIEW_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
