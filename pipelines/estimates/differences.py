"""Which of many differences are more than noise: with control over the chance that any of them is not.

What belongs here: judging differences that have an exact standard deviation. What does not: making them (see
`TreeCovariance.between` for the covariance of two regions of one release).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

Flags = NDArray[np.bool_]


def differs_more_than_noise(differences: ArrayLike, sd: ArrayLike, alpha: float = 0.05) -> Flags:
    """Which of a family of differences noise alone would hardly give.

    `differences`, `sd`: of one shape; NaN is never flagged, and does not count in the family. The chance that one or
    more of the flagged ones is noise alone is at most `alpha`, however the noise hangs together. Source: S. Holm, "A
    simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6 (1979), 65-70.
    """
    values, spread = np.broadcast_arrays(np.asarray(differences, dtype=float), np.asarray(sd, dtype=float))
    known = np.isfinite(values) & np.isfinite(spread) & (spread > 0)
    chance = np.full(values.shape, np.inf)
    chance[known] = 2 * norm.sf(np.abs(values[known]) / spread[known])
    flat = chance.reshape(-1)
    order = np.argsort(flat, kind="stable")[: int(known.sum())]
    limits = alpha / np.arange(len(order), 0, -1)
    passed = flat[order] <= limits
    # The first that fails stops all after it.
    until = len(order) if passed.all() else int(np.argmin(passed))
    flags = np.zeros(flat.shape, dtype=bool)
    flags[order[:until]] = True
    return flags.reshape(values.shape)
