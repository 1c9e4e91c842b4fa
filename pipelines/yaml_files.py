"""Reading YAML that people write: safe, without surprises, with line numbers.

What belongs here: turning text into data and saying where it went wrong. What does not: what the data mean
(each room validates its own models).
"""

from collections.abc import Hashable
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from pipelines.errors import SpecError, nearest

Model = TypeVar("Model", bound=BaseModel)


class _StrictLoader(yaml.SafeLoader):
    """YAML 1.1 without its traps: duplicate keys, octal-looking codes and yes/no words are refused."""


def _construct_mapping(loader: _StrictLoader, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
    seen: set[Hashable] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise _located(key_node, f"the key `{key_node.value}` is read as {type(key).__name__}; put it in quotes")
        if key in seen:
            raise _located(key_node, f"the key `{key}` occurs twice; keep one")
        seen.add(key)
    return yaml.SafeLoader.construct_mapping(loader, node, deep)


def _construct_bool(_loader: _StrictLoader, node: yaml.ScalarNode) -> bool:
    if node.value not in ("true", "false"):
        raise _located(node, f"`{node.value}` is read as true or false; write true, false, or put it in quotes")
    return bool(node.value == "true")


def _construct_int(_loader: _StrictLoader, node: yaml.ScalarNode) -> int:
    digits = node.value.lstrip("+-")
    if (len(digits) > 1 and digits.startswith("0")) or ":" in digits or "_" in digits:
        raise _located(node, f"`{node.value}` looks like a code but is read as a number; put it in quotes")
    return int(node.value)


_StrictLoader.add_constructor("tag:yaml.org,2002:map", _construct_mapping)
_StrictLoader.add_constructor("tag:yaml.org,2002:bool", _construct_bool)
_StrictLoader.add_constructor("tag:yaml.org,2002:int", _construct_int)


def _located(node: yaml.Node, problem: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)


def parse_yaml(text: str, name: str) -> Any:
    """Parse YAML text; raise SpecError with file, line and remedy. `name` is how the file is called."""
    try:
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a SafeLoader with stricter rules
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SpecError(f"{name}:{line}: {error.problem}.") from None
    except yaml.YAMLError as error:
        raise SpecError(f"{name}:1: not readable as YAML ({type(error).__name__}).") from None


def read_yaml(path: Path) -> Any:
    """Parse a YAML file; see `parse_yaml`."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SpecError(f"{path.name}: no such file in {path.parent}.") from None
    except UnicodeDecodeError:
        raise SpecError(f"{path.name}:1: not UTF-8 text; save it as UTF-8.") from None
    return parse_yaml(text, path.name)


def read_model(path: Path, model: type[Model]) -> Model:
    """Read one YAML file as a model; raise SpecError with file and line of the first faults."""
    return validate_model(read_yaml(path), model, path)


def validate_model(data: Any, model: type[Model], path: Path, prefix: str = "") -> Model:
    """Validate parsed data; `prefix` is the key under which the data stand in the file."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        text = path.read_text(encoding="utf-8")
        faults = [_fault(item, text, path.name, prefix, model) for item in error.errors()[:5]]
        raise SpecError("\n".join(faults)) from None


def _fault(item: Any, text: str, name: str, prefix: str, model: type[BaseModel]) -> str:
    places = [str(part) for part in item["loc"]]
    keys = [place for place in places if not place.isdigit()]
    line = _line_of(text, ([prefix] if prefix else []) + keys)
    where = ".".join(([prefix] if prefix else []) + places) or "the file"
    message = item["msg"].removeprefix("Value error, ")
    if item["type"] == "extra_forbidden":
        hint = nearest(keys[-1], model.model_fields) if len(keys) == 1 else ""
        message = f"unknown key.{hint or ' Allowed keys are in persona_specs/README.md.'}"
    elif item["type"] == "missing":
        message = "this key is required and missing"
    return f"{name}:{line}: {where}: {message}"


def _line_of(text: str, keys: list[str]) -> int:
    """The line of the deepest key of the path that can be found, searching each key after the one before."""
    line = 1
    lines = text.splitlines()
    start = 0
    for key in keys:
        for number in range(start, len(lines)):
            if lines[number].strip().lstrip("- ").startswith(f"{key}:"):
                line, start = number + 1, number + 1
                break
    return line
