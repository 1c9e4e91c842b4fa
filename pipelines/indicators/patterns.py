"""The pattern table: how many people share a gemeente, age band, sex and all indicators that a plan uses.

What belongs here: the table and its named view. What does not: personas. Whether somebody is in a persona
depends on the pattern alone, so every persona runs over this small table.
"""

from pipelines.indicators.collection import Indicators
from pipelines.indicators.compiler import assign_bits, named_booleans, words_needed
from pipelines.warehouse import Warehouse, year_schema


def build_patterns(warehouse: Warehouse, indicators: Indicators, names: tuple[str, ...], peiljaar: int) -> None:
    """Write `patterns` (gemeente, leeftijdsgroep, geslacht, t0, k0, ..., n) over the base indicators under
    `names`, and the view `pattern_indicators` with every indicator under them as a named boolean.

    Exact counts: this table never leaves the kluis.
    """
    schema = year_schema(peiljaar)
    bits = assign_bits(indicators)
    base = set(indicators.base_of(names))
    kept: list[str] = []
    grouped: list[str] = []
    for word in range(words_needed(bits)):
        mask = sum(bit.mask for name, bit in bits.items() if name in base and bit.word == word)
        kept += [f"t{word} & {mask}::UBIGINT AS t{word}", f"k{word} & {mask}::UBIGINT AS k{word}"]
        grouped += [f"t{word}", f"k{word}"]
    by = "gemeente, leeftijdsgroep, geslacht"
    warehouse.run(
        f"CREATE OR REPLACE TABLE {schema}.patterns AS "
        f"SELECT {by}, {', '.join(grouped)}, count(*)::BIGINT AS n FROM "
        f"(SELECT {by}, {', '.join(kept)} FROM {schema}.person_words) GROUP BY {by}, {', '.join(grouped)}",
        step="build patterns",
    )
    shown = tuple(name for name in indicators.by_id if name in _under(indicators, names))
    booleans = ",\n  ".join(named_booleans(indicators, bits, shown))
    warehouse.run(
        f"CREATE OR REPLACE VIEW {schema}.pattern_indicators AS SELECT {by}, n,\n  {booleans}\nFROM {schema}.patterns",
        step="name the patterns",
    )


def _under(indicators: Indicators, names: tuple[str, ...]) -> set[str]:
    return {found for name in names for found in indicators.all_under(name)}
