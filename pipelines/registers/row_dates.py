"""What the dates of a register cannot be all together, though each is a date that could be.

What belongs here: columns that changed places, and a file of another year under the name of this one. What does not: a
single odd date (`typing_rules.py` refuses what cannot be, the suites of `expectations` tell what is unlikely).
"""

from pipelines.errors import DeliveryError
from pipelines.registers.catalogue_model import Register
from pipelines.registers.finding import RegisterFiles
from pipelines.registers.guards import REFUSED

LEAST_ROWS = 100
"""Below it chance may keep all rows of a small gemeente, or of invented data, out of a year."""

LEAST_SHARE = 1_000
"""One row in so many. A file of all years since 1995 has some two in a hundred that begin or end in its last year, and a file
of one year nearly all."""


def date_sums(register: Register, peiljaar: int) -> tuple[str, ...]:
    """SQL aggregates over the rows of a register, which `refuse_dates` judges; none when its rows have no days."""
    if not register.bounds:
        return ()
    begin, end = register.bounds
    first, last = f"DATE '{peiljaar}-01-01'", f"DATE '{peiljaar}-12-31'"
    touches = f"{begin} <= {last} AND {end} >= {first}"
    if _spans_years(register):
        touches = f"{begin} BETWEEN {first} AND {last} OR {end} BETWEEN {first} AND {last}"
    conditions = (f"{end} < {begin}", f"{end} > {begin}", f"{begin} IS NOT NULL", touches)
    return tuple(f"count(*) FILTER (WHERE {condition})" for condition in conditions)


def refuse_dates(files: RegisterFiles, register: Register, peiljaar: int, sums: tuple[int, ...]) -> None:
    """Raise DeliveryError when more rows end before they begin than after it, or when of a file of some size under one
    row in LEAST_SHARE has to do with the peiljaar. No number of rows is told."""
    if not register.bounds or not sums:
        return
    (begin, end), (backward, forward, dated, of_year) = register.bounds, sums
    first, *rest = files.read
    name = f"{first.path.name}{' and the other files of this register' if rest else ''}"
    if backward > forward:
        raise DeliveryError(
            f"{name}: {end} lies before {begin} in more rows than after it, so the two columns look swapped. Have their names put "
            f"right by the supplier. {REFUSED}"
        )
    if dated >= LEAST_ROWS and of_year * LEAST_SHARE < dated:
        dates = begin if begin == end else f"{begin} or {end}"
        missed = f"has its {dates} in {peiljaar}" if _spans_years(register) else f"({dates}) touches {peiljaar}"
        raise DeliveryError(
            f"{name}: hardly any row {missed}, so it looks like a file of another year under this name. Ask the supplier for the "
            f"file of {peiljaar}. {REFUSED}"
        )


def _spans_years(register: Register) -> bool:
    """Does a file span a whole year or more, so that something begins or ends in it? What stood on one date may all have
    begun before it, and still run."""
    return register.period in ("year", "all_years")
