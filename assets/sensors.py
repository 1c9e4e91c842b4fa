"""The sensor on deliveries: a complete one, that was not seen before, starts a refresh of its peiljaar.

What belongs here: seeing that something new came. What does not: judging a delivery (ingest does), measuring.
"""

import json

import dagster as dg

from assets.jobs import refresh
from assets.partitions import PEILJAAR
from assets.resources import from_environment
from pipelines.errors import DeliveryError
from pipelines.registers.delivery import complete_deliveries
from pipelines.state import fingerprint
from pipelines.withheld import told_of


@dg.sensor(
    job=refresh,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Looks for deliveries whose manifest says `completed`. All that is new in a peiljaar starts one run. "
    "A delivery that was refused is not tried again until it changes. Stopped until switched on.",
)
def new_delivery(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    root = from_environment().root
    seen: dict[str, str] = json.loads(context.cursor) if context.cursor else {}
    requests, unreadable = [], []
    for peiljaar in PEILJAAR.get_partition_keys():
        try:
            found = complete_deliveries(root.deliveries(int(peiljaar)))
        except DeliveryError as error:
            unreadable.append(str(error))
            continue
        except Exception as error:
            # Dagster would store the whole of it with the tick.
            unreadable.append(f"the deliveries of {peiljaar} cannot be looked at ({told_of(error)}).")
            continue
        if not found:
            continue
        now = fingerprint(*(delivery.fingerprint for delivery in found))
        if seen.get(peiljaar) != now:
            requests.append(dg.RunRequest(run_key=f"{peiljaar}-{now[:16]}", partition_key=peiljaar))
            seen[peiljaar] = now
    reason = None if requests else " ".join(unreadable) or "no new complete delivery"
    return dg.SensorResult(run_requests=requests, cursor=json.dumps(seen, sort_keys=True), skip_reason=reason)
