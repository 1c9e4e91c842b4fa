"""A rule as data: what must hold, how bad it is when it does not, and which rows then fail.

What belongs here: the rule and the vocabulary from which suites are made. What does not: running rules (see
`evaluate.py`), and rules of a particular table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from pipelines.warehouse import ALIAS

Severity = Literal["critical", "warning"]
Value = str | int | date

Code = Literal["FDM", "COV", "VIR", "VCO", "COC", "RWD", "REP", "RNR"]
"""Main types of validation rules in the European Statistical System: field is mandatory, codes are valid, values
are in range, values are consistent, codes are consistent, records without duplicate keys, expected records are
provided, number of records is in a range."""

NOTHING_FAILS = "NothingFails"
"""Our own expectation: a query that counts what fails gives 0, or at most a share of the table's rows."""


@dataclass(frozen=True)
class Expected:
    """The name of an expectation of Great Expectations (or NOTHING_FAILS) and its arguments."""

    name: str
    arguments: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """One rule. `meaning` is Dutch, one line. `failing` selects the keys of failing rows as one text column `key`;
    None when the rule speaks of the table as a whole."""

    id: str
    table: str
    code: Code
    meaning: str
    severity: Severity
    expected: Expected
    failing: str | None


@dataclass(frozen=True)
class Subject:
    """A table of a year and how its rows are pointed at: `title` opens each meaning, `key` names the columns."""

    schema: str
    table: str
    title: str
    key: tuple[str, ...]

    @property
    def relation(self) -> str:
        return f"{ALIAS}.{self.schema}.{self.table}"

    def filled(self, column: str, *, severity: Severity = "critical", mostly: float = 1.0) -> Rule:
        """The column has a value: in every row, or in at least a share `mostly` of them."""
        part = "" if mostly == 1.0 else f" bij minstens {mostly:.0%}"
        return self._rule(
            f"{column}_filled" if mostly == 1.0 else f"{column}_mostly_filled",
            "FDM",
            f"{column} is gevuld{part}",
            severity,
            Expected("ExpectColumnValuesToNotBeNull", {"column": column, "mostly": mostly}),
            f"r.{column} IS NULL",
        )

    def known_code(self, column: str, allowed: Sequence[Value], what: str = "een bekende code") -> Rule:
        """Every value that is there stands in the list."""
        listed = ", ".join(_literal(code) for code in allowed)
        return self._rule(
            f"{column}_known",
            "COV",
            f"{column} is {what}",
            "critical",
            Expected("ExpectColumnValuesToBeInSet", {"column": column, "value_set": list(allowed)}),
            f"r.{column} NOT IN ({listed})",
        )

    def in_range(self, column: str, low: Value, high: Value, *, severity: Severity = "critical") -> Rule:
        """Every value that is there lies between two bounds, both included."""
        return self._rule(
            f"{column}_in_range",
            "VIR",
            f"{column} ligt van {low} tot en met {high}",
            severity,
            Expected("ExpectColumnValuesToBeBetween", {"column": column, "min_value": low, "max_value": high}),
            f"r.{column} NOT BETWEEN {_literal(low)} AND {_literal(high)}",
        )

    def begin_before_end(self, begin: str, end: str) -> Rule:
        """A spell does not end before it begins."""
        return self._rule(
            "begin_before_end",
            "VCO",
            f"geen periode eindigt ({end}) vóór haar begin ({begin})",
            "critical",
            Expected(
                "ExpectColumnPairValuesAToBeGreaterThanB",
                {"column_A": end, "column_B": begin, "or_equal": True, "ignore_row_if": "either_value_is_missing"},
            ),
            f"r.{end} < r.{begin}",
        )

    def not_empty(self, severity: Severity) -> Rule:
        """The table has rows."""
        return Rule(
            f"{self.table}.not_empty",
            self.table,
            "RNR",
            f"{self.title}: de tabel is niet leeg",
            severity,
            Expected("ExpectTableRowCountToBeBetween", {"min_value": 1}),
            None,
        )

    def no_row(
        self,
        name: str,
        code: Code,
        meaning: str,
        fault: str,
        *,
        severity: Severity = "critical",
        most_share: float = 0.0,
        joined: str = "",
    ) -> Rule:
        """At most a share of the rows `r` (none, by default) satisfies the SQL condition `fault`.

        `joined` is SQL between the table and the condition, such as a join.
        """
        source = f"FROM {self.relation} r {joined} WHERE {fault}"
        query, failing = f"SELECT count(*) AS failing {source}", f"SELECT {self.key_text()} AS key {source}"
        return self.counted(
            name, code, meaning, query, failing, count="failing", severity=severity, most_share=most_share
        )

    def counted(
        self,
        name: str,
        code: Code,
        meaning: str,
        query: str,
        failing: str,
        *,
        count: str,
        severity: Severity = "critical",
        most_share: float = 0.0,
    ) -> Rule:
        """The column `count` of the one row of `query` is 0, or at most a share of the rows of the table.

        Rules with the same query share one run of it. `failing` selects the failing keys.
        """
        arguments = {"query": query, "count": count, "most_share": most_share}
        expected = Expected(NOTHING_FAILS, arguments)
        return Rule(f"{self.table}.{name}", self.table, code, f"{self.title}: {meaning}", severity, expected, failing)

    def person_once(self, name: str, meaning: str, condition: str = "true") -> Rule:
        """Among the rows `r` that satisfy a condition, each person has one."""
        rows = f"FROM {self.relation} r WHERE {condition}"
        return self.counted(
            name,
            "RWD",
            meaning,
            f"SELECT count(*) - count(DISTINCT r.person) AS failing {rows}",
            f"SELECT {self.key_text()} AS key {rows} QUALIFY count(*) OVER (PARTITION BY r.person) > 1",
            count="failing",
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

    def _rule(self, name: str, code: Code, meaning: str, severity: Severity, expected: Expected, fault: str) -> Rule:
        failing = f"SELECT {self.key_text()} AS key FROM {self.relation} r WHERE {fault}"
        return Rule(f"{self.table}.{name}", self.table, code, f"{self.title}: {meaning}", severity, expected, failing)


def _literal(value: Value) -> str:
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
