"""What was read from a YAML file: the data, the line of every value, and how faults in it are told.

What belongs here: places, lines and the words of a refusal. What does not: parsing (`yaml_text.py`).
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pipelines.errors import SpecError

Place = tuple[str | int, ...]
"""Keys and numbers of list items from the top of a file: `("problems", 1, "indicator")`."""


class PlainDate(str):
    """A date or time that stands in the file without quotes: where a text is wanted, the author may mean another."""


MOST_FAULTS = 5
"""How many faults are told at once: more does not help who mends them one by one."""
_LONGEST = 60


@dataclass(frozen=True)
class Fault:
    """Something wrong at a place: what was found, what is allowed, what to do. `code` is that of the lint check that
    says the same; `line` overrules the line of the place."""

    place: Place
    text: str
    code: str = ""
    line: int | None = None
    on_key: bool = False
    """Does it concern the key itself, and not its value?"""


@dataclass(frozen=True)
class Document:
    """One file: its name, its data, and per place the line of the key (or list item) and of the value."""

    name: str
    data: Any
    lines: dict[Place, tuple[int, int]]

    def line(self, place: Place, on_key: bool = False) -> int:
        """The line of a place, or of the nearest place above it that stands in the file."""
        while place and place not in self.lines:
            place = place[:-1]
        key, value = self.lines.get(place, (1, 1))
        return key if on_key else value

    def line_of(self, fault: Fault) -> int:
        """The line on which a fault is shown."""
        return fault.line if fault.line is not None else self.line(fault.place, fault.on_key)

    def told(self, fault: Fault, label: str = "") -> str:
        """`file:line: place: what is wrong`; a label, if any, comes before the place."""
        where = f"{path_text(fault.place)}: " if fault.place else ""
        end = "" if fault.text[-1] in ".?" else "."
        return f"{printable(self.name)}:{self.line_of(fault)}: {label}{where}{fault.text}{end}"


def refuse(document: Document, faults: Iterable[Fault]) -> None:
    """Raise SpecError with the first faults, one a line, when there are any."""
    refuse_all([(document, fault) for fault in faults])


def refuse_all(found: list[tuple[Document, Fault]]) -> None:
    """As `refuse`, for faults of several files: in order of file as given, then of line."""
    if not found:
        return
    files = list(dict.fromkeys(document.name for document, _ in found))
    found.sort(key=lambda item: (files.index(item[0].name), item[0].line_of(item[1])))
    told = list(dict.fromkeys(document.told(fault) for document, fault in found))
    more = len(told) - MOST_FAULTS
    rest = [f"... and {more} more. Mend these first."] if more > 0 else []
    raise SpecError("\n".join([*told[:MOST_FAULTS], *rest]))


def path_text(place: Place) -> str:
    """A place as people write it: `problems[1].indicator`."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{shown(part)}" if text else shown(part)
    return text


def shown(value: object) -> str:
    """A value as it is quoted in a message: short, and safe for any terminal."""
    text = str(value)
    return printable(text if len(text) <= _LONGEST else text[:_LONGEST] + "...")


def quoted(value: object) -> str:
    """A found value in words: text in quotes, other things by what they are."""
    if isinstance(value, str):
        foreign = [c for c in value if c.isalnum() and not c.isascii() and not _is_latin(c)]
        looks = f", in which {printable(foreign[0])} is {unicodedata.name(foreign[0], 'foreign')}" if foreign else ""
        return f"'{shown(value)}'{looks}"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, dict):
        return "keys with values"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "nothing" if value is None else shown(value)


def printable(text: str) -> str:
    """The text with characters that a plain terminal cannot show written as escapes."""
    return "".join(c if c.isprintable() and (c.isascii() or _is_latin(c)) else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def _is_latin(character: str) -> bool:
    """Can a Western European terminal show it?"""
    return "\xa1" <= character <= "\xff" and character != "\xad"
