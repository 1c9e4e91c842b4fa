"""Four levels: estimates of wijken are the dense least squares, add up, cost what was planned, and can be made again."""

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import polars as pl
import pytest

from pipelines.facts.gemeenten import gemeenten
from pipelines.facts.wijken import Wijk, WijkList, load_wijken, unknown_wijk
from pipelines.indicators.collection import Indicators
from pipelines.personas.load import Personas, counting_fingerprint
from pipelines.personas.spec import Persona
from pipelines.privacy.ledger import StoredMeasurement
from pipelines.registers.catalogue_model import FRAME, load_catalogue
from pipelines.release.cells import CELLS, KeySet, make_key_set
from pipelines.release.expected import OBJECTIVES, best_shares, expected_tables, finest_block, usable_wijken
from pipelines.release.figures import Published, publish_figures
from pipelines.release.gate import Gate
from pipelines.release.gating import gated
from pipelines.release.measure import workload_of
from pipelines.release.measurement_files import write_measurements
from pipelines.release.plan import ALL_LEVELS, ALL_TABLES, ReleasePlan, load_plan
from pipelines.release.solving import noise_of, solved_blocks, tree_of
from tests.surroundings import CHECKOUT
from tests.unit.measured_trees import dense

PEILJAAR = 2023
FINE, COARSE = "jongere-schuld-zonder-startkwalificatie", "dakloos-verslaafd-schulden"
PLANS = CHECKOUT / "persona_specs" / "release_plans"
DELIVERING = ("PV29",)
"""Zeeland: small enough for the dense normal equations."""
KEYS = ["persona", "toestand", "niveau", "regio", "leeftijd", "geslacht"]


@pytest.fixture(scope="module")
def plan() -> ReleasePlan:
    return load_plan(PLANS, "2023-per-wijk")


@pytest.fixture(scope="module")
def wijken() -> WijkList:
    """One to three wijken in each gemeente, and the leaf of nobody knows: families of all sizes."""
    leaves = []
    for number, g in enumerate(gemeenten(PEILJAAR)):
        n = 1 + number % 3
        leaves += [Wijk(f"WK{g.code[2:]}{k:02}", g.code, f"Wijk {k}", g.inwoners // n) for k in range(n)]
        leaves.append(Wijk(unknown_wijk(g.code), g.code, "Wijk onbekend", None))
    return WijkList("klein", PEILJAAR, "synthetisch", tuple(leaves))


@pytest.fixture(scope="module")
def measured_personas(personas: Personas) -> tuple[Persona, ...]:
    return tuple(personas.by_id[name] for name in (COARSE, FINE))


@pytest.fixture(scope="module")
def key_set(measured_personas: tuple[Persona, ...], indicators: Indicators, wijken: WijkList) -> KeySet:
    """Missing and served in Zeeland alone, unknown everywhere."""
    everywhere = frozenset(int(g.code[2:]) for g in gemeenten(PEILJAAR))
    some = frozenset(int(g.code[2:]) for g in gemeenten(PEILJAAR) if g.provincie in DELIVERING)
    coverage = dict.fromkeys(load_catalogue().registers, everywhere)
    for persona in measured_personas:
        coverage |= dict.fromkeys(indicators.sources_of(persona.missing_voorziening.voorziening), some)
    return make_key_set(measured_personas, indicators, coverage, PEILJAAR, wijken)


@pytest.fixture(scope="module")
def stored(plan: ReleasePlan, key_set: KeySet) -> StoredMeasurement:
    dice = np.random.default_rng(27)
    workload = workload_of(plan, key_set)
    tables = {t.name: dice.integers(-20, 200, t.size) for t in workload.tables}
    sigma = {t.name: workload.sigma(t) for t in workload.tables}
    return cast(StoredMeasurement, SimpleNamespace(tables=tables, sigma=sigma))


@pytest.fixture(scope="module")
def published(stored: StoredMeasurement, key_set: KeySet) -> Published:
    return publish_figures(stored, key_set, "voorlopig", "1.0.0")


def test_four_levels_are_solved_as_the_dense_normal_equations_solve_them(
    stored: StoredMeasurement, key_set: KeySet
) -> None:
    (solved,) = (
        each
        for each in solved_blocks(stored, key_set)
        if each.blocks[0].persona.id == FINE and each.blocks[0].state != "unknown"
    )
    block, number = solved.blocks[0], key_set.blocks.index(solved.blocks[0])
    tree, levels = tree_of(block.regions)
    cells = np.concatenate([measured(stored, key_set, number, f"{level}_leeftijd_geslacht") for level in levels])
    totals = np.concatenate([measured(stored, key_set, number, level) for level in levels])

    above, leaves, covariance = dense(
        tree, noise_of(levels, stored.sigma), cells.reshape(tree.size, len(CELLS), 1), totals.reshape(-1, 1)
    )

    assert levels == list(ALL_LEVELS)
    expected = np.einsum("nl,ldr->ndr", above, leaves)[:, :, 0]
    np.testing.assert_allclose(solved.solution.estimates[:, :, 0], expected, rtol=0, atol=1e-9)
    np.testing.assert_allclose(solved.solution.totals[:, 0], expected.sum(axis=1), rtol=0, atol=1e-9)
    of_totals = np.kron(above, np.ones((1, len(CELLS))))
    variances = np.einsum("ij,jk,ik->i", of_totals, covariance, of_totals)
    np.testing.assert_allclose(solved.solution.covariance.nodes.total, variances, rtol=1e-9)


def measured(stored: StoredMeasurement, key_set: KeySet, number: int, table: str) -> np.ndarray:
    """The part of a block in the measured vector, found without the code that solves."""
    level = table.removesuffix("_leeftijd_geslacht")
    width = 1 if level == table else len(CELLS)
    sizes = [width * sum(region.level == level for region in block.regions) for block in key_set.blocks]
    start = sum(sizes[:number])
    return np.asarray(stored.tables[table][start : start + sizes[number]], dtype=float)


def test_figures_of_wijken_stand_apart_add_up_and_say_where_nothing_was_measured(
    published: Published, wijken: WijkList
) -> None:
    assert published.wijken is not None
    assert set(published.figures["niveau"]) == set(ALL_LEVELS) - {"wijk"}
    assert set(published.wijken["persona"]) == {FINE}
    for state in ("missing", "served", "unknown"):
        rows = published.wijken.filter(toestand=state, leeftijd="totaal", geslacht="totaal")
        assert rows["regio"].n_unique() == rows.height == len(wijken.wijken)
        here = rows.drop_nulls("schatting")
        wanted = published.figures.filter(
            persona=FINE, toestand=state, niveau="gemeente", leeftijd="totaal", geslacht="totaal"
        ).drop_nulls("schatting")
        sums = (
            here.with_columns(regio="GM" + pl.col("regio").str.slice(2, 4))
            .group_by("regio")
            .agg(pl.col("schatting").sum(), pl.col("weergave").sum())
        )
        both = sums.join(wanted, on="regio", suffix="_gemeente")
        assert both.height == wanted.height == (342 if state == "unknown" else 13)
        assert (both["schatting"] - both["schatting_gemeente"]).abs().max() < 1e-8  # type: ignore[operator]
        assert (both["weergave"] == both["weergave_gemeente"]).all()
        assert set(rows.filter(pl.col("schatting").is_null())["bruikbaarheid"]) <= {"niet_gemeten"}


def test_the_examples_make_the_same_estimates_again_from_the_published_measurements(
    stored: StoredMeasurement, key_set: KeySet, measured_personas: tuple[Persona, ...], plan: ReleasePlan,
    published: Published, tmp_path: Path,
) -> None:  # fmt: skip
    write_measurements(stored, key_set, measured_personas, plan, tmp_path)
    result = tmp_path / "opnieuw.csv"

    subprocess.run(
        [sys.executable, tmp_path / "opnieuw-schatten.py", tmp_path, result], check=True, capture_output=True
    )

    assert published.wijken is not None
    ours = pl.concat([published.figures, published.wijken]).drop_nulls("schatting")
    both = ours.join(pl.read_csv(result), on=KEYS, suffix="_opnieuw")
    assert both.height == ours.height
    assert (both["schatting"] - both["schatting_opnieuw"]).abs().max() < 1e-9  # type: ignore[operator]
    assert (both["sd"] - both["sd_opnieuw"]).abs().max() < 1e-9  # type: ignore[operator]
    assert json.loads((tmp_path / "uitgaveplan.json").read_text(encoding="utf-8"))["wijken"] == plan.wijken


def test_the_tables_of_a_plan_cost_its_rho_and_one_person_moves_each_by_root_k(
    plan: ReleasePlan, key_set: KeySet, wijken: WijkList
) -> None:
    workload = workload_of(plan, key_set)

    assert [table.name for table in workload.tables] == list(ALL_TABLES)
    assert workload.rho == plan.rho
    assert workload.l2_squared == plan.contributions
    leaves = sum(len(block.at("wijk")) for block in key_set.blocks)
    of_zeeland = sum(wijk.gemeente in key_set.blocks[0].gemeenten for wijk in wijken.wijken)
    assert leaves == len(wijken.wijken) + 2 * of_zeeland
    assert key_set.table_size("wijk_leeftijd_geslacht") == 10 * leaves


@pytest.mark.parametrize("objective", list(OBJECTIVES))
def test_the_best_shares_over_four_levels_are_within_a_percent_of_the_optimum(key_set: KeySet, objective: str) -> None:
    block = finest_block(key_set)

    found = best_shares(block, OBJECTIVES[objective])

    assert block.at("wijk")
    assert set(found.shares) == set(ALL_TABLES)
    assert sum(found.shares.values(), Fraction(0)) == 1
    assert 0 <= found.gap <= 0.01


def test_a_plan_says_what_wijken_would_get_before_anything_is_spent(plan: ReleasePlan, key_set: KeySet) -> None:
    tables = {table.name: table for table in expected_tables(workload_of(plan, key_set), finest_block(key_set))}
    shares = usable_wijken(tables["wijk"].smallest_usable, load_wijken(PLANS / "wijken", "synthetisch-2023", PEILJAAR))

    assert list(tables) == list(ALL_TABLES)
    assert tables["wijk"].sd < tables["wijk"].sigma
    assert list(shares.values()) == sorted(shares.values())
    assert shares[0.0005] < shares[0.02]


def test_a_persona_that_may_be_shown_by_wijk_is_the_same_measurement_in_a_plan_without_wijken(
    personas: Personas, indicators: Indicators
) -> None:
    fine = personas.by_id[FINE]
    before = fine.model_copy(update={"smallest_geography": "gemeente"})
    coarser = fine.model_copy(update={"smallest_geography": "provincie"})

    assert counting_fingerprint(fine, indicators) == counting_fingerprint(before, indicators)
    assert counting_fingerprint(fine, indicators) != counting_fingerprint(coarser, indicators)
    coverage = dict.fromkeys(load_catalogue().registers, frozenset(int(g.code[2:]) for g in gemeenten(PEILJAAR)))
    with_it, without = (make_key_set((p,), indicators, coverage, PEILJAAR) for p in (fine, before))
    assert with_it.fingerprint == without.fingerprint


def test_the_column_of_wijken_decides_nothing_of_a_plan_without_them() -> None:
    catalogue = load_catalogue()
    listed = catalogue.register("VSLGWBTAB")
    columns = tuple(column for column in listed.columns if column.only_for is None)
    before = catalogue.model_copy(
        update={"registers": {**catalogue.registers, "VSLGWBTAB": listed.model_copy(update={"columns": columns})}}
    )

    assert "wc" in {column.canonical for column in listed.kept}
    assert catalogue.counting_fingerprint(FRAME) == before.counting_fingerprint(FRAME)
    assert catalogue.counting_fingerprint(FRAME, wijken=True) != before.counting_fingerprint(FRAME, wijken=True)


def test_a_gate_closes_wijken_by_their_public_inhabitants_and_the_leaf_of_nobody_knows(
    plan: ReleasePlan, key_set: KeySet, stored: StoredMeasurement, wijken: WijkList
) -> None:
    gate = Gate.model_validate({"margins": 1, "priors": {FINE: {"share": "1/200", "source": "verzonnen"}}})
    workload = workload_of(plan, key_set)
    margin = 1.959964 * {t.name: t for t in expected_tables(workload, finest_block(key_set))}["wijk"].sd

    found = gated(key_set, gate, workload)

    (block,) = (b for b in found.blocks if (b.persona.id, b.state) == (FINE, "missing"))
    leaves = {region.code for region in block.at("wijk")}
    small = {code for code in leaves if wijken.inwoners.get(code, 0) / 200 < 0.8 * margin}
    large = {code for code in leaves if wijken.inwoners.get(code, 0) / 200 > 1.2 * margin}
    assert found.wijken is wijken
    assert small <= block.closed
    assert not large & block.closed
    assert any(code.endswith("--") for code in small)
    assert large
    rows = publish_figures(stored, found, "voorlopig", "1.0.0").wijken
    assert rows is not None
    held_back = rows.filter(pl.col("regio").is_in(list(small)), toestand="missing")
    assert set(held_back["bruikbaarheid"]) == {"niet_gepubliceerd"}
    assert held_back["schatting"].null_count() == held_back.height > 0
