"""The command `blindevlek check`: what front doors call.

What belongs here: arguments and words. What does not: running suites (see `runner.py`).
"""

from typing import TYPE_CHECKING

from pipelines.errors import EXIT_OK
from pipelines.facts.gemeenten import DEFAULT_PEILJAAR
from pipelines.private_files import private_files

if TYPE_CHECKING:
    import argparse

    from expectations.runner import RuleResult, SuiteResult
    from pipelines.context import Context


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `check` to the command line."""
    check = subparsers.add_parser("check", help="check the tables in the kluis, and say which rules fail")
    check.add_argument("--peiljaar", type=int, default=DEFAULT_PEILJAAR, help="default: %(default)s")
    instead = check.add_mutually_exclusive_group()
    instead.add_argument(
        "--rows", nargs="+", metavar="RULE", help="write the failing keys of these rules to a file in the kluis"
    )
    instead.add_argument("--list", action="store_true", help="every rule: id, table, ESS type and level, kind, title")
    check.set_defaults(run=_check)


@private_files()
def _check(args: "argparse.Namespace", context: "Context") -> int:
    if args.rows:
        return _write_rows(args, context)
    if args.list:
        return _list(args, context)
    from expectations.ground import look
    from expectations.plainly import great_expectations_is_here
    from expectations.runner import built, require_passed, run_suites
    from pipelines.warehouse import open_warehouse

    key = context.key()
    with open_warehouse(context.root, key, read_only=True, memory=context.memory) as warehouse:
        which = built(look(warehouse, context.catalogue(), context.indicators(), args.peiljaar))
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
    _show(result, context)
    if not great_expectations_is_here():
        context.say("Great Expectations is not here: the same rules were asked of the database directly.")
    require_passed(result)
    warned = len(result.failed("warning"))
    context.say(
        f"{len(result.results)} rules were checked ({which}) in {sum(result.seconds.values()):.1f} s; no blocking rule "
        f"fails, {warned} {'warns' if warned == 1 else 'warn'}."
    )
    return EXIT_OK


def _show(result: "SuiteResult", context: "Context") -> None:
    """Per suite its rules, then once more, together, what somebody should look at."""
    for suite, seconds in result.seconds.items():
        context.say(f"{suite} ({seconds:.1f} s)")
        for one in result.of_suite(suite):
            context.say(f"  {_verdict(one):6}  {one.rule.code}  {one.rule_id}")
    for one in (*result.failed("blocking"), *result.failed("warning")):
        context.say(f"{_verdict(one)}: {one.rule_id}: {one.rule.title}")


def _verdict(one: "RuleResult") -> str:
    if one.success:
        return "passed"
    return "FAILED" if one.severity == "blocking" else "warned"


def _list(args: "argparse.Namespace", context: "Context") -> int:
    from expectations.rule_list import listed

    for line in listed(context.catalogue(), context.indicators(), args.peiljaar):
        context.say(line)
    return EXIT_OK


def _write_rows(args: "argparse.Namespace", context: "Context") -> int:
    from expectations.failing import failing_rows

    path = failing_rows(
        context.root, context.key(), context.catalogue(), context.indicators(), args.rows, args.peiljaar
    )
    context.say(f"the failing keys are in {path}. They are microdata: the file stays in the kluis.")
    return EXIT_OK
