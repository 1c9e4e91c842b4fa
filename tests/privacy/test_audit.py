"""The audit passes the honest measurement and catches planted faults, each by a rule that fits it.

The worlds are invented. Every rule that rests on chance has a false-alarm rate of 1e-6 or less. `make verify` does the
same on the worlds of the whole country, with more draws.
"""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from pipelines.privacy.audit import AuditReport, World, audit
from pipelines.privacy.mechanism import OpenDPGaussian
from pipelines.privacy.workload import Table, Workload
from tests.privacy.planted_faults import FAULTS, Fault

K = 3
WORKLOAD = Workload((Table("land", 30, Fraction(1, 40)), Table("gemeente", 3000, Fraction(1, 40))), K, 1e-9)


def worlds() -> tuple[World, World]:
    """Mostly empty cells; the person of the second world adds one to the first `K` cells of each table."""
    without = {table.name: np.zeros(table.size, dtype=np.int64) for table in WORKLOAD.tables}
    for vector in without.values():
        vector[::7] = 4
    within = {name: vector.copy() for name, vector in without.items()}
    for vector in within.values():
        vector[:K] += 1
    return World("keys", without), World("keys", within)


def audited(tmp_path: Path, without: World, within: World, draws: int = 10_000) -> AuditReport:
    return audit(without, within, WORKLOAD, OpenDPGaussian(), tmp_path / "scratch", draws=draws)


def test_the_honest_measurement_passes_every_rule(tmp_path: Path) -> None:
    report = audited(tmp_path, *worlds())

    assert report.passed, report.failed
    assert [round(bound.claimed_mu, 3) for bound in report.bounds] == [0.316, 4.0]
    assert report.bounds[1].mu > 3, "the sharpened bound comes near the claim, so it has power"


def test_a_person_who_is_in_no_cell_gives_no_loss(tmp_path: Path) -> None:
    without, _ = worlds()

    report = audited(tmp_path, without, without)

    assert report.passed
    assert all(bound.mu == 0 for bound in report.bounds)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_planted_fault_is_caught_by_the_rule_that_fits_it(tmp_path: Path, fault: Fault) -> None:
    with fault.planted():
        report = audited(tmp_path, *fault.counting(*worlds()), draws=1000)

    assert fault.rule in report.failed


@pytest.mark.parametrize("name", ["half the noise", "double count"])
def test_a_fault_that_costs_privacy_is_caught_by_the_loss_that_it_gives_too(tmp_path: Path, name: str) -> None:
    (fault,) = (fault for fault in FAULTS if fault.name == name)
    with fault.planted():
        report = audited(tmp_path, *fault.counting(*worlds()))

    assert "privacy loss at rho 8" in report.failed
