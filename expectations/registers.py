"""The suites of the registers, made from the catalogue: a new register has its rules at once.

What belongs here: which rules a register has. What does not: what a delivery is refused for (ingest does that,
before anything reaches the warehouse); these rules look at the tables themselves, however they came there.
"""

from datetime import date

from expectations.rules import Rule, Severity, Subject
from pipelines.facts.gemeenten import gemeenten
from pipelines.registers.catalogue_model import Catalogue, Column, Register
from pipelines.warehouse import ALIAS, year_schema

FRAME = ("GBAPERSOONTAB", "GBAADRESOBJECTBUS", "GBAHUISHOUDENSBUS", "VSLGWBTAB", "NIETVSLGWBTAB")
"""Registers that make the counting population: a fault in them reaches every figure."""

NO_OVERLAP = ("GBAADRESOBJECTBUS", "GBAHUISHOUDENSBUS")
"""Files in which a person is in one place at a time."""

PERSONS = "GBAPERSOONTAB"
FIRST_YEAR = 1880
OPEN_END = date(9999, 12, 31)
MOST_UNKNOWN_PERSONS = 0.01
"""With a wrong pseudonym key nobody is found, and everybody would seem to have nothing."""


def register_rules(catalogue: Catalogue, peiljaar: int) -> tuple[Rule, ...]:
    """The rules of all registers of the catalogue, in order of name."""
    return tuple(rule for register in catalogue.loadable.values() for rule in rules_of(register, catalogue, peiljaar))


def rules_of(register: Register, catalogue: Catalogue, peiljaar: int) -> tuple[Rule, ...]:
    """The rules of one register: filled keys, codes, ranges, order of dates, known persons, one place at a time."""
    subject = Subject(year_schema(peiljaar), register.table, register.title, _key(register))
    rules = [subject.not_empty("critical" if register.name in FRAME else "warning")] if _is_national(register) else []
    rules += [subject.filled(name) for name in _required(register)]
    for column in register.kept:
        rules += _column_rules(subject, register, column, catalogue, peiljaar)
    if register.spell:
        rules.append(subject.begin_before_end(register.spell.begin, register.spell.end))
    if register.spell and register.name in NO_OVERLAP:
        covers = f"DATE '{peiljaar}-12-31' BETWEEN r.{register.spell.begin} AND r.{register.spell.end}"
        meaning = "niemand heeft op de peildatum twee perioden tegelijk"
        rules.append(subject.person_once("one_spell_on_peildatum", meaning, covers))
    if register.has_persons:
        rules += _person_rules(subject, register)
    return tuple(rules)


def _column_rules(
    subject: Subject, register: Register, column: Column, catalogue: Catalogue, peiljaar: int
) -> list[Rule]:
    name = column.canonical
    if column.kind == "code":
        return [subject.known_code(name, catalogue.codes(column))] if catalogue.is_closed(column) else []
    if column.kind == "gemeente":
        numbers = [int(g.code[2:]) for g in gemeenten(peiljaar)]
        return [subject.known_code(name, numbers, f"een gemeente van {peiljaar}")]
    if column.kind == "year":
        return [subject.in_range(name, FIRST_YEAR, peiljaar)]
    if column.kind == "month":
        return [subject.in_range(name, 1, 12)]
    if column.kind == "date":
        open_end = register.spell and column.name == register.spell.end and register.spell.open_end
        high = OPEN_END if open_end else date(peiljaar + 1, 12, 31)
        # A warning: one odd date changes no figure (only its order does), and a delivery has millions of them.
        return [subject.in_range(name, date(FIRST_YEAR, 1, 1), high, severity="warning")]
    return []


def _person_rules(subject: Subject, register: Register) -> list[Rule]:
    unlinked = Subject(subject.schema, f"{subject.table}_unlinked", f"{subject.title} (niet koppelbaar)", _UNLINKED_KEY)
    rules = [unlinked.known_code("rinpersoons", ("S", "F"), "een andere herkomst dan de BRP")]
    if register.name == PERSONS:
        return rules
    frame: Severity = "critical" if register.name in FRAME else "warning"
    found = f"ANTI JOIN {ALIAS}.{subject.schema}.{PERSONS.lower()} p USING (person)"
    rules.append(
        subject.no_row(
            "persons_exist", "COC", f"iedere persoon staat in {PERSONS}", "true", severity=frame, joined=found
        )
    )
    if register.name not in FRAME:
        # The same query as above, so Great Expectations runs it once for both.
        share = f"{1 - MOST_UNKNOWN_PERSONS:.0%}"
        rules.append(
            subject.no_row(
                "persons_mostly_exist",
                "COC",
                f"minstens {share} van de rijen hoort bij iemand in {PERSONS}",
                "true",
                most_share=MOST_UNKNOWN_PERSONS,
                joined=found,
            )
        )
    return rules


_UNLINKED_KEY = ("rinpersoons", "unlinked_person")


def _required(register: Register) -> list[str]:
    """Columns that must be filled: the key, and both ends of a spell."""
    names = [*_key(register)]
    if register.spell:
        names += [register.spell.begin, register.spell.end]
    return list(dict.fromkeys(names))


def _key(register: Register) -> tuple[str, ...]:
    """The key of a register as it stands in the warehouse: the person, and the object, have a number of their own."""
    kept = {column.name: column for column in register.kept} | {c.canonical: c for c in register.kept}
    rest = [kept[name] for name in register.key if name not in register.person_key]
    names = tuple("object_id" if column.kind == "object" else column.canonical for column in rest)
    return ("person", *names) if register.has_persons else names


def _is_national(register: Register) -> bool:
    """A file of gemeenten may rightly be empty: coverage says who delivers, and who has nothing to report."""
    return register.coverage == "national"
