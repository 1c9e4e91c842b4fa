"""Cases of what came after what: ended, followed by nothing, moved."""

from pipelines.indicators.spec import EndedAndNothingBegan, Moved, SpellEnded
from tests.unit.rule_cases.model import FALSE, TRUE, UNKNOWN, Case, Section, spells_of
from tests.unit.rule_kluis import UNCOVERED

SPELL_ENDED = Section(
    "spell_ended",
    SpellEnded,
    (
        Case(
            "Three to fifteen months ago",
            """
ao_beeindigd:
  source: AOTOTPERSOONBUS
  rule:
    spell_ended:
      months_before: {from: 3, to: 15}
""",
            "ao_beeindigd",
            {
                "A": (TRUE, "ended on the last day that counts, three months before"),
                "B": (FALSE, "a day later"),
                "C": (FALSE, "fifteen months before: that day no longer counts"),
                "D": (FALSE, "another spell covers the day after, so it has not ended"),
                "E": (TRUE, "a day lies between the two spells"),
            },
            {
                "AOTOTPERSOONBUS": spells_of(
                    "aanvaotot",
                    "eindaotot",
                    ("A", "2018-01-01", "2023-09-30"),
                    ("B", "2018-01-01", "2023-10-01"),
                    ("C", "2018-01-01", "2022-09-30"),
                    ("D", "2018-01-01", "2023-04-30"),
                    ("D", "2023-05-01", "2023-12-31"),
                    ("E", "2018-01-01", "2023-04-30"),
                    ("E", "2023-05-02", "2023-12-31"),
                )
            },
        ),
        Case(
            "Until the peildatum, of one kind",
            """
verblijf_gestopt:
  source: JGDHULPBUS
  rule:
    spell_ended:
      where: {jgdhhulpvorm: ['11', '14']}
      months_before: {to: 24}
""",
            "verblijf_gestopt",
            {
                "A": (TRUE, "ended on the day before the peildatum"),
                "B": (FALSE, "covers the peildatum: it still runs, whatever its last day"),
                "C": (FALSE, "other help followed at once: whatever its code, it continues the spell"),
                "D": (UNKNOWN, "what ended has no code"),
                "E": (FALSE, "what ended has another code"),
            },
            {
                "JGDHULPBUS": [
                    {"person": person, "jgdhhulpvorm": code, "jgdhgeldigheidbegindatum": begin, "jgdhgeldigheideinddatum": end}
                    for person, code, begin, end in (
                        ("A", "11", "2022-01-01", "2023-12-30"),
                        ("B", "11", "2022-01-01", "2023-12-31"),
                        ("C", "11", "2022-01-01", "2023-05-31"),
                        ("C", "24", "2023-06-01", "9999-12-31"),
                        ("D", None, "2022-01-01", "2023-05-31"),
                        ("E", "24", "2022-01-01", "2023-05-31"),
                    )
                ]
            },
        ),
    ),
    ("`from` left out is 0, `to` left out is any time ago.",),
)  # fmt: skip

ENDED = Section(
    "ended_and_nothing_began",
    EndedAndNothingBegan,
    (
        Case(
            "A job lost, and no new job or benefit within three months",
            """
baan_weg:
  source: SPOLISBUS
  rule:
    ended_and_nothing_began:
      months_before: {from: 1, to: 12}
      nothing_of:
        - source: SPOLISBUS
        - source: WWPERSOONBUS
      within_months: 3
""",
            "baan_weg",
            {
                "A": (TRUE, "ended, and nothing followed"),
                "B": (FALSE, "a benefit began on the last day that counts, three months after the end"),
                "C": (TRUE, "a benefit began a day later"),
                "D": (FALSE, "another job covered the day after the end"),
                "E": (FALSE, "ended less than a month before the peildatum"),
                "F": (TRUE, "a second job ended, and nothing followed that one"),
            },
            {
                "SPOLISBUS": spells_of(
                    "sdatumaanvangiko",
                    "sdatumeindeiko",
                    ("A", "2023-01-01", "2023-05-31"),
                    ("B", "2023-01-01", "2023-05-31"),
                    ("C", "2023-01-01", "2023-05-31"),
                    ("D", "2023-01-01", "2023-05-31"),
                    ("D", "2023-03-01", "2023-12-31"),
                    ("E", "2023-01-01", "2023-12-10"),
                    ("F", "2023-01-01", "2023-03-31"),
                    ("F", "2023-05-01", "2023-08-31"),
                ),
                "WWPERSOONBUS": spells_of(
                    "aanvww", "eindww", ("B", "2023-08-31", "2023-12-31"), ("C", "2023-09-01", "2023-12-31")
                ),
            },
        ),
        Case(
            "What may follow is not delivered everywhere, or unclear",
            """
hulp_zonder_vervolg:
  source: JGDHULPBUS
  rule:
    ended_and_nothing_began:
      months_before: {to: 12}
      nothing_of:
        - source: WMOBUS
          where: {typearrangement: ['1', '5']}
      within_months: 6
""",
            "hulp_zonder_vervolg",
            {
                "A": (TRUE, "nothing followed, and the gemeente delivers what might have"),
                "B": (UNKNOWN, "nothing was seen, but the gemeente does not deliver what might have followed"),
                "C": (FALSE, "nothing ended, so it does not matter what the gemeente delivers"),
                "D": (FALSE, "help of one of the kinds followed"),
                "E": (TRUE, "help of another kind followed"),
                "F": (UNKNOWN, "help of a kind that is missing followed"),
                "G": (FALSE, "the gemeente does not deliver, but help that another one gave followed"),
            },
            {
                "JGDHULPBUS": [
                    {"person": person, "jgdhhulpvorm": "11", "jgdhgeldigheidbegindatum": "2020-01-01", "jgdhgeldigheideinddatum": end}
                    for person, end in (
                        ("A", "2023-06-30"),
                        ("B", "2023-06-30"),
                        ("C", "9999-12-31"),
                        ("D", "2023-06-30"),
                        ("E", "2023-06-30"),
                        ("F", "2023-06-30"),
                        ("G", "2023-06-30"),
                    )
                ],
                "WMOBUS": [
                    {"person": person, "typearrangement": code, "wmodatumaanvang": "2023-09-01", "wmodatumeinde": "9999-12-31"}
                    for person, code in (("D", "1"), ("E", "4"), ("F", None), ("G", "1"))
                ],
            },
            [{"person": person, "gemeente": UNCOVERED} for person in ("B", "C", "G")],
        ),
    ),
    (
        "Each spell that ended is looked at by itself: one that nothing followed is enough.",
        "A register of `nothing_of` must have spells, and its silence must mean no.",
    ),
)  # fmt: skip

MOVED = Section(
    "moved",
    Moved,
    (
        Case(
            "Twice in a year",
            """
meermaals_verhuisd:
  source: GBAADRESOBJECTBUS
  rule:
    moved:
      months: 12
      at_least: 2
""",
            "meermaals_verhuisd",
            {
                "A": (TRUE, "two addresses began in the last twelve months, after an earlier one"),
                "B": (FALSE, "two began, but the first of them is the first ever: one move"),
                "C": (FALSE, "one of the two began exactly twelve months before, a day too early"),
                "D": (TRUE, "three began, the first ever among them: two moves"),
            },
            {
                "GBAADRESOBJECTBUS": spells_of(
                    "gbadatumaanvangadreshouding",
                    "gbadatumeindeadreshouding",
                    ("A", "2015-01-01", "2022-12-31"),
                    ("A", "2023-01-01", "2023-06-30"),
                    ("A", "2023-07-01", "2023-12-31"),
                    ("B", "2023-02-01", "2023-06-30"),
                    ("B", "2023-07-01", "2023-12-31"),
                    ("C", "2015-01-01", "2022-12-30"),
                    ("C", "2022-12-31", "2023-06-30"),
                    ("C", "2023-07-01", "2023-12-31"),
                    ("D", "2023-02-01", "2023-03-31"),
                    ("D", "2023-04-01", "2023-06-30"),
                    ("D", "2023-07-01", "2023-12-31"),
                )
            },
        ),
    ),
)
