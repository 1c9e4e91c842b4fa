"""Making a data root ready for a benchmark or a proof: population, ingest, and every step up to the patterns, once.

What belongs here: only that. What does not: timing, or anything that spends.
"""

import os

from pipelines import line
from pipelines.context import Context
from pipelines.population.settings import PopulationSettings
from pipelines.rooms import make_key
from pipelines.surroundings import scale_of, seed_of


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
