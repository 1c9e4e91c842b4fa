"""The page of refusals, made from the table of damage: `python -m tests.damage.page`.

What belongs here: the words around the table. What does not: the kinds (`kinds.py`).
"""

from pathlib import Path

from tests.damage.kinds import chapters, every_kind

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "refusals.md"

_INTRODUCTION = """# What a delivery is refused for

Made from the table of damage in `tests/damage` by `python -m tests.damage.page`; do not edit it by hand.

{number} kinds of damage. Each is done to a small good delivery in a test: `blindevlek ingest` then ends with exit code 5, says
what stands below (with file and column, never a value of a row), leaves every table and the register of deliveries as they were, and
takes in the mended delivery. A full disk ends with exit code 8, and changes nothing either.

What only several tables together can show (spells that overlap on the peildatum, single ends before their begins, people in no frame,
objects that are not there) is found by `blindevlek check` after ingest: exit code 6, and nothing is counted. Those rules stand in
[validation-rules.md](validation-rules.md), each with a bad twin in `tests/expectations`.
"""


def page() -> str:
    """The whole page."""
    parts = [_INTRODUCTION.format(number=len(every_kind()))]
    for title, kinds in chapters().items():
        lines = [f"| {kind.wrong} | ... {_cell(kind.says)} ... | {kind.do} |" for kind in kinds]
        parts.append(
            "\n".join(
                [f"## {title}", "", "| what was wrong | the message says | what to do |", "|---|---|---|", *lines]
            )
            + "\n"
        )
    return "\n".join(parts)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
