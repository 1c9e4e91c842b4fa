"""At most m members of a household are counted: the bound of plans whose unit of privacy is the household.

What belongs here: which members those are, in the query that groups the patterns. What does not: indicators that read the
rows of other members (`households.py`), the noise that goes with the bound (`pipelines/privacy/unit.py`).
"""

from pipelines.errors import DeliveryError
from pipelines.indicators.collection import Indicators
from pipelines.indicators.compiler import Bit, boolean
from pipelines.indicators.households import homes_sql
from pipelines.warehouse import Warehouse


def require_one_household(warehouse: Warehouse, schema: str, peiljaar: int) -> None:
    """Raise DeliveryError when somebody is in two households on the peildatum: the rows of one person would then move two
    households, and the noise is for one."""
    if warehouse.has_twice(f"SELECT person FROM ({homes_sql(schema, peiljaar)})", step="one household per person"):
        raise DeliveryError(
            "GBAHUISHOUDENSBUS holds spells of one person that overlap on the peildatum, so the person would be in two "
            "households, and this plan protects one. Ask the supplier for a corrected file as a new version, or measure a plan "
            "whose unit is the person. Nothing was counted and nothing was spent."
        )


def counted_members_sql(people: str, homes: str, counts: str, columns: str, members: int) -> str:
    """SQL of the people who count in a persona (`counts`, over the columns of `people`), with `counted`: are they among the
    first `members` of their household who do?

    The order is that of the number of the person, which says nothing. It looks at the household alone: neither another
    household nor any count has a say in it. Who is in no household on the peildatum is a household of one.
    """
    home = "huishoudnr, datumaanvanghh, CASE WHEN huishoudnr IS NULL THEN person END"
    return (
        f"SELECT {columns}, row_number() OVER (PARTITION BY {home} ORDER BY person) <= {members} AS counted "
        f"FROM ({people}) LEFT JOIN ({homes}) USING (person) WHERE {counts}"
    )


def counts_sql(indicators: Indicators, bits: dict[str, Bit], combinations: tuple[tuple[str, ...], ...]) -> str:
    """SQL over words: is somebody in any state of any persona, whose conditions these are? Not FALSE, as in the query
    that counts; everybody, without combinations."""
    if not combinations:
        return "true"
    found = (" AND ".join(f"({boolean(indicators, bits, name)})" for name in names) for names in combinations)
    return " OR ".join(f"({each}) IS NOT FALSE" for each in found)
