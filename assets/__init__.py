"""Dagster: thin functions that call the pipelines, one module per room.

What belongs here: assets, checks, resources, partitions, jobs, schedules, sensors. What does not: work; it is
in `pipelines/`. No module here postpones annotations: Dagster reads them.
"""
