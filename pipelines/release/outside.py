"""The stratum of numbers outside the BRP in a release: its cells, its exact counts, and its figures.

What belongs here: national counts per persona and state of distinct numbers, apart from the tree of regions. What does
not: who is in the stratum (`pipelines/persons/outside.py`). The exact counts go to the measurement and nowhere else.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.estimates.intervals import display_integer
from pipelines.personas.compiler import cell_column, counts_sql
from pipelines.personas.spec import STATES, Persona, State
from pipelines.privacy.ledger import StoredMeasurement
from pipelines.release.cells import Vector
from pipelines.release.formats.columns import COLUMNS
from pipelines.release.formats.tables_of import BUITEN_DE_BRP
from pipelines.release.plan import OUTSIDE
from pipelines.release.rows import estimate_columns
from pipelines.warehouse import Warehouse, year_schema

REGION = "BUITEN"
"""Stands where a figure of people in the BRP has the code of its region."""


def outside_cells(personas: Iterable[Persona]) -> tuple[tuple[str, State], ...]:
    """The public cells: every persona of the plan in every state, in the order of the measured vector."""
    return tuple((persona.id, state) for persona in personas for state in STATES)


def outside_vector(warehouse: Warehouse, personas: tuple[Persona, ...], contributions: int, peiljaar: int) -> Vector:
    """Exact bounded counts of distinct numbers, in the order of `outside_cells`. For the measurement only.

    The bound is that of people in the BRP: a number counts for the first `contributions` personas of the plan.
    """
    query = counts_sql(personas, contributions, f"{year_schema(peiljaar)}.pattern_indicators_outside")
    frame = warehouse.frame(query, step="count personas outside the BRP")
    columns = [cell_column(persona, state) for persona in personas for state in STATES]
    return np.array([frame[name].sum() for name in columns], dtype=np.int64)


def outside_figures(
    measured: StoredMeasurement, cells: tuple[tuple[str, State], ...], peiljaar: int, status: str, versie: str
) -> pl.DataFrame | None:
    """The figures of the stratum, one row per persona and state; None when the plan does not measure it.

    Each is one noised count: there is no tree, so nothing makes it more precise.
    """
    if OUTSIDE not in measured.tables:
        return None
    estimate = measured.tables[OUTSIDE].astype(np.float64)
    sd = np.full(len(estimate), measured.sigma[OUTSIDE])
    values: dict[str, Sequence[object] | npt.NDArray[np.generic]] = {
        "persona": [persona for persona, _ in cells],
        "toestand": [state for _, state in cells],
        "jaar": [peiljaar] * len(cells),
        **estimate_columns(estimate, sd, display_integer(estimate)[0]),
        "status": [status] * len(cells),
        "versie": [versie] * len(cells),
    }
    return pl.DataFrame([pl.Series(name, values[name]).cast(COLUMNS[name].dtype) for name in BUITEN_DE_BRP.columns])


def write_outside(figures: pl.DataFrame, folder: Path) -> None:
    """Write `buiten-de-brp.csv` and `.parquet` into an existing folder."""
    figures.write_csv(folder / f"{BUITEN_DE_BRP.name}.csv", line_terminator="\n")
    figures.write_parquet(folder / f"{BUITEN_DE_BRP.name}.parquet", compression="zstd", compression_level=6)


def outside_measurements(measured: StoredMeasurement, cells: tuple[tuple[str, State], ...]) -> pl.DataFrame:
    """The noised measurement itself, laid out as the other tables of `metingen.parquet`."""
    keys = [(persona, state, REGION, "totaal", "totaal") for persona, state in cells]
    frame = pl.DataFrame(keys, schema=["persona", "toestand", "regio", "leeftijd", "geslacht"], orient="row")
    return frame.with_columns(
        pl.Series("meting", measured.tables[OUTSIDE]),
        pl.lit(OUTSIDE).alias("tabel"),
        pl.lit(measured.sigma[OUTSIDE]).alias("sigma"),
    )
