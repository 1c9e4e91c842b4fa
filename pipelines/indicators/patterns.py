"""The pattern table: how many people share a gemeente, age band, sex and all indicators that a plan uses.

What belongs here: the table and its named view. What does not: personas. Whether somebody is in a persona
depends on the pattern alone, so every persona runs over this small table.
"""

from pipelines.indicators.collection import Indicators
from pipelines.indicators.compiler import Bit, assign_bits, named_booleans, words_needed
from pipelines.indicators.possible import possible_sql, quick_look_sql
from pipelines.registers.catalogue_model import Catalogue
from pipelines.warehouse import Warehouse, year_schema

BY = "gemeente, leeftijdsgroep, geslacht"

OUTSIDE = "_outside"
"""Ending of the tables of numbers outside the BRP; without it they are of people in it."""


def build_patterns(
    warehouse: Warehouse,
    indicators: Indicators,
    names: tuple[str, ...],
    peiljaar: int,
    combinations: tuple[tuple[str, ...], ...] = (),
    catalogue: Catalogue | None = None,
) -> None:
    """Write `patterns` (gemeente, leeftijdsgroep, geslacht, t0, k0, ..., n) over the base indicators under
    `names`, and the view `pattern_indicators` with every indicator under them as a named boolean; and of the numbers
    outside the BRP, which are never mixed with people in it, `patterns_outside` and `pattern_indicators_outside`.

    With `combinations` (indicators that must all be true) people are left out for whom every combination is certainly
    false: nobody would count them, and they are nearly everybody (the catalogue only makes that look faster). Exact
    counts: this table never leaves the kluis.
    """
    schema = year_schema(peiljaar)
    bits = assign_bits(indicators)
    possible = " OR ".join(f"({possible_sql(indicators, bits, found)})" for found in combinations) or "true"
    if combinations and catalogue is not None:
        quick = quick_look_sql(indicators, bits, combinations, catalogue)
        # As CASE and not as AND: the order is the point, and DuckDB would choose its own.
        possible = f"CASE WHEN {quick} THEN {possible} ELSE false END"
    under = {found for name in names for found in indicators.all_under(name)}
    shown = tuple(name for name in indicators.by_id if name in under)
    booleans = ",\n  ".join(named_booleans(indicators, bits, shown))
    for stratum in ("", OUTSIDE):
        if not warehouse.has_table(schema, f"person_words{stratum}"):
            continue
        people = f"{schema}.person_words{stratum}"
        warehouse.run(
            f"CREATE OR REPLACE TABLE {schema}.patterns{stratum} AS "
            f"{_patterns_sql(people, indicators, names, bits, possible)}",
            step="build patterns",
        )
        warehouse.run(
            f"CREATE OR REPLACE VIEW {schema}.pattern_indicators{stratum} AS "
            f"SELECT {BY}, n,\n  {booleans}\nFROM {schema}.patterns{stratum}",
            step="name the patterns",
        )


def _patterns_sql(
    person_words: str,
    indicators: Indicators,
    names: tuple[str, ...],
    bits: dict[str, Bit],
    possible: str,
) -> str:
    base = set(indicators.base_of(names))
    kept: list[str] = []
    grouped: list[str] = []
    falses: list[str] = []
    for word in range(words_needed(bits)):
        mask = sum(bit.mask for name, bit in bits.items() if name in base and bit.word == word)
        kept += [f"t{word} & {mask}::UBIGINT AS t{word}", f"k{word} & {mask}::UBIGINT AS k{word}"]
        falses.append(f"xor(k{word}, t{word}) AS f{word}")
        grouped += [f"t{word}", f"k{word}"]
    people = f"SELECT {BY}, {', '.join(grouped)}, {', '.join(falses)} FROM {person_words}"
    return (
        f"SELECT {BY}, {', '.join(grouped)}, count(*)::BIGINT AS n FROM "
        f"(SELECT {BY}, {', '.join(kept)} FROM ({people}) WHERE {possible}) GROUP BY {BY}, {', '.join(grouped)}"
    )
