"""Persona states per person by EXISTS and NOT EXISTS over the register tables: one naive SELECT per persona.

What belongs here: who is in the BRP, combinations, and the states. What does not: what a register says (`facts.py`),
speed, bits, or any help from the compilers that it judges.
"""

from pipelines.facts.gemeenten import AGE_BANDS
from pipelines.indicators.collection import Indicators
from pipelines.personas.spec import Persona
from pipelines.registers.catalogue_model import Catalogue
from tests.oracle.facts import Question
from tests.oracle.outside import OutsideQuestion, everyone_outside_sql


def oracle_states_sql(
    persona: Persona,
    indicators: Indicators,
    catalogue: Catalogue,
    peiljaar: int,
    delivered: frozenset[str] | None = None,
    rins: tuple[int, int] | None = None,
    *,
    outside: bool = False,
) -> str:
    """SQL of (person, gemeente, leeftijdsgroep, geslacht, state) for everyone in the BRP on the peildatum, or with
    `outside` for every number outside it.

    `state` is missing, served, unknown, or NULL for who is not counted. Registers outside `delivered` (default:
    every register) have no table, and everything that rests on them is unknown. `rins` limits the answer to a
    range of numbers, both ends included, so that a whole country fits in memory part by part.
    """
    conditions = [_expression(name, indicators) for name in persona.conditions]
    voorziening = _expression(persona.missing_voorziening.voorziening, indicators)
    all_true = " AND ".join(f"({condition}) IS TRUE" for condition in conditions)
    none_false = " AND ".join(f"({condition}) IS NOT FALSE" for condition in conditions)
    some_unknown = " OR ".join(f"({part}) IS NULL" for part in (*conditions, voorziening))
    return f"""
        {_facts_sql(persona.indicators, indicators, catalogue, peiljaar, delivered, rins, outside=outside)}
        SELECT person, gemeente, leeftijdsgroep, geslacht,
            CASE
                WHEN {all_true} AND ({voorziening}) IS FALSE THEN 'missing'
                WHEN {all_true} AND ({voorziening}) IS TRUE THEN 'served'
                WHEN {none_false} AND ({some_unknown}) THEN 'unknown'
            END AS state
        FROM facts
    """


def oracle_facts_sql(
    names: tuple[str, ...],
    indicators: Indicators,
    catalogue: Catalogue,
    peiljaar: int,
    *,
    outside: bool = False,
    delivered: frozenset[str] | None = None,
) -> str:
    """SQL of (person, and a three-valued boolean per name) for everyone in the BRP on the peildatum, or outside it."""
    shown = ", ".join(f"({_expression(name, indicators)}) AS {_quoted(name)}" for name in names)
    facts = _facts_sql(names, indicators, catalogue, peiljaar, delivered, None, outside=outside)
    return f"{facts} SELECT person, {shown} FROM facts"


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


def _facts_sql(
    names: tuple[str, ...],
    indicators: Indicators,
    catalogue: Catalogue,
    peiljaar: int,
    delivered: frozenset[str] | None,
    rins: tuple[int, int] | None,
    *,
    outside: bool,
) -> str:
    """WITH ... facts: the base facts under these names, of everyone within the range."""
    kind = OutsideQuestion if outside else Question
    asked = kind(indicators, catalogue, peiljaar, delivered, everybody="everybody")
    everybody = everyone_outside_sql(peiljaar, catalogue, delivered) if outside else everyone_sql(peiljaar)
    base = [name for name in _bottom_up(names, indicators) if indicators.by_id[name].is_base]
    facts = ",\n".join(f"{asked.fact(indicators.by_id[name])} AS {_quoted(name)}" for name in base)
    within = "" if rins is None else f" WHERE b.person BETWEEN {rins[0]} AND {rins[1]}"
    return f"""
        WITH everybody AS ({everybody}),
        everyone AS (SELECT * FROM ({everybody}) b{within}),
        facts AS (SELECT p.person, p.gemeente, p.leeftijdsgroep, p.geslacht, {facts} FROM everyone p)
    """


def _expression(name: str, indicators: Indicators) -> str:
    """An indicator over the named base facts: three-valued AND, OR and NOT of SQL."""
    rule = indicators.by_id[name].rule
    if not rule.combines:
        return _quoted(name)
    parts = [f"({_expression(part, indicators)})" for part in rule.combines]
    if rule.all_of:
        return " AND ".join(parts)
    either = " OR ".join(parts)
    return f"NOT ({either})" if rule.none_of else either


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


def _quoted(name: str) -> str:
    return f'"{name}"'
