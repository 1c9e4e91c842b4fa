"""What one fact of a person says about another: who has the one has the other, or cannot have it.

What belongs here: what follows from two rules alone, on paper. What does not: rows, and knowledge of the world beyond
the registers. Not everything that follows is found; what is found does follow.
"""

from collections.abc import Mapping

from pipelines.indicators.spec import (
    Count,
    Indicator,
    Moved,
    OnRegister,
    RecordExists,
    Rows,
    SpellInMonths,
    SpellInYear,
    SpellOnPeildatum,
)
from pipelines.indicators.values import FromTo, Range
from pipelines.registers.catalogue_model import Catalogue

_ADDRESS_CODES = {"D": "woning", "I": "instelling", "B": "opvang_of_briefadres"}
"""Kind of object in GBAADRESOBJECTBUS -> kind of address of the person's own row."""

_ONE_AT_A_TIME = ("GBAADRESOBJECTBUS", "GBAHUISHOUDENSBUS", "SECMBUS")
"""Spell registers in which a person is in one spell a day."""


def implies(one: Indicator, other: Indicator) -> bool:
    """Is everybody who has the one sure to have the other? Both are base indicators."""
    if one.id == other.id:
        return True
    ages, others = _age(one), _age(other)
    if ages is not None and others is not None:
        return _inside(ages, others)
    kinds, other_kinds = _address_kinds(one), _own_address_kinds(other)
    if kinds is not None and other_kinds is not None:
        return kinds <= other_kinds
    rule, weaker = one.rule.on_register, other.rule.on_register
    if rule is None or weaker is None or one.source != other.source or isinstance(rule, Moved):
        return False
    return _no_later(rule, weaker) and _fewer_rows(rule, weaker)


def excludes(one: Indicator, other: Indicator, catalogue: Catalogue) -> bool:
    """Can nobody have both? Both are base indicators."""
    ages, others = _age(one), _age(other)
    if ages is not None and others is not None:
        return not _meet(ages.start, ages.to, others.start, others.to)
    kinds, other_kinds = _address_kinds(one), _address_kinds(other)
    if kinds is not None and other_kinds is not None:
        return not kinds & other_kinds
    rule, second = one.rule.on_register, other.rule.on_register
    if not isinstance(rule, Rows) or not isinstance(second, Rows) or one.source != other.source or one.source is None:
        return False
    register = catalogue.register(one.source)
    one_row = (
        isinstance(rule, RecordExists)
        and isinstance(second, RecordExists)
        and set(register.key) == set(register.person_key)
    )
    one_spell = (
        isinstance(rule, SpellOnPeildatum) and isinstance(second, SpellOnPeildatum) and one.source in _ONE_AT_A_TIME
    )
    return (one_row or one_spell) and _no_row_for_both(rule, second)


def _age(indicator: Indicator) -> FromTo | None:
    return indicator.rule.person.age if indicator.rule.person else None


def _own_address_kinds(indicator: Indicator) -> frozenset[str] | None:
    fact = indicator.rule.person
    return frozenset(fact.address_kind) if fact and fact.address_kind else None


def _address_kinds(indicator: Indicator) -> frozenset[str] | None:
    """Kinds of address on the peildatum, from the own row or from the spells of addresses."""
    rule = indicator.rule.spell_on_peildatum
    if indicator.source == "GBAADRESOBJECTBUS" and rule is not None and "soortobjectnummer" in rule.where:
        return frozenset(_ADDRESS_CODES.get(code, code) for code in rule.where["soortobjectnummer"])
    return _own_address_kinds(indicator)


def _no_later(rule: OnRegister, weaker: OnRegister) -> bool:
    """Does every spell (or record) that meets the one in time meet the other?"""
    if isinstance(weaker, RecordExists):
        return isinstance(rule, Rows)
    if isinstance(weaker, SpellInYear):
        return isinstance(rule, SpellOnPeildatum | SpellInYear) or (
            isinstance(rule, SpellInMonths) and rule.months <= 12
        )
    if isinstance(weaker, SpellInMonths):
        return isinstance(rule, SpellOnPeildatum) or (isinstance(rule, SpellInMonths) and rule.months <= weaker.months)
    if isinstance(weaker, SpellOnPeildatum) and isinstance(rule, SpellOnPeildatum):
        short_enough = weaker.max_months is None or (
            rule.max_months is not None and rule.max_months <= weaker.max_months
        )
        return rule.min_months >= weaker.min_months and short_enough
    if isinstance(weaker, Count) and isinstance(rule, Count):
        alike = rule.months == weaker.months and rule.distinct == weaker.distinct
        return alike and rule.at_least >= weaker.at_least
    return False


def _fewer_rows(rule: OnRegister, weaker: OnRegister) -> bool:
    """Does every record that counts for the one count for the other?"""
    if not isinstance(rule, Rows) or not isinstance(weaker, Rows):
        return False
    codes = all(name in rule.where and set(rule.where[name]) <= set(allowed) for name, allowed in weaker.where.items())
    return (
        codes
        and _one_of_them(rule, weaker)
        and all(name in rule.between and _inside(rule.between[name], bounds) for name, bounds in weaker.between.items())
    )


def _one_of_them(rule: Rows, weaker: Rows) -> bool:
    """Does every record that counts for the one hold a code that `where_any` of the other asks for?"""
    if not weaker.where_any:
        return True

    def allowed(codes: Mapping[str, tuple[str, ...]], name: str) -> bool:
        return name in weaker.where_any and set(codes[name]) <= set(weaker.where_any[name])

    return any(allowed(rule.where, name) for name in rule.where) or (
        bool(rule.where_any) and all(allowed(rule.where_any, name) for name in rule.where_any)
    )


def _no_row_for_both(rule: Rows, other: Rows) -> bool:
    apart = any(name in other.where and not set(codes) & set(other.where[name]) for name, codes in rule.where.items())
    return apart or any(
        name in other.between and not _meet(bounds.start, bounds.to, other.between[name].start, other.between[name].to)
        for name, bounds in rule.between.items()
    )


def _inside(inner: FromTo | Range, outer: FromTo | Range) -> bool:
    above = outer.start is None or (inner.start is not None and inner.start >= outer.start)
    return above and (outer.to is None or (inner.to is not None and inner.to <= outer.to))


def _meet(start: float | None, to: float | None, other_start: float | None, other_to: float | None) -> bool:
    begins_in_time = to is None or other_start is None or other_start <= to
    return begins_in_time and (other_to is None or start is None or start <= other_to)
