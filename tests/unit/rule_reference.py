"""The reference of rules, written from the cases that are tested: `python -m tests.unit.rule_reference` writes it.

What belongs here: laying out cases as a page. What does not: the cases (`rule_cases`).
"""

import inspect
import re
from pathlib import Path

from pipelines.indicators.spec import Rule
from tests.unit.rule_cases import SECTIONS
from tests.unit.rule_cases.misuses import MISUSES
from tests.unit.rule_cases.model import Case, Section
from tests.unit.rule_kluis import UNCOVERED, Cell, Row

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "rules.md"

_OPENING = """\
# Rules of indicators

An indicator is a fact of one person: **true**, **false** or **unknown**. Its rule says how it follows from the rows of
one register. These are all the rules there are; combinations of indicators make the rest.

Every table below is a test. `tests/unit/rule_cases` holds the rows and what each invented person must be, the real
compiler is run on them, and this page is written from the same cases (`python -m tests.unit.rule_reference`). In all of
them the peildatum is 31 December 2023, and a person lives in a gemeente that delivers every register unless it is said
otherwise. An empty cell is a value that is missing.

## What is true, false and unknown

An indicator on a register is

* **true** when the rows say so;
* **unknown** when a missing value leaves it open, or when the person is not in a register that does not know everybody
  (`absence: onbekend` in the catalogue);
* **unknown** when the register was not delivered, or not for every gemeente where the person lived in the days that the
  rule looks at, or not for all those days;
* **false** otherwise.

The days that a rule looks at end on the peildatum. They are that day alone for a spell that covers it, the last months
for a rule that names months, and the peiljaar for a rule that names no time. "Nothing followed" is a "no" too: a rule
about what ended is true only where the register of what might have followed speaks for all those gemeenten and days.
"""
_WORDS = {True: "true", False: "false", None: "unknown"}


def page() -> str:
    """The whole page."""
    contents = "\n".join(f"* [`{s.rule}`](#{_anchor(s.rule)})" for s in SECTIONS)
    sections = "\n".join(_section(section) for section in SECTIONS)
    return f"{_OPENING}\n## The rules\n\n{contents}\n\n{sections}\n{_misuses()}"


def _section(section: Section) -> str:
    meaning = "" if section.model is Rule else f"\n{_prose(section.model)}\n"
    cases = "\n".join(_case(case) for case in section.cases)
    edges = "\n".join(f"* {edge}" for edge in section.edges)
    return f"## {section.rule}\n{meaning}\n{cases}" + (f"\n{edges}\n" if edges else "")


def _case(case: Case) -> str:
    tables = "\n".join(f"`{name}`\n\n{_table(rows)}" for name, rows in case.rows.items())
    people = [_person(row) for row in case.people]
    if people:
        tables += f"\n{'Where they live' if 'lives in' in people[0] else 'People'}\n\n{_table(people)}"
    outcomes = "\n".join(
        f"| {person} | **{_WORDS[value]}** | {why} |" for person, (value, why) in sorted(case.outcomes.items())
    )
    return (
        f"### {case.title}\n\n```yaml\n{case.yaml.strip()}\n```\n\n{tables}\n"
        f"| person | `{case.asked}` | because |\n|---|---|---|\n{outcomes}\n"
    )


def _person(row: Row) -> Row:
    """A row of people in words: the gemeente matters only for what it delivers."""
    if "gemeente" not in row:
        return row
    assert row["gemeente"] == UNCOVERED
    return {"person": row["person"], "lives in": "a gemeente that delivers no municipal register"}


def _table(rows: list[Row]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    lines += [f"| {' | '.join(_cell(row.get(name)) for name in names)} |" for row in rows]
    return "\n".join(lines) + "\n"


def _cell(value: Cell) -> str:
    return "" if value is None else "runs" if value == "9999-12-31" else str(value)


def _misuses() -> str:
    rows = "\n".join(
        f"| {misuse.what} | `{misuse.yaml}`{f' on {misuse.source}' if misuse.source else ''} | {_escaped(misuse.told)} |"
        for misuse in MISUSES
    )
    return (
        "## What is refused\n\nA rule that cannot run, or that would be true of nobody or of everybody, is refused when "
        f"it is read, with file and line.\n\n| what | rule | its author is told |\n|---|---|---|\n{rows}\n"
    )


def _prose(model: type) -> str:
    """The docstring of a model: its meaning, said once, in the code. Models are named as authors write their rules."""
    text = re.sub(r"(?<!\n)\n(?!\n)", " ", inspect.getdoc(model) or "")
    return text.replace("`SpellEnded`", "`spell_ended`")


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


def _anchor(heading: str) -> str:
    return re.sub(r"[^a-z0-9_ -]", "", heading.lower()).replace(" ", "-")


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
