"""People who lived in more than one gemeente in the days that a rule looks at: what is covered for them.

What belongs here: finding them, and their words of coverage. What does not: people who stayed in one gemeente, for
whom the words of that gemeente hold (`coverage_words.py`). "No record" is certain only where every gemeente in which the
person lived in those days delivered; a person who lived in none of them, abroad or not yet born, was missed by none.
"""

from datetime import date

from pipelines.indicators.compiler import Bit, joined
from pipelines.indicators.coverage_words import followers_of
from pipelines.indicators.rows import before
from pipelines.indicators.windows import Window, earliest, first_day
from pipelines.persons.build import NO_GEMEENTE
from pipelines.registers.catalogue_model import Catalogue
from pipelines.warehouse import Warehouse

TABLE = "lived_elsewhere"


def write_lived_elsewhere(
    warehouse: Warehouse, schema: str, bits: dict[str, Bit], words: int, catalogue: Catalogue, peiljaar: int
) -> None:
    """Write `lived_elsewhere`: person, covered0, others0, ...: the bits that the gemeenten where the person lived
    before leave certain. Only people who moved away from a gemeente that leaves something open stand in it, and only if
    a rule on a register that gemeenten deliver looks at days before the peildatum."""
    asked = {
        bit.indicator.id: (bit, window)
        for bit in bits.values()
        if (window := _window(bit, catalogue, peiljaar)) != date(peiljaar, 12, 31)
    }
    names = ", ".join(f"{kind}{word} UBIGINT" for word in range(words) for kind in _KINDS)
    warehouse.run(f"CREATE OR REPLACE TABLE {schema}.{TABLE} (person INTEGER, {names})", step="prepare who moved")
    if not asked:
        return
    first = earliest(window for _, window in asked.values())
    # By itself, because they are few: the objects are then looked up among them, and not the other way round.
    warehouse.run(
        f"CREATE OR REPLACE TEMP TABLE {_LEFT} AS {_left_sql(schema, peiljaar, first)}", step="find who moved"
    )
    warehouse.run(
        f"INSERT INTO {schema}.{TABLE} {_sql(schema, list(asked.values()), words)}",
        step="find who left an uncovered gemeente",
    )
    warehouse.run(f"DROP TABLE temp.main.{_LEFT}", step="forget who moved")


_KINDS = ("covered", "others")
_LEFT = "addresses_left"


def _left_sql(schema: str, peiljaar: int, first: Window) -> str:
    """Addresses that were left in the days that are looked at, before the peildatum."""
    since = "" if first is None else f" AND gbadatumeindeadreshouding >= DATE '{first}'"
    return (
        f"SELECT person, object_id, gbadatumeindeadreshouding AS left_on FROM {schema}.gbaadresobjectbus "
        f"WHERE gbadatumeindeadreshouding < {before(peiljaar, 0)}{since} "
        "AND gbadatumaanvangadreshouding <= gbadatumeindeadreshouding"
    )


def _sql(schema: str, asked: list[tuple[Bit, Window]], words: int) -> str:
    columns: list[str] = []
    leaves_open: list[str] = []
    for word in range(words):
        here = [(bit, window) for bit, window in asked if bit.word == word]
        mask = sum(bit.mask for bit, _ in here)
        rest = f"{(1 << 64) - 1 - mask}::UBIGINT"
        days: dict[Window, int] = {}
        for bit, window in here:
            days[window] = days.get(window, 0) | bit.mask
        # Of a gemeente that was left before the first day that a rule looks at, nothing is asked.
        not_asked = joined(
            [
                f"CASE WHEN e.left_on < DATE '{window}' THEN {bits}::UBIGINT ELSE 0 END"
                for window, bits in days.items()
                if window is not None
            ]
        )
        for kind in _KINDS:
            columns.append(f"bit_and({rest} | {not_asked} | c.{kind}{word}) AS {kind}{word}")
            leaves_open.append(f"c.{kind}{word} & {mask}::UBIGINT <> {mask}::UBIGINT")
    # Who moved within such a gemeente is found too: it says again what the present gemeente says already.
    return f"""
        SELECT e.person, {", ".join(columns)}
        FROM temp.main.{_LEFT} e
        LEFT JOIN (
            SELECT object_id, gem FROM {schema}.vslgwbtab UNION ALL SELECT object_id, gem FROM {schema}.nietvslgwbtab
        ) o USING (object_id)
        JOIN {schema}.coverage_words c ON c.gemeente = coalesce(o.gem, {NO_GEMEENTE})
        WHERE {" OR ".join(leaves_open)}
        GROUP BY e.person
    """


def _window(bit: Bit, catalogue: Catalogue, peiljaar: int) -> Window:
    """The first day from which it matters where the person lived; the peildatum when it matters on that day only."""
    rule, source = bit.indicator.rule.on_register, bit.indicator.source
    if rule is None or source is None:
        return date(peiljaar, 12, 31)
    municipal = any(catalogue.register(name).coverage == "per_gemeente" for name in (source, *followers_of(bit)))
    return first_day(rule, peiljaar) if municipal else date(peiljaar, 12, 31)
