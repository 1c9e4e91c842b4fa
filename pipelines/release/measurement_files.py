"""The noised measurements of a release as files that anybody can reckon with, and examples that do.

What belongs here: `metingen.parquet` (what was drawn, before any estimation; `metingen.csv.gz` is the same for R without
packages), the public plan that it was drawn by, and
programs that make our estimates again from those two alone. What does not: estimating (`figures.py`); the examples share
no code with it, so that they check it.
"""

import gzip
import json
from functools import cache
from importlib.resources import files
from pathlib import Path

import polars as pl

from pipelines.personas.spec import Persona
from pipelines.privacy.ledger import StoredMeasurement
from pipelines.release.cells import BY_CELL, CELLS, KeySet
from pipelines.release.formats.columns import MEASUREMENT_COLUMNS
from pipelines.release.marginals import TOTAL
from pipelines.release.outside import outside_cells, outside_measurements
from pipelines.release.plan import OUTSIDE, ReleasePlan

MEASUREMENTS = "metingen.parquet"
AS_TEXT = "metingen.csv.gz"
PLAN = "uitgaveplan.json"
EXAMPLES = ("opnieuw-schatten.py", "opnieuw-schatten.R")


def write_measurements(
    stored: StoredMeasurement, key_set: KeySet, personas: tuple[Persona, ...], plan: ReleasePlan, folder: Path
) -> tuple[Path, ...]:
    """Write the measurements, the plan and the examples into an existing folder; the same release, the same bytes."""
    rows = measurements(stored, key_set, personas)
    measured, as_text = folder / MEASUREMENTS, folder / AS_TEXT
    rows.write_parquet(measured, compression="zstd", compression_level=6)
    as_text.write_bytes(packed_text(rows))
    public = folder / PLAN
    public.write_bytes(f"{json.dumps(json.loads(plan.canonical()), indent=1, sort_keys=True)}\n".encode())
    examples = tuple(folder / name for name in EXAMPLES)
    for path in examples:
        path.write_bytes(_example(path.name).encode())
    return (measured, as_text, public, *examples)


def packed_text(rows: pl.DataFrame) -> bytes:
    """The measurements as packed CSV: without a name or a time in it, so that the same release gives the same bytes."""
    return gzip.compress(rows.write_csv(line_terminator="\n").encode(), compresslevel=6, mtime=0)


def measurements(stored: StoredMeasurement, key_set: KeySet, personas: tuple[Persona, ...]) -> pl.DataFrame:
    """One row per measured cell with `MEASUREMENT_COLUMNS` as columns, in order of table, persona, state and region."""
    outside = outside_cells(personas)
    frames = [
        outside_measurements(stored, outside).with_columns(pl.lit("").alias("boven"))
        if name == OUTSIDE
        else _rows(name, stored, key_set)
        for name in tables_in_order(stored)
    ]
    return pl.concat([frame.select(list(MEASUREMENT_COLUMNS)) for frame in frames])


def tables_in_order(stored: StoredMeasurement) -> tuple[str, ...]:
    """The measured tables in the order in which `measurements` lays them under each other."""
    return (*sorted(set(stored.tables) - {OUTSIDE}), *({OUTSIDE} & set(stored.tables)))


def _rows(name: str, stored: StoredMeasurement, key_set: KeySet) -> pl.DataFrame:
    level, total = name.removesuffix(BY_CELL), ((TOTAL, TOTAL),)
    keys = [
        (block.persona.id, block.state, region.code, region.parent, age, sex)
        for block in key_set.blocks
        for region in block.at(level)
        for age, sex in (total if block.width(name) == 1 else CELLS)
    ]
    frame = pl.DataFrame(keys, schema=["persona", "toestand", "regio", "boven", "leeftijd", "geslacht"], orient="row")
    return frame.with_columns(
        pl.Series("meting", stored.tables[name]),
        pl.lit(name).alias("tabel"),
        pl.lit(stored.sigma[name]).alias("sigma"),
    )


@cache
def _example(name: str) -> str:
    return (files("pipelines.release") / "voorbeelden" / name).read_text(encoding="utf-8")
