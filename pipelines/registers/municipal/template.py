"""What a gemeente delivers per register: the columns, an empty file for Excel, and an explanation in Dutch.

What belongs here: what follows from the catalogue for somebody who fills a file. What does not: checking a filled file
(`raw_file.py`).
"""

from dataclasses import dataclass

from pipelines.errors import SpecError
from pipelines.registers.catalogue_model import RIN_COLUMNS, Catalogue, Column, Kind, Register

BSN = "bsn"
_FILLABLE: tuple[Kind, ...] = ("code", "date", "year", "month", "integer", "number")
"""Kinds of columns that a gemeente can fill. No free text: it would carry names and numbers into the kluis."""


@dataclass(frozen=True)
class Layout:
    """The columns of a raw municipal file beside `bsn`, with the codes that each allows."""

    register: Register
    columns: tuple[Column, ...]
    codes: dict[str, dict[str, str]]

    @property
    def header(self) -> tuple[str, ...]:
        return (BSN, *(column.name for column in self.columns))

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that, with the person, name a row."""
        return tuple(name for name in self.register.key if name not in RIN_COLUMNS)

    def may_be_empty(self, column: Column) -> bool:
        spell = self.register.spell
        if spell and column.name == spell.end:
            return "" in spell.open_end
        return column.kind != "date" and column.name not in self.key


def layout_of(catalogue: Catalogue, register_name: str) -> Layout:
    """The layout of a register that gemeenten deliver; raise SpecError for any other."""
    name = register_name.upper()
    municipal = municipal_registers(catalogue)
    register = catalogue.register(name) if name in catalogue.registers else None
    if register is None or name not in municipal:
        raise SpecError(
            f"'{register_name}' is no register that gemeenten deliver by BSN. Those are: {', '.join(municipal)}."
        )
    columns = _own_columns(register)
    codes = {c.name: dict(catalogue.code_lists[c.code_list]) for c in columns if c.code_list}
    return Layout(register, columns, codes)


def municipal_registers(catalogue: Catalogue) -> tuple[str, ...]:
    """Names of the registers that a gemeente can deliver keyed by BSN."""
    return tuple(
        register.name
        for register in catalogue.registers.values()
        if register.supplier == "gemeente"
        and register.person_key == RIN_COLUMNS
        and register.supplier_gemeente
        and all(column.kind in _FILLABLE and "{" not in column.name for column in _own_columns(register))
    )


def _own_columns(register: Register) -> tuple[Column, ...]:
    others = {*RIN_COLUMNS, register.supplier_gemeente}
    return tuple(column for column in register.columns if column.name not in others)


def empty_file(layout: Layout) -> bytes:
    """The header as Dutch Excel opens it: semicolons, UTF-8 with its mark, Windows line ends."""
    return (";".join(layout.header) + "\r\n").encode("utf-8-sig")


def explanation(layout: Layout) -> str:
    """What to fill in, in Dutch, for the official who makes the file."""
    register = layout.register
    lines = [
        f"{register.name}: {register.title.lower()}",
        "",
        f"Dit bestand gaat over: {register.sees}.",
        f"Eén regel per {register.unit.replace(' x ', ' en ')}.",
        "",
        "Zo vult u het in",
        "- Open het lege bestand in Excel, of laat uw systeem hetzelfde bestand maken: puntkomma tussen de kolommen,",
        "  de eerste regel blijft staan, geen lege regels en geen extra kolommen.",
        "- Zet niets in het bestand dat hieronder niet staat: geen namen, adressen of aantekeningen.",
        "- Hebt u dit jaar niets te melden? Lever dan het lege bestand en zeg dat erbij (--nothing-to-report).",
        "",
        "Kolommen",
        "- bsn: het burgerservicenummer, negen cijfers. Excel laat een nul aan het begin vaak weg; acht cijfers mag ook.",
        *(_column_line(layout, column) for column in layout.columns),
        "",
        "Wat er met het BSN gebeurt",
        "Het wordt bij u, op uw eigen computer, vervangen door een pseudoniem: een code waaruit niemand zonder de sleutel",
        "het nummer kan terugrekenen. Alleen het versleutelde bestand met pseudoniemen verlaat uw gemeente.",
        "",
        "Wordt het bestand geweigerd, dan leest u per kolom op welke regels iets niet klopt. Er is dan niets gemaakt:",
        "verbeter de regels en probeer het opnieuw.",
    ]
    return "\r\n".join(lines) + "\r\n"


def _column_line(layout: Layout, column: Column) -> str:
    return f"- {column.name}: {column.meaning or column.name}. {_form(layout, column)}".rstrip()


def _form(layout: Layout, column: Column) -> str:
    empty = " Mag leeg blijven." if layout.may_be_empty(column) else ""
    if column.kind == "date":
        return f"Een datum, bijvoorbeeld 31-12-2023 of 20231231.{empty}"
    if column.kind == "code":
        listed = ", ".join(f"{code} ({meaning})" for code, meaning in layout.codes.get(column.name, {}).items())
        return f"Een van deze codes: {listed}.{empty}"
    words = {
        "year": "Een jaar van vier cijfers.",
        "month": "Een maand van 01 tot en met 12.",
        "integer": "Een heel getal.",
        "number": "Een getal, met een komma voor decimalen.",
    }
    return f"{words[column.kind]}{empty}"
