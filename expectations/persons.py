"""The suite of `persons`, the counting population.

What belongs here: what every count rests on: one row per person, and public bands that are known. What does not:
facts from registers about a person, and how many people there should be (`totals.py`).
"""

from expectations.ground import PERSONS, Ground
from expectations.keys import person_once
from expectations.rules import Rule, Subject
from pipelines.facts.gemeenten import AGE_BANDS, SEXES, gemeenten
from pipelines.persons.build import ADDRESS_KINDS, NO_GEMEENTE

MOSTLY = 0.99
"""Share of persons of whom a public region or band must be known; below it figures are too low everywhere."""

NO_SEX = 0


def person_rules(ground: Ground) -> tuple[Rule, ...]:
    """The rules of the table `persons`."""
    subject = Subject(ground.schema, PERSONS, ("person",), PERSONS)
    peiljaar = ground.peiljaar
    numbers = [NO_GEMEENTE, *(int(g.code[2:]) for g in gemeenten(peiljaar))]
    oldest = max(high for _, high in AGE_BANDS.values())
    rules = [
        subject.not_empty(),
        subject.filled("person"),
        person_once(subject),
        subject.filled("gemeente"),
        subject.known_code("gemeente", numbers, f"a gemeente of {peiljaar}, or {NO_GEMEENTE} (not found)"),
        subject.no_row(
            "gemeente_mostly_found",
            "REP",
            f"the gemeente of at least {MOSTLY:.0%} is found",
            f"r.gemeente = {NO_GEMEENTE}",
            severity="warning",
            most_share=round(1 - MOSTLY, 6),
        ),
        subject.in_range("leeftijd", 0, oldest),
        subject.filled("leeftijd", severity="warning", mostly=MOSTLY),
        subject.known_code("leeftijdsgroep", range(len(AGE_BANDS)), "a public age band"),
        subject.no_row("leeftijdsgroep_fits", "VCO", "the age band fits the age", _wrong_band(), kind="row"),
        subject.filled("geslacht"),
        subject.known_code("geslacht", [NO_SEX, *(int(code) for code in SEXES)], "man, woman or not registered"),
        subject.known_code("address_kind", list(ADDRESS_KINDS.values()), "a kind of address"),
        subject.no_row(
            "address_kind_fits",
            "VCO",
            "who has a gemeente has a kind of address",
            f"r.gemeente <> {NO_GEMEENTE} AND r.address_kind IS NULL",
            kind="row",
            severity="warning",
        ),
    ]
    if ground.has("gbaadresobjectbus"):
        rules.append(_everybody(subject, ground))
    return tuple(rules)


def _everybody(subject: Subject, ground: Ground) -> Rule:
    """The two are compared by the sum of the hashes of their persons: no order, no join. Sets that differ have equal
    sums with a chance of about 2^-64."""
    peildatum = f"DATE '{ground.peiljaar}-12-31'"
    covers = f"{peildatum} BETWEEN gbadatumaanvangadreshouding AND gbadatumeindeadreshouding"
    there = f"SELECT person FROM {ground.relation('gbaadresobjectbus')} WHERE {covers}"
    here = f"SELECT person FROM {subject.relation}"
    return subject.asked(
        "everybody",
        "REP",
        "persons are exactly those with an address on the peildatum",
        source=f"({_sum(here)}) here, ({_sum(there)}) there",
        holds="bool_and(here.people IS NOT DISTINCT FROM there.people)",
        kind="cross-table",
        level=2,
        failing=f"SELECT {subject.key_text()} AS key FROM "
        f"((({here}) EXCEPT ALL ({there})) UNION ALL (({there}) EXCEPT ALL ({here}))) r",
    )


def _sum(people: str) -> str:
    return f"SELECT sum(CAST(hash(person) AS HUGEINT)) AS people FROM ({people})"


def _wrong_band() -> str:
    fits = " OR ".join(
        f"(r.leeftijdsgroep = {index} AND r.leeftijd BETWEEN {low} AND {high})"
        for index, (low, high) in enumerate(AGE_BANDS.values())
    )
    return f"NOT coalesce({fits}, r.leeftijd IS NULL AND r.leeftijdsgroep IS NULL)"
