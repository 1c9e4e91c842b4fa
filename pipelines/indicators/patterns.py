"""The pattern table: how many people share a gemeente, age band, sex and all indicators that a plan uses.

What belongs here: the table and its named view. What does not: personas. Whether somebody is in a persona
depends on the pattern alone, so every persona runs over this small table.
"""

from pipelines.indicators.collection import Indicators
from pipelines.indicators.compiler import Bit, assign_bits, named_booleans, words_needed
from pipelines.indicators.households import homes_sql
from pipelines.indicators.members import counted_members_sql, counts_sql, require_one_household
from pipelines.indicators.possible import possible_sql, quick_look_sql
from pipelines.persons.wijken import TABLE as PERSON_WIJKEN
from pipelines.registers.catalogue_model import Catalogue
from pipelines.warehouse import Warehouse, year_schema

BY = "gemeente, leeftijdsgroep, geslacht"

WIJK_COLUMN = "wijk"
"""The column of the wijk (its six digits, NULL where it is not known), in patterns that are grouped by it too."""

OUTSIDE = "_outside"
"""Ending of the tables of numbers outside the BRP; without it they are of people in it."""


def build_patterns(
    warehouse: Warehouse,
    indicators: Indicators,
    names: tuple[str, ...],
    peiljaar: int,
    combinations: tuple[tuple[str, ...], ...] = (),
    catalogue: Catalogue | None = None,
    members: int | None = None,
    *,
    by_wijk: bool = False,
) -> None:
    """Write `patterns` (gemeente, leeftijdsgroep, geslacht, t0, k0, ..., n) over the base indicators under
    `names`, and the view `pattern_indicators` with every indicator under them as a named boolean; and of the numbers
    outside the BRP, which are never mixed with people in it, `patterns_outside` and `pattern_indicators_outside`.

    With `combinations` (indicators that must all be true) people are left out for whom every combination is certainly
    false: nobody would count them, and they are nearly everybody (the catalogue only makes that look faster). With
    `members` at most so many of a household are counted in `n` (see `members.py`), and `every` holds how many there
    are; raises DeliveryError when somebody is in two households. With `by_wijk` the patterns of people in the BRP have their
    wijk too (see `persons/wijken.py`). Exact counts: this table never leaves the kluis.
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
    if members is not None:
        require_one_household(warehouse, schema, peiljaar)
    for stratum in ("", OUTSIDE):
        if not warehouse.has_table(schema, f"person_words{stratum}"):
            continue
        people, counted = f"{schema}.person_words{stratum}", "n"
        by = BY
        if by_wijk and stratum != OUTSIDE:
            by = f"{BY}, {WIJK_COLUMN}"
            people = f"(SELECT * FROM {people} LEFT JOIN {schema}.{PERSON_WIJKEN} USING (person))"
        grouped = f"{by}, {_words(bits)}"
        if members is not None and stratum != OUTSIDE:
            # Nobody knows in which household a number outside the BRP is: each is one of its own.
            query, counted = (
                _of_households_sql(
                    _kept_sql(people, indicators, names, bits, possible, by, "person, "),
                    homes_sql(schema, peiljaar),
                    counts_sql(indicators, bits, combinations),
                    grouped,
                    members,
                ),
                "n, every",
            )
        else:
            kept = _kept_sql(people, indicators, names, bits, possible, by)
            query = f"SELECT {grouped}, count(*)::BIGINT AS n FROM ({kept}) GROUP BY {grouped}"
        warehouse.run(f"CREATE OR REPLACE TABLE {schema}.patterns{stratum} AS {query}", step="build patterns")
        warehouse.run(
            f"CREATE OR REPLACE VIEW {schema}.pattern_indicators{stratum} AS "
            f"SELECT {by}, {counted},\n  {booleans}\nFROM {schema}.patterns{stratum}",
            step="name the patterns",
        )


def _of_households_sql(people: str, homes: str, counts: str, grouped: str, members: int) -> str:
    chosen = counted_members_sql(people, homes, counts, grouped, members)
    return (
        f"SELECT {grouped}, count(*) FILTER (counted)::BIGINT AS n, count(*)::BIGINT AS every "
        f"FROM ({chosen}) GROUP BY {grouped}"
    )


def _kept_sql(
    person_words: str,
    indicators: Indicators,
    names: tuple[str, ...],
    bits: dict[str, Bit],
    possible: str,
    by: str,
    person: str = "",
) -> str:
    """Who can count, with the bits that the plan uses."""
    base = set(indicators.base_of(names))
    kept: list[str] = []
    falses: list[str] = []
    for word in range(words_needed(bits)):
        mask = sum(bit.mask for name, bit in bits.items() if name in base and bit.word == word)
        kept += [f"t{word} & {mask}::UBIGINT AS t{word}", f"k{word} & {mask}::UBIGINT AS k{word}"]
        falses.append(f"xor(k{word}, t{word}) AS f{word}")
    people = f"SELECT {person}{by}, {_words(bits)}, {', '.join(falses)} FROM {person_words}"
    return f"SELECT {person}{by}, {', '.join(kept)} FROM ({people}) WHERE {possible}"


def _words(bits: dict[str, Bit]) -> str:
    return ", ".join(f"t{word}, k{word}" for word in range(words_needed(bits)))
