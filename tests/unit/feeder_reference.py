"""The reference of feeders, written from the specs: `python -m tests.unit.feeder_reference` writes it.

What belongs here: laying out as a page what the specs decide. What does not: the decisions (`persona_specs/indicators`).
"""

from collections.abc import Iterable
from pathlib import Path

from pipelines.indicators.collection import Indicators
from pipelines.indicators.load import load_indicators
from pipelines.indicators.spec import Indicator, OnRegister, Rows
from pipelines.registers.catalogue_model import load_catalogue

CHECKOUT = Path(__file__).resolve().parents[2]
PAGE = CHECKOUT / "docs" / "reference" / "feeders.md"

_OPENING = """\
# Feeders of the indicators

Indicators come from the component files of each scheme, or from the themes of the Stapelingsmonitor where a theme means the
same (`BLINDEVLEK_FEEDER`, see [how-to](../how-to/stapelingsmonitor.md)). This page says of every indicator which it is. It is
written from `persona_specs/indicators` by `python -m tests.unit.feeder_reference`; the reasons stand there, in Dutch, as
partners read them.

{counts}

What holds for every theme:

* A theme has one row per person in the BRP on 31 December with a valid address. Who has no row, or an empty value, is
  **unknown**; in a component file without a row the answer is no where silence means no. So a few people without a valid
  address are known from components only.
* A theme has no dates. What asks for a duration, for what ended or for what began stays with its component file.
* "Assumes" names what no document that we could read says. Check it against the documentation of the themes before a real
  delivery is fed this way; where it turns out otherwise, write `differs` instead of the rule.
* On the synthetic Netherlands both feeders are compared person by person (`tests/end_to_end/test_feeders.py`). That proves the
  rules and the reading, and none of the assumptions.

"""


def page() -> str:
    """The whole page."""
    specs = load_indicators(CHECKOUT / "persona_specs" / "indicators", load_catalogue())
    on_register = [i for i in specs.base if i.source is not None]
    same = [i for i in on_register if _theme(i) is not None]
    other = [i for i in on_register if _theme(i) is None]
    own = [i for i in specs.base if i.source is None]
    combined = [i for i in specs.by_id.values() if not i.is_base]
    counts = (
        f"Of {len(specs.by_id)} indicators {len(same)} have a rule on a theme, {len(other)} stay with their component file,\n"
        f"{len(own)} are read from the counting population, and {len(combined)} are combinations of these."
    )
    return (
        _OPENING.format(counts=counts)
        + _section(
            "From a theme", "indicator | component | theme | assumes | who is unknown otherwise", map(_same, same)
        )
        + _section(
            "From the component file with either feeder", "indicator | component | why no theme", map(_other, other)
        )
        + _section("From the counting population with either feeder", "indicator | what", map(_own, own))
        + _section("Combinations", "indicator | from themes | from elsewhere", (_combined(i, specs) for i in combined))
    ).rstrip() + "\n"


def _section(title: str, head: str, rows: Iterable[str]) -> str:
    lines = [f"| {head} |", f"|{'---|' * (head.count('|') + 1)}", *rows]
    return f"## {title}\n\n" + "\n".join(lines) + "\n\n"


def _theme(indicator: Indicator) -> OnRegister | None:
    theme = indicator.stapelingsmonitor
    return theme.rule.on_register if theme is not None and theme.rule is not None else None


def _same(indicator: Indicator) -> str:
    theme, rule = indicator.stapelingsmonitor, _theme(indicator)
    assert theme is not None
    assert isinstance(rule, Rows)
    columns = " or ".join(f"`{column}`" for column in rule.asked)
    told = [f"{theme.source}: {columns}", theme.assumes or "", theme.unknown or ""]
    return _row(f"`{indicator.id}`", str(indicator.source), *told)


def _other(indicator: Indicator) -> str:
    theme = indicator.stapelingsmonitor
    return _row(f"`{indicator.id}`", str(indicator.source), (theme.differs if theme else None) or "not decided yet")


def _own(indicator: Indicator) -> str:
    fact = indicator.rule.person
    what = "age" if fact is not None and fact.age is not None else "kind of address"
    return _row(f"`{indicator.id}`", what)


def _combined(indicator: Indicator, specs: Indicators) -> str:
    under = [specs.by_id[name] for name in specs.base_of((indicator.id,))]
    fed = [f"`{i.id}`" for i in under if _theme(i) is not None]
    rest = [f"`{i.id}`" for i in under if _theme(i) is None]
    return _row(f"`{indicator.id}`", ", ".join(fed), ", ".join(rest))


def _row(*cells: str) -> str:
    return f"| {' | '.join(' '.join(cell.split()).replace('|', '&#124;') for cell in cells)} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
