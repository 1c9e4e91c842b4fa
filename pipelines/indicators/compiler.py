"""From indicator specs to SQL: bits of a person from one scan per register, and named booleans from bits.

What belongs here: expressions. What does not: running them (see `table.py`).

Per word of 63 indicators a register row yields two sets of bits: `t`, the indicator is true by this row, and
`s`, what the row says of being known. For a register whose absence means "no", `s` marks a missing value; for
one whose absence says nothing, `s` marks a value that is there.
"""

from dataclasses import dataclass

from pipelines.errors import SpecError
from pipelines.indicators.collection import Indicators
from pipelines.indicators.spec import (
    Indicator,
    PersonFact,
    RecordExists,
    SpellEnded,
    SpellInMonths,
    SpellInYear,
    SpellOnPeildatum,
)
from pipelines.persons.build import ADDRESS_KINDS
from pipelines.registers.catalogue_model import Catalogue, Register

WORD_BITS = 63

RegisterRule = RecordExists | SpellOnPeildatum | SpellInMonths | SpellInYear | SpellEnded


@dataclass(frozen=True)
class Bit:
    """The place of a base indicator."""

    indicator: Indicator
    word: int
    position: int

    @property
    def mask(self) -> int:
        return 1 << self.position


def assign_bits(indicators: Indicators) -> dict[str, Bit]:
    """Indicator id -> its bit, in order of the specs."""
    return {
        indicator.id: Bit(indicator, number // WORD_BITS, number % WORD_BITS)
        for number, indicator in enumerate(indicators.base)
    }


def words_needed(bits: dict[str, Bit]) -> int:
    """How many words the bits take, at least one."""
    return 1 + max((bit.word for bit in bits.values()), default=0)


def condition(rule: RegisterRule, register: Register, peiljaar: int) -> str:
    """SQL over a row `r` of the register: true when this row makes the indicator true."""
    parts = [f"r.{column} IN ({quoted(codes)})" for column, codes in rule.where.items()]
    parts.extend(_spell_parts(rule, register, peiljaar))
    return " AND ".join(parts) if parts else "true"


def missing_value(rule: RegisterRule, register: Register) -> str:
    """SQL over a row `r`: true when a column of the rule is missing in this row; empty when that cannot be."""
    columns = [name for name in rule.where if register.column(name).missing]
    return " OR ".join(f"r.{name} IS NULL" for name in columns)


def person_condition(fact: PersonFact) -> tuple[str, str]:
    """SQL over a row `p` of persons: (true when the fact holds, true when it is known)."""
    if fact.age is not None:
        upper = f" AND p.leeftijd <= {fact.age.to}" if fact.age.to is not None else ""
        return f"(p.leeftijd >= {fact.age.start}{upper})", "p.leeftijd IS NOT NULL"
    kinds = ", ".join(str(ADDRESS_KINDS[kind]) for kind in fact.address_kind or ())
    return f"p.address_kind IN ({kinds})", "p.address_kind IS NOT NULL"


def scan_sql(register: Register, bits: list[Bit], schema: str, peiljaar: int, words: int) -> str:
    """One scan of a register: rows (person, t0, s0, ...) for the rows that say anything."""
    true_words: dict[int, list[str]] = {word: [] for word in range(words)}
    said_words: dict[int, list[str]] = {word: [] for word in range(words)}
    relevant: list[str] = []
    for bit in bits:
        rule = bit.indicator.rule.on_register
        if rule is None:
            raise SpecError(f"{bit.indicator.id} has no rule on a register")
        holds = condition(rule, register, peiljaar)
        missing = missing_value(rule, register)
        true_words[bit.word].append(_bit_when(holds, bit))
        relevant.append(f"({holds})")
        known = f"NOT ({missing})" if missing else "true"
        said = known if register.absence == "onbekend" else missing
        if said:
            said_words[bit.word].append(_bit_when(said, bit))
            relevant.append(f"({said})")
    columns = [
        f"{_joined(true_words[word])} AS t{word}, {_joined(said_words[word])} AS s{word}" for word in range(words)
    ]
    where = "" if "(true)" in relevant else f"\nWHERE {' OR '.join(dict.fromkeys(relevant))}"
    return f"SELECT r.person, {', '.join(columns)}\nFROM {schema}.{register.table} r{where}"


def named_booleans(indicators: Indicators, bits: dict[str, Bit], names: tuple[str, ...]) -> list[str]:
    """SELECT items, one a named three-valued boolean, over columns t0, k0, ... (combinations included)."""
    return [f"{boolean(indicators, bits, name)} AS {name}" for name in names]


def boolean(indicators: Indicators, bits: dict[str, Bit], name: str) -> str:
    """SQL of one indicator over the words: SQL's own AND, OR and NOT are three-valued as Kleene's."""
    indicator = indicators.by_id[name]
    rule = indicator.rule
    if indicator.is_base:
        bit = bits[name]
        return f"CASE WHEN k{bit.word} & {bit.mask} = 0 THEN NULL ELSE t{bit.word} & {bit.mask} <> 0 END"
    parts = [f"({boolean(indicators, bits, part)})" for part in rule.combines]
    if rule.all_of:
        return " AND ".join(parts)
    joined = " OR ".join(parts)
    return f"NOT ({joined})" if rule.none_of else joined


def sources(bits: dict[str, Bit], catalogue: Catalogue) -> dict[str, list[Bit]]:
    """Register -> the bits that are read from it, in order of name."""
    found: dict[str, list[Bit]] = {}
    for bit in bits.values():
        if bit.indicator.source is not None:
            found.setdefault(catalogue.register(bit.indicator.source).name, []).append(bit)
    return dict(sorted(found.items()))


def quoted(values: tuple[str, ...]) -> str:
    """A list of SQL text literals."""
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)


def _spell_parts(rule: RegisterRule, register: Register, peiljaar: int) -> list[str]:
    if isinstance(rule, RecordExists) or register.spell is None:
        return []
    begin, end = f"r.{register.spell.begin}", f"r.{register.spell.end}"
    peildatum = f"DATE '{peiljaar}-12-31'"
    if isinstance(rule, SpellOnPeildatum):
        return [f"{begin} <= {_before(peildatum, rule.min_months)}", f"{end} >= {peildatum}"]
    if isinstance(rule, SpellInMonths):
        return [f"{begin} <= {peildatum}", f"{end} > {_before(peildatum, rule.months)}"]
    if isinstance(rule, SpellInYear):
        return [f"{begin} <= {peildatum}", f"{end} >= DATE '{peiljaar}-01-01'"]
    window = [f"{end} <= {_before(peildatum, rule.months_before.start)}"]
    if rule.months_before.to is not None:
        window.append(f"{end} > {_before(peildatum, rule.months_before.to)}")
    continued = (
        f"EXISTS (SELECT 1 FROM y{peiljaar}.{register.table} n WHERE n.person = r.person "
        f"AND n.{register.spell.begin} <= {end} + 1 AND n.{register.spell.end} > {end})"
    )
    return [*window, f"NOT {continued}"]


def _before(peildatum: str, months: int) -> str:
    return f"CAST({peildatum} - INTERVAL {months} MONTH AS DATE)" if months else peildatum


def _bit_when(holds: str, bit: Bit) -> str:
    return f"CASE WHEN {holds} THEN {bit.mask}::UBIGINT ELSE 0 END"


def _joined(parts: list[str]) -> str:
    return " | ".join(parts) if parts else "0::UBIGINT"
