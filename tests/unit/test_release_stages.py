"""A release in two stages: what the second one measures, and figures that use both."""

import json
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from pipelines.facts.gemeenten import gemeenten
from pipelines.indicators.collection import Indicators
from pipelines.personas.load import Personas
from pipelines.personas.spec import Persona
from pipelines.privacy.entry import Entry
from pipelines.privacy.ledger import StoredMeasurement
from pipelines.release.cells import CELLS, Block, KeySet, Region, make_key_set
from pipelines.release.choices import earlier_measurements
from pipelines.release.figures import Published, publish_figures
from pipelines.release.measure import workload_of
from pipelines.release.measurement_files import EXAMPLES, write_measurements
from pipelines.release.plan import LEVELS, ReleasePlan, load_plan
from pipelines.release.solving import solved_blocks
from pipelines.release.stages import FOLLOWS, earlier_of, key_set_after
from tests.surroundings import CHECKOUT
from tests.unit.test_release_measurement_files import KEY, NEAR, coverage

PEILJAAR = 2023
DETAIL_FROM = 20
PERSONA = "dakloos-verslaafd-schulden"
PEOPLE = {"missing": 12_000, "served": 2_000, "unknown": 120}
"""Over 342 gemeenten and 12 provincies: for age and sex everywhere, down to provincies, and for the land alone."""
DETAIL = {"missing": {"land", "provincie", "gemeente"}, "served": {"land", "provincie"}, "unknown": {"land"}}
TREE = (
    Region("land", "NL01", ""),
    Region("provincie", "PV20", "NL01"),
    Region("provincie", "PV21", "NL01"),
    Region("gemeente", "GM1", "PV20"),
    Region("gemeente", "GM2", "PV20"),
    Region("gemeente", "GM3", "PV21"),
)


@pytest.fixture(scope="module")
def plan() -> ReleasePlan:
    found = load_plan(CHECKOUT / "persona_specs" / "release_plans", "2023-voorlopig")
    return found.model_copy(update={"personas": (PERSONA,), "detail_from": DETAIL_FROM})


@pytest.fixture(scope="module")
def key_set(personas: Personas, indicators: Indicators) -> KeySet:
    return make_key_set((personas.by_id[PERSONA],), indicators, coverage(), PEILJAAR)


@pytest.fixture(scope="module")
def first(plan: ReleasePlan, key_set: KeySet) -> StoredMeasurement:
    return drawn(plan, key_set, 1)


@pytest.fixture(scope="module")
def chosen(first: StoredMeasurement, key_set: KeySet) -> KeySet:
    return key_set_after(first, key_set, DETAIL_FROM)


@pytest.fixture(scope="module")
def both(plan: ReleasePlan, first: StoredMeasurement, chosen: KeySet) -> StoredMeasurement:
    second = drawn(plan, chosen, 2)
    return stored({**first.tables, **second.tables}, {**first.sigma, **second.sigma})


@pytest.fixture(scope="module")
def published(both: StoredMeasurement, chosen: KeySet) -> Published:
    return publish_figures(both, chosen, "voorlopig", "1.0.0")


def test_the_stages_together_are_the_plan_and_no_table_is_in_both(plan: ReleasePlan, key_set: KeySet) -> None:
    whole, *stages = (workload_of(plan, key_set, stage) for stage in (0, 1, 2))

    assert sum(stage.rho for stage in stages) == whole.rho == plan.rho
    assert [table.name for stage in stages for table in stage.tables] != []
    assert {table.name for table in stages[0].tables} == {*LEVELS, "buiten_brp"}
    assert {table.name for table in stages[1].tables} == {f"{level}_leeftijd_geslacht" for level in LEVELS}


def test_age_and_sex_are_measured_where_the_noised_total_is_large_enough(chosen: KeySet) -> None:
    assert {block.state: block.detail for block in chosen.blocks} == DETAIL


def test_an_unused_option_leaves_plan_and_key_set_as_they_were(plan: ReleasePlan, key_set: KeySet) -> None:
    old = plan.model_copy(update={"detail_from": None})

    assert "detail_from" not in old.canonical()
    assert '"detail_from": 20' in plan.canonical()
    assert all(block.detail is None for block in key_set.blocks)
    every = KeySet(PEILJAAR, tuple(replace(block, detail=frozenset(LEVELS)) for block in key_set.blocks))
    assert every.fingerprint != key_set.fingerprint


def test_the_choice_reads_the_noised_figures_and_nothing_else(first: StoredMeasurement, key_set: KeySet) -> None:
    """Less noise or other people behind the same noised figures choose the same; other noised figures choose another."""
    again = stored(dict(first.tables), dict(first.sigma))
    fewer = stored({name: vector // 50 for name, vector in first.tables.items()}, dict(first.sigma))

    assert key_set_after(again, key_set, DETAIL_FROM) == key_set_after(first, key_set, DETAIL_FROM)
    assert key_set_after(fewer, key_set, DETAIL_FROM) != key_set_after(first, key_set, DETAIL_FROM)


@pytest.mark.parametrize("detail", [[], ["land"], ["land", "provincie"], list(LEVELS)])
def test_estimates_are_the_dense_least_squares_of_both_stages(
    personas: Personas, plan: ReleasePlan, detail: list[str]
) -> None:
    block = Block(personas.by_id[PERSONA], "missing", TREE, ("GM1", "GM2", "GM3"), frozenset(detail))
    dice = np.random.default_rng(3)
    sizes = {
        name: len(block.at(name.split("_")[0])) * block.width(name) for name in plan.of_stage(1)[:3] + plan.of_stage(2)
    }
    sigma = {name: 5.0 + number for number, name in enumerate(sizes)}
    measured = stored({name: dice.integers(-50, 500, size) for name, size in sizes.items()}, sigma)

    (solved,) = solved_blocks(measured, KeySet(PEILJAAR, (block,)))

    cells, totals, variances = dense(block, measured)
    assert solved.solution.totals[:, 0] == pytest.approx(totals, rel=NEAR)
    assert solved.solution.covariance.nodes.total == pytest.approx(variances, rel=NEAR)
    known = np.array([region.level in detail for region in TREE])
    assert solved.solution.estimates[known, :, 0] == pytest.approx(cells[known], rel=NEAR, abs=NEAR)


def test_what_is_not_measured_by_age_and_sex_says_so_and_keeps_its_total(published: Published) -> None:
    for state, levels in DETAIL.items():
        for level in LEVELS:
            rows = published.figures.filter(niveau=level, toestand=state)
            whole = rows.filter(leeftijd="totaal", geslacht="totaal")
            parts = rows.filter((pl.col("leeftijd") != "totaal") | (pl.col("geslacht") != "totaal"))
            assert whole["schatting"].is_not_null().any()
            some = parts.filter(pl.col("schatting").is_not_null())
            assert (level in levels) == (not some.is_empty())
            if level not in levels:
                for name in ("sd", "onder95", "per_1000", "weergave"):
                    assert parts[name].is_null().all()
                assert set(parts["bruikbaarheid"]) == set(parts["kwaliteit"]) == {"niet_gemeten"}


@pytest.mark.parametrize("column", ["schatting", "weergave"])
@pytest.mark.parametrize("state", list(PEOPLE))
def test_figures_add_up_over_regions_whether_or_not_there_is_detail(
    published: Published, column: str, state: str
) -> None:
    rows = published.figures.filter(toestand=state)
    land, provincies, places = (rows.filter(niveau=level).drop_nulls("schatting") for level in LEVELS)
    keys = ["leeftijd", "geslacht"]

    for below, level in ((provincies, "provincie"), (places, "gemeente")):
        if level not in DETAIL[state]:
            assert below.select(keys).unique().rows() == [("totaal", "totaal")]
        sums = below.group_by(keys).agg(pl.col(column).sum().alias("som"))
        compared = sums.join(land, on=keys)
        assert len(compared) == len(sums)
        assert (compared["som"] - compared[column]).abs().max() < 1e-6  # type: ignore[operator]


def test_a_small_group_gets_a_smaller_margin_for_its_totals(published: Published) -> None:
    totals = published.figures.filter(niveau="gemeente", leeftijd="totaal", geslacht="totaal").drop_nulls("sd")
    sd = {state: float(totals.filter(toestand=state)["sd"].median()) for state in PEOPLE}  # type: ignore[arg-type]

    assert sd["unknown"] < 0.8 * sd["missing"]


def test_sums_of_gemeenten_have_totals_only_where_gemeenten_do(published: Published) -> None:
    for state in PEOPLE:
        rows = published.areas.filter(toestand=state).drop_nulls("schatting")
        labels = set(rows.select("leeftijd", "geslacht").unique().rows())
        assert len(labels) == (18 if "gemeente" in DETAIL[state] else 1)
        assert ("totaal", "totaal") in labels


def test_the_example_makes_the_estimates_of_both_stages_again(
    tmp_path: Path, plan: ReleasePlan, personas: Personas, both: StoredMeasurement, chosen: KeySet, published: Published
) -> None:
    persona: Persona = personas.by_id[PERSONA]
    write_measurements(both, chosen, (persona,), plan, tmp_path)
    made = tmp_path / "opnieuw.csv"

    subprocess.run([sys.executable, "-I", tmp_path / EXAMPLES[0], tmp_path, made], check=True, capture_output=True)

    theirs = pl.read_csv(made).filter(pl.col("niveau") != "buiten_brp")
    ours = published.figures.drop_nulls("schatting")
    compared = ours.join(theirs, on=KEY, suffix="_opnieuw")
    assert len(compared) == len(ours) == len(theirs)
    for name in ("schatting", "sd"):
        assert (compared[name] - compared[f"{name}_opnieuw"]).abs().max() < NEAR  # type: ignore[operator]


def test_an_earlier_measurement_costs_what_all_its_stages_cost() -> None:
    """Of the second, two stages were paid; the third was stopped between them; what was spent on another plan is not in it."""
    entries = [
        spent(1, "a", Fraction(1, 100)),
        spent(2, "b", Fraction(1, 100)),
        spent(3, "b2", Fraction(4, 100), follows="b"),
        spent(4, "other", Fraction(1, 10), plan_id="another"),
        spent(5, "c", Fraction(1, 100)),
        spent(6, "d", Fraction(1, 100)),
        spent(7, "d2", Fraction(4, 100), follows="d"),
    ]

    found = earlier_of("plan", entries, before=6)

    assert [(one.entry.replay_key, one.rho) for one in found] == [
        ("a", Fraction(1, 100)),
        ("b", Fraction(5, 100)),
        ("c", Fraction(1, 100)),
    ]
    assert "die van versie 2 met rho 0,05" in earlier_measurements(found)[1]


def spent(seq: int, replay_key: str, rho: Fraction, *, follows: str = "", plan_id: str = "plan") -> Entry:
    details = json.dumps({FOLLOWS: follows} if follows else {})
    texts = dict.fromkeys(("release_id", "population_id", "unit", "noise", "opendp_version", "code_version"), "x")
    return Entry(
        seq=seq, replay_key=replay_key, plan_id=plan_id, peiljaar=PEILJAAR, contributions=3, delta="1e-9", rho=rho,
        cap=Fraction(1, 2), valid_for_publication=True, created_at="2026-01-31T12:00:00Z", details=details,
        measurement_sha256="0" * 64, nonce="0" * 32, prev_hash="0" * 64, **texts,
    )  # fmt: skip


def stored(tables: dict[str, NDArray[np.int64]], sigma: dict[str, float]) -> StoredMeasurement:
    return cast(StoredMeasurement, SimpleNamespace(tables=tables, sigma=sigma))


def drawn(plan: ReleasePlan, key_set: KeySet, stage: int) -> StoredMeasurement:
    """An invented measurement of one stage: everybody spread evenly over gemeenten and cells, and normal noise."""
    dice = np.random.default_rng(stage)
    workload = workload_of(plan, key_set, stage)
    tables: dict[str, NDArray[np.int64]] = {}
    for table in workload.tables:
        level = table.name.removesuffix("_leeftijd_geslacht")
        exact: list[NDArray[np.float64]] = []
        for block in key_set.blocks if level in LEVELS else ():
            below = np.array([len(gemeenten_in(region, block)) for region in block.at(level)])
            share = PEOPLE[block.state] / len(block.gemeenten) * below / block.width(table.name)
            exact.append(np.repeat(share, block.width(table.name)))
        mean = np.concatenate(exact) if exact else np.zeros(table.size)
        tables[table.name] = np.rint(mean + dice.normal(0, workload.sigma(table), table.size)).astype(np.int64)
    return stored(tables, {table.name: workload.sigma(table) for table in workload.tables})


def gemeenten_in(region: Region, block: Block) -> list[str]:
    within = [g for g in gemeenten(PEILJAAR) if g.code in block.gemeenten]
    return [g.code for g in within if region.code in ("NL01", g.provincie, g.code)]


def dense(
    block: Block, measured: StoredMeasurement
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Cells, totals and variances of totals by weighted least squares over the cells of the gemeenten."""
    width, leaves = len(CELLS), block.at("gemeente")
    below = np.array(
        [[leaf.code == r.code or leaf.parent == r.code or r.level == "land" for leaf in leaves] for r in TREE]
    )
    of_cells = np.kron(below.astype(float), np.eye(width)).reshape(len(TREE), width, -1)
    rows, values, weights = [], [], []
    for name, vector in measured.tables.items():
        places = [number for number, region in enumerate(TREE) if region.level == name.split("_")[0]]
        design = of_cells[places]
        design = design.reshape(-1, design.shape[2]) if block.width(name) == width else design.sum(axis=1)
        rows.append(design)
        values.append(vector)
        weights.append(np.full(len(vector), measured.sigma[name] ** -2))
    a, y, w = np.concatenate(rows), np.concatenate(values), np.concatenate(weights)
    inverse = np.linalg.pinv(a.T @ (w[:, None] * a))
    found = inverse @ a.T @ (w * y)
    sums = of_cells.sum(axis=1)
    return of_cells @ found, sums @ found, np.einsum("ij,jk,ik->i", sums, inverse, sums)
