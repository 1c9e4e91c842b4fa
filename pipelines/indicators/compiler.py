"""From indicator specs to bits, and from bits to named three-valued booleans.

What belongs here: the place of every base indicator, and combinations. What does not: how a bit is found in a
register (`scans.py`), and running anything (`table.py`).
"""

from dataclasses import dataclass

from pipelines.indicators.collection import Indicators
from pipelines.indicators.spec import Indicator, PersonFact
from pipelines.persons.build import ADDRESS_KINDS
from pipelines.registers.catalogue_model import Catalogue

WORD_BITS = 63


@dataclass(frozen=True)
class Bit:
    """The place of a base indicator."""

    indicator: Indicator
    word: int
    position: int

    @property
    def mask(self) -> int:
        return 1 << self.position

    def when(self, holds: str) -> str:
        """SQL of the bit where something holds, and of no bit elsewhere."""
        return f"CASE WHEN {holds} THEN {self.mask}::UBIGINT ELSE 0 END"


@dataclass(frozen=True)
class Year:
    """What a scan needs to know of the kluis; `delivered` names the registers that have a table."""

    catalogue: Catalogue
    schema: str
    peiljaar: int
    words: int
    delivered: frozenset[str]


def assign_bits(indicators: Indicators) -> dict[str, Bit]:
    """Indicator id -> its bit, in order of the specs."""
    return {
        indicator.id: Bit(indicator, number // WORD_BITS, number % WORD_BITS)
        for number, indicator in enumerate(indicators.base)
    }


def words_needed(bits: dict[str, Bit]) -> int:
    """How many words the bits take, at least one."""
    return 1 + max((bit.word for bit in bits.values()), default=0)


def joined(parts: list[str]) -> str:
    """SQL of all these bits together."""
    return " | ".join(parts) if parts else "0::UBIGINT"


def person_condition(fact: PersonFact) -> tuple[str, str]:
    """SQL over a row `p` of persons: (true when the fact holds, true when it is known)."""
    if fact.age is not None:
        upper = f" AND p.leeftijd <= {fact.age.to}" if fact.age.to is not None else ""
        return f"(p.leeftijd >= {fact.age.start}{upper})", "p.leeftijd IS NOT NULL"
    kinds = ", ".join(str(ADDRESS_KINDS[kind]) for kind in fact.address_kind or ())
    return f"p.address_kind IN ({kinds})", "p.address_kind IS NOT NULL"


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
    either = " OR ".join(parts)
    return f"NOT ({either})" if rule.none_of else either


def sources(bits: dict[str, Bit], catalogue: Catalogue) -> dict[str, list[Bit]]:
    """Register -> the bits that are read from it, in order of name."""
    found: dict[str, list[Bit]] = {}
    for bit in bits.values():
        if bit.indicator.source is not None:
            found.setdefault(catalogue.register(bit.indicator.source).name, []).append(bit)
    return dict(sorted(found.items()))
