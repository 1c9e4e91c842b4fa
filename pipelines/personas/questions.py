"""Asking on a terminal for what a new persona needs, one question at a time, until each answer can be used.

What belongs here: the questions. What does not: reading the keyboard (handed in), and writing the file (`scaffold.py`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.errors import SpecError, UserError
from pipelines.indicators.collection import Indicators
from pipelines.personas.mechanisms import Mechanism
from pipelines.personas.phrases import title
from pipelines.personas.scaffold import check_id, check_mechanism, check_voorziening

GEOGRAPHIES = ("land", "provincie", "gemeente", "wijk")
_LISTS = "  (een vraagteken toont de mogelijkheden, een vraagteken met een woord zoekt)"


@dataclass(frozen=True)
class Questions:
    """Where answers come from and go to: `ask` shows a question and returns a line, `say` shows text."""

    ask: Callable[[str], str]
    say: Callable[[str], None]
    specs: Path
    indicators: Indicators
    mechanisms: Mapping[str, Mechanism]
    given: Mapping[str, Any] = field(default_factory=dict)

    def answers(self) -> dict[str, Any]:
        """The choices that were given, and for the rest what was answered. Raises UserError when the answers end."""
        found = {key: value for key, value in self.given.items() if value}
        try:
            self._rest(found)
        except EOFError:
            raise UserError("persona new: the answers ended before the last question; nothing was written.") from None
        return found

    def _rest(self, found: dict[str, Any]) -> None:
        if "id" not in found:
            found["id"] = self._one("Id (wordt de bestandsnaam, zoals ouder-zonder-woning)", self._id)
        if "name" not in found:
            found["name"] = self._one("Naam, zoals lezers hem zien", _text)
        self.say(_LISTS)
        if "population" not in found:
            found["population"] = self._one("Voor wie geldt het? (indicator)", self._indicator, "kenmerk")
        if "problems" not in found:
            first = self._one("Eerste probleem (indicator)", self._indicator, "probleem")
            second = self._one("Tweede probleem (indicator)", self._indicator, "probleem")
            third = self._one("Derde probleem (leeg: geen)", self._maybe, "probleem")
            found["problems"] = tuple(name for name in (first, second, third) if name)
        if "voorziening" not in found:
            found["voorziening"] = self._one(
                "Welke voorziening ontbreekt? (indicator)", self._voorziening, "voorziening"
            )
        if "need" not in found:
            found["need"] = self._one("Waaruit blijkt dat zij nodig is? (indicator)", self._indicator, "behoefte")
        if "mechanisms" not in found:
            found["mechanisms"] = (
                self._one("Waardoor ontbreekt zij misschien? (mechanisme)", self._mechanism, "mechanisme"),
            )
        if "geography" not in found:
            found["geography"] = self._one("Kleinste gebied: land, provincie, gemeente of wijk", _geography)

    def _one(self, question: str, check: Callable[[str], str], kind: str = "") -> str:
        while True:
            answer = self.ask(f"{question}: ").strip()
            if kind and answer.startswith("?"):
                self._show(kind, answer[1:].strip().lower())
                continue
            try:
                return check(answer)
            except SpecError as error:
                self.say(f"  {error}")

    def _show(self, kind: str, word: str) -> None:
        if kind == "mechanisme":
            lines = [f"{slug}: {mechanism.title}" for slug, mechanism in self.mechanisms.items()]
        else:
            # Without a word those that are meant for it; with a word all: a voorziening can be a sign of need.
            shown = [found for found in self.indicators.by_id.values() if word or found.kind == kind]
            lines = [f"{found.id}: {title(found)}" for found in shown]
        for line in lines:
            if word in line.lower():
                self.say(f"  {line}")

    def _id(self, answer: str) -> str:
        check_id(self.specs, answer)
        return answer

    def _indicator(self, answer: str) -> str:
        return self.indicators.get(answer, "persona new").id

    def _maybe(self, answer: str) -> str:
        return self._indicator(answer) if answer else ""

    def _voorziening(self, answer: str) -> str:
        check_voorziening(answer, self.indicators)
        return answer

    def _mechanism(self, answer: str) -> str:
        check_mechanism(answer, self.mechanisms)
        return answer


def _text(answer: str) -> str:
    if not answer:
        raise SpecError("persona new: this cannot be empty.")
    return answer


def _geography(answer: str) -> str:
    if answer not in GEOGRAPHIES:
        raise SpecError(f"persona new: choose {', '.join(GEOGRAPHIES[:-1])} or {GEOGRAPHIES[-1]}.")
    return answer
