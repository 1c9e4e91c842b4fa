"""The days that a rule looks at, from the first one up to and including the peildatum.

What belongs here: that first day per rule. What does not: which days a register covers (`coverage_words.py`), and the
conditions on the dates of a record (`rows.py`).
"""

import calendar
from collections.abc import Iterable
from datetime import date, timedelta

from pipelines.indicators.spec import (
    Count,
    EndedAndNothingBegan,
    Indicator,
    Moved,
    OnRegister,
    SpellEnded,
    SpellInMonths,
    SpellOnPeildatum,
    Sum,
)

Window = date | None
"""The first day that a rule looks at; None when it looks back without end."""


def first_day(rule: OnRegister, peiljaar: int) -> Window:
    """The first day on which a record that nobody delivered could have changed the answer.

    The peildatum itself for a spell that covers it, however long ago it had to begin: who pays on the peildatum
    reports the whole spell. The peiljaar for a rule that names no time.
    """
    peildatum = date(peiljaar, 12, 31)
    if isinstance(rule, SpellOnPeildatum):
        return peildatum
    if isinstance(rule, SpellEnded | EndedAndNothingBegan):
        return None if rule.months_before.to is None else _after(peildatum, rule.months_before.to)
    if isinstance(rule, SpellInMonths | Count | Sum | Moved) and rule.months is not None:
        return _after(peildatum, rule.months)
    return date(peiljaar, 1, 1)


def earliest(windows: Iterable[Window]) -> Window:
    """The first of these days; None when one of them looks back without end."""
    found = list(windows)
    return None if None in found else min(day for day in found if day is not None)


def looked_at(indicators: Iterable[Indicator], peiljaar: int) -> dict[str, Window]:
    """Register -> first day that any of these indicators looks at in it, as a register of followers too."""
    found: dict[str, list[Window]] = {}
    for indicator in indicators:
        rule = indicator.rule.on_register
        if rule is None or indicator.source is None:
            continue
        sources = [indicator.source]
        if isinstance(rule, EndedAndNothingBegan):
            sources += [rows.source for rows in rule.nothing_of]
        for source in sources:
            found.setdefault(source, []).append(first_day(rule, peiljaar))
    return {source: earliest(days) for source, days in found.items()}


def _after(day: date, months: int) -> date:
    """The day after the same day so many months earlier (the last day of a shorter month)."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1])) + timedelta(days=1)
