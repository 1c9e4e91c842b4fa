"""Synthetic figures and a demonstration are called that on every page, in the notice above it, on the site and in the review.

The pages are not listed here: the site is walked file by file, the review link by link for every role, and each address that
the apps know must have been met.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from pipelines.datacenter.public_app import make_app as make_public_app
from pipelines.datacenter.review.app import Settings, make_app
from pipelines.datacenter.review.demonstration import DEMONSTRATION
from tests.browser.small_review import NAMES, filled_scene
from tests.browser.small_site import ANSWERS, OTHER
from tests.invented_releases import publish
from tests.review.browsing import HOST
from tests.review.scene import PASSWORD, ROLES, Scene

NOTICE = re.compile(r'<aside class="warn"[^>]*>(.*?)</aside>', re.DOTALL)
LINK = re.compile(r'href="(/[^"#]*)')


def notice_of(page: str) -> str:
    """What the notice of a page says, without tags; empty when it has none."""
    found = NOTICE.search(page)
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split()) if found else ""


def test_every_page_and_answer_of_the_site_says_synthetic_and_demonstration(small_openbaar: Path) -> None:
    visitor = TestClient(make_public_app(small_openbaar), base_url=HOST)
    pages = {path.name: path.read_text(encoding="utf-8") for path in (small_openbaar / "site").rglob("*.html")}
    pages |= {name: visitor.get(path).text for name, path in ANSWERS.items()}

    silent = [
        name
        for name, page in pages.items()
        if "synthetische gegevens" not in notice_of(page) or "Dit is een demonstratie." not in notice_of(page)
    ]

    assert len(pages) > 400
    assert silent == []


def test_every_page_of_a_bundle_says_synthetic(tmp_path: Path) -> None:
    folder = publish(tmp_path, 2023, chosen=[OTHER], pages=True)

    pages = list(folder.rglob("*.html"))

    assert len(pages) > 2
    assert [path.name for path in pages if "synthetische gegevens" not in notice_of(path.read_text("utf-8"))] == []


def test_a_site_of_releases_that_were_really_judged_says_nothing_of_a_demonstration(tmp_path: Path) -> None:
    from pipelines.datacenter.site import build_site

    publish(tmp_path / "uitgaven", 2023, chosen=[OTHER], publication={"demonstration": False})

    build_site(tmp_path / "uitgaven", tmp_path / "site")

    said = {notice_of(path.read_text("utf-8")) for path in (tmp_path / "site").rglob("*.html")}
    assert not any("demonstratie" in text for text in said)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return filled_scene(tmp_path_factory.mktemp("review"))


@pytest.fixture
def visitor(scene: Scene) -> TestClient:
    settings = Settings(synthetic=True, demonstration=DEMONSTRATION, names=NAMES)
    return TestClient(make_app(scene.desk, scene.accounts, settings), base_url=HOST)


def walked(visitor: TestClient, name: str) -> Iterator[tuple[str, str, bool]]:
    """Every address that links lead an account to: the path, the text, whether it is a page."""
    form = visitor.get("/aanmelden").text
    (token,) = re.findall(r'name="csrf" value="([^"]+)"', form)
    visitor.post("/aanmelden", data={"csrf": token, "naar": "/", "naam": name, "wachtwoord": PASSWORD})
    ahead, met = ["/", "/aanmelden", "/logboek", "/nalezen"], set()
    while ahead:
        path = ahead.pop()
        if path in met:
            continue
        met.add(path)
        answer = visitor.get(path)
        is_page = answer.headers["content-type"].startswith("text/html")
        yield path, answer.text, is_page
        ahead += [link.replace("&amp;", "&") for link in LINK.findall(answer.text)] if is_page else []


def test_every_page_of_the_review_says_so_to_everybody(visitor: TestClient) -> None:
    seen: set[str] = set()
    silent = []
    for name in ROLES:
        for path, text, is_page in walked(visitor, name):
            seen.add(path.partition("?")[0])
            # A page of a bundle has the notice that it was frozen with.
            wanted = "synthetisch" if "/bestand/" in path else "demonstratie met synthetische gegevens"
            said = text if "/bestand/" in path else notice_of(text)
            if is_page and wanted not in said:
                silent.append((name, path))

    routes = [route for route in visitor.app.routes if isinstance(route, Route)]  # type: ignore[attr-defined]
    unmet = [r.path for r in routes if "GET" in (r.methods or ()) and not any(r.path_regex.match(p) for p in seen)]
    assert silent == []
    assert unmet == []


def test_every_form_that_is_refused_says_so_too(visitor: TestClient) -> None:
    list(walked(visitor, "carla"))
    forms = [r for r in visitor.app.routes if isinstance(r, Route) and "POST" in (r.methods or ())]  # type: ignore[attr-defined]

    answers = {
        form.path: visitor.post(form.path.format(release_id="2023-voorlopig", versie="1.0.0"), data={"csrf": "x"})
        for form in forms
    }
    answers["/is-er-niet"] = visitor.get("/is-er-niet")

    assert {answer.status_code for answer in answers.values()} == {403, 404}
    assert [path for path, one in answers.items() if "demonstratie met synthetische" not in notice_of(one.text)] == []
