"""The main job, step by step, in order. Both front doors run these functions.

What belongs here: the order of the steps, and when a step is already done. What does not: the work of a step
(its room has it), Dagster, Great Expectations (validation is handed in).
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from pipelines import state
from pipelines.context import Context
from pipelines.indicators.patterns import build_patterns
from pipelines.indicators.table import build_person_words
from pipelines.persons.build import build_persons
from pipelines.persons.wijken import build_wijken
from pipelines.population.make import make_deliveries
from pipelines.population.settings import PopulationSettings
from pipelines.registers.ingest import STEP as INGEST
from pipelines.registers.ingest import ingest
from pipelines.release.bundle import Bundle, make_bundle
from pipelines.release.measure import Measured, measure_release, prepare
from pipelines.release.plan import ReleasePlan, personas_of, require_own_rows, standings_of, wijken_of
from pipelines.version import source_fingerprint
from pipelines.warehouse import Warehouse, open_warehouse

PERSONS, INDICATORS, PATTERNS = "persons", "indicators", "patterns"
Which = Literal["registers", "indicators"]
Step = tuple[str, Callable[[], bool]]
"""Name of a step, and the step: False when it was done before on the same input."""


@dataclass(frozen=True)
class Validation:
    """How tables are validated: `run` raises CheckFailed; `fingerprint` says which rules it has."""

    run: Callable[[Context, int, Which], None]
    fingerprint: str


@dataclass(frozen=True)
class Finished:
    """What the line made, and how long each step took (seconds; None when it was done before)."""

    measured: Measured
    bundle: Bundle
    seconds: dict[str, float | None]


def make_population(context: Context, settings: PopulationSettings) -> bool:
    """Make the synthetic deliveries of a peiljaar; False when they stand there already."""
    root, peiljaar = context.root, settings.peiljaar
    root.prepare()
    return make_deliveries(settings, root.deliveries(peiljaar), root.truth(peiljaar), root.temp, context.progress)


def take_in(context: Context, peiljaar: int) -> bool:
    """Ingest the complete deliveries of a peiljaar; False when the warehouse holds exactly these."""
    context.root.prepare()
    return ingest(context.root, context.key(), context.catalogue(), peiljaar, context.progress)


def validate(context: Context, peiljaar: int, which: Which, validation: Validation) -> bool:
    """Run the suites; False when the same tables passed the same rules before. Raises CheckFailed."""
    step = f"check {which}"
    wanted = _upstream(
        context, peiljaar, {"registers": INGEST, "indicators": INDICATORS}[which], validation.fingerprint
    )
    if _is_done(context, step, peiljaar, wanted):
        return False
    validation.run(context, peiljaar, which)
    with open_warehouse(context.root, context.key(), memory=context.memory) as warehouse:
        state.mark_done(warehouse, step, peiljaar, wanted)
    return True


def count_population(context: Context, peiljaar: int) -> bool:
    """Build `persons`; False when it was built from exactly these deliveries."""
    wanted = _upstream(context, peiljaar, INGEST, source_fingerprint("pipelines.persons"))
    if _is_done(context, PERSONS, peiljaar, wanted):
        return False
    context.progress("persons: everyone in the BRP on the peildatum")
    with _building(context, PERSONS, peiljaar, wanted) as warehouse:
        build_persons(warehouse, peiljaar)
    return True


def find_indicators(context: Context, peiljaar: int) -> bool:
    """Build the indicators of everyone; False when nothing they rest on has changed."""
    indicators = context.indicators()
    prints = [indicator.counting_fingerprint for indicator in indicators.by_id.values()]
    wanted = _upstream(context, peiljaar, PERSONS, source_fingerprint("pipelines.indicators"), *prints)
    if _is_done(context, INDICATORS, peiljaar, wanted):
        return False
    context.progress("indicators: one scan per register")
    with _building(context, INDICATORS, peiljaar, wanted) as warehouse:
        build_person_words(warehouse, indicators, context.catalogue(), peiljaar)
    return True


def group_patterns(context: Context, plan: ReleasePlan) -> bool:
    """Build the pattern table of a plan; False when it stands there for the same personas."""
    personas = personas_of(plan, context.personas())
    names = tuple(dict.fromkeys(name for persona in personas for name in persona.indicators))
    combinations = tuple(persona.conditions for persona in personas)
    option = () if plan.members is None else (f"at most {plan.members} of a household",)
    if plan.wijken is not None:
        option = (*option, "by wijk")
    wanted = _upstream(
        context, plan.peiljaar, INDICATORS, *names, *(" ".join(found) for found in combinations), *option
    )
    if _is_done(context, PATTERNS, plan.peiljaar, wanted):
        return False
    context.progress("patterns: who shares everything that the plan uses")
    with _building(context, PATTERNS, plan.peiljaar, wanted) as warehouse:
        if plan.wijken is not None:
            build_wijken(warehouse, plan.peiljaar)
        build_patterns(
            warehouse,
            context.indicators(),
            names,
            plan.peiljaar,
            combinations,
            context.catalogue(),
            plan.members,
            by_wijk=plan.wijken is not None,
        )
    return True


def counting_steps(context: Context, plan: ReleasePlan, validation: Validation) -> list[Step]:
    """The steps between deliveries and a measurement, in order; each returns at once when nothing has changed."""
    peiljaar = plan.peiljaar
    return [
        ("check registers", lambda: validate(context, peiljaar, "registers", validation)),
        ("persons", lambda: count_population(context, peiljaar)),
        ("indicators", lambda: find_indicators(context, peiljaar)),
        ("check indicators", lambda: validate(context, peiljaar, "indicators", validation)),
        ("patterns", lambda: group_patterns(context, plan)),
    ]


def measure_as_it_stands(context: Context, plan: ReleasePlan, validation: Validation) -> Measured:
    """Measure the plan, never on tables that are unchecked or older than the specs."""
    for _, step in counting_steps(context, plan, validation):
        step()
    return measure(context, plan)


def measure(context: Context, plan: ReleasePlan) -> Measured:
    """Measure the plan over the patterns that stand there, or return what was stored for it."""
    return measure_release(context, prepare(context, plan))


def bundle(context: Context, plan: ReleasePlan) -> Bundle:
    """Make the bundle of the stored measurement of a plan."""
    from pipelines.datacenter.pages import write_pages

    prepared = prepare(context, plan)
    return make_bundle(context, prepared, measure_release(context, prepared), write_pages)


def run_line(
    context: Context, plan: ReleasePlan, validation: Validation, population: PopulationSettings | None
) -> Finished:
    """The whole line for one plan. `population` makes synthetic deliveries first; None for real ones.

    Raises SpecError at once, before a long ingest, when an accepted persona of the plan has changed or one reads the
    rows of others, or its list of wijken cannot be.
    """
    personas = personas_of(plan, context.personas())
    require_own_rows(plan, personas, context.indicators())
    standings_of(plan, personas, context.indicators(), context.specs)
    wijken_of(plan, personas, context.specs)
    steps: list[Step] = [
        ("ingest", lambda: take_in(context, plan.peiljaar)),
        *counting_steps(context, plan, validation),
    ]
    if population is not None:
        settings = population
        steps.insert(0, ("synthetic population", lambda: make_population(context, settings)))
    seconds: dict[str, float | None] = {}
    for name, step in steps:
        started = time.perf_counter()
        worked = step()
        seconds[name] = time.perf_counter() - started if worked else None
    started = time.perf_counter()
    prepared = prepare(context, plan)
    measured = measure_release(context, prepared)
    seconds["measure"] = time.perf_counter() - started if measured.is_new else None
    # Only now, since a room that measures nothing need not have what makes pages.
    from pipelines.datacenter.pages import write_pages

    started = time.perf_counter()
    made = make_bundle(context, prepared, measured, write_pages)
    seconds["bundle and pages"] = time.perf_counter() - started if made.is_new else None
    return Finished(measured, made, seconds)


@contextmanager
def _building(context: Context, step: str, peiljaar: int, wanted: str) -> Iterator[Warehouse]:
    """The warehouse to build a step in; what is built and that it is done stand there together, or neither does."""
    with (
        open_warehouse(context.root, context.key(), memory=context.memory) as warehouse,
        warehouse.transaction(),
    ):
        yield warehouse
        state.mark_done(warehouse, step, peiljaar, wanted)


def _is_done(context: Context, step: str, peiljaar: int, wanted: str) -> bool:
    with open_warehouse(context.root, context.key(), read_only=True, memory=context.memory) as warehouse:
        return state.is_done(warehouse, step, peiljaar, wanted)


def _upstream(context: Context, peiljaar: int, step: str, *own: str) -> str:
    """Fingerprint of a step: what the step before it was done on, and what this one adds."""
    with open_warehouse(context.root, context.key(), read_only=True, memory=context.memory) as warehouse:
        return state.fingerprint(state.done_on(warehouse, step, peiljaar), *own)
