"""The catalogue of rules, for `blindevlek check --list` and docs/reference/validation-rules.md.

What belongs here: rules as text. What does not: rules (the suites have them).

`python -m expectations.rule_list` writes the page again.
"""

import re
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from expectations.ground import everything
from expectations.rules import CODES, LEVELS, Rule
from expectations.runner import all_rules
from pipelines.facts.gemeenten import DEFAULT_PEILJAAR
from pipelines.indicators.collection import Indicators
from pipelines.registers.catalogue_model import Catalogue

CHECKOUT = Path(__file__).resolve().parents[1]
PAGE = CHECKOUT / "docs" / "reference" / "validation-rules.md"

_OPENING = """# Validation rules

Made from the suites by `python -m expectations.rule_list`; do not edit it by hand. How to read an outcome and mend
data: [how-to](../how-to/validation.md). Why it is built this way: [decision 018](../decisions/018-validation.md).

"Type" is the main type of validation rule in the European Statistical System, "level" the validation level of
Methodology for data validation 2.0. "Blocking": nothing is counted while it fails. "Warning": somebody should look,
and counting goes on. A rule exists when its tables do: those of a register that was not delivered are left out.
"""

_SINCE = """
## {suite}

| rule | type | level | kind | severity | holds when |
|---|---|---|---|---|---|
"""


def rules_of(catalogue: Catalogue, indicators: Indicators, peiljaar: int) -> tuple[Rule, ...]:
    """Every rule that a peiljaar can have, whatever was delivered."""
    return all_rules(everything(catalogue, indicators, peiljaar))


def listed(catalogue: Catalogue, indicators: Indicators, peiljaar: int) -> list[str]:
    """One line a rule: id, table, type, level, kind, severity, title."""
    rules = rules_of(catalogue, indicators, peiljaar)
    wide, table = (max(len(text) for text in texts) for texts in zip(*((r.id, r.table) for r in rules), strict=True))
    return [
        f"{r.id:{wide}}  {r.table:{table}}  {r.code}  {r.level}  {r.kind:11}  {r.severity:8}  {r.title}" for r in rules
    ]


def page(catalogue: Catalogue, indicators: Indicators, peiljaar: int) -> str:
    """The reference page, as Markdown."""
    rules = rules_of(catalogue, indicators, peiljaar)
    used = {rule.code for rule in rules}
    types = "".join(f"| {code} | {words} |\n" for code, words in CODES.items() if code in used)
    levels = "".join(f"| {level} | {words} |\n" for level, words in LEVELS.items())
    suites = "".join(_suite(suite, of_suite) for suite, of_suite in groupby(rules, lambda rule: rule.suite))
    return (
        f"{_OPENING}\n{len(rules)} rules of peiljaar {peiljaar}.\n\n| type | means |\n|---|---|\n{types}\n"
        f"| level | compares |\n|---|---|\n{levels}{suites}"
    )


def _suite(suite: str, rules: Iterable[Rule]) -> str:
    rows = "".join(
        f"| `{r.id}` | {r.code} | {r.level} | {r.kind} | {r.severity} | {_escaped(r.title)} |\n" for r in rules
    )
    return _SINCE.format(suite=suite) + rows


def _escaped(text: str) -> str:
    return re.sub(r"([|<>*_])", r"\\\1", text)


def main() -> None:
    """Write the page of the last peiljaar."""
    from pipelines.indicators.load import load_indicators
    from pipelines.registers.catalogue_model import load_catalogue

    catalogue = load_catalogue()
    indicators = load_indicators(CHECKOUT / "persona_specs" / "indicators", catalogue)
    PAGE.write_text(page(catalogue, indicators, DEFAULT_PEILJAAR), encoding="utf-8")


if __name__ == "__main__":
    main()
