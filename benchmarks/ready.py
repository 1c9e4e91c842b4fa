"""Making a data root ready for a benchmark or a proof: population, ingest, and every step up to the patterns, once.

What belongs here: only that. What does not: timing, or anything that spends.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.scratch import quiet_context
from pipelines import line
from pipelines.context import Context
from pipelines.population.settings import PopulationSettings
from pipelines.rooms import make_key
from pipelines.surroundings import scale_of, seed_of

CHECKOUT = Path(__file__).resolve().parents[1]


def make_ready_apart(peiljaar: int) -> None:
    """The same in a process of its own, with its progress on our screen.

    A benchmark must stay small itself: the kernel counts the peak of a parent as memory of every child it starts later
    (getrusage(2), `ru_maxrss` survives exec), and making a population peaks higher than any step.
    """
    subprocess.run([sys.executable, "-m", "benchmarks.ready", "--peiljaar", str(peiljaar)], cwd=CHECKOUT, check=True)


def make_ready(context: Context, peiljaar: int) -> None:
    """Make and take in the synthetic population when it is not there, and do every step once."""
    with context.root.writing():
        if not context.key_file.exists():
            make_key(context.key_file, "synthetic")
        if not context.root.deliveries(peiljaar).exists():
            print("  making the synthetic population", flush=True)
            line.make_population(context, PopulationSettings(peiljaar, scale_of(os.environ), seed_of(os.environ)))
        print("  making ready", flush=True)
        line.take_in(context, peiljaar)
        line.count_population(context, peiljaar)
        line.find_indicators(context, peiljaar)
        line.group_patterns(context, context.plan_of(peiljaar))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="benchmarks.ready", description=__doc__)
    parser.add_argument("--peiljaar", type=int, default=2023)
    make_ready(quiet_context(), parser.parse_args().peiljaar)
