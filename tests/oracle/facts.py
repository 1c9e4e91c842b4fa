"""What the registers say of one person, rule by rule, as naive SQL: EXISTS, NOT EXISTS and counts over the tables.

What belongs here: the meaning of each rule, taken from the docstrings of `pipelines/indicators/spec.py` and the design
of coverage. What does not: speed, bits, or any help from the compilers that it judges.

Readings where the design leaves room: a record that says so is true wherever the person lives; "no record" is certain
where every gemeente in which the person lived in the days that the rule looks at is covered; that nothing followed is
certain under the same condition; a record with a missing value leaves the answer open unless another decides; any other
spell of the register, whatever its codes, continues an ended one; amounts are added up as decimals.
"""

import calendar
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
    RecordExists,
    Rows,
    SpellEnded,
    SpellInMonths,
    SpellInYear,
    SpellOnPeildatum,
    Sum,
)
from pipelines.indicators.values import FromTo
from pipelines.registers.catalogue_model import Catalogue, Register

_ADDRESS_LISTS = {
    "woning": ("vslgwbtab", "true"),
    "instelling": ("nietvslgwbtab", "object.soortobjectnummer = 'I'"),
    "opvang_of_briefadres": ("nietvslgwbtab", "object.soortobjectnummer = 'B'"),
}
"""Kind of address -> the list that the object stands in, and which objects of it."""

UNKNOWN = "CAST(NULL AS BOOLEAN)"


def months_before(day: date, months: int) -> date:
    """The same day, so many months earlier; the last day of the month when that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


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
        found = [self._matches(rule, "r"), self._in_time(rule, register)]
        if isinstance(rule, SpellEnded):
            end = _end(register, "r")
            found.append(
                f"NOT EXISTS (SELECT 1 FROM {self._table(register)} o WHERE o.person = r.person "
                f"AND {_begin(register, 'o')} <= {end} + 1 AND {_end(register, 'o')} >= {end} + 1)"
            )
        return " AND ".join(found)

    def _matches(self, rows: Rows, r: str) -> str:
        found = ["true"]
        for column, codes in rows.where.items():
            found.append(f"{r}.{column} IN ({', '.join(_text(code) for code in codes)})")
        if rows.where_any:
            either = [f"{r}.{column} IN ({', '.join(map(_text, codes))})" for column, codes in rows.where_any.items()]
            found.append(f"({' OR '.join(either)})")
        for column, bounds in rows.between.items():
            low = f"{r}.{column} >= {bounds.start}" if bounds.start is not None else "true"
            high = f"{r}.{column} <= {bounds.to}" if bounds.to is not None else "true"
            # Both ends are asked, so that an empty value is NULL whichever end is open.
            found.append(f"({r}.{column} = {r}.{column} AND {low} AND {high})")
        return f"({' AND '.join(found)})"

    def _in_time(self, rule: Rows, register: Register) -> str:
        if isinstance(rule, RecordExists) or (isinstance(rule, Count | Sum) and rule.months is None):
            return "true"
        begin, end, peildatum = _begin(register, "r"), _end(register, "r"), _day(self._peildatum)
        if isinstance(rule, SpellOnPeildatum):
            found = f"{begin} <= {peildatum} AND {end} >= {peildatum} AND {begin} <= {self._before(rule.min_months)}"
            return found if rule.max_months is None else f"{found} AND {begin} >= {self._before(rule.max_months)}"
        if isinstance(rule, SpellInYear):
            return f"{begin} <= {peildatum} AND {end} >= {_day(date(self.peiljaar, 1, 1))}"
        if isinstance(rule, SpellEnded | EndedAndNothingBegan):
            return self._ended(rule.months_before, end)
        assert isinstance(rule, SpellInMonths | Count | Sum)
        # The last n months begin on the day after the peildatum of n months ago.
        return f"{begin} <= {peildatum} AND {end} > {self._before(rule.months or 0)}"

    def _ended(self, window: FromTo, end: str) -> str:
        bounds = [f"{end} < {_day(self._peildatum)}", f"{end} <= {self._before(window.start)}"]
        if window.to is not None:
            bounds.append(f"{end} > {self._before(window.to)}")
        return " AND ".join(bounds)

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
        begin = _begin(register, "r")
        return (
            f"((SELECT count(*) FROM {self._table(register)} r WHERE r.person = {p}.person "
            f"AND {begin} > {self._before(rule.months)} AND {begin} <= {_day(self._peildatum)} "
            f"AND EXISTS (SELECT 1 FROM {self._table(register)} o WHERE o.person = r.person "
            f"AND {_begin(register, 'o')} < {begin})) >= {rule.at_least})"
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
                self._matches(rows, "n"),
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
        end, begin, until = _end(register, "r"), _begin(other, "n"), _end(other, "n")
        soon = f"{begin} > {end} AND {begin} <= {end} + to_months({rule.within_months})"
        covering = f"{begin} <= {end} + 1 AND {until} >= {end} + 1"
        return f"{begin} <= {_day(self._peildatum)} AND (({covering}) OR ({soon}))"

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
        return f"{_day(self._peildatum)} BETWEEN {h}.datumaanvanghh AND {h}.datumeindehh"

    def _covers(self, register: Register, p: str, since: date | None) -> str:
        """True when the register speaks, from this day on, for everywhere the person lived since; a national one
        speaks for everybody."""
        y = f"y{self.peiljaar}"
        bound = "c.since IS NULL" if since is None else f"(c.since IS NULL OR c.since <= {_day(since)})"
        declared = f"SELECT 1 FROM {y}.coverage c WHERE c.register = '{register.name}' AND c.covered AND {bound}"
        if register.coverage == "national":
            return f"EXISTS ({declared})"
        ended = "true" if since is None else f"a.gbadatumeindeadreshouding >= {_day(since)}"
        place = (
            f"coalesce((SELECT gem FROM {y}.vslgwbtab o WHERE o.object_id = a.object_id), "
            f"(SELECT gem FROM {y}.nietvslgwbtab o WHERE o.object_id = a.object_id), 0)"
        )
        return (
            f"(EXISTS ({declared} AND c.gemeente = {p}.gemeente) AND NOT EXISTS (SELECT 1 FROM "
            f"(SELECT {place} AS gemeente FROM {y}.gbaadresobjectbus a WHERE a.person = {p}.person "
            f"AND a.gbadatumaanvangadreshouding <= a.gbadatumeindeadreshouding "
            f"AND a.gbadatumeindeadreshouding < {_day(self._peildatum)} AND {ended}) e "
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
        return _day(months_before(self._peildatum, months))


def _reads_values(rule: Rows) -> bool:
    return bool(rule.where or rule.where_any or rule.between)


def _begin(register: Register, r: str) -> str:
    assert register.spell is not None
    return f"{r}.{register.spell.begin}"


def _end(register: Register, r: str) -> str:
    assert register.spell is not None
    return f"{r}.{register.spell.end}"


def _day(day: date) -> str:
    return f"DATE '{day.isoformat()}'"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
