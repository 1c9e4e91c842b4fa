"""What a rule must have to run on its register: the register itself, its columns and its codes.

What belongs here: checks of one indicator against the catalogue. What does not: the model's own rules (`spec.py`).
"""

from pipelines.errors import SpecError, nearest
from pipelines.indicators.spec import Count, EndedAndNothingBegan, Indicator, OnRegister, RecordExists, Rows, Sum
from pipelines.persons.build import ADDRESS_KINDS
from pipelines.registers.catalogue_model import Catalogue, Column, Register

NUMBERS = ("integer", "number", "year", "month")


def check_rule(where: str, indicator: Indicator, catalogue: Catalogue) -> None:
    """Raise SpecError when the rule cannot run on its register; `where` is file and indicator."""
    _check_person(where, indicator)
    rule = indicator.rule.on_register
    if rule is None or indicator.source is None:
        return
    register = _register(where, indicator.source, catalogue)
    if register.spell is None and needs_spells(rule):
        raise SpecError(f"{where}: {register.name} has records and no spells; use record_exists.")
    if isinstance(rule, Rows):
        _check_rows(where, register, rule, catalogue)
    if isinstance(rule, Sum):
        _number(where, register, rule.column)
    if isinstance(rule, Count) and rule.distinct is not None:
        _column(where, register, rule.distinct)
    if isinstance(rule, EndedAndNothingBegan):
        for rows in rule.nothing_of:
            other = _register(where, rows.source, catalogue)
            if other.spell is None:
                raise SpecError(f"{where}: {other.name} has no spells, so nothing can begin in it.")
            _check_rows(where, other, rows, catalogue)


def needs_spells(rule: OnRegister) -> bool:
    """Does the rule ask when something began or ended?"""
    return not isinstance(rule, RecordExists) and not (isinstance(rule, Count | Sum) and rule.months is None)


def _check_person(where: str, indicator: Indicator) -> None:
    fact = indicator.rule.person
    if fact is None or fact.address_kind is None:
        return
    unknown = set(fact.address_kind) - set(ADDRESS_KINDS)
    if unknown:
        raise SpecError(f"{where}: no address_kind '{sorted(unknown)[0]}'. Allowed: {', '.join(ADDRESS_KINDS)}.")


def _register(where: str, name: str, catalogue: Catalogue) -> Register:
    if name not in catalogue.registers:
        raise SpecError(f"{where}: no register '{name}'.{nearest(name, catalogue.registers)}")
    register = catalogue.register(name)
    if not register.has_persons:
        raise SpecError(f"{where}: {register.name} has no persons, so it says nothing of a person.")
    return register


def _check_rows(where: str, register: Register, rows: Rows, catalogue: Catalogue) -> None:
    for column in rows.between:
        _number(where, register, column)
    for name, codes in rows.where.items():
        allowed = catalogue.codes(_column(where, register, name))
        for code in codes:
            if allowed and code not in allowed:
                raise SpecError(f"{where}: {register.name}.{name} has no code '{code}'. Allowed: {', '.join(allowed)}.")


def _number(where: str, register: Register, name: str) -> None:
    found = _column(where, register, name)
    if found.kind not in NUMBERS:
        raise SpecError(f"{where}: {register.name}.{name} is of kind {found.kind}, and must be a number.")


def _column(where: str, register: Register, name: str) -> Column:
    try:
        return register.column(name)
    except SpecError as error:
        raise SpecError(f"{where}: {error}") from None
