"""Building the indicator words of every person, and the view that names them.

What belongs here: running the compiled scans. What does not: expressions (`compiler.py`).
"""

from pipelines.indicators.collection import Indicators
from pipelines.indicators.compiler import (
    Bit,
    Year,
    assign_bits,
    joined,
    named_booleans,
    person_condition,
    sources,
    words_needed,
)
from pipelines.indicators.coverage_words import write_coverage_words
from pipelines.indicators.elsewhere import TABLE as LIVED_ELSEWHERE
from pipelines.indicators.elsewhere import write_lived_elsewhere
from pipelines.indicators.households import HOUSEHOLDS, add_household_sql, household_bits
from pipelines.indicators.outside import WORDS as WORDS_OUTSIDE
from pipelines.indicators.outside import show_outside
from pipelines.indicators.scans import register_sql
from pipelines.persons.outside import TABLE as PERSONS_OUTSIDE
from pipelines.persons.ranges import PEOPLE_AT_ONCE, SCHEMA, ranges, show_range, show_whole
from pipelines.registers.catalogue_model import Catalogue
from pipelines.warehouse import Warehouse, year_schema

_EVERYTHING = f"{(1 << 64) - 1}::UBIGINT"


def build_person_words(
    warehouse: Warehouse,
    indicators: Indicators,
    catalogue: Catalogue,
    peiljaar: int,
    people_at_once: int = PEOPLE_AT_ONCE,
) -> None:
    """Write `person_words` (person, gemeente, leeftijdsgroep, geslacht, t0, k0, ...), `indicator_bits` (the
    registry: indicator, word, position) and the view `person_indicators` (named three-valued booleans); and the same
    of the numbers outside the BRP: `person_words_outside` and `person_indicators_outside`.

    TRUE: a record says so. FALSE: no record, and the register covers every gemeente where the person lived in the days
    that the rule looks at. Unknown: not covered, or the value is missing, or the register's absence says nothing.
    Worked through by ranges of about `people_at_once`.
    """
    schema = year_schema(peiljaar)
    bits = assign_bits(indicators)
    words = words_needed(bits)
    _write_registry(warehouse, schema, bits)
    write_coverage_words(warehouse, schema, bits, words, catalogue, peiljaar)
    write_lived_elsewhere(warehouse, schema, bits, words, catalogue, peiljaar)
    # A register that was not delivered covers nothing: its indicators are unknown, and there is nothing to scan.
    delivered = frozenset(r.name for r in catalogue.registers.values() if warehouse.has_table(schema, r.table))
    year = Year(catalogue, SCHEMA, peiljaar, words, delivered)
    scans = "\nUNION ALL\n".join(
        register_sql(catalogue.register(name), found, year)
        for name, found in sources(bits, catalogue).items()
        if name in delivered
    )
    show_whole(warehouse, schema, ("coverage_words",))
    people = tuple(catalogue.register(name).table for name in sorted(delivered) if catalogue.register(name).has_persons)
    statement = f"CREATE OR REPLACE TABLE {schema}.person_words AS"
    for first, last in ranges(warehouse, f"{schema}.persons", people_at_once):
        show_range(warehouse, schema, (*people, "persons", LIVED_ELSEWHERE), first, last)
        warehouse.run(f"{statement} {_words_sql(year, bits, scans)}", step="build indicators")
        statement = f"INSERT INTO {schema}.person_words"
    # Without the file of households nobody's household is known, and the bits stay as they are: unknown.
    if household_bits(bits) and HOUSEHOLDS in delivered:
        warehouse.run(
            f"CREATE OR REPLACE TABLE {schema}.person_words AS {add_household_sql(schema, bits, words, peiljaar)}",
            step="look at other members of the household",
        )
    named = {"person_words": "person_indicators"}
    if warehouse.has_table(schema, PERSONS_OUTSIDE):
        # Nobody knows the household of a number outside the BRP, nor where it lives; the rest is the same.
        show_outside(warehouse, schema, bits, year, people)
        statement = f"CREATE OR REPLACE TABLE {schema}.{WORDS_OUTSIDE} AS"
        warehouse.run(f"{statement} {_words_sql(year, bits, scans)}", step="build indicators outside the BRP")
        named[WORDS_OUTSIDE] = "person_indicators_outside"
    names = ",\n  ".join(named_booleans(indicators, bits, tuple(indicators.by_id)))
    for words_table, view in named.items():
        warehouse.run(
            f"CREATE OR REPLACE VIEW {schema}.{view} AS SELECT person, "
            f"gemeente, leeftijdsgroep, geslacht,\n  {names}\nFROM {schema}.{words_table}",
            step="name the indicators",
        )


def _words_sql(year: Year, bits: dict[str, Bit], scans: str) -> str:
    """True: a record says so; for what is true because nothing followed, only where the others are covered too. Known:
    true, or covered and nothing left open (or said)."""
    columns: list[str] = []
    for word in range(year.words):
        true_person, known_person = _person_words(bits, word)
        true = f"coalesce(w.t{word}, 0)"
        # Where silence says no, `s` marks what is left open; elsewhere it marks what is known. Hence the xor.
        says_no = _silence_says_no(bits, word, year.catalogue)
        speaks = f"xor(coalesce(w.s{word}, 0), {says_no}::UBIGINT)"
        certain = f"({true} & c.others{word} & coalesce(e.others{word}, {_EVERYTHING}))"
        silent = f"(c.covered{word} & coalesce(e.covered{word}, {_EVERYTHING}) & {speaks} & ~{true})"
        columns.append(f"({certain} | {true_person}) AS t{word}")
        columns.append(f"({certain} | {silent} | {known_person}) AS k{word}")
    folded = ", ".join(f"bit_or(t{word}) AS t{word}, bit_or(s{word}) AS s{word}" for word in range(year.words))
    return f"""
        WITH said AS (
            {scans or _nobody(year.words)}
        ),
        folded AS (
            SELECT person, {folded} FROM said GROUP BY person
        )
        SELECT p.person, p.gemeente, p.leeftijdsgroep, p.geslacht, {", ".join(columns)}
        FROM {year.schema}.persons p
        LEFT JOIN folded w USING (person)
        LEFT JOIN {year.schema}.{LIVED_ELSEWHERE} e USING (person)
        JOIN {year.schema}.coverage_words c USING (gemeente)
    """


def _nobody(words: int) -> str:
    """The rows of no register at all: nobody is said anything of."""
    columns = ", ".join(f"0::UBIGINT AS t{word}, 0::UBIGINT AS s{word}" for word in range(words))
    return f"SELECT NULL::INTEGER AS person, {columns} WHERE false"


def _person_words(bits: dict[str, Bit], word: int) -> tuple[str, str]:
    true: list[str] = []
    known: dict[str, int] = {}
    for bit in bits.values():
        fact = bit.indicator.rule.person
        if fact is not None and bit.word == word:
            holds, is_known = person_condition(fact)
            true.append(bit.when(holds))
            known[is_known] = known.get(is_known, 0) | bit.mask
    masks = [f"CASE WHEN {is_known} THEN {mask}::UBIGINT ELSE 0 END" for is_known, mask in known.items()]
    return f"({joined(true)})", f"({joined(masks)})"


def _write_registry(warehouse: Warehouse, schema: str, bits: dict[str, Bit]) -> None:
    values = ", ".join(f"('{name}', {bit.word}, {bit.position})" for name, bit in bits.items())
    warehouse.run(
        f"CREATE OR REPLACE TABLE {schema}.indicator_bits AS "
        f"SELECT * FROM (VALUES {values}) AS b (indicator, word, position)",
        step="write the registry of bits",
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
