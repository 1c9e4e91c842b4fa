"""The noise delivers what the plan claims, and refuses what it was not planned for.

Statistical tests have a false-alarm rate of at most 1e-6 each: the sampler has no seed.
"""

import math
from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import chi2

from pipelines.errors import BudgetError, KluisError
from pipelines.privacy import mechanism
from pipelines.privacy.mechanism import Counts, OpenDPGaussian
from tests.privacy.noise_for_tests import ZeroNoise

_ALARM = 1e-6
_WIDEST = 4.892  # |z| of a normal variable exceeds this once in a million


@pytest.mark.parametrize("contributions", [1, 2, 3, 4, 5, 7, 10, 50])
@pytest.mark.parametrize("rho", ["1/20", "0.014973", "1/3", "1/7000", "0.3", "2", "1e-12"])
def test_the_scale_is_the_smallest_whose_loss_is_within_the_claim(contributions: int, rho: str) -> None:
    claim = Fraction(rho)

    sigma = mechanism.smallest_sigma(contributions, claim)

    assert Fraction(mechanism.privacy_loss(contributions, sigma)) <= claim
    assert Fraction(mechanism.privacy_loss(contributions, math.nextafter(sigma, 0))) > claim
    # sigma^2 = K / (2 rho), in exact arithmetic, is never undercut.
    assert Fraction(sigma) ** 2 >= Fraction(contributions) / (2 * claim) * (1 - Fraction(1, 2**51))


@pytest.mark.parametrize("contributions", range(1, 60))
def test_the_root_of_the_contributions_is_rounded_outward(contributions: int) -> None:
    assert Fraction(mechanism.l2_bound(contributions)) ** 2 >= contributions


def test_noise_that_costs_more_than_the_claim_is_refused() -> None:
    claim = Fraction(1, 20)
    sigma = mechanism.smallest_sigma(3, claim)

    mechanism.check_claim(3, sigma, claim, "gemeente")
    for smaller in (math.nextafter(sigma, 0), sigma / math.sqrt(3)):
        with pytest.raises(BudgetError, match="Nothing was drawn"):
            mechanism.check_claim(3, smaller, claim, "gemeente")


@pytest.mark.parametrize("rho", [Fraction(1, 10**25), Fraction(10**9)])
def test_a_share_for_absurd_noise_is_refused(rho: Fraction) -> None:
    with pytest.raises(BudgetError, match="share"):
        mechanism.smallest_sigma(3, rho)


@pytest.mark.parametrize("rho", ["0.01", "0.1", "1/3", "2"])
def test_epsilon_lies_between_the_tight_and_the_simple_bound(rho: str) -> None:
    # The simple bound: rho + 2 sqrt(rho ln(1/delta)) (Bun and Steinke 2016, proposition 1.3).
    claim, delta = Fraction(rho), 1e-9

    found = mechanism.epsilon(claim, delta)

    assert float(claim) < found <= float(claim) + 2 * math.sqrt(float(claim) * math.log(1 / delta))
    assert found > mechanism.epsilon(claim * Fraction(9, 10), delta)


@pytest.mark.parametrize(
    "values",
    [
        [86_028_121] * 3,
        [86_028_121] * 5,
        [[86_028_121] * 4],
        [86_028_121.0] * 4,
        [True] * 4,
        ["86028121"] * 4,
        [86_028_121, 1, 2, -1],
        [86_028_121, 1, 2, 2**50],
    ],
)
def test_counts_that_are_not_those_of_the_plan_are_refused_without_being_named(values: object) -> None:
    with pytest.raises(BudgetError, match="gemeente") as refusal:
        mechanism.exact_counts(values, 4, "gemeente")  # type: ignore[arg-type]

    assert "86028121" not in str(refusal.value).replace("_", "").replace(",", "")


def test_counts_of_any_integer_type_become_64_bit() -> None:
    assert mechanism.exact_counts(np.array([1, 2], dtype=np.uint8), 2, "t").dtype == np.int64


def _goodness_of_fit(draws: Counts, sigma: float) -> float:
    """p-value of a chi-square test against the discrete Gaussian, tails pooled to at least 20 expected."""
    reach = math.ceil(12 * sigma)
    support = np.arange(-reach, reach + 1)
    weights = np.exp(-(support.astype(float) ** 2) / (2 * sigma**2))
    expected = len(draws) * weights / weights.sum()
    inner = int(np.flatnonzero(np.cumsum(expected) >= 20)[0]) - reach
    clipped: NDArray[np.int64] = np.clip(draws, inner, -inner) - inner
    middle = expected[reach + inner : reach - inner + 1].copy()
    tail = expected[: reach + inner].sum()
    middle[[0, -1]] += tail
    seen = np.bincount(clipped, minlength=len(middle))
    return float(chi2.sf(((seen - middle) ** 2 / middle).sum(), len(middle) - 1))


@pytest.mark.parametrize("sigma", [0.6, 2.5, 12.25])
def test_the_sampler_fits_the_discrete_gaussian(sigma: float) -> None:
    size = 100_000
    [draws] = mechanism.add_noise([(np.zeros(size, dtype=np.int64), sigma)], OpenDPGaussian())

    support = np.arange(-200, 201)
    weights = np.exp(-(support**2) / (2 * sigma**2))
    variance = float((support**2 * weights).sum() / weights.sum())
    fourth = float((support**4 * weights).sum() / weights.sum())
    assert _goodness_of_fit(draws, sigma) > _ALARM
    assert abs(draws.mean()) < _WIDEST * math.sqrt(variance / size)
    assert abs((draws**2).mean() - variance) < _WIDEST * math.sqrt((fourth - variance**2) / size)


def test_the_goodness_of_fit_notices_a_sampler_that_is_nearly_right() -> None:
    simulation = np.random.default_rng(1)
    rounded = np.rint(simulation.normal(0, 1.0, 200_000)).astype(np.int64)
    too_narrow = np.rint(simulation.normal(0, 2.45, 200_000)).astype(np.int64)

    assert _goodness_of_fit(rounded, 1.0) < _ALARM
    assert _goodness_of_fit(too_narrow, 2.5) < _ALARM


def test_cells_drawn_in_parallel_share_no_noise() -> None:
    size = 20_000
    [draws] = mechanism.add_noise([(np.zeros(size, dtype=np.int64), 50.0)], OpenDPGaussian())

    chunks = draws.reshape(4, -1)
    correlation = np.asarray(np.corrcoef(chunks))[np.triu_indices(4, 1)]
    # Six correlations of 5,000 pairs each, near normal with sd 1/sqrt(5000); alarm 6 x 1.6e-7 in all.
    assert np.abs(correlation).max() < 5.24 / math.sqrt(5_000)


def test_the_noise_is_added_to_the_count_of_its_own_cell() -> None:
    values = np.arange(12_345, dtype=np.int64) * 1_000
    [kept] = mechanism.add_noise([(values, 1.0)], ZeroNoise())
    [noised] = mechanism.add_noise([(values, 1.0)], OpenDPGaussian())

    assert (kept == values).all()
    # A draw of scale 1 beyond 40 has a probability below 1e-300.
    assert np.abs(noised - values).max() < 40


def test_a_count_stays_an_integer_all_the_way() -> None:
    """A double would round 2^60 + 1. Noise of this scale is other than 0 with a chance below 1e-80."""
    values = 2**60 + np.arange(7, dtype=np.int64)

    [noised] = mechanism.add_noise([(values, 0.05)], OpenDPGaussian())

    assert noised.dtype == np.int64
    assert (noised == values).all()


def test_the_library_is_asked_for_integers() -> None:
    measurement = mechanism._gaussian(3, 1.0)

    assert "i64" in str(measurement.input_domain)
    assert "f64" not in str(measurement.input_domain)


def test_progress_hears_of_every_cell_once() -> None:
    heard: list[tuple[int, int]] = []
    parts = [(np.zeros(size, dtype=np.int64), 1.0) for size in (7_000, 3, 5_000)]

    mechanism.add_noise(parts, ZeroNoise(), lambda done, total: heard.append((done, total)))

    assert [total for _, total in heard] == [12_003] * 4
    assert [done for done, _ in heard] == [5_000, 7_000, 7_003, 12_003]


def test_a_failing_library_is_not_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(values: Counts) -> Counts:
        raise RuntimeError(f"cannot add noise to {values[0]}")

    monkeypatch.setattr(mechanism, "_gaussian", lambda _size, _sigma: failing)
    with pytest.raises(KluisError, match="RuntimeError") as failure:
        OpenDPGaussian().add_noise(np.array([86_028_121]), 1.0)

    assert "86028121" not in str(failure.value)
    assert failure.value.__suppress_context__


def test_a_source_that_loses_cells_is_refused() -> None:
    class Lossy(ZeroNoise):
        def add_noise(self, values: Counts, sigma: float) -> Counts:
            return super().add_noise(values, sigma)[1:]

    with pytest.raises(KluisError, match="one integer per cell"):
        mechanism.add_noise([(np.zeros(10, dtype=np.int64), 1.0)], Lossy())


@pytest.mark.parametrize("found", ["0.14.1", "0.9.0", "0.14"])
def test_an_opendp_with_a_biased_sampler_is_refused(found: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mechanism, "version", lambda _name: found)

    with pytest.raises(BudgetError, match=r"0\.14\.2 or later"):
        mechanism.opendp_version()
