"""The command `audit`.

What belongs here: arguments and words. What does not: the audit (`audit_run.py`, `privacy/audit.py`).
"""

import argparse
from typing import TYPE_CHECKING

from pipelines.errors import EXIT_OK, CheckFailed, UserError

if TYPE_CHECKING:
    from pipelines.context import Context

FEWEST = 10_000


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "audit",
        help="take one person or household out of a synthetic delivery, measure both worlds, and judge the promise",
    )
    parser.add_argument("plan", nargs="?", default="2023-voorlopig")
    parser.add_argument("--draws", type=int, default=FEWEST, help=f"measurements in each world (at least {FEWEST})")
    parser.set_defaults(run=_audit)


def _audit(args: argparse.Namespace, context: "Context") -> int:
    from pipelines.audit_run import audit_plan

    if args.draws < FEWEST:
        raise UserError(f"--draws {args.draws} proves too little: measure at least {FEWEST} times in each world.")
    with context.root.writing():
        plan = context.plan(args.plan)
        report = audit_plan(context, plan, context.root.kluis / "audit", args.draws)
    context.say(f"audit of {plan.id}: two deliveries that differ by one {plan.unit}; nothing was spent")
    for finding in report.findings:
        context.say(f"  {'holds' if finding.holds else 'FAILS':6} {finding.rule}: {finding.words}")
    if not report.passed:
        raise CheckFailed(f"the audit failed: {', '.join(report.failed)}. Publish nothing until this is understood.")
    context.say("Every rule holds.")
    return EXIT_OK
