"""A plan that measures wijken, from a delivery to the bundle: who is counted where, by how much one person moves it, and that
other plans never see a wijk."""

import json
import re
import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest

from pipelines import line
from pipelines.context import Context
from pipelines.datacenter.odata.table import Table
from pipelines.datacenter.site.editions import Edition, Editions, Publication
from pipelines.datacenter.site.gemeente_pages import gemeente_pages
from pipelines.datacenter.site.shell import Site
from pipelines.errors import DeliveryError, SpecError
from pipelines.facts.gemeenten import gemeenten
from pipelines.persons.wijken import build_wijken
from pipelines.registers.ingest import TakenIn, taken_in
from pipelines.release.evidence import evidence_place, write_evidence
from pipelines.release.figures import publish_figures
from pipelines.release.measure import Prepared, counted, measure_release, prepare
from pipelines.release.plan import ALL_LEVELS, ALL_TABLES, TABLES, ReleasePlan
from pipelines.release.published import open_published
from pipelines.warehouse import Warehouse, open_warehouse
from tests.end_to_end.conftest import context_in, without_release
from tests.end_to_end.wijken_delivered import (
    COARSE,
    COUNTS,
    ELSEWHERE,
    FIRST,
    PERSONA,
    PLACE,
    SCHEMA,
    invented,
    list_of_wijken,
)
from tests.privacy.noise_for_tests import ZeroNoise
from tests.surroundings import CHECKOUT, over_another_root
from tests.tiny import PEILJAAR, TinyDelivery, write_delivery


@pytest.fixture(scope="module")
def counted_once(tmp_path_factory: pytest.TempPathFactory) -> Context:
    """A kluis with the patterns of a plan with wijken."""
    place = tmp_path_factory.mktemp("wijken")
    made = context_in(place, [])
    shipped, specs = CHECKOUT / "persona_specs", place / "specs"
    shutil.copytree(shipped / "indicators", specs / "indicators")
    shutil.copy(shipped / "mechanisms.yaml", specs / "mechanisms.yaml")
    (specs / "personas").mkdir()
    for name in (PERSONA, COARSE):
        shutil.copy(shipped / "personas" / f"{name}.yaml", specs / "personas")
    (specs / "release_plans" / "wijken").mkdir(parents=True)
    (specs / "release_plans" / "wijken" / "klein-2023.csv").write_text(list_of_wijken(), encoding="utf-8")
    text = (shipped / "release_plans" / "2023-per-wijk.yaml").read_text(encoding="utf-8")
    text = text.replace("synthetisch-2023\n", "klein-2023\n").replace("2023-per-wijk\n", "proef\n")
    (specs / "release_plans" / "proef.yaml").write_text(text, encoding="utf-8")
    context = Context(made.root, made.key_file, specs, "test", made.progress, made.say, "1GB")
    take_in(context, invented())
    line.group_patterns(context, context.plan("proef"))
    return context


def take_in(context: Context, tiny: TinyDelivery) -> None:
    write_delivery(tiny, context.root.deliveries(PEILJAAR))
    line.take_in(context, PEILJAAR)
    line.count_population(context, PEILJAAR)
    line.find_indicators(context, PEILJAAR)


@pytest.fixture
def context(counted_once: Context) -> Context:
    return without_release(counted_once)


@pytest.fixture
def plan(context: Context) -> ReleasePlan:
    return context.plan("proef")


def vectors(context: Context, plan: ReleasePlan) -> tuple[Prepared, dict[str, np.ndarray]]:
    prepared = prepare(context, plan)
    with open_warehouse(context.root, context.key(), read_only=True) as warehouse:
        return prepared, counted(warehouse, prepared)


def totals(prepared: Prepared, found: dict[str, np.ndarray], level: str, state: str = "missing") -> dict[str, int]:
    """Region -> count of the persona in a state."""
    keys = [
        (block.persona.id, block.state, region.code) for block in prepared.key_set.blocks for region in block.at(level)
    ]
    every = dict(zip(keys, found[level].tolist(), strict=True))
    return {code: n for (persona, of, code), n in every.items() if (persona, of) == (PERSONA, state) and n}


def test_everybody_is_in_one_leaf_and_who_has_no_wijk_of_the_list_in_that_of_nobody_knows(
    context: Context, plan: ReleasePlan
) -> None:
    prepared, found = vectors(context, plan)

    assert totals(prepared, found, "wijk") == {**COUNTS, "WK034400": 50}
    assert totals(prepared, found, "gemeente") == {PLACE: 400, ELSEWHERE: 50}
    assert {name for name, vector in found.items() if vector.sum() >= 450} == set(ALL_TABLES)


def test_a_persona_that_stops_at_the_gemeente_has_no_cell_of_a_wijk(context: Context, plan: ReleasePlan) -> None:
    key_set = prepare(context, plan).key_set

    levels = {block.persona.id: {region.level for region in block.regions} for block in key_set.blocks}
    assert levels == {PERSONA: set(ALL_LEVELS), COARSE: set(ALL_LEVELS) - {"wijk"}}
    leaves = {region.code for block in key_set.blocks for region in block.at("wijk")}
    assert len(leaves) == 2 * len(gemeenten(PEILJAAR)) + 2, "one wijk and one leaf each, two more in one gemeente"


def test_one_person_moves_one_leaf_and_one_cell_of_every_other_table(
    context: Context, plan: ReleasePlan, tmp_path: Path
) -> None:
    before, whole = vectors(context, plan)
    neighbour = over_another_root(context, tmp_path)
    take_in(neighbour, invented(leaving=FIRST + 355))
    line.group_patterns(neighbour, plan)

    after, less = vectors(neighbour, plan)

    assert after.key_set == before.key_set
    for name in ALL_TABLES:
        lost = whole[name] - less[name]
        assert sorted(np.unique(lost)) == [0, 1]
        assert lost.sum() == 1, name
    assert totals(after, less, "wijk")["WK0363--"] == COUNTS["WK0363--"] - 1


def test_the_bundle_has_wijken_that_add_up_and_every_format_passes_its_checks(
    context: Context, plan: ReleasePlan
) -> None:
    measured = line.measure(context, plan)
    made = line.bundle(context, plan)
    again = line.bundle(context, plan)

    rows = pl.read_parquet(made.folder / "wijken.parquet")
    figures = pl.read_parquet(made.folder / "cijfers.parquet").filter(persona=PERSONA, niveau="gemeente")
    keys = ["toestand", "leeftijd", "geslacht"]
    sums = (
        rows.with_columns(regio="GM" + pl.col("regio").str.slice(2, 4))
        .group_by("regio", *keys)
        .agg(pl.col("schatting", "weergave").sum())
    )
    compared = sums.join(figures, on=["regio", *keys], suffix="_gemeente").drop_nulls("schatting_gemeente")
    assert measured.is_new
    assert not again.is_new
    assert set(rows["persona"]) == {PERSONA}
    assert "wijk" not in set(figures["niveau"])
    assert compared.height > 0
    assert (compared["schatting"] - compared["schatting_gemeente"]).abs().max() < 1e-9  # type: ignore[operator]
    assert (compared["weergave"] == compared["weergave_gemeente"]).all()
    says_what_is_public(rows)
    certificate = json.loads((made.folder / "certificate.json").read_text(encoding="utf-8"))
    rules = {check["regel"] for check in certificate["controles"]}
    assert {"parquet/wijken.parquet", "frictionless/wijken.csv", "jsonstat/wijken.jsonstat.json"} <= rules
    record = json.loads((made.folder / "privacy.json").read_text(encoding="utf-8"))["deployment"]
    assert "wijken" in record["basic"]["description"]
    assert "Wijk onbekend" in (made.folder / "LEESMIJ.txt").read_text(encoding="utf-8-sig")
    codes = {code.code: code for code in Table(made.folder).codes["RegioS"]}
    assert codes["WK036301"].group == "Wijken"
    margin_is_that_of_the_measurements(made.folder, rows)
    page_of_the_gemeente_shows_its_wijken(made.folder)
    evidence = write_evidence(context, plan, evidence_place(context.root, plan, None))
    laid = pl.read_csv(evidence.table).filter(persona=PERSONA, toestand="missing", regio="WK036301", leeftijd="totaal")
    assert laid["n"].to_list() == [100]


def says_what_is_public(rows: pl.DataFrame) -> None:
    """Inhabitants of a wijk in all, of no age or sex, and none of the leaf of nobody knows."""
    whole = (pl.col("leeftijd") == "totaal") & (pl.col("geslacht") == "totaal")
    known = ~pl.col("regio").str.ends_with("--")
    assert rows.filter(known & whole)["inwoners"].null_count() == 0
    assert rows.filter(~(known & whole))["inwoners"].drop_nulls().is_empty()
    assert rows.filter(~(known & whole))["per_1000"].drop_nulls().is_empty()


def page_of_the_gemeente_shows_its_wijken(folder: Path) -> None:
    edition = Edition(open_published([], str(folder)), Publication("2026-01-01", "nieuw", "", True, "", ""))
    pages = gemeente_pages(Site(Editions((edition,)), folder, None, ""))
    text = next(page.text() for page in pages if page.path == f"gemeente/{PLACE}.html")
    table = text.partition('<h2 id="wijken">')[2].partition("</section>")[0]
    named = re.findall(r'<tr><th scope="row">([^<]*)</th>', table)
    assert named == ["Wijk 0", "Wijk 1", "Wijk 2", "Wijk onbekend (Amsterdam)"]


def margin_is_that_of_the_measurements(folder: Path, rows: pl.DataFrame) -> None:
    tree = open_published([], str(folder)).tree(PERSONA, "missing")
    assert tree is not None
    own = rows.filter(regio="WK036301", toestand="missing", leeftijd="totaal", geslacht="totaal")["sd"].item()
    assert own == pytest.approx(float(tree.sd_of_sums([["WK036301"]], 10)[0]), rel=1e-9)
    assert int(tree.covariance.tree.level.max()) == 3


@pytest.mark.parametrize(
    ("options", "squared"),
    [({"detail_from": 3}, 2), ({"unit": "household", "members": 2}, 16)],
    ids=["stages", "household"],
)
def test_the_other_options_of_a_plan_go_with_wijken(
    context: Context, plan: ReleasePlan, options: dict[str, object], squared: int
) -> None:
    other = ReleasePlan.model_validate(plan.model_dump() | {"id": "anders"} | options)
    line.group_patterns(context, other)
    try:
        measured = measure_release(context, prepare(context, other), ZeroNoise())
    finally:
        line.group_patterns(context, plan)

    assert measured.stored.rho == plan.rho
    rho = other.rho * other.tables["wijk"]
    assert measured.stored.sigma["wijk"] ** 2 == pytest.approx(float(Fraction(squared) / (2 * rho)), rel=1e-6)
    found = {name: np.asarray(vector) for name, vector in measured.stored.tables.items()}
    prepared = replace(prepare(context, other), key_set=measured.key_set)
    assert totals(prepared, found, "wijk") == {**COUNTS, "WK034400": 50}
    for level in ALL_LEVELS:
        assert found[f"{level}_leeftijd_geslacht"].sum() == found[level].sum() > 0
    made = publish_figures(measured.stored, measured.key_set, "voorlopig", "1.0.0")
    assert made.wijken is not None
    (leaf,) = made.wijken.filter(regio="WK036301", toestand="missing", leeftijd="totaal", geslacht="totaal")[
        "schatting"
    ]
    assert leaf == pytest.approx(100), "without noise the estimate is the count"
    if "detail_from" in options:
        (block,) = (b for b in measured.key_set.blocks if (b.persona.id, b.state) == (PERSONA, "missing"))
        assert block.detail == {level for level in ALL_LEVELS if 3 * len(block.at(level)) <= 450}
        assert "wijk" not in block.detail


def test_a_plan_without_wijken_never_looks_for_one(context: Context, plan: ReleasePlan) -> None:
    shares = dict.fromkeys(TABLES, Fraction(1, len(TABLES)))
    plain = ReleasePlan.model_validate(plan.model_dump() | {"id": "gewoon", "wijken": None, "tables": shares})
    with open_warehouse(context.root, context.key()) as warehouse:
        warehouse.run(f"DROP TABLE {SCHEMA}.person_wijken", step="forget the wijken")

    line.group_patterns(context, plain)
    with open_warehouse(context.root, context.key(), read_only=True) as warehouse:
        there = warehouse.has_table(SCHEMA, "person_wijken")
        columns = columns_of(warehouse)
    prepared, found = vectors(context, plain)
    line.group_patterns(context, plan)

    assert not there
    assert "wijk" not in columns
    assert {name for name, vector in found.items() if vector.size} == set(TABLES)
    assert totals(prepared, found, "gemeente") == {PLACE: 400, ELSEWHERE: 50}


def columns_of(warehouse: Warehouse) -> set[str]:
    query = f"SELECT column_name FROM (DESCRIBE {SCHEMA}.patterns)"
    return {name for (name,) in warehouse.rows(query, step="columns")}


def test_a_delivery_without_wijken_is_refused_before_anything_is_counted() -> None:
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"CREATE SCHEMA {SCHEMA}")
        connection.execute(f"CREATE TABLE {SCHEMA}.vslgwbtab AS SELECT 1 AS object_id, 363 AS gem, NULL::VARCHAR AS wc")

        with pytest.raises(DeliveryError, match="without the column wc2023"):
            build_wijken(Warehouse(connection), PEILJAAR)


def test_invented_wijken_are_refused_on_a_real_delivery(
    context: Context, plan: ReleasePlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def real(warehouse: Warehouse, peiljaar: int) -> list[TakenIn]:
        return [replace(delivery, kind="cbs") for delivery in taken_in(warehouse, peiljaar)]

    monkeypatch.setattr("pipelines.release.measure.taken_in", real)

    with pytest.raises(SpecError, match="was made up for a synthetic population"):
        prepare(context, plan)
