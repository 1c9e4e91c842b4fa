"""What a rule must have to run on its register: the register itself, its columns, its codes, and bounds in order.

What belongs here: checks of one indicator against the catalogue. What does not: the model's own rules (`spec.py`),
and what indicators say of each other (`load.py`).
"""

import re
from collections.abc import Callable, Iterator

from pipelines.errors import SpecError
from pipelines.indicators.spec import (
    Count,
    EndedAndNothingBegan,
    Indicator,
    Moved,
    OnRegister,
    PersonFact,
    RecordExists,
    Rows,
    SpellEnded,
    SpellOnPeildatum,
    Sum,
)
from pipelines.indicators.values import FromTo
from pipelines.persons.build import ADDRESS_KINDS
from pipelines.registers.catalogue_model import Catalogue, Column, Register
from pipelines.yaml_document import Fault, Place, path_text, quoted
from pipelines.yaml_faults import unknown

NUMBERS = ("integer", "number", "year", "month")
AMOUNTS = ("integer", "number")
CODES = ("code", "text")
MOST_MONTHS = 1200
_CODE = re.compile(r"[A-Za-z0-9.-]+")


def rule_faults(indicator: Indicator, catalogue: Catalogue) -> Iterator[Fault]:
    """Everything that keeps the rule from running on its register, or makes it true of nobody or everybody. Places
    count from the indicator."""
    name = next(name for name in type(indicator.rule).model_fields if getattr(indicator.rule, name) is not None)
    place: Place = ("rule", name)
    if indicator.rule.person is not None:
        yield from _person_faults(place, indicator.rule.person)
    rule = indicator.rule.on_register
    if rule is None or indicator.source is None:
        return
    yield from _bound_faults(place, rule)
    register = catalogue.registers.get(indicator.source)
    if register is None or not register.has_persons or not register.loadable:
        yield _source_fault(("source",), indicator.source, catalogue)
        return
    yield from _shape_faults(place, rule, register, catalogue)
    if isinstance(rule, Rows):
        yield from _row_faults(place, register, rule, catalogue)
    if isinstance(rule, EndedAndNothingBegan):
        for number, rows in enumerate(rule.nothing_of):
            yield from _nothing_of_faults((*place, "nothing_of", number), rows.source, rows, catalogue)


def check_rule(where: str, indicator: Indicator, catalogue: Catalogue) -> None:
    """Raise SpecError with the first of `rule_faults`; `where` says whose rule it is."""
    for fault in rule_faults(indicator, catalogue):
        raise SpecError(f"{where}: {path_text(fault.place)}: {fault.text}")


def needs_spells(rule: OnRegister) -> bool:
    """Does the rule ask when something began or ended?"""
    return not isinstance(rule, RecordExists) and not (isinstance(rule, Count | Sum) and rule.months is None)


def has_addresses(register: Register) -> bool:
    """Does it say where a person was registered, and from when until when?"""
    return register.spell is not None and any(column.kind == "object" for column in register.columns)


def _person_faults(place: Place, fact: PersonFact) -> Iterator[Fault]:
    if fact.age is not None:
        age = (*place, "age")
        yield from _crossed(age, fact.age)
        if fact.age.to is None and not fact.age.start:
            yield Fault(age, "has no bound, so it is true of everybody; give `from`, `to` or both")
    for number, kind in enumerate(fact.address_kind or ()):
        if kind not in ADDRESS_KINDS:
            yield Fault((*place, "address_kind", number), unknown(kind, tuple(ADDRESS_KINDS), "address_kind"))


def _bound_faults(place: Place, rule: OnRegister) -> Iterator[Fault]:
    """Bounds that contradict each other would make an indicator that is true of nobody."""
    for key in ("months", "min_months", "max_months", "within_months"):
        yield from _too_long((*place, key), getattr(rule, key, None))
    if isinstance(rule, SpellOnPeildatum) and rule.max_months is not None and rule.min_months >= rule.max_months:
        yield Fault(
            (*place, "max_months"),
            f"found {rule.max_months} beside min_months {rule.min_months}, and no spell began both so long and so short "
            "ago; min_months must be the smaller one",
        )
    if isinstance(rule, SpellEnded | EndedAndNothingBegan):
        window, where = rule.months_before, (*place, "months_before")
        yield from _too_long((*where, "from"), window.start)
        yield from _too_long((*where, "to"), window.to)
        if window.to is not None and window.start >= window.to:
            yield Fault(
                where,
                f"runs from {window.start} to {window.to} and holds no day; both count back from the peildatum, and "
                "`from` must be smaller than `to`",
            )


def _too_long(place: Place, months: int | None) -> Iterator[Fault]:
    if months is not None and months > MOST_MONTHS:
        yield Fault(place, f"found {months}, allowed is at most {MOST_MONTHS} months (a hundred years)")


def _crossed(place: Place, bounds: FromTo) -> Iterator[Fault]:
    if bounds.to is not None and bounds.start > bounds.to:
        yield Fault(place, f"runs from {bounds.start} to {bounds.to}, so it is never true; exchange the two")


def _shape_faults(place: Place, rule: OnRegister, register: Register, catalogue: Catalogue) -> Iterator[Fault]:
    """Does the register hold the kind of thing that the rule is about?"""
    if isinstance(rule, Moved):
        if not has_addresses(register):
            known = _names(catalogue, has_addresses)
            yield Fault(place, f"{register.name} is no register of addresses, so nobody moves in it; choose {known}")
    elif register.spell is None and isinstance(rule, Count | Sum) and rule.months is not None:
        yield Fault(
            (*place, "months"),
            f"{register.name} has records and no spells, so no months can be chosen; leave `months` out, and all "
            "records of the year count",
        )
    elif register.spell is None and needs_spells(rule):
        yield Fault(place, f"{register.name} has records and no spells; use record_exists")
    if isinstance(rule, Sum):
        yield from _number_faults((*place, "column"), register, rule.column, AMOUNTS)
    if isinstance(rule, Count) and rule.distinct is not None:
        yield from _distinct_faults((*place, "distinct"), register, rule, rule.distinct)


def _distinct_faults(place: Place, register: Register, rule: Count, name: str) -> Iterator[Fault]:
    column = _column(register, name)
    if isinstance(column, str):
        yield Fault(place, column)
        return
    codes = set(rule.where.get(name, ()))
    if codes and len(codes) < rule.at_least:
        yield Fault(
            place,
            f"asks for {rule.at_least} different values of {name}, and `where` allows {len(codes)}; name more codes, "
            "or lower at_least",
        )


def _nothing_of_faults(place: Place, source: str, rows: Rows, catalogue: Catalogue) -> Iterator[Fault]:
    other = catalogue.registers.get(source)
    if other is None or not other.has_persons or not other.loadable:
        yield _source_fault((*place, "source"), source, catalogue)
    elif other.spell is None:
        yield Fault((*place, "source"), f"{other.name} has no spells, so nothing can begin in it")
    elif other.absence == "onbekend":
        yield Fault(
            (*place, "source"),
            f"{other.name} does not know everybody, so that nothing began in it says nothing; choose another",
        )
    else:
        yield from _row_faults(place, other, rows, catalogue)


def _row_faults(place: Place, register: Register, rows: Rows, catalogue: Catalogue) -> Iterator[Fault]:
    for name, bounds in rows.between.items():
        where = (*place, "between", name)
        yield from _number_faults(where, register, name, NUMBERS)
        if bounds.start is not None and bounds.to is not None and bounds.start > bounds.to:
            yield Fault(where, f"runs from {bounds.start:g} to {bounds.to:g}, so it is never true; exchange the two")
    asked = [("where", *codes) for codes in rows.where.items()] + [
        ("where_any", *codes) for codes in rows.where_any.items()
    ]
    for key, name, codes in asked:
        where = (*place, key, name)
        column = _column(register, name)
        if isinstance(column, str):
            yield Fault(where, column, on_key=True)
        elif column.kind not in CODES:
            yield Fault(
                where,
                f"{register.name}.{name} is of kind {column.kind} and holds no codes; use between, or a rule on spells",
            )
        else:
            yield from _code_faults(where, register, column, codes, catalogue)


def _code_faults(
    place: Place, register: Register, column: Column, codes: tuple[str, ...], catalogue: Catalogue
) -> Iterator[Fault]:
    allowed = catalogue.codes(column)
    for number, code in enumerate(codes):
        if code in column.missing:
            yield Fault(
                (*place, number),
                f"'{code}' says that the value is missing, and by itself makes the indicator unknown; name codes that "
                "say something",
            )
        elif allowed and code not in allowed:
            told = f"'{code}'" if _CODE.fullmatch(code) else quoted(code)
            yield Fault(
                (*place, number),
                f"{register.name}.{column.canonical} has no code {told}. Allowed: {', '.join(allowed)}",
            )
        elif not allowed and not _CODE.fullmatch(code):
            yield Fault(
                (*place, number), f"found {quoted(code)}; a code has letters a-z, digits, points and hyphens only"
            )


def _number_faults(place: Place, register: Register, name: str, kinds: tuple[str, ...]) -> Iterator[Fault]:
    column = _column(register, name)
    if isinstance(column, str):
        yield Fault(place, column, on_key=place[-1] == name)
    elif column.kind not in kinds:
        wanted = "an amount" if kinds == AMOUNTS else "a number"
        yield Fault(place, f"{register.name}.{name} is of kind {column.kind}, and must be {wanted}")


def _source_fault(place: Place, source: str, catalogue: Catalogue) -> Fault:
    if source in catalogue.registers and not catalogue.register(source).loadable:
        return Fault(
            place,
            f"{source} cannot be taken in: {catalogue.register(source).not_loadable}. Choose another, or describe its "
            "columns first (docs/how-to/registers.md)",
        )
    if source in catalogue.registers:
        return Fault(place, f"{source} has no persons, so it says nothing of a person; choose another")
    return Fault(place, unknown(source, tuple(catalogue.registers), "register"))


def _column(register: Register, name: str) -> Column | str:
    """The column, or in words why there is none."""
    try:
        return register.column(name)
    except SpecError as error:
        return str(error)


def _names(catalogue: Catalogue, fits: Callable[[Register], bool]) -> str:
    return " or ".join(name for name, register in catalogue.registers.items() if fits(register))
