"""Running the suites of a peiljaar, and saying which rules failed.

What belongs here: which rules apply to what is built, and the outcome as rule ids and booleans. What does not:
rows and counts (`failing.py` writes keys, inside the kluis).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from expectations.coverage import coverage_rules
from expectations.ground import COVERAGE, PERSONS, VIEW, Ground, look, require_subjects
from expectations.indicators import indicator_rules
from expectations.persons import person_rules
from expectations.registers import register_rules
from expectations.relations import SUITE as RELATIONS
from expectations.relations import relation_rules
from expectations.rules import Rule, Severity
from expectations.totals import INHABITANTS, inhabitant_rules, total_rules
from expectations.totals import SUITE as TOTALS
from pipelines.errors import CheckFailed, KluisError
from pipelines.indicators.collection import Indicators
from pipelines.progress import Progress, silent
from pipelines.registers.catalogue_model import Catalogue
from pipelines.rooms import DataRoot, WarehouseKey
from pipelines.warehouse import ALIAS, DEFAULT_MEMORY, Warehouse, open_warehouse

if TYPE_CHECKING:
    import duckdb

Which = Literal["registers", "indicators", "all"]
"""`registers`: what was taken in. `indicators`: persons and person_indicators. `all`: both."""

MOST_SHOWN = 20

REGISTERS = "registers"
PARTS: dict[str, tuple[str, ...]] = {
    "registers": (REGISTERS, RELATIONS, COVERAGE, TOTALS),
    "indicators": (PERSONS, INHABITANTS, VIEW),
}
"""What a validation consists of, for who shows its parts apart: every register has a suite of its own, and together
they are one part."""


@dataclass(frozen=True)
class RuleResult:
    """A rule, and whether it holds. All of a rule is text of ours, never something of a row."""

    rule: Rule
    success: bool

    @property
    def rule_id(self) -> str:
        return self.rule.id

    @property
    def severity(self) -> Severity:
        return self.rule.severity


@dataclass(frozen=True)
class SuiteResult:
    """The outcome of all rules that were run, and the seconds that each suite took."""

    results: tuple[RuleResult, ...]
    seconds: Mapping[str, float] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """No blocking rule failed."""
        return not self.failed("blocking")

    def failed(self, severity: Severity) -> tuple[RuleResult, ...]:
        """The failed rules of one severity, in the order in which they were run."""
        return tuple(r for r in self.results if not r.success and r.severity == severity)

    def of_suite(self, suite: str) -> tuple[RuleResult, ...]:
        """The results of one suite, in the order in which they were run."""
        return tuple(r for r in self.results if r.rule.suite == suite)


def all_rules(ground: Ground, which: Which = "all") -> tuple[Rule, ...]:
    """The rules that this ground has: registers first, then persons, then indicators."""
    rules: tuple[Rule, ...] = ()
    if which != "indicators":
        rules += register_rules(ground) + relation_rules(ground) + coverage_rules(ground) + total_rules(ground)
    if which != "registers":
        rules += person_rules(ground) + inhabitant_rules(ground) + indicator_rules(ground)
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
    from expectations.plainly import evaluate_plainly, great_expectations_is_here

    run = evaluate if great_expectations_is_here() else evaluate_plainly
    with open_warehouse(root, key, read_only=True, memory=memory) as warehouse:
        ground = look(warehouse, catalogue, indicators, peiljaar)
        if which != "registers":
            require_subjects(ground)
        rules = all_rules(ground, which)
        outcome = run(rules, lambda: reader(warehouse, ground.schema), progress)
    return SuiteResult(tuple(RuleResult(rule, outcome.holds[rule.id]) for rule in rules), outcome.seconds)


def built(ground: Ground) -> Which:
    """What can be checked now: `all` when persons and indicators are built, `registers` before that."""
    return "all" if ground.has(PERSONS, VIEW) else "registers"


def require_passed(result: SuiteResult) -> None:
    """Raise CheckFailed, naming the blocking rules that failed; warnings do not stop anything."""
    failed = result.failed("blocking")
    if not failed:
        return
    lines = [f"  {r.rule_id} ({r.rule.code}): {r.rule.title}" for r in failed[:MOST_SHOWN]]
    if len(failed) > MOST_SHOWN:
        lines.append("  and others: `blindevlek check` names them all.")
    raise CheckFailed(
        "the data do not satisfy these rules:\n" + "\n".join(lines) + "\nNothing was counted. "
        "`blindevlek check --rows RULE` writes the failing keys of a rule to a file in the kluis; ask the supplier for "
        "a correction as a new version.",
        parts=(part_of(r.rule) for r in failed),
    )


def part_of(rule: Rule) -> str:
    """The part of a validation that a rule belongs to: the suite, where all registers together are one part."""
    return rule.suite if rule.suite in PARTS["registers"] or rule.suite in PARTS["indicators"] else REGISTERS


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
