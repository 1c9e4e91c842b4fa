"""The change between two published releases: the right margin, the right gemeenten, and control over false alarms."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipelines.context import Context
from pipelines.errors import UserError
from pipelines.facts.gemeenten import gemeenten
from pipelines.indicators.collection import Indicators
from pipelines.personas.load import Personas
from pipelines.release.compare import compare
from pipelines.release.contrasts import difference_of_sets
from pipelines.release.published import PublishedRelease, open_published
from pipelines.release.sums import sum_of_gemeenten
from tests.unit.published_bundles import NATIONAL, PERSONA, release_commands, write_bundle
from tests.unit.run_command import run_command

RISEN = {"GM0363": 400, "GM0034": 300}
"""Amsterdam and Almere have this many more in 2023: more than 30 standard deviations."""

BARE, SMALL = "GM0014", "GM0088"
"""Not covered in 2022; held back by a gate in 2023."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, personas: Personas, indicators: Indicators) -> Path:
    """Bundles of 2020 to 2023 with 600 people in every gemeente. So one that others merged into had as many times 600
    before, and lost the rest."""
    place = tmp_path_factory.mktemp("rooms")
    write_bundle(place, personas, indicators, 2020, seed=20)
    write_bundle(place, personas, indicators, 2021, seed=21)
    write_bundle(place, personas, indicators, 2022, seed=22, uncovered=frozenset({BARE}))
    write_bundle(place, personas, indicators, 2023, seed=23, higher=RISEN, closed=frozenset({SMALL}))
    return place


def release(place: Path, peiljaar: int) -> PublishedRelease:
    return open_published([place], f"{peiljaar}-voorlopig")


@pytest.fixture(scope="module")
def changes(place: Path) -> pl.DataFrame:
    return compare(release(place, 2022), release(place, 2023), [PERSONA], ["missing"]).changes


def published(release: PublishedRelease, code: str) -> dict[str, float]:
    return release.figures.filter(
        persona=PERSONA, toestand="missing", regio=code, leeftijd="totaal", geslacht="totaal"
    ).row(0, named=True)


def test_a_change_is_the_difference_with_the_variances_added(place: Path, changes: pl.DataFrame) -> None:
    old, new = (published(release(place, year), "GM0344") for year in (2022, 2023))

    row = changes.row(by_predicate=pl.col("regio") == "GM0344", named=True)

    assert row["verschil"] == pytest.approx(new["schatting"] - old["schatting"], rel=1e-9)
    assert row["sd"] == pytest.approx(np.hypot(old["sd"], new["sd"]), rel=1e-9)
    assert row["boven95"] - row["verschil"] == pytest.approx(1.959964 * row["sd"], rel=1e-6)


def test_a_merged_gemeente_is_compared_with_all_that_became_it(place: Path, changes: pl.DataFrame) -> None:
    row = changes.row(by_predicate=pl.col("regio") == "GM1992", named=True)

    parts = [published(release(place, 2022), code) for code in ("GM0501", "GM0530", "GM0614")]
    assert row["was"].split() == ["GM0501", "GM0530", "GM0614"]
    assert row["schatting_oud"] == pytest.approx(sum(part["schatting"] for part in parts), rel=1e-9)
    # The parts hang together through their provincie: their variances do not just add up.
    independent = float(np.sqrt(sum(part["sd"] ** 2 for part in parts)))
    assert row["sd_oud"] < independent
    assert row["sd_oud"] > 0.9 * independent
    assert row["verschilt"] == "ja"


def test_what_really_changed_is_named_and_everything_named_changed_by_far_more_than_its_own_margin(
    changes: pl.DataFrame,
) -> None:
    """Almere is missed with chance below 1e-100. Among 341 changes Holm asks for 3.8 standard deviations."""
    named = changes.filter(verschilt="ja")

    assert {"GM0034", "GM1992"} <= set(named["regio"])
    assert ((named["verschil"] / named["sd"]).abs() > 3.7).all()
    assert (changes.filter((pl.col("verschil") / pl.col("sd")).abs() > 4.0)["verschilt"] == "ja").all()


def test_a_gemeente_that_was_not_measured_before_cannot_be_compared(changes: pl.DataFrame) -> None:
    row = changes.row(by_predicate=pl.col("regio") == BARE, named=True)

    assert (row["verschilt"], row["reden"], row["verschil"]) == ("niet_te_vergelijken", "niet gemeten", None)


def test_a_gemeente_that_is_held_back_is_told_to_be_too_small_in_changes_sums_and_differences(
    place: Path, changes: pl.DataFrame
) -> None:
    new, told = release(place, 2023), "te klein voor een eigen cijfer"

    _, unknown = sum_of_gemeenten(new, [SMALL, "GM0363"], [PERSONA], ["missing", "unknown"]).to_dicts()
    with pytest.raises(UserError, match=f"nothing to sum: {told}: {SMALL}\\."):
        sum_of_gemeenten(new, [SMALL, "GM0363"], [PERSONA], ["missing"])
    with pytest.raises(UserError, match=f"nothing to compare: {told}: {SMALL}\\."):
        difference_of_sets(new, [SMALL], ["GM0363"], [PERSONA])

    row = changes.row(by_predicate=pl.col("regio") == SMALL, named=True)
    assert (row["verschilt"], row["reden"], row["verschil"]) == ("niet_te_vergelijken", told, None)
    assert unknown["schatting"] is not None


def test_a_gemeente_that_took_in_a_part_of_another_cannot_be_compared(place: Path) -> None:
    found = compare(release(place, 2020), release(place, 2021), [PERSONA], ["missing"]).changes

    without = found.filter(verschilt="niet_te_vergelijken")
    assert set(without["regio"]) == {"GM0757", "GM0824", "GM0855", "GM0865"}
    assert set(without["reden"]) == {"gebied gewijzigd"}


def test_every_gemeente_of_the_newer_year_stands_in_it_once(changes: pl.DataFrame) -> None:
    assert changes["regio"].to_list() == [g.code for g in gemeenten(2023)]


def test_all_changes_of_a_comparison_are_judged_together(place: Path) -> None:
    """The more are looked at, the larger a change has to be: the family is everything that was asked for."""
    old, new = release(place, 2022), release(place, 2023)

    one = compare(old, new, [PERSONA], ["unknown"])
    both = compare(old, new, [PERSONA], ["missing", "unknown"])

    assert both.family == one.family + one.family - len({BARE, SMALL})
    assert set(both.changes.filter(toestand="unknown", verschilt="ja")["regio"]) <= set(
        one.changes.filter(verschilt="ja")["regio"]
    )


def test_a_persona_whose_definition_changed_is_left_out_and_said(
    place: Path, tmp_path: Path, personas: Personas, indicators: Indicators
) -> None:
    write_bundle(tmp_path, personas, indicators, 2023, seed=5, version=2)

    with pytest.raises(UserError, match=f"nothing to compare: .*{PERSONA}: its definition changed"):
        compare(release(place, 2022), release(tmp_path, 2023), [PERSONA], ["missing"])


def test_releases_of_one_measurement_are_not_compared(place: Path, tmp_path: Path) -> None:
    """Texts made anew, the same noise: the difference would be 0 and its margin wrong."""
    copy = tmp_path / "2023-voorlopig" / "1.1.0"
    shutil.copytree(place / "2023-voorlopig" / "1.0.0", copy)

    with pytest.raises(UserError, match="rest on one measurement"):
        compare(release(place, 2023), open_published([], str(copy)), [], ["missing"])


def test_the_older_release_comes_first(place: Path) -> None:
    with pytest.raises(UserError, match="give the older one first"):
        compare(release(place, 2023), release(place, 2022), [], ["missing"])


def test_the_older_version_of_one_peiljaar_comes_first(place: Path) -> None:
    first = release(place, 2023)
    corrected = replace(first, facts={**first.facts, "versie": "2.0.0", "measurement_sha256": "0" * 64})

    with pytest.raises(UserError, match="give the older one first"):
        compare(corrected, first, [PERSONA], ["missing"])

    assert compare(first, corrected, [PERSONA], ["missing"]).changes.height


def test_synthetic_and_real_figures_are_not_compared(
    place: Path, tmp_path: Path, personas: Personas, indicators: Indicators
) -> None:
    write_bundle(tmp_path, personas, indicators, 2023, seed=6, synthetic=False)

    with pytest.raises(UserError, match="synthetic"):
        compare(release(place, 2022), release(tmp_path, 2023), [], ["missing"])


def test_a_persona_for_the_country_alone_has_nothing_per_gemeente(place: Path) -> None:
    with pytest.raises(UserError, match="no persona has figures per gemeente in both"):
        compare(release(place, 2022), release(place, 2023), [NATIONAL], ["missing"])


def test_the_command_names_what_changed_and_how_many_were_judged(context: Context, place: Path, tmp_path: Path) -> None:
    said: list[str] = []
    file = tmp_path / "verschil.csv"
    context = replace(context, say=said.append)

    code = run_command(
        release_commands, context, "release", "compare", *(str(release(place, year).folder) for year in (2022, 2023)),
        "--file", str(file),
    )  # fmt: skip

    text = "\n".join(said)
    assert code == 0
    assert "GM0034 Almere" in text
    assert "Judged together: 340 changes" in text
    assert "at most 5% (Holm)" in text
    assert "not errors or gaps in registers, linkage" in text
    rows = pl.read_csv(file)
    assert rows.height == 342
    words = rows.filter(pl.col("marge95").is_not_null())["ruismarge_dekt"].unique().to_list()
    assert len(words) == 1
    assert "van beide uitgaven, niet fouten of gaten in registraties" in words[0]
    assert set(rows.filter(pl.col("marge95").is_null())["ruismarge_dekt"]) == {""}
