"""Lint of persona specs: what is refused, what is unwise, and what deserves a thought.

What belongs here: reading everything, and running the checks of the other `lint_*` modules. What does not: the checks.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pipelines.errors import SpecError
from pipelines.indicators.collection import Indicators
from pipelines.indicators.feeders import COMPONENTS, Feeder
from pipelines.indicators.load import IndicatorFiles, load_indicator_files
from pipelines.personas.checks import ONE_LEEFGEBIED, persona_faults
from pipelines.personas.lint_life import life_findings
from pipelines.personas.lint_logic import logic_faults
from pipelines.personas.lint_model import ERROR, REFUSED, Finding, Subject, finding
from pipelines.personas.lint_texts import example_faults, text_faults
from pipelines.personas.lint_use import use_faults
from pipelines.personas.load import build_persona
from pipelines.personas.mechanisms import Mechanism, read_mechanisms
from pipelines.personas.spec import Persona
from pipelines.registers.catalogue_model import Catalogue
from pipelines.yaml_document import Document, Fault
from pipelines.yaml_faults import unknown
from pipelines.yaml_files import build_model, read_document

CHECKS = (logic_faults, text_faults, example_faults, use_faults)


@dataclass(frozen=True)
class _Read:
    """A persona file as far as it could be read, and what the loader says of it."""

    stem: str
    document: Document | None
    persona: Persona | None
    refused: tuple[Finding, ...]


def lint(specs: Path, catalogue: Catalogue, names: tuple[str, ...] = (), feeder: Feeder = COMPONENTS) -> list[Finding]:
    """Findings in the personas of these names (all without names, and then also what no persona uses), by file and line,
    over the rules of one feeder (whether those of both can run is checked either way).

    Raises SpecError for an unknown name, and when indicators or mechanisms themselves do not load.
    """
    files = load_indicator_files(specs / "indicators", catalogue, feeder)
    mechanisms = read_mechanisms(specs / "mechanisms.yaml")
    every = [_read(path, files.indicators, mechanisms) for path in sorted((specs / "personas").glob("*.yaml"))]
    for name in names:
        if name not in [read.stem for read in every]:
            raise SpecError(f"persona lint: {unknown(name, tuple(read.stem for read in every), 'persona')}")
    found: list[Finding] = []
    for read in every:
        if not names or read.stem in names:
            found.extend(_of_persona(read, every, files.indicators, catalogue, mechanisms))
    personas = [read.persona for read in every if read.persona is not None and (not names or read.stem in names)]
    known = [persona for persona in personas if set(persona.indicators) <= set(files.indicators.by_id)]
    found.extend(life_findings(specs, known, files.indicators))
    if not names:
        found.extend(_unused_indicators(files, personas))
        found.extend(_unused_mechanisms(specs / "mechanisms.yaml", mechanisms, personas))
    return found


def _read(path: Path, indicators: Indicators, mechanisms: dict[str, Mechanism]) -> _Read:
    try:
        document = read_document(path)
    except SpecError as error:
        lines = [line for line in str(error).splitlines() if not line.startswith("...")]
        return _Read(path.stem, None, None, tuple(Finding(REFUSED, _labelled(line)) for line in lines))
    persona, faults = build_persona(document, path.stem, indicators)
    if persona is None:
        persona, faults = _with_a_reason(document, indicators, faults)
    faults = [*faults, *_unknown_mechanisms(persona, mechanisms)]
    return _Read(path.stem, document, persona, tuple(_in_order(document, faults)))


def _labelled(line: str) -> str:
    """A line of a SpecError (`file:line: words`) with the severity and code in it."""
    parts = line.split(": ", 1)
    return f"{parts[0]}: {ERROR} {REFUSED}: {parts[1]}" if len(parts) == 2 else f"{ERROR} {REFUSED}: {line}"


def _with_a_reason(
    document: Document, indicators: Indicators, faults: list[Fault]
) -> tuple[Persona | None, list[Fault]]:
    """A persona that only lacks a reason for problems of one leefgebied is looked at as if it had one."""
    if not isinstance(document.data, dict):
        return None, faults
    persona, _ = build_model({**document.data, "same_leefgebied_reason": "not stated"}, Persona, ())
    if persona is None:
        return None, faults
    return persona, [*(replace(fault, code=ONE_LEEFGEBIED) for fault in faults), *persona_faults(persona, indicators)]


def _unknown_mechanisms(persona: Persona | None, mechanisms: dict[str, Mechanism]) -> Iterator[Fault]:
    for number, slug in enumerate(persona.missing_voorziening.uitsluitingsmechanismen if persona else ()):
        if slug not in mechanisms:
            place = ("missing_voorziening", "uitsluitingsmechanismen", number)
            yield Fault(place, unknown(slug, tuple(mechanisms), "mechanism"))


def _of_persona(
    read: _Read, every: list[_Read], indicators: Indicators, catalogue: Catalogue, mechanisms: dict[str, Mechanism]
) -> list[Finding]:
    """What the loader refuses first. The other checks need names that are known."""
    found = list(read.refused)
    if read.persona is None or read.document is None or not set(read.persona.indicators) <= set(indicators.by_id):
        return found
    others = tuple(other.persona for other in every if other.persona is not None and other is not read)
    subject = Subject(read.persona, read.document, indicators, catalogue, mechanisms, others)
    faults = [fault for check in CHECKS for fault in check(subject)]
    return [*found, *_in_order(read.document, faults)]


def _in_order(document: Document, faults: list[Fault]) -> list[Finding]:
    ordered = sorted(faults, key=lambda fault: (document.line_of(fault), fault.code))
    return [finding(document, fault) for fault in ordered]


def _unused_indicators(files: IndicatorFiles, personas: list[Persona]) -> list[Finding]:
    known = files.indicators.by_id
    named = {name for persona in personas for name in (*persona.indicators, *persona.characteristic_voorzieningen)}
    used = {found for name in named & set(known) for found in files.indicators.all_under(name)}
    words = "no persona uses this indicator; take it out, or deprecate it (`status: deprecated`)"
    return [
        finding(files.documents[name], Fault((name,), words, code="BV012", on_key=True))
        for name, indicator in known.items()
        if name not in used and indicator.status != "deprecated"
    ]


def _unused_mechanisms(path: Path, mechanisms: dict[str, Mechanism], personas: list[Persona]) -> list[Finding]:
    used = {slug for persona in personas for slug in persona.missing_voorziening.uitsluitingsmechanismen}
    document = read_document(path)
    words = "no persona names this mechanism yet"
    return [
        finding(document, Fault((slug,), words, code="BV015", on_key=True)) for slug in mechanisms if slug not in used
    ]
