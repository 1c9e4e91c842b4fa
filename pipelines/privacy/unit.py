"""The unit of privacy: whose rows may come, go or change, and how far that moves a table at most.

What belongs here: the two units a plan can have, their distance, and the words that a ledger and a measurement file keep.
What does not: counting within the bound (`release/cells.py`, `indicators/patterns.py`), the noise.
"""

import re
from dataclasses import dataclass

from pipelines.errors import BudgetError

_PERSON = "person, add or remove"
_HOUSEHOLD = re.compile(r"household of at most ([1-9][0-9]?) counted members, replaced by another")

MOST_MEMBERS = 20
"""More members than this are no household; and the noise grows with their number."""


@dataclass(frozen=True)
class Unit:
    """One person, whose rows are there or not (`members` None); or one household, of which at most `members` are counted
    and whose rows may be replaced by any others. Raises BudgetError for a number of members that is none."""

    members: int | None = None

    def __post_init__(self) -> None:
        if self.members is not None and not 1 <= self.members <= MOST_MEMBERS:
            raise BudgetError(
                f"A household counts for at least 1 and at most {MOST_MEMBERS} members; found {self.members}. Set `members` of "
                "the plan to a number between those."
            )

    @property
    def kind(self) -> str:
        """`person` or `household`."""
        return "person" if self.members is None else "household"

    @property
    def words(self) -> str:
        """The unit as a ledger entry and a measurement file state it."""
        if self.members is None:
            return _PERSON
        return f"household of at most {self.members} counted members, replaced by another"

    def l2_squared(self, contributions: int) -> int:
        """The square of the L2 distance that one unit moves a table at most: K for a person, 2 m^2 K for a household.

        Proof of both: docs/privacy/sensitivity.md.
        """
        return contributions if self.members is None else 2 * self.members**2 * contributions


PERSON = Unit()


def unit_of(words: str) -> Unit:
    """The unit that `Unit.words` wrote. Raises ValueError for any other text."""
    if words == _PERSON:
        return PERSON
    found = _HOUSEHOLD.fullmatch(words)
    if found is None:
        raise ValueError("no unit of privacy")
    return Unit(int(found[1]))
