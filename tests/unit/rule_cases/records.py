"""Cases of records: which count, and any of them."""

from pipelines.indicators.spec import RecordExists, Rows
from tests.unit.rule_cases.model import FALSE, TRUE, UNKNOWN, Case, Section
from tests.unit.rule_kluis import UNCOVERED

ROWS = Section(
    "where and between",
    Rows,
    (
        Case(
            "Codes of a column",
            """
antipsychotica:
  source: MEDICIJNTAB
  rule:
    record_exists:
      where: {atc4: [N05A]}
""",
            "antipsychotica",
            {
                "A": (TRUE, "a record holds the code"),
                "B": (FALSE, "no record holds it"),
                "C": (FALSE, "no record at all, and the absence of a record means no"),
                "D": (UNKNOWN, "the code is missing: it may have been N05A"),
                "E": (TRUE, "one record is unclear, another decides"),
            },
            {
                "MEDICIJNTAB": [
                    {"person": "A", "atc4": "N05A"},
                    {"person": "A", "atc4": "C07A"},
                    {"person": "B", "atc4": "C07A"},
                    {"person": "D", "atc4": None},
                    {"person": "E", "atc4": None},
                    {"person": "E", "atc4": "N05A"},
                ]
            },
        ),
        Case(
            "Numbers of a column, in a register that does not know everybody",
            """
laag_inkomen:
  source: INPATAB
  rule:
    record_exists:
      between: {inpp100ppers: {from: -1, to: 10}}
""",
            "laag_inkomen",
            {
                "A": (TRUE, "10 is within the range: both ends count"),
                "B": (FALSE, "11 is outside it"),
                "C": (UNKNOWN, "not in the register, whose silence says nothing"),
                "D": (UNKNOWN, "in the register, and the number is missing"),
                "E": (TRUE, "-1 is the other end"),
            },
            {
                "INPATAB": [
                    {"person": "A", "inpp100ppers": 10},
                    {"person": "B", "inpp100ppers": 11},
                    {"person": "D", "inpp100ppers": None},
                    {"person": "E", "inpp100ppers": -1},
                ]
            },
        ),
        Case(
            "Two columns at once, in a register that some gemeenten do not deliver",
            """
arrangement_bij_vrijstelling:
  source: THUISZITTERS
  rule:
    spell_in_year:
      where: {verzuimsoort: [V], arrangement: ['1']}
""",
            "arrangement_bij_vrijstelling",
            {
                "A": (TRUE, "both codes fit"),
                "B": (FALSE, "one code is missing, but the other says no"),
                "C": (UNKNOWN, "one code fits and the other is missing"),
                "D": (FALSE, "one code is missing, but the spell lies outside the year"),
                "E": (TRUE, "the gemeente does not deliver, but a record of one that does says so"),
                "F": (UNKNOWN, "the gemeente does not deliver, and no record was seen"),
            },
            {
                "THUISZITTERS": [
                    {"person": "A", "verzuimsoort": "V", "arrangement": "1", "begindatum": "2023-03-01", "einddatum": "2023-06-30"},
                    {"person": "B", "verzuimsoort": "A", "arrangement": None, "begindatum": "2023-03-01", "einddatum": "2023-06-30"},
                    {"person": "C", "verzuimsoort": "V", "arrangement": None, "begindatum": "2023-03-01", "einddatum": "2023-06-30"},
                    {"person": "D", "verzuimsoort": "V", "arrangement": None, "begindatum": "2022-03-01", "einddatum": "2022-06-30"},
                    {"person": "E", "verzuimsoort": "V", "arrangement": "1", "begindatum": "2023-03-01", "einddatum": "2023-06-30"},
                ]
            },
            [{"person": person, "gemeente": UNCOVERED} for person in ("E", "F")],
        ),
        Case(
            "One of several columns, in a theme of the Stapelingsmonitor, which came with figures and with words",
            """
pleegzorg_of_daghulp:
  source: STAPMON10JEUGD
  rule:
    record_exists:
      where_any: {jhmpleeg: ['1', Ja], jhzdag: ['1', Ja]}
""",
            "pleegzorg_of_daghulp",
            {
                "A": (TRUE, "one of the columns says yes, in a word"),
                "B": (FALSE, "both say no"),
                "C": (UNKNOWN, "one says no and the other is missing"),
                "D": (TRUE, "one is missing, and the other decides"),
                "E": (UNKNOWN, "no row: not in the population of the monitor, which says nothing"),
            },
            {
                "STAPMON10JEUGD": [
                    {"person": "A", "jhmpleeg": "0", "jhzdag": "Ja"},
                    {"person": "B", "jhmpleeg": "0", "jhzdag": "Nee"},
                    {"person": "C", "jhmpleeg": "0", "jhzdag": None},
                    {"person": "D", "jhmpleeg": None, "jhzdag": "1"},
                ]
            },
        ),
    ),
    (
        "Codes are texts, in quotes when they look like numbers: `['01']`.",
        "A code that says that a value is missing cannot be asked for: the indicator is unknown by itself.",
        "A register that was not delivered at all covers nobody: everything that rests on it is unknown.",
    ),
)  # fmt: skip

RECORD_EXISTS = Section(
    "record_exists",
    RecordExists,
    (
        Case(
            "Any record",
            """
vroegsignaal:
  source: VROEGSIGNALERING
  rule:
    record_exists: {}
""",
            "vroegsignaal",
            {
                "A": (TRUE, "a record"),
                "B": (FALSE, "none, and the gemeente delivers"),
                "C": (UNKNOWN, "none, and the gemeente does not deliver"),
            },
            {"VROEGSIGNALERING": [{"person": "A", "signaaldatum": "2023-06-15", "signaalsoort": "H"}]},
            [{"person": "C", "gemeente": UNCOVERED}],
        ),
    ),
    ("On a register with spells every spell in the file counts, also one of years ago.",),
)
