"""Linking: the sealed deliveries of all gemeenten and the linkage table become one delivery keyed by RIN.

What belongs here: the step. What does not: taking that delivery in (`pipelines/registers/ingest.py`), which then treats
it as any other. What is written is encrypted Parquet under the key of the kluis.
"""

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from pipelines.errors import DeliveryError
from pipelines.facts.gemeenten import gemeenten
from pipelines.private_files import make_private_folder, private_files
from pipelines.progress import Progress, silent
from pipelines.registers.catalogue_model import Catalogue
from pipelines.registers.delivery import MANIFEST as DELIVERY_MANIFEST
from pipelines.registers.delivery import Manifest
from pipelines.registers.delivery_register import was_taken_in
from pipelines.registers.municipal.joining import join_register, keep_unlinkable, refuse_strangers, unlinkable_report
from pipelines.registers.municipal.keys import MunicipalKey
from pipelines.registers.municipal.linkage import Linkage, linkage_tables, load_linkage
from pipelines.registers.municipal.sealed import Sealed, sealed_deliveries
from pipelines.registers.municipal.template import layout_of
from pipelines.rooms import DataRoot, WarehouseKey
from pipelines.state import fingerprint
from pipelines.warehouse import DEFAULT_MEMORY, open_warehouse

DELIVERY = "gemeenten"
LINKED = "linked.json"
"""Beside the manifest of a linked delivery: from what it was made, so that it is not made again from the same."""


@dataclass(frozen=True)
class Linked:
    """What linking made: the folder of the delivery, its registers, and the report in the kluis about who could not be
    linked."""

    folder: Path
    registers: tuple[str, ...]
    report: Path
    is_new: bool


def received(root: DataRoot, peiljaar: int) -> Path:
    """Where sealed deliveries wait to be linked."""
    return root.kluis / "municipal" / str(peiljaar)


def report_of(root: DataRoot, peiljaar: int) -> Path:
    """The report on who could not be linked."""
    return root.reports / f"municipal-{peiljaar}.txt"


def places(root: DataRoot, peiljaar: int) -> tuple[Path, Path]:
    """What linking keeps of a peiljaar beside the delivery: goes with a purge."""
    return received(root, peiljaar), report_of(root, peiljaar)


@private_files()
def link(
    root: DataRoot,
    key: WarehouseKey,
    keys: Mapping[str, MunicipalKey],
    catalogue: Catalogue,
    peiljaar: int,
    *,
    version: int = 1,
    status: str = "voorlopig",
    memory: str = DEFAULT_MEMORY,
    progress: Progress = silent,
) -> Linked:
    """Link all sealed deliveries of a peiljaar; returns at once when it was done on exactly these.

    Pseudonyms that the linkage table does not know are kept apart, encrypted, and counted in a report, both in the
    kluis only. Raises DeliveryError when a delivery or table does not fit, or a gemeente has rows of which none links.
    """
    deliveries = sealed_deliveries(received(root, peiljaar), keys)
    _check_deliveries(deliveries, catalogue, key, peiljaar)
    tables = linkage_tables(root.deliveries(peiljaar), peiljaar, keys)
    _check_tables(deliveries, tables)
    final, made_from = root.deliveries(peiljaar) / DELIVERY, _made_from(deliveries, tables, version, status)
    names = tuple(dict.fromkeys(item.manifest.register_name for item in deliveries))
    report = report_of(root, peiljaar)
    if _stands(final, made_from, deliveries):
        return Linked(final, names, report, is_new=False)
    _refuse_taken_in(root, final, peiljaar, version)
    making = root.deliveries(peiljaar) / ".linking" / DELIVERY
    shutil.rmtree(making.parent, ignore_errors=True)
    make_private_folder(making)
    # Should the run be killed while one delivery takes the place of the other, then ingest sees that one is not completed.
    _write_manifest(making.parent, deliveries, peiljaar, version, status, completed=False)
    try:
        file_keys = [keys[key_id].file_key for key_id in sorted({item.manifest.key_id for item in deliveries})]
        with open_warehouse(root, key, memory=memory, file_keys=file_keys) as warehouse:
            load_linkage(warehouse, tables)
            for name, items in groupby(deliveries, lambda item: item.manifest.register_name):
                progress(f"link {name}")
                join_register(warehouse, layout_of(catalogue, name), list(items), making, version, peiljaar, keys)
            report.write_text(unlinkable_report(warehouse, names), encoding="utf-8")
            refuse_strangers(warehouse, names, report)
            keep_unlinkable(warehouse, names, received(root, peiljaar) / "unlinkable")
        (making / LINKED).write_text(json.dumps({"made_from": made_from}), encoding="utf-8")
        _write_manifest(making, deliveries, peiljaar, version, status, completed=True)
        shutil.rmtree(final, ignore_errors=True)
        making.rename(final)
    finally:
        shutil.rmtree(making.parent, ignore_errors=True)
    return Linked(final, names, report, is_new=True)


def _check_deliveries(deliveries: list[Sealed], catalogue: Catalogue, key: WarehouseKey, peiljaar: int) -> None:
    if not deliveries:
        raise DeliveryError(
            f"there is no sealed delivery of {peiljaar} in the kluis. `blindevlek municipal pseudonymise` makes one; put "
            f"its folder in kluis/municipal/{peiljaar}."
        )
    codes = {g.code for g in gemeenten(peiljaar)}
    for item in deliveries:
        layout, manifest = layout_of(catalogue, item.manifest.register_name), item.manifest
        if manifest.peiljaar != peiljaar or manifest.gemeente not in codes:
            raise DeliveryError(
                f"{item.folder.name}: is of another peiljaar, or of a gemeente that does not exist in it."
            )
        if set(manifest.columns) != {"pseudonym", *(column.name for column in layout.columns)}:
            raise DeliveryError(
                f"{item.folder.name}: was made with another template of {manifest.register_name}. Have it made again with "
                "the present one. Nothing was changed."
            )
    kinds = {(item.manifest.kind, item.manifest.population) for item in deliveries}
    if len(kinds) > 1:
        raise DeliveryError(
            "real and synthetic deliveries, or two synthetic populations, stand together: move one away."
        )
    if kinds.pop()[0] == "real" and key.purpose != "real":
        raise DeliveryError(
            "these are real deliveries, and the key of the warehouse was made for synthetic data. Make one with "
            "`blindevlek key new --purpose real --file FILE` and set BLINDEVLEK_KEY_FILE."
        )


def _check_tables(deliveries: list[Sealed], tables: Mapping[str, Linkage]) -> None:
    needed = {item.manifest.key_id for item in deliveries}
    if missing := sorted(needed - set(tables)):
        raise DeliveryError(
            f"there is no linkage table for key {', '.join(missing)}. CBS makes one per key: put it, with its linkage.json, "
            "in a folder of its own beside the deliveries of the peiljaar. Nothing was changed."
        )
    populations = {(item.manifest.kind, item.manifest.population) for item in deliveries}
    for key_id in needed:
        manifest = tables[key_id].manifest
        if (manifest.kind, manifest.population) not in populations:
            raise DeliveryError(f"the linkage table of key {key_id} is of another population than the deliveries.")


def _made_from(deliveries: Iterable[Sealed], tables: Mapping[str, Linkage], version: int, status: str) -> str:
    seen = [str(version), status, *(item.manifest.seal for item in deliveries)]
    for linkage in tables.values():
        stat = linkage.path.stat()
        seen.append(f"{linkage.manifest.model_dump_json()}|{stat.st_size}|{stat.st_mtime_ns}")
    return fingerprint(*seen)


def _stands(final: Path, made_from: str, deliveries: list[Sealed]) -> bool:
    """Is it there, made from the same? Raises DeliveryError when something else stands in its place.

    A synthetic delivery of the same population is replaced: it can be made again.
    """
    if not final.exists():
        return False
    record = final / LINKED
    if record.is_file():
        return bool(json.loads(record.read_text(encoding="utf-8")).get("made_from") == made_from)
    try:
        manifest = json.loads((final / DELIVERY_MANIFEST).read_text(encoding="utf-8"))
        found = (manifest["kind"], manifest["population"])
    except (OSError, ValueError, KeyError, TypeError):
        found = ("", None)
    first = deliveries[0].manifest
    if found != ("synthetic", first.population) or first.kind != "synthetic":
        raise DeliveryError(
            f"{final} holds a delivery that was not made by linking. Two deliveries of one register cannot stand together: "
            "move it away. Nothing was changed."
        )
    return False


def _refuse_taken_in(root: DataRoot, final: Path, peiljaar: int, version: int) -> None:
    """Raise DeliveryError when the delivery that would be replaced was taken in under the same version."""
    if not (final / LINKED).is_file() or not was_taken_in(root.delivery_register, DELIVERY, peiljaar, version):
        return
    raise DeliveryError(
        f"{final} was taken in as version {version}, and now other deliveries or another linkage table lie there: ingest "
        f"would refuse it. Link it as a new version (`--version {version + 1}`), or put back what it was made from. "
        "Nothing was changed."
    )


def _write_manifest(
    making: Path, deliveries: list[Sealed], peiljaar: int, version: int, status: str, *, completed: bool
) -> None:
    """The manifest of the linked delivery, last of all. Coverage is what the gemeenten said, never what rows show."""
    files = []
    for name, items in groupby(deliveries, lambda item: item.manifest.register_name):
        found = [item.manifest for item in items]
        coverage = {"kind": "gemeenten", "gemeenten": [manifest.gemeente for manifest in found]}
        if silent_ones := [manifest.gemeente for manifest in found if manifest.nothing_to_report]:
            coverage["nothing_to_report"] = silent_ones
        files.append({"register": name, "coverage": coverage})
    first = deliveries[0].manifest
    manifest = {
        "delivery": DELIVERY,
        "supplier": "gemeente",
        "kind": first.kind,
        "population": first.population,
        "peiljaar": peiljaar,
        "version": version,
        "status": status,
        "completed": completed,
        "files": files,
    }
    Manifest.model_validate(manifest)
    (making / DELIVERY_MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
