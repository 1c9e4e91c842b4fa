"""What a register is, what stands in a folder, and what that does to indicators and personas, in words and as data.

What belongs here: the sentences and the JSON. What does not: looking (`pipelines/registers/look.py`) and what rests on
what (`register_use.py`).
"""

from collections.abc import Iterator
from typing import Any

from pipelines.personas.register_use import Use, guessed
from pipelines.registers.catalogue_model import FRAME, Column, Register, Years
from pipelines.registers.look import Look, SeenFile

Data = dict[str, Any]

_PERMISSION = {True: "yes", False: "no", "unknown": "?", "per_theme": "theme"}
_PERMISSION_WORDS = {
    True: "needed",
    False: "not needed",
    "unknown": "not known whether needed",
    "per_theme": "needed per theme",
}
_PERIODS = {
    "year": "a year",
    "month": "a month",
    "quarter": "a quarter",
    "peildatum": "one date",
    "all_years": "all years",
    "unknown": "not known",
}
_MOST_NAMED = 8


def list_data(use: Use) -> list[Data]:
    """Every register: name, title, unit, period, permission, loadable, number of indicators, population."""
    return [
        {
            "name": register.name,
            "title": register.title,
            "unit": register.unit,
            "period": register.period,
            "permission": register.supplier_permission,
            "loadable": register.loadable,
            "indicators": len(use.indicators_on(register.name)),
            "population": register.name in FRAME,
        }
        for register in use.catalogue.registers.values()
    ]


def list_lines(use: Use) -> Iterator[str]:
    """The same as a table."""
    yield f"{'register':30} {'period':10} {'permission':10} {'loadable':8} {'indicators':>10}  title (unit)"
    for row in list_data(use):
        loadable, count = (
            "yes" if row["loadable"] else "no",
            f"{row['indicators']}{' + all' if row['population'] else ''}",
        )
        yield (
            f"{row['name']:30} {row['period']:10} {_PERMISSION[row['permission']]:10} {loadable:8} {count:>10}  "
            f"{row['title']} ({row['unit']})"
        )
    total = len(use.catalogue.registers)
    yield f"{total} registers, of which {len(use.catalogue.loadable)} can be taken in; `+ all`: every figure needs it."


def show_data(register: Register, use: Use) -> Data:
    """Everything of one register, and what rests on it."""
    return {
        **register.model_dump(mode="json"),
        "loadable": register.loadable,
        "indicators": list(use.indicators_on(register.name)),
        "personas": list(_personas(use, register)),
        "guessed": _guesses(use, register),
    }


def show_lines(register: Register, use: Use) -> Iterator[str]:
    """The same in words."""
    yield f"{register.name}: {register.title}"
    if not register.loadable:
        yield f"cannot be taken in: {register.not_loadable}"
    yield f"one row is     {register.unit} ({'spells' if register.spell else 'records'})"
    yield f"key            {', '.join(register.key) or 'not known'}"
    yield f"file names     {' or '.join((*register.names, *register.file_patterns))}"
    yield f"path seen      {register.example_path or f'none; supposed folder: {register.theme or chr(63)}'}"
    yield f"one file holds {_PERIODS[register.period]}; years known: {_years(register.years)}"
    note = f" ({register.permission_note})" if register.permission_note else ""
    yield f"permission     of the supplier: {_PERMISSION_WORDS[register.supplier_permission]}{note}"
    yield f"sees           {register.sees}"
    yield f"does not see   {register.does_not_see}"
    silence = "no: who is not in it has none of it" if register.absence == "nee" else "nothing: then it is unknown"
    yield f"silence says   {silence}"
    for found in register.trend_breaks:
        yield f"trend break    {found.year}: {found.what}"
    yield f"sources        {register.sources}"
    yield "columns"
    for column in register.columns:
        yield f"  {_column_words(column, use)}"
    yield from _use_lines(register, use)


def _use_lines(register: Register, use: Use) -> Iterator[str]:
    indicators = use.indicators_on(register.name)
    if register.name in FRAME:
        yield "every indicator and persona needs it: it makes the counting population"
    yield f"indicators     {', '.join(indicators) or 'none'}"
    yield f"personas       {', '.join(_personas(use, register)) or 'none'}"
    for name, words in _guesses(use, register).items():
        yield f"only supposed  {name}: {words}"


def _personas(use: Use, register: Register) -> tuple[str, ...]:
    return use.personas_on(register.name)


def _guesses(use: Use, register: Register, seen: SeenFile | None = None, peiljaar: int = 0) -> dict[str, str]:
    """What is only supposed of the columns that are read: of all that are kept when no indicator reads the register."""
    columns = use.columns_read(register) if register.name in use.needed else register.columns
    found = {
        c.name: guessed(c, use.catalogue, seen is not None and c.delivered(peiljaar) in seen.columns) for c in columns
    }
    return {name: words for name, words in found.items() if words}


def _years(years: Years) -> str:
    note = f" ({years.note})" if years.note else ""
    if years.first is None and years.last is None:
        return f"not known{note}"
    return f"{years.first or '?'} to {years.last or 'now'}{note}"


def _column_words(column: Column, use: Use) -> str:
    marks = [column.kind, column.type, f"certainty {column.certainty}", "" if column.is_seen else "name not seen"]
    if column.code_list:
        lacking = use.catalogue.incomplete.get(column.code_list)
        marks.append(f"codes {column.code_list}{', not all known' if lacking else ''}")
    if column.missing:
        marks.append(f"missing is {' '.join(code or 'empty' for code in column.missing)}")
    marks += ["optional" if not column.required else "", "" if column.keep else "left out"]
    return f"{column.name:36} {column.meaning or '-'} [{'; '.join(mark for mark in marks if mark)}]"


def check_data(look: Look, use: Use) -> Data:
    """What was found, what is missing, what that disables, and what is only supposed."""
    needed = set(use.needed)
    return {
        "folder": str(look.folder),
        "peiljaar": look.peiljaar,
        "manifest": look.has_manifest,
        "found": {
            name: {
                "file": seen.path,
                "version": seen.version,
                "files": seen.files,
                "missing_columns": list(seen.missing),
                "undeclared_columns": list(seen.undeclared_shown),
                "fault": seen.fault,
                "sealed": seen.sealed,
                "guessed": _guesses(use, use.catalogue.register(name), seen, look.peiljaar),
            }
            for name, seen in look.found.items()
        },
        "missing": {
            name: {
                "indicators": list(use.indicators_on(name)),
                "personas": list(use.personas_on(name)),
                "population": name in FRAME,
                "other_years": list(look.other_years.get(name, ())),
            }
            for name in look.absent
            if name in needed
        },
        "missing_unused": [name for name in look.absent if name not in needed],
        "declared_without_file": list(look.declared_absent),
        "found_without_declaration": list(look.undeclared),
        "not_loadable": look.not_loadable,
        "unknown_files": list(look.strange),
        "unreadable_folders": look.unreadable_folders,
        "refused": look.refused,
        "disabled_personas": list(use.personas_on(*(name for name in look.absent if name in needed))),
    }


def check_lines(look: Look, use: Use) -> Iterator[str]:
    """The same in words: names of files and columns only."""
    data = check_data(look, use)
    yield (
        f"{look.folder}, peiljaar {look.peiljaar}: {len(look.found)} of {len(use.catalogue.loadable)} registers that can be "
        f"taken in; {len(use.needed) - len(data['missing'])} of the {len(use.needed)} on which something rests"
    )
    yield from _found_lines(data)
    if data["missing"]:
        yield "\nmissing"
    for name, what in data["missing"].items():
        yield from _missing_lines(name, what)
    if data["missing_unused"]:
        yield f"\nmissing, and nothing rests on it: {', '.join(data['missing_unused'])}"
    yield from _rest_lines(data)
    yield f"\n{_verdict(data)}"


def _found_lines(data: Data) -> Iterator[str]:
    if data["found"]:
        yield "\nfound"
    for name, what in data["found"].items():
        others = f", {what['files']} files of this year" if what["files"] > 1 else ""
        yield f"  {name:28} {what['file']} ({what['version']}{others})"
        if what["fault"]:
            yield f"      refused: {what['fault']}"
        if what["sealed"]:
            yield "      encrypted: its columns are looked at when it is taken in"
        if what["missing_columns"]:
            yield f"      refused: the column {', '.join(what['missing_columns'])} is missing"
        if what["undeclared_columns"]:
            yield f"      refused: not declared in the catalogue: {', '.join(what['undeclared_columns'])}"
        for column, words in what["guessed"].items():
            yield f"      only supposed: {column}: {words}"


def _missing_lines(name: str, what: Data) -> Iterator[str]:
    years = f" (other years are there: {', '.join(map(str, what['other_years']))})" if what["other_years"] else ""
    yield f"  {name}{years}"
    if what["population"]:
        yield "      nothing can be counted without it"
        return
    yield f"      unknown for everybody: {_some(what['indicators'])}"
    yield f"      personas that then count nobody, or know less: {_some(what['personas']) or 'none'}"


def _rest_lines(data: Data) -> Iterator[str]:
    if data["declared_without_file"]:
        yield f"\nrefused: the manifest declares {', '.join(data['declared_without_file'])}, and there is no file for it"
    if data["found_without_declaration"]:
        yield f"\nnot declared in the manifest, so not taken in: {', '.join(data['found_without_declaration'])}"
    for name, file in data["not_loadable"].items():
        yield f"\n{name} is there ({file}) and cannot be taken in: see `blindevlek registers show {name}`"
    if data["unknown_files"]:
        yield f"\nof no register in the catalogue: {_some(data['unknown_files'])}"
    if data["unreadable_folders"]:
        yield f"\nfolders that could not be opened: {data['unreadable_folders']}"


def _verdict(data: Data) -> str:
    if data["refused"]:
        return "Ingest would refuse this. Mend what is marked `refused`; docs/how-to/registers.md says how."
    if data["missing"]:
        lost = len(data["disabled_personas"])
        return f"Ingest can take this in. {len(data['missing'])} registers are missing, which {lost} personas rest on."
    return "Ingest can take this in, and nothing is missing."


def _some(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
