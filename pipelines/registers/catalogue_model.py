"""The register catalogue: which files exist, their columns, codes and certainty.

What belongs here: the model of a catalogue entry and its loader. What does not: reading a delivery (see
`reading.py`), and the entries themselves (YAML in `catalogue/`).
"""

import hashlib
import json
import re
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

from pipelines.errors import SpecError, nearest
from pipelines.yaml_files import parse_yaml

Kind = Literal[
    "rin_kind",
    "rin",
    "code",
    "date",
    "year",
    "month",
    "integer",
    "number",
    "gemeente",
    "object",
    "household",
    "text",
]

RIN_COLUMNS = ("rinpersoons", "rinpersoon")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_Frozen):
    """One column. `certainty`: A seen in CBS documentation or code, B described in words, C assumed."""

    name: str
    kind: Kind
    meaning: str = ""
    certainty: Literal["A", "B", "C"]
    code_list: str | None = None
    missing: tuple[str, ...] = ()
    required: bool = True
    keep: bool = True

    @property
    def canonical(self) -> str:
        """The name in the warehouse: without the period that CBS puts in some column names."""
        return re.sub(r"_?\{(period|peildatum)\}", "", self.name)

    def delivered(self, peiljaar: int) -> str:
        """The lower-case name as delivered for a peiljaar."""
        return self.name.replace("{period}", str(peiljaar)).replace("{peildatum}", f"{peiljaar}1231")


class Spell(_Frozen):
    """Which columns bound a spell; `open_end` are texts that say a spell still runs."""

    begin: str
    end: str
    open_end: tuple[str, ...] = ()


class Register(_Frozen):
    """One register file: names, key, columns, what it sees, and how its coverage is declared."""

    name: str
    title: str
    file_patterns: tuple[str, ...]
    theme: str
    unit: str
    structure: Literal["record", "spell"]
    spell: Spell | None = None
    key: tuple[str, ...]
    person_key: tuple[str, str] = RIN_COLUMNS
    """The columns that name the person: in household files those of the main earner."""
    supplier: Literal["cbs", "gemeente"]
    supplier_permission: bool
    coverage: Literal["national", "per_gemeente"]
    supplier_gemeente: str | None = None
    absence: Literal["nee", "onbekend"]
    only_brp: bool = False
    """Does it speak of people in the BRP only? Then its silence about a number outside the BRP says nothing."""
    sees: str
    does_not_see: str
    sources: str
    columns: tuple[Column, ...]

    @property
    def table(self) -> str:
        """Name of its table in the warehouse."""
        return self.name.lower()

    @property
    def has_persons(self) -> bool:
        return any(column.kind == "rin" for column in self.columns)

    @property
    def kept(self) -> tuple[Column, ...]:
        """Columns that enter the warehouse, without the two that make the person's key."""
        return tuple(c for c in self.columns if c.keep and c.name not in self.person_key)

    def column(self, canonical: str) -> Column:
        """The kept column with this name; raise SpecError with the nearest name otherwise."""
        names = {c.canonical: c for c in self.kept}
        if canonical not in names:
            raise SpecError(
                f"register {self.name} has no column '{canonical}'. It has: {', '.join(names)}."
                f"{nearest(canonical, names)}"
            )
        return names[canonical]

    @model_validator(mode="after")
    def _holds_together(self) -> "Register":
        names = {c.name for c in self.columns} | {c.canonical for c in self.columns}
        wanted = {*self.key}
        if self.spell:
            wanted |= {self.spell.begin, self.spell.end}
        if self.supplier_gemeente:
            wanted.add(self.supplier_gemeente)
        if missing := wanted - names:
            raise ValueError(f"{self.name} names columns that it does not list: {', '.join(sorted(missing))}")
        if (self.structure == "spell") != (self.spell is not None):
            raise ValueError(f"{self.name}: a spell file needs `spell`, and only a spell file has it")
        return self


class Catalogue(_Frozen):
    """All registers by name, and the code lists by name (code -> meaning)."""

    registers: dict[str, Register]
    code_lists: dict[str, dict[str, str]]

    def register(self, name: str) -> Register:
        """The register of this name; raise SpecError with the nearest name otherwise."""
        if name not in self.registers:
            raise SpecError(f"no register '{name}' in the catalogue.{nearest(name, self.registers)}")
        return self.registers[name]

    def codes(self, column: Column) -> tuple[str, ...]:
        """The allowed codes of a column, without its missing codes; empty when it has no list."""
        return tuple(self.code_lists[column.code_list]) if column.code_list else ()

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the canonical content: the same catalogue has the same fingerprint."""
        return hashlib.sha256(json.dumps(self.model_dump(), sort_keys=True).encode()).hexdigest()


@cache
def load_catalogue() -> Catalogue:
    """The catalogue of this checkout, in order of name."""
    folder = files("pipelines.registers") / "catalogue"
    registers: dict[str, Register] = {}
    code_lists: dict[str, dict[str, str]] = {}
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name == "code_lists.yaml":
            code_lists = parse_yaml(entry.read_text(encoding="utf-8"), entry.name)
        elif entry.name.endswith(".yaml"):
            data = parse_yaml(entry.read_text(encoding="utf-8"), entry.name)
            register = Register.model_validate(data)
            registers[register.name] = register
    for register in registers.values():
        for column in register.columns:
            if column.code_list and column.code_list not in code_lists:
                raise SpecError(f"{register.name}.{column.name} names an unknown code list '{column.code_list}'")
    return Catalogue(registers=registers, code_lists=code_lists)
