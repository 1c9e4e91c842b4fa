"""Our own expectation for Great Expectations: a query counts what fails, and a count is small enough.

What belongs here: the metric and the expectation, imported only when suites run (the library is slow to import).
What does not: queries (the suites have them).
"""

from typing import Any, ClassVar

import sqlalchemy
from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.metric_provider import MetricProvider, metric_value

METRIC = "blindevlek.failing"


class Failing(MetricProvider):
    """The counts in the single row that a query gives, by name. Expectations with the same query share them."""

    metric_name = METRIC
    domain_keys = ("batch_id", "row_condition", "condition_parser")
    value_keys = ("query",)

    @metric_value(engine=SqlAlchemyExecutionEngine)  # type: ignore[untyped-decorator]
    def _counts(
        cls,
        execution_engine: Any,
        metric_domain_kwargs: dict[str, Any],  # noqa: ARG002 - the library passes it by name
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],  # noqa: ARG002 - the library passes it by name
        runtime_configuration: dict[str, Any],  # noqa: ARG002 - the library passes it by name
    ) -> dict[str, int]:
        query = sqlalchemy.text(metric_value_kwargs["query"])
        return {name: int(count) for name, count in execution_engine.execute_query(query).mappings().one().items()}


class NothingFails(BatchExpectation):
    """The column `count` of the query's row is at most `most_share` of the rows of the table. The query runs once
    for all who ask it, where the library's own expectation for SQL runs it twice: for rows and for their number."""

    query: str
    count: str
    most_share: float = 0.0

    metric_dependencies: ClassVar[tuple[str, ...]] = (METRIC, "table.row_count")
    success_keys: ClassVar[tuple[str, ...]] = ("query", "count", "most_share")
    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id", "row_condition", "condition_parser")

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: Any = None,  # noqa: ARG002 - the library passes it by name
        execution_engine: Any = None,  # noqa: ARG002 - the library passes it by name
    ) -> dict[str, Any]:
        return {"success": metrics[METRIC][self.count] <= self.most_share * metrics["table.row_count"]}
