"""What the rules of a peiljaar rest on: catalogue, indicators, and which tables stand in the warehouse.

What belongs here: the one value from which every suite is made. What does not: rules, and anything of a row.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

from pipelines.errors import CheckFailed, DeliveryError
from pipelines.indicators.collection import Indicators
from pipelines.registers.catalogue_model import Catalogue, Register
from pipelines.registers.ingest import taken_in
from pipelines.warehouse import ALIAS, Warehouse, year_schema

PERSONS = "persons"
VIEW = "person_indicators"
WORDS = "person_words"
COVERAGE = "coverage"


@dataclass(frozen=True)
class Ground:
    """`tables` and `before`: names of what stands in the schema of the peiljaar, and of the year before it. `scale`:
    size of the population as a share of the Netherlands; 1 for a real delivery, None for invented people of whom no
    public total says anything."""

    catalogue: Catalogue
    indicators: Indicators
    peiljaar: int
    tables: frozenset[str]
    before: frozenset[str]
    scale: Fraction | None

    @property
    def schema(self) -> str:
        return year_schema(self.peiljaar)

    @property
    def registers(self) -> tuple[Register, ...]:
        """The registers that have a table, in order of name."""
        return tuple(register for register in self.catalogue.loadable.values() if register.table in self.tables)

    def has(self, *tables: str) -> bool:
        return self.tables.issuperset(tables)

    def relation(self, table: str) -> str:
        return f"{ALIAS}.{self.schema}.{table}"

    def earlier(self, table: str) -> str:
        """The same table of the year before."""
        return f"{ALIAS}.{year_schema(self.peiljaar - 1)}.{table}"


def everything(catalogue: Catalogue, indicators: Indicators, peiljaar: int) -> Ground:
    """The ground on which every rule exists, whatever was delivered: for lists of rules."""
    tables = {PERSONS, VIEW, WORDS, COVERAGE}
    for register in catalogue.loadable.values():
        tables |= {register.table, f"{register.table}_unlinked"} if register.has_persons else {register.table}
    return Ground(catalogue, indicators, peiljaar, frozenset(tables), frozenset(tables), Fraction(1))


def look(warehouse: Warehouse, catalogue: Catalogue, indicators: Indicators, peiljaar: int) -> Ground:
    """The ground as it is; raises DeliveryError when nothing of the peiljaar was taken in yet."""
    tables = _tables(warehouse, year_schema(peiljaar))
    if not tables:
        raise DeliveryError(f"nothing of peiljaar {peiljaar} was taken in yet: run `blindevlek ingest`.")
    taken = taken_in(warehouse, peiljaar) if "deliveries" in tables else []
    scales = {scale_of(item.kind, item.population) for item in taken}
    scale = scales.pop() if len(scales) == 1 else None
    return Ground(catalogue, indicators, peiljaar, tables, _tables(warehouse, year_schema(peiljaar - 1)), scale)


def require_subjects(ground: Ground) -> None:
    """Raise CheckFailed when persons and indicators are not built yet."""
    if not ground.has(PERSONS, VIEW):
        raise CheckFailed(
            f"the persons and indicators of {ground.peiljaar} are not built yet, so they cannot be checked. `make run` "
            "builds them; the registers can be checked before."
        )


def scale_of(kind: str, population: str | None) -> Fraction | None:
    """1 for a real delivery; what a synthetic population says of itself in its id (`synthetic-s1of50-seed1-g2`)."""
    if kind == "real":
        return Fraction(1)
    found = re.match(r"synthetic-s(\d+)(?:of(\d+))?-", population or "")
    return Fraction(int(found[1]), int(found[2] or 1)) if found else None


def _tables(warehouse: Warehouse, schema: str) -> frozenset[str]:
    rows = warehouse.rows(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = ? AND schema_name = ? "
        "UNION ALL SELECT view_name FROM duckdb_views() WHERE database_name = ? AND schema_name = ?",
        step="look for tables",
        parameters=[ALIAS, schema, ALIAS, schema],
    )
    return frozenset(name for (name,) in rows)
