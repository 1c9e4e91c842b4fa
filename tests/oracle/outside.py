"""What the registers say of a number outside the BRP, as naive SQL over the records beside them.

What belongs here: who is in that stratum, and where its answers differ from those of people in the BRP. What does not:
the meaning of the rules (`facts.py`). Readings: every kind and number is one unit; a record that says so is true; "no
record" is certain only in a register that is not made of people in the BRP, and of one that gemeenten deliver only if
all of them did; age and sex are known only if GBAPERSOONTAB holds the number; its address and household never.
"""

from datetime import date

from pipelines.facts.gemeenten import AGE_BANDS
from pipelines.indicators.spec import Indicator, PersonFact
from pipelines.registers.catalogue_model import Catalogue, Register
from tests.oracle.facts import UNKNOWN, Question
from tests.oracle.records import sql_day
from tests.tiny import FILES

_NUMBER = "ascii(u.rinpersoons)::BIGINT * 1000000000 + u.unlinked_person"


def everyone_outside_sql(peiljaar: int, catalogue: Catalogue, delivered: frozenset[str] | None) -> str:
    """SQL of every number outside the BRP, with the columns of `everyone_sql` but the object; over the registers that the
    synthetic deliveries hold, unless it is said which were delivered."""
    registers = [
        register
        for register in catalogue.registers.values()
        if register.has_persons and register.name in (FILES if delivered is None else delivered)
    ]
    numbers = " UNION ".join(f"SELECT {_NUMBER} AS person FROM y{peiljaar}.{r.table}_unlinked u" for r in registers)
    bands = " ".join(
        f"WHEN leeftijd BETWEEN {low} AND {high} THEN {place}" for place, (low, high) in enumerate(AGE_BANDS.values())
    )
    born = (
        f"SELECT {_NUMBER} AS person, {peiljaar} - u.gbageboortejaar AS leeftijd, "
        f"CASE u.gbageslacht WHEN '1' THEN 1 WHEN '2' THEN 2 ELSE 0 END AS geslacht FROM y{peiljaar}.gbapersoontab_unlinked u"
    )
    return (
        f"SELECT person, 0 AS gemeente, leeftijd, CASE {bands} END AS leeftijdsgroep, coalesce(geslacht, 0) AS geslacht "
        f"FROM ({numbers}) LEFT JOIN ({born}) USING (person)"
    )


class OutsideQuestion(Question):
    """Rules as SQL about one number `p` outside the BRP."""

    def _table(self, register: Register) -> str:
        return f"(SELECT {_NUMBER} AS person, u.* FROM y{self.peiljaar}.{register.table}_unlinked u)"

    def _covers(self, register: Register, p: str, since: date | None) -> str:
        bound = "false" if since is None else f"c.since <= {sql_day(since)}"
        speaks = f"(c.covered AND (c.since IS NULL OR {bound}))"
        silent = f"SELECT 1 FROM y{self.peiljaar}.coverage c WHERE c.register = '{register.name}' AND NOT {speaks}"
        return "false" if register.only_brp else f"NOT EXISTS ({silent})"

    def _own_row(self, fact: PersonFact, p: str) -> str:
        return UNKNOWN if fact.age is None else super()._own_row(fact, p)

    def _of_another_member(self, asked: Indicator, p: str) -> str:
        return UNKNOWN
