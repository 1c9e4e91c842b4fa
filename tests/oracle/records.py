"""What one record says by itself, as naive SQL: whether it holds the values that a rule asks, and the days it asks of.

What belongs here: conditions on a single row. What does not: whether there is such a row, and what its absence means
(`facts.py`).
"""

import calendar
from datetime import date

from pipelines.indicators.spec import (
    Count,
    EndedAndNothingBegan,
    RecordExists,
    Rows,
    SpellEnded,
    SpellInMonths,
    SpellInYear,
    SpellOnPeildatum,
    Sum,
)
from pipelines.indicators.values import FromTo
from pipelines.registers.catalogue_model import Register


def months_before(day: date, months: int) -> date:
    """The same day, so many months earlier; the last day of the month when that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def holds(rows: Rows, r: str) -> str:
    """Does the record `r` hold the values that a rule asks; NULL where one of them is missing."""
    found = ["true"]
    for column, codes in rows.where.items():
        found.append(f"{r}.{column} IN ({', '.join(_sql_text(code) for code in codes)})")
    if rows.where_any:
        either = [f"{r}.{column} IN ({', '.join(map(_sql_text, codes))})" for column, codes in rows.where_any.items()]
        found.append(f"({' OR '.join(either)})")
    for column, bounds in rows.between.items():
        low = f"{r}.{column} >= {bounds.start}" if bounds.start is not None else "true"
        high = f"{r}.{column} <= {bounds.to}" if bounds.to is not None else "true"
        # Both ends are asked, so that an empty value is NULL whichever end is open.
        found.append(f"({r}.{column} = {r}.{column} AND {low} AND {high})")
    return f"({' AND '.join(found)})"


def in_time(rule: Rows, register: Register, peildatum: date) -> str:
    """Does the record `r` fall in the days that a rule looks at."""
    if isinstance(rule, RecordExists) or (isinstance(rule, Count | Sum) and rule.months is None):
        return "true"
    begin, end, today = begins(register, "r"), ends(register, "r"), sql_day(peildatum)
    if isinstance(rule, SpellOnPeildatum):
        found = [
            f"{begin} <= {today}",
            f"{end} >= {today}",
            f"{begin} <= {sql_months_before(peildatum, rule.min_months)}",
        ]
        if rule.max_months is not None:
            found.append(f"{begin} >= {sql_months_before(peildatum, rule.max_months)}")
        return " AND ".join(found)
    if isinstance(rule, SpellInYear):
        return f"{begin} <= {today} AND {end} >= {sql_day(date(peildatum.year, 1, 1))}"
    if isinstance(rule, SpellEnded | EndedAndNothingBegan):
        return _ended(rule.months_before, end, peildatum)
    assert isinstance(rule, SpellInMonths | Count | Sum)
    # The last n months begin on the day after the peildatum of n months ago.
    return f"{begin} <= {today} AND {end} > {sql_months_before(peildatum, rule.months or 0)}"


def _ended(window: FromTo, end: str, peildatum: date) -> str:
    bounds = [f"{end} < {sql_day(peildatum)}", f"{end} <= {sql_months_before(peildatum, window.start)}"]
    if window.to is not None:
        bounds.append(f"{end} > {sql_months_before(peildatum, window.to)}")
    return " AND ".join(bounds)


def sql_months_before(day: date, months: int) -> str:
    """The day so many months before this one, as SQL."""
    return sql_day(months_before(day, months))


def begins(register: Register, r: str) -> str:
    """The first day of the spell `r`."""
    assert register.spell is not None
    return f"{r}.{register.spell.begin}"


def ends(register: Register, r: str) -> str:
    """The last day of the spell `r`."""
    assert register.spell is not None
    return f"{r}.{register.spell.end}"


def sql_day(day: date) -> str:
    """A day as SQL."""
    return f"DATE '{day.isoformat()}'"


def _sql_text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
