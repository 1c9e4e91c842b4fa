"""What is measured: tables of counts, each with its exact share of the budget.

What belongs here: the shape of a measurement and what one unit can change in it, all of it public. What
does not belong: the counts themselves, and what a cell stands for (gemeente, persona, age, sex).
"""

from dataclasses import dataclass
from fractions import Fraction

from pipelines.errors import BudgetError
from pipelines.privacy import mechanism
from pipelines.privacy.unit import PERSON, Unit

# Keeps the exact sum over tables and years short enough to read.
_LONGEST_DENOMINATOR = 10**30


@dataclass(frozen=True)
class Table:
    """One measured table: `size` integer counts in a fixed public order, empty cells included.

    One unit moves it by at most the square root of `Workload.l2_squared`.
    """

    name: str
    size: int
    rho: Fraction

    def __post_init__(self) -> None:
        if not self.name:
            raise BudgetError("A measured table has no name. Give each table of the plan a name of its own.")
        if self.size < 1:
            raise BudgetError(f"Table '{self.name}' has {self.size} cells; a measured table has at least 1.")
        if not isinstance(self.rho, Fraction) or self.rho <= 0:
            raise BudgetError(
                f"Table '{self.name}' has no positive exact share of the budget. Give it one as a fraction "
                "in the plan, or leave the table out."
            )
        if self.rho.denominator > _LONGEST_DENOMINATOR:
            raise BudgetError(f"The share of table '{self.name}' is no short fraction. Round it in the plan.")


@dataclass(frozen=True)
class Workload:
    """The tables of one measurement, measured together; zCDP adds up over tables.

    `contributions` is K: the personas a person is counted in at most. `unit` says whose rows the promise is about. `delta`
    only serves to state the promise as (epsilon, delta); the accounting itself is in rho.
    """

    tables: tuple[Table, ...]
    contributions: int
    delta: float
    unit: Unit = PERSON

    def __post_init__(self) -> None:
        names = [table.name for table in self.tables]
        if not names:
            raise BudgetError("A measurement needs at least one table. Add a table to the plan.")
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise BudgetError(f"Table names must differ; found more than once: {', '.join(twice)}.")
        if self.contributions < 1:
            raise BudgetError(
                f"A person must count in at least 1 persona; the plan allows {self.contributions}. Set the "
                "contribution bound K to 1 or more."
            )
        if not 0 < self.delta < 1:
            raise BudgetError(f"delta must lie between 0 and 1; found {self.delta}. A usual value is 1e-9.")

    @property
    def rho(self) -> Fraction:
        """What the whole measurement costs: the exact sum over its tables."""
        return sum((table.rho for table in self.tables), Fraction(0))

    @property
    def size(self) -> int:
        """All cells of all tables."""
        return sum(table.size for table in self.tables)

    @property
    def l2_squared(self) -> int:
        """The square of the L2 distance that one unit moves a table at most."""
        return self.unit.l2_squared(self.contributions)

    def sigma(self, table: Table) -> float:
        """The smallest noise scale whose privacy loss at the distance of one unit is within the table's rho."""
        return mechanism.smallest_sigma(self.l2_squared, table.rho)

    def epsilon(self) -> float:
        """The promise of the whole measurement as epsilon at `delta`."""
        return mechanism.epsilon(self.rho, self.delta)
