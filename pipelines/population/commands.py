"""Command of the synthetic Netherlands: `population`.

What belongs here: arguments and words. What does not: the work.
"""

import argparse
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import EXIT_OK, CheckFailed
from pipelines.facts.gemeenten import DEFAULT_PEILJAAR
from pipelines.peiljaren import HELP, parse_peiljaren

if TYPE_CHECKING:
    from pipelines.context import Context


def _share(text: str) -> Fraction:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise argparse.ArgumentTypeError(f"{text!r} is no share: give a number such as 0.05 or 1/20") from None


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command of this room."""
    parser = subparsers.add_parser("population", help="make synthetic deliveries in CBS shape, or report on them")
    parser.add_argument("action", nargs="?", choices=["make", "report"], default="make", help="(default: make)")
    parser.add_argument("--peiljaar", type=parse_peiljaren, default=(DEFAULT_PEILJAAR,), metavar="YEARS", help=HELP)
    parser.add_argument("--scale", type=_share, help="share of the Netherlands (default: SCALE, or 1)")
    parser.add_argument("--seed", type=int, help="which population (default: SEED, or 1)")
    parser.add_argument("--format", choices=["parquet", "sav", "csv"], default="parquet")
    parser.add_argument("--stapelingsmonitor", action="store_true", help="make the themes of the Stapelingsmonitor too")
    parser.add_argument("--to", type=Path, help="write (and look) there instead of into the kluis of the data root")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="report: everything, for machines")
    form.add_argument("--csv", action="store_true", help="report: the figures, one a line")
    parser.set_defaults(run=_population)


def _population(args: argparse.Namespace, context: "Context") -> int:
    exit_code = EXIT_OK
    for peiljaar in args.peiljaar:
        # Several peiljaren never share a folder.
        to = args.to / str(peiljaar) if args.to and len(args.peiljaar) > 1 else args.to
        if args.action == "make":
            _make(args, peiljaar, to, context)
        else:
            exit_code = max(exit_code, _report(args, peiljaar, to, context))
    return exit_code


def _report(args: argparse.Namespace, peiljaar: int, to: Path | None, context: "Context") -> int:
    """Target against result; the exit code of a failed check when a figure is not where it must be."""
    from pipelines.population.calibration import CALIBRATION, read_results
    from pipelines.population.report import Report

    truth = to / "truth" if to else context.root.truth(peiljaar)
    report = Report(read_results(truth / CALIBRATION))
    context.say(report.as_json() if args.json else report.as_csv() if args.csv else report.as_text())
    return EXIT_OK if report.within else CheckFailed.exit_code


def _make(args: argparse.Namespace, peiljaar: int, to: Path | None, context: "Context") -> None:
    from pipelines.population.make import make_deliveries
    from pipelines.population.settings import PopulationSettings

    settings = PopulationSettings(
        peiljaar,
        context.scale if args.scale is None else args.scale,
        context.seed if args.seed is None else args.seed,
        args.format,
        stapelingsmonitor=args.stapelingsmonitor or context.feeder == "stapelingsmonitor",
    )
    root = context.root
    if to:
        deliveries, truth, temp = to / "deliveries", to / "truth", to / "temp"
        worked = make_deliveries(settings, deliveries, truth, temp, context.progress)
    else:
        with root.writing():
            deliveries, truth = root.deliveries(settings.peiljaar), root.truth(settings.peiljaar)
            worked = make_deliveries(settings, deliveries, truth, root.temp, context.progress)
    context.say(f"{'Made' if worked else 'Already there'}: {settings.population_id} in {deliveries}")
