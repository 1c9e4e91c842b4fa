"""People outside the BRP: the distinct numbers under which registers hold records of somebody who is not in it.

What belongs here: the stratum itself. What does not: what registers say of these numbers (`pipelines/indicators`). One
human may hold several such numbers, and may be in the BRP under another: nothing links them, so nothing is added up.
"""

from pipelines.persons.bands import NO_GEMEENTE, age_band_sql
from pipelines.warehouse import ALIAS, Warehouse, text_literal

TABLE = "persons_outside"
UNLINKED = "_unlinked"
"""Ending of the table beside a register that holds its records under such numbers (`pipelines/registers/load.py`)."""

NUMBER = "(ascii(rinpersoons)::BIGINT * 1000000000 + unlinked_person)"
"""SQL: kind and number of a key as one whole number, the same in every register, whoever else is in them."""


def unlinked_tables(warehouse: Warehouse, schema: str) -> tuple[str, ...]:
    """The registers of a year that may hold records under numbers outside the BRP, in order of name."""
    rows = warehouse.rows(
        f"SELECT table_name FROM duckdb_tables() WHERE database_name = {text_literal(ALIAS)} "
        f"AND schema_name = {text_literal(schema)} AND ends_with(table_name, {text_literal(UNLINKED)}) ORDER BY table_name",
        step="look for numbers outside the BRP",
    )
    return tuple(name.removesuffix(UNLINKED) for (name,) in rows)


def build_persons_outside(warehouse: Warehouse, schema: str, peiljaar: int) -> None:
    """Write `persons_outside`, one row per number: person (kind and number), gemeente (always 0: nobody knows where),
    leeftijd, leeftijdsgroep, geslacht (NULL, NULL and 0 unless GBAPERSOONTAB holds the number), address_kind (NULL)."""
    tables = unlinked_tables(warehouse, schema)
    numbers = " UNION ".join(f"SELECT {NUMBER} AS person FROM {schema}.{table}{UNLINKED}" for table in tables)
    known = (
        "SELECT NULL::BIGINT AS person, NULL::USMALLINT AS gbageboortejaar, NULL::VARCHAR AS gbageslacht WHERE false"
    )
    if "gbapersoontab" in tables:
        known = f"SELECT {NUMBER} AS person, gbageboortejaar, gbageslacht FROM {schema}.gbapersoontab{UNLINKED}"
    warehouse.run(
        f"""
        CREATE OR REPLACE TABLE {schema}.{TABLE} AS
        SELECT n.person, {NO_GEMEENTE}::USMALLINT AS gemeente, ({peiljaar} - p.gbageboortejaar)::UTINYINT AS leeftijd,
            {age_band_sql(f"{peiljaar} - p.gbageboortejaar")} AS leeftijdsgroep,
            coalesce(p.gbageslacht, '0')::UTINYINT AS geslacht, NULL::UTINYINT AS address_kind
        FROM ({numbers or "SELECT NULL::BIGINT AS person WHERE false"}) n LEFT JOIN ({known}) p USING (person)
        """,
        step="find numbers outside the BRP",
    )
