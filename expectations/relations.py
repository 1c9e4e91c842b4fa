"""The suite `relations`: rules over more than one register, and over two years of one.

What belongs here: who must be known elsewhere, and how much a table may change from one year to the next. What does
not: rules within one register (`registers.py`), public totals (`totals.py`).
"""

from expectations.ground import Ground
from expectations.population_files import object_rules
from expectations.registers import subject_of
from expectations.rules import Level, Rule, Subject
from pipelines.registers.catalogue_model import FRAME, Register

SUITE = "relations"
KNOWN_PERSONS = "GBAPERSOONTAB"
MOST_UNKNOWN_PERSONS = 0.01
"""With a wrong pseudonym key nobody is found, and everybody would seem to have nothing."""

MOST_CHANGE = 2
"""From one year to the next a register at most doubles or halves."""


def relation_rules(ground: Ground) -> tuple[Rule, ...]:
    """Persons, objects and households are known where they must be; no register changes beyond belief."""
    rules = _known_persons(ground)
    if ground.has("gbaadresobjectbus", "vslgwbtab", "nietvslgwbtab"):
        rules += object_rules(ground, SUITE)
    if ground.has("gbaadresobjectbus", "gbahuishoudensbus"):
        rules.append(_households(ground))
    rules += [_stable(register, ground) for register in ground.registers if register.table in ground.before]
    return tuple(rules)


def level_between(one: Register, other: Register) -> Level:
    """The validation level of a comparison: other supplier, other domain (the first part of the theme), or neither."""
    if one.supplier != other.supplier:
        return 5
    domain = one.theme.split("/")[0]
    return 2 if domain and domain == other.theme.split("/")[0] else 4


def _subject(register: Register, ground: Ground) -> Subject:
    own = subject_of(register, ground)
    return Subject(own.schema, own.table, own.key, SUITE)


def _known_persons(ground: Ground) -> list[Rule]:
    known = ground.catalogue.registers.get(KNOWN_PERSONS)
    if known is None or not ground.has(known.table):
        return []
    registers = [r for r in ground.registers if r.has_persons and r.name != KNOWN_PERSONS]
    there = f"{ground.relation(known.table)} p USING (person)"
    # All registers in one query: the people of the BRP are hashed once, and everybody is looked up in that.
    rows = " UNION ALL ".join(
        f"SELECT {number} AS register, person FROM {ground.relation(r.table)}" for number, r in enumerate(registers)
    )
    source = f"(SELECT register, count(*) AS lost FROM ({rows}) ANTI JOIN {there} GROUP BY register)"
    return [rule for number, r in enumerate(registers) for rule in _known_in(r, known, number, source, there, ground)]


def _known_in(register: Register, known: Register, number: int, source: str, there: str, ground: Ground) -> list[Rule]:
    subject, level = _subject(register, ground), level_between(register, known)
    lost = f"coalesce(sum(lost) FILTER (WHERE register = {number}), 0)"
    failing = f"SELECT {subject.key_text()} AS key FROM {subject.relation} r ANTI JOIN {there}"
    in_frame = register.name in FRAME
    every = subject.asked(
        "persons_exist",
        "COC",
        f"every person stands in {KNOWN_PERSONS}",
        source=source,
        holds=f"{lost} = 0",
        failing=failing,
        kind="cross-table",
        level=level,
        severity="blocking" if in_frame else "warning",
    )
    if in_frame:
        return [every]
    mostly = subject.asked(
        "persons_mostly_exist",
        "COC",
        f"at least {1 - MOST_UNKNOWN_PERSONS:.0%} of the rows are of somebody in {KNOWN_PERSONS}",
        source=source,
        holds=f"{lost} <= {MOST_UNKNOWN_PERSONS!r} * (SELECT count(*) FROM {subject.relation})",
        failing=failing,
        kind="cross-table",
        level=level,
    )
    return [every, mostly]


def _households(ground: Ground) -> Rule:
    subject = _subject(ground.catalogue.register("GBAADRESOBJECTBUS"), ground)
    peildatum = f"DATE '{ground.peiljaar}-12-31'"
    here = f"{peildatum} BETWEEN r.gbadatumaanvangadreshouding AND r.gbadatumeindeadreshouding"
    households = f"{ground.relation('gbahuishoudensbus')} WHERE {peildatum} BETWEEN datumaanvanghh AND datumeindehh"
    lost = f"SELECT r.* FROM {subject.relation} r ANTI JOIN (FROM {households}) h USING (person) WHERE {here}"
    return subject.asked(
        "households_exist",
        "COC",
        f"at least {1 - MOST_UNKNOWN_PERSONS:.0%} of the people with an address on the peildatum have a household then",
        source=f"({lost})",
        holds=f"count(*) <= {MOST_UNKNOWN_PERSONS!r} * (SELECT count(*) FROM {subject.relation})",
        failing=f"SELECT {subject.key_text()} AS key FROM ({lost}) r",
        kind="cross-table",
        level=2,
        severity="warning",
    )


def _stable(register: Register, ground: Ground) -> Rule:
    subject = _subject(register, ground)
    counted = f"SELECT count(*) AS rows FROM {subject.relation}"
    earlier = f"SELECT count(*) AS before FROM {ground.earlier(register.table)}"
    return subject.asked(
        "rows_stable",
        "RNR",
        "the number of rows is between half and twice that of the year before",
        source=f"({counted}) now, ({earlier}) before",
        holds=f"bool_and(rows BETWEEN before / {MOST_CHANGE} AND before * {MOST_CHANGE})",
        kind="cross-table",
        level=2,
        severity="warning",
    )
