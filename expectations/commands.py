"""The command `blindevlek check`: what front doors call.

What belongs here: arguments and words. What does not: running suites (see `runner.py`).
"""

from typing import TYPE_CHECKING

from pipelines.errors import EXIT_OK
from pipelines.facts.gemeenten import DEFAULT_PEILJAAR

if TYPE_CHECKING:
    import argparse

    from pipelines.context import Context


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `check` to the command line."""
    check = subparsers.add_parser("check", help="check the tables in the kluis, and say which rules fail")
    check.add_argument("--peiljaar", type=int, default=DEFAULT_PEILJAAR, help="default: %(default)s")
    check.add_argument(
        "--rows", nargs="+", metavar="RULE", help="write the failing keys of these rules to a file in the kluis"
    )
    check.set_defaults(run=_check)


def _check(args: "argparse.Namespace", context: "Context") -> int:
    if args.rows:
        return _write_rows(args, context)
    from expectations.runner import built, require_passed, run_suites

    key = context.key()
    which = built(context.root, key, args.peiljaar)
    result = run_suites(
        context.root,
        key,
        context.catalogue(),
        context.indicators(),
        args.peiljaar,
        which=which,
        progress=context.progress,
        memory=context.memory,
    )
    for failed in (*result.failed("critical"), *result.failed("warning")):
        context.say(f"{failed.severity}: {failed.rule_id}: {failed.meaning}")
    require_passed(result)
    context.say(f"{len(result.results)} rules were checked ({which}); no critical rule fails.")
    return EXIT_OK


def _write_rows(args: "argparse.Namespace", context: "Context") -> int:
    from expectations.failing import failing_rows

    path = failing_rows(
        context.root, context.key(), context.catalogue(), context.indicators(), args.rows, args.peiljaar
    )
    context.say(f"the failing keys are in {path}. They are microdata: the file stays in the kluis.")
    return EXIT_OK
