"""From what a professional says to what everybody reads: with real pages, clicked in a browser without JavaScript."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page

from pipelines.datacenter.publishing.job import Publisher
from pipelines.datacenter.review.app import Settings, make_app
from pipelines.datacenter.review.views import Names
from pipelines.datacenter.site import build_site
from tests.browser.browser import ABSENT, CHROMIUM, chromium, running, serving
from tests.browser.small_review import sign_in
from tests.invented_releases import publish
from tests.review.scene import PERSONA, Scene, make_scene

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=ABSENT)

TEXT = "Wij zien dit vooral na een scheiding, als de huurschuld al is opgelopen."


@dataclass
class Stage:
    """A published release, the review of it and the public site, each at its address; and one browser."""

    scene: Scene
    review: str
    public: str
    page: Page

    def publish(self) -> None:
        Publisher(self.scene.root, self.scene.store, build_site, synthetic_root=True).run()

    def public_page(self) -> str:
        """What the public reads of the persona, found by clicking from the start page."""
        self.page.goto(self.public)
        self.page.get_by_role("link", name="Vast tussen schuld").first.click()
        return self.page.inner_text("main")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    scene = make_scene(tmp_path).hire()
    folder = publish(scene.root.wachtruimte, 2023, chosen=[PERSONA], facts={"proef": False}, pages=True)
    (folder / "publication.json").unlink()
    scene.approve()
    app = make_app(scene.desk, scene.accounts, Settings(synthetic=True, names=Names({PERSONA: "Vast"}, {})))
    with running(app) as review, serving(scene.root.openbaar) as public, chromium() as browser:
        yield Stage(scene, review, public, browser.new_context(java_script_enabled=False).new_page())


def test_a_duiding_is_added_read_by_another_and_then_public(stage: Stage) -> None:
    page = stage.page
    stage.publish()
    before = stage.public_page()

    sign_in(page, stage.review, "dina")
    page.get_by_role("link", name="Geef duiding bij een cijfer van 2023-voorlopig").click()
    page.get_by_label("Persona").select_option(PERSONA)
    page.get_by_label("Gemeente").fill("Amsterdam")
    page.get_by_role("button", name="Toon het cijfer").click()
    page.get_by_label("lager dan ik verwachtte").check()
    page.get_by_label("verklaring").check()
    page.get_by_label("In uw eigen woorden").fill(TEXT)
    page.get_by_label("wijkteam").check()
    page.get_by_label("Uw functie").fill("consulent")
    page.get_by_role("button", name="Duiding vastleggen").click()
    thanked = page.inner_text("main")
    page.get_by_role("button", name="Afmelden").click()
    stage.publish()
    unread = stage.public_page()

    sign_in(page, stage.review, "lars")
    page.get_by_role("link", name="1 duiding om na te lezen").click()
    asked = page.inner_text("main")
    page.get_by_label("Ja, niemand is te herkennen").check()
    page.get_by_role("button", name="Vastleggen").click()
    cleared = page.inner_text("main")
    unpublished = stage.public_page()
    stage.publish()
    after = stage.public_page()

    assert "Een tweede lezer leest uw duiding na" in thanked
    assert TEXT in asked
    assert "Amsterdam" in asked
    assert "De duiding is nagelezen." in cleared
    assert [TEXT in text for text in (before, unread, unpublished, after)] == [False, False, False, True]
    for told in ("Amsterdam", "Dina Verzonnen", "consulent", "lager dan verwacht"):
        assert told in after[after.index(TEXT) - 400 : after.index(TEXT) + 400], told


def test_what_the_second_reader_sends_back_never_becomes_public(stage: Stage) -> None:
    page = stage.page
    sign_in(page, stage.review, "dina")
    page.goto(f"{stage.review}/uitgaven/2023-voorlopig/1.0.0/duiding/nieuw?persona={PERSONA}&regio=Amsterdam")
    page.get_by_label("hoger dan ik verwachtte").check()
    page.get_by_label("let op").check()
    page.get_by_label("In uw eigen woorden").fill(TEXT)
    page.get_by_label("loket").check()
    page.get_by_label("Uw functie").fill("consulent")
    page.get_by_role("button", name="Duiding vastleggen").click()
    page.get_by_role("button", name="Afmelden").click()

    sign_in(page, stage.review, "lars")
    page.get_by_role("link", name="1 duiding om na te lezen").click()
    page.get_by_label("Nee, terug naar de schrijver").check()
    page.get_by_label("Reden (nodig bij nee)").fill("Eén gezin is te herkennen.")
    page.get_by_role("button", name="Vastleggen").click()
    page.get_by_role("button", name="Afmelden").click()
    sign_in(page, stage.review, "dina")
    page.goto(f"{stage.review}/uitgaven/2023-voorlopig/1.0.0/duiding")
    given_back = page.inner_text("main")
    stage.publish()

    assert "Teruggegeven: Eén gezin is te herkennen." in given_back
    assert TEXT not in stage.public_page()
