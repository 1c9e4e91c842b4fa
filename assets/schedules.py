"""The yearly refresh: the whole line on 1 April, for the newest peiljaar.

What belongs here: when, and for which peiljaar. What does not: what runs (`jobs.py`).
"""

import dagster as dg

from assets.jobs import line
from assets.partitions import NEWEST


@dg.schedule(
    job=line,
    cron_schedule="0 6 1 4 *",
    execution_timezone="Europe/Amsterdam",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="1 April, 06:00: by then the deliveries over the year before have come in. Stopped until switched on.",
)
def yearly() -> dg.RunRequest:
    return dg.RunRequest(partition_key=NEWEST)
