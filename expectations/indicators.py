"""The suite of `person_indicators`, the named three-valued facts.

What belongs here: that the indicators agree with `persons` and with coverage, that true is always known, and that an
indicator tells people apart. What does not: whether a rule of an indicator is the right one (the specs and their
tests say that).

Indicators are stored as bits. One pass folds the bits of a population by gemeente (bitwise OR), and nearly every rule
is answered from those few rows.
"""

from collections.abc import Iterable, Mapping

from expectations.ground import COVERAGE, PERSONS, VIEW, WORDS, Ground
from expectations.rules import Kind, Rule, Severity, Subject, literal
from pipelines.indicators.compiler import Bit, assign_bits, boolean, words_needed
from pipelines.indicators.values import FromTo
from pipelines.persons.build import NO_GEMEENTE
from pipelines.registers.catalogue_model import Register

Pairs = Mapping[str, str]
"""Column of the view -> SQL over `persons` that it must equal."""


def indicator_rules(ground: Ground) -> tuple[Rule, ...]:
    """The rules of the view `person_indicators` and of the words behind it."""
    subject = Subject(ground.schema, VIEW, ("person",), VIEW)
    bits = assign_bits(ground.indicators)
    rules = _same_persons(subject, ground)
    for register in _sources(ground, bits):
        rules += _where_covered(subject, register, ground, bits)
    for bit in bits.values():
        rules += _base(subject, bit, ground, bits)
    for indicator in ground.indicators.by_id.values():
        if not indicator.is_base:
            rules += _combined(subject, indicator.id, ground, bits)
    return tuple(rules)


def _folded(ground: Ground, bits: Mapping[str, Bit]) -> str:
    """Per gemeente: which bits are true of somebody (t), known of somebody (k), true without being known (x), false
    of somebody (f); and whether each register covers it (c_...)."""
    words = range(words_needed(dict(bits)))
    columns = ", ".join(
        f"bit_or(t{w}) AS t{w}, bit_or(k{w}) AS k{w}, bit_or(t{w} & ~k{w}) AS x{w}, bit_or(k{w} & ~t{w}) AS f{w}"
        for w in words
    )
    people = f"SELECT gemeente, {columns} FROM {ground.relation(WORDS)} GROUP BY gemeente"
    registers = _sources(ground, bits)
    covered = ", ".join(
        f"coalesce(bool_or(covered) FILTER (WHERE register = {literal(r.name)}), false) AS c_{r.table}"
        for r in registers
    )
    if not registers:
        return f"({people}) w"
    return f"(({people}) w LEFT JOIN (SELECT gemeente, {covered} FROM ({_covered(ground)}) GROUP BY gemeente) c USING (gemeente))"


def _covered(ground: Ground) -> str:
    """Coverage, and beside it the people whose gemeente was not found: a national file covers them, and no other."""
    coverage = ground.relation(COVERAGE)
    national = ", ".join(literal(r.name) for r in ground.catalogue.registers.values() if r.coverage == "national")
    return (
        f"SELECT register, gemeente, covered FROM {coverage} UNION ALL "
        f"SELECT register, {NO_GEMEENTE}, bool_or(covered) FROM {coverage} "
        f"WHERE register IN ({national or 'NULL'}) GROUP BY register"
    )


def _any(column: str, mask: int, where: str = "") -> str:
    """SQL over the folded words: is one of these bits set in some gemeente?"""
    filtered = f" FILTER (WHERE {where})" if where else ""
    return f"coalesce(bit_or({column}){filtered}, 0::UBIGINT) & {mask}::UBIGINT <> 0"


def _where(ground: Ground, condition: str, *, kind: str = "person_indicators") -> str:
    return f"SELECT 'rinpersoon=' || lpad(CAST(r.person AS VARCHAR), 9, '0') AS key FROM {ground.relation(kind)} r WHERE {condition}"


def _same_persons(subject: Subject, ground: Ground) -> list[Rule]:
    """The view holds exactly the rows of `persons`, and its age indicators follow from the age there."""
    base = ground.indicators.base
    ages = {i.id: i.rule.person.age for i in base if i.rule.person and i.rule.person.age}
    persons, view = ground.relation(PERSONS), subject.relation
    same = {name: name for name in ("gemeente", "leeftijdsgroep", "geslacht")}
    facts: dict[str, tuple[str, str, Pairs]] = {
        "every_person": (
            "REP",
            "every person has exactly one row, with the same gemeente, age band and sex",
            same,
        )
    }
    if ages:
        of_age = {name: _in_ages(age) for name, age in ages.items()}
        facts["ages_agree"] = ("VCO", f"the indicators of age fit the age: {', '.join(ages)}", of_age)
    pairs = {name: fact[2] for name, fact in facts.items()}
    source = _compared(persons, view, pairs)
    return [
        subject.asked(
            name,
            code,
            title,
            source=source,
            holds=f"bool_and(here.{name} IS NOT DISTINCT FROM there.{name})",
            failing=_different(persons, subject, pairs[name]),
            kind="cross-table",
            level=1,
        )
        for name, (code, title, _) in facts.items()
    ]


def _compared(persons: str, view: str, pairs: Mapping[str, Pairs]) -> str:
    """Both relations, each as the sum of its rows' hashes per set of pairs: no order, no join, two scans (a join of a
    population with itself takes five times as long). Rows that differ have equal sums with a chance of about 2^-64."""
    left = ", ".join(f"{_hashes(part.values())} AS {name}" for name, part in pairs.items())
    right = ", ".join(f"{_hashes(part)} AS {name}" for name, part in pairs.items())
    return f"(SELECT {left} FROM {persons}) here, (SELECT {right} FROM {view}) there"


def _hashes(columns: Iterable[str]) -> str:
    return f"sum(CAST(hash(person, {', '.join(columns)}) AS HUGEINT))"


def _different(persons: str, subject: Subject, pairs: Pairs) -> str:
    columns = f"person, {', '.join(pairs)}"
    expected = ", ".join(f"{sql} AS {name}" for name, sql in pairs.items())
    wanted = f"SELECT person, {expected} FROM {persons}"
    found = f"SELECT {columns} FROM {subject.relation}"
    return (
        f"SELECT DISTINCT {subject.key_text()} AS key FROM "
        f"(({wanted} EXCEPT ALL {found}) UNION ALL ({found} EXCEPT ALL {wanted})) r"
    )


def _sources(ground: Ground, bits: Mapping[str, Bit]) -> list[Register]:
    names = {bit.indicator.source for bit in bits.values()} - {None}
    return [register for name, register in ground.catalogue.registers.items() if name in names]


def _where_covered(subject: Subject, register: Register, ground: Ground, bits: Mapping[str, Bit]) -> list[Rule]:
    """Nobody is told "no" by a register that does not cover the gemeente, and nothing at all is known from one that
    was not delivered; something is known of each of its indicators where it covers anybody."""
    own = [bit for bit in bits.values() if bit.indicator.source == register.name]
    masks: dict[int, int] = {}
    for bit in own:
        masks[bit.word] = masks.get(bit.word, 0) | bit.mask
    inside = f"coalesce(c_{register.table}, false)"
    delivered = ground.has(register.table)
    bits_of, answer = ("f", "FALSE") if delivered else ("k", "NOT NULL")
    lost = " OR ".join(_any(f"{bits_of}{word}", mask, f"NOT {inside}") for word, mask in masks.items())
    all_known = " AND ".join(
        f"coalesce(bit_or(k{word}) FILTER (WHERE {inside}), 0::UBIGINT) & {mask}::UBIGINT = {mask}::UBIGINT"
        for word, mask in masks.items()
    )
    known = " OR ".join(f"r.{bit.indicator.id} IS {answer}" for bit in own)
    covered_there = f"SELECT gemeente FROM ({_covered(ground)}) WHERE covered AND register = {literal(register.name)}"
    names = ", ".join(bit.indicator.id for bit in own)
    folded = _folded(ground, bits)
    return [
        subject.asked(
            f"{register.table}_only_where_covered",
            "VCO",
            f"{'never false' if delivered else 'unknown'} where {register.name} does not cover the gemeente: {names}",
            source=folded,
            holds=f"NOT ({lost})",
            failing=_where(ground, f"r.gemeente NOT IN ({covered_there}) AND ({known})"),
            kind="cross-table",
        ),
        subject.asked(
            f"{register.table}_known_where_covered",
            "REP",
            f"known of somebody where {register.name} covers people: {names}",
            source=folded,
            holds=f"(({all_known}) OR NOT coalesce(bool_or({inside}), false))",
            kind="cross-table",
            severity="warning",
        ),
    ]


def _base(subject: Subject, bit: Bit, ground: Ground, bits: Mapping[str, Bit]) -> list[Rule]:
    """True is known; true of somebody; false of somebody."""
    name, word = bit.indicator.id, bit.word
    source = _folded(ground, bits)
    delivered = bit.indicator.source is None or ground.has(ground.catalogue.register(bit.indicator.source).table)
    of_word = f"(r.t{word} & ~r.k{word}) & {bit.mask}::UBIGINT <> 0"
    rules = [
        _sane(
            subject,
            f"{name}_true_is_known",
            "VCO",
            f"{name} is known wherever it is true, so that its share of the known lies from 0 to 1",
            source,
            f"NOT ({_any(f'x{word}', bit.mask)})",
            kind="row",
            failing=_where(ground, of_word, kind=WORDS),
        )
    ]
    # Of a register that was not delivered nothing is known: that is what the rule on coverage asks.
    if delivered:
        rules += _tells_apart(subject, name, source, _any(f"t{word}", bit.mask), _any(f"f{word}", bit.mask))
    return rules


def _combined(subject: Subject, name: str, ground: Ground, bits: Mapping[str, Bit]) -> list[Rule]:
    """A combination follows from its parts in the view itself; left is whether it tells people apart."""
    value = boolean(ground.indicators, dict(bits), name)
    source = f"{ground.relation(WORDS)} w"
    return _tells_apart(
        subject, name, source, f"coalesce(bool_or({value}), false)", f"coalesce(bool_or(NOT ({value})), false)"
    )


def _tells_apart(subject: Subject, name: str, source: str, true: str, false: str) -> list[Rule]:
    """At least one person for whom it is true, and one for whom it is false: otherwise it tells nothing."""
    return [
        _sane(
            subject, f"{name}_sometimes_true", "RNR", f"{name} is true of somebody", source, true, severity="warning"
        ),
        _sane(
            subject,
            f"{name}_sometimes_false",
            "RNR",
            f"{name} is false of somebody: it is not true of everybody",
            source,
            false,
            severity="warning",
        ),
    ]


def _sane(
    subject: Subject,
    name: str,
    code: str,
    title: str,
    source: str,
    holds: str,
    *,
    kind: Kind = "table",
    severity: Severity = "blocking",
    failing: str | None = None,
) -> Rule:
    return subject.asked(name, code, title, source=source, holds=holds, kind=kind, severity=severity, failing=failing)


def _in_ages(age: FromTo) -> str:
    upper = f" AND leeftijd <= {age.to}" if age.to is not None else ""
    return f"(leeftijd >= {age.start}{upper})"
