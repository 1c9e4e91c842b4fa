"""What a pair of twins is made of, the text of the good persona, and the edits that several twins share.

What belongs here: edits with a name. What does not: a twin.
"""

from dataclasses import dataclass
from pathlib import Path

from tests.spec.broken import INDICATORS, PERSONA

Edit = tuple[str, str | None, str]


@dataclass(frozen=True)
class Twins:
    """A check, what its bad twin changes and gives, and what the good twin changes."""

    code: str
    bad: tuple[Edit, ...]
    told: tuple[str, ...]
    good: tuple[Edit, ...] = ()


GOOD_PERSONA = (Path(__file__).parents[1] / "good" / PERSONA).read_text(encoding="utf-8")
_LAST = "      address_kind: [opvang_of_briefadres]\n"


def added(name: str, rule: str, source: str = "", kind: str = "probleem", leefgebied: str = "schulden") -> Edit:
    """An indicator at the end of the file."""
    of = f"  source: {source}\n" if source else ""
    words = f"  title: t\n  leefgebied: {leefgebied}\n  kind: {kind}\n  observes: direct\n{of}  rule:\n    {rule}\n"
    return INDICATORS, _LAST, f"{_LAST}{name}:\n{words}"


def second(change: tuple[str, str] = ("", "")) -> Edit:
    """Another persona, the same but for its id and one change."""
    text = GOOD_PERSONA.replace("id: zonder-inkomen", "id: nog-een").replace(*change)
    return "personas/nog-een.yaml", None, text


def problem(name: str) -> Edit:
    return PERSONA, "indicator: schuld", f"indicator: {name}"


def need(name: str) -> Edit:
    return PERSONA, "need: zonder_werk", f"need: {name}"


def voorziening(name: str) -> Edit:
    return PERSONA, "voorziening: inkomensvoorziening", f"voorziening: {name}"
