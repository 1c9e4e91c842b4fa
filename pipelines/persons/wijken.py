"""The wijk of every person, for plans that measure wijken.

What belongs here: from the address on the peildatum to a wijk. What does not: which wijken a release knows (a public list,
`pipelines/facts/wijken.py`). Other plans never make this table, and nothing else reads it.
"""

from pipelines.errors import DeliveryError
from pipelines.warehouse import Warehouse, year_schema

TABLE = "person_wijken"


def build_wijken(warehouse: Warehouse, peiljaar: int) -> None:
    """Write `person_wijken` (person, wijk: six digits as delivered): the wijk of the object of the address on the peildatum. Who
    lives at an object without one, or at none in VSLGWBTAB (an institution, a shelter, a briefadres), is not in it.

    Raises DeliveryError when VSLGWBTAB came without wijken: everybody would be in none.
    """
    schema = year_schema(peiljaar)
    if not warehouse.rows(f"SELECT 1 FROM {schema}.vslgwbtab WHERE wc IS NOT NULL LIMIT 1", step="look for wijken"):
        raise DeliveryError(
            f"VSLGWBTAB of {peiljaar} was delivered without the column wc{peiljaar}, and this plan measures wijken. Ask the supplier "
            "for the file with it (a synthetic population that was made before wijken were has to be made anew, in a data root "
            "of its own), or measure a plan without wijken. Nothing was counted and nothing was spent."
        )
    peildatum = f"DATE '{peiljaar}-12-31'"
    warehouse.run(
        f"CREATE OR REPLACE TABLE {schema}.{TABLE} AS SELECT a.person, o.wc AS wijk "
        f"FROM {schema}.gbaadresobjectbus a JOIN {schema}.vslgwbtab o USING (object_id) "
        f"WHERE a.gbadatumaanvangadreshouding <= {peildatum} AND a.gbadatumeindeadreshouding >= {peildatum} "
        "AND o.wc IS NOT NULL",
        step="find wijken",
    )
