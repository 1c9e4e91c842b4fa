"""Faults for the audit to catch: each with the rule that fits it.

What belongs here: what a fault in the counting would give, put into two honest worlds, and faults in the noise and the
ledger, put into the code. What does not: honest worlds, and whether a fault is caught (`test_audit.py` on small worlds,
`make verify` on those of the whole country).
"""

import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from fractions import Fraction
from unittest.mock import patch

import numpy as np

from pipelines.privacy import ledger, mechanism
from pipelines.privacy.audit import World
from pipelines.privacy.entry import Charge
from pipelines.privacy.ledger import Ledger, StoredMeasurement
from pipelines.privacy.mechanism import Counts, OpenDPGaussian

Worlds = tuple[World, World]
Counting = Callable[[World, World], Worlds]


def _honest(without: World, within: World) -> Worlds:
    return without, within


@dataclass(frozen=True)
class Fault:
    """`counting`: what it makes of the worlds without and with the person. `planted`: puts it into the code."""

    name: str
    rule: str
    counting: Counting = _honest
    planted: Callable[[], AbstractContextManager[object]] = nullcontext


def _with(world: World, change: Callable[[str, Counts], Counts]) -> World:
    return replace(world, tables={name: change(name, vector) for name, vector in world.tables.items()})


def _no_truncation(without: World, within: World) -> Worlds:
    """The person counts for two personas more than the bound allows, in every table."""

    def two_more(name: str, vector: Counts) -> Counts:
        free = np.flatnonzero(vector == without.tables[name])[:2]
        return vector + np.isin(np.arange(len(vector)), free).astype(np.int64)

    return without, _with(within, two_more)


def _double_count(without: World, within: World) -> Worlds:
    return without, _with(within, lambda name, vector: 2 * vector - without.tables[name])


def _order_follows_the_data(without: World, within: World) -> Worlds:
    """The person turned the order over: somebody else counts for one persona less and another one more."""

    def turned(name: str, vector: Counts) -> Counts:
        same = vector == without.tables[name]
        changed = vector.copy()
        changed[np.flatnonzero(same & (vector > 0))[:1]] -= 1
        changed[np.flatnonzero(same & (vector == 0))[:1]] += 1
        return changed

    return without, _with(within, turned)


def _small_counts_to_nought(without: World, within: World) -> Worlds:
    """Counts below five become nought before the noise, in a cell where the person is the fifth."""

    def fourfold(name: str, vector: Counts) -> Counts:
        raised = vector.copy()
        raised[within.tables[name] != without.tables[name]] += 4
        return raised

    def suppressed(name: str, vector: Counts) -> Counts:
        return np.asarray(np.where(vector < 5, 0, vector), dtype=np.int64)

    return _with(_with(without, fourfold), suppressed), _with(_with(within, fourfold), suppressed)


def _drop_empty_cells(without: World, within: World) -> Worlds:
    present = {name: vector[vector > 0] for name, vector in within.tables.items()}
    return without, replace(within, tables=present)


def _keys_from_the_data(without: World, within: World) -> Worlds:
    return without, replace(within, key_set=f"{within.key_set}, and one that the person brought")


def _no_square_root(contributions: int, rho: Fraction) -> float:
    return math.sqrt(1 / (2 * rho))


def _a_tenth_too_thin(contributions: int, rho: Fraction) -> float:
    return 0.9 * math.sqrt(contributions / (2 * rho))


def _scale(wrong: Callable[[int, Fraction], float]) -> Callable[[], AbstractContextManager[object]]:
    """The scale is wrong, and the check of the claim at run time was taken out as well."""

    @contextmanager
    def planted() -> Iterator[None]:
        with ExitStack() as stack:
            stack.enter_context(patch.object(mechanism, "smallest_sigma", wrong))
            stack.enter_context(patch.object(mechanism, "check_claim", lambda *_: None))
            yield

    return planted


Change = Callable[[Counts, Counts, float], Counts]
"""From the exact values, the noised ones and the scale to what comes out."""


def _half_of_it(values: Counts, noised: Counts, sigma: float) -> Counts:
    return values + (noised - values) // 2


def _no_less_than_zero(values: Counts, noised: Counts, sigma: float) -> Counts:
    return np.maximum(noised, 0)


def _one_more(values: Counts, noised: Counts, sigma: float) -> Counts:
    return noised + 1


def _from_a_seed(values: Counts, noised: Counts, sigma: float) -> Counts:
    return values + np.rint(np.random.default_rng(7).normal(0, sigma, len(values))).astype(np.int64)


def _noise(change: Change) -> Callable[[], AbstractContextManager[object]]:
    honest = OpenDPGaussian.add_noise

    def spoilt(self: OpenDPGaussian, values: Counts, sigma: float) -> Counts:
        return np.asarray(change(values, honest(self, values, sigma), sigma), dtype=np.int64)

    return lambda: patch.object(OpenDPGaussian, "add_noise", spoilt)


def _lift_before_the_noise() -> AbstractContextManager[object]:
    """Counts below one become one just before the noise is drawn."""
    honest = mechanism.add_noise

    def lifted(parts: list[tuple[Counts, float]], *rest: object) -> list[Counts]:
        return honest([(np.maximum(values, 1), sigma) for values, sigma in parts], *rest)  # type: ignore[arg-type]

    return patch.object(mechanism, "add_noise", lifted)


def _another_key_each_time() -> AbstractContextManager[object]:
    honest = Ledger.append
    number = iter(range(101, 200))

    def under_another_key(self: Ledger, charge: Charge, *rest: object) -> StoredMeasurement:
        return honest(self, replace(charge, replay_key=f"{next(number):064x}"), *rest)  # type: ignore[arg-type]

    return patch.object(ledger.Ledger, "append", under_another_key)


def _spends_are_forgotten() -> AbstractContextManager[object]:
    return patch.object(ledger.Ledger, "spent", Fraction(0))


FAULTS = (
    Fault("no truncation", "bounded contribution", _no_truncation),
    Fault("double count", "bounded contribution", _double_count),
    Fault("sqrt(K) forgotten", "scale as claimed", planted=_scale(_no_square_root)),
    Fault("wrong sigma", "scale as claimed", planted=_scale(_a_tenth_too_thin)),
    Fault("empty cells dropped", "whole tables", _drop_empty_cells),
    Fault("data-dependent key set", "same key set", _keys_from_the_data),
    Fault("persona order depending on data", "bounded contribution", _order_follows_the_data),
    Fault("second draw on replay", "replay", planted=_another_key_each_time),
    Fault("small counts to nought before noise", "bounded contribution", _small_counts_to_nought),
    Fault("clamp before noise", "noise on what was counted", planted=_lift_before_the_noise),
    Fault("negative clamp", "unclipped noise", planted=_noise(_no_less_than_zero)),
    Fault("seeded noise", "fresh noise", planted=_noise(_from_a_seed)),
    Fault("half the noise", "width of the noise", planted=_noise(_half_of_it)),
    Fault("noise with a bias", "centred noise", planted=_noise(_one_more)),
    Fault("a spend that is not entered", "every draw is paid", planted=_spends_are_forgotten),
)
