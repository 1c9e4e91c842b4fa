"""Lint of the life of personas: what was accepted and how, and the files that keep it.

What belongs here: asking the lifecycle what it would refuse before a measurement. What does not: its rules (`lifecycle*.py`).
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from pipelines.errors import SpecError
from pipelines.indicators.collection import Indicators
from pipelines.personas.approvals import read_approvals
from pipelines.personas.lifecycle_registry import read_registry, standing
from pipelines.personas.lint_model import ERROR, Finding
from pipelines.personas.retired import load_retired, retired_refs
from pipelines.personas.spec import Persona

LIFE = "BV024"


def life_findings(specs: Path, personas: list[Persona], indicators: Indicators) -> list[Finding]:
    """BV024: an accepted persona that changed or lost its approvals, a registry, approval or retired version that cannot
    be read, and a file that nobody reads because its name ends in .yml."""
    found = [
        _told(f"{path.name}: files that end in .yml are not read; rename it to {path.stem}.yaml")
        for path in sorted(specs.rglob("*.yml"))
    ]
    try:
        registry = read_registry(specs)
    except SpecError as error:
        return [*found, _told(str(error))]
    questions: list[Callable[[], object]] = [
        *(partial(standing, specs, registry, persona, indicators) for persona in personas),
        *(partial(read_approvals, specs, persona) for persona in personas[:1]),
        *(partial(load_retired, specs / "retired", ref) for ref in retired_refs(specs / "retired")),
    ]
    for ask in questions:
        try:
            ask()
        except SpecError as error:
            told = _told(str(error))
            found += [told] if told not in found else []
    return found


def _told(message: str) -> Finding:
    file, _, words = message.partition(": ")
    return Finding(LIFE, f"{file}: {ERROR} {LIFE}: {words}")
