"""Every rule of the vocabulary on a few rows: the cases behind the tests of rules and behind docs/reference/rules.md.

What belongs here: cases. What does not: running them (`rule_kluis.py`) and laying them out (`rule_reference.py`). The
peildatum is 31 December 2023; a person lives in a gemeente that delivers everything, unless a row of people says
otherwise.
"""

from tests.unit.rule_cases.model import Case, Section
from tests.unit.rule_cases.people import COMBINATIONS, MEMBER, PERSON
from tests.unit.rule_cases.records import RECORD_EXISTS, ROWS
from tests.unit.rule_cases.sequences import ENDED, MOVED, SPELL_ENDED
from tests.unit.rule_cases.spells import SPELL_IN_MONTHS, SPELL_IN_YEAR, SPELL_ON_PEILDATUM
from tests.unit.rule_cases.together import COUNT, SUM

SECTIONS: tuple[Section, ...] = (
    ROWS, RECORD_EXISTS, SPELL_ON_PEILDATUM, SPELL_IN_MONTHS, SPELL_IN_YEAR, SPELL_ENDED, ENDED, COUNT, SUM, MOVED,
    PERSON, MEMBER, COMBINATIONS,
)  # fmt: skip

CASES: tuple[Case, ...] = tuple(case for section in SECTIONS for case in section.cases)
