"""Drawing: exact counts in, the measurement file out, as bytes that hold noised numbers only.

What belongs here: what must be true of the counts and the noise before anything is drawn. What does not: paying for it and
keeping it (`ledger.py`), the noise itself (`mechanism.py`).
"""

from collections.abc import Callable, Mapping

from numpy.typing import ArrayLike

from pipelines.errors import BudgetError, KluisError, UserError
from pipelines.privacy import mechanism
from pipelines.privacy.measurement import encode
from pipelines.privacy.mechanism import NoiseSource, OpenDPGaussian, Progress
from pipelines.privacy.workload import Workload
from pipelines.withheld import raise_alone


def draw(
    workload: Workload,
    counts: Callable[[], Mapping[str, ArrayLike]],
    noise: NoiseSource,
    progress: Progress | None,
) -> bytes:
    """The measurement of a workload: `counts` is called once, and gives for each table its exact counts. Raises BudgetError
    (nothing drawn) and KluisError (the counting or the noise failed), neither with a count."""
    if noise.valid_for_publication and type(noise) is not OpenDPGaussian:
        raise BudgetError("Only the noise of OpenDP is valid for publication; found another noise source.")
    sigma = {table.name: workload.sigma(table) for table in workload.tables}
    for table in workload.tables:
        mechanism.check_claim(workload.l2_squared, sigma[table.name], table.rho, table.name)
    exact = _counted(counts)
    if set(exact) != set(sigma):
        raise BudgetError("The counted tables are not those of the plan. Count the plan's tables. Nothing was drawn.")
    parts = [
        (mechanism.exact_counts(exact[table.name], table.size, table.name), sigma[table.name])
        for table in workload.tables
    ]
    noised = mechanism.add_noise(parts, noise, progress)
    named = {table.name: vector for table, vector in zip(workload.tables, noised, strict=True)}
    return encode(workload, named, sigma, noise.name, valid=noise.valid_for_publication)


def _counted(counts: Callable[[], Mapping[str, ArrayLike]]) -> Mapping[str, ArrayLike]:
    try:
        return counts()
    except (UserError, KluisError):
        raise
    except Exception as error:
        # A library's message may quote a row or a count, so it stops here.
        raise_alone(KluisError(f"counting for the measurement failed ({type(error).__name__})"))
