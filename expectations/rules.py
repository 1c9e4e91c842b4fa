"""A rule as data: what must hold, how bad it is when it does not, and which rows then fail.

What belongs here: the rule, its ESS type and level, and the vocabulary from which suites are made. What does not:
running rules (see `evaluate.py`), and rules of a particular table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipelines.warehouse import ALIAS

Severity = Literal["blocking", "warning"]
"""`blocking`: figures would be wrong, so nothing is counted. `warning`: somebody should look, and counting goes on."""

Kind = Literal["column", "row", "table", "cross-table"]
"""What a rule looks at: one column of one row; several columns of one row; many rows; more than one table."""

Level = Literal[0, 1, 2, 4, 5]
Value = str | int | date

CODES: dict[str, str] = {
    "FDT": "field type is correct",
    "FDM": "field is mandatory",
    "COV": "codes are valid",
    "RWD": "records are without duplicate keys",
    "REP": "records expected are provided",
    "RNR": "records' number is in a range",
    "COC": "codes are consistent",
    "VIR": "values are in range",
    "VCO": "values are consistent",
    "VAD": "values for aggregates are consistent with details",
    "VNO": "values are no outliers",
}
"""The main types of validation rules in the European Statistical System (Eurostat, 2018), as far as rules here have
them; the types of file and envelope (EVA, FLF, FDL) are what ingest refuses."""

LEVELS: dict[Level, str] = {
    0: "form: as the structure says",
    1: "within one table",
    2: "with another table of the same domain and supplier, or with another year",
    4: "with another domain of the same supplier",
    5: "with another supplier",
}
"""Validation levels of Methodology for data validation 2.0 (ESSnet ValiDat, 2018). Level 3 compares two suppliers of
one domain (mirror data); no register is delivered twice, so no rule has it."""


@dataclass(frozen=True)
class Rule:
    """One rule. `source` is what stands after FROM, `holds` a boolean over it that is never NULL; rules with one
    source share one scan of it. `exact` decides when `holds`, a cheaper sufficient condition, is not fulfilled: a
    query of one boolean. `failing` selects the keys of failing rows as one text column `key`; None when the rule
    speaks of a table as a whole."""

    id: str
    suite: str
    table: str
    code: str
    level: Level
    kind: Kind
    severity: Severity
    title: str
    source: str
    holds: str
    failing: str | None = None
    exact: str | None = None


@dataclass(frozen=True)
class Subject:
    """A table of a year and how its rows are pointed at: `key` names the columns, `suite` holds its rules."""

    schema: str
    table: str
    key: tuple[str, ...]
    suite: str

    @property
    def relation(self) -> str:
        return f"{ALIAS}.{self.schema}.{self.table}"

    def no_row(
        self,
        name: str,
        code: str,
        title: str,
        fault: str,
        *,
        kind: Kind = "column",
        severity: Severity = "blocking",
        most_share: float = 0.0,
    ) -> Rule:
        """No row `r`, or at most a share of the rows, satisfies the SQL condition `fault`."""
        return self.asked(
            name,
            code,
            title,
            source=f"{self.relation} r",
            holds=f"count(*) FILTER (WHERE {fault}) <= {most_share!r} * count(*)" if most_share else none(fault),
            failing=f"SELECT {self.key_text()} AS key FROM {self.relation} r WHERE {fault}",
            kind=kind,
            severity=severity,
        )

    def asked(
        self,
        name: str,
        code: str,
        title: str,
        *,
        source: str,
        holds: str,
        kind: Kind,
        failing: str | None = None,
        exact: str | None = None,
        level: Level = 1,
        severity: Severity = "blocking",
    ) -> Rule:
        """A rule with a source of its own."""
        if code not in CODES:
            raise ValueError(f"{self.table}.{name}: '{code}' is no type of validation rule: {', '.join(CODES)}")
        return Rule(
            f"{self.table}.{name}",
            self.suite,
            self.table,
            code,
            level,
            kind,
            severity,
            title,
            source,
            holds,
            failing,
            exact,
        )

    def filled(self, column: str, *, severity: Severity = "blocking", mostly: float = 1.0) -> Rule:
        """The column has a value: in every row, or in at least a share `mostly` of them."""
        return self.no_row(
            f"{column}_filled" if mostly == 1.0 else f"{column}_mostly_filled",
            "FDM",
            f"{column} has a value in {'every row' if mostly == 1.0 else f'at least {mostly:.0%} of the rows'}",
            f"r.{column} IS NULL",
            severity=severity,
            most_share=round(1 - mostly, 6),
        )

    def known_code(self, column: str, allowed: Sequence[Value], what: str = "a code of its list") -> Rule:
        """Every value that is there stands in the list."""
        listed = ", ".join(literal(code) for code in allowed) or "NULL"
        fault = f"r.{column} NOT IN ({listed})" if allowed else f"r.{column} IS NOT NULL"
        return self.no_row(f"{column}_known", "COV", f"{column} is {what}", fault)

    def in_range(self, column: str, low: Value, high: Value, *, severity: Severity = "blocking") -> Rule:
        """Every value that is there lies between two bounds, both included."""
        return self.no_row(
            f"{column}_in_range",
            "VIR",
            f"{column} lies from {low} to {high}",
            f"r.{column} NOT BETWEEN {literal(low)} AND {literal(high)}",
            severity=severity,
        )

    def not_empty(self, severity: Severity = "blocking") -> Rule:
        """The table has rows."""
        return self.asked(
            "not_empty",
            "RNR",
            "the table has rows",
            source=f"{self.relation} r",
            holds="count(*) > 0",
            kind="table",
            severity=severity,
        )

    def key_text(self, alias: str = "r") -> str:
        """SQL of a row's key as text: `rinpersoon=000000012, aanvbijstand=2023-01-01`."""
        parts = [
            f"'rinpersoon=' || lpad(CAST({alias}.{column} AS VARCHAR), 9, '0')"
            if column in ("person", "unlinked_person")
            else f"'{column}=' || CAST({alias}.{column} AS VARCHAR)"
            for column in self.key
        ]
        return f"concat_ws(', ', {', '.join(parts)})"


def none(fault: str) -> str:
    """SQL: no row of the source satisfies a condition."""
    return f"count(*) FILTER (WHERE {fault}) = 0"


def literal(value: Value) -> str:
    """A value as SQL."""
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
