"""Building the counting population: one row per person in the BRP on the peildatum.

What belongs here: the join of the population registers. What does not: facts from other registers, and numbers outside
the BRP (`outside.py`).
"""

from pipelines.errors import DeliveryError
from pipelines.facts.centrumgemeenten import centrumgemeenten
from pipelines.persons.bands import NO_GEMEENTE, age_band_sql
from pipelines.persons.outside import build_persons_outside
from pipelines.warehouse import Warehouse, year_schema

__all__ = ["ADDRESS_KINDS", "FOUND_BY", "NO_GEMEENTE", "build_persons"]

ADDRESS_KINDS = {"woning": 1, "instelling": 2, "opvang_of_briefadres": 3}
"""Kind of address -> code in `persons`. An object outside VSLGWBTAB is an institution, or shelter or briefadres."""

FOUND_BY = {"niet_gevonden": 0, "vslgwbtab": 1, "nietvslgwbtab": 2}
"""How the gemeente was found -> code in `persons`: the list in which the object of the address stands."""


def build_persons(warehouse: Warehouse, peiljaar: int) -> None:
    """Write `persons`: person, gemeente (number, 0 when not found), leeftijd (completed years), leeftijdsgroep
    (0-based index of the public age bands), geslacht (1 man, 2 vrouw, 0 not registered), address_kind (see
    ADDRESS_KINDS, NULL when not found), found_by (see FOUND_BY); the view `persons_in_opvang`; and `persons_outside`.

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
    warehouse.run(
        f"CREATE OR REPLACE VIEW {schema}.persons_in_opvang AS {_opvang_sql(schema, peiljaar)}", step="opvang"
    )
    build_persons_outside(warehouse, schema, peiljaar)


def _opvang_sql(schema: str, peiljaar: int) -> str:
    """Who is registered at a shelter or briefadres, with the centrumgemeente of that gemeente for maatschappelijke
    opvang (number, NULL where the public mapping does not say)."""
    found = centrumgemeenten(peiljaar)
    cases = " ".join(f"WHEN {int(code[2:])} THEN {int(centre[2:])}" for code, centre in found.items())
    return (
        f"SELECT person, gemeente, (CASE gemeente {cases} END)::USMALLINT AS centrumgemeente, found_by "
        f"FROM {schema}.persons WHERE address_kind = {ADDRESS_KINDS['opvang_of_briefadres']}"
    )


def _persons_sql(schema: str, peiljaar: int) -> str:
    peildatum = f"DATE '{peiljaar}-12-31'"
    return f"""
        WITH objects AS (
            SELECT object_id, gem, {ADDRESS_KINDS["woning"]} AS address_kind, {FOUND_BY["vslgwbtab"]} AS found_by
            FROM {schema}.vslgwbtab
            UNION ALL
            SELECT object_id, gem,
                CASE soortobjectnummer
                    WHEN 'I' THEN {ADDRESS_KINDS["instelling"]}
                    WHEN 'B' THEN {ADDRESS_KINDS["opvang_of_briefadres"]}
                END,
                {FOUND_BY["nietvslgwbtab"]}
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
            {age_band_sql(f"{peiljaar} - p.gbageboortejaar")} AS leeftijdsgroep,
            coalesce(p.gbageslacht, '0')::UTINYINT AS geslacht,
            o.address_kind::UTINYINT AS address_kind,
            (CASE WHEN o.gem IS NULL THEN {FOUND_BY["niet_gevonden"]} ELSE o.found_by END)::UTINYINT AS found_by
        FROM {schema}.gbapersoontab p
        JOIN addresses a USING (person)
        LEFT JOIN objects o USING (object_id)
    """
