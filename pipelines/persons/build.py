"""Building the counting population: one row per person in the BRP on the peildatum.

What belongs here: the join of the population registers. What does not: facts from other registers.
"""

from pipelines.errors import DeliveryError
from pipelines.facts.gemeenten import AGE_BANDS
from pipelines.warehouse import Warehouse, year_schema

NO_GEMEENTE = 0
"""Number for a person whose address is in no list of objects: counted nowhere, never silently dropped."""

ADDRESS_KINDS = {"woning": 1, "instelling": 2, "opvang_of_briefadres": 3}
"""Kind of address -> code in `persons`. An object outside VSLGWBTAB is an institution, or shelter or briefadres."""


def build_persons(warehouse: Warehouse, peiljaar: int) -> None:
    """Write `persons`: person, gemeente (number, 0 when not found), leeftijd (completed years), leeftijdsgroep
    (0-based index of the public age bands), geslacht (1 man, 2 vrouw, 0 not registered), address_kind (see
    ADDRESS_KINDS, NULL when not found).

    A person is in the BRP when an address spell covers the peildatum. Raises DeliveryError when spells overlap
    there, because then one person would be counted twice.
    """
    schema = year_schema(peiljaar)
    warehouse.run(f"CREATE OR REPLACE TABLE {schema}.persons AS {_persons_sql(schema, peiljaar)}", step="build persons")
    twice = warehouse.has_twice(f"SELECT person FROM {schema}.persons", step="one row per person")
    if twice:
        raise DeliveryError(
            "GBAADRESOBJECTBUS holds spells of one person that overlap on the peildatum, so the person would be "
            "counted twice. Ask the supplier for a corrected file as a new version."
        )


def _persons_sql(schema: str, peiljaar: int) -> str:
    peildatum = f"DATE '{peiljaar}-12-31'"
    bands = " ".join(
        f"WHEN {peiljaar} - p.gbageboortejaar <= {high} THEN {index}"
        for index, (_, high) in enumerate(AGE_BANDS.values())
    )
    return f"""
        WITH objects AS (
            SELECT object_id, gem, {ADDRESS_KINDS["woning"]} AS address_kind FROM {schema}.vslgwbtab
            UNION ALL
            SELECT object_id, gem,
                CASE soortobjectnummer
                    WHEN 'I' THEN {ADDRESS_KINDS["instelling"]}
                    WHEN 'B' THEN {ADDRESS_KINDS["opvang_of_briefadres"]}
                END
            FROM {schema}.nietvslgwbtab
        ),
        addresses AS (
            SELECT person, object_id FROM {schema}.gbaadresobjectbus
            WHERE gbadatumaanvangadreshouding <= {peildatum} AND gbadatumeindeadreshouding >= {peildatum}
        )
        SELECT
            p.person,
            coalesce(o.gem, {NO_GEMEENTE})::USMALLINT AS gemeente,
            ({peiljaar} - p.gbageboortejaar)::UTINYINT AS leeftijd,
            (CASE {bands} END)::UTINYINT AS leeftijdsgroep,
            coalesce(p.gbageslacht, '0')::UTINYINT AS geslacht,
            o.address_kind::UTINYINT AS address_kind
        FROM {schema}.gbapersoontab p
        JOIN addresses a USING (person)
        LEFT JOIN objects o USING (object_id)
    """
