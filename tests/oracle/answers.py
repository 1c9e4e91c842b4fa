"""Where the compilers and the oracle say something else of somebody.

What belongs here: putting two answers side by side. What does not: working either out.
"""

from collections.abc import Iterable, Mapping, Sequence

Answers = Mapping[int, Sequence[bool | None]]
"""Person -> true, false or unknown, for each name in order."""


def differing(
    names: Sequence[str], compiled: Iterable[tuple[int, *tuple[bool | None, ...]]], naive: Answers
) -> set[str]:
    """The indicators of which somebody gets another value."""
    return {
        name
        for person, *values in compiled
        for name, mine, its in zip(names, values, naive[person], strict=True)
        if mine is not its
    }
