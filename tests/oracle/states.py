"""Persona states per person by EXISTS and NOT EXISTS over the register tables: one naive SELECT per persona.

What belongs here: the meaning of each rule, taken from the docstrings of `pipelines/indicators/spec.py` and the
design of coverage. What does not: speed, bits, or any help from the compilers that it judges.
"""

import calendar
from datetime import date

from pipelines.facts.gemeenten import AGE_BANDS
from pipelines.indicators.collection import Indicators
from pipelines.indicators.spec import Indicator, PersonFact, Rule
from pipelines.personas.spec import Persona
from pipelines.registers.catalogue_model import Catalogue, Register

_ADDRESS_LISTS = {
    "woning": ("vslgwbtab", "true"),
    "instelling": ("nietvslgwbtab", "object.soortobjectnummer = 'I'"),
    "opvang_of_briefadres": ("nietvslgwbtab", "object.soortobjectnummer = 'B'"),
}
"""Kind of address -> the list that the object stands in, and which objects of it."""


def months_before(day: date, months: int) -> date:
    """The same day, so many months earlier; the last day of the month when that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def oracle_states_sql(
    persona: Persona,
    indicators: Indicators,
    catalogue: Catalogue,
    peiljaar: int,
    delivered: frozenset[str] | None = None,
    rins: tuple[int, int] | None = None,
) -> str:
    """SQL of (person, gemeente, leeftijdsgroep, geslacht, state) for everyone in the BRP on the peildatum.

    `state` is missing, served, unknown, or NULL for who is not counted. Registers outside `delivered` (default:
    every register) have no table, and everything that rests on them is unknown. `rins` limits the answer to a
    range of numbers, both ends included, so that a whole country fits in memory part by part.

    Readings where the design leaves room: a register that does not cover somebody's gemeente says nothing of that
    person, not even by a record; a record with a missing value leaves the answer open unless another says yes;
    any other spell of the register, whatever its codes, continues an ended one.
    """
    names = _bottom_up(persona.indicators, indicators)
    asked = _Question(indicators, catalogue, peiljaar, delivered)
    base = [name for name in names if indicators.by_id[name].is_base]
    facts = ",\n".join(f"{asked.fact(indicators.by_id[name])} AS {_quoted(name)}" for name in base)
    conditions = [asked.expression(name) for name in persona.conditions]
    voorziening = asked.expression(persona.missing_voorziening.voorziening)
    all_true = " AND ".join(f"({condition}) IS TRUE" for condition in conditions)
    none_false = " AND ".join(f"({condition}) IS NOT FALSE" for condition in conditions)
    some_unknown = " OR ".join(f"({part}) IS NULL" for part in (*conditions, voorziening))
    within = "" if rins is None else f" WHERE b.person BETWEEN {rins[0]} AND {rins[1]}"
    return f"""
        WITH everyone AS ({everyone_sql(peiljaar)}{within}),
        facts AS (SELECT p.person, p.gemeente, p.leeftijdsgroep, p.geslacht, {facts} FROM everyone p)
        SELECT person, gemeente, leeftijdsgroep, geslacht,
            CASE
                WHEN {all_true} AND ({voorziening}) IS FALSE THEN 'missing'
                WHEN {all_true} AND ({voorziening}) IS TRUE THEN 'served'
                WHEN {none_false} AND ({some_unknown}) THEN 'unknown'
            END AS state
        FROM facts
    """


def everyone_sql(peiljaar: int) -> str:
    """SQL of everyone in the BRP on the peildatum, from the registers themselves.

    person, gemeente (0 when the object stands in no list), leeftijd, leeftijdsgroep (place in the public bands,
    NULL when not known), geslacht (0 when not known), object_id.
    """
    schema, peildatum = f"y{peiljaar}", f"DATE '{peiljaar}-12-31'"
    bands = " ".join(
        f"WHEN b.leeftijd BETWEEN {low} AND {high} THEN {place}" for place, (low, high) in enumerate(AGE_BANDS.values())
    )
    return f"""
        SELECT b.person, coalesce(v.gem, n.gem, 0) AS gemeente, b.leeftijd, CASE {bands} END AS leeftijdsgroep,
            b.geslacht, b.object_id
        FROM (
            SELECT r.person, a.object_id, {peiljaar} - r.gbageboortejaar AS leeftijd,
                CASE r.gbageslacht WHEN '1' THEN 1 WHEN '2' THEN 2 ELSE 0 END AS geslacht
            FROM {schema}.gbapersoontab r JOIN {schema}.gbaadresobjectbus a ON a.person = r.person
            WHERE {peildatum} BETWEEN a.gbadatumaanvangadreshouding AND a.gbadatumeindeadreshouding
        ) b
        LEFT JOIN {schema}.vslgwbtab v ON v.object_id = b.object_id
        LEFT JOIN {schema}.nietvslgwbtab n ON n.object_id = b.object_id
    """


class _Question:
    """Rules as SQL about one person `p`."""

    def __init__(
        self, indicators: Indicators, catalogue: Catalogue, peiljaar: int, delivered: frozenset[str] | None
    ) -> None:
        self._indicators = indicators
        self._catalogue = catalogue
        self._schema = f"y{peiljaar}"
        self._peildatum = date(peiljaar, 12, 31)
        self._new_year = date(peiljaar, 1, 1)
        self._delivered = delivered

    def expression(self, name: str) -> str:
        """An indicator over the named base facts: three-valued AND, OR and NOT of SQL."""
        rule = self._indicators.by_id[name].rule
        if not rule.combines:
            return _quoted(name)
        parts = [f"({self.expression(part)})" for part in rule.combines]
        if rule.all_of:
            return " AND ".join(parts)
        either = " OR ".join(parts)
        return f"NOT ({either})" if rule.none_of else either

    def fact(self, indicator: Indicator) -> str:
        """A base indicator of the person `p`."""
        if indicator.rule.person is not None:
            return self._own_row(indicator.rule.person)
        assert indicator.source is not None
        register = self._catalogue.register(indicator.source)
        if self._delivered is not None and register.name not in self._delivered:
            return "CAST(NULL AS BOOLEAN)"
        table = f"{self._schema}.{register.table}"
        says = self._says(indicator.rule, register)
        yes = f"EXISTS (SELECT 1 FROM {table} r WHERE r.person = p.person AND {says})"
        doubt = f"EXISTS (SELECT 1 FROM {table} r WHERE r.person = p.person AND ({says}) IS NULL)"
        if not _where(indicator.rule):
            doubt = "false"
        no = f"EXISTS (SELECT 1 FROM {table} r WHERE r.person = p.person)" if register.absence == "onbekend" else "true"
        return (
            f"CASE WHEN NOT {self._covers(register)} THEN NULL WHEN {yes} THEN true WHEN {doubt} THEN NULL "
            f"WHEN {no} THEN false END"
        )

    def _covers(self, register: Register) -> str:
        """True when the register speaks for where the person lives; a national one speaks for everybody."""
        declared = f"EXISTS (SELECT 1 FROM {self._schema}.coverage c WHERE c.register = '{register.name}' AND c.covered"
        return f"{declared})" if register.coverage == "national" else f"{declared} AND c.gemeente = p.gemeente)"

    def _says(self, rule: Rule, register: Register) -> str:
        """What a record `r` of the person says of the rule: true, false, or NULL for a value that is missing."""
        found = ["true"]
        for column, codes in _where(rule).items():
            found.append(f"r.{column} IN ({', '.join(_text(code) for code in codes)})")
        if rule.record_exists is not None:
            return " AND ".join(found)
        assert register.spell is not None
        begin, end = f"r.{register.spell.begin}", f"r.{register.spell.end}"
        found.append(self._spell(rule, begin, end))
        if rule.spell_ended is not None:
            found.append(
                f"NOT EXISTS (SELECT 1 FROM {self._schema}.{register.table} o WHERE o.person = r.person "
                f"AND o.{register.spell.begin} <= {end} + 1 AND o.{register.spell.end} >= {end} + 1)"
            )
        return " AND ".join(found)

    def _spell(self, rule: Rule, begin: str, end: str) -> str:
        peildatum = _day(self._peildatum)
        if (on := rule.spell_on_peildatum) is not None:
            at_least = _day(months_before(self._peildatum, on.min_months))
            return f"{begin} <= {at_least} AND {begin} <= {peildatum} AND {end} >= {peildatum}"
        if (recent := rule.spell_in_months) is not None:
            # The last n months begin on the day after the peildatum of n months ago.
            before = _day(months_before(self._peildatum, recent.months))
            return f"{begin} <= {peildatum} AND {end} > {before}"
        if rule.spell_in_year is not None:
            return f"{begin} <= {peildatum} AND {end} >= {_day(self._new_year)}"
        assert rule.spell_ended is not None
        window = rule.spell_ended.months_before
        bounds = [f"{end} <= {_day(months_before(self._peildatum, window.start))}"]
        if window.to is not None:
            bounds.append(f"{end} > {_day(months_before(self._peildatum, window.to))}")
        return " AND ".join(bounds)

    def _own_row(self, fact: PersonFact) -> str:
        if fact.age is not None:
            upper = "" if fact.age.to is None else f" AND p.leeftijd <= {fact.age.to}"
            return f"(p.leeftijd >= {fact.age.start}{upper})"
        assert fact.address_kind is not None
        wanted = " OR ".join(self._object_in(kind) for kind in fact.address_kind)
        listed = " OR ".join(self._object_in(kind) for kind in _ADDRESS_LISTS)
        return f"CASE WHEN {wanted} THEN true WHEN {listed} THEN false END"

    def _object_in(self, kind: str) -> str:
        table, of_kind = _ADDRESS_LISTS[kind]
        return (
            f"EXISTS (SELECT 1 FROM {self._schema}.{table} object WHERE object.object_id = p.object_id AND {of_kind})"
        )


def _where(rule: Rule) -> dict[str, tuple[str, ...]]:
    found = rule.on_register
    assert found is not None
    return found.where


def _bottom_up(names: tuple[str, ...], indicators: Indicators) -> list[str]:
    """These indicators and all that they are made of, parts before what is made of them, each once."""
    found: list[str] = []

    def visit(name: str) -> None:
        for part in indicators.by_id[name].rule.combines:
            visit(part)
        if name not in found:
            found.append(name)

    for name in names:
        visit(name)
    return found


def _day(day: date) -> str:
    return f"DATE '{day.isoformat()}'"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _quoted(name: str) -> str:
    return f'"{name}"'
