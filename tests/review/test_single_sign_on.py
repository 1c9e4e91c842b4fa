"""Signing in through an organisation: what its own client is held to. The provider is a fake; nothing goes over a network."""

from collections.abc import Mapping
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from pipelines.datacenter.review.app import Settings
from pipelines.datacenter.review.single_sign_on import BACK, BEGIN, load_provider
from pipelines.errors import UserError
from tests.review.browsing import Visitor
from tests.review.scene import PASSWORD, Scene

LOGIN = "https://login.voorbeeld.nl/authorize"
SECRET = "client-geheim-van-cbs"


class FakeProvider:
    """A provider whose people are who the code says, as long as the nonce is the one it was begun with."""

    def __init__(self) -> None:
        self.nonces: dict[str, str] = {}

    def begin(self, state: str, nonce: str) -> str:
        self.nonces[f"code-{state}"] = nonce
        return f"{LOGIN}?state={state}&nonce={nonce}"

    def finish(self, answer: Mapping[str, str], nonce: str) -> str | None:
        if answer.get("error"):
            raise RuntimeError(SECRET)
        return answer.get("wie") if nonce in self.nonces.values() else None


@pytest.fixture
def visitor(scene: Scene) -> Visitor:
    return Visitor(scene.hire(), Settings(provider=FakeProvider()))


def begun(visitor: Visitor) -> str:
    """Goes to the provider; the state that it was sent there with."""
    sent = visitor.get(BEGIN)
    assert sent.status_code == 303
    assert sent.headers["location"].startswith(LOGIN)
    return parse_qs(urlsplit(sent.headers["location"]).query)["state"][0]


def back(visitor: Visitor, state: str, **answer: str) -> httpx.Response:
    return visitor.http.get(BACK, params={"state": state, **answer})


def is_in(visitor: Visitor) -> bool:
    return visitor.get("/").status_code == 200


def test_who_the_organisation_names_is_signed_in_with_the_role_of_the_account(visitor: Visitor, scene: Scene) -> None:
    answer = back(visitor, begun(visitor), wie="carla")

    assert answer.status_code == 200
    assert "location" not in answer.headers, "a strict cookie is not sent along by a redirect from another site"
    assert "SameSite=strict" in next(c for c in answer.headers.get_list("set-cookie") if c.startswith("sessie="))
    page = visitor.get("/").text
    assert "beoordelaar CBS" in page
    assert [line.actor for line in scene.store.lines("signed_in")] == ["carla"]


def test_the_page_offers_it_only_where_it_was_set(visitor: Visitor, scene: Scene) -> None:
    without = Visitor(scene)

    assert BEGIN in visitor.get("/aanmelden").text
    assert BEGIN not in without.get("/aanmelden").text
    assert without.get(BACK).status_code == 404


def test_passwords_keep_working_beside_it(visitor: Visitor) -> None:
    assert visitor.sign_in("carla", PASSWORD).status_code == 303


@pytest.mark.parametrize("wie", ["niemand", "CARLA", "carla ", "", "' OR 1=1 --"])
def test_no_account_appears_by_itself(visitor: Visitor, wie: str) -> None:
    assert back(visitor, begun(visitor), wie=wie).status_code == 401
    assert not is_in(visitor)


def test_a_closed_account_stays_out(visitor: Visitor, scene: Scene) -> None:
    scene.accounts.close("carla", by="test")

    assert back(visitor, begun(visitor), wie="carla").status_code == 401
    assert not is_in(visitor)


def test_an_answer_that_this_browser_did_not_ask_for_signs_nobody_in(visitor: Visitor, scene: Scene) -> None:
    """Somebody is lured to the answer of an attacker, who would then see what the victim does in that account."""
    state = begun(visitor)
    victim = Visitor(scene, Settings(provider=FakeProvider()))
    begun(victim)

    assert back(victim, state, wie="carla").status_code == 401
    assert back(Visitor(scene, Settings(provider=FakeProvider())), state, wie="carla").status_code == 401
    assert not is_in(victim)


def test_an_answer_is_used_once(visitor: Visitor) -> None:
    state = begun(visitor)
    back(visitor, state, wie="carla")

    assert back(visitor, state, wie="victor").status_code == 401
    assert "beoordelaar CBS" in visitor.get("/").text


@pytest.mark.parametrize("state", ["", ".", "0" * 64])
def test_an_empty_or_guessed_state_is_refused(visitor: Visitor, state: str) -> None:
    begun(visitor)
    visitor.http.cookies.set("organisatie", ".", domain="localhost")

    assert back(visitor, state, wie="carla").status_code == 401


def test_the_session_that_was_there_ends(visitor: Visitor, scene: Scene) -> None:
    visitor.sign_in("dina", PASSWORD)
    old = visitor.http.cookies["sessie"]

    back(visitor, begun(visitor), wie="carla")

    assert visitor.http.cookies["sessie"] != old
    assert scene.accounts.session(old) is None


def test_what_the_client_says_when_it_fails_is_on_no_page_and_its_kind_is_in_the_log(
    visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    answer = back(visitor, begun(visitor), error="access_denied")

    assert answer.status_code == 401
    assert SECRET not in answer.text + caplog.text
    assert "failed with RuntimeError" in caplog.text, "who runs the server learns that it was the provider"


def test_a_fault_of_our_own_accounts_is_not_told_as_a_refusal(
    visitor: Visitor, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_self: object, _name: str) -> str:
        raise OSError("disk")

    monkeypatch.setattr("pipelines.datacenter.review.accounts.Accounts.open_proved", broken)

    answer = back(visitor, begun(visitor), wie="carla")

    assert answer.status_code == 500
    assert "disk" not in answer.text
    assert not is_in(visitor)


def test_a_provider_that_cannot_begin_says_so_in_our_words(scene: Scene) -> None:
    def broken(_state: str, _nonce: str) -> str:
        raise RuntimeError(SECRET)

    provider = FakeProvider()
    provider.begin = broken  # type: ignore[method-assign]

    answer = Visitor(scene.hire(), Settings(provider=provider)).get(BEGIN)

    assert answer.status_code == 502
    assert SECRET not in answer.text


def test_the_cookie_on_the_way_is_for_ten_minutes_and_behind_https_for_that_host_only(scene: Scene) -> None:
    secure = Visitor(scene.hire(), Settings(provider=FakeProvider(), secure=True))

    (cookie,) = secure.get(BEGIN).headers.get_list("set-cookie")

    assert cookie.startswith("__Host-organisatie=")
    assert {"HttpOnly", "Secure", "Max-Age=600", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}


def test_the_provider_is_named_on_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "onze_oidc", SimpleNamespace(make=FakeProvider, other=dict))

    assert isinstance(load_provider("onze_oidc:make"), FakeProvider)
    for wrong in ("onze_oidc:other", "onze_oidc:nothing", "onze_oidc", "niet.er:make", ":", ""):
        with pytest.raises(UserError, match="makes no provider"):
            load_provider(wrong)
