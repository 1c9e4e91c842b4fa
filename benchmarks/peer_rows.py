"""Invented rows that a whole measurement is made of twice: by us, and by OpenDP's Polars Context.

What belongs here: the rows, and what both sides are told of them. What does not: measuring (`peer_ours.py`,
`peer_opendp.py`), and the synthetic Netherlands: these rows only have its size, its gemeenten and rare overlapping personas.
"""

import json
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path

import duckdb

from pipelines.facts.gemeenten import AGE_BANDS, SEXES, gemeenten
from pipelines.personas.spec import STATES
from pipelines.release.plan import OUTSIDE, ReleasePlan

ROWS, QUESTION = "rows.parquet", "question.json"

_FRAIL = "hash(n, 97) % 100 = 0"
"""One person in a hundred is in each persona far more often, so that some are in more of them than the bound allows."""


@dataclass(frozen=True)
class Question:
    """What both are asked, in plain values: the other side knows nothing of this project.

    `personas`: columns that hold 0 (not counted) or the number of a state. `groups`: the twelve tables that a release
    publishes, as columns to group by; `keys`: gemeente -> provincie, the public list of both. `rho`: for all together.
    """

    personas: tuple[str, ...]
    states: tuple[int, ...]
    contributions: int
    rho: str
    groups: tuple[tuple[str, ...], ...]
    keys: dict[int, int]
    bands: int
    sexes: int


def question_of(plan: ReleasePlan) -> Question:
    """The plan as a question; numbers outside the BRP are in no row, so their share is left out."""
    places: tuple[tuple[str, ...], ...] = ((), ("provincie",), ("gemeente",))
    people: tuple[tuple[str, ...], ...] = ((), ("leeftijdsgroep",), ("geslacht",), ("leeftijdsgroep", "geslacht"))
    return Question(
        personas=tuple(f"p{number:02d}" for number, _ in enumerate(plan.personas)),
        states=tuple(range(1, len(STATES) + 1)),
        contributions=plan.contributions,
        rho=str(plan.rho * (1 - plan.tables.get(OUTSIDE, Fraction(0)))),
        groups=tuple((*place, *person) for place in places for person in people),
        keys={int(g.code[2:]): int(g.provincie[2:]) for g in gemeenten(plan.peiljaar)},
        bands=len(AGE_BANDS),
        sexes=len(SEXES),
    )


def write_rows(folder: Path, plan: ReleasePlan, rows: int) -> Question:
    """Write about `rows` people and the question into a folder: the same ones each time.

    Columns, all 32-bit: gemeente, provincie (numbers of their codes), leeftijdsgroep (from 0), geslacht (from 1), and a
    column for each persona.
    """
    question = question_of(plan)
    everybody = sum(g.inwoners for g in gemeenten(plan.peiljaar))
    places = ", ".join(
        f"({int(g.code[2:])}, {int(g.provincie[2:])}, {max(1, g.inwoners * rows // everybody)})"
        for g in gemeenten(plan.peiljaar)
    )
    states = ",\n  ".join(_state(name, number) for number, name in enumerate(question.personas))
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (WITH places(gemeente, provincie, people) AS (VALUES {places}),\n"
            "people AS (SELECT gemeente, provincie, gemeente::BIGINT * 10000000 + unnest(range(people)) AS n FROM places)\n"
            "SELECT gemeente::INTEGER AS gemeente, provincie::INTEGER AS provincie, "
            f"(hash(n, 98) % {question.bands})::INTEGER AS leeftijdsgroep, "
            f"(1 + hash(n, 99) % {question.sexes})::INTEGER AS geslacht,\n  {states}\nFROM people)\n"
            f"TO '{folder / ROWS}' (FORMAT parquet, COMPRESSION zstd)"
        )
    (folder / QUESTION).write_text(json.dumps(asdict(question)), encoding="utf-8")
    return question


def _state(name: str, number: int) -> str:
    """From 2 people in 10,000 in the first persona to 26 in the last, in one of the three states."""
    usual, frail = 2 * (number + 1), 200 + 30 * number
    return (
        f"(CASE WHEN hash(n, {number}) % 10000 < CASE WHEN {_FRAIL} THEN {frail} ELSE {usual} END "
        f"THEN 1 + hash(n, {number + 50}) % 3 ELSE 0 END)::INTEGER AS {name}"
    )
