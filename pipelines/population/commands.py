"""Command of the synthetic Netherlands: `population`.

What belongs here: arguments and words. What does not: the work.
"""

import argparse
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import EXIT_OK
from pipelines.facts.gemeenten import DEFAULT_PEILJAAR
from pipelines.peiljaren import HELP, parse_peiljaren

if TYPE_CHECKING:
    from pipelines.context import Context
    from pipelines.population.settings import PopulationSettings


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command of this room."""
    parser = subparsers.add_parser("population", help="make synthetic deliveries in CBS shape")
    parser.add_argument("--peiljaar", type=parse_peiljaren, default=(DEFAULT_PEILJAAR,), metavar="YEARS", help=HELP)
    parser.add_argument("--scale", type=Fraction, help="share of the Netherlands (default: SCALE, or 1)")
    parser.add_argument("--seed", type=int, help="which population (default: SEED, or 1)")
    parser.add_argument("--format", choices=["parquet", "sav", "csv"], default="parquet")
    parser.add_argument("--to", type=Path, help="write there instead of into the kluis of the data root")
    parser.set_defaults(run=_population)


def _population(args: argparse.Namespace, context: "Context") -> int:
    from pipelines.population.settings import PopulationSettings

    for peiljaar in args.peiljaar:
        settings = PopulationSettings(
            peiljaar,
            context.scale if args.scale is None else args.scale,
            context.seed if args.seed is None else args.seed,
            args.format,
        )
        # Several peiljaren never share a folder.
        to = args.to / str(peiljaar) if args.to and len(args.peiljaar) > 1 else args.to
        _make(settings, to, context)
    return EXIT_OK


def _make(settings: "PopulationSettings", to: Path | None, context: "Context") -> None:
    from pipelines.population.make import make_deliveries

    root = context.root
    if to:
        deliveries, truth, temp = to / "deliveries", to / "truth", to / "temp"
        worked = make_deliveries(settings, deliveries, truth, temp, context.progress)
    else:
        with root.writing():
            deliveries, truth = root.deliveries(settings.peiljaar), root.truth(settings.peiljaar)
            worked = make_deliveries(settings, deliveries, truth, root.temp, context.progress)
    context.say(f"{'Made' if worked else 'Already there'}: {settings.population_id} in {deliveries}")
