"""Commands of a release: `release plan`, `make`, `show`, `check`, `evidence`, `compare`, `sum`.

What belongs here: arguments and words. What does not: the work.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

from pipelines.context import Context
from pipelines.errors import EXIT_OK
from pipelines.release.check_commands import add_action
from pipelines.release.plan_commands import show as show_plan
from pipelines.release.published_commands import add_actions

Command = Callable[[argparse.Namespace, Context], int]


def add_commands(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]", make: Command, evidence: Command
) -> None:
    """Add the commands of this room; `make` also writes pages and `evidence` first does the steps before it, which lie
    beyond this room."""
    parser = subparsers.add_parser("release", help="plan, make, show, check and compare releases; sums of gemeenten")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    planning = actions.add_parser("plan", help="what a plan measures and costs, before anything is spent")
    planning.add_argument("plan", nargs="?", default="2023-voorlopig")
    planning.set_defaults(run=show_plan)
    making = actions.add_parser("make", help="measure a plan (once) and write its bundle")
    making.add_argument("plan", nargs="?", default="2023-voorlopig")
    making.set_defaults(run=make)
    showing = actions.add_parser(
        "show", help="the bundles in the wachtruimte, each checked against its manifest and its account"
    )
    showing.set_defaults(run=_show)
    proving = actions.add_parser(
        "evidence", help="for the output checker: exact counts beside what was measured, in a file of the kluis only"
    )
    proving.add_argument("plan", nargs="?", default="2023-voorlopig")
    proving.add_argument("--to", type=Path, metavar="FILE", help="a new .csv inside the kluis (default: its reports)")
    proving.set_defaults(run=evidence)
    add_action(actions)
    add_actions(actions)


def _show(_args: argparse.Namespace, context: Context) -> int:
    from pipelines.release.manifest import MANIFEST, manifest_digest, verify
    from pipelines.release.registry_form import check_record

    found = sorted(context.root.wachtruimte.glob(f"*/*/{MANIFEST}"))
    for path in found:
        facts = verify(path.parent).facts
        check_record(path.parent)
        stamp = "proef, never publishable" if facts.get("proef") else str(facts.get("status"))
        context.say(f"{facts.get('release_id')} {facts.get('versie')}: {stamp}; {path.parent}")
        context.say(f"  manifest {manifest_digest(path.parent)}")
    if not found:
        context.say(f"No bundle in {context.root.wachtruimte} yet: run `make run` or `blindevlek release make`.")
    return EXIT_OK
