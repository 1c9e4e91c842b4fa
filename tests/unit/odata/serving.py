"""The service on a port of loopback, in a thread of the test, and asking it anything.

What belongs here: starting and stopping, and one request at a time. What does not: tests.
"""

import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from threading import Thread
from typing import Any
from urllib.parse import quote

import uvicorn
from starlette.applications import Starlette

TABLE = "2023-voorlopig"
FEED = f"/ODataFeed/odata/{TABLE}"
SET = f"/odata/v1/BlindeVlek/{TABLE}"


@dataclass(frozen=True)
class Answer:
    """What came back; names of headers in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def rows(self) -> list[dict[str, Any]]:
        return list(self.json["value"])

    @property
    def told(self) -> str:
        """The message of a refusal, of either version."""
        if "error" in self.json:
            return str(self.json["error"]["message"])
        return str(self.json["odata.error"]["message"]["value"])


@dataclass(frozen=True)
class Service:
    """A running service."""

    port: int

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def ask(
        self, path: str, *, method: str = "GET", headers: Mapping[str, str] | None = None, **options: str
    ) -> Answer:
        """One request; `options` become `$name=value` behind the path."""
        asked = "&".join(f"${name}={quote(value)}" for name, value in options.items())
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, f"{path}?{asked}" if asked else path, headers=dict(headers or {}))
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): text for name, text in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def raw(self, request: bytes) -> bytes:
        """The first bytes of the answer to bytes that need not be HTTP."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.sendall(request)
            return connection.recv(65_536)


@contextmanager
def service(app: Starlette) -> Iterator[Service]:
    """Serve an application until the block ends."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(128)
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
    thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield Service(listening.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(timeout=60)
        listening.close()
