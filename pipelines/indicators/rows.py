"""What one record of a register says of a rule, as SQL: true, false, or NULL for a value that is missing.

What belongs here: codes, numbers and dates of a row `r`. What does not: which rows are read, and what several of
them say together (`scans.py`, `sequences.py`).
"""

from pipelines.indicators.spec import (
    Count,
    OnRegister,
    Rows,
    SpellInMonths,
    SpellInYear,
    SpellOnPeildatum,
    Sum,
)
from pipelines.indicators.values import FromTo, Range
from pipelines.registers.catalogue_model import Register, Spell
from pipelines.warehouse import text_literal


def condition(rule: OnRegister, register: Register, peiljaar: int, holds: tuple[str, ...] = ()) -> str:
    """SQL over a row `r`: does it count for the rule? Rules about what ended have their window in `sequences.py`. What
    `holds` of every row that is read is not asked again."""
    parts = [*matching(rule), *times(rule, register, peiljaar)] if isinstance(rule, Rows) else []
    return " AND ".join(part for part in parts if part not in holds) or "true"


def unclear(rule: OnRegister, register: Register, peiljaar: int, holds: tuple[str, ...] = ()) -> str:
    """SQL over a row `r`: is `condition` NULL, because a value is missing? Empty when it cannot be."""
    codes = missing(rule) if isinstance(rule, Rows) else ""
    # Dates are never missing.
    asked = [codes, *(part for part in times(rule, register, peiljaar) if part not in holds)]
    return " AND ".join(asked) if codes else ""


def missing(rows: Rows) -> str:
    """SQL over a row `r`: is a value missing, and does no other say that it does not count? Empty when it cannot be."""
    columns = open_columns(rows)
    if len(columns) == 1:  # asked by itself, so that the rules on one column share the question
        return f"r.{columns[0]} IS NULL"
    return f"({' AND '.join(matching(rows))}) IS NULL" if columns else ""


def matching(rows: Rows) -> list[str]:
    """The codes and numbers that a row `r` must hold; SQL's AND over them is NULL when one is missing and none
    says no."""
    codes = [f"r.{column} IN ({quoted(allowed)})" for column, allowed in rows.where.items()]
    if rows.where_any:
        either = [f"r.{column} IN ({quoted(allowed)})" for column, allowed in rows.where_any.items()]
        codes.append(f"({' OR '.join(either)})")
    return codes + [part for column, bounds in rows.between.items() for part in _within(f"r.{column}", bounds)]


def open_columns(rule: OnRegister | Rows) -> tuple[str, ...]:
    """The columns that leave the answer open when they are empty."""
    return rule.asked if isinstance(rule, Rows) else ()


def ended_between(bounds: FromTo, end: str, peiljaar: int) -> str:
    """SQL: a spell with this end came to it so many months before the peildatum, and does not cover it."""
    parts = [f"{end} <= {before(peiljaar, bounds.start)}" if bounds.start else f"{end} < {before(peiljaar, 0)}"]
    if bounds.to is not None:
        parts.append(f"{end} > {before(peiljaar, bounds.to)}")
    return " AND ".join(parts)


def before(peiljaar: int, months: int) -> str:
    """SQL of the peildatum, or of the same day so many months earlier (the last day of a shorter month)."""
    peildatum = f"DATE '{peiljaar}-12-31'"
    return f"CAST({peildatum} - INTERVAL {months} MONTH AS DATE)" if months else peildatum


def number(value: float) -> str:
    """SQL of a number; a whole one without a point, so that whole columns are compared as they are."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def quoted(values: tuple[str, ...]) -> str:
    """A list of SQL text literals."""
    return ", ".join(map(text_literal, values))


def spell_of(register: Register) -> Spell:
    """The spell of a register; rules that need one were checked when they were read (`rule_checks.py`)."""
    if register.spell is None:
        raise ValueError(f"{register.name} has no spells")
    return register.spell


def _within(column: str, bounds: Range) -> list[str]:
    parts = [f"{column} >= {number(bounds.start)}"] if bounds.start is not None else []
    return parts + ([f"{column} <= {number(bounds.to)}"] if bounds.to is not None else [])


def times(rule: OnRegister, register: Register, peiljaar: int) -> list[str]:
    """What the dates of a row `r` must be for the rule, each part by itself."""
    if isinstance(rule, SpellOnPeildatum):
        return _on_peildatum(rule, register, peiljaar)
    if isinstance(rule, SpellInYear):
        return _touching(register, peiljaar, f">= DATE '{peiljaar}-01-01'")
    if isinstance(rule, SpellInMonths | Count | Sum) and rule.months is not None:
        # The last n months begin on the day after the day of n months ago.
        return _touching(register, peiljaar, f"> {before(peiljaar, rule.months)}")
    return []


def _on_peildatum(rule: SpellOnPeildatum, register: Register, peiljaar: int) -> list[str]:
    spell = spell_of(register)
    parts = [
        f"r.{spell.begin} <= {before(peiljaar, rule.min_months)}",
        f"r.{spell.end} >= {before(peiljaar, 0)}",
    ]
    if rule.max_months is not None:
        parts.append(f"r.{spell.begin} >= {before(peiljaar, rule.max_months)}")
    return parts


def _touching(register: Register, peiljaar: int, end_is: str) -> list[str]:
    spell = spell_of(register)
    return [f"r.{spell.begin} <= {before(peiljaar, 0)}", f"r.{spell.end} {end_is}"]
