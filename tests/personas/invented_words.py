"""Invented people as words of bits, put through the compiled queries: what tests of meaning share.

What belongs here: turning what is known of base indicators into the words that the kluis holds. What does not: rules
on register rows (`invented_rows.py`) and what any answer should be.
"""

from collections.abc import Iterable, Sequence

import duckdb

from pipelines.indicators.collection import Indicators
from pipelines.indicators.compiler import assign_bits, named_booleans, words_needed
from pipelines.personas.compiler import STATE_CODES, column, state_sql
from pipelines.personas.spec import Persona

Person = dict[str, bool | None]
"""What is known of each base indicator; None is unknown."""

LANDS: dict[int | None, str] = {None: "not_counted", **{code: state for state, code in STATE_CODES.items()}}


def name_people(
    connection: duckdb.DuckDBPyConnection,
    indicators: Indicators,
    people: Sequence[Person],
    names: Iterable[str],
    more: Iterable[tuple[str, Sequence[int]]] = (),
) -> None:
    """Write the table `words` and the view `named`: a row per person in order (`person` from 0), with `more` columns
    and the indicators of these names."""
    bits = assign_bits(indicators)
    numbers = range(words_needed(bits))
    extra = dict(more)
    rows: list[str] = []
    for person, known in enumerate(people):
        values = [str(person), *(str(column[person]) for column in extra.values())]
        for word in numbers:
            here = [(bit.mask, known.get(name)) for name, bit in bits.items() if bit.word == word]
            values.append(f"{sum(mask for mask, value in here if value)}::UBIGINT")
            values.append(f"{sum(mask for mask, value in here if value is not None)}::UBIGINT")
        rows.append(f"({', '.join(values)})")
    words = ", ".join(f"t{word}, k{word}" for word in numbers)
    others = ", ".join(("person", *extra))
    connection.execute(
        f"CREATE OR REPLACE TABLE words AS SELECT * FROM (VALUES {', '.join(rows)}) AS w ({others}, {words})"
    )
    booleans = "".join(f", {item}" for item in named_booleans(indicators, bits, tuple(dict.fromkeys(names))))
    connection.execute(f"CREATE OR REPLACE VIEW named AS SELECT {others}{booleans} FROM words")


def landed(
    connection: duckdb.DuckDBPyConnection, indicators: Indicators, personas: Sequence[Persona], people: Sequence[Person]
) -> list[dict[str, str]]:
    """Per person: persona id -> missing, served, unknown or not_counted, as the compiled query says."""
    name_people(connection, indicators, people, (name for persona in personas for name in persona.indicators))
    states = ", ".join(f"{state_sql(persona)} AS {column(persona)}" for persona in personas)
    rows = connection.execute(f"SELECT person, {states} FROM named ORDER BY person").fetchall()
    return [{persona.id: LANDS[code] for persona, code in zip(personas, row[1:], strict=True)} for row in rows]
