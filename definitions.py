"""The front door of Dagster: which assets, checks, jobs, schedules and sensors there are.

What belongs here: wiring. What does not: anything that works (`assets/` calls `pipelines/`).
"""

import os

import dagster as dg

from assets import checks, jobs, kluis, personas, population, publishing, release, schedules, sensors
from assets.resources import Rooms

defs = dg.Definitions(
    assets=[
        population.deliveries(population.is_synthetic(os.environ)),
        kluis.registers,
        kluis.persons,
        kluis.person_indicators,
        kluis.patterns,
        personas.measurement,
        release.bundle,
    ],
    asset_checks=[checks.registers_hold, checks.indicators_hold],
    jobs=[jobs.refresh, jobs.release, jobs.line, publishing.publish],
    schedules=[schedules.yearly, schedules.publishing],
    sensors=[sensors.new_delivery],
    resources={"rooms": Rooms()},
    # One process: DuckDB has one writer, and importing the libraries for every step would take longer than the step.
    executor=dg.in_process_executor,
)
