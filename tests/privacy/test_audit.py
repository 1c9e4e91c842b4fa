"""The audit passes the honest measurement and catches planted faults, each by a rule that fits it.

The worlds are invented: what a fault in the counting would give is put into them; faults in the noise and the ledger
are put into the code. Every rule that rests on chance has a false-alarm rate of 1e-6 or less.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from pipelines.privacy import ledger, mechanism
from pipelines.privacy.audit import AuditReport, World, audit
from pipelines.privacy.entry import Charge
from pipelines.privacy.ledger import Ledger, StoredMeasurement
from pipelines.privacy.mechanism import Counts, OpenDPGaussian
from pipelines.privacy.workload import Table, Workload

K = 3
WORKLOAD = Workload((Table("land", 30, Fraction(1, 40)), Table("gemeente", 3000, Fraction(1, 40))), K, 1e-9)


def worlds(cells: int = K, step: int = 1) -> tuple[World, World]:
    """Mostly empty cells; the person of the second world adds `step` to the first `cells` cells of each table."""
    without = {table.name: np.zeros(table.size, dtype=np.int64) for table in WORKLOAD.tables}
    for vector in without.values():
        vector[::7] = 4
    within = {name: vector.copy() for name, vector in without.items()}
    for vector in within.values():
        vector[:cells] += step
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


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        (lambda: worlds(cells=K + 2), "bounded contribution"),
        (lambda: worlds(step=2), "bounded contribution"),
        (lambda: (worlds()[0], replace(worlds()[1], key_set="other keys")), "same key set"),
        (lambda: (worlds()[0], without_empty_cells(worlds()[1])), "whole tables"),
        (lambda: order_of_personas_follows_the_data(), "bounded contribution"),
    ],
    ids=["no truncation", "double count", "data-dependent key set", "empty cells dropped", "order of personas"],
)
def test_a_fault_in_the_counting_is_caught(tmp_path: Path, fault: Callable[[], tuple[World, World]], rule: str) -> None:
    report = audited(tmp_path, *fault(), draws=1000)

    assert rule in report.failed


def without_empty_cells(world: World) -> World:
    return replace(world, tables={name: vector[vector > 0] for name, vector in world.tables.items()})


def order_of_personas_follows_the_data() -> tuple[World, World]:
    """The person turned the order over: others lost a cell in one persona and gained one in another."""
    without, within = worlds()
    within.tables["gemeente"][14:16] += [-1, 1]
    return without, within


def no_square_root(contributions: int, rho: Fraction) -> float:
    return math.sqrt(1 / (2 * rho))


def a_tenth_too_thin(contributions: int, rho: Fraction) -> float:
    return 0.9 * math.sqrt(contributions / (2 * rho))


@pytest.mark.parametrize("scale", [no_square_root, a_tenth_too_thin], ids=["sqrt(K) forgotten", "wrong sigma"])
def test_noise_that_is_too_thin_is_caught_by_its_stated_scale(
    tmp_path: Path, scale: Callable[[int, Fraction], float]
) -> None:
    with patch.object(mechanism, "smallest_sigma", scale), patch.object(mechanism, "check_claim", lambda *_: None):
        report = audited(tmp_path, *worlds(), draws=1000)

    assert "scale as claimed" in report.failed


def noise_like(change: Callable[[Counts, Counts, float], Counts]) -> Callable[..., Counts]:
    """OpenDP's noise, spoilt: `change` sees the exact values, the noised ones and the scale."""
    honest = OpenDPGaussian.add_noise

    def spoilt(self: OpenDPGaussian, values: Counts, sigma: float) -> Counts:
        return np.asarray(change(values, honest(self, values, sigma), sigma), dtype=np.int64)

    return spoilt


def half_of_it(values: Counts, noised: Counts, sigma: float) -> Counts:
    return values + (noised - values) // 2


def no_less_than_zero(values: Counts, noised: Counts, sigma: float) -> Counts:
    return np.maximum(noised, 0)


def one_more(values: Counts, noised: Counts, sigma: float) -> Counts:
    return noised + 1


def from_a_seed(values: Counts, noised: Counts, sigma: float) -> Counts:
    return values + np.rint(np.random.default_rng(7).normal(0, sigma, len(values))).astype(np.int64)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (half_of_it, "width of the noise"),
        (no_less_than_zero, "unclipped noise"),
        (from_a_seed, "fresh noise"),
        (one_more, "centred noise"),
    ],
    ids=["half the noise", "clamp", "seeded noise", "bias"],
)
def test_a_fault_in_the_noise_is_caught(
    tmp_path: Path, change: Callable[[Counts, Counts, float], Counts], rule: str
) -> None:
    with patch.object(OpenDPGaussian, "add_noise", noise_like(change)):
        report = audited(tmp_path, *worlds(), draws=1000)

    assert rule in report.failed


def test_half_the_noise_is_caught_by_the_loss_that_it_gives(tmp_path: Path) -> None:
    with patch.object(OpenDPGaussian, "add_noise", noise_like(half_of_it)):
        report = audited(tmp_path, *worlds())

    assert "privacy loss at rho 8" in report.failed


def test_a_second_draw_on_replay_is_caught(tmp_path: Path) -> None:
    honest = Ledger.append
    number = iter(range(1, 10))

    def under_another_key(self: Ledger, charge: Charge, *rest: object) -> StoredMeasurement:
        return honest(self, replace(charge, replay_key=f"{next(number) + 100:064x}"), *rest)  # type: ignore[arg-type]

    with patch.object(ledger.Ledger, "append", under_another_key):
        report = audited(tmp_path, *worlds(), draws=1000)

    assert "replay" in report.failed


def test_a_spend_that_is_not_entered_is_caught(tmp_path: Path) -> None:
    with patch.object(ledger.Ledger, "spent", Fraction(1, 20)):
        report = audited(tmp_path, *worlds(), draws=1000)

    assert "every draw is paid" in report.failed
