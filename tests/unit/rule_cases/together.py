"""Cases of several records together: counts and sums."""

from pipelines.indicators.spec import Count, Sum
from tests.unit.rule_cases.model import FALSE, TRUE, UNKNOWN, Case, Section

COUNT = Section(
    "count",
    Count,
    (
        Case(
            "Records",
            """
herhaald_verdacht:
  source: VERDTAB
  rule:
    count:
      at_least: 2
""",
            "herhaald_verdacht",
            {"A": (TRUE, "two records"), "B": (FALSE, "one"), "C": (FALSE, "none")},
            {"VERDTAB": [{"person": person, "verdvolgnummer": n} for person, n in (("A", 1), ("A", 2), ("B", 1))]},
        ),
        Case(
            "Different values of a column",
            """
twee_soorten_ggz:
  source: GGZZPMPRESTATIETAB
  rule:
    count:
      at_least: 2
      distinct: zpmdiagnose
      where: {zpmdiagnose: [SG01, SG03, SG04]}
""",
            "twee_soorten_ggz",
            {
                "A": (TRUE, "two different diagnoses"),
                "B": (FALSE, "one of the two is not asked for"),
                "C": (FALSE, "one diagnosis, and a record without: a missing value is no value"),
            },
            {
                "GGZZPMPRESTATIETAB": [
                    {"person": person, "zpmdiagnose": code}
                    for person, code in (("A", "SG01"), ("A", "SG03"), ("B", "SG01"), ("B", "BG01"), ("C", "SG01"), ("C", None))
                ]
            },
        ),
        Case(
            "Spells of the last months, one of them unclear",
            """
vaak_thuis:
  source: THUISZITTERS
  rule:
    count:
      at_least: 2
      months: 12
      where: {verzuimsoort: [A, R]}
""",
            "vaak_thuis",
            {
                "A": (TRUE, "two spells touch the last twelve months"),
                "B": (FALSE, "one of the two ended before them"),
                "C": (UNKNOWN, "with the unclear one there would be two"),
                "D": (FALSE, "also with the unclear one there is only one"),
            },
            {
                "THUISZITTERS": [
                    {"person": person, "verzuimsoort": code, "begindatum": begin, "einddatum": end}
                    for person, code, begin, end in (
                        ("A", "A", "2022-11-01", "2023-01-01"),
                        ("A", "R", "2023-10-01", "9999-12-31"),
                        ("B", "A", "2022-11-01", "2022-12-31"),
                        ("B", "R", "2023-10-01", "9999-12-31"),
                        ("C", None, "2023-01-01", "2023-02-01"),
                        ("C", "R", "2023-10-01", "9999-12-31"),
                        ("D", None, "2023-01-01", "2023-02-01"),
                    )
                ]
            },
        ),
    ),
)  # fmt: skip

SUM = Section(
    "sum",
    Sum,
    (
        Case(
            "An amount over several records",
            """
loon_boven_drempel:
  source: SPOLISBUS
  rule:
    sum:
      column: sbasisloon
      at_least: 3000.3
      months: 6
""",
            "loon_boven_drempel",
            {
                "A": (TRUE, "1,001.68 and 1,998.62 together, exactly"),
                "B": (FALSE, "the larger amount ended more than six months ago"),
                "C": (UNKNOWN, "an amount is missing"),
                "D": (TRUE, "an amount is missing, but the others suffice"),
                "E": (FALSE, "no record"),
            },
            {
                "SPOLISBUS": [
                    {"person": person, "sbasisloon": amount, "sdatumaanvangiko": begin, "sdatumeindeiko": end}
                    for person, amount, begin, end in (
                        ("A", 1001.68, "2023-07-01", "2023-07-31"),
                        ("A", 1998.62, "2023-08-01", "2023-12-31"),
                        ("B", 2500.0, "2023-01-01", "2023-06-30"),
                        ("B", 600.0, "2023-08-01", "2023-12-31"),
                        ("C", 2000.0, "2023-07-01", "2023-07-31"),
                        ("C", None, "2023-08-01", "2023-12-31"),
                        ("D", 3100.0, "2023-07-01", "2023-07-31"),
                        ("D", None, "2023-08-01", "2023-12-31"),
                    )
                ]
            },
        ),
    ),
    ("Amounts are added up as decimals, so that the order of the records does not matter.",),
)
