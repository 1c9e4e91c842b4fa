"""The wachtruimte: the bundle of a release, ready for review. It spends nothing.

What belongs here: that asset. What does not: the files in a bundle (`pipelines/release`), approving them.
"""

from typing import TYPE_CHECKING

import dagster as dg

from assets.partitions import PEILJAAR
from assets.personas import MEASUREMENT
from assets.resources import POOL, Rooms, StepContext, plan_of
from assets.safe_metadata import safe_metadata
from pipelines.context import Context
from pipelines.errors import UserError
from pipelines.version import source_fingerprint

if TYPE_CHECKING:
    from pipelines.release.bundle import Bundle
    from pipelines.release.plan import ReleasePlan

GROUP = "wachtruimte"
BUNDLE = dg.AssetKey(["release", "bundle"])


@dg.asset(
    key=BUNDLE,
    deps=[MEASUREMENT],
    group_name=GROUP,
    partitions_def=PEILJAAR,
    pool=POOL,
    kinds={"polars", "parquet"},
    tags={"sensitivity": "noised"},
    code_version=source_fingerprint("pipelines")[:16],
    description="Everything of a release in one folder of the wachtruimte: estimates with their ruismarge, tables, "
    "the privacy record, the certificate and the pages. Its manifest digest is what two approvals bind to; nothing is "
    "public before those.",
)
def bundle(context: dg.AssetExecutionContext, rooms: dg.ResourceParam[Rooms]) -> dg.MaterializeResult[None]:
    done = rooms.do(context, lambda room, _peiljaar: bundle_of_measured(context, room))
    plan, made = done.value
    return dg.MaterializeResult(
        metadata=safe_metadata(
            plan=plan.id,
            versie=made.folder.name,
            bundle=made.folder,
            manifest_digest=made.digest,
            done="now" if made.is_new else "before",
            seconds=done.seconds,
        )
    )


def bundle_of_measured(context: StepContext, room: Context) -> "tuple[ReleasePlan, Bundle]":
    """The bundle of a plan that was measured already; raises UserError otherwise, since measuring spends budget."""
    from pipelines import line
    from pipelines.release.ledger_reading import read_ledger
    from pipelines.release.measure import prepare
    from pipelines.release.stages import is_measured

    plan = plan_of(context, room)
    if not is_measured(plan, prepare(room, plan).replay_key, read_ledger(room.root)):
        raise UserError(
            f"release plan {plan.id} was not measured yet on these deliveries and specs, and a bundle spends nothing "
            "by itself. Materialise the personas first; the job `release` does both."
        )
    return plan, line.bundle(room, plan)
