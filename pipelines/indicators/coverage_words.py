"""Per gemeente the bits that its coverage lets be known.

What belongs here: declared coverage as words of bits. What does not: what any record says (`scans.py`), and people who
lived in several gemeenten (`elsewhere.py`).
"""

from dataclasses import dataclass
from datetime import date

from pipelines.indicators.compiler import Bit
from pipelines.indicators.spec import EndedAndNothingBegan, SpellEnded
from pipelines.indicators.windows import Window, first_day
from pipelines.persons.build import NO_GEMEENTE
from pipelines.registers.catalogue_model import Catalogue
from pipelines.registers.coverage import covered_since, speaks
from pipelines.warehouse import Warehouse

Sight = tuple[tuple[bool, date | None], ...]
"""Per register whether it covers a gemeente, and from which day on (None: not bounded)."""


@dataclass(frozen=True)
class Declared:
    """What the manifests declare: register -> gemeente -> first day (None: not bounded)."""

    since: dict[str, dict[int, date | None]]
    catalogue: Catalogue

    def covers(self, source: str, gemeente: int, window: Window) -> bool:
        """Does the register speak for a gemeente over all days of a window? A person whose gemeente was not found is
        covered by national registers only."""
        places = self.since.get(source, {})
        if self.catalogue.register(source).coverage == "national":
            return any(speaks(since, window) for since in places.values())
        return gemeente in places and speaks(places[gemeente], window)

    def of(self, gemeente: int) -> Sight:
        """All that is declared of a gemeente: where two have the same, the same is covered."""
        return tuple((gemeente in places, places.get(gemeente)) for places in self.since.values())


def declared(warehouse: Warehouse, schema: str, catalogue: Catalogue) -> Declared:
    """What the manifests declare of a year."""
    return Declared(covered_since(warehouse, schema), catalogue)


def write_coverage_words(
    warehouse: Warehouse, schema: str, bits: dict[str, Bit], words: int, catalogue: Catalogue, peiljaar: int
) -> None:
    """Write `coverage_words`: gemeente, covered0, others0, ... `covered`: bits whose register covers it over all days
    that the rule looks at, so that its silence says no. `others`: bits that a record can make true there; all, but for
    rules about what ended, where every register in which something might have followed must cover it too.
    """
    found = declared(warehouse, schema, catalogue)
    known = {gemeente for places in found.since.values() for gemeente in places}
    alike: dict[Sight, list[int]] = {}
    for gemeente in (NO_GEMEENTE, *sorted(known)):
        alike.setdefault(found.of(gemeente), []).append(gemeente)
    rows: list[str] = []
    for gemeenten in alike.values():
        masks = [0] * (2 * words)
        for bit in bits.values():
            covered, others = covers(bit, gemeenten[0], found, peiljaar)
            masks[2 * bit.word] |= bit.mask * covered
            masks[2 * bit.word + 1] |= bit.mask * others
        told = ", ".join(f"{mask}::UBIGINT" for mask in masks)
        rows += [f"({gemeente}::USMALLINT, {told})" for gemeente in gemeenten]
    names = ", ".join(f"covered{word}, others{word}" for word in range(words))
    warehouse.run(
        f"CREATE OR REPLACE TABLE {schema}.coverage_words AS "
        f"SELECT * FROM (VALUES {', '.join(rows)}) AS c (gemeente, {names})",
        step="write coverage words",
    )


def covers(bit: Bit, gemeente: int, found: Declared, peiljaar: int) -> tuple[bool, bool]:
    """Is a "no" of this bit certain in a gemeente, and a "yes"?"""
    rule, source = bit.indicator.rule.on_register, bit.indicator.source
    if rule is None or source is None:
        return False, False
    window = first_day(rule, peiljaar)
    covered = found.covers(source, gemeente, window)
    # A record that says so stands, wherever the person lives; that nothing followed must be seen.
    others = all(found.covers(other, gemeente, window) for other in followers_of(bit))
    return covered, others


def followers_of(bit: Bit) -> tuple[str, ...]:
    """The registers in which nothing may have followed, for a rule about what ended; none for other rules."""
    rule = bit.indicator.rule.on_register
    if isinstance(rule, EndedAndNothingBegan):
        return tuple(rows.source for rows in rule.nothing_of)
    return (bit.indicator.source,) if isinstance(rule, SpellEnded) and bit.indicator.source else ()
