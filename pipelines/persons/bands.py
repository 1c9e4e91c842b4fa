"""What every table of people shares: the public age bands, and the number of a gemeente that was not found.

What belongs here: such words and their SQL. What does not: who stands in a table (`build.py`, `outside.py`).
"""

from pipelines.facts.gemeenten import AGE_BANDS

NO_GEMEENTE = 0
"""Number for a person whose address is in no list of objects: measured nowhere, never silently dropped."""


def age_band_sql(age: str) -> str:
    """SQL of the 0-based place of an age (SQL too) in the public bands; NULL when it is not known."""
    bands = " ".join(f"WHEN {age} <= {high} THEN {index}" for index, (_, high) in enumerate(AGE_BANDS.values()))
    return f"(CASE {bands} END)::UTINYINT"
