"""Our own expectation for Great Expectations: what a rule asks is answered in the database by true or false.

What belongs here: the metric and the expectation, imported only when suites run (the library is slow to import).
What does not: what is asked (the suites have it).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

import sqlalchemy
from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.metric_provider import MetricProvider, metric_value

from expectations.asking import Question, answers_to

METRIC = "blindevlek.answers"


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
        return answers_to(lambda query: _row(execution_engine, query), _questions[metric_value_kwargs["question"]])


def _row(engine: Any, query: str) -> Sequence[object] | None:
    """The one row that a query gives; None when it cannot be asked."""
    try:
        return tuple(engine.execute_query(sqlalchemy.text(query.replace(":", "\\:"))).one())
    except Exception:
        # A question that cannot be asked fails its rules (see `answers_to`); the library's error may quote a row.
        return None


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
