"""Invented people: what is true of them, what is not known, and where they must live for that.

What belongs here: people, in words of indicators. What does not: rows and files (`tiny.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

from pipelines.facts.gemeenten import gemeenten
from pipelines.indicators.collection import Indicators
from pipelines.indicators.load import load_indicators
from pipelines.indicators.spec import Indicator
from pipelines.personas.implied import implies
from pipelines.registers.catalogue_model import Catalogue, Register, load_catalogue

PEILJAAR = 2023
GEMEENTEN = ("GM0363", "GM0344", "GM0014")
"""Amsterdam and Utrecht deliver everything; Groningen delivers no municipal files. Their objects are always there."""

SUPPLYING = ("GM0363", "GM0344")

MISSING = frozenset(
    {"leeftijd_18_tot_aow", "adres_opvang_of_briefadres", "verslaving_medicatie", "schuld_smal", "bijstand"}
)
"""What is true of somebody who misses the voorziening of `dakloos-verslaafd-schulden`, where everything is delivered."""

SERVED = MISSING | {"schuldregeling_minnelijk"}
"""The same of somebody who has it."""


@cache
def specs() -> Indicators:
    """The indicator specs of this checkout."""
    return load_indicators(Path(__file__).resolve().parents[1] / "persona_specs" / "indicators", load_catalogue())


@dataclass(frozen=True)
class Invented:
    """One invented person: RIN, gemeente, and base indicators that are true, or not known.

    Who has something unknown because a gemeente does not deliver it must live there (see `place_of`).
    """

    rin: int
    gemeente: str = "GM0363"
    has: frozenset[str] = frozenset()
    age: int | None = None
    sex: str = "1"
    kind: str = "R"
    unknown: frozenset[str] = frozenset()


def implied(names: Iterable[str]) -> frozenset[str]:
    """The base indicators that nobody with these can lack, themselves left out."""
    given = frozenset(names)
    base = [indicator for indicator in specs().base if indicator.id in given]
    return frozenset(other.id for other in specs().base if any(implies(one, other) for one in base)) - given


def municipal_registers() -> tuple[str, ...]:
    """The registers that gemeenten may not deliver."""
    return tuple(name for name, register in load_catalogue().registers.items() if register.coverage == "per_gemeente")


def place_of(unknown: Iterable[str]) -> str:
    """A gemeente that does not deliver the registers of these indicators, and delivers all others."""
    sources = {specs().by_id[name].source for name in unknown}
    return places()[frozenset(name for name in municipal_registers() if name in sources)]


def cannot_hide(unknown: Iterable[str]) -> frozenset[str]:
    """Of these indicators those that a delivery cannot leave unknown for one person."""
    return frozenset(name for name in unknown if not _can_hide(specs().by_id[name], load_catalogue()))


def _can_hide(indicator: Indicator, catalogue: Catalogue) -> bool:
    if indicator.source is None:
        return False
    register = catalogue.register(indicator.source)
    return register.coverage == "per_gemeente" or register.absence == "onbekend" or bool(emptied(indicator, register))


def emptied(indicator: Indicator, register: Register) -> dict[str, str]:
    """Delivered column -> a code that says that the value is missing, for the columns that the rule reads."""
    rule = indicator.rule.on_register
    columns = [register.column(name) for name in (*getattr(rule, "where", {}), *getattr(rule, "between", {}))]
    return {column.delivered(PEILJAAR): column.missing[0] for column in columns if column.missing}


@cache
def places() -> dict[frozenset[str], str]:
    """Registers that are not delivered -> a gemeente of which that is so."""
    registers = municipal_registers()
    silent = [frozenset(found) for size in range(1, len(registers)) for found in combinations(registers, size)]
    others = [gemeente.code for gemeente in gemeenten(PEILJAAR) if gemeente.code not in GEMEENTEN]
    found = {frozenset[str](): GEMEENTEN[0], frozenset(registers): GEMEENTEN[2]}
    return found | dict(zip(silent, others, strict=False))


def number_of(gemeente: str) -> int:
    return (
        GEMEENTEN.index(gemeente) if gemeente in GEMEENTEN else len(GEMEENTEN) + list(places().values()).index(gemeente)
    )


def age_of(person: Invented) -> int:
    """An age at which the most of the person's age indicators are true, and the fewest others."""
    if person.age is not None:
        return person.age
    ages = {i.id: i.rule.person.age for i in specs().base if i.rule.person and i.rule.person.age}

    def fits(age: int) -> tuple[int, int]:
        true = {name for name, found in ages.items() if found.start <= age and (found.to is None or age <= found.to)}
        return len(true & person.has), -len(true - person.has)

    best = max(fits(age) for age in range(100))
    fitting = [age for age in range(100) if fits(age) == best]
    return fitting[len(fitting) // 2]
