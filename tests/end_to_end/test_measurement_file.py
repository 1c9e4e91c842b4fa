"""The measurement file of a real bundle: the example that travels with it makes the published figures again."""

import subprocess
import sys
from pathlib import Path

import polars as pl

from pipelines import line
from pipelines.context import Context
from pipelines.release.plan import LEVELS

NEAR = 1e-9
KEY = ["persona", "toestand", "niveau", "regio", "leeftijd", "geslacht"]


def test_the_example_in_the_bundle_makes_its_figures_again(
    finished: tuple[Context, line.Finished, list[str]], tmp_path: Path
) -> None:
    folder = finished[1].bundle.folder
    made = tmp_path / "opnieuw.csv"

    subprocess.run(
        [sys.executable, "-I", folder / "opnieuw-schatten.py", folder, made], check=True, capture_output=True
    )

    figures = pl.read_parquet(folder / "cijfers.parquet").drop_nulls("schatting").filter(pl.col("niveau").is_in(LEVELS))
    again = pl.read_csv(made).filter(pl.col("niveau").is_in(LEVELS))
    both = figures.join(again, on=KEY, suffix="_opnieuw")
    assert len(both) == len(figures) == len(again)
    for name in ("schatting", "sd"):
        assert (both[name] - both[f"{name}_opnieuw"]).abs().max() < NEAR  # type: ignore[operator]
