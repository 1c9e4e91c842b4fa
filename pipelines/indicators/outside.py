"""The indicators of numbers outside the BRP: the same scans, over the records beside each register.

What belongs here: what is covered for somebody whose gemeente nobody knows. What does not: the scans themselves
(`scans.py`) and who is in the stratum (`pipelines/persons/outside.py`).

A record that says so is true. "No record" is certain only in a register that speaks of people outside the BRP as well,
and, when gemeenten deliver it, only if all of them did: a number has no address, so it may belong anywhere.
"""

from pipelines.facts.gemeenten import gemeenten
from pipelines.indicators.compiler import Bit, Year
from pipelines.indicators.coverage_words import Declared, declared, followers_of
from pipelines.indicators.elsewhere import TABLE as LIVED_ELSEWHERE
from pipelines.indicators.windows import Window, first_day
from pipelines.persons.bands import NO_GEMEENTE
from pipelines.persons.outside import NUMBER, UNLINKED
from pipelines.persons.outside import TABLE as PERSONS_OUTSIDE
from pipelines.warehouse import Warehouse

WORDS = "person_words_outside"


def show_outside(warehouse: Warehouse, schema: str, bits: dict[str, Bit], year: Year, tables: tuple[str, ...]) -> None:
    """Make the views that the scans read show the numbers outside the BRP: their records, themselves, and one row of
    coverage that holds for all of them."""
    for table in tables:
        _show(
            warehouse,
            table,
            f"SELECT {NUMBER} AS person, * EXCLUDE (rinpersoons, unlinked_person) FROM {schema}.{table}{UNLINKED}",
        )
    _show(warehouse, "persons", f"SELECT * FROM {schema}.{PERSONS_OUTSIDE}")
    _show(
        warehouse,
        LIVED_ELSEWHERE,
        f"SELECT person::BIGINT AS person, * EXCLUDE (person) FROM {schema}.{LIVED_ELSEWHERE} WHERE false",
    )
    found = declared(warehouse, schema, year.catalogue)
    masks = [0] * (2 * year.words)
    for bit in bits.values():
        covered, others = covers_outside(bit, found, year)
        masks[2 * bit.word] |= bit.mask * covered
        masks[2 * bit.word + 1] |= bit.mask * others
    names = (f"{kind}{word}" for word in range(year.words) for kind in ("covered", "others"))
    columns = ", ".join(f"{mask}::UBIGINT AS {name}" for mask, name in zip(masks, names, strict=True))
    _show(warehouse, "coverage_words", f"SELECT {NO_GEMEENTE}::USMALLINT AS gemeente, {columns}")


def covers_outside(bit: Bit, found: Declared, year: Year) -> tuple[bool, bool]:
    """Is a "no" of this bit certain for a number outside the BRP, and a "yes"?"""
    rule, source = bit.indicator.rule.on_register, bit.indicator.source
    if rule is None or source is None:
        return False, False
    window = first_day(rule, year.peiljaar)
    others = all(_speaks(found, other, window, year) for other in followers_of(bit))
    return _speaks(found, source, window, year), others


def _speaks(found: Declared, source: str, window: Window, year: Year) -> bool:
    register = year.catalogue.register(source)
    if register.only_brp:
        return False
    return all(found.covers(source, int(g.code[2:]), window) for g in gemeenten(year.peiljaar))


def _show(warehouse: Warehouse, name: str, query: str) -> None:
    warehouse.run(f"CREATE OR REPLACE TEMP VIEW {name} AS {query}", step="show numbers outside the BRP")
