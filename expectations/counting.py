"""Our own expectation for Great Expectations: what a rule asks is answered in the database by true or false.

What belongs here: the metric and the expectation, imported only when suites run (the library is slow to import).
What does not: what is asked (the suites have it).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

import sqlalchemy
from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.metric_provider import MetricProvider, metric_value

METRIC = "blindevlek.answers"


@dataclass(frozen=True)
class Question:
    """Conditions on one source. `exact` are queries that decide where a sufficient condition is not fulfilled; empty
    where the condition is the whole answer."""

    source: str
    conditions: tuple[str, ...]
    exact: tuple[str, ...]


_questions: dict[int, Question] = {}


@contextmanager
def asking(questions: Sequence[Question]) -> Iterator[list[int]]:
    """A number for each question, for as long as the block runs. Expectations carry the number: the library copies
    and compares everything that an expectation holds, and hundreds of conditions each take it most of a minute."""
    first = max(_questions, default=-1) + 1
    numbers = list(range(first, first + len(questions)))
    _questions.update(zip(numbers, questions, strict=True))
    try:
        yield numbers
    finally:
        for number in numbers:
            del _questions[number]


class Answers(MetricProvider):
    """Of one source, which of its conditions hold. Expectations that ask the same of the same source share one run.

    A condition that cannot be asked (a column is missing, a value does not convert) does not hold. The library's
    error goes no further than this: it may quote a row.
    """

    metric_name = METRIC
    domain_keys = ("batch_id", "row_condition", "condition_parser")
    value_keys = ("question",)

    @metric_value(engine=SqlAlchemyExecutionEngine)  # type: ignore[untyped-decorator]
    def _answers(
        cls,
        execution_engine: Any,
        metric_domain_kwargs: dict[str, Any],  # noqa: ARG002 - the library passes it by name
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],  # noqa: ARG002 - the library passes it by name
        runtime_configuration: dict[str, Any],  # noqa: ARG002 - the library passes it by name
    ) -> list[bool]:
        return answers_to(execution_engine, _questions[metric_value_kwargs["question"]])


def answers_to(engine: Any, question: Question) -> list[bool]:
    """Per condition whether it holds."""
    conditions = question.conditions
    together = _ask(engine, f"SELECT {', '.join(conditions)} FROM {question.source}", len(conditions))
    if together is None:
        # One of them breaks the scan: each is asked alone, so that only what cannot be asked fails.
        alone = [_ask(engine, f"SELECT {condition} FROM {question.source}", 1) for condition in conditions]
        together = [answer is not None and answer[0] for answer in alone]
    return [holds or _decides(engine, query) for holds, query in zip(together, question.exact, strict=True)]


def _decides(engine: Any, query: str) -> bool:
    answer = _ask(engine, query, 1) if query else None
    return answer is not None and answer[0]


def _ask(engine: Any, query: str, width: int) -> list[bool] | None:
    """The one row of booleans that a query gives; None when it cannot be asked."""
    try:
        row = engine.execute_query(sqlalchemy.text(query.replace(":", "\\:"))).one()
    except Exception:
        return None
    return [answer is True for answer in row] if len(row) == width else None


class Holds(BatchExpectation):
    """The condition with this number of a question holds. The source is scanned once for all who ask it, where the library's own
    expectations make a query or more each."""

    question: int
    number: int

    metric_dependencies: ClassVar[tuple[str, ...]] = (METRIC,)
    success_keys: ClassVar[tuple[str, ...]] = ("question", "number")
    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id", "row_condition", "condition_parser")

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: Any = None,  # noqa: ARG002 - the library passes it by name
        execution_engine: Any = None,  # noqa: ARG002 - the library passes it by name
    ) -> dict[str, Any]:
        return {"success": metrics[METRIC][self.number]}
