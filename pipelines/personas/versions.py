"""Finding one version of a persona: by id, by `id@version`, or in a file.

What belongs here: where a version stands. What does not: comparing two (`difference.py`).
"""

from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import SpecError
from pipelines.personas.difference import Version
from pipelines.personas.load import check_persona
from pipelines.personas.retired import load_retired, ref_of, retired_refs
from pipelines.personas.spec import Persona
from pipelines.yaml_files import read_model, read_yaml

if TYPE_CHECKING:
    from pipelines.context import Context


def find_version(context: "Context", name: str) -> Version:
    """The version that is meant: a YAML file, `id@version` (the present one or one in `retired/`), or an id.

    Raises SpecError when it is not there or not readable.
    """
    if name.endswith((".yaml", ".yml")) or "/" in name:
        return _from_file(context, Path(name))
    personas = context.personas()
    if "@" not in name:
        return Version(personas.get(name, "persona diff"), context.indicators().stated)
    for persona in personas.by_id.values():
        if ref_of(persona) == name:
            return Version(persona, context.indicators().stated)
    return Version(*load_retired(context.specs / "retired", name))


def _from_file(context: "Context", path: Path) -> Version:
    data = read_yaml(path)
    if isinstance(data, dict) and set(data) == {"persona", "indicators"}:
        kept = [ref for ref in retired_refs(path.parent) if path.stem == ref.replace("@", "-v")]
        if not kept:
            raise SpecError(
                f"{path.name}: a retired persona stands in <id>-v<version>.yaml; give the file its name back."
            )
        return Version(*load_retired(path.parent, kept[0]))
    persona = read_model(path, Persona)
    check_persona(persona, context.indicators(), path.name)
    return Version(persona, context.indicators().stated)
