"""The command `ledger`: what was spent, a copy to keep, and whether a ledger still holds what was published.

What belongs here: arguments and words. What does not: the ledger (`pipelines/privacy`).
"""

import argparse
from fractions import Fraction
from pathlib import Path

from pipelines.context import Context
from pipelines.errors import EXIT_OK, RoomError


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `ledger`; without an action it shows."""
    parser = subparsers.add_parser("ledger", help="what was spent, what is left; verifies the whole chain")
    parser.set_defaults(run=_show)
    actions = parser.add_subparsers(metavar="ACTION")
    showing = actions.add_parser("show", help="every spend, and what is left")
    showing.set_defaults(run=_show)
    saving = actions.add_parser("backup", help="write a verified copy, to keep outside this machine")
    saving.add_argument("--to", type=Path, required=True, metavar="FILE")
    saving.set_defaults(run=_backup)
    verifying = actions.add_parser(
        "verify", help="does the ledger hold every entry that published files were paid from?"
    )
    verifying.add_argument(
        "--published", type=Path, action="append", default=[], metavar="FOLDER", help="a folder with published bundles"
    )
    verifying.set_defaults(run=_verify)


def _show(_args: argparse.Namespace, context: Context) -> int:
    from pipelines.privacy.budget import exact_text
    from pipelines.release.ledger_reading import read_ledger

    entries = read_ledger(context.root)
    for entry in entries:
        context.say(
            f"{entry.seq:4}  {entry.created_at}  {entry.release_id:24} rho {exact_text(entry.rho):>8}  "
            f"{entry.noise}; {entry.hash[:16]}"
        )
    if not entries:
        context.say("The ledger is empty: nothing was ever measured in this data root.")
        return EXIT_OK
    spent = sum((entry.rho for entry in entries), Fraction(0))
    cap = entries[-1].cap
    left = cap - spent
    context.say(f"spent {exact_text(spent)} of {exact_text(cap)}; left {exact_text(left) if left else 0}")
    context.say("The chain is whole.")
    return EXIT_OK


def _backup(args: argparse.Namespace, context: Context) -> int:
    from pipelines.privacy.backup import back_up
    from pipelines.release.ledger_reading import cap_of, read_ledger

    entries = read_ledger(context.root)
    cap = cap_of(context.root)
    if cap is None:
        raise RoomError("there is no ledger yet: nothing was ever measured in this data root.")
    head = back_up(context.root.ledger, cap, args.to)
    context.say(f"Copied {len(entries)} entries to {args.to}; head {head}.")
    context.say("Keep it apart from this machine, and note the head: it shows later that no entry was taken off.")
    return EXIT_OK


def _verify(args: argparse.Namespace, context: Context) -> int:
    from pipelines.release.ledger_reading import heads_below, read_ledger, require_known

    missing = [str(folder) for folder in args.published if not folder.is_dir()]
    if missing:
        raise RoomError(f"there is no folder {', '.join(missing)}. Name a folder that holds published bundles.")
    entries = read_ledger(context.root)
    published = frozenset[str]().union(*(heads_below(folder) for folder in args.published))
    require_known(entries, published)
    context.say(f"The chain is whole: {len(entries)} entries.")
    if args.published:
        context.say(f"It holds all {len(published)} entries that the published bundles were paid from.")
    return EXIT_OK
