"""Reading the entries of the catalogue: those of the project, and those of an analyst's own folder.

What belongs here: files to models, and faults told with file and line. What does not: the model
(`catalogue_model.py`), and writing an entry (`catalogue_add.py`).
"""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import SpecError, nearest
from pipelines.registers.catalogue_model import Catalogue, Register
from pipelines.yaml_document import Document, Fault, refuse, refuse_all
from pipelines.yaml_files import build_model, read_document
from pipelines.yaml_text import parse_document

CODE_LISTS = "code_lists.yaml"
INCOMPLETE = "incomplete_lists.yaml"
ASSUMED = "assumed_lists.yaml"
_LISTS = (CODE_LISTS, INCOMPLETE, ASSUMED)
_FAST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def read_own_catalogue() -> Catalogue:
    """The catalogue of this checkout, read once a process."""
    folder = files("pipelines.registers") / "catalogue"
    texts = {item.name: item.read_text(encoding="utf-8") for item in folder.iterdir() if item.name.endswith(".yaml")}
    # The strict reader takes a third of a second for sixty entries. These files come with the code, and a test reads
    # them with both; what the fast one stumbles over is told by the strict one.
    documents = [_fast_document(name, texts[name]) for name in sorted(texts)]
    return _catalogue(documents, Catalogue(registers={}, code_lists={}))


def read_catalogue(extra: Path) -> Catalogue:
    """The catalogue of this checkout with the entries, code lists and incomplete lists of a folder."""
    if not extra.is_dir():
        raise SpecError(
            f"BLINDEVLEK_CATALOGUE names {extra}, which is no folder. Make it (`blindevlek registers add` does), or unset "
            "the variable."
        )
    documents = [read_document(path) for path in sorted(extra.glob("*.yaml"))]
    return _catalogue(documents, read_own_catalogue())


def _fast_document(name: str, text: str) -> Document:
    try:
        return Document(name, yaml.load(text, Loader=_FAST), {})  # noqa: S506
    except yaml.YAMLError:
        return parse_document(text, name)


def _catalogue(documents: list[Document], base: Catalogue) -> Catalogue:
    """The base with what the documents hold put in its place. Raises SpecError with every fault found."""
    registers, lists = dict(base.registers), dict(base.code_lists)
    remarks = {INCOMPLETE: dict(base.incomplete), ASSUMED: dict(base.assumed)}
    by_document: list[tuple[Document, Register]] = []
    faults: list[tuple[Document, Fault]] = []
    replaced: list[str] = []
    for document in documents:
        if document.name == CODE_LISTS:
            found = _code_lists(document)
            replaced += [f"code list {name}" for name in found if name in lists]
            # A list that an analyst gives is whole and real, unless the same folder says that it is not.
            remarks = {file: {n: why for n, why in said.items() if n not in found} for file, said in remarks.items()}
            lists |= found
    for document in documents:
        if document.name in remarks:
            remarks[document.name] |= _remarks(document, lists)
        elif document.name not in _LISTS:
            register, wrong = build_model(document.data, Register, ())
            faults += [(document, fault) for fault in wrong]
            if register is not None:
                replaced += [register.name] if register.name in base.registers else []
                by_document.append((document, register))
    for document, register in by_document:
        faults += [(document, fault) for fault in _entry_faults(document, register, by_document, lists)]
        registers[register.name] = register
    _refuse(faults)
    return Catalogue(
        registers=dict(sorted(registers.items())),
        code_lists=lists,
        incomplete=remarks[INCOMPLETE],
        assumed=remarks[ASSUMED],
        replaced=tuple(replaced),
    )


def _entry_faults(
    document: Document, register: Register, entries: list[tuple[Document, Register]], lists: dict[str, dict[str, str]]
) -> list[Fault]:
    faults = []
    others = [other.name for other, entry in entries if entry.name == register.name and other is not document]
    if others:
        faults.append(Fault(("name",), f"{register.name} is described by {others[0]} too; keep one"))
    for number, column in enumerate(register.columns):
        if column.code_list and column.code_list not in lists:
            words = f"no code list '{column.code_list}'.{nearest(column.code_list, lists)} Add it to {CODE_LISTS}"
            faults.append(Fault(("columns", number, "code_list"), words))
        elif column.kind == "code" and column.code_list is None:
            words = "a column of kind code needs `code_list`; without a list its kind is text"
            faults.append(Fault(("columns", number, "kind"), words))
    return faults


def _refuse(faults: list[tuple[Document, Fault]]) -> None:
    """Tell the faults; the lines of a file that was read fast are looked up now."""
    found = {id(document): document for document, _ in faults}
    lined = {key: document if document.lines else _with_lines(document) for key, document in found.items()}
    refuse_all([(lined[id(document)], fault) for document, fault in faults])


def _with_lines(document: Document) -> Document:
    place = files("pipelines.registers") / "catalogue" / document.name
    return parse_document(place.read_text(encoding="utf-8"), document.name)


def _code_lists(document: Document) -> dict[str, dict[str, str]]:
    if not isinstance(document.data, dict):
        raise SpecError(
            f"{document.name}:1: the file must map the name of a list to its codes, and each code to words."
        )
    faults = []
    for name, codes in document.data.items():
        if not isinstance(codes, dict):
            faults.append(Fault((name,), "here must stand codes with their meaning, such as 'A': aanmelding"))
            continue
        faults += [
            Fault((name, code), "the meaning of a code is a text; put it in quotes")
            for code, meaning in codes.items()
            if not isinstance(meaning, str) or not isinstance(code, str)
        ]
    refuse(document, faults)
    return dict(document.data)


def _remarks(document: Document, lists: dict[str, dict[str, str]]) -> dict[str, str]:
    if not isinstance(document.data, dict) or not all(isinstance(text, str) for text in document.data.values()):
        raise SpecError(f"{document.name}:1: the file must map the name of a code list to what is not known of it.")
    faults = [
        Fault((name,), f"no code list '{name}'.{nearest(name, lists)} It must stand in {CODE_LISTS}", on_key=True)
        for name in document.data
        if name not in lists
    ]
    _refuse([(document, fault) for fault in faults])
    return dict(document.data)
