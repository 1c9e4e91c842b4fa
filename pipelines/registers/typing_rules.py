"""From delivered text to typed columns, as the catalogue says.

What belongs here: per kind of column the SQL that types it, and the SQL that finds what is wrong with it. What
does not: running it (see `ingest.py`).
"""

from dataclasses import dataclass

from pipelines.errors import DeliveryError
from pipelines.facts.gemeenten import gemeenten
from pipelines.registers.catalogue_model import Catalogue, Column, Register
from pipelines.registers.reading import Scan

OPEN_DATE = "DATE '9999-12-31'"
UNUSABLE_RINS = ("000000000", "000000001", "---------")
_TEXT_KINDS = ("rin_kind", "rin", "object", "household", "text", "gemeente")


@dataclass(frozen=True)
class TypedColumn:
    """One warehouse column: its SQL, the SQL that is true for a faulty value, and the fault in words."""

    name: str
    expression: str
    fault: str
    words: str


def typed_columns(scan: Scan, register: Register, catalogue: Catalogue, peiljaar: int) -> list[TypedColumn]:
    """The kept columns of a register over a scan, in catalogue order. Raises DeliveryError on a wrong type."""
    found: list[TypedColumn] = []
    for column in register.kept:
        delivered = column.delivered(peiljaar)
        if delivered not in scan.columns:
            found.append(TypedColumn(column.canonical, f"CAST(NULL AS {_null_type(column)})", "false", ""))
            continue
        found.append(_typed(scan, register, column, catalogue, peiljaar))
    return found


def rin_expressions(scan: Scan) -> tuple[str, str, str]:
    """SQL of (kind of key, integer surrogate or NULL when unusable, fault of the key columns)."""
    kind = _clean(scan, "rinpersoons")
    rin = _clean(scan, "rinpersoon")
    usable = f"CASE WHEN {rin} IN ({_list(UNUSABLE_RINS)}) THEN NULL ELSE TRY_CAST({rin} AS INTEGER) END"
    fault = (
        f"({kind} IS NULL OR {rin} IS NULL OR ({rin} NOT IN ({_list(UNUSABLE_RINS)}) "
        f"AND NOT regexp_full_match({rin}, '[0-9]{{9}}')))"
    )
    return kind, usable, fault


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


def _typed(scan: Scan, register: Register, column: Column, catalogue: Catalogue, peiljaar: int) -> TypedColumn:
    text = _without_missing(_clean(scan, column.delivered(peiljaar)), column.missing)
    name = column.canonical
    if column.kind == "code":
        codes = catalogue.codes(column)
        shown = ", ".join((*codes[:12], *(("...",) if len(codes) > 12 else ())))
        return TypedColumn(name, text, f"({text} NOT IN ({_list(codes)}))", f"a code outside its list ({shown})")
    if column.kind == "date":
        return _typed_date(register, column, text)
    if column.kind == "gemeente":
        numbers = tuple(g.code[2:] for g in gemeenten(peiljaar))
        return TypedColumn(
            name,
            f"TRY_CAST({text} AS USMALLINT)",
            f"({text} NOT IN ({_list(numbers)}))",
            f"a gemeente code that does not exist in {peiljaar} (four digits, such as 0363)",
        )
    if column.kind == "object":
        kind = _clean(scan, "soortobjectnummer")
        return TypedColumn("object_id", f"hash({kind}, {text})", f"({text} IS NULL)", "an empty object key")
    if column.kind == "household":
        return TypedColumn(name, f"hash({text})", "false", "")
    return _typed_number(column, text)


def _typed_date(register: Register, column: Column, text: str) -> TypedColumn:
    parsed = f"CAST(try_strptime({text}, '%Y%m%d') AS DATE)"
    words = "a date that is not YYYYMMDD"
    spell = register.spell
    if spell and column.name == spell.end and spell.open_end:
        opened = f"({text} IS NULL OR {text} IN ({_list(spell.open_end)}))"
        return TypedColumn(
            column.canonical,
            f"CASE WHEN {opened} THEN {OPEN_DATE} ELSE {parsed} END",
            f"(NOT {opened} AND {parsed} IS NULL)",
            words,
        )
    return TypedColumn(column.canonical, parsed, f"({parsed} IS NULL)", f"{words}, or an empty date")


def _typed_number(column: Column, text: str) -> TypedColumn:
    kinds = {
        "year": ("USMALLINT", "a year that is not four digits"),
        "month": ("UTINYINT", "a month that is not 01 to 12"),
        "integer": ("INTEGER", "something that is not a whole number"),
        "number": ("DOUBLE", "something that is not a number"),
    }
    if column.kind not in kinds:
        return TypedColumn(column.canonical, text, "false", "")
    kind, words = kinds[column.kind]
    value = (
        f"TRY_CAST(replace({text}, ',', '.') AS DOUBLE)" if column.kind == "number" else f"TRY_CAST({text} AS {kind})"
    )
    fault = f"({text} IS NOT NULL AND {value} IS NULL)"
    if column.kind == "month":
        fault = f"({fault} OR {value} NOT BETWEEN 1 AND 12)"
    if column.kind == "year":
        fault = f"({fault} OR {value} NOT BETWEEN 1880 AND 2100)"
    return TypedColumn(column.canonical, value, fault, words)


def _clean(scan: Scan, name: str) -> str:
    """The delivered text: without padding, empty as NULL; a number from SPSS as whole digits."""
    delivered, kind = scan.columns[name]
    quoted = '"' + delivered.replace('"', '""') + '"'
    if kind in ("DOUBLE", "FLOAT"):
        whole = f"{quoted} = trunc({quoted})"
        return f"(CASE WHEN {whole} THEN CAST(CAST({quoted} AS BIGINT) AS VARCHAR) ELSE CAST({quoted} AS VARCHAR) END)"
    if kind != "VARCHAR":
        return f"CAST({quoted} AS VARCHAR)"
    if scan.path.suffix.lower() == ".parquet":
        return f"nullif({quoted}, '')"
    return f"nullif(trim({quoted}), '')"


def _without_missing(text: str, missing: tuple[str, ...]) -> str:
    return f"(CASE WHEN {text} IN ({_list(missing)}) THEN NULL ELSE {text} END)" if missing else text


def _null_type(column: Column) -> str:
    types = {
        "date": "DATE",
        "year": "USMALLINT",
        "month": "UTINYINT",
        "integer": "INTEGER",
        "number": "DOUBLE",
    }
    return types.get(column.kind, "VARCHAR")


def _list(values: tuple[str, ...]) -> str:
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)
