"""What a case of a rule is: rows in, and what each invented person is, and why."""

from dataclasses import dataclass, field

from tests.unit.rule_kluis import Row

TRUE, FALSE, UNKNOWN = True, False, None


@dataclass(frozen=True)
class Case:
    """A rule as an author writes it, rows of registers, and per person the outcome with the reason.

    `asked` is the indicator that is looked at; `people` adds what the rows of `persons` say of some.
    """

    title: str
    yaml: str
    asked: str
    outcomes: dict[str, tuple[bool | None, str]]
    rows: dict[str, list[Row]] = field(default_factory=dict)
    people: list[Row] = field(default_factory=list)
    note: str = ""


@dataclass(frozen=True)
class Section:
    """One rule: the model whose docstring is its meaning, and cases."""

    rule: str
    model: type
    cases: tuple[Case, ...]
    edges: tuple[str, ...] = ()


def spells_of(begin: str, end: str, *spells: tuple[str, str, str], **columns: str | int | float | None) -> list[Row]:
    """Rows of (person, first day, last day) under the names of these columns."""
    return [{"person": person, begin: first, end: last, **columns} for person, first, last in spells]
