"""Reading YAML that people write: safe, without surprises, with line numbers.

What belongs here: from a file to data or a model. What does not: what YAML may say (`yaml_text.py`), and what the
data mean (each room validates its own models).
"""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from pipelines.errors import SpecError
from pipelines.yaml_document import Document, Fault, Place, PlainDate, printable, refuse, shown
from pipelines.yaml_faults import faults_of
from pipelines.yaml_text import MAX_BYTES, parse_document

Model = TypeVar("Model", bound=BaseModel)


def parse_yaml(text: str, name: str) -> Any:
    """Parse YAML text; raise SpecError with file, line and remedy. `name` is how the file is called."""
    return parse_document(text, name).data


def read_yaml(path: Path) -> Any:
    """Parse a YAML file; see `parse_yaml`."""
    return read_document(path).data


def read_document(path: Path) -> Document:
    """Read a YAML file with the line of every value; raise SpecError when it is not there or not readable."""
    return parse_document(_text(path), path.name)


def read_model(path: Path, model: type[Model]) -> Model:
    """Read one YAML file as a model; raise SpecError with file and line of the first faults."""
    document = read_document(path)
    found, faults = build_model(document.data, model, ())
    refuse(document, faults)
    if found is None:
        raise SpecError(f"{printable(path.name)}:1: not a spec.")
    return found


def validate_model(data: Any, model: type[Model], path: Path, prefix: str | Place = ()) -> Model:
    """Validate parsed data of a file; `prefix` is the key (or the place) under which the data stand in the file."""
    place: Place = ((prefix,) if prefix else ()) if isinstance(prefix, str) else prefix
    found, faults = build_model(data, model, place)
    if found is None:
        refuse(read_document(path), faults)
        raise SpecError(f"{printable(path.name)}:1: changed while it was read; run again.")
    return found


def build_model(data: Any, model: type[Model], place: Place, given: str = "") -> tuple[Model | None, list[Fault]]:
    """A model from parsed data that stand at `place`, or None and what is wrong. Strict: '1' and true are no numbers.
    `given` is a key of the data that does not stand in the file."""
    try:
        found = model.model_validate_json(json.dumps(data), strict=True)
    except ValidationError as error:
        return None, faults_of(error, model, place, given)
    faults = [
        Fault((*place, *inner), f"`{shown(day)}` is read as a date; put it in quotes")
        for inner, day in _plain_dates(data, ())
        if not isinstance(_at(found, inner), date)
    ]
    return (None if faults else found), faults


def _plain_dates(data: Any, place: Place) -> Iterator[tuple[Place, str]]:
    """Dates without quotes. The depth is bounded when the file is read."""
    if isinstance(data, PlainDate):
        yield place, data
    parts = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in parts:
        yield from _plain_dates(value, (*place, key))


def _at(found: Any, place: Place) -> Any:
    """What a model made of the value at a place."""
    for part in place:
        if isinstance(found, BaseModel):
            names = {field.alias or name: name for name, field in type(found).model_fields.items()}
            found = getattr(found, names[str(part)])
        else:
            found = found[part]
    return found


def read_entries(path: Path, model: type[Model], key: str) -> tuple[Document, dict[str, Model], list[Fault]]:
    """Read a file that maps each name to its spec; the name becomes the field `key` of the model. Raises SpecError when
    the file is no mapping; faults of entries are handed back, to be told together with others."""
    document = read_document(path)
    if not isinstance(document.data, dict):
        raise SpecError(f"{printable(path.name)}:1: the file must map each {key} to its keys; found something else.")
    found: dict[str, Model] = {}
    faults: list[Fault] = []
    for name, data in document.data.items():
        if not isinstance(data, dict):
            faults.append(
                Fault((name,), f"here must stand keys with values, such as {_some_keys(model, key)}", on_key=True)
            )
            continue
        if key in data:
            faults.append(
                Fault((name, key), f"unknown key: the {key} is the name above it; remove this line", on_key=True)
            )
            continue
        entry, wrong = build_model({key: name, **data}, model, (name,), key)
        faults.extend(wrong)
        if entry is not None:
            found[name] = entry
    return document, found, faults


def _some_keys(model: type[BaseModel], key: str) -> str:
    return ", ".join([name for name in model.model_fields if name != key][:3])


def _text(path: Path) -> str:
    name = printable(path.name)
    if not path.is_file():
        raise SpecError(f"{name}: no such file in {path.parent}.")
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise SpecError(f"{name}: the disk refused it: {error.strerror}. Mend the permissions.") from None
    if len(content) > MAX_BYTES:
        raise SpecError(f"{name}:1: the file has more than {MAX_BYTES} bytes, which no spec needs; split it.")
    try:
        # A mark at the very beginning is what some Windows editors write; it says nothing.
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = content[error.start]
        raise SpecError(f"{name}:{line}: not UTF-8 text (byte 0x{byte:02x}); save the file as UTF-8.") from None
