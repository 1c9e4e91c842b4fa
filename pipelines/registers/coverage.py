"""Coverage: for which gemeenten and days a register speaks, as declared, never inferred from rows.

What belongs here: the coverage table and reading it. What does not: refusing a delivery whose rows contradict its
declaration (`suppliers.py`), and what coverage means for an indicator (`pipelines/indicators`).
"""

from collections.abc import Mapping
from datetime import date

from pipelines.facts.gemeenten import gemeenten
from pipelines.registers.catalogue_model import Catalogue
from pipelines.registers.delivery import DeclaredFile, Period
from pipelines.warehouse import Warehouse

SPOKEN_FOR = ("national", "delivered", "delivered, nothing to report")
"""Reasons of a gemeente that is covered."""

ALWAYS = Period()


def write_coverage(
    warehouse: Warehouse, schema: str, declared: list[DeclaredFile], catalogue: Catalogue, peiljaar: int
) -> None:
    """Write `coverage`: register, gemeente (number), covered, since (first day, NULL: not bounded), reason; every
    register that can be taken in x gemeente of the peiljaar.

    Every rule looks at the peildatum or at days up to it, so a declaration that ends before it covers nothing, and
    of a period only its first day matters afterwards.
    """
    warehouse.run(
        f"CREATE TABLE {schema}.coverage "
        "(register VARCHAR, gemeente USMALLINT, covered BOOLEAN, since DATE, reason VARCHAR)",
        step="write coverage",
    )
    by_register = {item.register_name: item for item in declared}
    codes = [g.code for g in gemeenten(peiljaar)]
    said: dict[tuple[str, str, str], list[str]] = {}
    for name in catalogue.loadable:
        item = by_register.get(name)
        for code in codes:
            reason, period = _declared(item, code)
            if reason in SPOKEN_FOR and not _reaches(period, peiljaar):
                reason = "the declared period does not reach the peildatum"
            # What stood on a day speaks of that day only: no rule can look further back in it than its file does.
            bounded = reason in SPOKEN_FOR and period.start and not catalogue.register(name).is_state
            since = f"DATE '{period.start}'" if bounded else "NULL"
            said.setdefault((name, reason, since), []).append(code[2:])
    # Gemeenten of whom the same is said stand in one text: as rows of their own they took DuckDB half a second to parse.
    values = ", ".join(
        f"('{name}', '{','.join(numbers)}', {str(reason in SPOKEN_FOR).lower()}, {since}, '{reason}')"
        for (name, reason, since), numbers in said.items()
    )
    warehouse.run(
        f"INSERT INTO {schema}.coverage SELECT register, unnest(string_split(numbers, ',')), covered, since, reason "
        f"FROM (VALUES {values}) AS said (register, numbers, covered, since, reason)",
        step="write coverage",
    )


def _declared(item: DeclaredFile | None, code: str) -> tuple[str, Period]:
    """The reason in words, and the days that the gemeente (or the whole file) speaks for."""
    if item is None:
        return "not delivered", ALWAYS
    coverage, period = item.coverage, item.period or ALWAYS
    if coverage.kind == "national":
        return "national", period
    period = coverage.periods.get(code, period)
    if code in coverage.without_consent:
        return "gemeente delivers and does not consent", period
    if code in coverage.nothing_to_report:
        return "delivered, nothing to report", period
    return ("delivered" if code in coverage.gemeenten else "gemeente does not deliver"), period


def _reaches(period: Period, peiljaar: int) -> bool:
    peildatum = date(peiljaar, 12, 31)
    return (period.start is None or period.start <= peildatum) and (period.end is None or period.end >= peildatum)


def covered_since(warehouse: Warehouse, schema: str) -> dict[str, dict[int, date | None]]:
    """Register -> number of each gemeente that it covers -> first day (None: not bounded). Public: from manifests."""
    rows = warehouse.rows(
        f"SELECT register, gemeente, since FROM {schema}.coverage WHERE covered", step="read coverage"
    )
    found: dict[str, dict[int, date | None]] = {}
    for register, gemeente, since in rows:
        found.setdefault(register, {})[gemeente] = since
    return found


def covered_gemeenten(
    warehouse: Warehouse, schema: str, looked_at: Mapping[str, date | None] | None = None
) -> dict[str, frozenset[int]]:
    """Register -> numbers of the gemeenten that it covers; with `looked_at` (register -> first day, None: ever) only
    those that speak for all days since. Every register of the catalogue is in it. Public: it comes from manifests."""
    rows = warehouse.rows(f"SELECT DISTINCT register FROM {schema}.coverage", step="read coverage")
    covered = covered_since(warehouse, schema)
    return {
        register: frozenset(
            gemeente
            for gemeente, since in covered.get(register, {}).items()
            if register not in (looked_at or {}) or speaks(since, (looked_at or {})[register])
        )
        for (register,) in rows
    }


def speaks(since: date | None, first: date | None) -> bool:
    """Does a declaration from `since` on (None: not bounded) speak for every day from `first` on (None: ever)?"""
    return since is None or (first is not None and since <= first)
