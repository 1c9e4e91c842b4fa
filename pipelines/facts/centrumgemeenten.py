"""Centrumgemeenten for maatschappelijke opvang: which gemeente arranges shelter for which.

What belongs here: loading the public mapping, and how sure each line is. What does not: anything from a delivery. The
mapping is not complete: a gemeente that is not in it has an unknown centrumgemeente, never a guessed one.
"""

import csv
from functools import cache
from importlib.resources import files

from pipelines.facts.gemeenten import gemeenten

CERTAINTIES = ("A", "B", "C")
"""A: read in a source that SOURCES.md names; B: generally known, its source not seen; C: assumed."""


@cache
def centrumgemeenten(peiljaar: int) -> dict[str, str]:
    """Code of a gemeente -> code of its centrumgemeente, for the gemeenten of the peiljaar of which it is known."""
    known = {g.code for g in gemeenten(peiljaar)}
    found = {row["gemeente"]: row["centrumgemeente"] for row in _rows()}
    return {code: centre for code, centre in found.items() if code in known and centre in known}


def certainty() -> dict[str, str]:
    """Code of a gemeente -> how sure its line is (see CERTAINTIES)."""
    return {row["gemeente"]: row["zekerheid"] for row in _rows()}


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with (files("pipelines.facts") / "centrumgemeenten.csv").open(encoding="utf-8") as handle:
        return tuple(csv.DictReader(handle))
