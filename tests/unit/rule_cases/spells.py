"""Cases of spells by themselves: on the peildatum, in the last months, in the year."""

from datetime import date, timedelta

from pipelines.indicators.spec import SpellInMonths, SpellInYear, SpellOnPeildatum
from tests.unit.rule_cases.model import FALSE, TRUE, UNKNOWN, Case, Section, spells_of
from tests.unit.rule_kluis import COVERED, UNCOVERED, Row


def _addresses(person: str, first: str, until: str, now: str) -> list[Row]:
    """Two addresses, one after the other; the second from January 2023 on at the earliest."""
    begin, end = "gbadatumaanvangadreshouding", "gbadatumeindeadreshouding"
    moved = (date.fromisoformat(until) + timedelta(days=1)).isoformat()
    return [
        {"person": person, begin: "2015-01-01", end: until, "object_id": first},
        {"person": person, begin: moved, end: "2023-12-31", "object_id": now},
    ]


SPELL_ON_PEILDATUM = Section(
    "spell_on_peildatum",
    SpellOnPeildatum,
    (
        Case(
            "On the day itself",
            """
ao_uitkering:
  source: AOTOTPERSOONBUS
  rule:
    spell_on_peildatum: {}
""",
            "ao_uitkering",
            {
                "A": (TRUE, "covers the peildatum"),
                "B": (FALSE, "ended the day before"),
                "C": (TRUE, "began on the peildatum"),
            },
            {
                "AOTOTPERSOONBUS": spells_of(
                    "aanvaotot",
                    "eindaotot",
                    ("A", "2018-01-01", "2023-12-31"),
                    ("B", "2018-01-01", "2023-12-30"),
                    ("C", "2023-12-31", "2023-12-31"),
                )
            },
        ),
        Case(
            "For how long already",
            """
een_half_jaar_tot_twee_jaar_bijstand:
  source: BIJSTANDPERSOONBUS
  rule:
    spell_on_peildatum:
      min_months: 6
      max_months: 24
""",
            "een_half_jaar_tot_twee_jaar_bijstand",
            {
                "A": (TRUE, "began exactly six months before: 30 June, the last day of that month"),
                "B": (FALSE, "a day too short"),
                "C": (TRUE, "began exactly 24 months before"),
                "D": (FALSE, "a day too long"),
                "E": (FALSE, "two spells are not added up: the running one began last month"),
            },
            {
                "BIJSTANDPERSOONBUS": spells_of(
                    "aanvbijstand",
                    "eindbijstand",
                    ("A", "2023-06-30", "2023-12-31"),
                    ("B", "2023-07-01", "2023-12-31"),
                    ("C", "2021-12-31", "2023-12-31"),
                    ("D", "2021-12-30", "2023-12-31"),
                    ("E", "2022-01-01", "2023-11-30"),
                    ("E", "2023-12-01", "2023-12-31"),
                )
            },
        ),
    ),
    ("Months count back from the peildatum; in a shorter month its last day is meant.",),
)

SPELL_IN_MONTHS = Section(
    "spell_in_months",
    SpellInMonths,
    (
        Case(
            "In the last three months",
            """
baan_laatste_drie_maanden:
  source: SPOLISBUS
  rule:
    spell_in_months:
      months: 3
""",
            "baan_laatste_drie_maanden",
            {
                "A": (TRUE, "ended on the first of the three months: 1 October"),
                "B": (FALSE, "ended the day before"),
                "C": (TRUE, "began and ended within them"),
            },
            {
                "SPOLISBUS": spells_of(
                    "sdatumaanvangiko",
                    "sdatumeindeiko",
                    ("A", "2023-01-01", "2023-10-01"),
                    ("B", "2023-01-01", "2023-09-30"),
                    ("C", "2023-11-01", "2023-11-30"),
                )
            },
        ),
    ),
)

SPELL_IN_YEAR = Section(
    "spell_in_year",
    SpellInYear,
    (
        Case(
            "In the peiljaar",
            """
thuiszitter:
  source: THUISZITTERS
  rule:
    spell_in_year: {}
""",
            "thuiszitter",
            {
                "A": (TRUE, "ended on New Year's Day"),
                "B": (FALSE, "ended on the day before"),
                "C": (TRUE, "covers the whole year"),
            },
            {
                "THUISZITTERS": spells_of(
                    "begindatum",
                    "einddatum",
                    ("A", "2022-09-01", "2023-01-01"),
                    ("B", "2022-09-01", "2022-12-31"),
                    ("C", "2022-09-01", "9999-12-31"),
                )
            },
        ),
        Case(
            "Who lived in several gemeenten during the year",
            """
thuiszitter:
  source: THUISZITTERS
  rule:
    spell_in_year: {}
""",
            "thuiszitter",
            {
                "A": (UNKNOWN, "no spell was seen, but until June the person lived in 0014, which does not deliver"),
                "B": (FALSE, "0014 was left before the year began"),
                "C": (TRUE, "a spell stands, wherever the person lived"),
                "D": (UNKNOWN, "lives in 0014 now"),
                "E": (UNKNOWN, "until June the person lived at an object that is in no list"),
                "F": (FALSE, "moved within the gemeente, which delivers"),
            },
            {
                "THUISZITTERS": spells_of("begindatum", "einddatum", ("C", "2023-02-01", "2023-03-31")),
                "GBAADRESOBJECTBUS": [
                    *_addresses("A", "there", "2023-06-30", "here"),
                    *_addresses("B", "there", "2022-12-31", "here"),
                    *_addresses("C", "there", "2023-06-30", "here"),
                    *_addresses("D", "here", "2023-06-30", "there"),
                    *_addresses("E", "nowhere", "2023-06-30", "here"),
                    *_addresses("F", "next door", "2023-06-30", "here"),
                ],
                "VSLGWBTAB": [
                    {"object_id": "here", "gem": COVERED},
                    {"object_id": "next door", "gem": COVERED},
                    {"object_id": "there", "gem": UNCOVERED},
                ],
            },
            [{"person": "D", "gemeente": UNCOVERED}],
        ),
    ),
)
