"""The work itself, as plain functions.

What belongs here: everything from a delivery of registers to a published figure. What does not: Dagster
(see `assets/`), Great Expectations (see `expectations/`), argument parsing (see `cli.py`).
"""
