"""Writing spec files as a whole, and changing single lines of them with everything else left as people wrote it.

What belongs here: bytes of spec files. What does not: when a line may change (`lifecycle.py`).
"""

import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import SpecError
from pipelines.personas.spec import Persona
from pipelines.yaml_files import parse_yaml, read_model, validate_model


class _Quoting(yaml.SafeDumper):
    """Every text value in quotes: half a fingerprint such as 12e45 must never be read as a number."""

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.MappingNode:
        node = super().represent_mapping(tag, mapping, flow_style)
        for key, _ in node.value:
            key.style = None
        return node


_Quoting.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="'"))


def dump(content: dict[str, Any]) -> str:
    """YAML of plain data, keys in their own order, every text value in quotes."""
    return str(yaml.dump(content, Dumper=_Quoting, sort_keys=False, allow_unicode=True, width=110))


def write_whole(path: Path, text: str, *, replace: bool = True) -> None:
    """Write a file in one move: a reader sees the old one or the new one, also after a crash.

    Raises SpecError when the file exists and may not be replaced.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        draft.write_bytes(text.encode())
        if path.exists():
            if not replace:
                raise SpecError(f"{path.name} stands in {path.parent.name}/ already, and is never written over.")
            draft.chmod(path.stat().st_mode & 0o777)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def rewrite_persona(path: Path, changes: Mapping[str, str | int]) -> Persona:
    """Change top-level keys of a persona file, each on a line of its own; comments and all other lines stay.

    Returns the persona as it now reads. Raises SpecError, with the file untouched, when a key has no such line or
    when anything else would read differently.
    """
    before = read_model(path, Persona)
    text = path.read_bytes().decode()
    for key, value in changes.items():
        line = re.compile(rf"^({key}:[ \t]*)(['\"]?)[\w]+\2(?=[ \t]*(#[^\r\n]*)?\r?$)", re.MULTILINE)
        if len(line.findall(text)) != 1:
            raise SpecError(f"{path.name}: `{key}: ...` must stand on a line of its own, once, at the margin.")
        text = line.sub(lambda found, new=value: f"{found[1]}{new}", text)  # type: ignore[misc]
    after = validate_model(parse_yaml(text, path.name), Persona, path)
    if after != before.model_copy(update=dict(changes)):
        raise SpecError(f"{path.name}: {' and '.join(changes)} cannot be changed without changing more; do it by hand.")
    write_whole(path, text)
    return after
