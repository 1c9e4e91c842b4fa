"""The measurement file: with the public plan alone, anybody makes the published estimates again."""

import gzip
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import polars as pl
import pytest

from pipelines.facts.gemeenten import gemeenten
from pipelines.indicators.collection import Indicators
from pipelines.personas.load import Personas
from pipelines.personas.spec import Persona
from pipelines.privacy.ledger import StoredMeasurement
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.release.cells import KeySet, make_key_set
from pipelines.release.figures import publish_figures
from pipelines.release.formats.columns import MEASUREMENT_COLUMNS
from pipelines.release.measure import workload_of
from pipelines.release.measurement_files import AS_TEXT, EXAMPLES, MEASUREMENTS, PLAN, write_measurements
from pipelines.release.outside import outside_cells, outside_figures
from pipelines.release.plan import LEVELS, ReleasePlan, load_plan
from tests.surroundings import CHECKOUT

PEILJAAR = 2023
NEAR = 1e-9
KEY = ["persona", "toestand", "niveau", "regio", "leeftijd", "geslacht"]


@pytest.fixture(scope="module")
def released(
    personas: Personas, indicators: Indicators, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, pl.DataFrame]:
    """A folder with an invented measurement of the plan of 2023 at full size, and the figures that we publish of it.

    Some gemeenten deliver no Wmo, and one persona is measured for provincies only: trees of different shapes.
    """
    plan = load_plan(CHECKOUT / "persona_specs" / "release_plans", "2023-voorlopig")
    chosen = tuple(personas.by_id[name] for name in plan.personas)
    first = chosen[0].model_copy(update={"smallest_geography": "provincie"})
    chosen = (first, *chosen[1:])
    key_set = make_key_set(chosen, indicators, coverage(), PEILJAAR)
    stored = invented(plan, key_set)
    folder = tmp_path_factory.mktemp("uitgave")
    write_measurements(stored, key_set, chosen, plan, folder)
    return folder, published(stored, key_set, chosen)


NO_R = "no Rscript: install it with 'apt-get install r-base-core' to run the example in R"

PROGRAMS = [
    pytest.param((sys.executable, "-I"), EXAMPLES[0], id="Python"),
    pytest.param(
        ("Rscript", "--vanilla"),
        EXAMPLES[1],
        id="R",
        marks=pytest.mark.skipif(not shutil.which("Rscript"), reason=NO_R),
    ),
]


@pytest.mark.parametrize(("program", "example"), PROGRAMS)
def test_the_example_makes_every_published_estimate_again(
    released: tuple[Path, pl.DataFrame], tmp_path: Path, program: tuple[str, ...], example: str
) -> None:
    folder, ours = released
    made = tmp_path / "opnieuw.csv"

    subprocess.run([*program, folder / example, folder, made], check=True, capture_output=True)

    theirs = pl.read_csv(made)
    both = ours.join(theirs, on=KEY, suffix="_opnieuw")
    assert len(both) == len(ours) == len(theirs) > 10_000
    for name in ("schatting", "sd"):
        assert (both[name] - both[f"{name}_opnieuw"]).abs().max() < NEAR  # type: ignore[operator]


@pytest.mark.parametrize(("program", "example"), PROGRAMS)
def test_the_example_refuses_measurements_that_were_drawn_by_another_plan(
    released: tuple[Path, pl.DataFrame], tmp_path: Path, program: tuple[str, ...], example: str
) -> None:
    for path in released[0].iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    plan = json.loads((tmp_path / PLAN).read_text(encoding="utf-8"))
    (tmp_path / PLAN).write_text(json.dumps({**plan, "rho": "1/10"}, indent=1), encoding="utf-8")

    found = subprocess.run([*program, tmp_path / example, tmp_path], capture_output=True, text=True)

    assert found.returncode == 1
    assert "past niet bij het plan" in found.stderr


def test_the_examples_use_nothing_of_this_project_and_no_other_file_of_the_release() -> None:
    for name, measured in zip(EXAMPLES, (MEASUREMENTS, AS_TEXT), strict=True):
        text = (CHECKOUT / "pipelines" / "release" / "voorbeelden" / name).read_text(encoding="utf-8")

        assert "pipelines" not in text
        assert set(re.findall(r'"([\w-]+(?:\.\w+)+)"', text)) == {measured, PLAN}


def test_the_file_holds_the_measurements_as_drawn_with_the_tree_they_stand_in(
    released: tuple[Path, pl.DataFrame],
) -> None:
    found = pl.read_parquet(released[0] / MEASUREMENTS)

    assert found.columns == list(MEASUREMENT_COLUMNS)
    assert found["meting"].dtype == pl.Int64
    assert (found["meting"] < 0).any()
    assert not found.select("persona", "toestand", "tabel", "regio", "leeftijd", "geslacht").is_duplicated().any()
    known = found.select("persona", "toestand", regio="regio").unique()
    below = found.filter(pl.col("boven") != "").select("persona", "toestand", regio="boven").unique()
    assert below.join(known, on=below.columns, how="anti").is_empty()


def test_the_packed_text_holds_the_same_measurements(released: tuple[Path, pl.DataFrame]) -> None:
    whole = pl.read_parquet(released[0] / MEASUREMENTS)

    text = pl.read_csv(gzip.decompress((released[0] / AS_TEXT).read_bytes()), schema=whole.schema)

    assert text.with_columns(pl.col("boven").fill_null("")).equals(whole)


def test_the_plan_in_the_bundle_is_the_plan_that_was_measured(released: tuple[Path, pl.DataFrame]) -> None:
    text = json.loads((released[0] / PLAN).read_text(encoding="utf-8"))

    read = ReleasePlan.model_validate(text)

    assert read.canonical() == load_plan(CHECKOUT / "persona_specs" / "release_plans", "2023-voorlopig").canonical()


def test_the_example_in_r_is_whole_and_calls_only_what_r_itself_has() -> None:
    """Where there is no R to run it: what a misprint would break, and any package, is looked for."""
    text = (CHECKOUT / "pipelines" / "release" / "voorbeelden" / EXAMPLES[1]).read_text(encoding="utf-8")
    code = re.sub(r'"[^"\n]*"|#[^\n]*', "", text)
    own = set(re.findall(r"(\w+) <- function", code))
    made = set(re.findall(r"\$(\w+) <-|(?<![\w$.])(\w+) = ", code))

    called = set(re.findall(r"([\w.]+)\(", code)) - {"function", "if", "for"}
    read = set(re.findall(r"\$(\w+)", code))

    assert text.count('"') % 2 == 0
    assert nesting(code) == []
    assert called - own <= KNOWN_IN_R
    assert read <= {name for names in made for name in names} | set(MEASUREMENT_COLUMNS) | {"x", "variantie"}


KNOWN_IN_R = {
    "c", "grep", "gsub", "intToUtf8", "isTRUE", "stop", "readLines", "read.csv", "gzfile", "as.numeric", "as.integer", "strsplit", "length", "unique",
    "stopifnot", "abs", "sqrt", "numeric", "match", "rev", "which", "ifelse", "is.na", "rowsum", "cbind", "rbind", "rownames",
    "list", "paste", "sub", "do.call", "lapply", "nrow", "data.frame", "commandArgs", "file.path", "write.csv", "print", "head",
}  # fmt: skip
"""Functions of base R and of utils."""


def nesting(code: str) -> list[str]:
    """Brackets that are not closed, in order; or the first that closes another."""
    pairs, opened = {")": "(", "]": "[", "}": "{"}, list[str]()
    for sign in re.findall(r"[()\[\]{}]", code):
        if sign not in pairs:
            opened.append(sign)
        elif not opened or opened.pop() != pairs[sign]:
            return [sign]
    return opened


def coverage() -> dict[str, frozenset[int]]:
    everywhere = frozenset(int(g.code[2:]) for g in gemeenten(PEILJAAR))
    some = frozenset(number for number in everywhere if number % 3)
    return {name: some if name == "WMOBUS" else everywhere for name in load_catalogue().registers}


def invented(plan: ReleasePlan, key_set: KeySet) -> StoredMeasurement:
    """Numbers of the size of a release; where they come from does not matter to whoever adds them up."""
    workload = workload_of(plan, key_set)
    draw = np.random.default_rng(7)
    tables = {table.name: draw.integers(-60, 6_000, table.size) for table in workload.tables}
    sigma = {table.name: workload.sigma(table) for table in workload.tables}
    return cast(StoredMeasurement, SimpleNamespace(tables=tables, sigma=sigma))


def published(stored: StoredMeasurement, key_set: KeySet, personas: tuple[Persona, ...]) -> pl.DataFrame:
    """What we publish of a measurement: the figures that have a number, and those outside the BRP."""
    figures = publish_figures(stored, key_set, "voorlopig", "1.0.0").figures.drop_nulls("schatting")
    # Only what is measured: any other region is a sum of these.
    figures = figures.filter(pl.col("niveau").is_in(LEVELS))
    outside = outside_figures(stored, outside_cells(personas), PEILJAAR, "voorlopig", "1.0.0")
    assert outside is not None
    labelled = outside.with_columns(
        niveau=pl.lit("buiten_brp"), regio=pl.lit("BUITEN"), leeftijd=pl.lit("totaal"), geslacht=pl.lit("totaal")
    )
    return pl.concat([frame.select(*KEY, "schatting", "sd") for frame in (figures, labelled)])
