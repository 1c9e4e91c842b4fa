"""A workload says what is measured and what it costs, and refuses to say it vaguely."""

import subprocess
import sys
from fractions import Fraction

import pytest

from pipelines.errors import BudgetError
from pipelines.privacy.workload import Table, Workload

_RHO = Fraction(1, 20)


def test_the_cost_is_the_exact_sum_over_tables() -> None:
    tables = tuple(Table(f"t{number}", 5, Fraction(number, 30)) for number in (1, 2, 3))

    workload = Workload(tables, contributions=3, delta=1e-9)

    assert workload.rho == Fraction(1, 5)
    assert workload.size == 15


@pytest.mark.parametrize(
    ("name", "size", "rho"),
    [
        ("", 1, _RHO),
        ("t", 0, _RHO),
        ("t", -1, _RHO),
        ("t", 1, Fraction(0)),
        ("t", 1, -_RHO),
        ("t", 1, 0.05),
        ("t", 1, Fraction(1, 10**31)),
    ],
)
def test_a_table_without_name_cells_or_exact_share_is_refused(name: str, size: int, rho: Fraction) -> None:
    with pytest.raises(BudgetError):
        Table(name, size, rho)


@pytest.mark.parametrize(
    ("names", "contributions", "delta"),
    [
        ([], 3, 1e-9),
        (["a", "b", "a"], 3, 1e-9),
        (["a"], 0, 1e-9),
        (["a"], 3, 0.0),
        (["a"], 3, 1.0),
        (["a"], 3, float("nan")),
    ],
)
def test_a_workload_that_promises_nothing_definite_is_refused(
    names: list[str], contributions: int, delta: float
) -> None:
    with pytest.raises(BudgetError):
        Workload(tuple(Table(name, 1, _RHO) for name in names), contributions, delta)


def test_more_contributions_or_a_smaller_share_mean_wider_noise() -> None:
    thin, wide = Table("thin", 1, _RHO), Table("wide", 1, _RHO / 4)

    one, three = Workload((thin, wide), 1, 1e-9), Workload((thin, wide), 3, 1e-9)

    assert one.sigma(thin) < three.sigma(thin) < three.sigma(wide)
    assert three.sigma(wide) == pytest.approx(2 * three.sigma(thin), rel=1e-12)


def test_epsilon_is_that_of_the_published_conversion() -> None:
    # rho 0.014973 is the zCDP loss that OpenDP converts to epsilon 1 at delta 1e-9, to five digits.
    workload = Workload((Table("t", 1, Fraction("0.014973")),), 3, 1e-9)

    assert workload.epsilon() == pytest.approx(1.0, abs=1e-4)


def test_importing_the_ledger_does_not_load_opendp() -> None:
    code = "import sys, pipelines.privacy.ledger; sys.exit('opendp' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
