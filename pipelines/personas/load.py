"""Reading persona specs, and refusing what cannot be counted.

What belongs here: loading, and fingerprints. What does not: the model (`spec.py`), and the rules that need the
indicators (`checks.py`).
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.errors import SpecError, nearest
from pipelines.indicators.collection import Indicators
from pipelines.indicators.spec import Indicator
from pipelines.personas.checks import persona_faults
from pipelines.personas.spec import Persona
from pipelines.state import fingerprint
from pipelines.yaml_document import Document, Fault, Place, printable, refuse_all, shown
from pipelines.yaml_files import build_model, read_document


@dataclass(frozen=True)
class Personas:
    """All personas by id, in order of id, and the files in which they stand (as far as they were read from files)."""

    by_id: dict[str, Persona]
    documents: dict[str, Document] = field(default_factory=dict)

    def get(self, name: str, asked_by: str) -> Persona:
        """The persona of this id; raise SpecError with the nearest known id otherwise."""
        if name not in self.by_id:
            hint = nearest(name[:100], self.by_id) or f" Known: {', '.join(self.by_id)}."
            raise SpecError(f"{asked_by}: no persona '{shown(name)}'.{hint}")
        return self.by_id[name]

    def at(self, name: str, place: Place = ()) -> str:
        """`file:line` of a place in a persona, or its file alone when it was not read from one."""
        if name not in self.documents:
            return f"{name}.yaml"
        return f"{self.documents[name].name}:{self.documents[name].line(place)}"


def load_personas(folder: Path, indicators: Indicators) -> Personas:
    """Read all `*.yaml` in a folder, one persona each. Raises SpecError with file and line."""
    by_id: dict[str, Persona] = {}
    documents: dict[str, Document] = {}
    found: list[tuple[Document, Fault]] = []
    for path in sorted(folder.glob("*.yaml")):
        document = read_document(path)
        persona, faults = build_persona(document, path.stem, indicators)
        found.extend((document, fault) for fault in faults)
        if persona is not None:
            by_id[persona.id], documents[persona.id] = persona, document
    refuse_all(found)
    if not by_id:
        raise SpecError(f"no persona specs in {folder}: the folder must hold *.yaml files.")
    return Personas(by_id, documents)


def build_persona(document: Document, stem: str, indicators: Indicators) -> tuple[Persona | None, list[Fault]]:
    """The persona of a file named `stem`, and every fault that keeps it from being counted. None when the file does
    not fit the model at all; a persona with faults is given for those who want to say more about it."""
    persona, faults = build_model(document.data, Persona, ())
    if persona is None:
        return None, faults
    if persona.id != stem:
        words = f"the id is '{shown(persona.id)}' and the file is called {printable(stem)}.yaml; file name and id must be the same"
        faults.append(Fault(("id",), words))
    return persona, [*faults, *persona_faults(persona, indicators)]


def check_persona(persona: Persona, indicators: Indicators, file: str) -> None:
    """Raise SpecError when a persona cannot be counted; `file` names where it comes from."""
    document = Document(file, None, {})
    refuse_all([(document, fault) for fault in persona_faults(persona, indicators)])


def persona_fingerprint(persona: Persona, indicators: Indicators) -> str:
    """SHA-256 of the spec, texts included, and of every indicator under it: what a review accepts."""
    return fingerprint(persona.canonical(), *(indicator.fingerprint for indicator in _used(persona, indicators)))


def counting_fingerprint(persona: Persona, indicators: Indicators) -> str:
    """SHA-256 of what decides who is counted: a better text is not another measurement, nor is a new version for its sake."""
    # Whether wijken are measured is the plan's to say, and then the public cells hold it: a plan without them counts the same.
    smallest = "gemeente" if persona.smallest_geography == "wijk" else persona.smallest_geography
    counted = json.dumps([persona.id, persona.indicators, smallest])
    return fingerprint(counted, *(indicator.counting_fingerprint for indicator in _used(persona, indicators)))


def _used(persona: Persona, indicators: Indicators) -> list[Indicator]:
    names = sorted({found for name in persona.indicators for found in indicators.all_under(name)})
    return [indicators.by_id[name] for name in names]
