"""The suite of `person_indicators`, the named three-valued facts.

What belongs here: that the view agrees with `persons` and with coverage, and that an indicator tells people
apart. What does not: whether a rule of an indicator is the right one (the specs and their tests say that).
"""

from collections.abc import Iterable, Mapping

from expectations.persons import TABLE as PERSONS
from expectations.rules import Code, Expected, Rule, Subject
from pipelines.indicators.collection import Indicators
from pipelines.indicators.values import FromTo
from pipelines.persons.build import NO_GEMEENTE
from pipelines.registers.catalogue_model import Catalogue, Register
from pipelines.warehouse import ALIAS, year_schema

VIEW = "person_indicators"

Pairs = Mapping[str, str]
"""Column of the view -> SQL over `persons` that it must equal."""


def indicator_rules(indicators: Indicators, catalogue: Catalogue, peiljaar: int) -> tuple[Rule, ...]:
    """The rules of the view `person_indicators`."""
    subject = Subject(year_schema(peiljaar), VIEW, "Indicatoren", ("person",))
    rules = [*_same_persons(subject, indicators), *_known_where_covered(subject, indicators, catalogue)]
    for name in indicators.by_id:
        rules += _tells_apart(subject, name)
    return tuple(rules)


def _same_persons(subject: Subject, indicators: Indicators) -> list[Rule]:
    """The view holds exactly the rows of `persons`, and its age indicators follow from the age there."""
    ages = {i.id: i.rule.person.age for i in indicators.base if i.rule.person and i.rule.person.age}
    facts: dict[str, tuple[Code, str, Pairs]] = {
        "every_person": (
            "REP",
            "iedere persoon heeft precies één rij, met dezelfde gemeente, leeftijdsgroep en geslacht",
            {name: name for name in ("gemeente", "leeftijdsgroep", "geslacht")},
        ),
        "ages_agree": (
            "VCO",
            f"de leeftijdskenmerken passen bij de leeftijd: {', '.join(ages)}",
            {name: _in_ages(age) for name, age in ages.items()},
        ),
    }
    if not ages:
        del facts["ages_agree"]
    persons = f"{ALIAS}.{subject.schema}.{PERSONS}"
    pairs = {name: fact[2] for name, fact in facts.items()}
    query = _compared(persons, subject.relation, pairs)
    return [
        subject.counted(name, code, meaning, query, _different(persons, subject, pairs[name]), count=name)
        for name, (code, meaning, _) in facts.items()
    ]


def _compared(persons: str, view: str, pairs: Mapping[str, Pairs]) -> str:
    """One row: per set of pairs 1 when the two relations differ in it, else 0.

    They are compared by the sum of their rows' hashes: no order, no join, two scans (a join of a population with
    itself takes five times as long). Rows that differ have equal sums with a chance of about 2^-64.
    """
    left = ", ".join(f"{_hashes(part.values())} AS {name}" for name, part in pairs.items())
    right = ", ".join(f"{_hashes(part)} AS {name}" for name, part in pairs.items())
    differs = ", ".join(f"CAST(l.{name} IS DISTINCT FROM r.{name} AS INTEGER) AS {name}" for name in pairs)
    return f"SELECT {differs} FROM (SELECT {left} FROM {persons}) l, (SELECT {right} FROM {view}) r"


def _hashes(columns: Iterable[str]) -> str:
    return f"sum(CAST(hash(person, {', '.join(columns)}) AS HUGEINT))"


def _different(persons: str, subject: Subject, pairs: Pairs) -> str:
    columns = f"person, {', '.join(pairs)}"
    expected = ", ".join(f"{sql} AS {name}" for name, sql in pairs.items())
    wanted = f"SELECT person, {expected} FROM {persons}"
    found = f"SELECT {columns} FROM {subject.relation}"
    return (
        f"SELECT DISTINCT {subject.key_text()} AS key FROM "
        f"(({wanted} EXCEPT ALL {found}) UNION ALL ({found} EXCEPT ALL {wanted})) r"
    )


def _known_where_covered(subject: Subject, indicators: Indicators, catalogue: Catalogue) -> list[Rule]:
    """Nobody is told "no" by a register that does not cover the gemeente; a record that says "yes" stands."""
    names: dict[str, list[str]] = {}
    for indicator in indicators.base:
        if indicator.source is not None:
            names.setdefault(catalogue.register(indicator.source).name, []).append(indicator.id)
    registers = [catalogue.register(name) for name in sorted(names)]
    known = {r.table: " OR ".join(f"r.{name} IS FALSE" for name in names[r.name]) for r in registers}
    outside = {r.table: f"r.gemeente NOT IN ({_covered(subject, r)})" for r in registers}
    query = _known_outside(subject, known, outside)
    return [
        subject.counted(
            f"{r.table}_only_where_covered",
            "VCO",
            f"nergens nee waar {r.name} de gemeente niet dekt: {', '.join(names[r.name])}",
            query,
            f"SELECT {subject.key_text()} AS key FROM {subject.relation} r "
            f"WHERE {outside[r.table]} AND ({known[r.table]})",
            count=r.table,
        )
        for r in registers
    ]


def _known_outside(subject: Subject, known: Mapping[str, str], outside: Mapping[str, str]) -> str:
    """One row: per register how often something is false outside its coverage. The population is scanned once,
    for all registers together, and folded to gemeenten before it meets coverage."""
    folded = ", ".join(f"count(*) FILTER (WHERE {condition}) AS {table}" for table, condition in known.items())
    counts = ", ".join(
        f"coalesce(sum({table}) FILTER (WHERE {where}), 0) AS {table}" for table, where in outside.items()
    )
    return f"SELECT {counts} FROM (SELECT gemeente, {folded} FROM {subject.relation} r GROUP BY gemeente) r"


def _covered(subject: Subject, register: Register) -> str:
    # A person whose gemeente was not found is covered by a national file, and by no other.
    place = f"unnest([c.gemeente, {NO_GEMEENTE}])" if register.coverage == "national" else "c.gemeente"
    coverage = f"{ALIAS}.{subject.schema}.coverage"
    return f"SELECT {place} FROM {coverage} c WHERE c.register = '{register.name}' AND c.covered"


def _tells_apart(subject: Subject, name: str) -> list[Rule]:
    """At least one person for whom it is true, and one for whom it is false: otherwise it tells nothing."""
    bounds = {
        "true": ("ExpectColumnMaxToBeBetween", "min_value", 1),
        "false": ("ExpectColumnMinToBeBetween", "max_value", 0),
    }
    words = {"true": "waar", "false": "niet waar"}
    return [
        Rule(
            f"{VIEW}.{name}_sometimes_{answer}",
            VIEW,
            "RNR",
            f"{subject.title}: {name} is bij minstens één persoon {words[answer]}",
            "warning",
            Expected(expectation, {"column": name, bound: value}),
            None,
        )
        for answer, (expectation, bound, value) in bounds.items()
    ]


def _in_ages(age: FromTo) -> str:
    upper = f" AND leeftijd <= {age.to}" if age.to is not None else ""
    return f"(leeftijd >= {age.start}{upper})"
