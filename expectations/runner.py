"""Running the suites of a peiljaar, and saying which rules failed.

What belongs here: which rules apply to what is built, and the outcome as rule ids and booleans. What does not:
rows and counts (`failing.py` writes keys, inside the kluis).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from expectations import indicators as indicator_suite
from expectations import persons as person_suite
from expectations.registers import register_rules
from expectations.rules import Rule, Severity
from pipelines.errors import CheckFailed, DeliveryError, KluisError
from pipelines.indicators.collection import Indicators
from pipelines.progress import Progress, silent
from pipelines.registers.catalogue_model import Catalogue
from pipelines.rooms import DataRoot, WarehouseKey
from pipelines.warehouse import ALIAS, DEFAULT_MEMORY, Warehouse, open_warehouse, year_schema

if TYPE_CHECKING:
    import duckdb

Which = Literal["registers", "indicators", "all"]
"""`registers`: what was taken in. `indicators`: persons and person_indicators. `all`: both."""

MOST_SHOWN = 20


@dataclass(frozen=True)
class RuleResult:
    """Whether a rule holds. The meaning is the rule's own text, never something of a row."""

    rule_id: str
    success: bool
    severity: Severity
    meaning: str


@dataclass(frozen=True)
class SuiteResult:
    """The outcome of all rules that were run."""

    results: tuple[RuleResult, ...]

    @property
    def passed(self) -> bool:
        """No critical rule failed."""
        return not self.failed("critical")

    def failed(self, severity: Severity) -> tuple[RuleResult, ...]:
        """The failed rules of one severity, in the order in which they were run."""
        return tuple(r for r in self.results if not r.success and r.severity == severity)


def all_rules(catalogue: Catalogue, indicators: Indicators, peiljaar: int, which: Which = "all") -> tuple[Rule, ...]:
    """The rules that exist, whatever was delivered: registers first, then persons, then indicators."""
    rules: tuple[Rule, ...] = ()
    if which != "indicators":
        rules += register_rules(catalogue, peiljaar)
    if which != "registers":
        rules += person_suite.person_rules(peiljaar)
        rules += indicator_suite.indicator_rules(indicators, catalogue, peiljaar)
    return rules


def run_suites(
    root: DataRoot,
    key: WarehouseKey,
    catalogue: Catalogue,
    indicators: Indicators,
    peiljaar: int,
    *,
    which: Which,
    progress: Progress = silent,
    memory: str = DEFAULT_MEMORY,
) -> SuiteResult:
    """Run the rules of a peiljaar on the warehouse, read-only; registers that were not delivered are left out.

    Raises RoomError when the warehouse does not open, DeliveryError or CheckFailed when there is nothing to check
    yet, and KluisError (without library text) when the checks themselves break.
    """
    from expectations.evaluate import evaluate

    with open_warehouse(root, key, read_only=True, memory=memory) as warehouse:
        rules = _applicable(all_rules(catalogue, indicators, peiljaar, which), warehouse, peiljaar, which)
        schema = year_schema(peiljaar)
        outcome = evaluate(rules, lambda: reader(warehouse, schema), progress)
    return SuiteResult(tuple(RuleResult(r.id, outcome[r.id], r.severity, r.meaning) for r in rules))


def built(root: DataRoot, key: WarehouseKey, peiljaar: int) -> Which:
    """What can be checked now: `all` when persons and indicators are built, `registers` before that."""
    with open_warehouse(root, key, read_only=True) as warehouse:
        return "all" if _tables(warehouse, year_schema(peiljaar)) >= _SUBJECTS else "registers"


def require_passed(result: SuiteResult) -> None:
    """Raise CheckFailed, naming the critical rules that failed; warnings do not stop anything."""
    failed = result.failed("critical")
    if not failed:
        return
    lines = [f"  {r.rule_id}: {r.meaning}" for r in failed[:MOST_SHOWN]]
    if len(failed) > MOST_SHOWN:
        lines.append("  and others: `blindevlek check` names them all.")
    raise CheckFailed(
        "the data do not satisfy these rules:\n" + "\n".join(lines) + "\nNothing was counted. "
        "`blindevlek check --rows RULE` writes the failing keys of a rule to a file in the kluis; ask the supplier for "
        "a correction as a new version."
    )


_SUBJECTS = {person_suite.TABLE, indicator_suite.VIEW}


def _applicable(rules: Sequence[Rule], warehouse: Warehouse, peiljaar: int, which: Which) -> list[Rule]:
    present = _tables(warehouse, year_schema(peiljaar))
    if not present:
        raise DeliveryError(f"nothing of peiljaar {peiljaar} was taken in yet: run `blindevlek ingest`.")
    if which != "registers" and not present >= _SUBJECTS:
        raise CheckFailed(
            f"the persons and indicators of {peiljaar} are not built yet, so they cannot be checked. `make run` builds "
            "them; the registers can be checked before."
        )
    return [rule for rule in rules if rule.table in present]


def _tables(warehouse: Warehouse, schema: str) -> set[str]:
    rows = warehouse.rows(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = ? AND schema_name = ? "
        "UNION ALL SELECT view_name FROM duckdb_views() WHERE database_name = ? AND schema_name = ?",
        step="look for tables",
        parameters=[ALIAS, schema, ALIAS, schema],
    )
    return {name for (name,) in rows}


def reader(warehouse: Warehouse, schema: str) -> "duckdb.DuckDBPyConnection":
    """A connection on the warehouse that is open already: no library ever handles the key."""
    cursor = warehouse.connection.cursor()
    try:
        cursor.execute(f"USE {ALIAS}.{schema}")
    except Exception as error:
        failure = type(error).__name__
    else:
        return cursor
    raise KluisError(f"the kluis failed at: choosing {schema} ({failure}).")
