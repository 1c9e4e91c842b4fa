"""The raw route on the synthetic Netherlands: raw files, and the linkage table that CBS would make.

What belongs here: making both from a synthetic delivery. What does not: anything that real deliveries need.
"""

import json
from pathlib import Path
from typing import Any

from pipelines.errors import DeliveryError, UserError
from pipelines.population.municipal_bsn import RawFile, RawMaker
from pipelines.private_files import make_private_folder, private_files
from pipelines.registers.catalogue_model import Catalogue
from pipelines.registers.delivery import Delivery, complete_deliveries
from pipelines.registers.finding import find_files
from pipelines.registers.guards import refuse_unfit
from pipelines.registers.municipal.keys import MunicipalKey
from pipelines.registers.municipal.link import DELIVERY
from pipelines.registers.municipal.linkage import COLUMNS
from pipelines.registers.municipal.linkage import MANIFEST as LINKAGE_MANIFEST
from pipelines.registers.municipal.pseudonyms import Pseudonymiser
from pipelines.registers.municipal.template import municipal_registers
from pipelines.registers.reading_csv import open_csv
from pipelines.registers.reading_sav import open_sav
from pipelines.registers.streams import BrokeOff
from pipelines.rooms import DataRoot
from pipelines.warehouse import is_encrypted

LINKAGE_FOLDER = "koppeling"
NO_BSN = "no BSN may ever be there"


def make_raw_files(root: DataRoot, peiljaar: int, key: MunicipalKey, catalogue: Catalogue, to: Path) -> list[RawFile]:
    """Write raw files below `to`, which lies outside the data root, and the linkage table into the kluis.

    They hold the people of the synthetic municipal delivery in the kluis (in whatever format), and a few that CBS does not
    know. Raises UserError or DeliveryError when that delivery is not there, not synthetic or a linked one.
    """
    if key.purpose != "synthetic":
        raise UserError(f"key {key.key_id} is for real data; invented people get a key of their own.")
    root.refuse_inside(to, NO_BSN)
    delivery = _synthetic_delivery(root, peiljaar)
    declared = {item.register_name: item for item in delivery.manifest.files}
    names = [name for name in municipal_registers(catalogue) if name in declared]
    sources = {name: find_files(delivery, catalogue.register(name), declared[name]).read[0].path for name in names}
    covered = {item.register_name: item.coverage.gemeenten for item in delivery.manifest.files}
    if any(path.suffix.lower() == ".parquet" and is_encrypted(path) for path in sources.values()):
        raise UserError(
            f"the delivery {DELIVERY} of {peiljaar} is a linked one, made by `blindevlek municipal link`: raw files are made of the "
            "delivery of `blindevlek population`. Move the linked one away and run that first."
        )
    maker = RawMaker({name: _rows_of(path) for name, path in sources.items()}, covered, peiljaar)
    try:
        written = maker.write(to)
        _write_linkage(maker, root.deliveries(peiljaar) / LINKAGE_FOLDER, delivery, key)
    finally:
        maker.close()
    return written


def _rows_of(path: Path) -> Any:
    """All rows of a file of invented people, as an Arrow table; raise DeliveryError when it cannot be read."""
    import pyarrow as pa
    from pyarrow import parquet

    refuse_unfit(path)
    try:
        if path.suffix.lower() == ".parquet":
            return parquet.read_table(path)
        stream = open_csv(path).stream if path.suffix.lower() == ".csv" else open_sav(path)
        if stream is not None:
            return pa.concat_tables(stream.pieces(tuple(stream.schema.names)))
    except (BrokeOff, pa.ArrowInvalid):
        pass
    raise DeliveryError(f"{path.name}: cannot be read to its end: run `blindevlek population` again.")


def _synthetic_delivery(root: DataRoot, peiljaar: int) -> Delivery:
    for delivery in complete_deliveries(root.deliveries(peiljaar)):
        if delivery.folder.name == DELIVERY:
            if delivery.manifest.kind != "synthetic":
                raise DeliveryError(
                    f"the delivery {DELIVERY} of {peiljaar} is real: raw files are made of invented people only."
                )
            return delivery
    raise DeliveryError(f"there is no synthetic delivery {DELIVERY} of {peiljaar}: run `blindevlek population` first.")


def _write_linkage(maker: RawMaker, folder: Path, delivery: Delivery, key: MunicipalKey) -> None:
    import polars as pl

    pseudonymisers: dict[str, Pseudonymiser] = {}
    rows: list[tuple[str, str, str, str]] = []
    for known in maker.known():
        maker_of = pseudonymisers.setdefault(known.register, Pseudonymiser(key, known.register))
        rows.append((known.register, maker_of.pseudonym(known.bsn), known.rinpersoons, known.rinpersoon))
    manifest = {
        "peiljaar": delivery.manifest.peiljaar,
        "kind": "synthetic",
        "population": delivery.manifest.population,
        "key_id": key.key_id,
        "key_check": key.check,
        "file": "KOPPELING.parquet",
        "completed": True,
    }
    make_private_folder(folder)
    with private_files():
        pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row").sort(COLUMNS[:2]).write_parquet(
            folder / "KOPPELING.parquet"
        )
        (folder / LINKAGE_MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
