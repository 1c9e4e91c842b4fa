"""From delivered text to typed columns, as the catalogue says.

What belongs here: per kind of column the SQL that cleans it, types it and says when it is at fault. What does
not: running it (see `load.py`). Cleaning, typing and judging are three layers of one query, so that nothing is
computed twice over millions of rows.
"""

import re
from dataclasses import dataclass

from pipelines.errors import DeliveryError
from pipelines.facts.gemeenten import gemeenten
from pipelines.registers.catalogue_model import Catalogue, Column, Register
from pipelines.registers.reading import Scan

OPEN_DATE = "DATE '9999-12-31'"
UNUSABLE_RINS = ("000000000", "000000001", "---------")
RIN_FAULT = "(c_rinpersoons IS NULL OR c_rinpersoon IS NULL OR NOT regexp_full_match(c_rinpersoon, '[0-9]{9}'))"
"""A key that is empty or not nine digits; numbers that are known to be rubbish were left out before."""

RIN_WORDS = "a number that is not nine digits, or an empty key"
_TEXT_KINDS = ("rin_kind", "rin", "object", "household", "text", "gemeente")
_SURELY_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT")
_WHOLE = (*_SURELY_WHOLE, "BIGINT", "HUGEINT", "UINTEGER", "UBIGINT", "UHUGEINT")
_REAL = ("FLOAT", "DOUBLE")
"""How DuckDB names the types of columns that hold numbers; the first ones always fit an INTEGER."""

_NULLS = {"date": "DATE", "year": "USMALLINT", "month": "UTINYINT", "integer": "INTEGER", "number": "DOUBLE"}

_DATE_WORDS = "a date that is not YYYYMMDD"
_NUMBER_WORDS = {
    "year": "a year that is not four digits",
    "month": "a month that is not 01 to 12",
    "integer": "something that is not a whole number",
    "number": "something that is not a number",
}


@dataclass(frozen=True)
class TypedColumn:
    """One warehouse column.

    `clean`: SQL over the delivered row, aliased `c_<name>`. `value`: SQL over the cleaned row, aliased `v_<name>`.
    `fault`: SQL over cleaned and typed row, true when the value is at fault; empty when it cannot be. `words`:
    the fault in words, for the supplier.
    """

    name: str
    clean: str
    value: str
    fault: str = ""
    words: str = ""


def typed_columns(scan: Scan, register: Register, catalogue: Catalogue, peiljaar: int) -> list[TypedColumn]:
    """The kept columns of a register over a scan, in catalogue order."""
    found: list[TypedColumn] = []
    for column in register.kept:
        if column.delivered(peiljaar) in scan.columns:
            found.append(_typed(scan, register, column, catalogue, peiljaar))
        else:
            empty = f"CAST(NULL AS {_NULLS.get(column.kind, 'VARCHAR')})"
            found.append(TypedColumn(column.canonical, empty, f"c_{column.canonical}"))
    return found


def cleaned(scan: Scan, name: str) -> str:
    """The delivered text: without padding, empty as NULL; a number from SPSS as whole digits."""
    delivered, kind = scan.columns[name]
    quoted = _quoted(delivered)
    if kind in _REAL:
        whole = f"{quoted} = trunc({quoted})"
        return f"(CASE WHEN {whole} THEN CAST(CAST({quoted} AS BIGINT) AS VARCHAR) ELSE CAST({quoted} AS VARCHAR) END)"
    if kind != "VARCHAR":
        return f"CAST({quoted} AS VARCHAR)"
    return f"nullif(trim({quoted}), '')" if scan.is_padded else f"nullif({quoted}, '')"


def check_physical_types(scan: Scan, register: Register, peiljaar: int) -> None:
    """Raise DeliveryError for a text column that was stored as a number: its leading zeros are gone."""
    for column in register.columns:
        name = column.delivered(peiljaar)
        if name not in scan.columns or column.kind not in _TEXT_KINDS or not column.keep:
            continue
        if scan.columns[name][1] != "VARCHAR":
            raise DeliveryError(
                f"{scan.path.name}: the column {name} is stored as {scan.columns[name][1]}, and must be text: as a "
                "number it lost its leading zeros. Convert the file again with this column as text."
            )


def literals(values: tuple[str, ...]) -> str:
    """A list of SQL text literals."""
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)


def _typed(scan: Scan, register: Register, column: Column, catalogue: Catalogue, peiljaar: int) -> TypedColumn:
    name = column.canonical
    if column.kind in ("integer", "number") and scan.columns[column.delivered(peiljaar)][1] in (*_WHOLE, *_REAL):
        return _stored_number(column, *scan.columns[column.delivered(peiljaar)])
    clean = _without_missing(cleaned(scan, column.delivered(peiljaar)), column.missing)
    text, value = f"c_{name}", f"v_{name}"
    if column.kind == "code" and not catalogue.is_closed(column):
        return TypedColumn(name, clean, text)
    if column.kind == "code":
        codes = catalogue.codes(column)
        shown = ", ".join((*codes[:12], *(("...",) if len(codes) > 12 else ())))
        return TypedColumn(
            name, clean, text, f"{text} NOT IN ({literals(codes)})", f"a code outside its list ({shown})"
        )
    if column.kind == "date":
        delivered, kind = scan.columns[column.delivered(peiljaar)]
        if kind == "DATE" or kind.startswith("TIMESTAMP"):
            return _stored_date(register, column, delivered)
        return _typed_date(register, column, clean)
    if column.kind == "gemeente":
        numbers = tuple(g.code[2:] for g in gemeenten(peiljaar))
        words = f"a gemeente code that does not exist in {peiljaar} (four digits, such as 0363)"
        return TypedColumn(name, clean, f"TRY_CAST({text} AS USMALLINT)", f"{text} NOT IN ({literals(numbers)})", words)
    if column.kind == "object":
        fault = "c_object_id IS NULL"
        return TypedColumn("object_id", clean, "hash(c_soort, c_object_id)", fault, "an empty object key")
    if column.kind == "household":
        return TypedColumn(name, clean, f"hash({text})")
    return _typed_number(column, clean, text, value)


def _typed_date(register: Register, column: Column, clean: str) -> TypedColumn:
    name = column.canonical
    parsed = f"CAST(try_strptime(c_{name}, '%Y%m%d') AS DATE)"
    spell = register.spell
    if spell and column.name == spell.end and spell.open_end:
        opened = f"(c_{name} IS NULL OR c_{name} IN ({literals(spell.open_end)}))"
        return TypedColumn(
            name, clean, f"CASE WHEN {opened} THEN {OPEN_DATE} ELSE {parsed} END", f"v_{name} IS NULL", _DATE_WORDS
        )
    return TypedColumn(name, clean, parsed, f"v_{name} IS NULL", f"{_DATE_WORDS}, or an empty date")


def _stored_date(register: Register, column: Column, delivered: str) -> TypedColumn:
    """A column that the file already stores as dates; one with a time of day is no date."""
    name, spell = column.canonical, register.spell
    value, fault = f"CAST(c_{name} AS DATE)", f"c_{name} <> CAST(c_{name} AS DATE)"
    if spell and column.name == spell.end and spell.open_end:
        return TypedColumn(name, _quoted(delivered), f"coalesce({value}, {OPEN_DATE})", fault, _DATE_WORDS)
    fault = f"(c_{name} IS NULL OR {fault})"
    return TypedColumn(name, _quoted(delivered), value, fault, f"{_DATE_WORDS}, or an empty date")


def _stored_number(column: Column, delivered: str, kind: str) -> TypedColumn:
    """A column that the file already stores as numbers: no text in between, which over millions of rows is much."""
    name = column.canonical
    clean, stored, value = _quoted(delivered), f"c_{name}", f"v_{name}"
    if missing := [code for code in column.missing if re.fullmatch(r"-?[0-9]+", code)]:
        clean = f"(CASE WHEN {clean} IN ({', '.join(missing)}) THEN NULL ELSE {clean} END)"
    fault = ""
    if column.kind == "number":
        if kind in _REAL:
            fault = f"NOT isfinite({stored})"
        return TypedColumn(name, clean, f"CAST({stored} AS DOUBLE)", fault, _NUMBER_WORDS["number"])
    if kind not in _SURELY_WHOLE:
        broken = f" OR {stored} <> trunc({stored})" if kind in _REAL else ""
        fault = f"({stored} IS NOT NULL AND ({value} IS NULL{broken}))"
    return TypedColumn(name, clean, f"TRY_CAST({stored} AS INTEGER)", fault, _NUMBER_WORDS["integer"])


def _typed_number(column: Column, clean: str, text: str, value: str) -> TypedColumn:
    if column.kind not in _NULLS:
        return TypedColumn(column.canonical, clean, text)
    source = f"replace({text}, ',', '.')" if column.kind == "number" else text
    words = _NUMBER_WORDS[column.kind]
    fault = f"({text} IS NOT NULL AND {value} IS NULL)"
    if column.kind == "month":
        fault = f"({fault} OR {value} NOT BETWEEN 1 AND 12)"
    if column.kind == "year":
        fault = f"({fault} OR {value} NOT BETWEEN 1880 AND 2100)"
    return TypedColumn(column.canonical, clean, f"TRY_CAST({source} AS {_NULLS[column.kind]})", fault, words)


def _without_missing(text: str, missing: tuple[str, ...]) -> str:
    return f"(CASE WHEN {text} IN ({literals(missing)}) THEN NULL ELSE {text} END)" if missing else text


def _quoted(delivered: str) -> str:
    return '"' + delivered.replace('"', '""') + '"'
