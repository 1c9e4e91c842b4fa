"""What a model refuses, told so that the author of the file can mend it.

What belongs here: the words for each kind of refusal. What does not: reading files, and rules of meaning.
"""

import re
import types
from collections.abc import Callable
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pipelines.errors import nearest
from pipelines.yaml_document import Fault, Place, quoted, shown

_PATTERNS = {
    r"^[a-z][a-z0-9_]*$": "lower-case letters a-z, digits and underscores, beginning with a letter",
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "lower-case letters a-z and digits, with single hyphens between them",
}


def faults_of(error: ValidationError, model: type[BaseModel], place: Place, given: str = "") -> list[Fault]:
    """The faults that a model found in data that stand at `place`. `given` is a key that does not stand in the file
    because it is the name of the entry."""
    items = error.errors(include_url=False)
    meant = {(*item["loc"][:-1], _meant(item, model, given)) for item in items if item["type"] == "extra_forbidden"}
    inside = {item["loc"][:length] for item in items for length in range(len(item["loc"]))}
    return [
        _fault(item, model, place, given)
        for item in items
        # A key that is misspelled is not missing as well; a list is not too short because of an item that was refused.
        if not (item["type"] == "missing" and item["loc"] in meant)
        and not (item["type"] == "too_short" and item["loc"] in inside)
    ]


def _meant(item: ErrorDetails, model: type[BaseModel], given: str) -> str:
    """The key that the author of an unknown key probably meant."""
    hint = nearest(str(item["loc"][-1])[:100], _keys_at(model, item["loc"][:-1], given))
    return hint.removeprefix(" Did you mean '").removesuffix("'?")


def _fault(item: ErrorDetails, model: type[BaseModel], place: Place, given: str) -> Fault:
    # A refused key of a mapping is located by the key and the word '[key]'.
    on_key = bool(item["loc"]) and item["loc"][-1] == "[key]"
    found: Place = tuple(item["loc"][:-1] if on_key else item["loc"])
    if item["type"] == "extra_forbidden":
        allowed = _keys_at(model, found[:-1], given)
        hint = nearest(str(found[-1])[:100], allowed)
        return Fault((*place, *found), f"unknown key.{hint} Allowed here: {', '.join(allowed)}", on_key=True)
    if item["type"] == "value_error":
        return _own_words(item["msg"].removeprefix("Value error, "), (*place, *found), _keys_at(model, found))
    words = _WORDS.get(item["type"], _default)
    return Fault((*place, *found), words(item), on_key=on_key)


def _own_words(message: str, place: Place, keys: tuple[str, ...]) -> Fault:
    """A message of our own model; one that begins with a key of it is about that key."""
    key, colon, rest = message.partition(": ")
    return Fault((*place, key), rest) if colon and key in keys else Fault(place, message)


def _literal(item: ErrorDetails) -> str:
    expected = item["ctx"]["expected"]
    hint = nearest(str(item["input"])[:100], re.findall(r"'([^']*)'", expected))
    return f"found {quoted(item['input'])}, allowed is {expected}.{hint}"


def _pattern(item: ErrorDetails) -> str:
    pattern = item["ctx"]["pattern"]
    return f"found {quoted(item['input'])}, allowed are {_PATTERNS.get(pattern, f'texts that match {pattern}')}"


def _length(item: ErrorDetails) -> str:
    context = item["ctx"]
    least = context.get("min_length")
    bound = f"at least {least}" if least is not None else f"at most {context['max_length']}"
    return f"found {context['actual_length']} in this list, allowed is {bound}"


def _expected(words: str) -> Callable[[ErrorDetails], str]:
    return lambda item: f"found {quoted(item['input'])}; write {words}"


def _default(item: ErrorDetails) -> str:
    message = item["msg"]
    return f"found {quoted(item['input'])}; {message[:1].lower()}{message[1:]}"


_TEXT = _expected("a text (a number, date or yes/no word in quotes)")
_WHOLE = _expected("a whole number without quotes")
_KEYS = _expected("keys with values, one a line (`key: value`)")
_LIST = _expected("a list: [a, b], or lines that begin with '- '")

_WORDS: dict[str, Callable[[ErrorDetails], str]] = {
    "missing": lambda _item: "this key is required and missing; add it",
    "literal_error": _literal,
    "string_pattern_mismatch": _pattern,
    "string_type": _TEXT,
    "string_too_short": _expected("a text"),
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _expected("a number without quotes"),
    "bool_type": _expected("true or false"),
    "too_short": _length,
    "too_long": _length,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "model_type": _KEYS,
    "model_attributes_type": _KEYS,
    "dict_type": _KEYS,
}


def _keys_at(model: type[BaseModel], place: Place, given: str = "") -> tuple[str, ...]:
    """The keys that the model allows at a place within it, `given` at the top apart; empty when no model stands there."""
    current: Any = model
    for part in place:
        current = _step(_bare(current), part)
    current = _bare(current)
    if isinstance(current, type) and issubclass(current, BaseModel):
        keys = tuple(field.alias or name for name, field in current.model_fields.items())
        return tuple(key for key in keys if place or key != given)
    return ()


def _step(current: Any, part: str | int) -> Any:
    if isinstance(current, type) and issubclass(current, BaseModel):
        fields = {field.alias or name: field.annotation for name, field in current.model_fields.items()}
        return fields.get(str(part))
    inner = [argument for argument in get_args(current) if argument is not Ellipsis]
    return inner[-1] if inner else None


def _bare(annotation: Any) -> Any:
    """The annotation without Annotated and without `| None`."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) in (Union, types.UnionType):
            annotation = next(argument for argument in get_args(annotation) if argument is not type(None))
        else:
            return annotation


_WHERE = {
    "indicator": " All ids stand in persona_specs/indicators.",
    "register": " All registers stand in pipelines/registers/catalogue.",
}


def unknown(name: object, known: tuple[str, ...], what: str) -> str:
    """Words for a name that is not known: the nearest one, else all of them or where they stand."""
    hint = nearest(str(name)[:100], known)
    few = f" Known: {', '.join(known)}." if len(known) <= 12 else _WHERE.get(what, "")
    return f"no {what} '{shown(name)}'.{hint or few}"
