"""The audit: does a measurement keep what it claims? Judged from outside, on two neighbouring worlds.

What belongs here: rules over exact vectors, noised vectors and ledgers, and the lower bound on the privacy loss. What
does not: making the worlds (`pipelines/audit_run.py`). Nothing here trusts the code that it judges: the scale of the
noise is worked out again, and the loss is measured.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from pipelines.privacy.audit_bound import LossBound, loss_bound
from pipelines.privacy.drawing import draw
from pipelines.privacy.entry import Charge
from pipelines.privacy.ledger import measure, open_ledger
from pipelines.privacy.measurement import Measurement, decode
from pipelines.privacy.mechanism import Counts, NoiseSource
from pipelines.privacy.workload import Table, Workload

FALSE_ALARM = 1e-6
"""Chance that an honest measurement fails a rule that rests on chance, per rule."""

_FAR = 4.9
"""Standard deviations that a mean stays within but for FALSE_ALARM (two-sided normal)."""


@dataclass(frozen=True)
class World:
    """What the real steps counted over one delivery: the public cells, and the exact vector of each table.

    Exact counts: a world is a value of the kluis, and the report holds none of it.
    """

    key_set: str
    tables: Mapping[str, Counts]


@dataclass(frozen=True)
class Finding:
    """One rule, whether it holds, and what was seen in words without any count."""

    rule: str
    holds: bool
    words: str


@dataclass(frozen=True)
class AuditReport:
    """All findings; `bounds`: the measured losses, as drawn and sharpened (see `audit`)."""

    findings: tuple[Finding, ...]
    bounds: tuple[LossBound, ...]

    @property
    def passed(self) -> bool:
        return all(finding.holds for finding in self.findings)

    @property
    def failed(self) -> tuple[str, ...]:
        return tuple(finding.rule for finding in self.findings if not finding.holds)


def audit(
    without: World,
    within: World,
    workload: Workload,
    noise: NoiseSource,
    scratch: Path,
    *,
    draws: int = 10_000,
    sharper: Fraction = Fraction(8),
) -> AuditReport:
    """Judge a measurement on two worlds, of which the second has one unit more (a person, or the members of a household).

    `scratch`: a folder for ledgers that are thrown away. `draws`: measurements of the affected cells in each world,
    at least 10,000. The loss is measured at the workload's own rho, and once more at a rho of `sharper` in all over the
    same code: small losses hide in few draws, large ones do not.
    """
    findings = [_same_key_set(without, within, workload.unit.kind), _whole_tables(without, within, workload)]
    if all(finding.holds for finding in findings):
        findings.append(_bounded(without, within, workload))
        findings += _of_one_release(within, workload, noise, scratch)
    bounds: tuple[LossBound, ...] = ()
    if all(finding.holds for finding in findings[:2]):
        plans = (workload, _sharpened(workload, sharper))
        bounds = tuple(_measured_loss(without, within, plan, noise, draws) for plan in plans)
        findings += [_loss(bound) for bound in bounds]
    return AuditReport(tuple(findings), bounds)


def _same_key_set(without: World, within: World, unit: str) -> Finding:
    same = without.key_set == within.key_set
    return Finding("same key set", same, f"the public cells are the same with and without the {unit}")


def _whole_tables(without: World, within: World, workload: Workload) -> Finding:
    """Every cell of the plan is there in both worlds, empty ones too."""
    wanted = {table.name: table.size for table in workload.tables}
    whole = all({name: len(vector) for name, vector in w.tables.items()} == wanted for w in (without, within))
    return Finding("whole tables", whole, "each table has the cells of the plan, empty ones too")


def _bounded(without: World, within: World, workload: Workload) -> Finding:
    """One person adds at most 1 to at most K cells of a table and takes nothing away. A whole household of m counted members
    adds at most m to a cell and m K in all; that is tighter than m sqrt(2K), which also covers households that change."""
    members, bound = workload.unit.members or 1, workload.contributions
    kept = True
    for table in workload.tables:
        change = within.tables[table.name].astype(np.int64) - without.tables[table.name]
        kept &= bool((change >= 0).all() and (change <= members).all()) and int(change.sum()) <= members * bound
    words = (
        f"one person changes at most {bound} cells of a table, by one each"
        if workload.unit.members is None
        else f"one household adds at most {members} to a cell and {members * bound} to a table"
    )
    return Finding("bounded contribution", kept, words)


class _Watched:
    """A noise source that remembers on which values noise was drawn. What it draws is never valid for publication."""

    valid_for_publication = False

    def __init__(self, noise: NoiseSource) -> None:
        self._noise = noise
        self._seen: list[Counts] = []
        self.name = noise.name

    def add_noise(self, values: Counts, sigma: float) -> Counts:
        self._seen.append(values.copy())
        return self._noise.add_noise(values, sigma)

    def drew_on(self, world: World) -> bool:
        """Whether every cell of the world, as it was counted, got noise exactly once since this was last asked."""
        seen, self._seen = self._seen, []
        # The pieces are drawn in threads, in any order.
        drawn = np.sort(np.concatenate([np.zeros(0, np.int64), *seen]))
        return np.array_equal(drawn, np.sort(np.concatenate([*world.tables.values()])))

    def drew_nothing(self) -> bool:
        seen, self._seen = self._seen, []
        return not seen


def _of_one_release(world: World, workload: Workload, noise: NoiseSource, scratch: Path) -> list[Finding]:
    """Measure twice under one replay key and once under another, on a ledger of its own."""
    scratch.mkdir(parents=True, exist_ok=True)
    watched = _Watched(noise)
    with open_ledger(scratch / "audit.sqlite", cap=10 * workload.rho) as ledger:
        first = measure(ledger, _charge(1), workload, lambda: world.tables, watched)
        once, spent, entries = watched.drew_on(world), ledger.spent, len(ledger.entries())
        again = measure(ledger, _charge(1), workload, lambda: world.tables, watched)
        free = watched.drew_nothing() and ledger.spent == spent and len(ledger.entries()) == entries
        other = measure(ledger, _charge(2), workload, lambda: world.tables, watched)
        once &= watched.drew_on(world)
        paid = ledger.spent == 2 * workload.rho
    return [
        Finding("noise on what was counted", once, "every cell gets noise exactly once, on its count as it is"),
        Finding(
            "replay",
            free and again.blob == first.blob,
            "the same release returns the same bytes, draws nothing and spends nothing",
        ),
        Finding("every draw is paid", paid, "two releases cost twice the plan's rho, exactly"),
        _scale_as_claimed(first.measurement, workload),
        _fresh(first.measurement, other.measurement),
        *_shape(world, first.measurement),
    ]


def _scale_as_claimed(measured: Measurement, workload: Workload) -> Finding:
    """sigma is at least d / sqrt(2 rho) (Bun and Steinke 2016, proposition 1.6), d^2 being K for a person and 2 m^2 K for a
    household; worked out here again, in exact fractions."""
    members = workload.unit.members
    squared = workload.contributions * (1 if members is None else 2 * members * members)
    enough = all(2 * table.rho * Fraction(measured.sigma[table.name]) ** 2 >= squared for table in workload.tables)
    return Finding("scale as claimed", enough, "the stated scale of each table pays for one unit at its share of rho")


def _fresh(first: Measurement, second: Measurement) -> Finding:
    """Another release draws other noise: two draws share a cell's value as often as two independent ones do."""
    same, expected, cells = 0, 0.0, 0
    for name, vector in first.tables.items():
        same += int((vector == second.tables[name]).sum())
        expected += len(vector) * float((_pmf(first.sigma[name])[1] ** 2).sum())
        cells += len(vector)
    most = expected + _chance(cells)
    return Finding("fresh noise", same <= most, "two releases of one world share no more cells than chance gives")


def _shape(world: World, measured: Measurement) -> list[Finding]:
    """Noise is centred, as wide as stated, and its negative half was not cut off."""
    parts, variance, below, fewest = [], 0.0, 0, 0.0
    for name, vector in measured.tables.items():
        sigma = measured.sigma[name]
        values, chances = _pmf(sigma)
        parts.append((vector - world.tables[name]) / sigma)
        variance += len(vector) * float(values**2 @ chances) / sigma**2
        empty = vector[world.tables[name] == 0]
        below += int((empty < 0).sum())
        fewest += len(empty) * float(chances[values < 0].sum()) - _chance(len(empty))
    residual = np.concatenate(parts)
    n = len(residual)
    centred = abs(residual.mean()) <= _FAR / math.sqrt(n)
    wide = residual.var() >= variance / n - _FAR * math.sqrt(2 / n)
    return [
        Finding("centred noise", bool(centred), "the noise has mean zero"),
        Finding("width of the noise", bool(wide), "the noise is as wide as its stated scale"),
        Finding("unclipped noise", below >= fewest, "empty cells are as often below zero as noise makes them"),
    ]


def _pmf(sigma: float) -> tuple[np.ndarray, np.ndarray]:
    """The discrete Gaussian by its definition (Canonne, Kamath and Steinke 2020, definition 1): values and chances."""
    reach = math.ceil(12 * sigma) + 2
    values = np.arange(-reach, reach + 1, dtype=float)
    weights = np.exp(-(values**2) / (2 * sigma**2))
    return values, weights / weights.sum()


def _chance(cells: int) -> float:
    """How far a number of cells with a property strays from its mean but for FALSE_ALARM (Hoeffding 1963, theorem 1)."""
    return math.sqrt(cells * math.log(1 / FALSE_ALARM) / 2)


def _measured_loss(without: World, within: World, workload: Workload, noise: NoiseSource, draws: int) -> LossBound:
    """Measure the affected cells `draws` times in each world, through the code that measures a release."""
    affected = {
        table.name: np.flatnonzero(within.tables[table.name] != without.tables[table.name]) for table in workload.tables
    }
    touched = [table for table in workload.tables if len(affected[table.name])]
    if not touched:
        return LossBound(float(workload.rho), draws, 0.0, 0.0)
    scores: list[np.ndarray] = []
    for world in (without, within):
        cells = {table.name: world.tables[table.name][affected[table.name]] for table in touched}
        scores.append(_scores(cells, without, within, affected, touched, workload, noise, draws))
    return loss_bound(scores[0], scores[1], float(workload.rho), FALSE_ALARM)


def _scores(
    cells: Mapping[str, Counts],
    without: World,
    within: World,
    affected: Mapping[str, np.ndarray],
    touched: list[Table],
    workload: Workload,
    noise: NoiseSource,
    draws: int,
) -> np.ndarray:
    """The log-likelihood ratio of each measurement but for a constant: the sharpest test between the two worlds."""
    repeated = Workload(
        tuple(Table(table.name, draws * len(cells[table.name]), table.rho) for table in touched),
        workload.contributions,
        workload.delta,
        workload.unit,
    )
    blob = draw(repeated, lambda: {name: np.tile(values, draws) for name, values in cells.items()}, noise, None)
    measured = decode(blob)
    total = np.zeros(draws)
    for table in touched:
        change = (within.tables[table.name] - without.tables[table.name])[affected[table.name]]
        drawn = measured.tables[table.name].reshape(draws, len(change))
        total += (drawn @ change) / measured.sigma[table.name] ** 2
    return total


def _loss(bound: LossBound) -> Finding:
    return Finding(
        f"privacy loss at rho {bound.rho:g}",
        bound.mu <= bound.claimed_mu,
        f"measured mu is at least {bound.mu:.3f} (confidence 1 - {FALSE_ALARM:g}, {bound.draws} draws a world); "
        f"claimed {bound.claimed_mu:.3f}",
    )


def _sharpened(workload: Workload, rho: Fraction) -> Workload:
    factor = rho / workload.rho
    tables = tuple(Table(table.name, table.size, table.rho * factor) for table in workload.tables)
    return Workload(tables, workload.contributions, workload.delta, workload.unit)


def _charge(number: int) -> Charge:
    return Charge(
        replay_key=f"{number:064x}",
        release_id="audit",
        plan_id="audit",
        population_id="audit",
        peiljaar=0,
        code_version="audit",
        created_at="2000-01-01T00:00:00+00:00",
    )
