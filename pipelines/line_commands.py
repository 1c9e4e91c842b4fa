"""Commands over the whole line: `run`, `release make`, `release evidence`, `status`.

What belongs here: arguments and words. What does not: the steps (`line.py`).
"""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from pipelines.context import Context
from pipelines.errors import EXIT_OK, NotDueError
from pipelines.facts.gemeenten import DEFAULT_PEILJAAR, PEILJAREN
from pipelines.peiljaren import HELP, parse_peiljaren

if TYPE_CHECKING:
    from pipelines.line import Finished, Validation
    from pipelines.release.plan import ReleasePlan


def add_commands(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]", validation: "Callable[[], Validation]"
) -> None:
    """Add the commands of the line; `validation` is what the front door hands in."""
    parser = subparsers.add_parser("run", help="the main job: deliveries in, a bundle of noised figures out")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--plan", help="id of the release plan (default: the last one of the peiljaar)")
    which.add_argument("--peiljaar", type=parse_peiljaren, default=(DEFAULT_PEILJAAR,), metavar="YEARS", help=HELP)
    parser.add_argument("--synthetic", action="store_true", help="make the synthetic Netherlands first (SCALE, SEED)")
    parser.set_defaults(run=lambda args, context: _run(args, context, validation()))
    status = subparsers.add_parser(
        "status", help="last run, what waits, budget left, next due; exit code 10 when work is waiting"
    )
    status.add_argument("--peiljaar", type=parse_peiljaren, default=PEILJAREN, metavar="YEARS", help="default: all")
    status.set_defaults(run=_status)


def make_release(args: argparse.Namespace, context: Context, validation: "Validation") -> int:
    """`release make`: measure a plan over what was taken in, and write its bundle."""
    from pipelines import line

    with context.root.writing():
        plan = context.plan(args.plan)
        measured = line.measure_as_it_stands(context, plan, validation)
        bundle = line.bundle(context, plan)
    context.say("Measured." if measured.is_new else "Measured before: the stored figures; nothing was spent.")
    context.say(f"{'Bundle' if bundle.is_new else 'The same bundle'}: {bundle.folder}")
    return EXIT_OK


def make_evidence(args: argparse.Namespace, context: Context, validation: "Validation") -> int:
    """`release evidence`: counts again what was measured, on tables that are what the specs now say. Says no count."""
    from pipelines import line
    from pipelines.release.evidence import evidence_place, write_evidence

    plan = context.plan(args.plan)
    place = evidence_place(context.root, plan, args.to)
    with context.root.writing():
        for _, step in line.counting_steps(context, plan, validation):
            step()
        made = write_evidence(context, plan, place)
    context.say(f"Written for the output checker, inside the kluis only: {made.table}")
    context.say(f"Read first: {made.text}")
    if made.logged:
        context.say("This look at a real delivery is logged for every persona of the plan.")
    context.say("A refusal withholds the whole release; outside the kluis it is called 'uitgesteld' and nothing more.")
    return EXIT_OK


def _run(args: argparse.Namespace, context: Context, validation: "Validation") -> int:
    from pipelines.rooms import make_key

    plans = [context.plan(args.plan)] if args.plan else [context.plan_of(year) for year in args.peiljaar]
    if args.synthetic and not context.key_file.exists():
        make_key(context.key_file, "synthetic")
    for place, plan in enumerate(plans, start=1):
        if len(plans) > 1:
            context.say(f"peiljaar {plan.peiljaar} ({place} of {len(plans)}), plan {plan.id}")
        _summary(context, _run_plan(context, plan, validation, synthetic=args.synthetic))
    return EXIT_OK


def _run_plan(context: Context, plan: "ReleasePlan", validation: "Validation", *, synthetic: bool) -> "Finished":
    """One plan after the other, each with its own record: what is done stays done when a later one is refused."""
    from pipelines import line, run_record
    from pipelines.population.settings import PopulationSettings

    themes = context.feeder == "stapelingsmonitor"
    population = (
        PopulationSettings(plan.peiljaar, context.scale, context.seed, stapelingsmonitor=themes) if synthetic else None
    )
    with context.root.writing(), run_record.recording(context, plan.id) as record:
        finished = line.run_line(context, plan, validation, population)
        record.update(finished.seconds)
    return finished


def _summary(context: Context, finished: "Finished") -> None:
    from pipelines.release.summary import summary_lines

    context.say(context.feeder_words())
    worked = {name: seconds for name, seconds in finished.seconds.items() if seconds is not None}
    if worked:
        context.say("steps: " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in worked.items()))
    else:
        context.say("Everything was done before: the same figures, nothing was spent.")
    for line in summary_lines(finished.measured, finished.bundle):
        context.say(line)


def _status(args: argparse.Namespace, context: Context) -> int:
    from pipelines.status import read_status

    status = read_status(context, args.peiljaar)
    for line in status.lines:
        context.say(line)
    if status.waiting:
        raise NotDueError(f"work is waiting: {'; '.join(status.waiting)}.")
    return EXIT_OK
