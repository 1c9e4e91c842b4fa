"""Command of the synthetic Netherlands: `population`.

What belongs here: arguments and words. What does not: the work.
"""

import argparse
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import EXIT_OK, CheckFailed

if TYPE_CHECKING:
    from pipelines.context import Context


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command of this room."""
    parser = subparsers.add_parser("population", help="make synthetic deliveries in CBS shape, or report on them")
    parser.add_argument("action", nargs="?", choices=["make", "report"], default="make", help="(default: make)")
    parser.add_argument("--peiljaar", type=int, default=2023)
    parser.add_argument("--scale", type=Fraction, help="share of the Netherlands (default: SCALE, or 1)")
    parser.add_argument("--seed", type=int, help="which population (default: SEED, or 1)")
    parser.add_argument("--format", choices=["parquet", "sav", "csv"], default="parquet")
    parser.add_argument("--stapelingsmonitor", action="store_true", help="make the themes of the Stapelingsmonitor too")
    parser.add_argument("--to", type=Path, help="write (and look) there instead of into the kluis of the data root")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="report: everything, for machines")
    form.add_argument("--csv", action="store_true", help="report: the figures, one a line")
    parser.set_defaults(run=_population)


def _population(args: argparse.Namespace, context: "Context") -> int:
    return _report(args, context) if args.action == "report" else _make(args, context)


def _report(args: argparse.Namespace, context: "Context") -> int:
    """Target against result; the exit code of a failed check when a figure is not where it must be."""
    from pipelines.population.calibration import CALIBRATION, read_results
    from pipelines.population.report import Report

    truth = args.to / "truth" if args.to else context.root.truth(args.peiljaar)
    report = Report(read_results(truth / CALIBRATION))
    context.say(report.as_json() if args.json else report.as_csv() if args.csv else report.as_text())
    return EXIT_OK if report.within else CheckFailed.exit_code


def _make(args: argparse.Namespace, context: "Context") -> int:
    from pipelines.population.make import make_deliveries
    from pipelines.population.settings import PopulationSettings

    settings = PopulationSettings(
        args.peiljaar,
        context.scale if args.scale is None else args.scale,
        context.seed if args.seed is None else args.seed,
        args.format,
        stapelingsmonitor=args.stapelingsmonitor or context.feeder == "stapelingsmonitor",
    )
    root = context.root
    if args.to:
        deliveries, truth, temp = args.to / "deliveries", args.to / "truth", args.to / "temp"
        worked = make_deliveries(settings, deliveries, truth, temp, context.progress)
    else:
        with root.writing():
            deliveries, truth = root.deliveries(args.peiljaar), root.truth(args.peiljaar)
            worked = make_deliveries(settings, deliveries, truth, root.temp, context.progress)
    context.say(f"{'Made' if worked else 'Already there'}: {settings.population_id} in {deliveries}")
    return EXIT_OK
