"""The command `release check`: a folder of a release, as anybody received it, held to every rule.

What belongs here: arguments and words. What does not: the checks (`format_checks`); and the kluis, which is never read.
"""

import argparse
from pathlib import Path

from pipelines.context import Context
from pipelines.errors import EXIT_OK


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the action to those of `release`."""
    checking = actions.add_parser(
        "check", help="hold a folder of a release to its manifest, its formats and its certificate; reads nothing else"
    )
    checking.add_argument("folder", type=Path, metavar="FOLDER", help="the folder that has manifest.json")
    checking.add_argument(
        "--quick",
        action="store_true",
        help="the libraries that read row by row take the first rows only, as when a bundle is made",
    )
    checking.set_defaults(run=_check)


def _check(args: argparse.Namespace, context: Context) -> int:
    from pipelines.release.format_checks.run import FIRST_ROWS, check_release, require_passed

    verdicts = check_release(args.folder, FIRST_ROWS if args.quick else None)
    for verdict in verdicts:
        context.say(f"{'passed' if verdict.passed else 'FAILED':7}{verdict.rule}  ({verdict.read})")
    require_passed(verdicts)
    context.say(f"{args.folder}: {len(verdicts)} rules passed")
    return EXIT_OK
