"""YAML text to plain data with the line of every value; whatever is a trap or an attack is refused.

What belongs here: what YAML may say in this project, and the limits. What does not: what the data mean (see
`yaml_faults.py` for models, and each room for its own rules).
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import yaml

from pipelines.errors import SpecError
from pipelines.yaml_document import Document, Fault, Place, PlainDate, printable, refuse, shown

MAX_BYTES = 262_144
"""A spec is written by hand: the largest file of this checkout is below 40 kB. More is a mistake or an attack."""
MAX_DEPTH = 20
"""The deepest spec (a rule with `nothing_of`) nests eight levels; nothing here is walked by recursion that deep."""
MAX_VALUES = 20_000
"""Bounds the time: the largest file holds some 2,000 values, and 20,000 take about a second."""
MAX_DIGITS = 15
"""Up to here a number is the same as a whole number and as a decimal one."""

_ODD = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\uf8ff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff"
    "\U0001d173-\U0001d17a\U000e0000-\U0010ffff]"
)
"""Control characters, invisible ones, those that turn the direction of writing, variation selectors, private use, halves
of pairs, and the replacement character: an editor does not show them, so a reviewer cannot judge them."""

_RESOLVER = yaml.resolver.Resolver()
_TAG = "tag:yaml.org,2002:"
_READ_AS: dict[type, str] = {type(None): "nothing", bool: "true or false", int: "a number", float: "a number"}
_BEYOND = re.compile(r"\\U(?!000[0-9A-Fa-f]|0010)[0-9A-Fa-f]{8}")
"""An escape beyond the last character there is; the parser fails on it without a line."""
_REMEDIES = (
    (
        "mapping values are not allowed here",
        "a colon with a space after it stands inside a text; put the text in quotes",
    ),
    ("cannot start any token", "put the text in quotes; indent with spaces, never with a tab"),
    ("could not find expected ':'", "a key needs a colon and a space after it"),
    ("expected ',' or ']'", "the list that was opened with [ is not closed"),
    ("expected ',' or '}'", "what was opened with { is not closed"),
    ("expected <block end>", "this line is not indented as those around it; use the same number of spaces"),
    ("found unexpected end of stream", "a quote that was opened is not closed"),
    ("unknown escape character", "write the text in single quotes, which leave a backslash alone"),
)


@dataclass
class _Frame:
    """A list or mapping that is being read."""

    place: Place
    data: list[Any] | dict[str, Any]
    key: str | None = None
    key_line: int = 0
    skipped: int = 0
    """Duplicate keys so far: their values are read, and stand nowhere."""


@dataclass
class _Reading:
    """What was read so far: data, lines, and faults that did not stop the reading."""

    root: list[Any] = field(default_factory=list)
    stack: list[_Frame] = field(default_factory=list)
    lines: dict[Place, tuple[int, int]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    values: int = 0


class _Stop(Exception):
    """Reading cannot go on; holds the line and what to say."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line, self.text = line, text


def parse_document(text: str, name: str) -> Document:
    """Read YAML text; raise SpecError with up to five faults, each with file, line and remedy.

    Refused: aliases, anchors, tags, merge keys, several documents, duplicate keys, keys that are no text, invisible
    characters, and words that YAML reads as something else than what stands there (`no`, 0363, 12:30). A date without quotes is a
    `PlainDate`, which only a model with a date there accepts.
    """
    _refuse_odd_characters(text, name)
    reading = _Reading()
    try:
        for event in _events(text):
            _take(reading, event)
    except _Stop as stop:
        reading.faults.append(Fault((), stop.text, line=stop.line))
    except yaml.MarkedYAMLError as error:
        reading.faults.append(_syntax_fault(error))
    except (yaml.YAMLError, ValueError, OverflowError):
        # The reader itself fails on a code point or a version number that cannot be.
        beyond = _BEYOND.search(text)
        line = text.count("\n", 0, beyond.start()) + 1 if beyond else 1
        reading.faults.append(
            Fault((), "an escape or a directive that cannot be; write the character itself", line=line)
        )
    document = Document(name, reading.root[0] if reading.root else None, reading.lines)
    refuse(document, reading.faults)
    return document


def _events(text: str) -> Iterable[yaml.Event]:
    """The events of a text. By libyaml, which is ten times faster; a text that it cannot read is read by the parser in Python,
    whose words on a fault are those of `_REMEDIES`, and so is every text where PyYAML came without libyaml."""
    fast = getattr(yaml, "CSafeLoader", None)
    if fast is not None:
        with suppress(yaml.YAMLError, ValueError, OverflowError):
            return list(yaml.parse(text, Loader=fast))
    return yaml.parse(text, Loader=yaml.SafeLoader)


def _refuse_odd_characters(text: str, name: str) -> None:
    size = len(text.encode("utf-8", errors="replace"))
    if size > MAX_BYTES:
        raise SpecError(f"{name}:1: the file has {size} bytes, and a spec may have {MAX_BYTES}; split it.")
    faults = [
        Fault(
            (), f"{_named(found.group())} is not allowed; retype the word", line=text.count("\n", 0, found.start()) + 1
        )
        for found in _ODD.finditer(text)
    ]
    refuse(Document(name, None, {}), faults)


def _named(character: str) -> str:
    words = unicodedata.name(character, "a control character" if ord(character) < 160 else "no character")
    return f"the invisible or unusable character U+{ord(character):04X} ({words})"


def _take(reading: _Reading, event: yaml.Event) -> None:
    line = event.start_mark.line + 1 if event.start_mark else 1
    if isinstance(event, yaml.DocumentStartEvent):
        if reading.values:
            raise _Stop(line, "a second document begins (`---`); a file holds one")
        if event.version or event.tags:
            raise _Stop(line, "directives (`%`) are not allowed; remove the line")
    elif isinstance(event, yaml.AliasEvent):
        raise _Stop(
            line, f"the alias *{shown(event.anchor)} is not allowed: a reviewer must see each value where it holds"
        )
    elif isinstance(event, yaml.NodeEvent):
        _refuse_decorations(event, line)
        _open(reading, event, line)
    elif isinstance(event, yaml.CollectionEndEvent):
        reading.stack.pop()


def _refuse_decorations(event: yaml.NodeEvent, line: int) -> None:
    tag = getattr(event, "tag", None)
    if event.anchor is not None:
        raise _Stop(line, f"the anchor &{shown(event.anchor)} is not allowed; write the value out where it is needed")
    if tag is not None:
        raise _Stop(line, f"the tag {shown(tag)} is not allowed; write the plain value")


def _open(reading: _Reading, event: yaml.Event, line: int) -> None:
    """One value, list or mapping begins: put it in its place."""
    reading.values += 1
    if reading.values > MAX_VALUES:
        raise _Stop(line, f"the file holds more than {MAX_VALUES} values; split it")
    if len(reading.stack) >= MAX_DEPTH:
        raise _Stop(line, f"nested deeper than {MAX_DEPTH} levels; a spec needs fewer than ten")
    frame = reading.stack[-1] if reading.stack else None
    if frame is not None and isinstance(frame.data, dict) and frame.key is None:
        _open_key(reading, frame, event, line)
        return
    place = _next_place(frame)
    key_line = frame.key_line if frame is not None and frame.key is not None else line
    data = _data(reading, event, place, line)
    collection = isinstance(data, list | dict)
    reading.lines[place] = (key_line, key_line if collection else line)
    if frame is None:
        reading.root.append(data)
    elif isinstance(frame.data, list):
        frame.data.append(data)
    else:
        frame.data[frame.key or ""] = data
        frame.key = None
    if isinstance(data, list | dict):
        reading.stack.append(_Frame(place, data))


def _next_place(frame: _Frame | None) -> Place:
    if frame is None:
        return ()
    return (*frame.place, len(frame.data) if isinstance(frame.data, list) else frame.key or "")


def _data(reading: _Reading, event: yaml.Event, place: Place, line: int) -> Any:
    if isinstance(event, yaml.SequenceStartEvent):
        return []
    if not isinstance(event, yaml.ScalarEvent):
        return {}
    value, fault = _scalar(event)
    if fault:
        reading.faults.append(Fault(place, fault, line=line))
    return value


def _open_key(reading: _Reading, frame: _Frame, event: yaml.Event, line: int) -> None:
    if not isinstance(event, yaml.ScalarEvent):
        raise _Stop(
            line, "a key must be a word, and here stands a list or a mapping; put braces and brackets in quotes"
        )
    value, fault = _scalar(event)
    key = event.value
    if fault is None and (not isinstance(value, str) or isinstance(value, PlainDate)):
        read_as = "a date" if isinstance(value, PlainDate) else _READ_AS[type(value)]
        fault = f"the key `{shown(key)}` is read as {read_as}; put it in quotes"
    if fault is None and key in frame.data:
        fault = f"the key `{shown(key)}` occurs twice; keep one"
    if fault is not None:
        reading.faults.append(Fault(frame.place, fault, line=line))
        frame.skipped += 1
        key = f"\0{frame.skipped}"
    frame.key, frame.key_line = key, line


def _scalar(event: yaml.ScalarEvent) -> tuple[Any, str | None]:
    """The value of a scalar, and why it is refused; a trap is refused wherever it stands."""
    text = event.value
    odd = _ODD.search(text)
    if odd:
        return None, f"{_named(odd.group())} is not allowed; remove the escape"
    if not event.implicit[0]:
        return text, None
    tag = str(_RESOLVER.resolve(yaml.ScalarNode, text, (True, False)))  # type: ignore[no-untyped-call]
    reader = _PLAIN.get(tag.removeprefix(_TAG))
    return reader(text) if reader else (text, None)


def _read_bool(text: str) -> tuple[Any, str | None]:
    if text not in ("true", "false"):
        return None, f"`{text}` is read as true or false; write true, false, or put it in quotes"
    return text == "true", None


def _read_int(text: str) -> tuple[Any, str | None]:
    digits = text.lstrip("+-")
    if not digits.isdigit() or (len(digits) > 1 and digits.startswith("0")):
        return None, f"`{shown(text)}` looks like a code but is read as a number; put it in quotes"
    if len(digits) > MAX_DIGITS:
        return None, f"`{shown(text)}` has more than {MAX_DIGITS} digits; put a code in quotes"
    return int(text), None


def _read_float(text: str) -> tuple[Any, str | None]:
    if not re.fullmatch(rf"[-+]?\d{{1,{MAX_DIGITS}}}\.\d{{1,{MAX_DIGITS}}}", text):
        return None, f"`{shown(text)}` is read as a number; write it plainly (0.5), or put it in quotes"
    return float(text), None


def _refused(words: str) -> Callable[[str], tuple[Any, str | None]]:
    return lambda text: (None, f"`{shown(text)}` {words}")


_PLAIN: dict[str, Callable[[str], tuple[Any, str | None]]] = {
    "null": lambda _text: (None, None),
    "bool": _read_bool,
    "int": _read_int,
    "float": _read_float,
    "timestamp": lambda text: (PlainDate(text), None),
    "merge": _refused("merges another mapping, which is not allowed; write the keys out"),
    "value": _refused("is a special word of YAML; put it in quotes"),
}


def _syntax_fault(error: yaml.MarkedYAMLError) -> Fault:
    mark = error.problem_mark or error.context_mark
    problem = error.problem or "not readable as YAML"
    remedy = next((words for found, words in _REMEDIES if found in problem), "check quotes, brackets and indentation")
    opened = error.context_mark
    since = f" (begun in line {opened.line + 1})" if opened and mark and opened.line != mark.line else ""
    return Fault((), f"{printable(problem)}{since}: {remedy}", line=mark.line + 1 if mark else 1)
