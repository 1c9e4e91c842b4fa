"""Validation as the line takes it: run the suites of a step, and say which rules they hold.

What belongs here: the bridge between the line and the runner. What does not: rules, words for a terminal.
"""

from pipelines.context import Context
from pipelines.line import Validation, Which
from pipelines.run_record import record_warnings
from pipelines.version import source_fingerprint


def validation() -> Validation:
    """What the front doors hand to the line."""
    return Validation(run=_run, fingerprint=source_fingerprint("expectations"))


def _run(context: Context, peiljaar: int, which: Which) -> None:
    """Raises CheckFailed with the rules that failed."""
    from expectations.runner import require_passed, run_suites

    result = run_suites(
        context.root,
        context.key(),
        context.catalogue(),
        context.indicators(),
        peiljaar,
        which=which,
        progress=context.progress,
        memory=context.memory,
    )
    warned = result.failed("warning")
    record_warnings(context.root, peiljaar, which, [failed.rule_id for failed in warned])
    for failed in warned:
        context.progress(f"warning: {failed.rule_id}: {failed.rule.title}")
    require_passed(result)
