"""Noise sources that only tests have, and the small plans that they are tried on.

What belongs here: sources whose output is never valid for publication. What does not: anything that
production could select.
"""

from collections.abc import Mapping
from fractions import Fraction
from hashlib import sha256

import numpy as np

from pipelines.privacy.entry import Charge
from pipelines.privacy.mechanism import Counts
from pipelines.privacy.workload import Table, Workload

CAP = Fraction(1, 2)


class ZeroNoise:
    """Adds nothing, so that a test can follow a count through the machinery."""

    name = "zero noise for tests"
    valid_for_publication = False

    def add_noise(self, values: Counts, sigma: float) -> Counts:
        assert sigma > 0
        return values.copy()


class FixedNoise:
    """Adds the same number to every cell, and remembers what it was asked."""

    name = "fixed noise for tests"
    valid_for_publication = False

    def __init__(self, shift: int) -> None:
        self.shift = shift
        self.sigmas: list[float] = []

    def add_noise(self, values: Counts, sigma: float) -> Counts:
        self.sigmas.append(sigma)
        return values + np.int64(self.shift)


class Counter:
    """Counts of a small workload, and how often they were asked for."""

    def __init__(self, workload: Workload, value: int = 7) -> None:
        self.tables = {table.name: np.full(table.size, value, dtype=np.int64) for table in workload.tables}
        self.asked = 0

    def __call__(self) -> Mapping[str, Counts]:
        self.asked += 1
        return self.tables


def small_workload(rho: Fraction = Fraction(1, 10)) -> Workload:
    """Two tables that share `rho`, K = 3."""
    tables = (Table("land", 4, rho / 5), Table("gemeente", 30, rho * 4 / 5))
    return Workload(tables, contributions=3, delta=1e-9)


def charge(number: int = 1, *, details: str = '{"delivery":"d-1"}') -> Charge:
    """A spend whose replay key follows from its number."""
    return Charge(
        replay_key=sha256(str(number).encode()).hexdigest(),
        release_id=f"release-{number}",
        plan_id="plan-a",
        population_id="test",
        peiljaar=2024,
        code_version="0.1",
        created_at="2026-01-31T12:00:00+00:00",
        details=details,
    )
