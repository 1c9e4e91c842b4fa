"""What rules ask of the database, whoever runs them: one scan for all rules with the same source.

What belongs here: from rules to queries, and from their answers to true or false. What does not: a library that runs
suites (`counting.py`), and rules (`rules.py`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from expectations.rules import Rule

Ask = Callable[[str], Sequence[object] | None]
"""From a query to its one row; None when it cannot be asked."""


@dataclass(frozen=True)
class Question:
    """Conditions on one source. `exact` are queries that decide where a sufficient condition is not fulfilled; empty
    where the condition is the whole answer."""

    source: str
    conditions: tuple[str, ...]
    exact: tuple[str, ...]


def suites_of(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    """Suite -> its rules, in the order given."""
    suites: dict[str, list[Rule]] = {}
    for rule in rules:
        suites.setdefault(rule.suite, []).append(rule)
    return suites


def questions_of(rules: Iterable[Rule]) -> Iterator[tuple[Question, list[Rule]]]:
    """One question for all rules with the same source, and these rules in order of its conditions."""
    same_source: dict[str, list[Rule]] = {}
    for rule in rules:
        same_source.setdefault(rule.source, []).append(rule)
    for source, found in same_source.items():
        yield Question(source, tuple(r.holds for r in found), tuple(r.exact or "" for r in found)), found


def answers_to(ask: Ask, question: Question) -> list[bool]:
    """Per condition whether it holds; one that cannot be asked (a column is missing, a value does not convert) does not."""
    conditions = question.conditions
    together = _booleans(ask, f"SELECT {', '.join(conditions)} FROM {question.source}", len(conditions))
    if together is None:
        # One of them breaks the scan: each is asked alone, so that only what cannot be asked fails.
        alone = [_booleans(ask, f"SELECT {condition} FROM {question.source}", 1) for condition in conditions]
        together = [answer is not None and answer[0] for answer in alone]
    return [holds or _decides(ask, query) for holds, query in zip(together, question.exact, strict=True)]


def _decides(ask: Ask, query: str) -> bool:
    answer = _booleans(ask, query, 1) if query else None
    return answer is not None and answer[0]


def _booleans(ask: Ask, query: str, width: int) -> list[bool] | None:
    row = ask(query)
    return [answer is True for answer in row] if row is not None and len(row) == width else None
