"""The public app: what it answers, what every answer carries, and what nobody gets out of it however they ask."""

import html
import json
import os
import re
from pathlib import Path
from shutil import copytree

import pytest
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from pipelines.datacenter.public_app import LONGEST_QUERY, make_app
from pipelines.release.published import open_published
from pipelines.release.sums import sum_of_gemeenten
from tests.asking import ask
from tests.browser.small_site import ANSWERS, PERSONA

SECRET = "IN-DE-WACHTRUIMTE"


@pytest.fixture(scope="module")
def openbaar(small_openbaar: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole data root: what lies beside openbaar must never come out."""
    root = tmp_path_factory.mktemp("data")
    for room in ("kluis", "wachtruimte"):
        (root / room).mkdir()
        (root / room / "geheim.html").write_text(SECRET, encoding="utf-8")
    made = copytree(small_openbaar, root / "openbaar", copy_function=os.link)
    (made / "geheim.txt").write_text(SECRET, encoding="utf-8")
    (made / "site" / ".geheim.html").write_text(SECRET, encoding="utf-8")
    draft = made / "uitgaven" / "2023-voorlopig" / ".1.1.0.bouw-12345678"
    draft.mkdir()
    (draft / "cijfers.csv").write_text(SECRET, encoding="utf-8")
    half = made / "uitgaven" / "2024-voorlopig" / "1.0.0"
    half.mkdir(parents=True)
    (half / "cijfers.csv").write_text(SECRET, encoding="utf-8")
    (made / "uitgaven" / "2023-voorlopig" / "uit").symlink_to(root / "wachtruimte", target_is_directory=True)
    (made / "site" / "uit.html").symlink_to(root / "kluis" / "geheim.html")
    return made


@pytest.fixture(scope="module")
def app(openbaar: Path) -> ASGIApp:
    return make_app(openbaar)


def flat(text: str) -> str:
    return html.unescape(" ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", text, flags=re.DOTALL).split()))


@pytest.mark.parametrize(
    "path", ["", "gemeente/GM0363.html", f"persona/{PERSONA}.html", "uitgaven/2023-voorlopig/1.0.0/cijfers.csv"]
)
def test_pages_and_files_of_openbaar_are_served(app: ASGIApp, path: str) -> None:
    assert ask(app, f"/{path}").status == 200
    assert ask(app, f"/{path}", method="HEAD").status == 200


@pytest.mark.parametrize("path", ["", *ANSWERS.values(), "uitgaven/2023-voorlopig/1.0.0/privacy.json", "wat-is-dit"])
def test_every_answer_has_a_strict_policy_and_no_cookie(app: ASGIApp, path: str) -> None:
    answer = ask(app, f"/{path}")

    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in answer.headers
    if answer.headers["content-type"].startswith("text/html"):
        own = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', answer.text)
        assert own
        assert policy == f"{html.unescape(own[1])}; frame-ancestors 'none'"


def test_a_page_that_the_browser_kept_keeps_its_policy(app: ASGIApp) -> None:
    first = ask(app, "/gemeente/GM0363.html")

    again = ask(app, "/gemeente/GM0363.html", if_none_match=first.headers["etag"])

    assert again.status == 304
    assert again.headers["content-security-policy"] == first.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "../kluis/geheim.html",
        "%2e%2e/wachtruimte/geheim.html",
        "..%2fwachtruimte%2fgeheim.html",
        "uitgaven/../../wachtruimte/geheim.html",
        "uitgaven/%2e%2e/%2e%2e/wachtruimte/geheim.html",
        "uitgaven/..%5c..%5cwachtruimte%5cgeheim.html",
        "uitgaven/../geheim.txt",
        "uitgaven/2023-voorlopig/uit/geheim.html",
        "uitgaven/2023-voorlopig/.1.1.0.bouw-12345678/cijfers.csv",
        "uitgaven/2024-voorlopig/1.0.0/cijfers.csv",
        "uit.html",
        "//wachtruimte/geheim.html",
        "gemeente/%00.html",
        "gemeente/" + "a" * 300,
        ".geheim.html",
    ],
)
def test_nothing_beside_what_is_published_comes_out(app: ASGIApp, path: str) -> None:
    answer = ask(app, f"/{path}")

    assert answer.status == 404
    assert SECRET not in answer.text
    assert str(Path.cwd()) not in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_only_reading_is_allowed(app: ASGIApp, method: str) -> None:
    assert ask(app, "/vergelijk", method=method).status == 405


def test_a_page_that_is_not_there_says_so_with_links_that_work_from_there(app: ASGIApp) -> None:
    answer = ask(app, "/gemeente/bestaat/niet.html")

    assert answer.status == 404
    assert "Deze pagina is er niet" in answer.text
    assert 'href="../../gemeenten.html"' in answer.text


def test_a_search_finds_a_part_of_a_name_without_minding_case_or_accents(app: ASGIApp) -> None:
    found = ask(app, "/zoek", query={"q": "SUDWEST"}).text

    assert 'href="gemeente/GM1900.html"' in found
    assert "Gevonden: 1" in flat(found)
    assert "Niets gevonden" in ask(app, "/zoek", query={"q": "xyz"}).text


def test_the_sum_is_that_of_the_published_measurements(app: ASGIApp, openbaar: Path) -> None:
    release = open_published((), str(openbaar / "uitgaven" / "2023-voorlopig" / "1.0.0"))
    (row,) = sum_of_gemeenten(release, ["GM0363", "GM0599"], [PERSONA], ["missing"]).to_dicts()

    told = flat(ask(app, f"/vergelijk?wat=som&gemeenten=Amsterdam,+rotterdam&persona={PERSONA}&jaar=2023").text)

    assert "Samen: Amsterdam en Rotterdam" in told
    found = re.search(r"ongeveer ([\d.]+) \(([\d.]+) tot ([\d.]+)\) bruikbaar \(A\)", told)
    assert found
    about, low, high = (int(text.replace(".", "")) for text in found.groups())
    unit = (row["boven95"] - row["onder95"]) / 10
    assert abs(about - row["schatting"]) <= max(1.0, unit)
    assert low <= row["onder95"] < row["boven95"] <= high


def test_the_difference_of_two_groups_has_its_margin_and_a_verdict(app: ASGIApp) -> None:
    told = flat(ask(app, f"/{ANSWERS['vergelijk-verschil']}").text)

    assert "Amsterdam naast Rotterdam en Utrecht" in told
    assert re.search(r"\+0,\d+ \+0,\d+ tot \+0,\d+ ja", told)
    assert "heeft geen cijfers per gemeente; het kleinste niveau is land" in told


def test_two_years_tell_which_gemeenten_changed_more_than_noise(app: ASGIApp) -> None:
    told = flat(ask(app, f"/{ANSWERS['vergelijk-jaren']}").text)

    assert re.search(r"Amsterdam Vast tussen schuld, gebruik en sleutel \d+ \d+ \+\d+ \+\d+ tot \+\d+ ja", told)
    assert "is hoogstens 5 %" in told


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("wat=som&gemeenten=Amstrdam", "Bedoelt u Amsterdam?"),
        ("wat=som&gemeenten=", "minstens één gemeente"),
        ("wat=verschil&eerste=Utrecht&tweede=utrecht", "twee keer dezelfde gemeenten"),
        ("wat=som&gemeenten=Utrecht&jaar=1999", "niets gepubliceerd. Kies uit: 2022 en 2023"),
        ("wat=som&gemeenten=Utrecht&jaar=²", "niets gepubliceerd"),
        ("wat=som&gemeenten=Utrecht&persona=../../etc", "Deze situatie staat niet in de cijfers"),
        ("wat=jaren&van=2023&tot=2022", "een jaar dat vóór"),
        ("wat=alles", "Kies een van de formulieren"),
        ("", "Kies een van de formulieren"),
        ("wat=som&gemeenten=Groningen&persona=" + PERSONA, "niets uit te rekenen"),
        ("wat=som&gemeenten=" + "a" * 4_001, "te veel ineens"),
    ],
)
def test_what_cannot_be_answered_is_said_in_dutch_with_what_to_do(app: ASGIApp, query: str, why: str) -> None:
    answer = ask(app, f"/vergelijk?{query}")

    assert answer.status == 200
    assert why in flat(answer.text)
    assert 'role="alert"' in answer.text


HOSTILE = [
    '"><script>alert(1)</script>',
    "{{ 7*7 }}",
    "' OR 1=1 --",
    "\x00\x1b[2J",
    "%0d%0aset-cookie: x=1",
    "‮abc",
    "a" * 4_000,
    "💥," * 900,
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    ("path", "field"), [("/zoek", "q"), ("/vergelijk?wat=som", "gemeenten"), ("/vergelijk?wat=verschil", "eerste")]
)
def test_hostile_text_is_shown_as_text_or_not_at_all(app: ASGIApp, path: str, field: str, text: str) -> None:
    answer = ask(app, path, query={**dict(re.findall(r"[?&](\w+)=(\w+)", path)), field: text})

    assert answer.status in (200, 414)
    assert "<script" not in answer.text
    assert ">49<" not in answer.text
    assert "\x00" not in answer.text
    assert "set-cookie" not in answer.headers


def test_an_oversized_question_is_refused_before_it_is_taken_apart(app: ASGIApp) -> None:
    assert ask(app, f"/zoek?q={'a' * LONGEST_QUERY}").status == 414
    assert ask(app, "/vergelijk?" + "&".join(f"x{n}=1" for n in range(500))).status == 200


def test_a_release_that_was_changed_gives_no_answer_and_no_text_of_the_error(openbaar: Path, tmp_path: Path) -> None:
    folder = tmp_path / "openbaar" / "uitgaven" / "2023-voorlopig" / "1.0.0"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}", encoding="utf-8")
    app = make_app(tmp_path / "openbaar")
    answer = ask(app, "/zoek?q=a")

    assert answer.status == 503
    assert "manifest" not in answer.text
    assert answer.headers["content-security-policy"]


def test_a_new_publication_is_seen_without_starting_again(openbaar: Path, tmp_path: Path) -> None:
    app = make_app(tmp_path)
    assert "nog niets gepubliceerd" in ask(app, "/zoek?q=a").text
    (tmp_path / "uitgaven" / "2023-voorlopig").mkdir(parents=True)
    source = openbaar / "uitgaven" / "2023-voorlopig" / "1.0.0"
    (tmp_path / "uitgaven" / "2023-voorlopig" / "1.0.0").symlink_to(source, target_is_directory=True)
    assert "nog niets gepubliceerd" in ask(app, "/zoek?q=a").text
    (tmp_path / "uitgaven" / "2023-voorlopig" / "1.0.0").unlink()
    copytree(source, tmp_path / "uitgaven" / "2023-voorlopig" / "1.0.0")
    assert "GM0363" in ask(app, "/zoek?q=amsterdam").text


def test_the_link_to_another_site_is_followed_at_once(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / "sites" / name).mkdir(parents=True)
        (tmp_path / "sites" / name / "index.html").write_text(name, encoding="utf-8")
    link = tmp_path / "site"
    app = make_app(tmp_path)
    link.symlink_to("sites/a", target_is_directory=True)
    assert ask(app, "/").text == "a"
    link.unlink()
    link.write_text("sites/b", encoding="utf-8")
    assert ask(app, "/").text == "b"


def test_routes_beside_the_pages_come_before_them_and_get_the_headers(tmp_path: Path) -> None:
    async def answer(_request: object) -> JSONResponse:
        return JSONResponse({"value": []})

    app = make_app(tmp_path, more=[Route("/odata/v1", answer)])
    found = ask(app, "/odata/v1")

    assert json.loads(found.text) == {"value": []}
    assert found.headers["x-content-type-options"] == "nosniff"
