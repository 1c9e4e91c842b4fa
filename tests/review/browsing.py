"""Somebody who uses the app: signs in, follows pages and sends the forms as the page gives them.

What belongs here: such a visitor. What does not: tests.
"""

import re
from html import unescape

import httpx
from starlette.testclient import TestClient

from pipelines.datacenter.review.app import Settings, make_app
from pipelines.datacenter.review.views import Names
from tests.review.scene import NAME, PASSWORD, PERSONA, Scene

HOST = "http://localhost"
PLACE = f"/uitgaven/{NAME[0]}/{NAME[1]}"
NAMES = Names({PERSONA: "Dakloos, verslaafd en schulden"}, {"zoektermijn": "Zoektermijn <onder de 27>"})


class Visitor:
    """One browser with its own cookies."""

    def __init__(self, scene: Scene, settings: Settings | None = None) -> None:
        chosen = settings or Settings(synthetic=True, names=NAMES)
        self.http = TestClient(
            make_app(scene.desk, scene.accounts, chosen),
            base_url=HOST,
            follow_redirects=False,
            raise_server_exceptions=False,
        )

    def sign_in(self, name: str, password: str = PASSWORD, onward: str = "/") -> httpx.Response:
        page = self.get(f"/aanmelden?naar={onward}")
        return self.http.post(
            "/aanmelden", data={"csrf": token_in(page.text), "naar": onward, "naam": name, "wachtwoord": password}
        )

    def get(self, path: str) -> httpx.Response:
        return self.http.get(path)

    def send(self, path: str, page: str = "", **fields: str | list[str]) -> httpx.Response:
        """A form with the token of the page that it stands on."""
        token = token_in(self.get(page or PLACE).text)
        return self.http.post(path, data={"csrf": token, **fields})


def signed_in(scene: Scene, name: str) -> Visitor:
    """Somebody who is signed in."""
    visitor = Visitor(scene)
    assert visitor.sign_in(name).status_code == 303
    return visitor


def token_in(page: str) -> str:
    """The token that the forms of a page carry."""
    return re.findall(r'name="csrf" value="([^"]+)"', page)[0]


def words_of(page: str) -> str:
    """What a reader sees of a page, without tags."""
    body = page[page.index("<body>") :]
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", body).split()))
