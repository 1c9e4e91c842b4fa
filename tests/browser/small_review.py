"""A small review with releases in every state, and one page of each kind as the one who needs it sees it.

What belongs here: making it, the list of kinds, signing in. What does not: tests, the browser (`browser.py`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from pipelines.datacenter.review import duiding
from pipelines.datacenter.review.app import Settings, make_app
from pipelines.datacenter.review.checklist import TITLES, Outcome, Point, as_record, looks
from pipelines.datacenter.review.demonstration import DEMONSTRATION
from pipelines.datacenter.review.events import Commented, Name, Published, Released, Voted
from pipelines.datacenter.review.views import Names
from tests.browser.browser import running
from tests.review.scene import NAME, PASSWORD, PERSONA, Scene, make_scene, write_small_bundle
from tests.review.test_store_and_accounts import said

NAMES = Names({PERSONA: "Dakloos, verslaafd en schulden"}, {"zoektermijn": "Zoektermijn onder de 27"})
TO_SUBMIT: Name = ("2022-voorlopig", "1.0.0")
APPROVED: Name = ("2021-voorlopig", "1.0.0")
CONSULTED: Name = ("2020-voorlopig", "1.0.0")
VOTED_ONCE: Name = ("2019-voorlopig", "1.0.0")
PUBLIC: Name = ("2018-voorlopig", "1.0.0")


def place_of(name: Name) -> str:
    return f"/uitgaven/{name[0]}/{name[1]}"


@dataclass(frozen=True)
class Kind:
    """A kind of page: who looks at it (nobody when empty), where it is, and what is clicked first."""

    who: str
    path: str
    click: str = ""
    real: bool = False
    """Whether it is only there when this is no demonstration."""


PLACE = place_of(NAME)
_FIGURE = f"{PLACE}/duiding/nieuw?persona={PERSONA}&regio=Groningen"
KINDS = {
    "aanmelden": Kind("", "/aanmelden"),
    "aanmelden-mislukt": Kind("", "/aanmelden", "main button"),
    "uitgaven": Kind("carla", "/"),
    "uitgaven-maker": Kind("mila", "/"),
    "uitgaven-duider": Kind("dina", "/"),
    "uitgave": Kind("carla", PLACE),
    "na-oordeel": Kind("victor", place_of(VOTED_ONCE)),
    "overleg": Kind("carla", place_of(CONSULTED)),
    "goedgekeurd": Kind("victor", place_of(APPROVED)),
    "openbaar": Kind("carla", place_of(PUBLIC), "#oordeel ~ details summary"),
    "indienen": Kind("mila", place_of(TO_SUBMIT)),
    "ingediend": Kind("mila", PLACE, "#maken ~ details summary"),
    "duiding": Kind("carla", f"{PLACE}/duiding"),
    "duiding-kiezen": Kind("dina", f"{PLACE}/duiding/nieuw"),
    "duiding-geven": Kind("dina", _FIGURE, "main details summary"),
    "nalezen": Kind("lars", "/nalezen"),
    "logboek": Kind("bo", "/logboek"),
    "account": Kind("carla", "/", "#wachtwoord ~ details summary", real=True),
    "melding": Kind("dina", "/logboek"),
    "onbekend": Kind("", "/is-er-niet"),
}
"""Name of a kind of page -> one page of it."""


def filled_scene(folder: Path) -> Scene:
    """A release to judge with a long checklist and differing duiding, and one in each state that looks different."""
    scene = make_scene(folder).hire()
    for name in (PUBLIC, VOTED_ONCE, CONSULTED, APPROVED, TO_SUBMIT, NAME):
        write_small_bundle(scene.root, name, peiljaar=int(name[0][:4]))
    _hand_in(scene)
    digest = scene.approve(PUBLIC)
    scene.record(Released("publishing", digest), PUBLIC)
    scene.record(Published("publishing", digest), PUBLIC)
    once = scene.submit(VOTED_ONCE)
    scene.record(Voted("victor", "VWS", once, "goedkeuren", "De lijst is in orde en de teksten kloppen."), VOTED_ONCE)
    both = scene.submit(CONSULTED)
    scene.record(Voted("carla", "CBS", both, "vraag", "Waarom ontbreken twee gemeenten in punt 14?"), CONSULTED)
    scene.record(Voted("victor", "VWS", both, "goedkeuren", "In orde."), CONSULTED)
    scene.record(Commented("mila", "Zij leverden na de sluitingsdatum; dat staat nu bij de kwaliteit."), CONSULTED)
    scene.approve(APPROVED)
    for number, recognition in enumerate(("herkenbaar", "lager", "hoger"), start=1):
        text = "Wijkteams zien dit vooral na een scheiding, als de huurschuld al is opgelopen."
        kept = said(persona=PERSONA, herkenning=recognition, tekst=text, naam="Dina Verzonnen", functie="consulent")
        duiding.add(scene.store, "dina", "/".join(NAME), kept)
        if number < 3:
            duiding.judge(scene.store, "lars", number, ok=True, reason="")
    return scene


def _hand_in(scene: Scene) -> None:
    """With a checklist of all points and every outcome."""
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


@dataclass(frozen=True)
class Review:
    """The app as a demonstration, and beside it as it really is, over one scene."""

    scene: Scene
    demonstration: str
    real: str

    def open(self, page: Page, kind: Kind) -> None:
        """Go to a page as somebody in its role sees it."""
        address = self.real if kind.real else self.demonstration
        page.context.clear_cookies()
        if kind.who:
            sign_in(page, address, kind.who)
        page.goto(address + kind.path)
        if kind.click == "main button":
            page.fill("#naam", "carla")
            page.fill("#wachtwoord", "niet het goede wachtwoord")
        if kind.click:
            page.locator(kind.click).first.click()


def sign_in(page: Page, address: str, who: str) -> None:
    page.goto(f"{address}/aanmelden")
    page.fill("#naam", who)
    page.fill("#wachtwoord", PASSWORD)
    page.press("#wachtwoord", "Enter")


@contextmanager
def serving_review(folder: Path) -> Iterator[Review]:
    """A filled scene in a new folder, served."""
    scene = filled_scene(folder)
    shown, real = (
        make_app(scene.desk, scene.accounts, Settings(synthetic=True, demonstration=chosen, names=NAMES))
        for chosen in (DEMONSTRATION, None)
    )
    with running(shown) as demonstration, running(real) as beside:
        yield Review(scene, demonstration, beside)
