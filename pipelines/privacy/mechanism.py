"""The noise: the discrete Gaussian of OpenDP on 64-bit integers, accounted in zCDP.

What belongs here: the only import of opendp, kept inside functions so that the command line starts fast.
What does not belong: a seed, a float path, a noise source for tests, or anything that stores a result.
"""

import math
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.errors import BudgetError, KluisError
from pipelines.withheld import raise_alone

Counts = NDArray[np.int64]
Progress = Callable[[int, int], None]

# The sampler before this version was biased (opendp pull request 2639).
_OLDEST = (0, 14, 2)
# Beyond this scale the noise would swamp any population and come near the ends of a 64-bit integer.
_LARGEST_SIGMA = 10**9
# Below this scale a figure equals its count all but once in more than any number of draws.
_SMALLEST_SIGMA = Fraction(1, 100)
_LARGEST_COUNT = 2**40
# Small chunks keep two processors busy to the end and give a progress line something to say.
_CHUNK = 5_000
_WORKERS = 4


class NoiseSource(Protocol):
    """Something that adds independent noise to integer counts."""

    @property
    def name(self) -> str: ...

    @property
    def valid_for_publication(self) -> bool: ...

    def add_noise(self, values: Counts, sigma: float) -> Counts:
        """One noised integer per value, each with fresh noise of scale `sigma`. Called from threads."""
        ...


class OpenDPGaussian:
    """The noise of every publication: discrete Gaussian (Canonne, Kamath and Steinke 2020), exact sampler."""

    name = "opendp discrete gaussian i64"
    valid_for_publication = True

    def add_noise(self, values: Counts, sigma: float) -> Counts:
        """See `NoiseSource`. Raises KluisError, without the library's text, when OpenDP fails."""
        measurement = _gaussian(len(values), sigma)
        try:
            return np.asarray(measurement(values), dtype=np.int64)
        except Exception as error:
            raise_alone(KluisError(f"drawing the noise failed ({type(error).__name__})"))


def opendp_version() -> str:
    """The version of OpenDP installed here. Raises BudgetError when there is none or it is too old."""
    try:
        found = version("opendp")
    except PackageNotFoundError:
        raise BudgetError(
            "OpenDP is not installed, so no noise can be drawn and nothing can be measured here; what was done before this "
            "is kept. Install the pinned requirements; in CBS Remote Access, ask for the package opendp."
        ) from None
    if tuple(int(part) for part in re.findall(r"\d+", found)[:3]) < _OLDEST:
        needed = ".".join(map(str, _OLDEST))
        raise BudgetError(f"OpenDP {found} draws biased noise. Install {needed} or later.")
    return found


def l2_bound(l2_squared: int) -> float:
    """The root of a squared distance, rounded outward: no double below it is large enough."""
    bound = math.sqrt(l2_squared)
    while Fraction(bound) ** 2 < l2_squared:
        bound = math.nextafter(bound, math.inf)
    return bound


def privacy_loss(l2_squared: int, sigma: float) -> float:
    """The rho that OpenDP's privacy map gives for noise of scale `sigma` at the root of this squared L2 distance."""
    # The loss does not depend on the number of cells, so a vector of one cell answers for all.
    return float(_gaussian(1, sigma).map(l2_bound(l2_squared)))


@lru_cache(maxsize=256)
def smallest_sigma(l2_squared: int, rho: Fraction) -> float:
    """The smallest scale whose privacy loss is within `rho`, found on OpenDP's own map.

    Near sqrt(l2_squared / (2 rho)) (Bun and Steinke 2016, proposition 1.6), and rounded up by as much as OpenDP's
    outward rounding asks. Raises BudgetError when the share asks for noise that is absurdly wide or thin.
    """
    squared = Fraction(l2_squared) / (2 * rho)
    if squared > _LARGEST_SIGMA**2:
        raise BudgetError(
            "A table has so small a share of the budget that its noise would exceed a billion. Give it a "
            "larger share, or leave the table out."
        )
    if squared < _SMALLEST_SIGMA**2:
        raise BudgetError(
            "A table has so large a share of the budget that its noise would almost vanish, which is "
            "publishing counts. Give it a smaller share."
        )
    near = math.sqrt(squared)
    too_small, enough = near * (1 - 1e-9), near * (1 + 1e-9)
    while Fraction(privacy_loss(l2_squared, enough)) > rho:
        enough *= 1 + 1e-9
    while too_small < (middle := (too_small + enough) / 2) < enough:
        if Fraction(privacy_loss(l2_squared, middle)) <= rho:
            enough = middle
        else:
            too_small = middle
    return enough


def check_claim(l2_squared: int, sigma: float, rho: Fraction, table: str) -> None:
    """Refuse noise that does not deliver the table's rho. Raises BudgetError; nothing was drawn."""
    if not Fraction(privacy_loss(l2_squared, sigma)) <= rho:
        raise BudgetError(
            f"The noise of table '{table}' (scale {sigma!r}) costs more than the table's share of the budget "
            f"when one unit moves it by a squared L2 distance of {l2_squared}. Nothing was drawn; take the scale from the plan."
        )


@lru_cache(maxsize=64)
def epsilon(rho: Fraction, delta: float) -> float:
    """The epsilon, at `delta`, that OpenDP derives from a zCDP loss of `rho` (at least that of `rho`)."""
    dp = _opendp()
    # One step below the smallest scale that is enough, so that epsilon is never understated.
    sigma = math.nextafter(smallest_sigma(1, rho), 0)
    profile = dp.c.make_zCDP_to_approxDP(_gaussian(1, sigma)).map(l2_bound(1))
    return float(profile.epsilon(delta=delta))


def exact_counts(values: ArrayLike, size: int, table: str) -> Counts:
    """The counts of a table as 64-bit integers, after checking that they are that. Names no count."""
    counts = np.asarray(values)
    if counts.ndim != 1 or len(counts) != size:
        raise BudgetError(
            f"Table '{table}' was planned with {size} cells, but the counting did not give exactly those. "
            "Every cell of the public key set must be there, empty ones too. Nothing was drawn."
        )
    if counts.dtype.kind not in "iu":
        raise BudgetError(f"Table '{table}' must hold integers (found {counts.dtype}). Nothing was drawn.")
    if (counts < 0).any() or (counts > _LARGEST_COUNT).any():
        raise BudgetError(f"Table '{table}' holds something that cannot be a count. Nothing was drawn.")
    return counts.astype(np.int64)


def add_noise(
    parts: Sequence[tuple[Counts, float]], noise: NoiseSource, progress: Progress | None = None
) -> list[Counts]:
    """Noise for several vectors, each with its own scale; `progress` hears (cells done, cells in all).

    The draws run in a few threads: OpenDP works outside the interpreter's lock, and every cell's noise is
    independent of every other's, so the order of drawing changes nothing.
    """
    chunks = [
        (index, start, values[start : start + _CHUNK], sigma)
        for index, (values, sigma) in enumerate(parts)
        for start in range(0, len(values), _CHUNK)
    ]
    noised = [np.empty_like(values) for values, _ in parts]
    done, total = 0, sum(len(values) for values, _ in parts)
    with ThreadPoolExecutor(_WORKERS) as pool:
        drawn = pool.map(lambda chunk: noise.add_noise(chunk[2], chunk[3]), chunks)
        for (index, start, values, _), result in zip(chunks, drawn, strict=True):
            if result.shape != values.shape or result.dtype != np.int64:
                raise KluisError("the noise source returned something other than one integer per cell")
            noised[index][start : start + len(values)] = result
            done += len(values)
            if progress is not None:
                progress(done, total)
    return noised


@lru_cache(maxsize=128)
def _gaussian(size: int, sigma: float) -> Any:
    dp = _opendp()
    domain = dp.vector_domain(dp.atom_domain(T="i64"), size=size)
    return dp.m.make_gaussian(domain, dp.l2_distance(T=float), scale=sigma)


@lru_cache(maxsize=1)
def _opendp() -> Any:
    opendp_version()
    import opendp.prelude as dp

    dp.enable_features("contrib")
    return dp
