"""The contribution bound and the counting of cells, in numpy, person by person.

What belongs here: keeping the first K personas of a person and counting. What does not: who is in which state
(`states.py`).
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt

from pipelines.indicators.collection import Indicators
from pipelines.personas.spec import STATES, Persona
from pipelines.registers.catalogue_model import Catalogue
from tests.oracle.states import oracle_states_sql

Column = npt.NDArray[np.int64]
Cell = tuple[int, int, int, int, int]
"""gemeente, leeftijdsgroep (-1 not known), geslacht (0 not known), place of the persona in the plan, place of the
state in `STATES`."""


@dataclass(frozen=True)
class LongStates:
    """One row per person and persona in which the person is counted. `persona` is its place in the plan."""

    person: Column
    gemeente: Column
    leeftijdsgroep: Column
    geslacht: Column
    persona: Column
    state: Column

    @classmethod
    def read(
        cls,
        connection: duckdb.DuckDBPyConnection,
        personas: Sequence[Persona],
        indicators: Indicators,
        catalogue: Catalogue,
        peiljaar: int,
        parts: int = 1,
        *,
        outside: bool = False,
    ) -> "LongStates":
        """Run the oracle for each persona, in order of the plan; in so many parts by number of the person. With
        `outside` for the numbers outside the BRP."""
        found: list[dict[str, npt.NDArray[np.generic]]] = []
        numbers = " ".join(f"WHEN '{state}' THEN {place}" for place, state in enumerate(STATES))
        for place, persona in enumerate(personas):
            for rins in _ranges(connection, peiljaar, parts):
                states = oracle_states_sql(persona, indicators, catalogue, peiljaar, rins=rins, outside=outside)
                found.append(
                    connection.execute(
                        f"SELECT person::BIGINT AS person, gemeente::BIGINT AS gemeente, "
                        f"coalesce(leeftijdsgroep, -1)::BIGINT AS leeftijdsgroep, geslacht::BIGINT AS geslacht, "
                        f"{place}::BIGINT AS persona, (CASE state {numbers} END)::BIGINT AS state "
                        f"FROM ({states}) WHERE state IS NOT NULL"
                    ).fetchnumpy()
                )
        names = ("person", "gemeente", "leeftijdsgroep", "geslacht", "persona", "state")
        return cls(*(np.concatenate([np.asarray(part[name], dtype=np.int64) for part in found]) for name in names))

    def take(self, rows: npt.NDArray[np.generic]) -> "LongStates":
        """The rows at these places, or where this is true."""
        return LongStates(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def first_k(states: LongStates, k: int) -> LongStates:
    """Per person the first k personas of the plan in which the person is counted, in whatever state."""
    in_order = states.take(np.lexsort((states.persona, states.person)))
    starts = np.flatnonzero(np.diff(in_order.person, prepend=np.int64(-1)))
    lengths = np.diff(np.append(starts, in_order.person.size))
    turn = np.arange(in_order.person.size) - np.repeat(starts, lengths)
    return in_order.take(turn < k)


def cell_counts(states: LongStates) -> dict[Cell, int]:
    """People per cell; a cell with nobody is left out."""
    rows = np.stack([states.gemeente, states.leeftijdsgroep, states.geslacht, states.persona, states.state], axis=1)
    cells, counts = np.unique(rows, axis=0, return_counts=True)
    return {(int(a), int(b), int(c), int(d), int(e)): int(n) for (a, b, c, d, e), n in zip(cells, counts, strict=True)}


def totals(states: LongStates) -> dict[tuple[int, int], int]:
    """People per (persona, state), wherever they live; a pair with nobody is left out."""
    found: dict[tuple[int, int], int] = {}
    for (*_, persona, state), people in cell_counts(states).items():
        found[persona, state] = found.get((persona, state), 0) + people
    return found


def _ranges(connection: duckdb.DuckDBPyConnection, peiljaar: int, parts: int) -> list[tuple[int, int] | None]:
    """Ranges of numbers that together hold everybody; one range without ends for one part."""
    if parts == 1:
        return [None]
    query = f"SELECT min(person), max(person) FROM y{peiljaar}.gbapersoontab"
    ((first, last),) = connection.execute(query).fetchall()
    ends = [first + (last + 1 - first) * part // parts for part in range(parts + 1)]
    return [(low, high - 1) for low, high in itertools.pairwise(ends)]
