"""Building the counting population: one row per person in the BRP on the peildatum.

What belongs here: the join of the population registers. What does not: facts from other registers, and numbers outside
the BRP (`outside.py`).
"""

from pipelines.errors import DeliveryError
from pipelines.facts.centrumgemeenten import centrumgemeenten
from pipelines.persons.bands import NO_GEMEENTE, age_band_sql
from pipelines.persons.outside import build_persons_outside
from pipelines.persons.ranges import PEOPLE_AT_ONCE, ranges
from pipelines.warehouse import Warehouse, year_schema

__all__ = ["ADDRESS_KINDS", "FOUND_BY", "NO_GEMEENTE", "build_persons"]

ADDRESS_KINDS = {"woning": 1, "instelling": 2, "opvang_of_briefadres": 3}
"""Kind of address -> code in `persons`. An object outside VSLGWBTAB is an institution, or shelter or briefadres."""

FOUND_BY = {"niet_gevonden": 0, "vslgwbtab": 1, "nietvslgwbtab": 2}
"""How the gemeente was found -> code in `persons`: the list in which the object of the address stands."""


_WITH_ADDRESS = "temp.main.persons_with_address"


def build_persons(warehouse: Warehouse, peiljaar: int, people_at_once: int = PEOPLE_AT_ONCE) -> None:
    """Write `persons`: person, gemeente (number, 0 when not found), leeftijd (completed years), leeftijdsgroep
    (0-based index of the public age bands), geslacht (1 man, 2 vrouw, 0 not registered), address_kind (see
    ADDRESS_KINDS, NULL when not found), found_by (see FOUND_BY); the view `persons_in_opvang`; and `persons_outside`.

    A person is in the BRP when an address spell covers the peildatum. Raises DeliveryError when spells overlap
    there, because then one person would be counted twice. Worked through by ranges of about `people_at_once`.
    """
    schema = year_schema(peiljaar)
    statement = f"CREATE OR REPLACE TEMP TABLE {_WITH_ADDRESS} AS"
    for first, last in ranges(warehouse, f"{schema}.gbapersoontab", people_at_once):
        warehouse.run(f"{statement} {_with_address_sql(schema, peiljaar, first, last)}", step="find addresses")
        statement = f"INSERT INTO {_WITH_ADDRESS}"
    warehouse.run(f"CREATE OR REPLACE TABLE {schema}.persons AS {_persons_sql(schema, peiljaar)}", step="build persons")
    warehouse.run(f"DROP TABLE {_WITH_ADDRESS}", step="forget the addresses")
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


def _with_address_sql(schema: str, peiljaar: int, first: int, last: int) -> str:
    """The people of a range and the object of their address on the peildatum, in a table by itself: the objects are then
    looked up for people in their order, instead of people, in no order, for the objects."""
    peildatum = f"DATE '{peiljaar}-12-31'"
    in_range = f"BETWEEN {first} AND {last}"
    return f"""
        SELECT p.person, p.gbageboortejaar, p.gbageslacht, a.object_id
        FROM {schema}.gbapersoontab p JOIN {schema}.gbaadresobjectbus a USING (person)
        WHERE p.person {in_range} AND a.person {in_range}
            AND a.gbadatumaanvangadreshouding <= {peildatum} AND a.gbadatumeindeadreshouding >= {peildatum}
    """


def _persons_sql(schema: str, peiljaar: int) -> str:
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
        )
        SELECT
            p.person,
            coalesce(o.gem, {NO_GEMEENTE})::USMALLINT AS gemeente,
            ({peiljaar} - p.gbageboortejaar)::UTINYINT AS leeftijd,
            {age_band_sql(f"{peiljaar} - p.gbageboortejaar")} AS leeftijdsgroep,
            coalesce(p.gbageslacht, '0')::UTINYINT AS geslacht,
            o.address_kind::UTINYINT AS address_kind,
            (CASE WHEN o.gem IS NULL THEN {FOUND_BY["niet_gevonden"]} ELSE o.found_by END)::UTINYINT AS found_by
        FROM {_WITH_ADDRESS} p
        LEFT JOIN objects o USING (object_id)
    """
