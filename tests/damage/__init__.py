"""Damage done to a small good delivery, kind by kind, and what is said of it.

What belongs here: what the supplier, the disk or somebody with bad intentions can do to files. What does not: specs and
ledgers (`tests/spec`, `tests/privacy`).
"""
