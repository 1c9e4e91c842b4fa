"""What is wrong with a manifest, in words: what was found, what is allowed, and on which line.

What belongs here: turning a fault of the model of a manifest into a sentence. What does not: the model (`delivery.py`),
and faults that need the catalogue (`check_manifest`). A manifest holds no rows, so what was found may be said.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from pipelines.errors import nearest

_LONGEST = 40
_KINDS = {
    "int": "a whole number",
    "bool": "true or false",
    "string": "a text",
    "tuple": "a list",
    "list": "a list",
    "dict": "a JSON object",
    "model": "a JSON object",
    "date": "a date such as 2023-12-31",
}


def words_of(faults: Sequence[ErrorDetails], text: str, model: type[BaseModel]) -> str:
    """One of the faults as `place (line 12): what was found and what is allowed`. `text`: the manifest; `model`: of a manifest.

    A name that is not known comes first: where it is misspelt, the field that is meant is told as missing too.
    """
    fault = next((one for one in faults if one["type"] == "extra_forbidden"), faults[0])
    # Quoted as JSON does: a name may hold signs that a screen obeys.
    place = ".".join(json.dumps(str(part))[1:-1] for part in fault["loc"]) or "the manifest"
    line = _line(fault, text, model)
    return f"{place}{f' (line {line})' if line else ''}: {_said(fault, model)}"


def _said(fault: ErrorDetails, model: type[BaseModel]) -> str:
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "missing":
        return "is missing. Add it"
    if kind == "extra_forbidden":
        known = _names(model, fault["loc"][:-1])
        return f"is no field of a manifest.{nearest(str(fault['loc'][-1]), known)} Allowed here: {', '.join(known)}"
    if kind == "value_error":
        return str(context["error"])
    return f"found {_found(fault['input'])}, allowed is {_allowed(kind, context)}. Correct it"


def _allowed(kind: str, context: Mapping[str, Any]) -> str:
    if kind == "literal_error":
        return str(context["expected"])
    if kind == "greater_than_equal":
        return f"{context['ge']} or more"
    if kind == "less_than_equal":
        return f"{context['le']} or less"
    if kind == "too_short":
        return f"a list of at least {context['min_length']}"
    if kind == "string_pattern_mismatch":
        return "1 to 80 letters, digits, blanks, dots, dashes and underscores, the first a letter or digit"
    return next((words for start, words in _KINDS.items() if kind.startswith(start)), "something else")


def _found(value: object) -> str:
    if value is None or isinstance(value, str | int | float):
        shown = json.dumps(value)
        return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}..."
    return "a list" if isinstance(value, list | tuple) else "a JSON object"


def _names(model: type[BaseModel], path: tuple[int | str, ...]) -> list[str]:
    """The fields allowed at a place of the manifest, as they are written there."""
    for part in path:
        fields = {(field.alias or name): field.annotation for name, field in model.model_fields.items()}
        if isinstance(part, str) and part in fields:
            model = next((one for one in _models(fields[part])), model)
    return [field.alias or name for name, field in model.model_fields.items()]


def _models(annotation: Any) -> list[type[BaseModel]]:
    """The models inside an annotation such as `tuple[DeclaredFile, ...]` or `Period | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models(part)]


def _line(fault: ErrorDetails, text: str, model: type[BaseModel]) -> int | None:
    """The line on which the name at fault stands; None when it stands nowhere, or on several lines of which it is not known
    which is meant. A name that is known nowhere is wrong on each of them: the first."""
    names = [part for part in fault["loc"] if isinstance(part, str)]
    if not names or fault["type"] == "missing":
        return None
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if json.dumps(names[-1]) in line]
    sure = len(lines) == 1 or (lines and names[-1] not in _every_name(model))
    return lines[0] if sure else None


def _every_name(model: type[BaseModel]) -> set[str]:
    """The fields of a manifest, at whatever place."""
    inner = {one for field in model.model_fields.values() for one in _models(field.annotation)}
    return {*_names(model, ())}.union(*(_every_name(one) for one in inner))
