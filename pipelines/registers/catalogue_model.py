"""The register catalogue: which files exist, their columns, codes and certainty.

What belongs here: the model of an entry, and questions about it. What does not: reading entries from disk
(`catalogue_files.py`), reading a delivery (`reading.py`), and the entries themselves (YAML in `catalogue/`).
"""

import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipelines.errors import SpecError, nearest

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

Period = Literal["year", "month", "quarter", "peildatum", "all_years", "unknown"]
"""What one file spans: a year, a month, a quarter, one date, or every year at once."""

RIN_COLUMNS = ("rinpersoons", "rinpersoon")
FRAME = ("GBAPERSOONTAB", "GBAADRESOBJECTBUS", "GBAHUISHOUDENSBUS", "VSLGWBTAB", "NIETVSLGWBTAB")
"""Registers that make the counting population: without one of them nothing can be counted."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_Frozen):
    """One column. `certainty`: A seen in CBS documentation or code, B described in words, C assumed."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_{}]*$")]
    kind: Kind
    type: str = ""
    """Type and width as CBS gives them (A9: nine characters, N: a number); empty when not known."""
    meaning: str = ""
    certainty: Literal["A", "B", "C"]
    name_seen: bool | None = None
    """Was the real name of the column seen? Left out: it was when the certainty is A."""
    described: str = ""
    """How the sources describe a column of which they do not give the (whole) name."""
    code_list: str | None = None
    missing: tuple[str, ...] = ()
    required: bool = True
    keep: bool = True
    only_for: Literal["wijk"] | None = None
    """Read only by plans that measure this: it decides nothing of the others, and a delivery may lack it."""

    @property
    def canonical(self) -> str:
        """The name in the warehouse: without the period that CBS puts in some column names."""
        return re.sub(r"_?\{(period|peildatum)\}", "", self.name)

    @property
    def is_seen(self) -> bool:
        """Was the real name seen?"""
        return self.certainty == "A" if self.name_seen is None else self.name_seen

    def delivered(self, peiljaar: int) -> str:
        """The lower-case name as delivered for a peiljaar."""
        return self.name.replace("{period}", str(peiljaar)).replace("{peildatum}", f"{peiljaar}1231")


class Spell(_Frozen):
    """Which columns bound a spell; `open_end` are texts that say a spell still runs."""

    begin: str
    end: str
    open_end: tuple[str, ...] = ()


class Years(_Frozen):
    """The years of which files are known to exist; an end left out is open or not known."""

    first: int | None = None
    last: int | None = None
    note: str = ""


class TrendBreak(_Frozen):
    """From `year` on, figures cannot be compared with those of the years before."""

    year: int
    what: str


class Register(_Frozen):
    """One register file: names, key, columns, what it sees, and how its coverage is declared."""

    name: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
    title: str
    names: tuple[str, ...] = ()
    """File names in CBS's notation: JJJJ the year, MM the month, KK the quarter, VV the version (`GBAPERSOONJJJJTABVV`)."""
    file_patterns: tuple[str, ...] = ()
    """Regular expressions for names that the notation cannot say, with the groups `period` and `version`."""
    example_path: str | None = None
    """A path that was really seen, below the drive of microdata."""
    theme: str = ""
    """The folder of microdata in which it stands, or is supposed to stand."""
    not_loadable: str = ""
    """Why it cannot be taken in yet; empty when it can."""
    unit: str
    structure: Literal["record", "spell"]
    spell: Spell | None = None
    event: str = ""
    """Of a file of events: the column of the day on which each happened."""
    key: tuple[str, ...]
    person_key: tuple[str, str] = RIN_COLUMNS
    """The columns that name the person: in household files those of the main earner."""
    period: Period = "year"
    years: Years = Years()
    supplier: Literal["cbs", "gemeente"]
    supplier_permission: Literal[True, False, "unknown", "per_theme"]
    """Must the supplier of the data behind it agree that a project uses it?"""
    permission_note: str = ""
    coverage: Literal["national", "per_gemeente"]
    supplier_gemeente: str | None = None
    absence: Literal["nee", "onbekend"]
    only_brp: bool = False
    """Does it speak of people in the BRP only? Then its silence about a number outside the BRP says nothing."""
    sees: str
    does_not_see: str
    trend_breaks: tuple[TrendBreak, ...] = ()
    sources: str
    columns: tuple[Column, ...]

    @property
    def table(self) -> str:
        """Name of its table in the warehouse."""
        return self.name.lower()

    @property
    def loadable(self) -> bool:
        """Is enough known of it to take a file in?"""
        return not self.not_loadable

    @property
    def is_state(self) -> bool:
        """Does a file say what stood on a date or in a month, and nothing of the time before?"""
        return self.structure == "record" and self.period in ("month", "quarter", "peildatum")

    @property
    def has_persons(self) -> bool:
        return any(column.kind == "rin" for column in self.columns)

    @property
    def kept(self) -> tuple[Column, ...]:
        """Columns that enter the warehouse, without the two that make the person's key."""
        return tuple(c for c in self.columns if c.keep and c.name not in self.person_key)

    @property
    def bounds(self) -> tuple[str, str] | None:
        """The kept dates, by their names in the warehouse, between which lies what a row tells: those of its spell, or
        twice that of its event."""
        named = (self.spell.begin, self.spell.end) if self.spell else (self.event, self.event)
        dates = {name: c.canonical for c in self.kept if c.kind == "date" for name in (c.name, c.canonical)}
        return (dates[named[0]], dates[named[1]]) if {*named} <= {*dates} else None

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
        if not self.loadable:
            return self
        names = {c.name for c in self.columns} | {c.canonical for c in self.columns}
        wanted = {*self.key}
        if self.spell:
            wanted |= {self.spell.begin, self.spell.end}
        if self.event:
            wanted.add(self.event)
        if self.supplier_gemeente:
            wanted.add(self.supplier_gemeente)
        if missing := wanted - names:
            raise ValueError(f"{self.name} names columns that it does not list: {', '.join(sorted(missing))}")
        if (self.structure == "spell") != (self.spell is not None):
            raise ValueError(f"{self.name}: a spell file needs `spell`, and only a spell file has it")
        if self.event and (self.spell or not self.bounds):
            raise ValueError(f"{self.name}: `event` is a column of dates that is kept, of a file without spells")
        return self

    def counting_content(self, *, wijken: bool = False) -> dict[str, Any]:
        """What decides which rows and values are read: no titles, sources, or columns that are left out; those of wijken only
        for a plan that measures wijken."""
        deciding = (
            "name", "structure", "period", "spell", "key", "person_key", "coverage", "supplier_gemeente", "absence", "only_brp",
        )  # fmt: skip
        read = [
            {"name": c.name, "kind": c.kind, "code_list": c.code_list, "missing": c.missing}
            for c in self.columns
            if c.keep and (wijken or c.only_for is None)
        ]
        return {**self.model_dump(include=set(deciding)), "columns": read}


class Catalogue(_Frozen):
    """All registers by name, and the code lists by name (code -> meaning).

    `incomplete`: lists that are known to lack codes, and what they lack. `assumed`: lists whose codes are a convention
    of this project, and what is public of them. `replaced`: what an analyst's own folder put in the place of the project's.
    """

    registers: dict[str, Register]
    code_lists: dict[str, dict[str, str]]
    incomplete: dict[str, str] = {}
    assumed: dict[str, str] = {}
    replaced: tuple[str, ...] = ()

    def register(self, name: str) -> Register:
        """The register of this name; raise SpecError with the nearest name otherwise."""
        if name not in self.registers:
            hint = nearest(name, self.registers) or " `blindevlek registers list` shows all names."
            raise SpecError(f"no register '{name}' in the catalogue.{hint}")
        return self.registers[name]

    @property
    def loadable(self) -> dict[str, Register]:
        """The registers of which files can be taken in."""
        return {name: register for name, register in self.registers.items() if register.loadable}

    def codes(self, column: Column) -> tuple[str, ...]:
        """The known codes of a column, without its missing codes; empty when it has no list."""
        return tuple(self.code_lists[column.code_list]) if column.code_list else ()

    def is_closed(self, column: Column) -> bool:
        """Is a code outside the list a fault? Not when the list is known to lack codes."""
        return column.code_list not in self.incomplete

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what decides how files are found and read: another one, and deliveries are taken in again."""
        how = {
            name: {"names": r.names, "required": [c.name for c in r.columns if c.required], "all": _names(r)}
            for name, r in self.loadable.items()
        }
        return _sha256([self.counting_fingerprint(self.loadable, wijken=True), how])

    def counting_fingerprint(self, names: Iterable[str], *, wijken: bool = False) -> str:
        """SHA-256 of what decides the rows and values that these registers give: part of what makes a release the
        same one. Texts do not enter it, nor registers that are not named, nor (without `wijken`) the columns of wijken."""
        content = [self.register(name).counting_content(wijken=wijken) for name in sorted(names)]
        used = {column["code_list"] for entry in content for column in entry["columns"] if column["kind"] == "code"}
        lists = {name: [sorted(self.code_lists[name]), name in self.incomplete] for name in used if name is not None}
        return _sha256([content, lists])


def _names(register: Register) -> list[str]:
    return [column.name for column in register.columns]


def _sha256(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def load_catalogue(extra: Path | None = None) -> Catalogue:
    """The catalogue of this checkout in order of name, with the entries of an analyst's own folder when given: one of
    the same name replaces the project's. Raises SpecError with file and line."""
    from pipelines.registers.catalogue_files import read_catalogue, read_own_catalogue

    return read_own_catalogue() if extra is None else read_catalogue(extra)
