"""Flip one condition of a persona and the outcome must change: made from the specs, so a new persona is in at once."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pytest

from pipelines.indicators.collection import Indicators
from pipelines.personas.load import Personas
from pipelines.personas.reference import holds
from pipelines.personas.spec import Persona
from tests.conftest import CHECKOUT
from tests.personas.invented_words import Person, landed

EVERY_PERSONA = sorted(path.stem for path in (CHECKOUT / "persona_specs" / "personas").glob("*.yaml"))
Values = tuple[bool | None, ...]
"""What a persona asks: its conditions in order, and the voorziening last."""


@dataclass(frozen=True)
class Flips:
    """The invented people of a persona, and the smallest changes of base facts that move one thing it asks."""

    persona: Persona
    indicators: Indicators

    @property
    def base(self) -> tuple[str, ...]:
        return self.indicators.base_of(self.persona.indicators)

    def values(self, person: Person) -> Values:
        return tuple(holds(name, person.get, self.indicators) for name in self.persona.indicators)

    def people(self, voorziening: bool) -> Iterator[Person]:
        """Everybody fully known for whom all conditions hold, with or without the voorziening."""
        wanted = (*(True for _ in self.persona.conditions), voorziening)
        for facts in itertools.product((False, True), repeat=len(self.base)):
            person: Person = dict(zip(self.base, facts, strict=True))
            if self.values(person) == wanted:
                yield person

    def smallest(self, person: Person, place: int, becomes: bool | None) -> list[Person]:
        """The people nearest to this one of whom exactly the thing at `place` is another; empty when there are none."""
        wanted = list(self.values(person))
        wanted[place] = becomes
        for size in range(1, len(self.base) + 1):
            found = [
                other
                for names in itertools.combinations(self.base, size)
                if self.values(other := person | {name: _flipped(person[name], becomes) for name in names})
                == tuple(wanted)
            ]
            if found:
                return found
        return []


def _flipped(value: bool | None, becomes: bool | None) -> bool | None:
    return None if becomes is None else not value


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def flips(personas: Personas, indicators: Indicators, name: str) -> Flips:
    return Flips(personas.by_id[name], indicators)


def outcomes(connection: duckdb.DuckDBPyConnection, asked: Flips, people: list[Person]) -> set[str]:
    """Where the compiled query lands these people."""
    return {found[asked.persona.id] for found in landed(connection, asked.indicators, (asked.persona,), people)}


@pytest.mark.parametrize("name", EVERY_PERSONA)
def test_every_persona_has_people_who_miss_and_people_who_are_served(
    connection: duckdb.DuckDBPyConnection, personas: Personas, indicators: Indicators, name: str
) -> None:
    asked = flips(personas, indicators, name)

    assert outcomes(connection, asked, list(asked.people(voorziening=False))) == {"missing"}
    assert outcomes(connection, asked, list(asked.people(voorziening=True))) == {"served"}


@pytest.mark.parametrize("name", EVERY_PERSONA)
def test_who_fails_one_condition_is_not_counted_and_who_leaves_it_open_is_unknown(
    connection: duckdb.DuckDBPyConnection, personas: Personas, indicators: Indicators, name: str
) -> None:
    asked = flips(personas, indicators, name)
    failing: list[Person] = []
    doubtful: list[Person] = []

    for person in [*asked.people(voorziening=False), *asked.people(voorziening=True)]:
        for place, condition in enumerate(asked.persona.conditions):
            fails, doubts = asked.smallest(person, place, False), asked.smallest(person, place, None)
            assert fails, f"{condition} follows from the other conditions of {name}, so it decides nothing"
            assert doubts, f"{condition} follows from the other conditions of {name}, so it decides nothing"
            failing += fails
            doubtful += doubts

    assert outcomes(connection, asked, failing) == {"not_counted"}
    assert outcomes(connection, asked, doubtful) == {"unknown"}


@pytest.mark.parametrize("name", EVERY_PERSONA)
def test_the_voorziening_alone_makes_the_difference_between_missing_and_served(
    connection: duckdb.DuckDBPyConnection, personas: Personas, indicators: Indicators, name: str
) -> None:
    asked = flips(personas, indicators, name)
    last = len(asked.persona.conditions)
    without, served = list(asked.people(voorziening=False)), list(asked.people(voorziening=True))

    now_served = [asked.smallest(person, last, True) for person in without]
    now_missing = [asked.smallest(person, last, False) for person in served]
    doubtful = [asked.smallest(person, last, None) for person in (*without, *served)]

    assert all((*now_served, *now_missing, *doubtful)), "the voorziening follows from the conditions"
    assert outcomes(connection, asked, list(itertools.chain(*now_served))) == {"served"}
    assert outcomes(connection, asked, list(itertools.chain(*now_missing))) == {"missing"}
    assert outcomes(connection, asked, list(itertools.chain(*doubtful))) == {"unknown"}
