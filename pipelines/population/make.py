"""Making the deliveries of a synthetic population, once.

What belongs here: the steps in order, and never leaving something half-made that looks whole. What does not: the
content of any file.
"""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from pipelines.errors import RoomError, UserError
from pipelines.population.addresses import make_movers
from pipelines.population.calibration import CALIBRATION, count_population, write_results
from pipelines.population.chances import run_stages
from pipelines.population.engine import open_engine
from pipelines.population.ground import lay_ground
from pipelines.population.health import make_users
from pipelines.population.hidden import hidden_sql, make_hidden
from pipelines.population.households import form_households
from pipelines.population.people import make_people
from pipelines.population.planting import plant, truth_sql
from pipelines.population.settings import PopulationSettings
from pipelines.population.splits import fit_splits
from pipelines.population.stages import COMMON, SPLITS, stages
from pipelines.population.stapelingsmonitor import write_monitor
from pipelines.population.tables import COMPONENTS, DeliveredTable, DeliveryName, delivered_tables
from pipelines.population.writing import MANIFEST, write_manifest, write_query, write_table
from pipelines.progress import Progress

PLANTED, HIDDEN = "planted.parquet", "hidden.parquet"
_TRUTH = (PLANTED, HIDDEN, CALIBRATION)
_IN_THE_MAKING = ".in-the-making"
"""Folder beside the deliveries. Nothing looks two levels deep for a manifest, so what is in it is never taken in."""

_POPULATIONS = "synthetic-*"
"""Folders among the temporary files that hold a population in the making, unencrypted."""


def make_deliveries(
    settings: PopulationSettings,
    deliveries: Path,
    truth: Path,
    temp: Path,
    progress: Progress,
    *,
    threads: int | None = None,
) -> bool:
    """Make `deliveries/cbs`, `deliveries/gemeenten`, `truth/planted.parquet`, `truth/hidden.parquet` and
    `truth/calibration.json`; and `deliveries/stapelingsmonitor` when it is asked for.

    Returns False at once when these stand there complete for the same population and file format. `threads`
    changes the speed, never the content. Raises UserError when something else stands in the way: it is never
    removed. Raises RoomError when the disk refuses.
    """
    making = deliveries / _IN_THE_MAKING
    spill = temp / settings.population_id
    # What a run that was killed left behind, of this population or another: nothing of it is encrypted.
    for folder in (making, spill, *temp.glob(_POPULATIONS)):
        _clear(folder)
    if _stands(settings, deliveries, truth):
        return False
    for folder in (making, truth, spill):
        folder.mkdir(parents=True, exist_ok=True)
    try:
        if not _is_written(settings, truth, making, spill, progress, threads):
            raise RoomError(
                f"the disk under {deliveries} or {temp} refuses to write: it is full, or may not be written to. Make room and "
                "run again; nothing half-made was kept."
            )
        for name in _wanted(settings):
            # What stands there already is the same, and is left alone: touched, it would be taken in again.
            if not _stands_one(settings, deliveries / name, name):
                _clear(deliveries / name)
                (making / name).rename(deliveries / name)
    finally:
        _clear(making)
        _clear(spill)
    return True


def _is_written(
    settings: PopulationSettings, truth: Path, making: Path, spill: Path, progress: Progress, threads: int | None
) -> bool:
    """Make everything; False when the disk refused, whose own words stay behind."""
    try:
        with open_engine(spill, settings.seed, threads) as connection:
            _make_population(connection, settings, progress)
            _write_truth(connection, settings, truth, progress)
            _write_deliveries(connection, settings, making, progress)
    except duckdb.IOException:
        return False
    return True


def _make_population(connection: duckdb.DuckDBPyConnection, settings: PopulationSettings, progress: Progress) -> None:
    progress("population: gemeenten and households")
    ground = lay_ground(connection, settings)
    form_households(connection, settings)
    plant(connection, settings)
    progress("population: people")
    make_people(connection, ground, settings)
    make_movers(connection)
    run_stages(connection, stages(settings), COMMON, settings, progress)
    make_users(connection, settings)
    fit_splits(connection, SPLITS, settings.scale)
    make_hidden(connection, settings.scale, settings.peiljaar)


def _write_truth(
    connection: duckdb.DuckDBPyConnection, settings: PopulationSettings, truth: Path, progress: Progress
) -> None:
    progress("population: truth and calibration")
    parts = {name: truth / f"{name}.part" for name in _TRUTH}
    write_query(connection, truth_sql(), parts[PLANTED])
    write_query(connection, hidden_sql(), parts[HIDDEN])
    write_results(count_population(connection, settings), parts[CALIBRATION])
    for name, part in parts.items():
        part.replace(truth / name)


def _write_deliveries(
    connection: duckdb.DuckDBPyConnection, settings: PopulationSettings, making: Path, progress: Progress
) -> None:
    tables = delivered_tables(settings)

    def write(table: DeliveredTable) -> None:
        progress(f"population: write {table.register}")
        write_table(connection.cursor(), table, making / table.delivery, settings.file_format)

    # Two at a time: where one query has work for a single thread, the other goes on.
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, tables))
    for name in COMPONENTS:
        write_manifest(connection, name, tables, settings, making / name)
    if settings.stapelingsmonitor:
        write_monitor(connection, tables, settings, making, progress)


def _wanted(settings: PopulationSettings) -> tuple[DeliveryName, ...]:
    return (*COMPONENTS, "stapelingsmonitor") if settings.stapelingsmonitor else COMPONENTS


def _stands(settings: PopulationSettings, deliveries: Path, truth: Path) -> bool:
    """Is this population here already? Raises UserError when anything else is."""
    found = [_stands_one(settings, deliveries / name, name) for name in _wanted(settings)]
    return all(found) and all((truth / name).is_file() for name in _TRUTH)


def _stands_one(settings: PopulationSettings, folder: Path, name: DeliveryName) -> bool:
    if not folder.exists() or not any(folder.iterdir()):
        return False
    remedy = "Choose another data root, or move that folder away first; nothing was changed."
    path = folder / MANIFEST
    if not path.is_file():
        raise UserError(
            f"{folder} holds files but no {MANIFEST}: somebody may be filling it, so it is left alone. {remedy}"
        )
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        kind, population, peiljaar = manifest["kind"], manifest["population"], manifest.get("peiljaar")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UserError(f"{path} cannot be understood, so the folder is left alone. {remedy}") from None
    if kind != "synthetic":
        raise UserError(f"{folder} holds a delivery that is not synthetic. {remedy}")
    if population != settings.population_id:
        raise UserError(
            f"{folder} holds the population {population}, and {settings.population_id} was asked for: two populations "
            f"never share a data root. {remedy}"
        )
    if peiljaar != settings.peiljaar:
        raise UserError(f"{folder} holds a delivery of peiljaar {peiljaar}, not {settings.peiljaar}. {remedy}")
    if not any(folder.rglob(f"*.{settings.file_format}")):
        raise UserError(
            f"{folder} ({name}) holds the population {population} in another file format than "
            f"{settings.file_format}. {remedy}"
        )
    return True


def _clear(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
