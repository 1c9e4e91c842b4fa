"""The jobs: refresh the kluis, release a plan, or the whole line.

What belongs here: which assets a job has. What does not: when it runs (`schedules.py`, `sensors.py`).
"""

import dagster as dg

from assets.personas import GROUP as PERSONAS
from assets.population import GROUP as KLUIS
from assets.release import GROUP as WACHTRUIMTE
from assets.resources import JOB_RELEASE, PLAN_TAG

_IN_THE_KLUIS = dg.AssetSelection.groups(KLUIS).materializable()
_LEAVES_THE_KLUIS = dg.AssetSelection.groups(PERSONAS, WACHTRUIMTE)

refresh = dg.define_asset_job(
    "refresh",
    selection=_IN_THE_KLUIS,
    description="From deliveries to patterns, with the checks. Nothing leaves the kluis and nothing is spent.",
)

release = dg.define_asset_job(
    JOB_RELEASE,
    selection=_LEAVES_THE_KLUIS,
    description=f"Measure one release plan and make its bundle. The run names the plan with the tag `{PLAN_TAG}`; "
    "without it nothing is measured. The same plan on the same data is never drawn or paid twice.",
)

line = dg.define_asset_job(
    "line",
    selection=_IN_THE_KLUIS | _LEAVES_THE_KLUIS,
    description="Everything, from deliveries to bundle, for the last release plan of the peiljaar (or the plan that "
    f"the tag `{PLAN_TAG}` names).",
)
