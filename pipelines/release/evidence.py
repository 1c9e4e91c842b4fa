"""True-n evidence for the output checker: every measured cell with its exact count, in the kluis and nowhere else.

What belongs here: counting a measured release once more, laying the counts beside what was drawn, and writing that inside the
kluis. What does not: showing it. Exact counts go from here into two files of the kluis; no caller gets them back, and a refusal
of the checker holds for the whole release.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import polars as pl

from pipelines.context import Context
from pipelines.errors import RoomError, UserError
from pipelines.personas.attrition_log import Look, log_look, require_inside, write_inside
from pipelines.privacy.ledger import StoredMeasurement, open_ledger
from pipelines.release.cells import KeySet, Vector
from pipelines.release.evidence_report import COLUMNS, Heading, report
from pipelines.release.figures import publish_figures
from pipelines.release.ledger_reading import cap_of
from pipelines.release.marginals import TOTAL
from pipelines.release.measure import Prepared, counted, prepare
from pipelines.release.measurement_files import measurements, tables_in_order
from pipelines.release.outside import REGION, outside_cells, outside_figures
from pipelines.release.plan import ReleasePlan
from pipelines.release.stages import stored_release
from pipelines.rooms import DataRoot
from pipelines.warehouse import open_warehouse

_LABELS = ["persona", "toestand", "regio", "leeftijd", "geslacht"]


@dataclass(frozen=True)
class Evidence:
    """Where the two files stand (CSV, and a summary in Dutch), and whether the look was logged."""

    table: Path
    text: Path
    logged: bool


def evidence_place(root: DataRoot, plan: ReleasePlan, wanted: Path | None) -> Path:
    """Where the table will stand: as asked, or in the reports of the kluis.

    Raises RoomError for a place outside the kluis (also through a link or `..`), for another ending than .csv, and for a place
    somebody asked for that holds a file already: the ledger lies in the kluis too.
    """
    path = wanted.absolute() if wanted else root.reports / "uitvoercontrole" / f"{plan.id}.csv"
    text = path.with_suffix(".txt")
    for each in (path, text):
        require_inside(root, each)
    if path.suffix != ".csv":
        raise RoomError(f"{path} does not end in .csv, which this file is. Name another; nothing was counted.")
    if wanted and (path.exists() or text.exists()):
        raise RoomError(
            f"{path} or the .txt beside it exists and is never overwritten. Name another; nothing was counted."
        )
    return path


def write_evidence(context: Context, plan: ReleasePlan, place: Path) -> Evidence:
    """Count a release that was measured once more, and write what an output checker wants to see to `place` (0600).

    A look at a real delivery is logged for every persona of the plan, before anything is counted. Raises RoomError when a file
    would lie outside the kluis, UserError when this release was not measured yet.
    """
    root, text = context.root, place.with_suffix(".txt")
    for path in (place, text):
        require_inside(root, path)
    prepared = prepare(context, plan)
    stored, key_set = _stored(context, prepared)
    prepared = replace(prepared, key_set=key_set)
    logged = _log(context, prepared)
    context.progress("count what was measured, for the output checker")
    with open_warehouse(root, context.key(), read_only=True, memory=context.memory) as warehouse:
        exact = counted(warehouse, prepared)
    table = _beside(exact, stored, prepared)
    write_inside(root, place, table.write_csv().encode())
    write_inside(
        root,
        text,
        report(Heading(plan, stored.entry, stored.rho, context.now(), real=not prepared.synthetic), table).encode(),
    )
    return Evidence(place, text, logged)


def _stored(context: Context, prepared: Prepared) -> tuple[StoredMeasurement, KeySet]:
    cap: Fraction | None = cap_of(context.root)
    stored = None
    if cap is not None:
        with open_ledger(context.root.ledger, cap=cap, create=False) as ledger:
            stored = stored_release(ledger, prepared.replay_key, prepared.key_set, prepared.plan.detail_from)
    if stored is None:
        raise UserError(
            f"release plan {prepared.plan.id} was not measured yet on these deliveries and specs, so there is nothing to check. "
            "`blindevlek release make` measures it. Nothing was counted and nothing was spent."
        )
    return stored


def _log(context: Context, prepared: Prepared) -> bool:
    """Whoever opens the evidence sees exact counts of every persona of the plan: that is a look, and it is kept."""
    if prepared.synthetic:
        return False
    now, ids = context.now(), tuple(delivery.delivery_id for delivery in prepared.deliveries)
    for persona in prepared.personas:
        printed = prepared.standings[persona.id].fingerprint
        log_look(context.root, Look(now, persona.id, persona.version, printed, prepared.plan.peiljaar, ids))
    return True


def _beside(exact: dict[str, Vector], stored: StoredMeasurement, prepared: Prepared) -> pl.DataFrame:
    """One row per measured cell: what was counted, what was drawn, and what is published of it."""
    drawn = measurements(stored, prepared.key_set, prepared.personas)
    counts = np.concatenate([exact[name] for name in tables_in_order(stored)])
    made = publish_figures(stored, prepared.key_set, prepared.plan.status, "")
    figures = made.figures if made.wijken is None else pl.concat([made.figures, made.wijken])
    shown = ["schatting", "onder95", "boven95", "bruikbaarheid"]
    published = figures.select(*_LABELS, *shown)
    outside = outside_figures(
        stored, outside_cells(prepared.personas), prepared.plan.peiljaar, prepared.plan.status, ""
    )
    if outside is not None:
        apart = outside.with_columns(regio=pl.lit(REGION), leeftijd=pl.lit(TOTAL), geslacht=pl.lit(TOTAL))
        published = pl.concat([published, apart.select(*_LABELS, *shown)])
    laid = drawn.with_columns(n=pl.Series(counts)).join(published, on=_LABELS, how="left", maintain_order="left")
    return laid.select(list(COLUMNS))
