"""What the registers say of one person, rule by rule, as naive SQL: EXISTS, NOT EXISTS and counts over the tables.

What belongs here: the meaning of each rule, taken from the docstrings of `pipelines/indicators/spec.py` and the design
of coverage. What does not: what one record says by itself (`records.py`), speed, bits, or any help from the compilers
that it judges.

Readings where the design leaves room: a record that says so is true wherever the person lives; "no record" is certain
where every gemeente in which the person lived in the days that the rule looks at is covered; that nothing followed is
certain under the same condition; a record with a missing value leaves the answer open unless another decides; any other
spell of the register, whatever its codes, continues an ended one; amounts are added up as decimals.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.indicators.collection import Indicators
from pipelines.indicators.spec import (
    Count,
    EndedAndNothingBegan,
    Indicator,
    Moved,
    OnRegister,
    PersonFact,
    Rows,
    SpellEnded,
    SpellOnPeildatum,
    Sum,
)
from pipelines.registers.catalogue_model import Catalogue, Register
from tests.oracle.records import begins, ends, holds, in_time, months_before, sql_day, sql_months_before

_ADDRESS_LISTS = {
    "woning": ("vslgwbtab", "true"),
    "instelling": ("nietvslgwbtab", "object.soortobjectnummer = 'I'"),
    "opvang_of_briefadres": ("nietvslgwbtab", "object.soortobjectnummer = 'B'"),
}
"""Kind of address -> the list that the object stands in, and which objects of it."""

UNKNOWN = "CAST(NULL AS BOOLEAN)"


@dataclass(frozen=True)
class Question:
    """Rules as SQL about one person `p`, a row of everybody in the BRP; registers outside `delivered` have no table.

    `everybody` names the relation of all people in the BRP, for what other members of the household have.
    """

    indicators: Indicators
    catalogue: Catalogue
    peiljaar: int
    delivered: frozenset[str] | None
    everybody: str

    def fact(self, indicator: Indicator, p: str = "p") -> str:
        """A base indicator of the person `p`: true, false or NULL."""
        if indicator.rule.person is not None:
            return self._own_row(indicator.rule.person, p)
        if indicator.rule.household_member is not None:
            return self._of_another_member(self.indicators.by_id[indicator.rule.household_member.has], p)
        rule, register = indicator.rule.on_register, self.catalogue.register(indicator.source or "")
        assert rule is not None
        if not self._is_delivered(register):
            return UNKNOWN
        yes, doubt = self._answer(rule, register, p)
        covers = self._covers(register, p, self._since(rule))
        no = f"EXISTS ({self._rows(register, p)})" if register.absence == "onbekend" else "true"
        if isinstance(rule, SpellEnded):
            yes, doubt = f"({yes} AND {covers})", f"({yes} OR {doubt})"
        return f"CASE WHEN {yes} THEN true WHEN {doubt} OR NOT ({covers}) THEN NULL WHEN {no} THEN false END"

    def _answer(self, rule: OnRegister, register: Register, p: str) -> tuple[str, str]:
        """When it is true, and when it is left open if it is not true."""
        if isinstance(rule, Count):
            return self._count(rule, register, p)
        if isinstance(rule, Sum):
            return self._sum(rule, register, p)
        if isinstance(rule, Moved):
            return self._moved(rule, register, p), "false"
        if isinstance(rule, EndedAndNothingBegan):
            return self._ended_for_good(rule, register, p)
        says = self._says(rule, register)
        doubt = f"EXISTS ({self._rows(register, p)} AND ({says}) IS NULL)" if _reads_values(rule) else "false"
        return f"EXISTS ({self._rows(register, p)} AND {says})", doubt

    def _rows(self, register: Register, p: str) -> str:
        return f"SELECT 1 FROM {self._table(register)} r WHERE r.person = {p}.person"

    def _says(self, rule: Rows, register: Register) -> str:
        """What a record `r` says by itself: true, false, or NULL for a value that is missing."""
        found = [holds(rule, "r"), in_time(rule, register, self._peildatum)]
        if isinstance(rule, SpellEnded):
            end = ends(register, "r")
            found.append(
                f"NOT EXISTS (SELECT 1 FROM {self._table(register)} o WHERE o.person = r.person "
                f"AND {begins(register, 'o')} <= {end} + 1 AND {ends(register, 'o')} >= {end} + 1)"
            )
        return " AND ".join(found)

    def _count(self, rule: Count, register: Register, p: str) -> tuple[str, str]:
        counted = "count(*)" if rule.distinct is None else f"count(DISTINCT r.{rule.distinct})"
        rows = f"SELECT {counted} FROM {self._table(register)} r WHERE r.person = {p}.person"
        says = self._says(rule, register)
        return (
            f"(({rows} AND {says}) >= {rule.at_least})",
            f"(({rows} AND ({says}) IS NOT FALSE) >= {rule.at_least})",
        )

    def _sum(self, rule: Sum, register: Register, p: str) -> tuple[str, str]:
        says, amount = self._says(rule, register), f"CAST(r.{rule.column} AS DECIMAL(18, 4))"
        rows = f"FROM {self._table(register)} r WHERE r.person = {p}.person AND {says}"
        return (
            f"(coalesce((SELECT sum({amount}) {rows}), 0) >= {rule.at_least})",
            f"EXISTS ({self._rows(register, p)} AND (({says}) IS NULL OR (({says}) AND r.{rule.column} IS NULL)))",
        )

    def _moved(self, rule: Moved, register: Register, p: str) -> str:
        begin = begins(register, "r")
        return (
            f"((SELECT count(*) FROM {self._table(register)} r WHERE r.person = {p}.person "
            f"AND {begin} > {self._before(rule.months)} AND {begin} <= {sql_day(self._peildatum)} "
            f"AND EXISTS (SELECT 1 FROM {self._table(register)} o WHERE o.person = r.person "
            f"AND {begins(register, 'o')} < {begin})) >= {rule.at_least})"
        )

    def _ended_for_good(self, rule: EndedAndNothingBegan, register: Register, p: str) -> tuple[str, str]:
        """True: a spell surely ended, every other register covers the person, and none of them has a spell that follows
        or might. Open: a spell ended or might have, and nothing that surely follows was seen where it could be seen."""
        says = self._says(rule, register)
        surely_alone, perhaps_alone = ["true"], ["true"]
        for rows in rule.nothing_of:
            other = self.catalogue.register(rows.source)
            if not self._is_delivered(other):
                surely_alone.append("false")
                continue
            covers, follows, matches = (
                self._covers(other, p, self._since(rule)),
                self._follows(rule, register, other),
                holds(rows, "n"),
            )
            one = f"SELECT 1 FROM {self._table(other)} n WHERE n.person = r.person AND {follows} AND {matches}"
            surely_alone.append(f"({covers} AND NOT EXISTS ({one} IS NOT FALSE))")
            perhaps_alone.append(f"NOT EXISTS ({one} IS TRUE)")
        return (
            f"EXISTS ({self._rows(register, p)} AND {says} AND {' AND '.join(surely_alone)})",
            f"EXISTS ({self._rows(register, p)} AND ({says}) IS NOT FALSE AND {' AND '.join(perhaps_alone)})",
        )

    def _follows(self, rule: EndedAndNothingBegan, register: Register, other: Register) -> str:
        """Does the spell `n` of another register cover the day after the end of `r`, or begin soon after it?"""
        end, begin, until = ends(register, "r"), begins(other, "n"), ends(other, "n")
        soon = f"{begin} > {end} AND {begin} <= {end} + to_months({rule.within_months})"
        covering = f"{begin} <= {end} + 1 AND {until} >= {end} + 1"
        return f"{begin} <= {sql_day(self._peildatum)} AND (({covering}) OR ({soon}))"

    def _of_another_member(self, asked: Indicator, p: str) -> str:
        register = self.catalogue.register("GBAHUISHOUDENSBUS")
        if not self._is_delivered(register):
            return UNKNOWN
        table, fact = self._table(register), self.fact(asked, "q")
        homes = (
            f"{table} mine, {table} theirs, {self.everybody} q WHERE mine.person = {p}.person "
            "AND theirs.person = q.person AND q.person <> mine.person AND theirs.huishoudnr = mine.huishoudnr "
            f"AND theirs.datumaanvanghh = mine.datumaanvanghh AND {self._lives('mine')} AND {self._lives('theirs')}"
        )
        home = (
            f"EXISTS (SELECT 1 FROM {table} mine WHERE mine.person = {p}.person AND {self._lives('mine')} "
            "AND mine.huishoudnr IS NOT NULL)"
        )
        return (
            f"CASE WHEN NOT {home} THEN NULL WHEN EXISTS (SELECT 1 FROM {homes} AND {fact}) THEN true "
            f"WHEN EXISTS (SELECT 1 FROM {homes} AND ({fact}) IS NULL) THEN NULL ELSE false END"
        )

    def _lives(self, h: str) -> str:
        return f"{sql_day(self._peildatum)} BETWEEN {h}.datumaanvanghh AND {h}.datumeindehh"

    def _covers(self, register: Register, p: str, since: date | None) -> str:
        """True when the register speaks, from this day on, for everywhere the person lived since; a national one
        speaks for everybody."""
        y = f"y{self.peiljaar}"
        bound = "c.since IS NULL" if since is None else f"(c.since IS NULL OR c.since <= {sql_day(since)})"
        declared = f"SELECT 1 FROM {y}.coverage c WHERE c.register = '{register.name}' AND c.covered AND {bound}"
        if register.coverage == "national":
            return f"EXISTS ({declared})"
        ended = "true" if since is None else f"a.gbadatumeindeadreshouding >= {sql_day(since)}"
        place = (
            f"coalesce((SELECT gem FROM {y}.vslgwbtab o WHERE o.object_id = a.object_id), "
            f"(SELECT gem FROM {y}.nietvslgwbtab o WHERE o.object_id = a.object_id), 0)"
        )
        return (
            f"(EXISTS ({declared} AND c.gemeente = {p}.gemeente) AND NOT EXISTS (SELECT 1 FROM "
            f"(SELECT {place} AS gemeente FROM {y}.gbaadresobjectbus a WHERE a.person = {p}.person "
            f"AND a.gbadatumaanvangadreshouding <= a.gbadatumeindeadreshouding "
            f"AND a.gbadatumeindeadreshouding < {sql_day(self._peildatum)} AND {ended}) e "
            f"WHERE NOT EXISTS ({declared} AND c.gemeente = e.gemeente)))"
        )

    def _since(self, rule: OnRegister) -> date | None:
        """The first day on which a record that is not there might have changed the answer; None: any day ever."""
        if isinstance(rule, SpellOnPeildatum):
            return self._peildatum
        months = getattr(rule, "months", None)
        if isinstance(rule, SpellEnded | EndedAndNothingBegan):
            months = rule.months_before.to
            if months is None:
                return None
        if months is None:
            return date(self.peiljaar, 1, 1)
        return months_before(self._peildatum, months) + timedelta(days=1)

    def _own_row(self, fact: PersonFact, p: str) -> str:
        if fact.age is not None:
            upper = "" if fact.age.to is None else f" AND {p}.leeftijd <= {fact.age.to}"
            return f"({p}.leeftijd >= {fact.age.start}{upper})"
        assert fact.address_kind is not None
        wanted = " OR ".join(self._object_in(kind, p) for kind in fact.address_kind)
        listed = " OR ".join(self._object_in(kind, p) for kind in _ADDRESS_LISTS)
        return f"CASE WHEN {wanted} THEN true WHEN {listed} THEN false END"

    def _object_in(self, kind: str, p: str) -> str:
        table, of_kind = _ADDRESS_LISTS[kind]
        return f"EXISTS (SELECT 1 FROM y{self.peiljaar}.{table} object WHERE object.object_id = {p}.object_id AND {of_kind})"

    def _is_delivered(self, register: Register) -> bool:
        return self.delivered is None or register.name in self.delivered

    def _table(self, register: Register) -> str:
        return f"y{self.peiljaar}.{register.table}"

    @property
    def _peildatum(self) -> date:
        return date(self.peiljaar, 12, 31)

    def _before(self, months: int) -> str:
        return sql_months_before(self._peildatum, months)


def _reads_values(rule: Rows) -> bool:
    return bool(rule.where or rule.where_any or rule.between)
