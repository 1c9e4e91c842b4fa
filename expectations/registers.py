"""The suites of the registers, made from the catalogue: a new register has its rules at once.

What belongs here: which rules a register has on its own. What does not: what a delivery is refused for (ingest does
that, before anything reaches the warehouse; these rules look at the tables themselves, however they came there), and
rules over more than one register (`relations.py`).
"""

from datetime import date

from expectations.ground import Ground
from expectations.keys import column_once, key_once, no_overlap, one_on_peildatum, person_once
from expectations.population_files import household_rows
from expectations.rules import Rule, Subject, Value
from pipelines.facts.gemeenten import gemeenten
from pipelines.registers.catalogue_model import FRAME, Catalogue, Column, Register
from pipelines.warehouse import ALIAS

IN_ONE_PLACE = ("GBAADRESOBJECTBUS", "GBAHUISHOUDENSBUS")
"""Files in which a person is in one place at a time."""

FIRST_YEAR = 1880
OPEN_END = date(9999, 12, 31)
LAST_RIN = 999_999_999
MOST_OVERLAP = 0.01
"""CBS says that records of one entity in a BUS file do not overlap. Beyond this share something else is wrong."""

TYPES = {
    "code": "VARCHAR",
    "text": "VARCHAR",
    "date": "DATE",
    "year": "USMALLINT",
    "month": "UTINYINT",
    "integer": "INTEGER",
    "number": "DOUBLE",
    "gemeente": "USMALLINT",
    "object": "UBIGINT",
    "household": "UBIGINT",
}
"""Kind of column -> its type in the warehouse."""

AMOUNTS: dict[str, tuple[int, int]] = {
    "aantalpershh": (1, 10_000),
    "aantalkindhh": (0, 30),
    "aowkortingspercentage": (0, 100),
    "inpp100ppers": (-1, 100),
    "verdvolgnummer": (1, 10_000),
}
"""Bounds of numbers of which more is known than that they are amounts."""

ANY_AMOUNT = (-10_000_000, 100_000_000)
"""Euros a year of one person: beyond it stand cents taken for euros, or a missing code that nobody declared."""


def register_rules(ground: Ground) -> tuple[Rule, ...]:
    """The rules of the registers that have a table, in order of name."""
    return tuple(rule for register in ground.registers for rule in rules_of(register, ground))


def rules_of(register: Register, ground: Ground) -> tuple[Rule, ...]:
    """The rules of one register: types, filled keys, codes, ranges, order of dates, keys, one place at a time."""
    catalogue, peiljaar = ground.catalogue, ground.peiljaar
    subject = subject_of(register, ground)
    rules = [_types(subject, register)]
    if register.coverage == "national":
        # A file of gemeenten may rightly be empty: coverage says who delivers, and who has nothing to report.
        rules.append(subject.not_empty("blocking" if register.name in FRAME else "warning"))
    rules += [subject.filled(name) for name in _required(register)]
    if register.has_persons:
        rules.append(subject.in_range("person", 2, LAST_RIN))
    for column in register.kept:
        rules += _column_rules(subject, register, column, catalogue, peiljaar)
    rules.append(_key_rule(subject, register))
    if register.spell:
        rules += _spell_rules(subject, register, peiljaar)
    if register.name == "GBAHUISHOUDENSBUS":
        rules += household_rows(subject, peiljaar)
    if register.has_persons and ground.has(f"{register.table}_unlinked"):
        rules += _unlinked_rules(register, ground)
    return tuple(rules)


def subject_of(register: Register, ground: Ground) -> Subject:
    """The table of a register, and how its rows are pointed at."""
    return Subject(ground.schema, register.table, key_of(register), register.table)


def key_of(register: Register) -> tuple[str, ...]:
    """The key of a register as it stands in the warehouse: the person, and the object, have a number of their own."""
    kept = {column.name: column for column in register.kept} | {c.canonical: c for c in register.kept}
    rest = [kept[name] for name in register.key if name not in register.person_key and name in kept]
    if not register.has_persons and any(column.kind == "object" for column in rest):
        # The number of an object is made of the whole key.
        return ("object_id",)
    names = tuple(stored(column) for column in rest)
    return ("person", *names) if register.has_persons else names


def stored(column: Column) -> str:
    """The name of a column in the warehouse."""
    return "object_id" if column.kind == "object" else column.canonical


def _types(subject: Subject, register: Register) -> Rule:
    wanted = {stored(column): TYPES[column.kind] for column in register.kept if column.kind in TYPES}
    if register.has_persons:
        wanted["person"] = "INTEGER"
    pairs = ", ".join(f"('{name}', '{kind}')" for name, kind in wanted.items())
    here = f"database_name = '{ALIAS}' AND schema_name = '{subject.schema}' AND table_name = '{subject.table}'"
    return subject.asked(
        "columns_typed",
        "FDT",
        "every column of the catalogue is there, with the type of its kind",
        source="duckdb_columns() c",
        holds=f"count(*) FILTER (WHERE {here} AND (column_name, data_type) IN ({pairs})) = {len(wanted)}",
        kind="table",
        level=0,
    )


def _required(register: Register) -> list[str]:
    """Columns that must be filled: the key, and both ends of a spell."""
    names = [*key_of(register)]
    if register.spell:
        names += _ends(register)
    return list(dict.fromkeys(names))


def _ends(register: Register) -> tuple[str, str]:
    """The columns in the warehouse that bound a spell."""
    assert register.spell is not None
    names = {c.name: c.canonical for c in register.kept} | {c.canonical: c.canonical for c in register.kept}
    return names[register.spell.begin], names[register.spell.end]


def _column_rules(
    subject: Subject, register: Register, column: Column, catalogue: Catalogue, peiljaar: int
) -> list[Rule]:
    name = column.canonical
    if column.kind == "code" and catalogue.codes(column) and catalogue.is_closed(column):
        return [subject.known_code(name, catalogue.codes(column))]
    if column.kind == "gemeente":
        numbers = [int(g.code[2:]) for g in gemeenten(peiljaar)]
        return [subject.known_code(name, numbers, f"a gemeente of {peiljaar}")]
    if column.kind == "year":
        return [subject.in_range(name, FIRST_YEAR, peiljaar)]
    if column.kind == "month":
        return [subject.in_range(name, 1, 12)]
    if column.kind in ("integer", "number"):
        # A warning, as for dates: an odd amount changes the figure of one indicator at most.
        return [subject.in_range(name, *AMOUNTS.get(name, ANY_AMOUNT), severity="warning")]
    if column.kind == "date":
        open_end = register.spell and column.name == register.spell.end and register.spell.open_end
        high: Value = OPEN_END if open_end else date(peiljaar + 1, 12, 31)
        # A warning: one odd date changes no figure (only its order does), and a delivery has millions of them.
        return [subject.in_range(name, date(FIRST_YEAR, 1, 1), high, severity="warning")]
    return []


def _key_rule(subject: Subject, register: Register) -> Rule:
    if not register.has_persons and len(subject.key) == 1:
        return column_once(subject, subject.key[0])
    return person_once(subject) if subject.key == ("person",) else key_once(subject)


def _spell_rules(subject: Subject, register: Register, peiljaar: int) -> list[Rule]:
    begin, end = _ends(register)
    rules = [
        subject.no_row(
            "begin_before_end",
            "VCO",
            f"no spell ends ({end}) before it begins ({begin})",
            f"r.{end} < r.{begin}",
            kind="row",
        )
    ]
    if register.name in IN_ONE_PLACE:
        rules.append(one_on_peildatum(subject, begin, end, peiljaar))
        rules.append(no_overlap(subject, begin, end, ("person",), severity="warning", most_share=0.0))
    elif register.supplier == "cbs" and register.has_persons and begin in subject.key:
        kinds = tuple(column.canonical for column in register.kept if column.kind == "code" and column.required)
        entity = tuple(dict.fromkeys((*(name for name in subject.key if name != begin), *kinds)))
        rules.append(no_overlap(subject, begin, end, entity, severity="warning", most_share=MOST_OVERLAP))
    return rules


def _unlinked_rules(register: Register, ground: Ground) -> list[Rule]:
    unlinked = Subject(ground.schema, f"{register.table}_unlinked", ("rinpersoons", "unlinked_person"), register.table)
    return [
        unlinked.filled("unlinked_person"),
        unlinked.known_code("rinpersoons", ("S", "F"), "another kind of number than that of the BRP"),
    ]
