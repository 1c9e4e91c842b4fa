"""Cases of the person, of other members of the household, and of combinations."""

from pipelines.indicators.spec import HouseholdMember, PersonFact, Rule
from tests.unit.rule_cases.model import FALSE, TRUE, UNKNOWN, Case, Section, spells_of
from tests.unit.rule_kluis import UNCOVERED

PERSON = Section(
    "person",
    PersonFact,
    (
        Case(
            "Age in completed years on the peildatum",
            """
leeftijd_18_tot_aow:
  rule:
    person:
      age: {from: 18, to: 66}
""",
            "leeftijd_18_tot_aow",
            {"A": (TRUE, "66 counts"), "B": (FALSE, "67 does not"), "C": (UNKNOWN, "the year of birth is not known")},
            people=[
                {"person": "A", "leeftijd": 66},
                {"person": "B", "leeftijd": 67},
                {"person": "C", "leeftijd": None},
            ],
        ),
        Case(
            "The kind of address on the peildatum",
            """
adres_opvang_of_briefadres:
  rule:
    person:
      address_kind: [opvang_of_briefadres]
""",
            "adres_opvang_of_briefadres",
            {
                "A": (TRUE, "a shelter or a briefadres"),
                "B": (FALSE, "a dwelling"),
                "C": (UNKNOWN, "the object stands in no list"),
            },
            people=[
                {"person": "A", "address_kind": "opvang_of_briefadres"},
                {"person": "B", "address_kind": "woning"},
                {"person": "C", "address_kind": None},
            ],
        ),
    ),
)

_HOMES = spells_of(
    "datumaanvanghh",
    "datumeindehh",
    *((person, "2020-01-01", "2023-12-31") for person in "AB"),
    huishoudnr="H1",
)
_HOMES += spells_of("datumaanvanghh", "datumeindehh", ("C", "2021-01-01", "2023-12-31"), huishoudnr="H2")
_HOMES += spells_of("datumaanvanghh", "datumeindehh", *((p, "2022-01-01", "2023-12-31") for p in "DE"), huishoudnr="H3")
_HOMES += spells_of("datumaanvanghh", "datumeindehh", ("F", "2022-01-01", "2023-06-30"), huishoudnr="H3")
_HOMES += spells_of("datumaanvanghh", "datumeindehh", ("G", "2022-01-01", "2023-12-31"), huishoudnr=None)

MEMBER = Section(
    "household_member",
    HouseholdMember,
    (
        Case(
            "Another member with a low level of education",
            """
zonder_startkwalificatie:
  source: HOOGSTEOPLTAB
  rule:
    record_exists:
      where: {oplnivsoi2021agg4hbmetnirwo: ['1111', '1212']}
huisgenoot_zonder_startkwalificatie:
  rule:
    household_member:
      has: zonder_startkwalificatie
""",
            "huisgenoot_zonder_startkwalificatie",
            {
                "A": (FALSE, "the other member, B, has no low level; the own level does not count"),
                "B": (TRUE, "the other member, A, has a low level"),
                "C": (FALSE, "lives alone"),
                "D": (UNKNOWN, "the level of the only other member, E, is not known"),
                "E": (FALSE, "the only other member, D, has no low level"),
                "F": (UNKNOWN, "left the household before the peildatum, and is in no other"),
                "G": (UNKNOWN, "the number of the household is missing"),
            },
            {
                "GBAHUISHOUDENSBUS": _HOMES,
                "HOOGSTEOPLTAB": [
                    {"person": person, "oplnivsoi2021agg4hbmetnirwo": code}
                    for person, code in (("A", "1212"), ("B", "2121"), ("C", "1212"), ("D", "2121"))
                ],
            },
        ),
    ),
    (
        "It cannot ask for a combination, or for what itself asks after others: combine afterwards.",
        "A persona that uses it reads the rows of others, and a release plan with the person as unit refuses it.",
    ),
)

COMBINATIONS = Section(
    "all_of, any_of, none_of",
    Rule,
    tuple(
        Case(
            title,
            f"""
bijstand:
  source: BIJSTANDPERSOONBUS
  rule:
    spell_on_peildatum: {{}}
wmo_maatwerk:
  source: WMOBUS
  rule:
    spell_on_peildatum: {{}}
samen:
  rule:
    {rule}: [bijstand, wmo_maatwerk]
""",
            "samen",
            outcomes,
            {
                "BIJSTANDPERSOONBUS": spells_of(
                    "aanvbijstand", "eindbijstand", *((p, "2020-01-01", "2023-12-31") for p in "ABC")
                ),
                "WMOBUS": spells_of(
                    "wmodatumaanvang", "wmodatumeinde", *((p, "2020-01-01", "9999-12-31") for p in "AD")
                ),
            },
            [{"person": person, "gemeente": UNCOVERED} for person in ("C", "F")],
        )
        for rule, title, outcomes in (
            (
                "all_of",
                "All of them",
                {
                    "A": (TRUE, "true and true"),
                    "B": (FALSE, "true and false"),
                    "C": (UNKNOWN, "true and unknown"),
                    "F": (FALSE, "false and unknown: one that is false decides"),
                },
            ),
            (
                "any_of",
                "Any of them",
                {
                    "C": (TRUE, "true and unknown: one that is true decides"),
                    "D": (TRUE, "false and true"),
                    "E": (FALSE, "false and false"),
                    "F": (UNKNOWN, "false and unknown"),
                },
            ),
            (
                "none_of",
                "None of them",
                {
                    "B": (FALSE, "one is true"),
                    "C": (FALSE, "one is true, whatever the unknown one is"),
                    "E": (TRUE, "both are false"),
                    "F": (UNKNOWN, "false and unknown"),
                },
            ),
        )
    ),
    ("A combination can name combinations, at most eight layers deep.",),
)
