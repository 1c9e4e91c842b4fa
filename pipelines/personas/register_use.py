"""What rests on a register: indicators, personas, and the columns that they read.

What belongs here: questions over catalogue, indicators and personas together. What does not: the words
(`register_report.py`), and what a rule means (`pipelines/indicators`).
"""

from dataclasses import dataclass
from functools import cached_property

from pipelines.indicators.collection import Indicators
from pipelines.indicators.spec import Count, EndedAndNothingBegan, Indicator, Moved, Rows, Sum
from pipelines.personas.load import Personas
from pipelines.registers.catalogue_model import FRAME, Catalogue, Column, Register


@dataclass(frozen=True)
class Use:
    """Which indicators and personas rest on which register."""

    catalogue: Catalogue
    indicators: Indicators
    personas: Personas

    @cached_property
    def _by_register(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for name in self.indicators.by_id:
            for source in self.indicators.sources_of(name):
                found.setdefault(source, []).append(name)
        return {source: tuple(names) for source, names in found.items()}

    def indicators_on(self, register: str) -> tuple[str, ...]:
        """Ids of the indicators that rest on a register, directly or through others. Of a register of the counting
        population: those that read it themselves (all others need it too)."""
        return self._by_register.get(register, ())

    def personas_on(self, *registers: str) -> tuple[str, ...]:
        """Ids of the personas of which a condition or the voorziening rests on one of these registers; all personas
        when one of them makes the counting population."""
        if set(registers) & set(FRAME):
            return tuple(self.personas.by_id)
        lost = {name for register in registers for name in self.indicators_on(register)}
        return tuple(name for name, persona in self.personas.by_id.items() if lost & set(persona.indicators))

    @property
    def needed(self) -> tuple[str, ...]:
        """Registers on which anything rests, in order of name."""
        return tuple(sorted({*self._by_register, *FRAME}))

    def columns_read(self, register: Register) -> tuple[Column, ...]:
        """The columns that indicators read of it, its key and the bounds of its spells, in its own order."""
        names = {*register.key, *((register.spell.begin, register.spell.end) if register.spell else ())}
        if register.supplier_gemeente:
            names.add(register.supplier_gemeente)
        for name in self.indicators_on(register.name):
            names |= _read_by(self.indicators.by_id[name], register)
        return tuple(column for column in register.columns if column.name in names or column.canonical in names)


def guessed(column: Column, catalogue: Catalogue, in_file: bool = False) -> str:
    """What is only supposed of a column, in words; empty when nothing is. `in_file`: a file with this name was seen."""
    codes = catalogue.assumed.get(column.code_list or "", "") if column.kind == "code" else ""
    told = [_guessed(column, in_file), f"the codes are supposed: {codes}" if codes else ""]
    return "; ".join(words for words in told if words)


def _guessed(column: Column, in_file: bool) -> str:
    seen = column.is_seen or in_file
    name = "the name is seen" if column.is_seen else "the file has a column of this name"
    if column.certainty == "A":
        return "" if seen else f"part of its name was not seen ({column.described or 'no description'})"
    if column.certainty == "B":
        told = f" (in the source: {column.described.strip('()')})" if column.described else ""
        return f"{name}, what it holds is only described{told}" if seen else f"the name is supposed{told}"
    if seen:
        return f"{name}, what its values mean is supposed"
    return "name and values are supposed"


def _read_by(indicator: Indicator, register: Register) -> set[str]:
    rule = indicator.rule.on_register
    found: set[str] = set()
    if rule is None:
        return found
    if indicator.source == register.name:
        if isinstance(rule, Rows):
            found |= {*rule.where, *rule.between}
        if isinstance(rule, Sum):
            found.add(rule.column)
        if isinstance(rule, Count) and rule.distinct is not None:
            found.add(rule.distinct)
        if isinstance(rule, Moved):
            found |= {column.name for column in register.columns if column.kind == "object"}
    if isinstance(rule, EndedAndNothingBegan):
        for rows in rule.nothing_of:
            found |= {*rows.where, *rows.between} if rows.source == register.name else set()
    return found
