"""Taking deliveries into the warehouse: typed, checked, all or nothing.

What belongs here: the step itself. What does not: the rules per column (`typing_rules.py`) and the meaning of
registers (`pipelines/indicators`).
"""

import json
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass

from pipelines import state
from pipelines.errors import DeliveryError, KluisError
from pipelines.progress import Progress, silent
from pipelines.registers.catalogue_model import FRAME, Catalogue
from pipelines.registers.coverage import write_coverage
from pipelines.registers.coverage_list import with_lists
from pipelines.registers.delivered_files import write_delivered_files, write_left_out
from pipelines.registers.delivery import Delivery, check_manifest, complete_deliveries, newest, refuse_unfinished
from pipelines.registers.delivery_register import Arrived, Digest, register_deliveries
from pipelines.registers.digest import ALGORITHM, combine, digest_and_sums
from pipelines.registers.finding import RegisterFiles, find_files
from pipelines.registers.guards import OF_THE_DISK, REFUSED, no_room, refuse_changed, standing
from pipelines.registers.load import load_register
from pipelines.registers.row_dates import date_sums, refuse_dates
from pipelines.registers.suppliers import check_suppliers, check_unclaimed_files, check_undeclared_files
from pipelines.registers.unusable import prepare_unusable
from pipelines.rooms import DataRoot, WarehouseKey
from pipelines.warehouse import Warehouse, open_warehouse, year_schema

STEP = "ingest"


@dataclass(frozen=True)
class TakenIn:
    """A delivery in the warehouse, as public facts: nothing about its rows."""

    delivery: str
    delivery_id: str
    supplier: str
    kind: str
    population: str | None
    peiljaar: int
    version: int
    status: str


def ingest(root: DataRoot, key: WarehouseKey, catalogue: Catalogue, peiljaar: int, progress: Progress = silent) -> bool:
    """Take in all complete deliveries of a peiljaar, of each its highest version; False when the warehouse already holds
    exactly these.

    The tables of the year are replaced in one transaction: a refused delivery leaves the warehouse as it was.
    Raises DeliveryError (file, column and remedy, never a row value) and RoomError.
    """
    deliveries = complete_deliveries(root.deliveries(peiljaar))
    if not deliveries:
        raise DeliveryError(
            f"no complete delivery in {root.deliveries(peiljaar)}. Put a folder there with the files and a "
            "manifest.json that says `completed: true`; `make run` makes a synthetic one."
        )
    refuse_unfinished(root.deliveries(peiljaar))
    check_unclaimed_files(root.deliveries(peiljaar), catalogue, peiljaar)
    deliveries, passed_over = newest(deliveries)
    for older in passed_over:
        progress(f"passed over {older.folder.name}: a higher version of {older.manifest.delivery} stands beside it")
    deliveries = [with_lists(delivery, catalogue) for delivery in deliveries]
    for delivery in deliveries:
        check_manifest(delivery, catalogue, peiljaar)
        check_undeclared_files(delivery, catalogue)
    _check_kinds(deliveries, key)
    prints = [_print(delivery) for delivery in deliveries]
    wanted = state.fingerprint(catalogue.fingerprint, ALGORITHM, *prints)
    failure: KluisError | None = None
    try:
        with open_warehouse(root, key) as warehouse:
            state.prepare_state(warehouse)
            if state.is_done(warehouse, STEP, peiljaar, wanted):
                return False
            with warehouse.transaction():
                state.forget_year(warehouse, peiljaar)
                _load_all(warehouse, root, deliveries, prints, catalogue, peiljaar, progress)
                state.mark_done(warehouse, STEP, peiljaar, wanted)
    except KluisError as error:
        failure = error
    if failure and failure.failure in OF_THE_DISK:
        raise no_room("taking in the delivery")
    if failure:
        raise failure
    return True


def _print(delivery: Delivery) -> str:
    """The fingerprint of a delivery; raise DeliveryError when a file went away while it was taken."""
    with suppress(OSError):
        return delivery.fingerprint
    raise DeliveryError(
        f"{delivery.folder.name}: a file went away, or cannot be read, while the folder was looked at. Wait until nobody works "
        f"in it, and run again. {REFUSED}"
    )


def taken_in(warehouse: Warehouse, peiljaar: int) -> list[TakenIn]:
    """The deliveries in the warehouse, in order of name; raise DeliveryError when there are none."""
    schema = year_schema(peiljaar)
    if not warehouse.has_table(schema, "deliveries"):
        raise DeliveryError(f"nothing of peiljaar {peiljaar} was taken in yet: run `blindevlek ingest`.")
    rows = warehouse.rows(
        "SELECT delivery, delivery_id, supplier, kind, population, peiljaar, version, status "
        f"FROM {schema}.deliveries ORDER BY delivery",
        step="read the deliveries",
    )
    return [TakenIn(*row) for row in rows]


def _check_kinds(deliveries: list[Delivery], key: WarehouseKey) -> None:
    kinds = {delivery.manifest.kind for delivery in deliveries}
    if len(kinds) > 1:
        raise DeliveryError(
            "synthetic and real deliveries stand in one folder. A data root holds one of the two: move one away."
        )
    if kinds == {"real"} and key.purpose != "real":
        raise DeliveryError(
            "this is a real delivery, and the key was made for synthetic data. Make one with "
            "`blindevlek key new --purpose real --file FILE` and set BLINDEVLEK_KEY_FILE."
        )
    populations = {delivery.manifest.population for delivery in deliveries}
    if kinds == {"synthetic"} and len(populations) > 1:
        raise DeliveryError("the deliveries come from different synthetic populations: make them again together.")


def _load_all(
    warehouse: Warehouse,
    root: DataRoot,
    deliveries: list[Delivery],
    prints: list[str],
    catalogue: Catalogue,
    peiljaar: int,
    progress: Progress,
) -> None:
    schema = year_schema(peiljaar)
    # Everything derived from the old deliveries of this year goes with them.
    warehouse.run(f"DROP SCHEMA IF EXISTS {schema} CASCADE", step="clear the year")
    warehouse.run(f"CREATE SCHEMA {schema}", step="make the year")
    prepare_unusable(warehouse, schema)
    loaded: dict[str, RegisterFiles] = {}
    doubles: dict[str, int] = {}
    arrived: list[Arrived] = []
    for delivery in deliveries:
        digests: list[Digest] = []
        for declared in sorted(delivery.manifest.files, key=lambda item: item.register_name):
            register = catalogue.register(declared.register_name)
            if register.name in loaded:
                raise DeliveryError(f"{register.name} is declared by two deliveries of {peiljaar}; keep one.")
            progress(f"ingest {register.name}")
            loaded[register.name] = find_files(delivery, register, declared)
            before = standing(found.path for found in loaded[register.name].read)
            doubles[register.name] = load_register(warehouse, loaded[register.name], register, catalogue, peiljaar)
            refuse_changed(before)
            digest, sums = digest_and_sums(warehouse, schema, register, date_sums(register, peiljaar))
            refuse_dates(loaded[register.name], register, peiljaar, sums)
            digests.append(digest)
        manifest = delivery.manifest
        arrived.append(Arrived(manifest.delivery, peiljaar, manifest.version, combine(digests)))
    declared_files = [item for delivery in deliveries for item in delivery.manifest.files]
    write_coverage(warehouse, schema, declared_files, catalogue, peiljaar)
    _require_frame(loaded)
    check_suppliers(warehouse, root, schema, declared_files, catalogue)
    write_delivered_files(warehouse, schema, loaded.values())
    write_left_out(warehouse, schema, doubles)
    for delivery, then in zip(deliveries, prints, strict=True):
        if _print(delivery) != then:
            raise DeliveryError(
                f"{delivery.folder.name}: files were added, changed or taken away while the delivery was read. Wait until the copying "
                f"is done, and run again. {REFUSED}"
            )
    # Last, since what is registered stays: a delivery that was refused may come back corrected under its own version.
    ids = register_deliveries(root.delivery_register, arrived)
    _write_deliveries(warehouse, schema, [_taken(*pair) for pair in zip(deliveries, ids, strict=True)])


def _taken(delivery: Delivery, delivery_id: str) -> TakenIn:
    manifest = delivery.manifest
    return TakenIn(
        manifest.delivery,
        delivery_id,
        manifest.supplier,
        manifest.kind,
        manifest.population,
        manifest.peiljaar,
        manifest.version,
        manifest.status,
    )


def _require_frame(loaded: Collection[str]) -> None:
    if missing := [name for name in FRAME if name not in loaded]:
        raise DeliveryError(
            f"the counting population needs {', '.join(missing)}, and no delivery declares it. Add it to a delivery."
        )


def _write_deliveries(warehouse: Warehouse, schema: str, taken: list[TakenIn]) -> None:
    warehouse.run(
        f"CREATE TABLE {schema}.deliveries (delivery VARCHAR, delivery_id VARCHAR, supplier VARCHAR, kind VARCHAR, "
        "population VARCHAR, peiljaar INTEGER, version INTEGER, status VARCHAR)",
        step="write the deliveries",
    )
    for item in taken:
        warehouse.run(
            f"INSERT INTO {schema}.deliveries VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            step="write the deliveries",
            parameters=list(item.__dict__.values()),
        )


def deliveries_text(taken: list[TakenIn]) -> str:
    """Canonical JSON of the delivery ids, for a replay key."""
    return json.dumps([[item.delivery, item.delivery_id] for item in taken])
