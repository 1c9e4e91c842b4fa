"""The query that people read is the query that runs: comments aside, not a letter differs."""

import random
import re

import duckdb
import pytest

from pipelines.personas.compiler import cell_column, counts_sql
from pipelines.personas.readable_sql import PATTERNS, readable_sql
from pipelines.personas.reference import all_true
from pipelines.personas.spec import STATES, Persona
from tests.personas.renew_explained import specs_only

INDICATORS = specs_only().indicators()
PERSONAS = tuple(specs_only().personas().by_id.values())
each_persona = pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.id)

Row = dict[str, bool | int | str | None]


def without_comments(sql: str) -> str:
    lines = [re.sub(r" *--.*$", "", line) for line in sql.splitlines()]
    return "\n".join(line for line in lines if line)


def some_patterns(persona: Persona) -> list[Row]:
    """Patterns with every value of every condition, near enough to members that all states are filled."""
    dice = random.Random(7)  # noqa: S311 - invented counts, no secret
    rows: list[Row] = []
    for number in range(300):
        values: Row = {name: dice.choice((True, True, True, False, None)) for name in persona.conditions}
        values[persona.missing_voorziening.voorziening] = dice.choice((True, False, None))
        rows.append({"gemeente": number % 2, "leeftijdsgroep": 1, "geslacht": 1, "n": number + 1, **values})
    return rows


def state_of(persona: Persona, row: Row) -> str | None:
    conditions = all_true(row[name] for name in persona.conditions)  # type: ignore[arg-type]
    voorziening = row[persona.missing_voorziening.voorziening]
    if conditions is False:
        return None
    if conditions is None or voorziening is None:
        return "unknown"
    return "served" if voorziening else "missing"


@each_persona
def test_the_readable_query_counts_what_the_definition_says(persona: Persona) -> None:
    rows = some_patterns(persona)
    connection = duckdb.connect()
    columns = ", ".join(f"{name} {'INTEGER' if isinstance(value, int) and not isinstance(value, bool) else 'BOOLEAN'}"
                        for name, value in rows[0].items())  # fmt: skip
    connection.execute(f"CREATE TABLE {PATTERNS} ({columns})")
    connection.executemany(
        f"INSERT INTO {PATTERNS} VALUES ({', '.join('?' * len(rows[0]))})", [list(row.values()) for row in rows]
    )

    found = connection.execute(readable_sql(persona, INDICATORS))
    names = [column[0] for column in found.description or []]
    counted = [dict(zip(names, values, strict=True)) for values in found.fetchall()]

    for state in STATES:
        for gemeente in (0, 1):
            here = [row for row in rows if row["gemeente"] == gemeente and state_of(persona, row) == state]
            expected = sum(int(row["n"] or 0) for row in here)
            got = sum(row[cell_column(persona, state)] for row in counted if row["gemeente"] == gemeente)
            assert got == expected > 0


@each_persona
def test_comments_aside_it_is_the_query_of_the_pipeline(persona: Persona) -> None:
    assert without_comments(readable_sql(persona, INDICATORS)) == counts_sql((persona,), 1, PATTERNS)


@each_persona
def test_every_condition_has_a_line_with_its_name_and_title(persona: Persona) -> None:
    lines = readable_sql(persona, INDICATORS).splitlines()

    for name in persona.indicators:
        assert any(f"-- {name}: {INDICATORS.by_id[name].title}" in line for line in lines)
    for line in lines:
        named = [name for name in set(persona.indicators) if re.search(rf"\b{name}\b", line.split("--")[0])]
        assert len(named) <= 1, "one condition a line"


def test_a_title_cannot_end_its_comment() -> None:
    persona = PERSONAS[0]
    name = persona.population
    hostile = INDICATORS.by_id[name].model_copy(update={"title": "18 jaar\nDROP TABLE patterns; --"})
    indicators = type(INDICATORS)({**INDICATORS.by_id, name: hostile})

    assert without_comments(readable_sql(persona, indicators)) == counts_sql((persona,), 1, PATTERNS)
