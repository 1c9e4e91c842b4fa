"""Differences within one release: their margin is that of the dense covariance, with the noise that figures share."""

from itertools import combinations

import numpy as np
import pytest

from pipelines.errors import UserError
from pipelines.facts.areas import areas
from pipelines.facts.gemeenten import gemeenten
from pipelines.indicators.collection import Indicators
from pipelines.personas.load import Personas
from pipelines.release.cells import CELLS
from pipelines.release.contrasts import against_peers, difference_of_sets, inhabitants
from pipelines.release.published import PublishedRelease, open_published
from tests.unit.published_bundles import NATIONAL, PERSONA, write_bundle

PEILJAAR = 2023
BARE = "GM0014"
RISEN = "GM0363"
Z95 = 1.959963984540054


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory, personas: Personas, indicators: Indicators) -> PublishedRelease:
    place = tmp_path_factory.mktemp("uitgaven")
    write_bundle(place, personas, indicators, PEILJAAR, seed=3, uncovered=frozenset({BARE}), higher={RISEN: 4_000})
    return open_published([place], f"{PEILJAAR}-voorlopig")


def dense(release: PublishedRelease, weights: dict[str, float]) -> float:
    """The variance of a weighted sum from the covariance of every pair, asked one by one."""
    tree = release.tree(PERSONA, "missing")
    assert tree is not None
    variance = 0.0
    for code, weight in weights.items():
        variance += weight**2 * float(tree.sd_of_sums([[code]], len(CELLS))[0]) ** 2
    for one, other in combinations(weights, 2):
        apart = tree.sd_of_sums([[one], [other], [one, other]], len(CELLS)) ** 2
        variance += weights[one] * weights[other] * float(apart[2] - apart[0] - apart[1])
    return variance


def test_the_margin_of_a_difference_counts_the_noise_that_both_share(release: PublishedRelease) -> None:
    first, second = ["GM0363", "GM0384"], ["GM0599", "GM0344", "GM0503"]

    (row,) = difference_of_sets(release, first, second, [PERSONA]).to_dicts()

    counted = dict.fromkeys(first, 1.0) | dict.fromkeys(second, -1.0)
    people = inhabitants(release)
    rated = {c: 1000 / sum(people[x] for x in first) for c in first} | {
        c: -1000 / sum(people[x] for x in second) for c in second
    }
    assert row["sd"] == pytest.approx(np.sqrt(dense(release, counted)), rel=1e-9)
    assert row["marge95_per_1000"] == pytest.approx(Z95 * np.sqrt(dense(release, rated)), rel=1e-9)
    assert row["verschil"] == pytest.approx(row["eerste"] - row["tweede"])
    assert row["boven95"] - row["verschil"] == pytest.approx(Z95 * row["sd"])


def test_a_gemeente_in_both_sets_falls_out_of_the_difference(release: PublishedRelease) -> None:
    (both,) = difference_of_sets(release, ["GM0363", "GM0384"], ["GM0384"], [PERSONA]).to_dicts()

    assert both["sd"] == pytest.approx(np.sqrt(dense(release, {"GM0363": 1.0})), rel=1e-9)


def test_each_gemeente_stands_beside_the_others_of_its_group_that_were_measured(release: PublishedRelease) -> None:
    groups = [area.gemeenten for area in areas(PEILJAAR) if area.kind == "grootteklasse"]

    found = against_peers(release, PERSONA, groups)

    group = next(codes for codes in groups if RISEN in codes)
    people, risen = inhabitants(release), found[RISEN]
    assert set(risen.peers) == set(group) - {RISEN, BARE}
    assert BARE not in found
    assert len(found) == len(gemeenten(PEILJAAR)) - 1
    around = sum(people[code] for code in risen.peers)
    weights = {RISEN: 1000 / people[RISEN]} | {code: -1000 / around for code in risen.peers}
    assert risen.difference_margin == pytest.approx(Z95 * np.sqrt(dense(release, weights)), rel=1e-9)
    assert risen.more_than_noise
    assert risen.difference > 0


def test_a_persona_without_figures_per_gemeente_has_no_peers(release: PublishedRelease) -> None:
    assert against_peers(release, NATIONAL, [("GM0363", "GM0599")]) == {}


def test_a_group_of_one_has_no_peers(release: PublishedRelease) -> None:
    assert against_peers(release, PERSONA, [("GM0363", BARE)]) == {}


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (["GM0363"], ["GM0363"], "the same gemeenten"),
        (["GM0363"], ["GM9999"], "no gemeenten of peiljaar 2023: GM9999"),
        ([], ["GM0363"], "no gemeenten were named"),
        (["GM0363"], [BARE], f"niet gemeten in {BARE}"),
    ],
)
def test_sets_that_cannot_be_compared_are_refused(
    release: PublishedRelease, first: list[str], second: list[str], why: str
) -> None:
    with pytest.raises(UserError, match=why):
        difference_of_sets(release, first, second, [PERSONA])
