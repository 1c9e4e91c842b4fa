"""A question that is not answered, with what the reader can do about it.

What belongs here: the refusal itself, and how text of a reader is shown back. What does not: when to refuse, and the
bodies of version 3 and version 4.
"""

from collections.abc import Iterable
from difflib import get_close_matches

_SHOWN = 60


class Refusal(Exception):
    """An answer without data: an HTTP status, and a Dutch sentence that teaches. Never library text, never a path."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def shown(text: str) -> str:
    """What a reader sent, short and without anything that is not printed."""
    clean = "".join(letter if letter.isprintable() else "?" for letter in text[:_SHOWN])
    return f"'{clean}{'...' if len(text) > _SHOWN else ''}'"


def unknown(what: str, name: str, known: Iterable[str]) -> Refusal:
    """A refusal of a name that is not there, with the nearest one that is, and all of them when they are few."""
    there = list(known)
    near = get_close_matches(name[:_SHOWN], there, n=1, cutoff=0.5)
    hint = f" Bedoelde u '{near[0]}'?" if near else ""
    listed = f" Toegestaan: {', '.join(there)}." if len(there) <= _SHOWN else ""
    return Refusal(400, f"{what} {shown(name)} bestaat niet.{hint}{listed}")
