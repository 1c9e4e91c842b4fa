"""What stands between a browser and the pages of the review: headers, sizes, sessions, forms that are really ours.

What belongs here: everything that holds for every page. What does not: what a page says or does (`views.py`,
`actions.py`). No cookie but that of the session and that of the sign-in form; no request to another host.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, Headers, MutableHeaders
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipelines.datacenter.review.accounts import Accounts, same_token
from pipelines.datacenter.review.people import Account, Session
from pipelines.errors import UserError

MOST_BYTES = 65_536
"""A form of the app is some kilobytes; what is larger is refused unread."""

CSP = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
BUNDLE_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""For pages of a bundle: their style stands inside, and they name its hash themselves; both rules hold."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Frame-Options": "DENY",
}
_LOCAL = re.compile(r"/(?:[a-z0-9][a-z0-9./-]*)?")


class Denied(UserError):
    """A page that is not for this account, or a form that is not ours; with its HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Visit:
    """One request of somebody who is signed in."""

    session: Session
    path: dict[str, str]
    query: dict[str, str]
    form: FormData = field(default_factory=FormData)
    local: str = "/"

    @property
    def account(self) -> Account:
        return self.session.account

    def text(self, name: str) -> str:
        """A field of the form as text without control characters; empty when it is not there."""
        value = self.form.get(name, "")
        return readable(value) if isinstance(value, str) else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """All values of a field that may occur more than once."""
        return tuple(readable(value) for value in self.form.getlist(name) if isinstance(value, str))


Handler = Callable[[Visit], Response]
Endpoint = Callable[[Request], object]
Show = Callable[..., Response]


class Guard:
    """Headers on every answer; a body that is too large is refused before anything reads it."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._headers = HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            # As if the sender went away: whoever reads the body stops, and nothing of it is used.
            return {"type": "http.disconnect"} if read > MOST_BYTES else message

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
                headers.setdefault("Content-Security-Policy", CSP)
            await send(message)

        length = Headers(scope=scope).get("content-length", "0")
        if not length.isdigit() or int(length) > MOST_BYTES:
            await _plain(413, "Dit formulier is te groot.")(scope, receive, guarded)
            return
        await self._app(scope, counted, guarded)


class Doors:
    """Lets requests through to a handler: signed in, in the right role, with a form that this app made."""

    def __init__(self, accounts: Accounts, cookie: str, denied: Show) -> None:
        self._accounts, self._cookie, self._denied = accounts, cookie, denied

    def page(self, handler: Handler, roles: Sequence[str] = ()) -> Endpoint:
        """An endpoint for those who are signed in, of these roles (none given: all)."""

        async def endpoint(request: Request) -> Response:
            try:
                form = await read_form(request)
            except Denied as error:
                return self._denied(error.status, str(error))
            return await run_in_threadpool(self._handle, request, form, handler, roles)

        return endpoint

    def token(self, request: Request) -> str:
        """The token of the session that a request carries; empty when it carries none."""
        return request.cookies.get(self._cookie, "")

    def _handle(self, request: Request, form: FormData, handler: Handler, roles: Sequence[str]) -> Response:
        session = self._accounts.session(self.token(request))
        local = request.url.path if _LOCAL.fullmatch(request.url.path) else "/"
        if session is None:
            return RedirectResponse(f"/aanmelden?naar={local}" if request.method == "GET" else "/aanmelden", 303)
        try:
            if request.method == "POST" and not same_token(str(form.get("csrf", "")), session.csrf):
                raise Denied(
                    403, "Dit formulier hoort niet bij uw aanmelding. Open de pagina opnieuw en probeer het nog eens."
                )
            if roles and session.account.role not in roles:
                raise Denied(403, "Deze pagina is niet voor uw rol.")
            path = {name: str(value) for name, value in request.path_params.items()}
            return handler(Visit(session, path, dict(request.query_params), form, local))
        except Denied as error:
            return self._denied(error.status, str(error), session.account, session.csrf)
        except UserError as error:
            status = 409 if request.method == "POST" else 404
            return self._denied(status, str(error), session.account, session.csrf)


async def read_form(request: Request) -> FormData:
    """The form of a POST that comes from a page of this host; empty for other requests. Raises Denied."""
    if request.method != "POST":
        return FormData()
    origin = request.headers.get("origin")
    if (origin is not None and urlsplit(origin).netloc != request.headers.get("host")) or request.headers.get(
        "sec-fetch-site", "same-origin"
    ) not in ("same-origin", "none"):
        raise Denied(403, "Dit formulier komt van een andere website.")
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/x-www-form-urlencoded":
        raise Denied(415, "Alleen gewone formulieren worden gelezen.")
    try:
        return await request.form(max_files=0, max_fields=200)
    except ClientDisconnect:
        denied = Denied(413, "Dit formulier is te groot.")
    except (MultiPartException, ValueError):
        denied = Denied(400, "Dit formulier is niet te lezen.")
    # Raised outside the handlers: the words of a library may hold what somebody sent.
    raise denied


def readable(text: str) -> str:
    """A text from outside: line ends as `\\n`, no other control characters, nothing that cannot be written."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "ignore").decode()
    return "".join(character for character in lines if character == "\n" or character.isprintable()).strip()


def local_path(text: str) -> str:
    """A path of this app to go on to, or `/`: never another host."""
    return text if _LOCAL.fullmatch(text) and "//" not in text else "/"


def _plain(status: int, text: str) -> Response:
    return Response(text, status, media_type="text/plain; charset=utf-8")
