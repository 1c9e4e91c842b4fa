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
    before leave certain. Only people who moved between gemeenten stand in it, and only if a rule on a register that
    gemeenten deliver looks at days before the peildatum."""
    asked = {
        bit.indicator.id: (bit, window)
        for bit in bits.values()
        if (window := _window(bit, catalogue, peiljaar)) != date(peiljaar, 12, 31)
    }
    names = ", ".join(f"{kind}{word} UBIGINT" for word in range(words) for kind in ("covered", "others"))
    warehouse.run(f"CREATE OR REPLACE TABLE {schema}.{TABLE} (person INTEGER, {names})", step="prepare who moved")
    if not asked:
        return
    first = earliest(window for _, window in asked.values())
    warehouse.run(
        f"INSERT INTO {schema}.{TABLE} {_sql(schema, list(asked.values()), words, peiljaar, first)}",
        step="find who moved between gemeenten",
    )


def _sql(schema: str, asked: list[tuple[Bit, Window]], words: int, peiljaar: int, first: Window) -> str:
    since = "" if first is None else f" AND a.gbadatumeindeadreshouding >= DATE '{first}'"
    columns: list[str] = []
    for word in range(words):
        here = [(bit, window) for bit, window in asked if bit.word == word]
        rest = f"{(1 << 64) - 1 - sum(bit.mask for bit, _ in here)}::UBIGINT"
        days: dict[Window, int] = {}
        for bit, window in here:
            days[window] = days.get(window, 0) | bit.mask
        # Of a gemeente that was left before the first day that a rule looks at, nothing is asked.
        before_all = joined(
            [
                f"CASE WHEN e.left_on < DATE '{window}' THEN {mask}::UBIGINT ELSE 0 END"
                for window, mask in days.items()
                if window is not None
            ]
        )
        for kind in ("covered", "others"):
            there = f"coalesce(c.{kind}{word}, n.{kind}{word})"
            columns.append(f"bit_and({rest} | {before_all} | {there}) AS {kind}{word}")
    return f"""
        WITH earlier AS (
            SELECT person, object_id, gbadatumeindeadreshouding AS left_on FROM {schema}.gbaadresobjectbus a
            WHERE a.gbadatumeindeadreshouding < {before(peiljaar, 0)}{since}
                AND a.gbadatumaanvangadreshouding <= a.gbadatumeindeadreshouding
        ),
        places AS (
            SELECT e.person, e.left_on, coalesce(o.gem, {NO_GEMEENTE})::USMALLINT AS gemeente
            FROM earlier e LEFT JOIN (
                SELECT object_id, gem FROM {schema}.vslgwbtab UNION ALL SELECT object_id, gem FROM {schema}.nietvslgwbtab
            ) o USING (object_id)
        )
        SELECT e.person, {", ".join(columns)}
        FROM places e
        JOIN {schema}.persons p ON p.person = e.person AND p.gemeente <> e.gemeente
        JOIN {schema}.coverage_words n ON n.gemeente = {NO_GEMEENTE}
        LEFT JOIN {schema}.coverage_words c ON c.gemeente = e.gemeente
        GROUP BY e.person
    """


def _window(bit: Bit, catalogue: Catalogue, peiljaar: int) -> Window:
    """The first day from which it matters where the person lived; the peildatum when it matters on that day only."""
    rule, source = bit.indicator.rule.on_register, bit.indicator.source
    if rule is None or source is None:
        return date(peiljaar, 12, 31)
    municipal = any(catalogue.register(name).coverage == "per_gemeente" for name in (source, *followers_of(bit)))
    return first_day(rule, peiljaar) if municipal else date(peiljaar, 12, 31)
