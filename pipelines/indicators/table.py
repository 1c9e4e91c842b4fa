"""Building the indicator words of every person, and the view that names them.

What belongs here: running the compiled scans. What does not: expressions (`compiler.py`).
"""

from pipelines.indicators.collection import Indicators
from pipelines.indicators.compiler import (
    Bit,
    assign_bits,
    named_booleans,
    person_condition,
    scan_sql,
    sources,
    words_needed,
)
from pipelines.persons.build import NO_GEMEENTE
from pipelines.registers.catalogue_model import Catalogue
from pipelines.registers.coverage import covered_gemeenten
from pipelines.warehouse import Warehouse, year_schema


def build_person_words(warehouse: Warehouse, indicators: Indicators, catalogue: Catalogue, peiljaar: int) -> None:
    """Write `person_words` (person, gemeente, leeftijdsgroep, geslacht, t0, k0, ...), `indicator_bits` (the
    registry: indicator, word, position) and the view `person_indicators` (named three-valued booleans).

    TRUE: a record says so and the register covers the person's gemeente. FALSE: no record, and it covers it.
    Unknown: not covered, or the value is missing, or the register's absence says nothing.
    """
    schema = year_schema(peiljaar)
    bits = assign_bits(indicators)
    words = words_needed(bits)
    _write_registry(warehouse, schema, bits)
    _write_coverage_words(warehouse, schema, bits, words, catalogue)
    scans = "\nUNION ALL\n".join(
        scan_sql(catalogue.register(name), found, schema, peiljaar, words)
        for name, found in sources(bits, catalogue).items()
        # A register that was not delivered covers nothing: its indicators are unknown, and there is nothing to scan.
        if warehouse.has_table(schema, catalogue.register(name).table)
    )
    warehouse.run(
        f"CREATE OR REPLACE TABLE {schema}.person_words AS {_words_sql(schema, bits, catalogue, words, scans)}",
        step="build indicators",
    )
    names = ",\n  ".join(named_booleans(indicators, bits, tuple(indicators.by_id)))
    warehouse.run(
        f"CREATE OR REPLACE VIEW {schema}.person_indicators AS SELECT person, "
        f"gemeente, leeftijdsgroep, geslacht,\n  {names}\nFROM {schema}.person_words",
        step="name the indicators",
    )


def _words_sql(schema: str, bits: dict[str, Bit], catalogue: Catalogue, words: int, scans: str) -> str:
    """Known = covered and (said nothing missing, or said a value, or true); true only where known."""
    columns: list[str] = []
    for word in range(words):
        true_person, known_person = _person_words(bits, word)
        says_no = _silence_says_no(bits, word, catalogue)
        # Where silence says no, `s` marks what is missing; elsewhere it marks what is there. Hence the xor.
        speaks = f"(xor(coalesce(w.s{word}, 0), {says_no}::UBIGINT) | coalesce(w.t{word}, 0))"
        known = f"(c.covered{word} & {speaks})"
        columns.append(f"((coalesce(w.t{word}, 0) & {known}) | {true_person}) AS t{word}")
        columns.append(f"({known} | {known_person}) AS k{word}")
    folded = ", ".join(f"bit_or(t{word}) AS t{word}, bit_or(s{word}) AS s{word}" for word in range(words))
    return f"""
        WITH said AS (
            {scans}
        ),
        folded AS (
            SELECT person, {folded} FROM said GROUP BY person
        )
        SELECT p.person, p.gemeente, p.leeftijdsgroep, p.geslacht, {", ".join(columns)}
        FROM {schema}.persons p
        LEFT JOIN folded w USING (person)
        JOIN {schema}.coverage_words c USING (gemeente)
    """


def _person_words(bits: dict[str, Bit], word: int) -> tuple[str, str]:
    true_parts, known_parts = ["0::UBIGINT"], ["0::UBIGINT"]
    for bit in bits.values():
        fact = bit.indicator.rule.person
        if fact is not None and bit.word == word:
            holds, known = person_condition(fact)
            true_parts.append(f"CASE WHEN {holds} THEN {bit.mask}::UBIGINT ELSE 0 END")
            known_parts.append(f"CASE WHEN {known} THEN {bit.mask}::UBIGINT ELSE 0 END")
    return f"({' | '.join(true_parts)})", f"({' | '.join(known_parts)})"


def _write_registry(warehouse: Warehouse, schema: str, bits: dict[str, Bit]) -> None:
    values = ", ".join(f"('{name}', {bit.word}, {bit.position})" for name, bit in bits.items())
    warehouse.run(
        f"CREATE OR REPLACE TABLE {schema}.indicator_bits AS "
        f"SELECT * FROM (VALUES {values}) AS b (indicator, word, position)",
        step="write the registry of bits",
    )


def _write_coverage_words(
    warehouse: Warehouse, schema: str, bits: dict[str, Bit], words: int, catalogue: Catalogue
) -> None:
    """`coverage_words`: per gemeente the bits whose register covers it.

    A person whose gemeente was not found (number 0) is covered by national registers only.
    """
    covered = covered_gemeenten(warehouse, schema)
    numbers = sorted(frozenset().union(*covered.values()))
    rows: list[str] = []
    for gemeente in (NO_GEMEENTE, *numbers):
        masks = [0] * words
        for bit in bits.values():
            source = bit.indicator.source
            if source is None:
                continue
            national = catalogue.register(source).coverage == "national" and bool(covered.get(source))
            if national or gemeente in covered.get(source, frozenset()):
                masks[bit.word] |= bit.mask
        rows.append(f"({gemeente}::USMALLINT, {', '.join(f'{mask}::UBIGINT' for mask in masks)})")
    names = ", ".join(f"covered{word}" for word in range(words))
    warehouse.run(
        f"CREATE OR REPLACE TABLE {schema}.coverage_words AS "
        f"SELECT * FROM (VALUES {', '.join(rows)}) AS c (gemeente, {names})",
        step="write coverage words",
    )


def _silence_says_no(bits: dict[str, Bit], word: int, catalogue: Catalogue) -> int:
    """The bits of a word whose register says "no" by having no record of a person."""
    return sum(
        bit.mask
        for bit in bits.values()
        if bit.word == word
        and bit.indicator.source is not None
        and catalogue.register(bit.indicator.source).absence == "nee"
    )
