"""The description of a CBS file as the ODISSEI portal gives it (Dataverse JSON, filled from CBS's own DDI).

What belongs here: from JSON to names, labels and types. What does not: what the catalogue makes of it
(`catalogue_add.py`). The shape was seen in public exports of the portal; see catalogue/SOURCES.md.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import SpecError
from pipelines.yaml_document import shown

MAX_BYTES = 64 << 20
_LONGEST = 400
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


@dataclass(frozen=True)
class OdisseiColumn:
    """One variable of a description; texts are cleaned and short."""

    name: str
    label: str
    definition: str
    data_type: str
    value_system: str


@dataclass(frozen=True)
class OdisseiFile:
    """The description of one CBS file. `name`: its short name in the catalogue (GBAPERSOONTAB), when it is given."""

    name: str
    title: str
    unique_name: str
    owner: str
    valid_from: str
    version: str
    identifier: str
    population: str
    columns: tuple[OdisseiColumn, ...]


def read_odissei(path: Path, wanted: str | None = None) -> OdisseiFile:
    """Read one description; of a file with several the one called `wanted`.

    Raises SpecError when it cannot be read, holds none, or more than one and none is chosen.
    """
    datasets = [_dataset(item, path.name, number) for number, item in enumerate(_items(path))]
    names = ", ".join(found.name or found.title for found in datasets)
    if wanted is not None and len(datasets) > 1:
        chosen = [found for found in datasets if found.name == wanted]
        if len(chosen) != 1:
            raise SpecError(f"{path.name}: describes {names}; '{shown(wanted)}' is not one of them.")
        return chosen[0]
    if len(datasets) != 1:
        raise SpecError(f"{path.name}: describes {len(datasets)} files ({names}). Say which one with --name.")
    return datasets[0]


def _items(path: Path) -> list[Any]:
    if not path.is_file():
        raise SpecError(f"{path.name}: no such file in {path.parent}.")
    if path.stat().st_size > MAX_BYTES:
        raise SpecError(f"{path.name}: has more than {MAX_BYTES >> 20} MB, which no description needs.")
    line = 0
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as error:
        line = error.lineno
    except (UnicodeDecodeError, RecursionError):
        line = 1
    if line:
        raise SpecError(
            f"{path.name}:{line}: not readable as JSON. Save the page of the file on the ODISSEI portal as 'JSON' or "
            "'Dataverse JSON' (Export Metadata), in UTF-8."
        )
    found = data if isinstance(data, list) else [data]
    if not found:
        raise SpecError(f"{path.name}: the list is empty; it must hold at least one description.")
    return found


def _dataset(item: Any, file: str, number: int) -> OdisseiFile:
    blocks = _blocks(item)
    where = f"{file}: description {number + 1}"
    if blocks is None:
        raise SpecError(
            f"{where}: holds no `metadataBlocks`, so it is no description of the ODISSEI portal. Expected is "
            "datasetVersion > metadataBlocks > variableInformation > fields."
        )
    citation, cbs = _fields(blocks.get("citation")), _fields(blocks.get("CBSMetadata"))
    variables = _fields(blocks.get("variableInformation")).get("odisseiVariable")
    if not isinstance(variables, list) or not variables:
        raise SpecError(
            f"{where}: lists no variables (variableInformation > odisseiVariable), and without columns there is nothing "
            "to add."
        )
    short = [text for text in _texts(citation.get("alternativeTitle")) if _NAME.fullmatch(text)]
    own = _text(cbs.get("NaamInDscCatalogus"))
    return OdisseiFile(
        name=(short[0] if short else own if _NAME.fullmatch(own) else "").upper(),
        title=_text(citation.get("title")) or own,
        unique_name=_text(cbs.get("UniekeNaam")),
        owner=_text(cbs.get("Eigenaar")),
        valid_from=_text(cbs.get("GeldigVanaf")),
        version=_text(cbs.get("Versie")),
        identifier=_text(item.get("identifier") if isinstance(item, dict) else ""),
        population=next(iter(_texts(_fields(blocks.get("socialscience")).get("universe"))), ""),
        columns=_columns(variables, where),
    )


def _columns(variables: list[Any], where: str) -> tuple[OdisseiColumn, ...]:
    found: dict[str, OdisseiColumn] = {}
    for number, variable in enumerate(variables, start=1):
        values = {key: _value(value) for key, value in variable.items()} if isinstance(variable, dict) else {}
        name = _text(values.get("odisseiVariableName"))
        if not _NAME.fullmatch(name):
            raise SpecError(
                f"{where}: variable {number} has the name '{shown(name)}'; a column has letters a-z, digits and "
                "underscores, and begins with a letter. Mend or remove this variable."
            )
        if name.lower() in found:
            raise SpecError(f"{where}: the variable {name} stands in it twice (capitals do not count). Keep one.")
        definition = _text(values.get("odisseiVariableDefinition"))
        found[name.lower()] = OdisseiColumn(
            name,
            label=_text(values.get("odisseiVariableLabel")) or _text(values.get("odisseiConceptVariableName")),
            definition=definition or _text(values.get("odisseiConceptVariableDefinition")),
            data_type=_text(values.get("odisseiVariableDataType")),
            value_system=_text(values.get("odisseiConceptVariableWaardestelselnaam")),
        )
    return tuple(found.values())


def _blocks(item: Any) -> dict[str, Any] | None:
    """The blocks, wherever an export of the portal puts them."""
    for place in ((), ("datasetVersion",), ("latestVersion",), ("data",), ("data", "latestVersion")):
        found = item
        for key in (*place, "metadataBlocks"):
            found = found.get(key) if isinstance(found, dict) else None
        if isinstance(found, dict):
            return found
    return None


def _fields(block: Any) -> dict[str, Any]:
    """The fields of a block by name."""
    listed = block.get("fields") if isinstance(block, dict) else None
    named = [field for field in listed if isinstance(field, dict)] if isinstance(listed, list) else []
    return {str(field.get("typeName")): field.get("value") for field in named}


def _value(value: Any) -> Any:
    return value.get("value") if isinstance(value, dict) else value


def _texts(value: Any) -> list[str]:
    return [text for item in (value if isinstance(value, list) else [value]) if (text := _text(item))]


def _text(value: Any) -> str:
    """A short text on one line, without what an editor does not show; empty for anything else."""
    if not isinstance(value, str):
        return ""
    text = " ".join("".join(c if c.isprintable() else " " for c in value[: 4 * _LONGEST]).split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3].rstrip() + "..."
