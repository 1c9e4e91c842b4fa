"""Running rules without Great Expectations: the same questions, asked of the database directly.

What belongs here: asking, where a secure room has no such library (docs/decisions/021). What does not: choosing rules, and
how the library is asked (`evaluate.py`).
"""

import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from expectations.asking import answers_to, questions_of, suites_of
from expectations.rules import Rule
from pipelines.progress import Progress

if TYPE_CHECKING:
    import duckdb

    from expectations.evaluate import Outcome


def great_expectations_is_here() -> bool:
    """Can suites be run through the library?"""
    try:
        return find_spec("great_expectations") is not None and find_spec("duckdb_engine") is not None
    except ImportError:
        return False


def evaluate_plainly(
    rules: Sequence[Rule], opener: "Callable[[], duckdb.DuckDBPyConnection]", progress: Progress
) -> "Outcome":
    """Run the rules as `evaluate` does, and with the same outcome; a rule that could not be evaluated does not hold."""
    from expectations.evaluate import Outcome

    found: dict[str, bool] = {}
    seconds: dict[str, float] = {}
    connection = opener()
    try:
        for suite, of_suite in suites_of(rules).items():
            progress(f"check {suite} (without Great Expectations)")
            started = time.perf_counter()
            for question, asked in questions_of(of_suite):
                answers = answers_to(lambda query: _row(connection, query), question)
                found |= {rule.id: holds for rule, holds in zip(asked, answers, strict=True)}
            seconds[suite] = time.perf_counter() - started
    finally:
        connection.close()
    return Outcome({rule.id: found.get(rule.id, False) for rule in rules}, seconds)


def _row(connection: "duckdb.DuckDBPyConnection", query: str) -> Sequence[object] | None:
    """The one row that a query gives; None when it cannot be asked. The library's error goes no further: it may quote
    a row."""
    try:
        rows = connection.execute(query).fetchall()
    except Exception:
        # As in `counting.py`: a question that cannot be asked fails its rules.
        return None
    return rows[0] if len(rows) == 1 else None
