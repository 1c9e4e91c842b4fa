"""The errors a user can meet, each with its exit code.

What belongs here: the error families and nothing else. A message says what was found, what is allowed and
what to do; it never holds a value of a data row, an exact count or the text of a library. What does not
belong here: catching errors (the front doors do that).
"""

from collections.abc import Iterable
from difflib import get_close_matches

EXIT_OK = 0
EXIT_INTERNAL = 1
EXIT_USAGE = 2


class UserError(Exception):
    """Something a user can mend. Shown as its message alone, without a traceback."""

    exit_code = 3


class SpecError(UserError):
    """A spec, plan or catalogue entry that cannot be used; names the file and the line."""

    exit_code = 4


class DeliveryError(UserError):
    """A delivery that is refused; names the file, the column and the remedy. Nothing was changed."""

    exit_code = 5


class CheckFailed(UserError):
    """A validation suite failed; names the rules, never the rows. `parts`: which parts of a validation failed; empty
    when it is not known."""

    exit_code = 6

    def __init__(self, message: str, parts: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.parts = frozenset(parts)


class BudgetError(UserError):
    """A spend that the ledger refuses. Nothing was drawn and nothing was spent."""

    exit_code = 7


class RoomError(UserError):
    """A room (kluis, wachtruimte, openbaar) that is not what it should be: key, lock, permissions."""

    exit_code = 8


class NotDueError(UserError):
    """`status` found work waiting; schedulers read this from the exit code."""

    exit_code = 10


class KluisError(Exception):
    """A database call inside the kluis failed. Holds the step and the kind of failure, no library text.

    Library messages quote row values (a failing cast prints the string, a duplicate key its value), so
    they are never carried along. `failure`: the kind of failure, as the library names it; empty when it is not known.
    """

    exit_code = EXIT_INTERNAL

    def __init__(self, message: str, failure: str = "") -> None:
        super().__init__(message)
        self.failure = failure


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint with the nearest known name, or an empty text: `" Did you mean 'wsnp'?"`. Capitals do not count."""
    plain = {one.lower(): one for one in known}
    found = get_close_matches(name.lower(), list(plain), n=1, cutoff=0.6)
    return f" Did you mean '{plain[found[0]]}'?" if found else ""
