"""The suite of `person_indicators`, the named three-valued facts.

What belongs here: that the view agrees with `persons` and with coverage, and that an indicator tells people
apart. What does not: whether a rule of an indicator is the right one (the specs and their tests say that).
"""

from expectations.persons import TABLE as PERSONS
from expectations.rules import NOTHING_FAILS, Expected, Rule, Subject
from pipelines.indicators.load import Indicators
from pipelines.indicators.spec import FromTo
from pipelines.persons.build import NO_GEMEENTE
from pipelines.registers.catalogue_model import Catalogue, Register
from pipelines.warehouse import ALIAS, year_schema

VIEW = "person_indicators"


def indicator_rules(indicators: Indicators, catalogue: Catalogue, peiljaar: int) -> tuple[Rule, ...]:
    """The rules of the view `person_indicators`."""
    subject = Subject(year_schema(peiljaar), VIEW, "Indicatoren", ("person",))
    rules = [_as_many_as_persons(subject), _every_person(subject)]
    rules += _ages_agree(subject, indicators)
    sources = sorted({i.source for i in indicators.base if i.source is not None})
    rules += [_known_where_covered(subject, catalogue.register(name), indicators) for name in sources]
    for name in indicators.by_id:
        rules += _tells_apart(subject, name)
    return tuple(rules)


def _as_many_as_persons(subject: Subject) -> Rule:
    persons = f"{ALIAS}.{subject.schema}.{PERSONS}"
    query = f"SELECT abs((SELECT count(*) FROM {subject.relation}) - (SELECT count(*) FROM {persons}))"
    return Rule(
        f"{VIEW}.as_many_as_persons",
        VIEW,
        "RNR",
        f"{subject.title}: er zijn evenveel rijen als personen",
        "critical",
        Expected(NOTHING_FAILS, {"query": query}),
        f"SELECT DISTINCT {subject.key_text()} AS key FROM {subject.relation} r "
        "QUALIFY count(*) OVER (PARTITION BY r.person) > 1",
    )


def _every_person(subject: Subject) -> Rule:
    """With as many rows as persons, and every person found, each person has one row."""
    persons = Subject(subject.schema, PERSONS, subject.title, ("person",))
    rule = persons.nothing_fails(
        "every_person",
        "REP",
        "ieder persoon heeft een rij, met dezelfde gemeente, leeftijdsgroep en geslacht",
        "i.person IS NULL OR i.gemeente IS DISTINCT FROM r.gemeente "
        "OR i.leeftijdsgroep IS DISTINCT FROM r.leeftijdsgroep OR i.geslacht IS DISTINCT FROM r.geslacht",
        joined=f"LEFT JOIN {subject.relation} i USING (person)",
    )
    return _moved(rule)


def _ages_agree(subject: Subject, indicators: Indicators) -> list[Rule]:
    ages = {i.id: i.rule.person.age for i in indicators.base if i.rule.person and i.rule.person.age}
    if not ages:
        return []
    wrong = " OR ".join(f"i.{name} IS DISTINCT FROM {_in_ages(age)}" for name, age in ages.items())
    persons = Subject(subject.schema, PERSONS, subject.title, ("person",))
    rule = persons.nothing_fails(
        "ages_agree",
        "VCO",
        f"de leeftijdskenmerken ({', '.join(ages)}) passen bij de leeftijd",
        wrong,
        joined=f"JOIN {subject.relation} i USING (person)",
    )
    return [_moved(rule)]


def _known_where_covered(subject: Subject, register: Register, indicators: Indicators) -> Rule:
    names = [i.id for i in indicators.base if i.source == register.name]
    known = " OR ".join(f"r.{name} IS NOT NULL" for name in names)
    # A person whose gemeente was not found is covered by a national file, and by no other.
    place = f"unnest([c.gemeente, {NO_GEMEENTE}])" if register.coverage == "national" else "c.gemeente"
    coverage = f"{ALIAS}.{subject.schema}.coverage"
    covered = f"SELECT {place} FROM {coverage} c WHERE c.register = '{register.name}' AND c.covered"
    return subject.nothing_fails(
        f"{register.table}_only_where_covered",
        "VCO",
        f"onbekend waar {register.name} de gemeente niet dekt: {', '.join(names)}",
        f"r.gemeente NOT IN ({covered}) AND ({known})",
    )


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
    upper = f" AND r.leeftijd <= {age.to}" if age.to is not None else ""
    return f"(r.leeftijd >= {age.start}{upper})"


def _moved(rule: Rule) -> Rule:
    """A rule that is asked of `persons`, and says something of the view."""
    return Rule(
        rule.id.replace(f"{PERSONS}.", f"{VIEW}.", 1),
        VIEW,
        rule.code,
        rule.meaning,
        rule.severity,
        rule.expected,
        rule.failing,
    )
