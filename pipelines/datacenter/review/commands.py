"""Commands of the review: `review accounts`, `review serve`, `review status`.

What belongs here: arguments and words. What does not: the work.
"""

import argparse
import getpass
import sys
from typing import TYPE_CHECKING

from pipelines.context import Context
from pipelines.errors import EXIT_OK, NotDueError, RoomError, UserError

if TYPE_CHECKING:
    from pipelines.datacenter.review.accounts import Accounts

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_ROLES = ("maker", "beoordelaar_cbs", "beoordelaar_vws", "duider", "tweede_lezer", "beheerder")
_BY = "command line"
_WAITS = {
    "concept": "to be handed in by a maker",
    "ingediend": "for both reviewers",
    "een_oordeel": "for one reviewer",
    "overleg": "for reviewers and maker to agree",
    "goedgekeurd": "for `blindevlek publish`",
    "vrijgegeven": "for `blindevlek publish` to finish",
}
"""State -> what a release waits for; the others wait for nobody."""


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands of this room."""
    parser = subparsers.add_parser("review", help="the review of releases: accounts, the app, what waits")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    _add_accounts(actions)
    serving = actions.add_parser("serve", help="the review app, on this machine only unless told otherwise")
    serving.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    serving.add_argument("--port", type=int, default=8701)
    serving.add_argument(
        "--behind-https", metavar="NAME", help="name of the host that a reverse proxy serves it under, over https"
    )
    serving.add_argument(
        "--proxy", metavar="ADDRESS", default="127.0.0.1", help="where that proxy is; only it may say who visits"
    )
    serving.add_argument(
        "--single-sign-on",
        metavar="MODULE:FUNCTION",
        help="makes the OIDC client of your organisation (docs/how-to/review.md); passwords keep working beside it",
    )
    serving.add_argument(
        "--demonstration", action="store_true", help="accounts that everybody knows, in a database of their own"
    )
    serving.set_defaults(run=_serve)
    status = actions.add_parser("status", help="is the audit sound, and what waits; exit code 10 when something does")
    status.add_argument("--demonstration", action="store_true", help="of the demonstration")
    status.set_defaults(run=_status)


def _add_accounts(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    accounts = actions.add_parser("accounts", help="who may sign in: add, list, password, close")
    doing = accounts.add_subparsers(metavar="ACTION", required=True)
    adding = doing.add_parser("add", help="a new account; asks for its first password")
    adding.add_argument("name", help="small letters, digits, points, hyphens")
    adding.add_argument("--person", required=True, help="the name of the person, as others see it")
    adding.add_argument("--organisation", required=True)
    adding.add_argument("--role", required=True, choices=_ROLES)
    adding.set_defaults(run=_add)
    doing.add_parser("list", help="every account").set_defaults(run=_list)
    for word, told, run in (
        ("password", "another password; ends the sessions of the account", _password),
        ("close", "nobody signs in with it any more", _close),
    ):
        changing = doing.add_parser(word, help=told)
        changing.add_argument("name")
        changing.set_defaults(run=run)


def _accounts(context: Context) -> "Accounts":
    from pipelines.datacenter.review.database import open_store
    from pipelines.datacenter.review.opening import open_accounts

    return open_accounts(open_store(context))


def _add(args: argparse.Namespace, context: Context) -> int:
    _accounts(context).add(args.name, args.person, args.organisation, args.role, _asked(), by=_BY)
    context.say(f"Account {args.name} made ({args.role}). Give the password in person, and have it changed at once.")
    return EXIT_OK


def _list(_args: argparse.Namespace, context: Context) -> int:
    found = _accounts(context).people.all()
    for account in found:
        closed = "" if account.active else ", closed"
        context.say(f"{account.name:20}{account.role:20}{account.person}, {account.organisation}{closed}")
    if not found:
        context.say("No account yet: `blindevlek review accounts add NAME --person ... --organisation ... --role ...`.")
    return EXIT_OK


def _password(args: argparse.Namespace, context: Context) -> int:
    _accounts(context).change_password(args.name, _asked(), by=_BY)
    context.say(f"The password of {args.name} was changed, and its sessions ended.")
    return EXIT_OK


def _close(args: argparse.Namespace, context: Context) -> int:
    _accounts(context).close(args.name, by=_BY)
    context.say(f"{args.name} was closed. What it did stays in the audit.")
    return EXIT_OK


def _asked() -> str:
    """A password: typed unseen, or the first line of what is piped in. Never an argument: those are seen by others."""
    if sys.stdin.isatty():
        return getpass.getpass("Password (at least 12 characters): ")
    return sys.stdin.readline().rstrip("\r\n")


def _serve(args: argparse.Namespace, context: Context) -> int:
    if args.host not in _LOOPBACK and (args.demonstration or not args.behind_https):
        raise RoomError(
            f"the review app listens on {args.host} only behind a reverse proxy with https: give --behind-https with the name "
            "of the host, or leave --host out. The demonstration is for this machine only."
        )
    import uvicorn

    from pipelines.datacenter.review.app import Settings, make_app
    from pipelines.datacenter.review.database import open_store, purpose
    from pipelines.datacenter.review.demonstration import DEMONSTRATION
    from pipelines.datacenter.review.opening import (
        all_synthetic,
        demonstration_of,
        names_of,
        open_accounts,
        open_desk,
    )
    from pipelines.datacenter.review.single_sign_on import load_provider

    if args.demonstration:
        if args.single_sign_on:
            raise UserError("the demonstration has accounts that everybody knows; leave --single-sign-on out.")
        context = demonstration_of(context)
    store = open_store(context, demo=args.demonstration)
    settings = Settings(
        hosts=(args.behind_https,) if args.behind_https else (*_LOOPBACK[::2], "[::1]"),
        secure=bool(args.behind_https),
        synthetic=purpose(context) == "synthetic" and all_synthetic(context.root),
        demonstration=DEMONSTRATION if args.demonstration else None,
        names=names_of(context),
        provider=load_provider(args.single_sign_on) if args.single_sign_on else None,
    )
    app = make_app(open_desk(context, store), open_accounts(store), settings)
    context.say(f"Review app: http://{args.host}:{args.port} (stop with Ctrl-C)")
    if args.demonstration:
        context.say("Demonstration on synthetic data: the page where you sign in names the accounts.")
    uvicorn.run(
        app,
        host=args.host,
        port=args.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(args.behind_https),
        forwarded_allow_ips=args.proxy,
        limit_concurrency=200,
        timeout_keep_alive=10,
    )
    return EXIT_OK


def _status(args: argparse.Namespace, context: Context) -> int:
    from pipelines.datacenter.review.database import open_store
    from pipelines.datacenter.review.opening import demonstration_of, open_desk

    if args.demonstration:
        context = demonstration_of(context)
    store = open_store(context, demo=args.demonstration)
    context.say(f"audit: {len(store.lines())} lines, sound; head {store.verify()}")
    waiting = []
    for one in open_desk(context, store).standings():
        proef = one.bundle.facts.get("proef") is not False
        state = "proef, never publishable" if proef else one.state
        context.say(f"{one.bundle.release_id} {one.bundle.versie}: {state}; manifest {one.bundle.digest[:12]}")
        if not proef and one.state in _WAITS:
            waiting.append(f"{one.bundle.release_id} {one.bundle.versie} {_WAITS[one.state]}")
    if waiting:
        raise NotDueError(f"waiting: {'; '.join(waiting)}.")
    return EXIT_OK
