"""Publishing: the job that makes public what both parties approved and is past its embargo.

What belongs here: that job, over the same function as `blindevlek publish`. What does not: deciding (the review app), the
order of the work (`pipelines/datacenter/publishing`). It is no asset: a release is one version of a plan, decided by
people at its own moment, and no partition of a peiljaar. It opens neither warehouse nor ledger.
"""

from typing import TYPE_CHECKING

import dagster as dg

from assets.resources import Rooms
from assets.safe_metadata import safe_metadata
from pipelines.context import Context

if TYPE_CHECKING:
    from pipelines.datacenter.publishing.job import Outcome

POOL = "openbaar"
"""One run publishes at a time; a lock file in `openbaar` keeps the command line out as well."""


@dg.op(
    pool=POOL,
    out=dg.Out(dg.Nothing),
    tags={"sensitivity": "public"},
    description="Makes public every release that CBS and VWS approved on the same digest and whose embargo is past, "
    "builds the site anew, and says so when nothing was due.",
)
def publish_what_is_due(context: dg.OpExecutionContext, rooms: dg.ResourceParam[Rooms]) -> dg.Output[None]:
    from pipelines.datacenter.publishing.due import lines_of, refusal_of

    done = rooms.outside_the_kluis(context, _publish)
    for line in lines_of(done.value):
        context.log.info(line)
    if refused := refusal_of(done.value):
        raise dg.Failure(refused, allow_retries=False)
    changed = bool(done.value.published) or done.value.new_site
    return dg.Output(None, metadata=safe_metadata(done="now" if changed else "before", seconds=done.seconds))


@dg.job(
    description="Publish what is due; the same as `blindevlek publish`. Doing nothing is a good outcome, and a run that "
    "was killed is taken up by the next. A proef is never published.",
)
def publish() -> None:
    publish_what_is_due()


def _publish(room: Context) -> "Outcome":
    from pipelines.datacenter.publishing.due import publish_due
    from pipelines.datacenter.review.database import open_store
    from pipelines.datacenter.site_commands import builder

    return publish_due(room, open_store, builder)
