"""A naive evaluator of rules in plain Python: what invented register rows of one person say, one row at a time.

What belongs here: the meaning of every rule, from the docstrings of `pipelines/indicators/spec.py` alone. What does
not: SQL, bits or anything of the compilers; they are tested against this.
"""

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from pipelines.indicators.collection import Indicators
from pipelines.indicators.spec import (
    Count,
    EndedAndNothingBegan,
    Moved,
    OnRegister,
    PersonFact,
    RecordExists,
    Rows,
    SpellEnded,
    SpellInMonths,
    SpellInYear,
    SpellOnPeildatum,
    Sum,
)
from pipelines.indicators.values import FromTo
from pipelines.personas.reference import all_true, any_true, holds
from pipelines.registers.catalogue_model import Catalogue, Register

Cell = str | float | date | None
Row = Mapping[str, Cell]


@dataclass(frozen=True)
class Dossier:
    """An invented person: rows per register (a missing value is None), the registers that cover the gemeente, the
    own row, and the other members of the household (empty for who lives alone, None when not known)."""

    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    covered: frozenset[str] = frozenset()
    age: int | None = None
    address_kind: str | None = None
    others: tuple["Dossier", ...] | None = ()


def fact(name: str, dossier: Dossier, indicators: Indicators, catalogue: Catalogue, peildatum: date) -> bool | None:
    """True, False or unknown (None): any indicator, combinations included, of one invented person."""
    return holds(name, lambda base: _base(base, dossier, indicators, catalogue, peildatum), indicators)


def _base(name: str, dossier: Dossier, indicators: Indicators, catalogue: Catalogue, peildatum: date) -> bool | None:
    indicator = indicators.by_id[name]
    rule = indicator.rule
    if rule.person is not None:
        return _own_row(rule.person, dossier)
    if rule.household_member is not None:
        if dossier.others is None:
            return None
        has = rule.household_member.has
        return any_true(fact(has, other, indicators, catalogue, peildatum) for other in dossier.others)
    if rule.on_register is None or indicator.source is None:
        raise ValueError(f"{name} has no rule that a row can answer")
    register = catalogue.register(indicator.source)
    rows = dossier.rows.get(register.name, ())
    if not rows and register.absence == "onbekend":
        return None
    answer = _Question(register, rows, dossier, catalogue, peildatum).answer(rule.on_register)
    if register.name in dossier.covered:
        return answer
    # What is not covered cannot say "no", nor that a spell was not continued; a record that says so stands.
    return True if answer and not isinstance(rule.on_register, SpellEnded) else None


def _own_row(asked: PersonFact, dossier: Dossier) -> bool | None:
    if asked.age is not None:
        if dossier.age is None:
            return None
        return dossier.age >= asked.age.start and (asked.age.to is None or dossier.age <= asked.age.to)
    return None if dossier.address_kind is None else dossier.address_kind in (asked.address_kind or ())


@dataclass(frozen=True)
class _Question:
    """A rule asked of the rows of one register that covers the person."""

    register: Register
    rows: Sequence[Row]
    dossier: Dossier
    catalogue: Catalogue
    peildatum: date

    def answer(self, rule: OnRegister) -> bool | None:
        if isinstance(rule, Moved):
            return self._moved(rule)
        if isinstance(rule, Count):
            return self._count(rule)
        if isinstance(rule, Sum):
            return self._sum(rule)
        if isinstance(rule, EndedAndNothingBegan):
            return any_true(self._ended_for_good(rule, row) for row in self.rows)
        return any_true(all_true([matches(rule, row), self._in_time(rule, row)]) for row in self.rows)

    def _in_time(
        self, rule: RecordExists | SpellOnPeildatum | SpellInMonths | SpellInYear | SpellEnded, row: Row
    ) -> bool:
        if isinstance(rule, RecordExists):
            return True
        begin, end = spell(self.register, row)
        if isinstance(rule, SpellOnPeildatum):
            long_enough = begin <= months_before(self.peildatum, rule.min_months)
            short_enough = rule.max_months is None or begin >= months_before(self.peildatum, rule.max_months)
            return begin <= self.peildatum <= end and long_enough and short_enough
        if isinstance(rule, SpellInMonths):
            return self._touches(row, rule.months)
        if isinstance(rule, SpellInYear):
            return begin <= self.peildatum and end >= date(self.peildatum.year, 1, 1)
        continued = any(_covers(self.register, other, end + timedelta(days=1)) for other in self.rows)
        return self._ended_between(rule.months_before, end) and not continued

    def _touches(self, row: Row, months: int) -> bool:
        """The last n months begin on the day after the day of n months ago."""
        begin, end = spell(self.register, row)
        return begin <= self.peildatum and end > months_before(self.peildatum, months)

    def _ended_between(self, bounds: FromTo, end: date) -> bool:
        if end >= self.peildatum or end > months_before(self.peildatum, bounds.start):
            return False
        return bounds.to is None or end > months_before(self.peildatum, bounds.to)

    def _ended_for_good(self, rule: EndedAndNothingBegan, row: Row) -> bool | None:
        """Did this spell end in time, and did nothing follow it?"""
        _, end = spell(self.register, row)
        if not self._ended_between(rule.months_before, end):
            return False
        followed: list[bool | None] = []
        for rows in rule.nothing_of:
            other = self.catalogue.register(rows.source)
            if other.name not in self.dossier.covered:
                # A record that says so stands; that there is none says nothing.
                followed.append(None)
            for candidate in self.dossier.rows.get(other.name, ()):
                follows = self._follows(other, candidate, end, rule.within_months)
                followed.append(all_true([matches(rows, candidate), follows]))
        something = any_true(followed)
        return all_true([matches(rule, row), None if something is None else not something])

    def _follows(self, other: Register, row: Row, end: date, within_months: int) -> bool:
        begin, _ = spell(other, row)
        if begin > self.peildatum:
            return False
        return _covers(other, row, end + timedelta(days=1)) or end < begin <= months_before(end, -within_months)

    def _counting(self, rule: Count | Sum) -> list[tuple[Row, bool | None]]:
        """The rows that count (True) or might (None)."""
        found: list[tuple[Row, bool | None]] = []
        for row in self.rows:
            counts = matches(rule, row) if rule.months is None or self._touches(row, rule.months) else False
            if counts is not False:
                found.append((row, counts))
        return found

    def _count(self, rule: Count) -> bool | None:
        sure: list[object] = []
        perhaps: list[object] = []
        for number, (row, counts) in enumerate(self._counting(rule)):
            counted = number if rule.distinct is None else row[rule.distinct]
            if counted is not None:
                perhaps.append(counted)
                if counts:
                    sure.append(counted)
        if len(set(sure)) >= rule.at_least:
            return True
        return None if len(set(perhaps)) >= rule.at_least else False

    def _sum(self, rule: Sum) -> bool | None:
        amounts = [(row[rule.column], counts) for row, counts in self._counting(rule)]
        total = sum(_number(amount) for amount, counts in amounts if counts and amount is not None)
        if total >= rule.at_least:
            return True
        return None if any(amount is None or counts is None for amount, counts in amounts) else False

    def _moved(self, rule: Moved) -> bool:
        begins = sorted(spell(self.register, row)[0] for row in self.rows)
        since = months_before(self.peildatum, rule.months)
        return sum(since < begin <= self.peildatum for begin in begins[1:]) >= rule.at_least


def matches(rows: Rows, row: Row) -> bool | None:
    """Does the record hold the codes and numbers that are asked for? None: a value is missing, and no other says no."""
    said: list[bool | None] = []
    for column, codes in rows.where.items():
        said.append(_holds(row[column], codes))
    if rows.where_any:
        said.append(any_true(_holds(row[column], codes) for column, codes in rows.where_any.items()))
    for column, bounds in rows.between.items():
        found = row[column]
        if found is None:
            said.append(None)
            continue
        number = _number(found)
        above = bounds.start is None or number >= bounds.start
        said.append(above and (bounds.to is None or number <= bounds.to))
    return all_true(said)


def _holds(code: Cell, codes: tuple[str, ...]) -> bool | None:
    return None if code is None else str(code) in codes


def spell(register: Register, row: Row) -> tuple[date, date]:
    """First and last day of a spell."""
    if register.spell is None:
        raise ValueError(f"{register.name} has no spells")
    begin, end = row[register.spell.begin], row[register.spell.end]
    if not isinstance(begin, date) or not isinstance(end, date):
        raise ValueError(f"a spell of {register.name} has no begin or no end")
    return begin, end


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier (later, when negative); the last day of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _covers(register: Register, row: Row, day: date) -> bool:
    begin, end = spell(register, row)
    return begin <= day <= end


def _number(value: Cell) -> float:
    if not isinstance(value, int | float):
        raise ValueError("a number is asked of a column that holds none")
    return value
