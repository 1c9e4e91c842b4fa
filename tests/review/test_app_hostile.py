"""The review app against people who mean harm: nothing runs, nothing moves, nothing is given away."""

from collections.abc import Iterator

import pytest

from pipelines.datacenter.review.app import Settings
from pipelines.datacenter.review.web import MOST_BYTES, local_path, readable
from tests.review.browsing import PLACE, Visitor, signed_in, token_in, words_of
from tests.review.scene import NAME, PASSWORD, PERSONA, Scene

SCRIPT = '<script>alert(1)</script><img src=x onerror="alert(2)">'


@pytest.fixture
def crowd(scene: Scene) -> Scene:
    scene.hire().submit()
    return scene


@pytest.mark.parametrize("path", ["/aanmelden", "/", PLACE, f"{PLACE}/bestand/index.html", "/stijl.css", "/weg/er/mee"])
def test_every_answer_carries_the_strict_headers(crowd: Scene, path: str) -> None:
    answer = signed_in(crowd, "carla").get(path)

    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "server" not in answer.headers


def test_script_in_any_text_is_shown_as_text(crowd: Scene) -> None:
    digest = crowd.store.world()[NAME].submission.digest  # type: ignore[union-attr]
    carla, victor, dina, lars = (signed_in(crowd, name) for name in ("carla", "victor", "dina", "lars"))
    for reviewer in (carla, victor):
        reviewer.send(f"{PLACE}/oordeel", controlegetal=digest, oordeel="vraag", reden=SCRIPT)
    carla.send(f"{PLACE}/overleg", tekst=SCRIPT)
    said = {"herkenning": "herkenbaar", "soort": "let_op", "knelpunt": "", "leerorde": "", "bron": "loket"}
    said |= {"persona": PERSONA, "regio": "GM0014", "tekst": SCRIPT, "functie": SCRIPT[:25]}
    dina.send(f"{PLACE}/duiding/nieuw", page=f"{PLACE}/duiding", **said)

    pages = [carla.get(PLACE).text, carla.get(f"{PLACE}/duiding").text, lars.get("/nalezen").text]
    pages += [dina.get(f"{PLACE}/duiding/nieuw?persona={SCRIPT}&regio={SCRIPT}").text, carla.get(f"/{SCRIPT}").text]

    assert all("<script" not in page and "<img" not in page for page in pages)
    assert all("&lt;script&gt;" in page for page in pages[:4])


def test_a_form_without_its_token_or_with_that_of_another_moves_nothing(crowd: Scene) -> None:
    carla, victor = signed_in(crowd, "carla"), signed_in(crowd, "victor")
    of_another = token_in(victor.get("/").text)
    fields = {"controlegetal": "x", "oordeel": "afkeuren", "reden": "r"}

    answers = [
        carla.http.post(f"{PLACE}/oordeel", data=fields | extra) for extra in ({}, {"csrf": ""}, {"csrf": of_another})
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert crowd.store.world()[NAME].votes == {}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_from_another_site_is_refused_even_with_the_token(crowd: Scene, headers: dict[str, str]) -> None:
    carla = signed_in(crowd, "carla")
    token = token_in(carla.get("/").text)

    answer = carla.http.post("/afmelden", data={"csrf": token}, headers=headers)

    assert answer.status_code == 403
    assert carla.get("/").status_code == 200


def test_signing_in_takes_the_token_of_the_form_and_never_keeps_an_old_session(crowd: Scene) -> None:
    planted = Visitor(crowd)
    planted.http.cookies.set("sessie", "planted-by-somebody-else")
    planted.sign_in("carla")
    fresh = planted.http.cookies.get("sessie", domain="localhost.local")

    unseen = Visitor(crowd).http.post("/aanmelden", data={"naam": "carla", "wachtwoord": PASSWORD})
    stranger = Visitor(crowd)
    stranger.http.cookies.set("sessie", "planted-by-somebody-else")

    assert fresh not in (None, "planted-by-somebody-else")
    assert unseen.status_code == 403
    assert stranger.get("/").status_code == 303


def test_a_session_that_was_there_ends_when_somebody_signs_in_or_out(crowd: Scene) -> None:
    visitor = signed_in(crowd, "carla")
    first = visitor.http.cookies["sessie"]
    visitor.sign_in("victor")
    second = visitor.http.cookies["sessie"]
    visitor.send("/afmelden", page="/")

    assert first != second
    assert crowd.accounts.session(first) is None
    assert crowd.accounts.session(second) is None


def test_the_cookie_is_for_this_host_only_and_out_of_reach_of_scripts(crowd: Scene) -> None:
    plain = Visitor(crowd).sign_in("carla").headers["set-cookie"]
    behind_https = Visitor(crowd, Settings(secure=True)).http
    page = behind_https.get("/aanmelden")

    assert "HttpOnly" in plain
    assert "SameSite=strict" in plain
    assert page.headers["set-cookie"].startswith("__Host-aanmelding=")
    assert "Secure" in page.headers["set-cookie"]
    assert "max-age" in page.headers["strict-transport-security"]


def test_guessing_passwords_stops_after_five_and_starts_again_after_a_quarter(crowd: Scene) -> None:
    visitor = Visitor(crowd)
    codes = [visitor.sign_in("carla", f"verkeerd wachtwoord {n}").status_code for n in range(7)]
    right = visitor.sign_in("carla").status_code
    crowd.clock.later(minutes=16)

    assert codes == [401] * 5 + [429] * 2
    assert right == 429
    assert visitor.sign_in("carla").status_code == 303


def test_guessing_names_from_one_address_stops_too_and_tells_nothing_of_names(crowd: Scene) -> None:
    visitor = Visitor(crowd)
    answers = [visitor.sign_in(f"niemand{n}", "verkeerd wachtwoord") for n in range(31)]
    known = Visitor(crowd).sign_in("victor", "verkeerd wachtwoord")

    assert [answer.status_code for answer in answers] == [401] * 30 + [429]
    assert known.status_code == 429
    assert "Naam of wachtwoord klopt niet" in words_of(answers[0].text)


def test_failures_are_logged_without_what_was_typed(crowd: Scene) -> None:
    Visitor(crowd).sign_in("carla", "mijn geheime wachtwoord")
    Visitor(crowd).sign_in("mijn geheime wachtwoord", "carla")

    lines = crowd.store.lines("sign_in_failed")
    with crowd.store.reading() as connection:
        rows = str(connection.exec_driver_sql("SELECT * FROM attempts").all())

    assert [line.actor for line in lines] == ["carla", "unknown"]
    assert all("geheime" not in f"{line}" for line in crowd.store.lines())
    assert "geheime" not in rows


def test_an_hour_without_use_ends_a_session_and_so_do_ten_hours_of_use(crowd: Scene) -> None:
    idle, busy = signed_in(crowd, "carla"), signed_in(crowd, "victor")
    used = []
    for _ in range(11):
        crowd.clock.later(minutes=59)
        used.append(busy.get("/").status_code)
    crowd.clock.later(minutes=2)

    assert idle.get("/").status_code == 303
    assert used == [200] * 10 + [303]


def test_a_closed_account_is_out_at_once(crowd: Scene) -> None:
    visitor = signed_in(crowd, "carla")

    crowd.accounts.close("carla", by="test")

    assert visitor.get("/").status_code == 303
    assert Visitor(crowd).sign_in("carla").status_code == 401


def test_a_body_that_is_too_large_is_refused_with_or_without_its_length(crowd: Scene) -> None:
    carla = signed_in(crowd, "carla")
    token = token_in(carla.get("/").text)
    form = f"csrf={token}&reden=".encode() + b"a" * (MOST_BYTES + 1)
    kind = {"Content-Type": "application/x-www-form-urlencoded"}

    def in_pieces() -> Iterator[bytes]:
        yield from (form[start : start + 8192] for start in range(0, len(form), 8192))

    whole = carla.http.post(f"{PLACE}/oordeel", content=form, headers=kind)
    pieces = carla.http.post(f"{PLACE}/oordeel", content=in_pieces(), headers=kind)
    lying = carla.http.post(f"{PLACE}/oordeel", content=b"a=1", headers=kind | {"Content-Length": "-5"})

    assert [whole.status_code, pieces.status_code, lying.status_code] == [413, 413, 413]
    assert crowd.store.world()[NAME].votes == {}


def test_forms_of_another_kind_or_with_too_many_fields_are_refused(crowd: Scene) -> None:
    carla = signed_in(crowd, "carla")
    token = token_in(carla.get("/").text)

    file = carla.http.post(f"{PLACE}/oordeel", data={"csrf": token}, files={"f": b"x"})
    json = carla.http.post(f"{PLACE}/oordeel", json={"csrf": token})

    assert [file.status_code, json.status_code] == [415, 415]


@pytest.mark.parametrize(
    "path",
    [
        f"{PLACE}/bestand/../../../../kluis/ledger.sqlite",
        f"{PLACE}/bestand/%2e%2e/%2e%2e/%2e%2e/kluis/ledger.sqlite",
        f"{PLACE}/bestand/..%2f..%2f..%2fkluis%2fledger.sqlite",
        f"{PLACE}/bestand//etc/passwd",
        f"{PLACE}/bestand/%00",
        f"{PLACE}/bestand/manifest.json",
        f"{PLACE}/bestand/persona",
        f"{PLACE}/bestand/",
        "/uitgaven/../kluis/1.0.0",
        "/uitgaven/%2e%2e/1.0.0",
        f"/uitgaven/{NAME[0]}/..",
        f"/uitgaven/{NAME[0]}/laatste",
        f"/uitgaven/{NAME[0]}%00/1.0.0",
        f"/uitgaven/{'a' * 5000}/1.0.0",
    ],
)
def test_a_path_leads_to_nothing_but_what_the_manifest_lists(crowd: Scene, path: str) -> None:
    (crowd.root.kluis / "ledger.sqlite").write_text("GEHEIM", encoding="utf-8")

    answer = signed_in(crowd, "carla").get(path)

    assert answer.status_code in (404, 303)
    assert "GEHEIM" not in answer.text


@pytest.mark.parametrize(
    "onward",
    [
        "//elsewhere.example",
        "https://elsewhere.example",
        "/\\elsewhere.example",
        "/x\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
    ],
)
def test_signing_in_never_leads_to_another_host_or_into_a_header(crowd: Scene, onward: str) -> None:
    visitor = Visitor(crowd)
    page = visitor.http.get("/aanmelden", params={"naar": onward})

    answer = visitor.http.post(
        "/aanmelden", data={"csrf": token_in(page.text), "naar": onward, "naam": "carla", "wachtwoord": PASSWORD}
    )

    assert answer.headers["location"] == "/"
    assert "a=b" not in str(answer.headers)
    assert local_path(onward) == "/"


def test_another_name_of_the_host_gets_no_answer(crowd: Scene) -> None:
    answer = Visitor(crowd).http.get("/aanmelden", headers={"Host": "elsewhere.example"})

    assert answer.status_code == 400


def test_an_error_that_nobody_foresaw_tells_nothing(crowd: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("GEHEIM: SELECT * FROM accounts")

    monkeypatch.setattr(crowd.desk, "standings", fail)

    answer = signed_in(crowd, "carla").get("/")

    assert answer.status_code == 500
    assert "GEHEIM" not in answer.text
    assert "Er ging iets mis" in answer.text


def test_control_characters_and_half_characters_are_taken_out_of_texts() -> None:
    assert readable("a\r\nb\rc\x00\x1b[31md\u202ee\ud800f") == "a\nb\nc[31mdef"
