"""Signing in through the identity provider of an organisation: the part of it that is ours.

What belongs here: the seam that an OIDC client of the organisation is put into, and what we hold it to: `state` and `nonce` are
ours, used once, in a cookie of a few minutes; who comes back is an account that exists here. What does not: the OIDC protocol
itself (discovery, tokens, signatures), which a library of the organisation's choice does; roles, which stay with the account.
"""

import logging
import secrets
from collections.abc import Mapping
from importlib import import_module
from typing import Protocol, runtime_checkable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipelines.datacenter.review.accounts import Accounts, same_token
from pipelines.datacenter.review.rendering import Pages
from pipelines.errors import UserError

BEGIN, BACK = "/aanmelden/organisatie", "/aanmelden/terug"
_log = logging.getLogger(__name__)
_SECONDS = 600
_SEPARATOR = "."
_REFUSED = (
    "Aanmelden via uw organisatie lukte niet. Probeer het opnieuw, of vraag de beheerder of u hier een account hebt."
)


@runtime_checkable
class Provider(Protocol):
    """What an organisation hands in: an OIDC client of its own, in two steps. Both may take their time; neither is retried."""

    def begin(self, state: str, nonce: str) -> str:
        """The https address of the identity provider to send the browser to, carrying `state` and `nonce`. It returns to
        `https://<host>/aanmelden/terug`."""

    def finish(self, answer: Mapping[str, str], nonce: str) -> str | None:
        """The name of the account of who signed in, from the query that came back; None when it does not hold. It checks
        signature, issuer, audience, time and `nonce` of the token, and takes the name from a claim that people cannot change
        themselves."""


def load_provider(where: str) -> Provider:
    """The provider that `module:function` makes; raises UserError when there is none. The module is the organisation's."""
    module, _, function = where.partition(":")
    try:
        made = getattr(import_module(module), function)()
    except (ImportError, AttributeError, ValueError, TypeError):
        made = None
    if not isinstance(made, Provider):
        raise UserError(
            f"'{where}' makes no provider. Give MODULE:FUNCTION of a module that Python finds; the function takes nothing and "
            "returns an object with `begin(state, nonce)` and `finish(answer, nonce)` (docs/how-to/review.md)."
        )
    return made


class SingleSignOn:
    """The two addresses of signing in through a provider. `cookie`: that of the session; `set_session` puts it on an answer."""

    def __init__(self, provider: Provider, accounts: Accounts, pages: Pages, cookie: str, *, secure: bool) -> None:
        self._provider, self._accounts, self._pages, self._session = provider, accounts, pages, cookie
        self._secure, self._before = secure, f"{'__Host-' if secure else ''}organisatie"

    async def begin(self, _request: Request) -> Response:
        """Off to the identity provider, with a state and a nonce that only this browser has."""
        state, nonce = secrets.token_hex(32), secrets.token_hex(32)
        try:
            address = await run_in_threadpool(self._provider.begin, state, nonce)
        except Exception as error:
            _tell(error)
            return self._pages.denied(502, _REFUSED)
        answer = RedirectResponse(address, 303)
        # `lax`, unlike the session: the browser comes back from another site and has to bring this one along.
        answer.set_cookie(
            self._before, f"{state}{_SEPARATOR}{nonce}", max_age=_SECONDS, path="/", secure=self._secure, httponly=True,
            samesite="lax",
        )  # fmt: skip
        return answer

    async def back(self, request: Request) -> Response:
        """Back from the provider: a new session for an open account, or a refusal that tells nothing."""
        state, _, nonce = request.cookies.get(self._before, "").partition(_SEPARATOR)
        given = request.query_params.get("state", "")
        token = None
        if state and nonce and same_token(given, state):
            try:
                name = await run_in_threadpool(self._provider.finish, dict(request.query_params), nonce)
            except Exception as error:
                _tell(error)
                name = None
            # Outside the handler: what goes wrong with our own accounts is no refusal by the provider.
            token = await run_in_threadpool(self._accounts.open_proved, name) if name else None
        if token is None:
            answer = self._pages.denied(401, _REFUSED)
        else:
            if old := request.cookies.get(self._session):
                await run_in_threadpool(self._accounts.sign_out, old)
            # A page with a link, not a redirect: the session is `strict`, and a browser sends it from our own page only.
            answer = self._pages.show("signed_in.html")
            answer.set_cookie(self._session, token, path="/", secure=self._secure, httponly=True, samesite="strict")
        answer.delete_cookie(self._before, path="/", secure=self._secure, httponly=True, samesite="lax")
        return answer


def _tell(error: Exception) -> None:
    """The kind of error in the log, for whoever runs the server; never its text, which may hold a secret of the client."""
    _log.warning("the identity provider of the organisation failed with %s", type(error).__name__)
