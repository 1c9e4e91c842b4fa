"""The review app: which address leads to which page or form, for whom; and signing in and out.

What belongs here: routes, roles, cookies. What does not: pages (`views.py`), forms (`actions.py`), what holds for every
request (`web.py`). It runs on a port and a data folder of its own: the public site knows nothing of it.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pipelines.datacenter.review.accounts import IDLE, Accounts, TooMany, same_token, why_weak
from pipelines.datacenter.review.actions import Actions
from pipelines.datacenter.review.demonstration import Demonstration
from pipelines.datacenter.review.desk import Desk
from pipelines.datacenter.review.rendering import Pages, style
from pipelines.datacenter.review.single_sign_on import BACK, BEGIN, Provider, SingleSignOn
from pipelines.datacenter.review.views import Names, Views
from pipelines.datacenter.review.web import Denied, Doors, Guard, Visit, local_path, read_form, readable
from pipelines.errors import UserError

_MAKER, _DUIDER, _READER, _ADMIN = "maker", "duider", "tweede_lezer", "beheerder"
_REVIEWERS = ("beoordelaar_cbs", "beoordelaar_vws")


@dataclass(frozen=True)
class Settings:
    """How the app is served. `secure`: behind https, so cookies and headers say so; only False on loopback. `hosts`: the
    names that it answers to. `provider`: signs people in through their organisation, beside passwords."""

    hosts: Sequence[str] = ("127.0.0.1", "localhost")
    secure: bool = False
    synthetic: bool = False
    demonstration: Demonstration | None = None
    names: Names = field(default_factory=lambda: Names({}, {}))
    provider: Provider | None = None


def make_app(desk: Desk, accounts: Accounts, settings: Settings) -> Starlette:
    """The app over a desk. The audit was verified before; see `commands.py`."""
    pages = Pages(
        settings.demonstration, synthetic=settings.synthetic, single_sign_on=BEGIN if settings.provider else ""
    )
    views = Views(desk, pages, settings.names)
    actions = Actions(desk, views, accounts)
    gate = _Gate(accounts, pages, secure=settings.secure)
    doors = Doors(accounts, gate.cookie, pages.denied)
    one = "/uitgaven/{release_id}/{versie}"

    def get(path: str, handler: object, *roles: str) -> Route:
        return Route(path, doors.page(handler, roles), methods=["GET"])  # type: ignore[arg-type]

    def post(path: str, handler: object, *roles: str) -> Route:
        return Route(path, doors.page(handler, roles), methods=["POST"])  # type: ignore[arg-type]

    judging = (_MAKER, *_REVIEWERS)
    seeing = (*judging, _READER, _ADMIN)
    routes = [
        Route("/stijl.css", _style, methods=["GET"]),
        Route("/aanmelden", gate.form, methods=["GET"]),
        Route("/aanmelden", gate.sign_in, methods=["POST"]),
        post("/afmelden", gate.sign_out),
        post("/wachtwoord", gate.change_password),
        get("/", views.overview),
        get("/nalezen", views.to_read, _READER),
        post("/nalezen", actions.read_duiding, _READER),
        get("/logboek", views.log, *_REVIEWERS, _ADMIN),
        get(one, views.release, *seeing),
        get(f"{one}/bestand/{{file:path}}", views.file, *judging),
        get(f"{one}/duiding", views.duiding),
        get(f"{one}/duiding.csv", views.export, *seeing),
        get(f"{one}/duiding.json", views.export, *seeing),
        get(f"{one}/duiding/nieuw", views.add_duiding, _DUIDER, _READER),
        post(f"{one}/duiding/nieuw", actions.add_duiding, _DUIDER, _READER),
        post(f"{one}/duiding/intrekken", actions.withdraw_duiding),
        post(f"{one}/indienen", actions.submit, _MAKER),
        post(f"{one}/uitstellen", actions.postpone, _MAKER),
        post(f"{one}/terugnemen", actions.take_back, _MAKER),
        post(f"{one}/oordeel", actions.vote, *_REVIEWERS),
        post(f"{one}/oordeel/intrekken", actions.withdraw_vote, *_REVIEWERS),
        post(f"{one}/overleg", actions.comment, *judging),
        post(f"{one}/intrekken", actions.withdraw, *_REVIEWERS),
    ]
    if settings.provider:
        onward = SingleSignOn(settings.provider, accounts, pages, gate.cookie, secure=settings.secure)
        routes += [Route(BEGIN, onward.begin, methods=["GET"]), Route(BACK, onward.back, methods=["GET"])]

    async def unknown(_request: Request, _error: Exception) -> Response:
        return pages.denied(404, "Deze pagina is er niet.")

    async def broken(_request: Request, _error: Exception) -> Response:
        return pages.denied(
            500, "Er ging iets mis. Er is niets half bewaard; probeer het opnieuw of waarschuw de beheerder."
        )

    return Starlette(
        routes=routes,
        exception_handlers={404: unknown, 405: unknown, 500: broken},
        middleware=[
            Middleware(Guard, secure=settings.secure),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(settings.hosts), www_redirect=False),
        ],
    )


async def _style(_request: Request) -> Response:
    return Response(style(), media_type="text/css; charset=utf-8")


class _Gate:
    """Signing in and out. The form of the sign-in has a token of its own, in a cookie and in the form, so that nobody
    signs somebody else in unseen; the session that follows always has a new token."""

    def __init__(self, accounts: Accounts, pages: Pages, *, secure: bool) -> None:
        self._accounts, self._pages, self._secure = accounts, pages, secure
        prefix = "__Host-" if secure else ""
        self.cookie, self._before = f"{prefix}sessie", f"{prefix}aanmelding"

    async def form(self, request: Request) -> Response:
        """The page where one signs in."""
        return self._form(local_path(request.query_params.get("naar", "/")), 200, "")

    async def sign_in(self, request: Request) -> Response:
        """Name and password against an account; what was typed is in no page, line or log."""
        try:
            form = await read_form(request)
            if not same_token(str(form.get("csrf", "")), request.cookies.get(self._before) or secrets.token_hex(8)):
                raise Denied(403, "Dit formulier was verlopen. Vul het nog eens in.")
        except Denied as error:
            return self._form("/", error.status, str(error))
        onward = local_path(str(form.get("naar", "/")))
        name, password = readable(str(form.get("naam", ""))), str(form.get("wachtwoord", ""))
        address = request.client.host if request.client else ""
        try:
            token = await run_in_threadpool(self._accounts.sign_in, name, password, address)
        except TooMany as error:
            refused = self._form(onward, 429, str(error))
            refused.headers["Retry-After"] = "900"
            return refused
        if token is None:
            return self._form(onward, 401, "Naam of wachtwoord klopt niet.")
        if old := request.cookies.get(self.cookie):
            await run_in_threadpool(self._accounts.sign_out, old)
        response = RedirectResponse(onward, 303)
        self._set(response, self.cookie, token)
        response.delete_cookie(self._before, path="/", secure=self._secure, httponly=True, samesite="strict")
        return response

    def sign_out(self, visit: Visit) -> Response:
        """End this session, here and on the server."""
        self._accounts.end(visit.session)
        return self._gone()

    def change_password(self, visit: Visit) -> Response:
        """Another password, by who knows the present one; every session of the account ends."""
        name = visit.account.name
        present, new = (str(visit.form.get(field, "")) for field in ("wachtwoord", "nieuw"))
        if self._pages.is_demonstration:
            raise UserError("In de demonstratie blijven de wachtwoorden zoals ze zijn.")
        if not self._accounts.knows(name, present):
            raise UserError("Uw huidige wachtwoord klopt niet.")
        if why_weak(new):
            raise UserError("Een wachtwoord heeft 12 tot 200 tekens en herhaalt zich niet; vier woorden is goed.")
        self._accounts.change_password(name, new, by=name)
        return self._gone()

    def _gone(self) -> Response:
        response = RedirectResponse("/aanmelden", 303)
        response.delete_cookie(self.cookie, path="/", secure=self._secure, httponly=True, samesite="strict")
        return response

    def _form(self, onward: str, status: int, problem: str) -> Response:
        token = secrets.token_urlsafe(32)
        response = self._pages.show("sign_in.html", csrf=token, status=status, onward=onward, problem=problem)
        self._set(response, self._before, token)
        return response

    def _set(self, response: Response, name: str, token: str) -> None:
        seconds = int(IDLE.total_seconds()) if name == self._before else None
        response.set_cookie(
            name, token, max_age=seconds, path="/", secure=self._secure, httponly=True, samesite="strict"
        )
