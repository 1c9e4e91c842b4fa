"""The deliveries: made here when the population is synthetic, otherwise brought in by the supplier.

What belongs here: that one asset, in its two forms. What does not: reading a delivery (`kluis.py`).
"""

import os
from collections.abc import Mapping

import dagster as dg

from assets.partitions import PEILJAAR
from assets.resources import POOL, Rooms
from assets.safe_metadata import safe_metadata
from pipelines.context import Context
from pipelines.errors import RoomError
from pipelines.surroundings import scale_of, seed_of

KEY = dg.AssetKey(["kluis", "deliveries"])
GROUP = "kluis"


def is_synthetic(environment: Mapping[str, str]) -> bool:
    """Deliveries are made in the default data root, and where BLINDEVLEK_SYNTHETIC=1 says so; nowhere else."""
    if asked := environment.get("BLINDEVLEK_SYNTHETIC"):
        return asked == "1"
    return not environment.get("BLINDEVLEK_DATA")


@dg.asset(
    key=KEY,
    group_name=GROUP,
    partitions_def=PEILJAAR,
    pool=POOL,
    kinds={"duckdb", "parquet"},
    tags={"sensitivity": "synthetic"},
    description="The synthetic Netherlands as CBS would deliver it: files and manifests in `kluis/deliveries`. "
    "SCALE and SEED name the population; it is made once.",
)
def made_deliveries(context: dg.AssetExecutionContext, rooms: dg.ResourceParam[Rooms]) -> dg.MaterializeResult[None]:
    done = rooms.do(context, _make)
    return dg.MaterializeResult(metadata=safe_metadata(done="now" if done.value else "before", seconds=done.seconds))


brought_deliveries = dg.AssetSpec(
    KEY,
    group_name=GROUP,
    partitions_def=PEILJAAR,
    tags={"sensitivity": "microdata"},
    description="Files and manifests that suppliers put in `kluis/deliveries/<peiljaar>`. Dagster does not make them; "
    "the sensor `new_delivery` sees when a manifest says that a delivery is complete.",
)


def deliveries(synthetic: bool) -> dg.AssetsDefinition | dg.AssetSpec:
    """The asset in the form that fits the data root."""
    return made_deliveries if synthetic else brought_deliveries


def _make(room: Context, peiljaar: int) -> bool:
    from pipelines import line
    from pipelines.population.settings import PopulationSettings
    from pipelines.rooms import make_key

    if not room.key_file.exists():
        make_key(room.key_file, "synthetic")
    if room.key().purpose != "synthetic":
        raise RoomError(
            f"the key {room.key_file} is for real deliveries, and no synthetic ones are made beside those. "
            "Leave BLINDEVLEK_SYNTHETIC out, or set BLINDEVLEK_KEY_FILE to a synthetic key."
        )
    themes = room.feeder == "stapelingsmonitor"
    settings = PopulationSettings(peiljaar, scale_of(os.environ), seed_of(os.environ), stapelingsmonitor=themes)
    return line.make_population(room, settings)
