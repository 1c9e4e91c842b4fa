"""Commands of the public site: `site build` and `serve`. They read published releases only, never the kluis.

What belongs here: arguments and words, starting the server. What does not: the pages (`site/`), the app (`public_app.py`).
"""

import argparse
import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipelines.context import Context
from pipelines.errors import EXIT_OK, RoomError, UserError
from pipelines.rooms import DataRoot

if TYPE_CHECKING:
    from collections.abc import Callable

HOST, PORT = "127.0.0.1", 8033


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands of this room."""
    parser = subparsers.add_parser("site", help="the public pages over all published releases")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    building = actions.add_parser("build", help="make every page again, and show them in place of the old ones")
    building.add_argument("--into", type=Path, metavar="DIR", help="a new folder; then nothing is put in place")
    building.set_defaults(run=_build)
    serving = subparsers.add_parser("serve", help="the public site and its files over HTTP, read-only")
    serving.add_argument("--host", default=HOST, help=f"default: {HOST}, this machine only")
    serving.add_argument("--port", type=int, default=PORT, help=f"default: {PORT}")
    serving.add_argument(
        "--address",
        type=_address,
        metavar="URL",
        help="how readers reach it through a reverse proxy, such as https://cijfers.voorbeeld.nl: answers of OData hold it "
        "(default: the Host of each request)",
    )
    serving.set_defaults(run=_serve)


def builder(context: Context) -> "Callable[[Path, Path], None]":
    """What builds the site of a data root with its own boundaries and contact: (published releases, new folder)."""
    from pipelines.datacenter.boundaries import read_outlines
    from pipelines.datacenter.site import build_site

    outlines = read_outlines(context.boundaries) if context.boundaries else None
    return lambda uitgaven, into: build_site(uitgaven, into, outlines=outlines, contact=context.contact)


def _build(args: argparse.Namespace, context: Context) -> int:
    build = builder(context)
    _require_published(context)
    if args.into is not None:
        context.root.refuse_inside(
            args.into, "what is public there is put in place by `site build` and `publish` alone"
        )
        build(context.root.uitgaven, args.into)
        context.say(f"The site: {args.into / 'index.html'}")
        return EXIT_OK
    _put_in_place(context, build)
    context.say(f"The site: {context.root.openbaar / 'site' / 'index.html'}")
    return EXIT_OK


def _put_in_place(context: Context, build: "Callable[[Path, Path], None]") -> None:
    """Into a folder of its own, then the link in one move; not while a release is being published."""
    from filelock import FileLock, Timeout

    from pipelines.datacenter.publishing.links import point

    openbaar = context.root.openbaar
    try:
        with FileLock(openbaar / ".publiceren.lock", timeout=0):
            final = openbaar / "sites" / secrets.token_hex(12)
            draft = final.parent / f".{final.name}.bouw-0"
            draft.mkdir(parents=True)
            try:
                build(context.root.uitgaven, draft)
                draft.rename(final)
            finally:
                shutil.rmtree(draft, ignore_errors=True)
            point(openbaar / "site", final)
    except Timeout:
        raise RoomError("a release is being published, which makes the site too. Wait until that is done.") from None


def _serve(args: argparse.Namespace, context: Context) -> int:
    from importlib.util import find_spec

    if find_spec("uvicorn") is None or find_spec("starlette") is None:
        raise UserError("serving needs libraries that are not installed here. `make serve` installs and starts it.")
    import uvicorn

    from pipelines.datacenter.odata.service import routes
    from pipelines.datacenter.public_app import make_app

    root = _root_to_show(context)
    app = make_app(root.openbaar, context.contact, routes(root.openbaar, address=args.address))
    context.say(f"The public site: http://{args.host}:{args.port}/  (stop with Ctrl-C)")
    # No line per request: who looks at which gemeente is nobody's business.
    uvicorn.run(app, host=args.host, port=args.port, access_log=False, server_header=False, log_level="warning")
    return EXIT_OK


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no address of a server. Give scheme and name alone, such as https://cijfers.voorbeeld.nl."
        )
    return text.rstrip("/")


def _root_to_show(context: Context) -> DataRoot:
    """This data root; where nothing is published, its demonstration, if something was published there."""
    from pipelines.datacenter.review.demonstration_room import room_of

    root, demonstration = context.root, room_of(context.root)
    if not _published(root) and _published(demonstration) and (demonstration.openbaar / "site").exists():
        context.say(
            "Nothing is published here yet, so this is the demonstration: synthetic figures, invented approvals."
        )
        return demonstration
    _require_published(context)
    if not (root.openbaar / "site").exists():
        raise UserError(f"there are releases in {root.uitgaven} and no pages yet. `blindevlek site build` makes them.")
    return root


def _published(root: DataRoot) -> bool:
    from pipelines.release.manifest import PUBLICATION

    return any(root.uitgaven.glob(f"*/*/{PUBLICATION}"))


def _require_published(context: Context) -> None:
    if not _published(context.root):
        raise UserError(
            f"nothing is published in {context.root.openbaar}. A release becomes public when two parties approved it: `make run` "
            "makes a bundle, `make review` lets them judge it, `blindevlek publish` puts it here. To see a site of synthetic figures at "
            "once: `blindevlek publish demo`, then `make serve`. To look at a bundle before that, "
            "open its index.html in the wachtruimte."
        )
