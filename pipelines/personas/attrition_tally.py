"""The arithmetic of attrition over patterns: a bitmask of what is true, one of what is known, and how many people.

What belongs here: three-valued counting over a few hundred patterns. What does not: people, files, words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Part = Literal["funnel", "alone", "without", "within"]
STATES = ("missing", "served", "unknown", "not_counted")


@dataclass(frozen=True)
class Pattern:
    """People of whom the same is true and the same is known: bit i for condition i, the last for the voorziening."""

    true: int
    known: int
    people: int


@dataclass(frozen=True)
class Tally:
    """A set of conditions over a group: people for whom all hold, one does not, or it is open (they add up to the
    group); and those not ruled out, by the state they would have: missing, served or unknown."""

    true: int = 0
    false: int = 0
    open: int = 0
    missing: int = 0
    served: int = 0
    unknown: int = 0


@dataclass(frozen=True)
class Row:
    """One line of the answer. `place` is the bit of the condition (-1 for everyone). In `without`, `added` is the
    difference with the whole persona: (missing, served, unknown); unknown can go down. In `within`, `state` says
    within which state the condition is counted."""

    part: Part
    place: int
    tally: Tally
    state: str = ""
    added: tuple[int, int, int] | None = None


def attrition_rows(patterns: Iterable[Pattern], conditions: int) -> tuple[Row, ...]:
    """The funnel in order, each condition alone (the voorziening last), the persona without each condition, and each
    condition within each state."""
    found = tuple(patterns)
    whole_mask = (1 << conditions) - 1
    whole = tally(found, whole_mask, conditions)
    rows = [Row("funnel", place, tally(found, (1 << place + 1) - 1, conditions)) for place in range(-1, conditions)]
    rows += [Row("alone", place, tally(found, 1 << place, conditions)) for place in range(conditions + 1)]
    for place in range(conditions):
        left = tally(found, whole_mask & ~(1 << place), conditions)
        added = (left.missing - whole.missing, left.served - whole.served, left.unknown - whole.unknown)
        rows.append(Row("without", place, left, added=added))
    for state in STATES:
        inside = [pattern for pattern in found if state_of(pattern, conditions) == state]
        rows += [Row("within", place, tally(inside, 1 << place, conditions), state) for place in range(conditions + 1)]
    return tuple(rows)


def tally(patterns: Iterable[Pattern], mask: int, voorziening: int) -> Tally:
    """Count the patterns under the conditions of a mask. `voorziening` is the bit of the voorziening."""
    sums = dict.fromkeys(Tally.__dataclass_fields__, 0)
    for pattern in patterns:
        held = _all_hold(pattern, mask)
        sums["open" if held is None else "true" if held else "false"] += pattern.people
        if held is not False:
            sums[_state(held, pattern, voorziening)] += pattern.people
    return Tally(**sums)


def state_of(pattern: Pattern, conditions: int) -> str:
    """The state of a pattern under all conditions: missing, served, unknown or not_counted."""
    held = _all_hold(pattern, (1 << conditions) - 1)
    return "not_counted" if held is False else _state(held, pattern, conditions)


def _all_hold(pattern: Pattern, mask: int) -> bool | None:
    """Three-valued AND: false beats unknown beats true."""
    if pattern.known & ~pattern.true & mask:
        return False
    return True if pattern.true & mask == mask else None


def _state(held: bool | None, pattern: Pattern, voorziening: int) -> str:
    bit = 1 << voorziening
    if held is None or not pattern.known & bit:
        return "unknown"
    return "served" if pattern.true & bit else "missing"
