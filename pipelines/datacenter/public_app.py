"""The public web app: the pages and files of openbaar, and the answers to its forms.

What belongs here: routes, headers, and what is never served. What does not: pages and answers (`site/`, `forms.py`), starting
the server (`site_commands.py`). There are no cookies and no sign-in, nothing is written, and the only folder that is known
here is openbaar: there is no path to the wachtruimte or the kluis.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from os import PathLike, stat_result
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipelines.datacenter.forms import Forms
from pipelines.datacenter.publishing.links import target_of
from pipelines.datacenter.rendering import style_source
from pipelines.datacenter.site.shell import SitePage
from pipelines.errors import RoomError
from pipelines.release.manifest import PUBLICATION

LONGEST_QUERY = 8_000
"""Characters of a query; a longer one is refused before it is taken apart."""

_NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'"
_POLICY = re.compile(
    r"""http-equiv="Content-Security-Policy" content="(default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]+'; """
    r"""img-src data:; base-uri 'none'; form-action '(?:none|self)')">"""
)
_HEADERS = {
    "content-security-policy": _NOTHING,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-cache",
}
"""What every answer carries, unless its route says otherwise."""

_BUSY = (
    "Deze vraag kan nu niet worden beantwoord, omdat een uitgave wordt nagekeken. De pagina's en bestanden werken wel."
)
_log = logging.getLogger(__name__)


def make_app(openbaar: Path, contact: str = "", more: Sequence[BaseRoute] = ()) -> Starlette:
    """The app over a folder openbaar; `more` are routes of services beside the pages (such as OData)."""
    forms = Forms(openbaar / "uitgaven", contact)

    async def search(request: Request) -> Response:
        return await _answer(lambda: forms.search(request.query_params))

    async def compare(request: Request) -> Response:
        return await _answer(lambda: forms.compare(request.query_params))

    async def not_found(request: Request, _error: Exception) -> Response:
        return await _answer(lambda: forms.not_found(request.url.path), status=404)

    return Starlette(
        routes=[
            Route("/zoek", search),
            Route("/vergelijk", compare),
            *more,
            Mount("/uitgaven", _Releases(openbaar / "uitgaven")),
            Mount("/", _Pages(openbaar)),
        ],
        exception_handlers={404: not_found, RoomError: _unreadable},
        middleware=[Middleware(_Guard, asked_first=_paths(more))],
    )


def _paths(services: Sequence[BaseRoute]) -> tuple[str, ...]:
    return tuple(route.path for route in services if isinstance(route, Route | Mount))


async def _answer(make: Callable[[], SitePage], status: int = 200) -> Response:
    text = await run_in_threadpool(lambda: make().text())
    policy = f"default-src 'none'; style-src {style_source()}; img-src data:; base-uri 'none'; form-action 'self'"
    return HTMLResponse(text, status, {"content-security-policy": _framed(policy)})


async def _unreadable(_request: Request, error: Exception) -> Response:
    _log.error("%s", error)
    return PlainTextResponse(_BUSY, 503)


def _framed(policy: str) -> str:
    return f"{policy}; frame-ancestors 'none'"


class _Files(StaticFiles):
    """Files of a folder: none whose path has a part that begins with a point, none through a link that leads out of it. An
    HTML page is served with the content policy that stands in it, so that pages of an older version keep their style."""

    def lookup_path(self, path: str) -> tuple[str, stat_result | None]:
        parts = Path(path).parts
        hidden = any(part.startswith(".") and part != "." for part in parts)
        return ("", None) if hidden or "\0" in path else super().lookup_path(path)

    def file_response(
        self, full_path: PathLike[str] | str, stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        if Path(full_path).suffix == ".html":
            # Also on "not modified": a browser takes over the headers of that answer for the page that it kept.
            with Path(full_path).open(encoding="utf-8", errors="replace") as page:
                found = _POLICY.search(page.read(1_000))
            response.headers["content-security-policy"] = _framed(found[1] if found else _NOTHING)
        return response


class _Pages(_Files):
    """The site that `openbaar/site` points at now: a link, or a small file where links are not possible."""

    def __init__(self, openbaar: Path) -> None:
        super().__init__(html=True, check_dir=False)
        self._link = openbaar / "site"

    def lookup_path(self, path: str) -> tuple[str, stat_result | None]:
        self.all_directories = [target_of(self._link) or self._link]
        return super().lookup_path(path)


class _Releases(_Files):
    """Published releases: nothing of a folder that has no publication, so nothing of one that is still being copied."""

    def __init__(self, uitgaven: Path) -> None:
        super().__init__(check_dir=False)
        self._folder = uitgaven
        self.all_directories = [uitgaven]

    def lookup_path(self, path: str) -> tuple[str, stat_result | None]:
        parts = Path(path).parts
        if len(parts) > 2 and not (self._folder / parts[0] / parts[1] / PUBLICATION).is_file():
            return "", None
        return super().lookup_path(path)


class _Guard:
    """Refuses oversized questions and every method but reading; puts the headers on every answer. `asked_first`: where
    services lie that any website may read, so that a browser may ask (OPTIONS) whether it may."""

    def __init__(self, app: ASGIApp, asked_first: tuple[str, ...] = ()) -> None:
        self._app, self._asked_first = app, asked_first

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sender = _with_headers(send)
        if len(scope.get("query_string", b"")) > LONGEST_QUERY:
            await PlainTextResponse("Deze vraag is te lang.", 414)(scope, receive, sender)
        elif scope["method"] not in ("GET", "HEAD") and not self._is_asking(scope):
            await PlainTextResponse("Hier kan alleen gelezen worden.", 405, {"allow": "GET, HEAD"})(
                scope, receive, sender
            )
        else:
            await self._app(scope, receive, sender)

    def _is_asking(self, scope: Scope) -> bool:
        path = str(scope["path"])
        return scope["method"] == "OPTIONS" and any(f"{path}/".startswith(f"{place}/") for place in self._asked_first)


def _with_headers(send: Send) -> Callable[[Message], Awaitable[None]]:
    async def sender(message: Message) -> None:
        if message["type"] == "http.response.start":
            there = {name.lower() for name, _ in message["headers"]}
            extra = [(name.encode(), value.encode()) for name, value in _HEADERS.items() if name.encode() not in there]
            message = {**message, "headers": [*message["headers"], *extra]}
        await send(message)

    return sender
