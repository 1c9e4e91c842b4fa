"""Retired versions of personas: the spec as it was accepted, with the indicators that it used, in one file.

What belongs here: writing and reading `retired/`. What does not: when a persona retires (`lifecycle.py`). A retired
version is read by itself, so that it can be explained whatever has become of the indicators since.
"""

import re
from pathlib import Path
from textwrap import indent
from typing import Any

from pipelines.errors import SpecError, nearest
from pipelines.indicators.collection import Indicators
from pipelines.indicators.spec import Indicator
from pipelines.personas.lifecycle_files import dump, write_whole
from pipelines.personas.spec import Persona
from pipelines.yaml_files import parse_yaml, read_yaml, validate_model

_REF = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)*)@([1-9][0-9]{0,5})")
_FILE = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)*)-v([1-9][0-9]{0,5})")


def ref_of(persona: Persona) -> str:
    """`id@version`: how one version of a persona is called."""
    return f"{persona.id}@{persona.version}"


def retired_refs(folder: Path) -> tuple[str, ...]:
    """`id@version` of everything in `retired/`, in order of id and version."""
    found = [match for path in folder.glob("*.yaml") if (match := _FILE.fullmatch(path.stem))]
    return tuple(f"{match[1]}@{match[2]}" for match in sorted(found, key=lambda match: (match[1], int(match[2]))))


def load_retired(folder: Path, ref: str) -> tuple[Persona, Indicators]:
    """The persona `id@version` of `retired/` and the indicators that it used.

    Raises SpecError when the reference has another form, is not there, or its file is damaged.
    """
    match = _REF.fullmatch(ref)
    if match is None:
        raise SpecError(f"'{ref}' does not name a version of a persona; write id@version, such as een-persona@1.")
    path = _path(folder, match[1], int(match[2]))
    if not path.exists():
        known = retired_refs(folder)
        listed = f" Retired are: {', '.join(known)}." if known else " Nothing was retired yet."
        raise SpecError(f"no retired persona '{ref}' in {folder.name}/.{nearest(ref, known)}{listed}")
    return _parsed(read_yaml(path), path, ref)


def write_retired(folder: Path, source: Path, persona: Persona, indicators: Indicators) -> Path:
    """Keep a persona, its text as it stands in `source`, with every indicator under it. Returns the file.

    Raises SpecError when another text is kept under this version, or when it would not read back the same.
    """
    path = _path(folder, persona.id, persona.version)
    names = {found for name in persona.indicators for found in indicators.all_under(name)}
    names |= {found for name in persona.characteristic_voorzieningen for found in indicators.all_under(name)}
    used = Indicators({name: indicator.stated for name, indicator in indicators.by_id.items() if name in names})
    text = (
        f"# Retired: {ref_of(persona)} as it was accepted, with the indicators that it used. Never edit this file.\n"
        f"persona:\n{indent(source.read_text(encoding='utf-8'), '  ')}\n"
        f"indicators:\n{indent(_dumped(used), '  ')}"
    )
    if _parsed(parse_yaml(text, path.name), source, ref_of(persona)) != (persona, used):
        raise SpecError(f"{source.name}: cannot be kept as it is; take `---` and `...` lines out of the file.")
    if not path.exists():
        write_whole(path, text, replace=False)
    elif load_retired(folder, ref_of(persona)) != (persona, used):
        raise SpecError(f"{path.name} holds another text of {ref_of(persona)}. A retired version never changes.")
    return path


def _path(folder: Path, persona_id: str, version: int) -> Path:
    return folder / f"{persona_id}-v{version}.yaml"


def _dumped(indicators: Indicators) -> str:
    content = {
        name: indicator.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"id"})
        for name, indicator in indicators.by_id.items()
    }
    return dump(content)


def _parsed(data: Any, path: Path, ref: str) -> tuple[Persona, Indicators]:
    if not isinstance(data, dict) or set(data) != {"persona", "indicators"} or not isinstance(data["indicators"], dict):
        raise SpecError(f"{path.name}:1: a retired persona has two keys: persona and indicators (a mapping).")
    persona = validate_model(data["persona"], Persona, path, "persona")
    if ref_of(persona) != ref:
        raise SpecError(f"{path.name}: holds {ref_of(persona)}; the file name says {ref}. Rename it.")
    by_id: dict[str, Indicator] = {}
    for name, content in data["indicators"].items():
        if not isinstance(content, dict):
            raise SpecError(f"{path.name}: {name}: an indicator has keys such as title, leefgebied and rule.")
        by_id[name] = validate_model({"id": name, **content}, Indicator, path, name)
    _require_whole(persona, by_id, path.name)
    return persona, Indicators(by_id)


def _require_whole(persona: Persona, by_id: dict[str, Indicator], file: str) -> None:
    """Raise SpecError when an indicator is missing or refers to itself, directly or not."""
    settled: set[str] = set()
    while more := {n for n, found in by_id.items() if n not in settled and set(found.rule.refers_to) <= settled}:
        settled |= more
    loose = sorted((set(by_id) | {*persona.indicators, *persona.characteristic_voorzieningen}) - settled)
    if loose:
        raise SpecError(f"{file}: {', '.join(loose)}: not in this file, or made of what is not. Restore the file.")
