"""Applying the gate of a plan: the regions and gebieden that are measured, and published in sums only.

What belongs here: the choice, from the plan, the public cells and the public inhabitants. What does not: anything measured;
nothing here takes a count, noised or exact, so that the choice is the same whatever the kluis holds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from pipelines.estimates.intervals import margin95
from pipelines.estimates.tree import TreeCovariance, tree_covariance
from pipelines.facts.gemeenten import NEDERLAND
from pipelines.privacy.workload import Workload
from pipelines.release.area_figures import covered_areas, membership
from pipelines.release.cells import CELLS, Block, KeySet, Region
from pipelines.release.gate import Gate
from pipelines.release.marginals import MARGINALS
from pipelines.release.regions import denominators
from pipelines.release.solving import noise_of, tree_of

GATED_STATES = ("missing", "served")
"""What a prior speaks of. It says nothing of how many people registers cannot tell of, so `unknown` has no gate."""

_TOTAL = next(number for number, marginal in enumerate(MARGINALS) if len(marginal.cells) == len(CELLS))


@dataclass(frozen=True)
class Gated:
    """How many gemeenten and provincies of a persona have no figure of their own, of how many that are measured."""

    gemeenten: int
    of_gemeenten: int
    provincies: int
    of_provincies: int

    @property
    def share(self) -> float:
        """The share (0 to 1) of the measured gemeenten."""
        return self.gemeenten / self.of_gemeenten if self.of_gemeenten else 0.0


def gated(key_set: KeySet, gate: Gate, workload: Workload) -> KeySet:
    """The key set, with for each block what is published in sums only.

    The planned noise is that of a persona with all its detail, also in a plan of two stages: what a second stage measures
    hangs on the first draw, and this does not. The figure of the land is always published.
    """
    sigma = {table.name: workload.sigma(table) for table in workload.tables}
    margins: dict[tuple[Region, ...], dict[str, float]] = {}
    blocks = []
    for block in key_set.blocks:
        prior = gate.priors.get(block.persona.id)
        if prior is None or block.state not in GATED_STATES:
            blocks.append(block)
            continue
        if block.regions not in margins:
            margins[block.regions] = _planned_margins(block, key_set.peiljaar, sigma)
        planned = margins[block.regions]
        people = _inhabitants(block, key_set, planned)
        least = float(gate.margins / prior.share)
        closed = frozenset(code for code, margin in planned.items() if people[code] < least * margin)
        blocks.append(replace(block, closed=closed))
    return replace(key_set, blocks=tuple(blocks))


def gated_per_persona(key_set: KeySet, gate: Gate) -> dict[str, Gated]:
    """Persona with a prior -> how many of its regions have no figure of their own, by its first gated state."""
    found: dict[str, Gated] = {}
    for block in key_set.blocks:
        if block.persona.id in gate.priors and block.state in GATED_STATES and block.persona.id not in found:
            places = [{region.code for region in block.at(level)} for level in ("gemeente", "provincie")]
            small, large = places
            found[block.persona.id] = Gated(
                len(small & block.closed), len(small), len(large & block.closed), len(large)
            )
    return found


def gate_sentences(key_set: KeySet, gate: Gate) -> tuple[str, ...]:
    """What the gate holds back, in Dutch: the rule, and per persona its prior with the source."""
    found = gated_per_persona(key_set, gate)
    return (
        "Een provincie, gemeente of gebied krijgt van deze persona's alleen een eigen cijfer als dat naar verwachting iets zegt: "
        f"inwoners keer het vermoede aandeel moet minstens {_dutch(gate.margins)} keer de geplande ruismarge zijn. Anders staat "
        "er 'niet_gepubliceerd'. Dat is geen nul.",
        "Dit hangt alleen af van openbare getallen: inwoners, ruis en een vermoeden uit een openbare bron. Het was vastgelegd "
        "voordat er geteld werd. Ook waar geen cijfer staat is gemeten: de meting met ruis telt mee in grotere gebieden en "
        "staat in 'metingen.parquet'. De ruis is wat mensen beschermt, niet dit weglaten.",
        *(
            f"{name}: vermoed {_dutch(1000 * prior.share)} per 1.000 inwoners (bron: {prior.source}); zonder eigen cijfer "
            f"{found[name].gemeenten} van {found[name].of_gemeenten} gemeenten en {found[name].provincies} van "
            f"{found[name].of_provincies} provincies."
            for name, prior in gate.priors.items()
            if name in found
        ),
    )


def _dutch(number: Fraction) -> str:
    return f"{float(number):.6g}".replace(".", ",")


def _planned_margins(block: Block, peiljaar: int, sigma: Mapping[str, float]) -> dict[str, float]:
    """Code -> planned ruismarge (persons) of the total of each region below the land, and of each gebied with a sum."""
    tree, levels = tree_of(block.regions)
    covariance = tree_covariance(tree, noise_of(levels, sigma), len(CELLS))
    margins = margin95(np.sqrt(covariance.nodes.total))
    found = {region.code: float(margin) for region, margin in zip(block.regions, margins, strict=True)}
    return {code: margin for code, margin in found.items() if code != NEDERLAND} | _of_areas(
        block, peiljaar, covariance
    )


def _of_areas(block: Block, peiljaar: int, covariance: TreeCovariance) -> dict[str, float]:
    whole, _ = covered_areas(block, peiljaar)
    if not whole:
        return {}
    margins = margin95(np.sqrt(covariance.of(membership(block.regions, whole)).total))
    return {area.code: float(margin) for area, margin in zip(whole, margins, strict=True)}


def _inhabitants(block: Block, key_set: KeySet, codes: Iterable[str]) -> dict[str, float]:
    """Code -> public inhabitants of the gemeenten that the block stands for, or of the wijk; none for people without a known
    wijk, of whom nothing public says that they are enough."""
    named, measured = tuple(codes), {region.code: region for region in block.regions}
    places = tuple(measured.get(code, Region("", code, "")) for code in named)
    people = denominators(places, frozenset(block.gemeenten), key_set.peiljaar, key_set.wijken)[:, _TOTAL]
    return dict(zip(named, np.nan_to_num(people).tolist(), strict=True))
