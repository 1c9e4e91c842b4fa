"""The suite of `persons`, the counting population.

What belongs here: what every count rests on: one row per person, and public bands that are known. What does not:
facts from registers about a person.
"""

from expectations.rules import Expected, Rule, Subject
from pipelines.facts.gemeenten import AGE_BANDS, SEXES, gemeenten
from pipelines.persons.build import ADDRESS_KINDS, NO_GEMEENTE
from pipelines.warehouse import year_schema

TABLE = "persons"
MOSTLY = 0.99
"""Share of persons of whom a public region or band must be known; below it figures are too low everywhere."""

NO_SEX = 0


def person_rules(peiljaar: int) -> tuple[Rule, ...]:
    """The rules of the table `persons`."""
    subject = Subject(year_schema(peiljaar), TABLE, "Personen", ("person",))
    numbers = [NO_GEMEENTE, *(int(g.code[2:]) for g in gemeenten(peiljaar))]
    oldest = max(high for _, high in AGE_BANDS.values())
    return (
        subject.not_empty("critical"),
        subject.filled("person"),
        subject.person_once("person_once", "iedere persoon staat er één keer in"),
        subject.filled("gemeente"),
        subject.known_code("gemeente", numbers, f"een gemeente van {peiljaar}, of {NO_GEMEENTE} (niet gevonden)"),
        _gemeente_found(subject),
        subject.in_range("leeftijd", 0, oldest),
        subject.filled("leeftijd", severity="warning", mostly=MOSTLY),
        subject.known_code("leeftijdsgroep", range(len(AGE_BANDS)), "een openbare leeftijdsgroep"),
        subject.no_row("leeftijdsgroep_fits_leeftijd", "VCO", "de leeftijdsgroep past bij de leeftijd", _wrong_band()),
        subject.filled("geslacht"),
        subject.known_code("geslacht", [NO_SEX, *(int(code) for code in SEXES)], "man, vrouw of niet geregistreerd"),
        subject.known_code("address_kind", list(ADDRESS_KINDS.values()), "een bekende adressoort"),
    )


def _gemeente_found(subject: Subject) -> Rule:
    return Rule(
        f"{TABLE}.gemeente_mostly_found",
        TABLE,
        "REP",
        f"{subject.title}: van minstens {MOSTLY:.0%} is de gemeente gevonden",
        "warning",
        Expected(
            "ExpectColumnValuesToNotBeInSet",
            {"column": "gemeente", "value_set": [NO_GEMEENTE], "mostly": MOSTLY},
        ),
        f"SELECT {subject.key_text()} AS key FROM {subject.relation} r WHERE r.gemeente = {NO_GEMEENTE}",
    )


def _wrong_band() -> str:
    fits = " OR ".join(
        f"(r.leeftijdsgroep = {index} AND r.leeftijd BETWEEN {low} AND {high})"
        for index, (low, high) in enumerate(AGE_BANDS.values())
    )
    return f"NOT coalesce({fits}, r.leeftijd IS NULL AND r.leeftijdsgroep IS NULL)"
