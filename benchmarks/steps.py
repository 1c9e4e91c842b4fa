"""The steps of the line, each timed inside a process of its own: `python -m benchmarks.steps STEP --scratch FOLDER`.

What belongs here: making a step run again, and its seconds, imports included. What does not: targets and tables
(`national.py`). A step tells JSON: seconds, and public facts such as the number of cells.
"""

import argparse
import json
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from benchmarks.scratch import on_scratch, quiet_context, require_synthetic
from pipelines.context import Context

Told = dict[str, Any]


def main() -> int:
    """Run one step and tell its seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", choices=sorted(STEPS))
    parser.add_argument("--scratch", type=Path, required=True)
    parser.add_argument("--peiljaar", type=int, default=2023)
    args = parser.parse_args()
    if args.step not in ("population", "ingest"):
        require_synthetic(quiet_context(), args.peiljaar)
    print(json.dumps(STEPS[args.step](quiet_context(), args.peiljaar, args.scratch)))
    return 0


def _timed(work: Callable[[], Any]) -> Told:
    started = time.perf_counter()
    work()
    return {"seconds": time.perf_counter() - started}


def _forget(context: Context, peiljaar: int, *steps: str) -> None:
    from pipelines import state
    from pipelines.warehouse import open_warehouse

    with open_warehouse(context.root, context.key()) as warehouse:
        for step in steps:
            state.forget(warehouse, step, peiljaar)


def persons(context: Context, peiljaar: int, _scratch: Path) -> Told:
    """The counting population, again."""
    from pipelines import line

    _forget(context, peiljaar, line.PERSONS)
    return _timed(lambda: line.count_population(context, peiljaar))


def indicators(context: Context, peiljaar: int, _scratch: Path) -> Told:
    """The indicators of everyone, again."""
    from pipelines import line

    _forget(context, peiljaar, line.INDICATORS)
    return _timed(lambda: line.find_indicators(context, peiljaar))


def patterns(context: Context, peiljaar: int, _scratch: Path) -> Told:
    """The patterns of the plan, again."""
    from pipelines import line

    _forget(context, peiljaar, line.PATTERNS)
    return _timed(lambda: line.group_patterns(context, context.plan_of(peiljaar)))


def measure(context: Context, peiljaar: int, scratch: Path) -> Told:
    """Counting, noise and ledger, into a scratch ledger; tells `count` and `noise` apart, and the cells."""
    from contextlib import ExitStack
    from unittest.mock import patch

    from pipelines import line
    from pipelines.privacy.mechanism import add_noise
    from pipelines.release.cells import exact_vectors
    from pipelines.release.measure import Measured

    seconds: dict[str, float] = {}

    def timed(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any) -> Any:
            started = time.perf_counter()
            found = work(*arguments)
            seconds[name] = time.perf_counter() - started
            return found

        return wrapped

    own = on_scratch(context, scratch)
    measured: list[Measured] = []
    with ExitStack() as stack:
        stack.enter_context(patch("pipelines.release.measure.exact_vectors", timed("count", exact_vectors)))
        stack.enter_context(patch("pipelines.privacy.mechanism.add_noise", timed("noise", add_noise)))
        told = _timed(lambda: measured.append(line.measure(own, own.plan_of(peiljaar))))
    cells = sum(vector.size for vector in measured[0].stored.tables.values())
    return told | seconds | {"cells": int(cells)}


def estimates(context: Context, peiljaar: int, scratch: Path) -> Told:
    """Least squares and intervals of the measurement in the scratch ledger."""
    from pipelines.release.figures import publish_figures
    from pipelines.release.measure import measure_release, prepare

    own = on_scratch(context, scratch)
    prepared = prepare(own, own.plan_of(peiljaar))
    stored = measure_release(own, prepared).stored
    return _timed(lambda: publish_figures(stored, prepared.key_set, prepared.plan.status, "1.0.0"))


def bundle(context: Context, peiljaar: int, scratch: Path) -> Told:
    """Estimates, tables and pages into a scratch wachtruimte."""
    from pipelines import line

    own = on_scratch(context, scratch)
    return _timed(lambda: line.bundle(own, own.plan_of(peiljaar)))


def whole_line(context: Context, peiljaar: int, scratch: Path) -> Told:
    """Persons to pages in one process, as `blindevlek run` does after ingest, without validation."""
    from pipelines import line

    _forget(context, peiljaar, line.PERSONS, line.INDICATORS, line.PATTERNS)
    own = on_scratch(context, scratch / "whole")
    plan = own.plan_of(peiljaar)

    def work() -> None:
        line.count_population(own, peiljaar)
        line.find_indicators(own, peiljaar)
        line.group_patterns(own, plan)
        line.bundle(own, plan)

    return _timed(work)


def our_counts(context: Context, peiljaar: int, _scratch: Path) -> Told:
    """Persons, indicators, patterns and the exact counts of the plan, in one process."""
    from benchmarks.exact_counts import our_exact_counts
    from pipelines import line

    _forget(context, peiljaar, line.PERSONS, line.INDICATORS, line.PATTERNS)
    plan = context.plan_of(peiljaar)

    def work() -> None:
        line.count_population(context, peiljaar)
        line.find_indicators(context, peiljaar)
        line.group_patterns(context, plan)
        our_exact_counts(context, plan)

    return _timed(work)


def our_counts_from_indicators(context: Context, peiljaar: int, _scratch: Path) -> Told:
    """Patterns and the exact counts of the plan, over the indicators that stand there."""
    from benchmarks.exact_counts import our_exact_counts
    from pipelines import line

    _forget(context, peiljaar, line.PATTERNS)
    plan = context.plan_of(peiljaar)

    def work() -> None:
        line.group_patterns(context, plan)
        our_exact_counts(context, plan)

    return _timed(work)


THREE = ("dakloos-verslaafd-schulden", "jongere-schuld-zonder-startkwalificatie", "wia-zelf-stopgezet")


def three_personas(context: Context, peiljaar: int, _scratch: Path) -> Told:
    """Patterns and exact counts of three personas, over the indicators that stand there."""
    return _counts_of(context, peiljaar, THREE)


def all_personas(context: Context, peiljaar: int, _scratch: Path) -> Told:
    """Patterns and exact counts of every persona of the plan, over the same indicators."""
    return _counts_of(context, peiljaar, None)


def _counts_of(context: Context, peiljaar: int, personas: tuple[str, ...] | None) -> Told:
    from benchmarks.exact_counts import our_exact_counts
    from pipelines import line

    plan = context.plan_of(peiljaar)
    if personas is not None:
        plan = plan.model_copy(update={"personas": personas})
    _forget(context, peiljaar, line.PATTERNS)

    def work() -> None:
        line.group_patterns(context, plan)
        our_exact_counts(context, plan)

    told = _timed(work)
    # The patterns of another plan stand there now.
    _forget(context, peiljaar, line.PATTERNS)
    return told | {"personas": len(plan.personas)}


def rival_indicators(context: Context, _peiljaar: int, _scratch: Path) -> Told:
    """The same counts by hand-written SQL over the indicators that stand there."""
    from benchmarks.exact_counts import rival_exact_counts

    return _timed(lambda: rival_exact_counts(context, "counts_from_indicators.sql"))


def rival_everyone(context: Context, _peiljaar: int, _scratch: Path) -> Told:
    """The same counts by hand-written SQL that, as ours, finds every fact of the plan for everybody."""
    from benchmarks.exact_counts import rival_exact_counts

    return _timed(lambda: rival_exact_counts(context, "counts_of_everyone.sql"))


def compare_counts(context: Context, peiljaar: int, _scratch: Path) -> Told:
    """Are the counts of each rival ours, cell by cell? Tells only that."""
    from benchmarks.exact_counts import our_exact_counts, rival_exact_counts

    ours = our_exact_counts(context, context.plan_of(peiljaar))
    return {
        "rival_everyone": rival_exact_counts(context, "counts_of_everyone.sql") == ours,
        "rival_indicators": rival_exact_counts(context, "counts_from_indicators.sql") == ours,
    }


def ingest(context: Context, peiljaar: int, scratch: Path) -> Told:
    """The deliveries of the data root into a scratch warehouse."""
    from pipelines import line

    own = on_scratch(context, scratch, own_warehouse=True)
    return _timed(lambda: line.take_in(own, peiljaar))


def validation(context: Context, peiljaar: int, _scratch: Path) -> Told:
    """All suites on what stands there; tells also whether they passed, since they take as long when they do not."""
    from expectations.validation import validation as handed_in
    from pipelines.errors import CheckFailed

    failed: list[str] = []

    def work() -> None:
        rules = handed_in()
        for which in ("registers", "indicators"):
            try:
                rules.run(context, peiljaar, which)
            except CheckFailed:
                failed.append(which)

    return _timed(work) | {"failed": failed}


def population(_context: Context, peiljaar: int, scratch: Path) -> Told:
    """The whole synthetic Netherlands as deliveries, into a scratch folder."""
    from pipelines.population.make import make_deliveries
    from pipelines.population.settings import PopulationSettings

    settings = PopulationSettings(peiljaar, Fraction(1))
    places = (scratch / "deliveries", scratch / "truth", scratch / "temp")
    return _timed(lambda: make_deliveries(settings, *places, lambda _message: None))


STEPS: dict[str, Callable[[Context, int, Path], Told]] = {
    step.__name__: step
    for step in (
        persons, indicators, patterns, measure, estimates, bundle, whole_line,
        our_counts, our_counts_from_indicators, three_personas, all_personas, rival_everyone, rival_indicators, compare_counts, ingest, validation, population,
    )
}  # fmt: skip

if __name__ == "__main__":
    raise SystemExit(main())
