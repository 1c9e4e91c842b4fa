"""The review behind a reverse proxy, as docs/how-to/review.md sets it up: whom it believes, and to which name it answers.

A proxy is played by requests to the real server with the headers that the document writes.
"""

import re
from collections.abc import Iterator
from http.client import HTTPConnection
from threading import Thread
from time import sleep
from typing import Any

import pytest
import uvicorn
from starlette.types import ASGIApp

from pipelines.context import Context
from pipelines.datacenter.review import commands
from pipelines.datacenter.review.database import open_store
from pipelines.datacenter.review.demonstration import cheap_hasher
from pipelines.datacenter.review.opening import open_accounts
from tests.review.scene import PASSWORD, write_small_bundle
from tests.surroundings import CHECKOUT
from tests.unit.run_command import run_command

HOST = "beoordelen.voorbeeld.nl"
DOCUMENT = CHECKOUT / "docs" / "how-to" / "review.md"


class Server:
    """`blindevlek review serve` with the server's own arguments, on a free port."""

    def __init__(self, app: ASGIApp, options: dict[str, Any]) -> None:
        own = options | {"host": "127.0.0.1", "port": 0}
        self.server = uvicorn.Server(uvicorn.Config(app, **own))
        self.thread = Thread(target=self.server.run, daemon=True)
        self.thread.start()
        while not self.server.started:
            sleep(0.02)
        self.port = self.server.servers[0].sockets[0].getsockname()[1]

    def ask(
        self, method: str = "GET", path: str = "/aanmelden", body: str = "", **headers: str
    ) -> tuple[int, Any, str]:
        """Status, headers and text of an answer; names of headers with `_` for `-`."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body or None, named)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, answer.headers, text

    def guess(self, visitor: str, name: str, origin: str = f"https://{HOST}") -> int:
        """A wrong password for an account that is not there, by somebody who is said to be at an address; the status."""
        host = origin.partition("//")[2]
        _, headers, page = self.ask(Host=host)
        token = re.findall(r'name="csrf" value="([^"]+)"', page)[0]
        cookie = headers["Set-Cookie"].partition(";")[0]
        status, _, _ = self.ask(
            "POST",
            body=f"csrf={token}&naar=/&naam={name}&wachtwoord=verkeerd",
            Host=host,
            Cookie=cookie,
            Origin=origin,
            Content_Type="application/x-www-form-urlencoded",
            X_Forwarded_For=visitor,
            X_Forwarded_Proto="https",
        )
        return status


def served(context: Context, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Server:
    kept: list[Server] = []
    monkeypatch.setattr("uvicorn.run", lambda app, **options: kept.append(Server(app, options)))
    run_command(commands.add_commands, context, "review", "serve", *arguments)
    return kept[0]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords of a test need no slow hash."""
    monkeypatch.setattr("pipelines.datacenter.review.opening.PasswordHasher", cheap_hasher)


@pytest.fixture
def behind(context: Context, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    write_small_bundle(context.root)
    accounts = open_accounts(open_store(context))
    accounts.add("carla", "Carla Verzonnen", "CBS", "beoordelaar_cbs", PASSWORD, by="test")
    server = served(context, monkeypatch, "--behind-https", HOST)
    yield server
    server.server.should_exit = True
    server.thread.join()


def test_it_answers_to_the_name_that_was_given_and_no_other(behind: Server) -> None:
    assert behind.ask(Host=HOST)[0] == 200
    for other in ("127.0.0.1", "localhost", "elders.example", f"{HOST}.elders.example"):
        assert behind.ask(Host=other)[0] == 400
    # What a proxy says of the host is not what counts.
    assert behind.ask(Host="elders.example", X_Forwarded_Host=HOST)[0] == 400


def test_its_cookies_go_over_https_to_this_host_only(behind: Server) -> None:
    _, headers, _ = behind.ask(Host=HOST, X_Forwarded_Proto="https")

    parts = [part.strip() for part in headers["Set-Cookie"].split(";")]
    assert parts[0].startswith("__Host-aanmelding=")
    assert {"Secure", "HttpOnly", "SameSite=strict", "Path=/"} <= set(parts)
    assert "Domain" not in headers["Set-Cookie"]
    assert "max-age=31536000" in headers["Strict-Transport-Security"]


def test_somebody_who_guesses_is_stopped_by_address_and_the_others_go_on(behind: Server) -> None:
    guesses = [behind.guess("203.0.113.7", f"niemand{n}") for n in range(31)]
    other = behind.guess("198.51.100.9", "iemand")

    assert guesses == [401] * 30 + [429]
    assert other == 401


def test_without_a_proxy_nobody_is_believed_about_an_address(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    server = served(context, monkeypatch)

    guesses = [server.guess(f"203.0.113.{n}", f"niemand{n}", f"http://127.0.0.1:{server.port}") for n in range(31)]

    server.server.should_exit = True
    server.thread.join()
    assert guesses == [401] * 30 + [429]


def test_only_the_proxy_that_was_named_is_believed(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")

    server = served(context, monkeypatch, "--behind-https", HOST, "--proxy", "10.0.0.4")

    assert server.server.config.proxy_headers is True
    assert server.server.config.forwarded_allow_ips == "10.0.0.4"
    server.server.should_exit = True
    server.thread.join()


def test_the_document_sets_what_the_app_needs() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")

    # $host, not $proxy_host: forms are refused when Origin and Host differ. $remote_addr, not $proxy_add_x_forwarded_for: that
    # one keeps what the visitor wrote, and addresses are counted against guessing.
    assert "proxy_set_header Host $host;" in text
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in text
    assert "proxy_set_header X-Forwarded-Proto https;" in text
    assert "client_max_body_size 64k;" in text
    assert "--behind-https" in text
