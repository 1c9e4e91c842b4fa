"""Per gemeente the bits that its coverage lets be known.

What belongs here: declared coverage as words of bits. What does not: what any record says (`scans.py`).
"""

from pipelines.indicators.compiler import Bit
from pipelines.indicators.spec import EndedAndNothingBegan
from pipelines.persons.build import NO_GEMEENTE
from pipelines.registers.catalogue_model import Catalogue
from pipelines.registers.coverage import covered_gemeenten
from pipelines.warehouse import Warehouse

Covered = dict[str, frozenset[int]]


def write_coverage_words(
    warehouse: Warehouse, schema: str, bits: dict[str, Bit], words: int, catalogue: Catalogue
) -> None:
    """Write `coverage_words`: gemeente, covered0, others0, ... `covered`: bits whose register covers it. `others`:
    bits that can be true there, because every register in which something might have followed covers it too.

    A person whose gemeente was not found (number 0) is covered by national registers only.
    """
    covered = covered_gemeenten(warehouse, schema)
    rows: list[str] = []
    for gemeente in (NO_GEMEENTE, *sorted(frozenset().union(*covered.values()))):
        masks = [0] * (2 * words)
        for bit in bits.values():
            source = bit.indicator.source
            if source is None:
                continue
            masks[2 * bit.word] |= bit.mask * _covers(covered, catalogue, source, gemeente)
            others = all(_covers(covered, catalogue, other, gemeente) for other in _others(bit))
            masks[2 * bit.word + 1] |= bit.mask * others
        rows.append(f"({gemeente}::USMALLINT, {', '.join(f'{mask}::UBIGINT' for mask in masks)})")
    names = ", ".join(f"covered{word}, others{word}" for word in range(words))
    warehouse.run(
        f"CREATE OR REPLACE TABLE {schema}.coverage_words AS "
        f"SELECT * FROM (VALUES {', '.join(rows)}) AS c (gemeente, {names})",
        step="write coverage words",
    )


def _covers(covered: Covered, catalogue: Catalogue, source: str, gemeente: int) -> bool:
    declared = covered.get(source, frozenset())
    return bool(declared) if catalogue.register(source).coverage == "national" else gemeente in declared


def _others(bit: Bit) -> tuple[str, ...]:
    rule = bit.indicator.rule.on_register
    return tuple(rows.source for rows in rule.nothing_of) if isinstance(rule, EndedAndNothingBegan) else ()
