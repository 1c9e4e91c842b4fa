"""The indicators as a whole: by name, and what each rests on.

What belongs here: questions about specs that were read. What does not: reading them (`load.py`).
"""

from dataclasses import dataclass
from functools import cached_property

from pipelines.errors import SpecError, nearest
from pipelines.indicators.spec import Indicator


@dataclass(frozen=True)
class Indicators:
    """All indicators by id, in order of file and place."""

    by_id: dict[str, Indicator]

    @cached_property
    def stated(self) -> "Indicators":
        """The same, as their files state them, whatever feeds them."""
        return Indicators({name: indicator.stated for name, indicator in self.by_id.items()})

    def get(self, name: str, asked_by: str) -> Indicator:
        """The indicator of this name; raise SpecError with the nearest known name otherwise."""
        if name not in self.by_id:
            raise SpecError(f"{asked_by}: no indicator '{name}'.{nearest(name, self.by_id)}")
        return self.by_id[name]

    @cached_property
    def from_themes(self) -> tuple[Indicator, ...]:
        """Indicators that are read from a theme of the Stapelingsmonitor instead of a component file."""
        return tuple(indicator for indicator in self.by_id.values() if indicator.stated is not indicator)

    @cached_property
    def base(self) -> tuple[Indicator, ...]:
        """Indicators that have a bit of their own, in bit order."""
        return tuple(indicator for indicator in self.by_id.values() if indicator.is_base)

    def base_of(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Ids of the base indicators that these indicators rest on, in bit order."""
        wanted: set[str] = set()
        stack = list(names)
        while stack:
            indicator = self.by_id[stack.pop()]
            if indicator.is_base:
                wanted.add(indicator.id)
            stack.extend(indicator.rule.combines)
        return tuple(indicator.id for indicator in self.base if indicator.id in wanted)

    def sources_of(self, name: str) -> tuple[str, ...]:
        """Registers that an indicator rests on, in order of name; also those in which nothing may have begun."""
        found: set[str] = set()
        for indicator in (self.by_id[under] for under in self.all_under(name)):
            if indicator.source is not None:
                found.add(indicator.source)
            if indicator.rule.ended_and_nothing_began is not None:
                found |= {rows.source for rows in indicator.rule.ended_and_nothing_began.nothing_of}
        return tuple(sorted(found))

    def all_under(self, name: str) -> tuple[str, ...]:
        """The indicator itself and every indicator that it refers to, directly or not."""
        found: list[str] = []
        stack = [name]
        while stack:
            current = stack.pop()
            if current not in found:
                found.append(current)
                stack.extend(self.by_id[current].rule.refers_to)
        return tuple(found)

    def reads_others(self, name: str) -> bool:
        """Does its value hang on the rows of other members of the household, directly or not? Never declared by the
        author: one person would then move the states of others, which a person-unit plan must refuse."""
        return any(self.by_id[found].rule.household_member is not None for found in self.all_under(name))
