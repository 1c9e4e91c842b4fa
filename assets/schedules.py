"""The yearly refresh, the whole line on 1 April for the newest peiljaar; and publishing, a few times a day.

What belongs here: when, and for which peiljaar. What does not: what runs (`jobs.py`).
"""

import dagster as dg

from assets.jobs import line
from assets.partitions import NEWEST
from assets.publishing import publish


@dg.schedule(
    job=line,
    cron_schedule="0 6 1 4 *",
    execution_timezone="Europe/Amsterdam",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="1 April, 06:00: by then the deliveries over the year before have come in. Stopped until switched on.",
)
def yearly() -> dg.RunRequest:
    return dg.RunRequest(partition_key=NEWEST)


publishing = dg.ScheduleDefinition(
    name="publishing",
    job=publish,
    cron_schedule="15 2,8,12,17 * * *",
    execution_timezone="Europe/Amsterdam",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="02:15, a quarter after the moment at which most embargoes end, and three times a day for duiding and "
    "corrections. Stopped until switched on; leave it off where another scheduler runs `blindevlek publish`.",
)
