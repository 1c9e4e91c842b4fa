"""Running rules through Great Expectations: per rule only whether it holds comes back.

What belongs here: the library's context, and keeping everything that it says inside. What does not: choosing
rules and telling people (see `runner.py`).
"""

import logging
import os
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from expectations.asking import questions_of, suites_of
from expectations.rules import Rule
from pipelines.errors import KluisError
from pipelines.progress import Progress

if TYPE_CHECKING:
    import duckdb

Opener = Callable[[], "duckdb.DuckDBPyConnection"]

_LOGGERS = ("great_expectations", "sqlalchemy", "duckdb_engine")


SEVERITIES = {"blocking": "critical", "warning": "warning"}
"""Our words for how bad it is -> the library's."""


@dataclass(frozen=True)
class Outcome:
    """Rule id -> does it hold; suite -> seconds."""

    holds: Mapping[str, bool]
    seconds: Mapping[str, float]


def evaluate(rules: Sequence[Rule], opener: Opener, progress: Progress) -> Outcome:
    """Run the rules, suite by suite. A rule that could not be evaluated does not hold.

    `opener` gives cursors of an open read-only warehouse, whose default schema holds the tables. Raises KluisError,
    without any text of a library, when the library itself fails.
    """
    found: dict[str, bool] = {}
    seconds: dict[str, float] = {}
    with _source(opener) as source:
        for suite, of_suite in suites_of(rules).items():
            progress(f"check {suite}")
            started = time.perf_counter()
            found |= _validated(source, suite, of_suite)
            seconds[suite] = time.perf_counter() - started
    return Outcome({rule.id: found.get(rule.id, False) for rule in rules}, seconds)


@contextmanager
def _source(opener: Opener) -> Iterator[Any]:
    """A data source over the warehouse in a context that lives in memory only."""
    failure, source = "", None
    with _quietly():
        try:
            import great_expectations
            from great_expectations.data_context.types.base import ProgressBarsConfig

            from expectations.dialect import engine_url
        except ImportError as error:
            failure = type(error).__name__
    if failure:
        raise KluisError(_describe("loading Great Expectations", failure))
    with engine_url(opener) as url:
        with _quietly():
            try:
                context = great_expectations.get_context(mode="ephemeral")
                context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
                source = context.data_sources.add_sql("kluis", connection_string=url)
            except Exception as error:
                failure = type(error).__name__
        # Raised outside the handler: even `from None` would keep the library's error as __context__.
        if failure:
            raise KluisError(_describe("opening the warehouse for checks", failure))
        yield source


def _validated(source: Any, suite: str, rules: list[Rule]) -> dict[str, bool]:
    failure = ""
    with _quietly():
        try:
            return _validate(source, suite, rules)
        except Exception as error:
            failure = type(error).__name__
    raise KluisError(_describe(f"checking {suite}", failure))


def _validate(source: Any, name: str, rules: list[Rule]) -> dict[str, bool]:
    import great_expectations

    from expectations.counting import asking

    asked = list(questions_of(rules))
    with asking([question for question, _ in asked]) as numbers:
        made = [one for number, (_, found) in zip(numbers, asked, strict=True) for one in _made(number, found)]
        suite = great_expectations.ExpectationSuite(name=name, expectations=made)
        # Every rule says itself what it reads; the batch is the table whose rules these are.
        asset = source.add_table_asset(name, table_name=rules[0].table)
        batch = asset.add_batch_definition_whole_table("all").get_batch()
        outcome = batch.validate(suite, result_format="BOOLEAN_ONLY")
    # Of each result two things are copied: our own id and a boolean. `exception_info` can hold row values.
    return {result.expectation_config.meta["rule"]: result.success is True for result in outcome.results}


def _made(question: int, rules: Sequence[Rule]) -> list[Any]:
    """One expectation a rule; rules with the same source ask one question of it."""
    from expectations.counting import Holds

    return [
        Holds(
            question=question,
            number=number,
            severity=SEVERITIES[rule.severity],
            meta={"rule": rule.id, "ess_type": rule.code, "ess_level": rule.level},
        )
        for number, rule in enumerate(rules)
    ]


@contextmanager
def _quietly() -> Iterator[None]:
    """Nothing of the libraries reaches a log or a warning: their texts quote row values."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    before = [(logger.level, logger.propagate, logger.handlers[:]) for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
        logger.propagate = False
        logger.handlers = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, (level, propagate, handlers) in zip(loggers, before, strict=True):
            logger.setLevel(level)
            logger.propagate = propagate
            logger.handlers = handlers


def _describe(step: str, failure: str) -> str:
    return (
        f"the checks failed at: {step} ({failure}). The library's own message is withheld, because it may quote "
        "row values. Run the step before it again; if this stays, report the step and the kind of failure."
    )
