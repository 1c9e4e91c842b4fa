"""The main job makes a bundle, spends once, and says nothing exact."""

import hashlib
import json
import re
import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from expectations.validation import validation
from pipelines import line
from pipelines.context import Context
from pipelines.errors import RoomError
from pipelines.facts.gemeenten import gemeenten
from pipelines.privacy.ledger import open_ledger
from pipelines.release.format_checks.run import check_release
from pipelines.release.ledger_reading import read_ledger
from pipelines.release.manifest import verify
from pipelines.release.published import open_published
from pipelines.release.sums import sum_of_gemeenten
from pipelines.rooms import DataRoot
from pipelines.status import read_status
from pipelines.warehouse import open_warehouse
from tests.end_to_end.conftest import PRIME, TEXT
from tests.tiny import GEMEENTEN, PEILJAAR

RIN = re.compile(rb"(?<![\d.])7[1-4]000[01]\d{3}(?!\d)")
"""A number of an invented person; not a run of decimals of a noised figure."""

Run = tuple[Context, line.Finished, list[str]]


def figures(finished: line.Finished) -> pl.DataFrame:
    return pl.read_parquet(finished.bundle.folder / "cijfers.parquet")


def national(frame: pl.DataFrame, persona: str, state: str) -> dict[str, float]:
    return frame.filter(
        (pl.col("persona") == persona)
        & (pl.col("toestand") == state)
        & (pl.col("niveau") == "land")
        & (pl.col("leeftijd") == "totaal")
        & (pl.col("geslacht") == "totaal")
    ).row(0, named=True)


def test_the_bundle_is_complete_and_as_its_manifest_says(finished: Run) -> None:
    _, made, _ = finished

    manifest = verify(made.bundle.folder, made.bundle.digest)

    names = {entry.path for entry in manifest.files}
    assert {"cijfers.csv", "cijfers-excel.csv", "cijfers.parquet", "metingen.parquet", "privacy.json"} <= names
    assert {"gebieden.csv", "gebieden-excel.csv", "gebieden.parquet"} <= names
    assert {"index.html", "persona/dakloos-verslaafd-schulden.html", "LEESMIJ.txt"} <= names


def test_the_bundle_passes_every_release_check_as_it_lies_there(finished: Run) -> None:
    _, made, _ = finished

    verdicts = check_release(made.bundle.folder, rows=20)

    assert [verdict for verdict in verdicts if not verdict.passed] == []
    assert {"manifest", "waarden", "frictionless", "csvw", "shacl", "zip"} <= {
        v.rule.partition("/")[0] for v in verdicts
    }


def test_the_true_count_lies_within_seven_sd_of_its_estimate(finished: Run) -> None:
    """False alarm 3e-12 per figure: the noise is Gaussian with the stated sd."""
    _, made, _ = finished

    for state, truth in (("missing", PRIME), ("served", 211), ("unknown", 97)):
        found = national(figures(made), "dakloos-verslaafd-schulden", state)
        assert abs(found["schatting"] - truth) < 7 * found["sd"], state


def test_a_gemeente_without_coverage_gets_no_figure_but_its_unknown(finished: Run) -> None:
    _, made, _ = finished

    rows = figures(made).filter(
        (pl.col("regio") == "GM0014")
        & (pl.col("persona") == "dakloos-verslaafd-schulden")
        & (pl.col("leeftijd") == "totaal")
        & (pl.col("geslacht") == "totaal")
    )

    by_state = {row["toestand"]: row for row in rows.to_dicts()}
    assert by_state["missing"]["bruikbaarheid"] == "niet_gemeten"
    assert by_state["missing"]["schatting"] is None
    assert by_state["unknown"]["schatting"] is not None
    total = national(figures(made), "dakloos-verslaafd-schulden", "missing")
    assert total["dekking_gemeenten"] == len(GEMEENTEN) - 1


def test_figures_add_up_over_the_tree_and_over_age_and_sex(finished: Run) -> None:
    _, made, _ = finished
    measured = figures(made).filter(pl.col("schatting").is_not_null())
    by = ["persona", "toestand", "leeftijd", "geslacht"]
    sums = {
        level: measured.filter(pl.col("niveau") == level).group_by(by).agg(pl.col("schatting").sum()).sort(by)
        for level in ("land", "provincie", "gemeente")
    }

    # A persona that is published for the country alone adds up to nothing below it.
    below = measured.filter(pl.col("niveau") == "gemeente")["persona"].unique()
    sums["land"] = sums["land"].filter(pl.col("persona").is_in(below.implode()))
    for level in ("provincie", "gemeente"):
        gap = (sums[level]["schatting"] - sums["land"]["schatting"]).abs().max()
        assert isinstance(gap, float)
        assert gap < 1e-6

    both = measured.filter((pl.col("leeftijd") != "totaal") & (pl.col("geslacht") == "totaal"))
    total = measured.filter((pl.col("leeftijd") == "totaal") & (pl.col("geslacht") == "totaal"))
    keys = ["persona", "toestand", "regio"]
    gap = (
        both.group_by(keys)
        .agg(pl.col("schatting").sum().alias("som"))
        .join(total, on=keys)
        .select((pl.col("som") - pl.col("schatting")).abs().max())
        .item()
    )
    assert gap < 1e-6


def test_a_sum_from_the_files_of_the_bundle_is_the_gebied_that_it_publishes(finished: Run) -> None:
    _, made, _ = finished
    areas = pl.read_parquet(made.bundle.folder / "gebieden.parquet")
    release = open_published([], str(made.bundle.folder))
    total = {"persona": "dakloos-verslaafd-schulden", "leeftijd": "totaal", "geslacht": "totaal"}

    (sum_of,) = sum_of_gemeenten(
        release, [g.code for g in gemeenten(PEILJAAR) if g.provincie == "PV29"], [total["persona"]], ["unknown"]
    ).to_dicts()

    (zeeland,) = areas.filter(regio="VR19", toestand="unknown", **total).to_dicts()
    assert sum_of["schatting"] == pytest.approx(zeeland["schatting"], abs=1e-6)
    assert sum_of["sd"] == pytest.approx(zeeland["sd"], rel=1e-9)


def test_a_second_run_finds_everything_done_and_spends_nothing(finished: Run) -> None:
    context, made, _ = finished
    before = hashlib.sha256((made.bundle.folder / "cijfers.csv").read_bytes()).hexdigest()

    again = line.run_line(context, context.plan("2023-voorlopig"), validation(), None)

    assert all(seconds is None for seconds in again.seconds.values())
    assert not again.measured.is_new
    assert again.bundle == line.Bundle(made.bundle.folder, made.bundle.digest, is_new=False)
    assert hashlib.sha256((again.bundle.folder / "cijfers.csv").read_bytes()).hexdigest() == before
    assert [entry.rho for entry in read_ledger(context.root)] == [Fraction(1, 20)]


def test_a_bundle_that_was_lost_is_made_again_byte_for_byte(finished: Run) -> None:
    context, made, _ = finished
    files = {path: path.read_bytes() for path in made.bundle.folder.rglob("*") if path.is_file()}
    moved = made.bundle.folder.rename(made.bundle.folder.with_name("moved"))

    again = line.bundle(context, context.plan("2023-voorlopig"))

    assert again.digest == made.bundle.digest
    assert {path: path.read_bytes() for path in again.folder.rglob("*") if path.is_file()} == files
    for path in sorted(moved.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    moved.rmdir()


def test_nothing_exact_and_no_key_is_said_or_leaves_the_kluis(finished: Run) -> None:
    """The planted prime, a free text and the numbers of people, in every file outside the kluis and every line said."""
    context, made, log = finished
    outside = [
        path for path in context.root.path.rglob("*") if path.is_file() and context.root.kluis not in path.parents
    ]
    exact = {str(PRIME), "1.009", "1,009"}

    assert made.bundle.folder / "cijfers.csv" in outside
    for path in outside:
        content = path.read_bytes()
        assert TEXT.encode() not in content, path.name
        assert not RIN.search(content), path.name
    said = "\n".join(log)
    assert TEXT not in said
    assert not any(word in said for word in exact)
    assert not RIN.search(said.encode())
    measured = pl.read_parquet(made.bundle.folder / "metingen.parquet")
    assert measured["meting"].dtype == pl.Int64
    privacy = json.loads((made.bundle.folder / "privacy.json").read_text(encoding="utf-8"))
    assert not any(word in json.dumps(privacy) for word in exact)


def test_the_warehouse_is_not_readable_without_its_key(finished: Run) -> None:
    context, _, _ = finished
    content = context.root.warehouse.read_bytes()

    assert TEXT.encode() not in content
    assert b"person_indicators" not in content


def test_counts_of_the_line_equal_the_people_that_were_delivered(finished: Run) -> None:
    context, _, _ = finished

    with open_warehouse(context.root, context.key(), read_only=True) as warehouse:
        found = warehouse.value(
            "SELECT sum(n) FROM y2023.pattern_indicators WHERE adres_opvang_of_briefadres AND bijstand "
            "AND schuldregeling IS FALSE",
            step="count",
        )

    assert found == PRIME


def copy_of(context: Context, folder: Path) -> Context:
    """The same data root elsewhere, to be damaged."""
    shutil.copytree(context.root.path, folder / "data")
    return replace(context, root=DataRoot(folder / "data"))


@pytest.mark.parametrize("damage", ["removed", "emptied", "an older copy"])
def test_a_ledger_that_forgot_a_release_stops_everything(finished: Run, tmp_path: Path, damage: str) -> None:
    context = copy_of(finished[0], tmp_path)
    if damage == "removed":
        context.root.ledger.unlink()
    elif damage == "emptied":
        context.root.ledger.write_bytes(b"")
    else:
        context.root.ledger.unlink()
        with open_ledger(context.root.ledger, cap=Fraction(1, 2)):
            pass

    for step in (lambda: read_ledger(context.root), lambda: line.measure(context, context.plan("2023-voorlopig"))):
        with pytest.raises(RoomError, match="ledger"):
            step()


def test_what_a_killed_build_left_behind_is_cleared(finished: Run, tmp_path: Path) -> None:
    context = copy_of(finished[0], tmp_path)
    place = context.root.wachtruimte / "2023-voorlopig"
    shutil.rmtree(place / "1.0.0")
    (place / ".1.0.0.bouw-dead").mkdir()

    made = line.bundle(context, context.plan("2023-voorlopig"))

    assert made.digest == finished[1].bundle.digest
    assert [path.name for path in place.iterdir()] == ["1.0.0"]


def test_a_damaged_ledger_is_told_by_every_reader(finished: Run, tmp_path: Path) -> None:
    context = copy_of(finished[0], tmp_path)
    content = context.root.ledger.read_bytes()
    context.root.ledger.write_bytes(content[: len(content) // 2])

    with pytest.raises(RoomError):
        read_ledger(context.root)
    with pytest.raises(RoomError):
        read_status(context, (PEILJAAR,))
