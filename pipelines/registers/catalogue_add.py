"""An entry of the catalogue from a description of the ODISSEI portal: a new one, or a known one confirmed.

What belongs here: what becomes of each column, and writing the entry whole or not at all. What does not: reading the
description (`odissei.py`).
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import SpecError, UserError
from pipelines.registers.catalogue_files import read_catalogue
from pipelines.registers.catalogue_model import Catalogue, Column, Kind, Register
from pipelines.registers.catalogue_text import entry_text
from pipelines.registers.odissei import OdisseiColumn, OdisseiFile
from pipelines.yaml_document import refuse, shown
from pipelines.yaml_files import build_model
from pipelines.yaml_text import parse_document

_KINDS: dict[str, Kind] = {
    "integer": "integer",
    "numeric": "number",
    "number": "number",
    "decimal": "number",
    "double": "number",
    "float": "number",
}
_NO_BOUNDS = "welke kolommen het begin en het einde van een periode zijn is niet gezegd: vul `spell` en `key` in"
_NO_PERSON = "er is geen kolom RINPERSOON of RINOBJECTNUMMER, dus niet duidelijk is over wie het gaat: vul `key` in"


@dataclass(frozen=True)
class Added:
    """The entry as text, and what the description did to it."""

    name: str
    text: str
    is_new: bool
    confirmed: tuple[str, ...]
    """Columns whose supposed or described name now turns out to be the real one."""
    new_columns: tuple[str, ...]
    not_described: tuple[str, ...]
    """Columns of the entry whose name was never seen, and which the description does not have either."""


def make_entry(described: OdisseiFile, name: str | None, keep: tuple[str, ...], catalogue: Catalogue) -> Added:
    """The entry for a description: `name` overrules its own, `keep` names columns that enter the warehouse.

    Raises SpecError when no name is known, or when `keep` names a column that is not there.
    """
    chosen = (name or described.name).upper()
    if not chosen:
        raise SpecError(f"'{shown(described.title)}' has no short name such as GBAPERSOONTAB. Give one with --name.")
    unknown = sorted({column.lower() for column in keep} - {_column_name(column) for column in described.columns})
    if unknown:
        raise SpecError(f"--keep: the description of {shown(chosen)} has no column {', '.join(map(shown, unknown))}.")
    known = catalogue.registers.get(chosen)
    added = _confirmed(known, described, keep) if known else _new(chosen, described, keep)
    document = parse_document(added.text, f"{chosen.lower()}.yaml")
    _, faults = build_model(document.data, Register, ())
    refuse(document, faults)
    return added


def write_entry(added: Added, folder: Path, replace: bool) -> Path:
    """Write the entry into a folder, which is made when it is not there; raises UserError rather than overwrite.

    The folder is read as a catalogue before the entry takes its place, so a folder that would not load stays as it was.
    """
    path = folder / f"{added.name.lower()}.yaml"
    if path.exists() and not replace:
        raise UserError(f"{path} is there already. Look at it, and give --replace to write over it.")
    folder.mkdir(parents=True, exist_ok=True)
    before = path.read_bytes() if path.exists() else None
    waiting = path.with_name(f".{path.name}.new")
    waiting.write_text(added.text, encoding="utf-8")
    waiting.replace(path)
    try:
        read_catalogue(folder)
    except SpecError:
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)
        raise
    return path


def _new(name: str, described: OdisseiFile, keep: tuple[str, ...]) -> Added:
    kept = {column.lower() for column in keep}
    columns = [_new_column(column, kept) for column in described.columns]
    names = [column["name"] for column in columns]
    key, person_key = _key(names)
    spell = _bounds(described) if name.endswith("BUS") else None
    why = _NO_PERSON if not key else _NO_BOUNDS if name.endswith("BUS") and spell is None else ""
    deciding = {*key, *(spell or ())}
    for column in columns:
        if column["name"] in deciding:
            column.pop("required", None)
            column.pop("keep", None)
    entry: dict[str, Any] = {"name": name, "title": described.title or name, "names": [_notation(name)]}
    if why:
        entry["not_loadable"] = why
    entry |= {
        "unit": described.population or "niet gezegd",
        "structure": "spell" if spell or why == _NO_BOUNDS else "record",
    }
    if spell:
        entry["spell"] = {"begin": spell[0], "end": spell[1]}
    entry["key"] = [*key, *([spell[0]] if spell else [])]
    if person_key:
        entry["person_key"] = list(person_key)
    entry |= {
        "supplier": "cbs",
        "supplier_permission": "unknown",
        "coverage": "national",
        # Until somebody knows that the file knows everybody, silence in it says nothing.
        "absence": "onbekend",
        "sees": "zie de omschrijving van CBS",
        "does_not_see": "niet gezegd",
        "sources": _source(described),
        "columns": columns,
    }
    return Added(name, entry_text(entry), True, (), tuple(names), ())


def _confirmed(known: Register, described: OdisseiFile, keep: tuple[str, ...]) -> Added:
    """The known entry, with names that the description confirms and columns that it adds. Nothing that an indicator
    rests on changes."""
    said = {_column_name(column): column for column in described.columns}
    kept = {column.lower() for column in keep}
    confirmed, columns = [], []
    for column in known.columns:
        real = said.pop(column.name, None) or next((said.pop(n) for n in list(said) if _is_year_of(n, column)), None)
        if real is not None and (not column.is_seen or column.certainty == "B"):
            confirmed.append(column.name)
        columns.append(_dumped(_confirm(column, real, column.name in kept)))
    names = {column.name for column in known.columns}
    lost = [c.name for c in known.columns if not c.is_seen and c.name not in confirmed]
    columns += [_new_column(column, kept) for column in said.values()]
    entry = {**_dumped(known), "columns": columns}
    entry["sources"] = f"{known.sources}; {_source(described)}"
    new = tuple(column["name"] for column in columns if column["name"] not in names)
    return Added(known.name, entry_text(entry), False, tuple(confirmed), new, tuple(lost))


def _confirm(column: Column, real: OdisseiColumn | None, keep: bool) -> Column:
    if real is None:
        return column
    # A name says nothing of what the codes mean: a supposed list stays supposed.
    supposed_codes = column.certainty == "C" and column.kind == "code"
    changes = {
        "certainty": "C" if supposed_codes else "A",
        "name_seen": True if supposed_codes else None,
        "meaning": column.meaning or real.label or real.definition,
        "described": "",
        "keep": column.keep or keep,
    }
    return column.model_copy(update=changes)


def _new_column(column: OdisseiColumn, kept: set[str]) -> dict[str, Any]:
    name = _column_name(column)
    found: dict[str, Any] = {"name": name, "kind": _kind(column)}
    if column.data_type:
        found["type"] = column.data_type
    found |= {"meaning": column.label or column.definition, "certainty": "A"}
    if found["kind"] == "rin_kind":
        found["code_list"] = "RINPERSOONS"
    found["required"] = False
    if name not in kept:
        found["keep"] = False
    return found


def _kind(column: OdisseiColumn) -> Kind:
    name = _column_name(column)
    if name.startswith("rinpersoons"):
        return "rin_kind"
    if name.startswith("rinpersoon"):
        return "rin"
    if name == "rinobjectnummer":
        return "object"
    if "datum" in name or "datum" in column.label.lower() or column.data_type.lower() == "date":
        return "date"
    return _KINDS.get(column.data_type.lower(), "text")


def _key(names: list[str]) -> tuple[list[str], tuple[str, str] | None]:
    for pair in (("rinpersoons", "rinpersoon"), ("soortobjectnummer", "rinobjectnummer")):
        if set(pair) <= set(names):
            return list(pair), None
    main_earner = ("rinpersoonshkw", "rinpersoonhkw")
    return (list(main_earner), main_earner) if set(main_earner) <= set(names) else ([], None)


def _bounds(described: OdisseiFile) -> tuple[str, str] | None:
    """The columns that begin and end a spell, when exactly one of each looks like it."""
    dates = [_column_name(column) for column in described.columns if _kind(column) == "date"]
    begins = [name for name in dates if re.search("aanv|begin", name)]
    ends = [name for name in dates if re.search("eind", name)]
    return (begins[0], ends[0]) if len(begins) == len(ends) == 1 else None


def _column_name(column: OdisseiColumn) -> str:
    """The name in the catalogue: lower case, with the period as a mark."""
    return column.name.lower().replace("jjjjmmdd", "{peildatum}").replace("jjjj", "{period}")


def _is_year_of(name: str, column: Column) -> bool:
    """`gem2023` is the year 2023 of `gem{period}`."""
    if "{" not in column.name:
        return False
    pattern = re.escape(column.name).replace(r"\{period\}", r"\d{4}").replace(r"\{peildatum\}", r"\d{8}")
    return re.fullmatch(pattern, name) is not None


def _notation(name: str) -> str:
    found = re.fullmatch(r"(.+)(TAB|BUS)", name)
    return f"{found[1]}JJJJ{found[2]}VV" if found else f"{name}JJJJVV"


def _source(described: OdisseiFile) -> str:
    parts = {
        "": described.unique_name,
        "versie ": described.version,
        "geldig vanaf ": described.valid_from,
        "eigenaar ": described.owner,
        "id ": described.identifier,
    }
    told = ", ".join(f"{what}{text}" for what, text in parts.items() if text)
    return f"omschrijving van CBS uit het ODISSEI-portaal ({told or 'zonder versie'})"


def _dumped(model: Register | Column) -> dict[str, Any]:
    return model.model_dump(mode="json", exclude_defaults=True)
