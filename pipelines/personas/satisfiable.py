"""Can it be? Whether some person could meet a set of demands on indicators, and what that says of a persona.

What belongs here: searching three-valued truth over the base indicators. What does not: the words (`lint_logic.py`),
and what two rules say of each other (`implied.py`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pipelines.indicators.collection import Indicators
from pipelines.indicators.spec import EndedAndNothingBegan, Indicator, Rows
from pipelines.personas.implied import excludes, implies
from pipelines.personas.reference import holds
from pipelines.personas.spec import Persona
from pipelines.registers.catalogue_model import Catalogue

MOST_STEPS = 20_000
"""Steps of one search. A persona takes a few dozen; where they do not suffice, the answer is that it can be."""

Demand = tuple[str, bool]
"""An indicator, and whether it must be true or false."""


@dataclass
class Search:
    """Searches for people over the base indicators of one persona."""

    persona: Persona
    indicators: Indicators
    catalogue: Catalogue
    _steps: int = field(default=0, init=False)

    def can(self, demands: Iterable[Demand], given: Mapping[str, bool] | None = None) -> bool:
        """Can all demands hold at once, for somebody of whom `given` is so?"""
        self._steps = 0
        chosen: dict[str, bool | None] = dict(given or {})
        return self._extend(tuple(demands), chosen, [name for name in self._base if name not in chosen])

    def can_be_unknown(self) -> bool:
        """Can somebody land in unknown? If so, then also with everything unknown that can be: less knowledge never makes
        a condition false."""
        self._steps = 0
        chosen: dict[str, bool | None] = dict.fromkeys(self._unknowable)
        return self._somebody_unknown(chosen, [name for name in self._base if name not in chosen])

    def _extend(self, demands: tuple[Demand, ...], chosen: dict[str, bool | None], open_: list[str]) -> bool:
        self._steps += 1
        if self._steps > MOST_STEPS:
            return True
        values = [(holds(name, chosen.get, self.indicators), wanted) for name, wanted in demands]
        if any(value is not None and value != wanted for value, wanted in values):
            return False
        if not open_:
            return all(value is not None for value, _ in values)
        return any(
            self._extend(demands, {**chosen, open_[0]: value}, open_[1:])
            for value in (True, False)
            if self._fits(open_[0], value, chosen)
        )

    def _somebody_unknown(self, chosen: dict[str, bool | None], open_: list[str]) -> bool:
        self._steps += 1
        if self._steps > MOST_STEPS:
            return True
        values = [holds(name, chosen.get, self.indicators) for name in self.persona.indicators]
        if False in values[:-1]:
            return False
        if not open_:
            return None in values
        return any(
            self._somebody_unknown({**chosen, open_[0]: value}, open_[1:])
            for value in (True, False)
            if self._fits(open_[0], value, chosen)
        )

    def _fits(self, name: str, value: bool, chosen: Mapping[str, bool | None]) -> bool:
        """Does it agree with what was chosen before?"""
        for other, found in chosen.items():
            if value and found is True and (name, other) in self._apart:
                return False
            if value and found is False and (name, other) in self._brings:
                return False
            if not value and found is True and (other, name) in self._brings:
                return False
        return True

    @cached_property
    def _base(self) -> tuple[str, ...]:
        return self.indicators.base_of(self.persona.indicators)

    @cached_property
    def _brings(self) -> frozenset[tuple[str, str]]:
        return frozenset((a, b) for a, b in self._pairs if implies(self._of(a), self._of(b)))

    @cached_property
    def _apart(self) -> frozenset[tuple[str, str]]:
        return frozenset((a, b) for a, b in self._pairs if excludes(self._of(a), self._of(b), self.catalogue))

    @cached_property
    def _unknowable(self) -> tuple[str, ...]:
        return tuple(name for name in self._base if can_be_unknown(self._of(name), self.catalogue))

    @property
    def _pairs(self) -> list[tuple[str, str]]:
        return [(a, b) for a in self._base for b in self._base if a != b]

    def _of(self, name: str) -> Indicator:
        return self.indicators.by_id[name]


def can_be_unknown(indicator: Indicator, catalogue: Catalogue) -> bool:
    """Can a base indicator be unknown of a person in the BRP, when all registers that cover the nation are delivered? A
    missing year of birth is too rare to hope for."""
    rule = indicator.rule.on_register
    if rule is None or indicator.source is None:
        return indicator.rule.person is None or indicator.rule.person.address_kind is not None
    sources = [indicator.source]
    if isinstance(rule, EndedAndNothingBegan):
        sources += [rows.source for rows in rule.nothing_of]
    registers = [catalogue.register(name) for name in sources]
    if any(register.coverage == "per_gemeente" or register.absence == "onbekend" for register in registers):
        return True
    columns = rule.asked if isinstance(rule, Rows) else ()
    return any(registers[0].column(name).missing for name in columns)
