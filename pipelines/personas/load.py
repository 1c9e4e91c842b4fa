"""Reading persona specs, and refusing what cannot be counted.

What belongs here: loading, and the rules that need the indicators. What does not: the model (`spec.py`).
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import SpecError, nearest
from pipelines.indicators.collection import Indicators
from pipelines.indicators.spec import Indicator
from pipelines.personas.reference import lands_in
from pipelines.personas.spec import Persona
from pipelines.state import fingerprint
from pipelines.yaml_files import read_model


@dataclass(frozen=True)
class Personas:
    """All personas by id, in order of id."""

    by_id: dict[str, Persona]

    def get(self, name: str, asked_by: str) -> Persona:
        """The persona of this id; raise SpecError with the nearest known id otherwise."""
        if name not in self.by_id:
            raise SpecError(f"{asked_by}: no persona '{name}'.{nearest(name, self.by_id)}")
        return self.by_id[name]


def load_personas(folder: Path, indicators: Indicators) -> Personas:
    """Read all `*.yaml` in a folder, one persona each. Raises SpecError with file and line."""
    by_id: dict[str, Persona] = {}
    for path in sorted(folder.glob("*.yaml")):
        persona = read_model(path, Persona)
        if persona.id != path.stem:
            raise SpecError(f"{path.name}: the id is '{persona.id}'; file name and id must be the same.")
        try:
            check_persona(persona, indicators, path.name)
        except SpecError as error:
            raise SpecError(_with_line(str(error), path)) from None
        by_id[persona.id] = persona
    if not by_id:
        raise SpecError(f"no persona specs in {folder}: the folder must hold *.yaml files.")
    return Personas(by_id)


def check_persona(persona: Persona, indicators: Indicators, file: str) -> None:
    """Raise SpecError when names are unknown or the need refers to the voorziening."""
    missing = persona.missing_voorziening
    for name in (*persona.indicators, *persona.characteristic_voorzieningen):
        indicators.get(name, file)
    if indicators.by_id[missing.voorziening].kind != "voorziening":
        raise SpecError(f"{file}: missing_voorziening.voorziening: '{missing.voorziening}' is not a voorziening.")
    shared = _shared(indicators, missing.need, missing.voorziening)
    if shared:
        raise SpecError(
            f"{file}: missing_voorziening.need: '{missing.need}' refers to the voorziening "
            f"'{missing.voorziening}' (through {shared[0]}), so that nobody can be served and the reach says "
            "nothing. Choose a sign of need that stands apart from the voorziening."
        )
    for problem in persona.problems:
        own = indicators.by_id[problem.indicator].leefgebied
        if problem.leefgebied != own:
            raise SpecError(
                f"{file}: problems: '{problem.indicator}' is of leefgebied {own}, and here stands {problem.leefgebied}. "
                f"Write {own}, or choose another indicator."
            )
    for example in persona.examples:
        for name in (*example.has, *example.unknown):
            if not indicators.get(name, f"{file}: example '{example.who}'").is_base:
                raise SpecError(
                    f"{file}: example '{example.who}': '{name}' is a combination; name what it is made of: "
                    f"{', '.join(indicators.base_of((name,)))}."
                )
            known = indicators.base_of(persona.indicators)
            if name not in known:
                raise SpecError(
                    f"{file}: example '{example.who}': '{name}' plays no part in this persona.{nearest(name, known)}"
                )
    _check_examples(persona, indicators, file)


def _check_examples(persona: Persona, indicators: Indicators, file: str) -> None:
    for example in persona.examples:
        found = lands_in(persona, example, indicators)
        if found != example.lands_in:
            raise SpecError(
                f"{file}: example '{example.who}' says that this person lands in {example.lands_in}, and the definition "
                f"puts them in {found}. Mend the example, or the definition."
            )


def _with_line(message: str, path: Path) -> str:
    """The message with the line of the first thing that it quotes, where the file has it."""
    lines = path.read_text(encoding="utf-8").splitlines()
    patterns = [rf"\b{key}: +{re.escape(text)}\s*$" for key, text in re.findall(r"(\w+): '([^']+)'", message)]
    for text in re.findall(r"'([^']+)'", message):
        # As a value of a key or list first: the story may use the same word.
        patterns += [rf"[:\[,-] *{re.escape(text)}\s*([\],]|$)", rf"(?<![\w-]){re.escape(text)}(?![\w-])"]
    for pattern in patterns:
        for number, line in enumerate(lines, start=1):
            if re.search(pattern, line):
                return message.replace(f"{path.name}:", f"{path.name}:{number}:", 1)
    return message


def persona_fingerprint(persona: Persona, indicators: Indicators) -> str:
    """SHA-256 of the spec, texts included, and of every indicator under it: what a review accepts."""
    return fingerprint(persona.canonical(), *(indicator.fingerprint for indicator in _used(persona, indicators)))


def counting_fingerprint(persona: Persona, indicators: Indicators) -> str:
    """SHA-256 of what decides who is counted: a better text is not another measurement."""
    counted = json.dumps([persona.id, persona.version, persona.indicators, persona.smallest_geography])
    return fingerprint(counted, *(indicator.counting_fingerprint for indicator in _used(persona, indicators)))


def _used(persona: Persona, indicators: Indicators) -> list[Indicator]:
    names = sorted({found for name in persona.indicators for found in indicators.all_under(name)})
    return [indicators.by_id[name] for name in names]


def _shared(indicators: Indicators, need: str, voorziening: str) -> list[str]:
    common = set(indicators.all_under(need)) & set(indicators.all_under(voorziening))
    return sorted(common)
