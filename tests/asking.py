"""Asking a web app something in this process, with a path exactly as it stands on the wire.

What belongs here: one request to an ASGI app. What does not: tests, a server. (A client library would tidy a path such as
`/../kluis` before it is sent.)
"""

import asyncio
from dataclasses import dataclass
from urllib.parse import unquote, urlencode

from starlette.types import ASGIApp, Message


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the headers (names in small letters), the body as text."""

    status: int
    headers: dict[str, str]
    text: str


def ask(app: ASGIApp, path: str, query: dict[str, str] | None = None, method: str = "GET", **headers: str) -> Answer:
    """One request; `path` may carry a query of its own, `headers` are named with underscores."""
    raw, _, own = path.partition("?")
    full = "&".join(filter(None, (own, urlencode(query or {}))))
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1", "scheme": "http", "method": method, "root_path": "",
        "path": unquote(raw), "raw_path": raw.encode(), "query_string": full.encode(), "client": ("127.0.0.1", 1),
        "server": ("voorbeeld", 80), "headers": [(b"host", b"voorbeeld"), *named],
    }  # fmt: skip
    sent: list[Message] = []

    asked = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> Message:
        # After the request nothing more comes: the visitor waits for the answer.
        return next(asked, None) or await asyncio.Future()

    async def send(message: Message) -> None:
        sent.append(message)

    async def run() -> None:
        try:
            await app(scope, receive, send)
        except Exception:
            # As a server does: an error after an answer began is the server's, not the visitor's.
            if not sent:
                raise

    asyncio.run(run())
    start = sent[0]
    headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return Answer(start["status"], headers, body.decode("utf-8", errors="replace"))
