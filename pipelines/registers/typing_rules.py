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
from pipelines.registers.guards import REFUSED
from pipelines.registers.reading import Scan
from pipelines.registers.reasons import (
    FIRST_DAY,
    LAST_DAY,
    Reason,
    of_begin,
    of_code,
    of_date,
    of_gemeente,
    of_number,
    of_stored_date,
    of_stored_number,
)

OPEN_DATE = "DATE '9999-12-31'"
UNUSABLE_RINS = ("000000000", "000000001", "---------")
RIN_FAULT = "(c_rinpersoon IS NULL OR NOT regexp_full_match(c_rinpersoon, '[0-9]{9}'))"
"""A number that is empty or not nine digits; those that are known to be rubbish were left out before."""

RIN_KIND_FAULT = "(c_rinpersoons IS NULL OR c_rinpersoons NOT IN ('R', 'S', 'F', 'N'))"
_LONGEST_TEXT = 1_000
_TEXT_KINDS = ("rin_kind", "rin", "object", "household", "text", "gemeente")
_SURELY_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT")
_WHOLE = (*_SURELY_WHOLE, "BIGINT", "HUGEINT", "UINTEGER", "UBIGINT", "UHUGEINT")
_REAL = ("FLOAT", "DOUBLE")
"""How DuckDB names the types of columns that hold numbers; the first ones always fit an INTEGER."""

_NULLS = {"date": "DATE", "year": "USMALLINT", "month": "UTINYINT", "integer": "INTEGER", "number": "DOUBLE"}


@dataclass(frozen=True)
class TypedColumn:
    """One warehouse column.

    `clean`: SQL over the delivered row, aliased `c_<name>`. `value`: SQL over the cleaned row, aliased `v_<name>`.
    `fault`: SQL over cleaned and typed row, true when the value is at fault; empty when it cannot be. `reasons`:
    what then may be wrong, for the supplier; the first that holds, the last one always.
    """

    name: str
    clean: str
    value: str
    fault: str = ""
    reasons: tuple[Reason, ...] = ()


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
    """Raise DeliveryError for a column that was stored as something that no value of it can be, and for a text column that
    was stored as a number: its leading zeros are gone."""
    for column in register.columns:
        name = column.delivered(peiljaar)
        if name not in scan.columns or not (column.keep or column.name in register.person_key):
            continue
        if wrong := _strange(scan.columns[name][1]):
            raise DeliveryError(
                f"{scan.path.name}: the column {name} is stored as {wrong[0]}, and must be plain text, a number or a date. "
                f"{wrong[1]} {REFUSED}"
            )
        if column.kind not in _TEXT_KINDS:
            continue
        if scan.columns[name][1] != "VARCHAR":
            raise DeliveryError(
                f"{scan.path.name}: the column {name} is stored as {scan.columns[name][1]}, and must be text: as a "
                "number it lost its leading zeros. Convert the file again with this column as text."
            )


def _strange(kind: str) -> tuple[str, str] | None:
    """What a column is stored as that holds no plain values, and what to do."""
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION", "VARIANT")):
        return "a list or a record in each row", "Have it written out as columns of its own."
    if kind.startswith("DECIMAL"):
        return "decimals of a fixed number", "Convert it to whole numbers, to floating numbers or to text."
    if kind in ("BLOB", "BIT", "UUID"):
        return "binary content", "Convert it to text: in Parquet it lacks the mark that it is text."
    if kind == "BOOLEAN":
        return "yes or no", "Convert it to the codes that the catalogue gives."
    if kind.startswith(("TIME", "INTERVAL")) and not kind.startswith("TIMESTAMP"):
        return "a time of day or a length of time", "Convert it to what the catalogue says of the column."
    return None


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
        listed = literals(codes)
        return TypedColumn(name, clean, text, f"{text} NOT IN ({listed})", of_code(name, listed, shown))
    if column.kind == "date":
        delivered, kind = scan.columns[column.delivered(peiljaar)]
        if kind == "DATE" or kind.startswith("TIMESTAMP"):
            return _stored_date(register, column, delivered)
        return _typed_date(register, column, clean)
    if column.kind == "gemeente":
        numbers = tuple(g.code[2:] for g in gemeenten(peiljaar))
        fault = f"{text} NOT IN ({literals(numbers)})"
        if register.supplier_gemeente in (column.name, name):
            fault = f"({text} IS NULL OR {fault})"
        return TypedColumn(name, clean, f"TRY_CAST({text} AS USMALLINT)", fault, of_gemeente(name, peiljaar))
    if column.kind == "object":
        fault = "(c_object_id IS NULL OR c_soort IS NULL)"
        reasons = (
            Reason("c_object_id IS NULL", "an empty object key"),
            Reason("true", "an object key without its kind (soortobjectnummer)"),
        )
        return TypedColumn("object_id", clean, "hash(c_soort, c_object_id)", fault, reasons)
    if column.kind == "household":
        # The hash of nothing is a number too: all people without one would make one household.
        return TypedColumn(name, clean, f"CASE WHEN {text} IS NOT NULL THEN hash({text}) END")
    if column.kind == "text":
        words = f"a text of over {_LONGEST_TEXT} characters"
        long = (Reason("true", words, "Is free text among the numbers, or a quote not closed? Ask the supplier."),)
        return TypedColumn(name, clean, text, f"length({text}) > {_LONGEST_TEXT}", long)
    return _typed_number(column, clean, text, value)


def _typed_date(register: Register, column: Column, clean: str) -> TypedColumn:
    name = column.canonical
    parsed = f"CAST(try_strptime(c_{name}, '%Y%m%d') AS DATE)"
    spell = register.spell
    if spell and column.name == spell.end and spell.open_end:
        opened = f"(c_{name} IS NULL OR c_{name} IN ({literals(spell.open_end)}))"
        value = f"CASE WHEN {opened} THEN {OPEN_DATE} ELSE {parsed} END"
        fault = f"(v_{name} IS NULL OR NOT ({opened} OR {_possible(name)}))"
        return TypedColumn(name, clean, value, fault, of_date(name))
    reasons = of_begin(name, spell.end) if spell and spell.end and column.name == spell.begin else of_date(name)
    return TypedColumn(name, clean, parsed, f"(v_{name} IS NULL OR NOT {_possible(name)})", reasons)


def _possible(name: str) -> str:
    """Is this a date that anything of people alive or dead in this century can have?"""
    return f"(v_{name} BETWEEN {FIRST_DAY} AND {LAST_DAY})"


def _stored_date(register: Register, column: Column, delivered: str) -> TypedColumn:
    """A column that the file already stores as dates; one with a time of day is no date."""
    name, spell = column.canonical, register.spell
    value = f"CAST(c_{name} AS DATE)"
    fault = f"(c_{name} <> CAST(c_{name} AS DATE) OR NOT {_possible(name)})"
    if spell and column.name == spell.end and spell.open_end:
        fault = f"(c_{name} IS NOT NULL AND {fault})"
        return TypedColumn(name, _quoted(delivered), f"coalesce({value}, {OPEN_DATE})", fault, of_stored_date(name))
    return TypedColumn(name, _quoted(delivered), value, f"(c_{name} IS NULL OR {fault})", of_stored_date(name))


def _stored_number(column: Column, delivered: str, kind: str) -> TypedColumn:
    """A column that the file already stores as numbers: no text in between, which over millions of rows is much."""
    name = column.canonical
    clean, stored, value = _quoted(delivered), f"c_{name}", f"v_{name}"
    if missing := [code for code in column.missing if re.fullmatch(r"-?[0-9]+", code)]:
        clean = f"(CASE WHEN {clean} IN ({', '.join(missing)}) THEN NULL ELSE {clean} END)"
    fault, reasons = "", of_stored_number(name, kind in _REAL)
    if column.kind == "number":
        if kind in _REAL:
            fault = f"NOT isfinite({stored})"
        return TypedColumn(name, clean, f"CAST({stored} AS DOUBLE)", fault, reasons)
    if kind not in _SURELY_WHOLE:
        broken = f" OR {stored} <> trunc({stored})" if kind in _REAL else ""
        fault = f"({stored} IS NOT NULL AND ({value} IS NULL{broken}))"
    fault = " OR ".join(part for part in (fault, _below_nothing(name)) if part)
    return TypedColumn(name, clean, f"TRY_CAST({stored} AS INTEGER)", fault and f"({fault})", reasons)


def _below_nothing(name: str) -> str:
    """A column that counts cannot hold less than nothing; empty for other columns."""
    return f"v_{name} < 0" if name.startswith("aantal") else ""


def _typed_number(column: Column, clean: str, text: str, value: str) -> TypedColumn:
    if column.kind not in _NULLS:
        return TypedColumn(column.canonical, clean, text)
    source = f"replace({text}, ',', '.')" if column.kind == "number" else text
    fault = f"({text} IS NOT NULL AND {value} IS NULL)"
    if column.kind == "number":
        fault = f"({fault} OR NOT isfinite({value}))"
    if column.kind == "integer":
        # The cast alone would round what has decimals, and take 1e3 for a thousand.
        signs = f"regexp_full_match({text}, '[+-]?[0-9]+')"
        fault = f"({text} IS NOT NULL AND ({value} IS NULL OR NOT {signs}))"
        fault = " OR ".join(part for part in (fault, _below_nothing(column.canonical)) if part)
        fault = f"({fault})"
    if column.kind == "month":
        fault = f"({fault} OR {value} NOT BETWEEN 1 AND 12)"
    if column.kind == "year":
        fault = f"({fault} OR {value} NOT BETWEEN 1880 AND 2100 OR length({text}) <> 4)"
    reasons = of_number(column.canonical, column.kind)
    return TypedColumn(column.canonical, clean, f"TRY_CAST({source} AS {_NULLS[column.kind]})", fault, reasons)


def _without_missing(text: str, missing: tuple[str, ...]) -> str:
    return f"(CASE WHEN {text} IN ({literals(missing)}) THEN NULL ELSE {text} END)" if missing else text


def _quoted(delivered: str) -> str:
    return '"' + delivered.replace('"', '""') + '"'
