"""The gate of a plan: regions too small by public quantities are measured, and published in sums only."""

import json
import shutil
import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import polars as pl
import pytest

from pipelines.datacenter.site import build_site
from pipelines.errors import CheckFailed
from pipelines.indicators.collection import Indicators
from pipelines.personas.load import Personas
from pipelines.privacy.ledger import StoredMeasurement
from pipelines.release.cells import KeySet, make_key_set
from pipelines.release.figures import Published, publish_figures
from pipelines.release.format_checks.run import check_files, require_passed
from pipelines.release.format_checks.whole_tables import check_tables
from pipelines.release.formats.tables_of import facts_of
from pipelines.release.gate import Gate, Prior
from pipelines.release.gating import gate_sentences, gated, gated_per_persona
from pipelines.release.measure import workload_of
from pipelines.release.measurement_files import write_measurements
from pipelines.release.plan import TABLES, ReleasePlan, load_plan
from pipelines.release.privacy_record import privacy_record
from pipelines.release.readme import readme
from pipelines.release.stages import key_set_after
from tests.invented_releases import publish
from tests.surroundings import CHECKOUT
from tests.unit import small_release
from tests.unit.invented_figures import release_text
from tests.unit.read_page import Page
from tests.unit.test_release_measurement_files import KEY, NEAR, PROGRAMS, coverage, invented

PEILJAAR = 2023
PERSONA, OTHER, FREE = "dakloos-verslaafd-schulden", "wia-zelf-stopgezet", "oudere-zonder-aio"
SMALL = "GM0088"
"""Schiermonnikoog."""
PLANS = CHECKOUT / "persona_specs" / "release_plans"
SOURCE = "een openbaar rapport, bladzijde 12"
GATE = Gate(
    margins=Fraction(1),
    priors={
        PERSONA: Prior(share=Fraction(1, 1000), source=SOURCE),
        OTHER: Prior(share=Fraction(1, 50_000), source=SOURCE),
    },
)
NUMBERS = ("schatting", "sd", "onder95", "boven95", "marge95", "weergave", "per_1000", "per_1000_onder95")


@pytest.fixture(scope="module")
def plan() -> ReleasePlan:
    found = load_plan(PLANS, "2023-voorlopig")
    return found.model_copy(update={"personas": (PERSONA, OTHER, FREE), "gate": GATE})


@pytest.fixture(scope="module")
def whole(personas: Personas, indicators: Indicators, plan: ReleasePlan) -> KeySet:
    return make_key_set([personas.by_id[name] for name in plan.personas], indicators, coverage(), PEILJAAR)


@pytest.fixture(scope="module")
def key_set(plan: ReleasePlan, whole: KeySet) -> KeySet:
    return gated(whole, GATE, workload_of(plan, whole))


@pytest.fixture(scope="module")
def stored(plan: ReleasePlan, whole: KeySet) -> StoredMeasurement:
    return invented(plan, whole)


@pytest.fixture(scope="module")
def published(stored: StoredMeasurement, key_set: KeySet) -> Published:
    return publish_figures(stored, key_set, "voorlopig", "1.0.0")


@pytest.fixture(scope="module")
def without(stored: StoredMeasurement, whole: KeySet) -> Published:
    """The same measurement, published without a gate."""
    return publish_figures(stored, whole, "voorlopig", "1.0.0")


def every(published: Published) -> pl.DataFrame:
    return pl.concat([published.figures, published.areas])


def held(published: Published) -> pl.DataFrame:
    return every(published).filter(bruikbaarheid="niet_gepubliceerd")


def test_a_region_has_a_figure_exactly_where_inhabitants_times_prior_reach_the_planned_margin(
    published: Published, without: Published
) -> None:
    """Against the margins and inhabitants that the release without a gate states itself, for every kind of region."""
    totals = every(without).filter(leeftijd="totaal", geslacht="totaal").drop_nulls("schatting")
    share = pl.col("persona").replace_strict({n: float(p.share) for n, p in GATE.priors.items()}, default=None)
    small = (pl.col("inwoners") * share < pl.col("marge95")) & (pl.col("niveau") != "land")
    wanted = totals.filter(small & pl.col("toestand").is_in(["missing", "served"]))

    found = held(published).filter(leeftijd="totaal", geslacht="totaal")

    names = ["persona", "toestand", "niveau", "regio"]
    assert set(found.select(names).rows()) == set(wanted.select(names).rows())
    assert {"gemeente", "provincie", "veiligheidsregio"} <= set(found["niveau"])
    shown = totals.join(found, on=names, how="anti")
    assert shown.filter(persona=PERSONA, toestand="missing", niveau="gemeente").height > 10


def test_a_figure_that_is_held_back_has_no_number_at_any_age_or_sex_and_says_why(published: Published) -> None:
    rows = held(published)

    assert set(rows["kwaliteit"]) == {"niet_gepubliceerd"}
    for name in NUMBERS:
        assert rows[name].is_null().all(), name
    assert rows["inwoners"].is_not_null().all()
    assert rows.height == 18 * rows.select("persona", "toestand", "regio").n_unique()


def test_every_other_figure_is_as_it_would_be_without_a_gate(published: Published, without: Published) -> None:
    key = ["persona", "toestand", "niveau", "regio", "leeftijd", "geslacht"]
    rest = every(published).join(held(published), on=key, how="anti").sort(key)

    assert rest.equals(every(without).join(held(published), on=key, how="anti").sort(key))
    assert set(rest.filter(persona=FREE)["regio"]) == set(every(without).filter(persona=FREE)["regio"])
    assert "land" not in set(held(published)["niveau"])
    assert "unknown" not in set(held(published)["toestand"])
    assert published.reach == without.reach


def test_the_gate_is_the_same_whatever_was_measured(
    plan: ReleasePlan, key_set: KeySet, published: Published, stored: StoredMeasurement
) -> None:
    nobody = {name: np.zeros_like(vector) for name, vector in stored.tables.items()}
    other = cast(StoredMeasurement, SimpleNamespace(tables=nobody, sigma=stored.sigma))

    of_nobody = publish_figures(other, key_set, "voorlopig", "1.0.0")

    key = ["persona", "toestand", "regio", "leeftijd", "geslacht"]
    assert held(of_nobody).select(key).equals(held(published).select(key))


def test_a_second_stage_changes_nothing_of_the_gate(plan: ReleasePlan, key_set: KeySet) -> None:
    """What the second stage measures hangs on the first draw; what is held back does not."""
    first = workload_of(plan.model_copy(update={"detail_from": 20}), key_set, 1)
    rough = SimpleNamespace(
        tables={table.name: np.full(table.size, 40) for table in first.tables},
        sigma={table.name: first.sigma(table) for table in first.tables},
    )

    after = key_set_after(cast(StoredMeasurement, rough), key_set, 20)

    assert [block.closed for block in after.blocks] == [block.closed for block in key_set.blocks]
    assert any(block.closed for block in after.blocks)


def test_a_gate_is_part_of_the_plan_and_of_the_key_set_and_a_plan_without_one_stays_what_it_was(
    plan: ReleasePlan, whole: KeySet, key_set: KeySet
) -> None:
    bare = plan.model_copy(update={"gate": None})
    wider = GATE.model_copy(update={"margins": Fraction(2)})

    assert "gate" not in bare.canonical()
    assert json.loads(plan.canonical())["gate"]["priors"][PERSONA] == {"share": "0.001", "source": SOURCE}
    assert ReleasePlan.model_validate(json.loads(plan.canonical())).gate == GATE
    assert len({one.canonical() for one in (bare, plan, plan.model_copy(update={"gate": wider}))}) == 3
    assert key_set.fingerprint != whole.fingerprint
    assert [block.regions for block in key_set.blocks] == [block.regions for block in whole.blocks]


def test_what_is_held_back_is_measured_at_the_same_cost_and_the_noise_does_not_change(
    plan: ReleasePlan, whole: KeySet, key_set: KeySet
) -> None:
    before, after = workload_of(plan.model_copy(update={"gate": None}), whole), workload_of(plan, key_set)

    assert before == after


@pytest.mark.parametrize(("program", "example"), PROGRAMS)
def test_the_example_makes_every_published_estimate_of_a_release_with_a_gate_again(
    tmp_path: Path, plan: ReleasePlan, key_set: KeySet, program: tuple[str, ...], example: str
) -> None:
    """One persona in the two states that a gate is for: who reads the file needs no more to fail on."""
    one = KeySet(PEILJAAR, tuple(block for block in key_set.blocks if block.closed)[:2])
    bare = plan.model_copy(update={"tables": {name: share for name, share in plan.tables.items() if name in TABLES}})
    drawn = invented(bare, one)
    write_measurements(drawn, one, (one.blocks[0].persona,), bare, tmp_path)
    made = tmp_path / "opnieuw.csv"

    subprocess.run([*program, tmp_path / example, tmp_path, made], check=True, capture_output=True)

    theirs = pl.read_csv(made)
    figures = publish_figures(drawn, one, "voorlopig", "1.0.0").figures
    ours = figures.drop_nulls("schatting")
    both = ours.join(theirs, on=KEY, suffix="_opnieuw")
    assert len(both) == len(ours) > 100
    assert (both["schatting"] - both["schatting_opnieuw"]).abs().max() < NEAR  # type: ignore[operator]
    small = figures.filter(bruikbaarheid="niet_gepubliceerd")
    assert small.height > 100
    assert small.join(theirs, on=KEY, how="anti").is_empty(), "what is held back stands in the measurements"


def test_the_sentences_tell_rule_prior_source_and_how_much_is_held_back(key_set: KeySet) -> None:
    found = gated_per_persona(key_set, GATE)

    told = " ".join(gate_sentences(key_set, GATE))

    assert f"{PERSONA}: vermoed 1 per 1.000 inwoners (bron: {SOURCE})" in told
    assert f"{found[OTHER].gemeenten} van {found[OTHER].of_gemeenten} gemeenten" in told
    assert found[OTHER].share > found[PERSONA].share > 0
    assert FREE not in told


def test_the_readme_and_the_privacy_record_tell_of_a_gate_only_where_there_is_one(key_set: KeySet) -> None:
    plain = release_text()
    told = replace(plain, gate=gate_sentences(key_set, GATE))

    for text, there in ((plain, False), (told, True)):
        told_by_readme, record = readme(text), json.dumps(privacy_record(text))
        assert ("Niet gepubliceerd, wel gemeten" in told_by_readme) is there
        assert (SOURCE in " ".join(told_by_readme.split())) is there
        assert ("saves no budget and protects nobody" in record) is there


def test_pages_say_that_a_gemeente_is_too_small_and_explain_it(tmp_path: Path) -> None:
    publish(tmp_path / "uitgaven", PEILJAAR, chosen=[PERSONA], closed=frozenset({SMALL}), gate=("Hierom.",))
    build_site(tmp_path / "uitgaven", tmp_path / "site")
    persona, gemeente, quality, gebied = (
        Page((tmp_path / "site" / name).read_text(encoding="utf-8"))
        for name in (f"persona/{PERSONA}.html", f"gemeente/{SMALL}.html", "kwaliteit.html", "gebied/PV21.html")
    )

    row = persona.table("Schattingen per gemeente")["Schiermonnikoog"]
    assert row[:2] == ["niet gepubliceerd: te klein om iets over te zeggen", "niet gepubliceerd"]
    assert "(" in row[2], "what registers cannot tell of has its figure"
    assert "Schiermonnikoog: niet gepubliceerd: te klein om iets over te zeggen" in persona.titles
    assert "Van 1 gemeente is het cijfer niet gepubliceerd" in persona.text
    assert "Schiermonnikoog is te klein om hier iets over te zeggen" in " ".join(gemeente.text.split())
    assert "Hierom." in quality.text
    assert quality.table("Aantal gemeenten per klasse")["Situatie"][-1] == "niet gepubliceerd"
    assert "Wie is niet gemeten?" not in gebied.text


def test_a_bundle_with_figures_that_are_held_back_passes_every_check_of_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = small_release.small_figures()
    mine = (pl.col("regio") == "GM0034") & (pl.col("toestand") != "unknown")
    empty = [name for name in frame.columns if name in NUMBERS or name == "per_1000_boven95"]
    closed = frame.with_columns(
        *(pl.when(mine).then(None).otherwise(pl.col(name)).alias(name) for name in empty),
        *(
            pl.when(mine).then(pl.lit("niet_gepubliceerd")).otherwise(pl.col(name)).alias(name)
            for name in ("bruikbaarheid", "kwaliteit")
        ),
    )
    monkeypatch.setattr(small_release, "small_figures", lambda: closed)
    small_release.write_small_draft(tmp_path)

    require_passed(check_files(tmp_path))

    quality = json.loads((tmp_path / "quality.json").read_text(encoding="utf-8"))
    (usable,) = [row for row in quality["bruikbaarheid_per_niveau"] if row["niveau"] == "gemeente"]
    assert usable["niet_gepubliceerd"] == 2 * 18
    cube = json.loads((tmp_path / "cijfers.jsonstat.json").read_text(encoding="utf-8"))
    (letter,) = [x for x, told in cube["extension"]["status"]["label"].items() if "te klein om iets over" in told]
    assert cube["status"].count(letter) == 2 * 18 * 3
    broken = closed.with_columns(kwaliteit=pl.when(mine).then(pl.lit("niet_gemeten")).otherwise(pl.col("kwaliteit")))
    monkeypatch.setattr(small_release, "small_figures", lambda: broken)
    shutil.rmtree(tmp_path)
    tmp_path.mkdir()
    small_release.write_small_draft(tmp_path)
    with pytest.raises(CheckFailed, match="contradict each other"):
        require_passed(check_tables(tmp_path, facts_of(small_release.small_text())))
