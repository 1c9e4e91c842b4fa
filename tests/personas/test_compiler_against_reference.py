"""The compiled personas against the naive reference, on random specs and people; and that unknown never decides."""

from collections import Counter
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipelines.indicators.collection import Indicators
from pipelines.indicators.compiler import assign_bits, named_booleans, words_needed
from pipelines.indicators.patterns import build_patterns
from pipelines.indicators.possible import possible_sql
from pipelines.personas.compiler import cell_column, counts_sql, state_sql
from pipelines.personas.load import Personas
from pipelines.personas.reference import counted, holds, state
from pipelines.personas.spec import STATES, MissingVoorziening, Persona, Problem
from pipelines.warehouse import Warehouse
from tests.bare_indicator import indicator
from tests.conftest import CHECKOUT
from tests.personas.invented_words import LANDS, Person, landed, name_people
from tests.personas.tiny_kluis import memory_kluis

SETTINGS = settings(
    derandomize=True,
    deadline=None,
    max_examples=100,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
AGE = {"person": {"age": {"from": 18}}}
WORD = 63
STRIDE = 7919

EVERY_PERSONA = sorted(path.stem for path in (CHECKOUT / "persona_specs" / "personas").glob("*.yaml"))


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    found = memory_kluis()
    found.execute("CREATE SCHEMA y2023")
    return found


@st.composite
def random_indicators(draw: st.DrawFn) -> Indicators:
    """Base indicators, sometimes more than fit in one word, and combinations of combinations."""
    names = [f"b{number}" for number in range(draw(st.integers(2, 7)))]
    padding = draw(st.sampled_from((0, 0, WORD - 2)))
    base = [*names[:1], *(f"p{number}" for number in range(padding)), *names[1:]]
    found = {name: indicator(name, AGE) for name in base}
    for number in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(("all_of", "any_of", "none_of")))
        parts = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3))
        found[f"c{number}"] = indicator(f"c{number}", {kind: parts})
        names.append(f"c{number}")
    return Indicators(found)


@st.composite
def random_personas(draw: st.DrawFn, indicators: Indicators, number: int) -> tuple[Persona, ...]:
    """Personas that differ in what they ask; texts do not matter here, and neither does a lint."""
    names = st.sampled_from([name for name in indicators.by_id if not name.startswith("p")])
    found: list[Persona] = []
    for place in range(number):
        problems = draw(st.lists(names, min_size=2, max_size=3))
        found.append(invented_persona(f"verzonnen-{place}", draw(names), problems, draw(names), draw(names)))
    return tuple(found)


def invented_persona(name: str, population: str, problems: list[str], need: str, voorziening: str) -> Persona:
    missing = MissingVoorziening(
        voorziening=voorziening, name="iets", need=need, need_reason="zo", uitsluitingsmechanismen=("iets",)
    )
    asked: dict[str, Any] = {
        "id": name,
        "population": population,
        "problems": tuple(Problem(leefgebied="algemeen", indicator=problem) for problem in problems),
        "missing_voorziening": missing,
    }
    return Persona.model_construct(**asked)


def random_people(indicators: Indicators, most: int) -> st.SearchStrategy[list[Person]]:
    """People of whom most facts are true, so that many conditions hold at once, and some are unknown."""
    values = st.sampled_from((True, True, True, False, None))
    asked = [found.id for found in indicators.base if not found.id.startswith("p")]
    return st.lists(st.fixed_dictionaries({name: values for name in asked}), min_size=most // 2, max_size=most)


@SETTINGS
@given(data=st.data())
def test_every_random_person_lands_where_the_reference_says(
    connection: duckdb.DuckDBPyConnection, data: st.DataObject
) -> None:
    indicators = data.draw(random_indicators())
    personas = data.draw(random_personas(indicators, 4))
    people = data.draw(random_people(indicators, 25))

    compiled = landed(connection, indicators, personas, people)

    for person, found in zip(people, compiled, strict=True):
        assert found == {persona.id: state(persona, person.get, indicators) for persona in personas}


@SETTINGS
@given(data=st.data(), contributions=st.integers(1, 5), quick_look=st.booleans())
def test_the_counts_hold_everybody_for_the_first_personas_only(
    connection: duckdb.DuckDBPyConnection, data: st.DataObject, contributions: int, quick_look: bool
) -> None:
    """By way of the pattern table, with and without leaving out who is surely in no persona."""
    indicators = data.draw(random_indicators())
    personas = data.draw(random_personas(indicators, data.draw(st.integers(1, 6))))
    people = data.draw(random_people(indicators, 25))
    cells = [(person % 2, 0, person % 3) for person in range(len(people))]

    columns = zip(("gemeente", "leeftijdsgroep", "geslacht"), zip(*cells, strict=True), strict=True)
    name_people(connection, indicators, people, (), columns)
    connection.execute("CREATE OR REPLACE TABLE y2023.person_words AS FROM words")
    names = tuple(dict.fromkeys(name for persona in personas for name in persona.indicators))
    combinations = tuple(persona.conditions for persona in personas) if quick_look else ()
    build_patterns(Warehouse(connection), indicators, names, 2023, combinations)
    answer = connection.execute(counts_sql(personas, contributions, "y2023.pattern_indicators"))
    heads = [column[0] for column in answer.description or []]
    compiled = {row[:3]: dict(zip(heads[3:], row[3:], strict=True)) for row in answer.fetchall()}

    expected: dict[tuple[int, ...], Counter[str]] = {}
    for person, cell in zip(people, cells, strict=True):
        for name, landed_in in counted(personas, person.get, indicators, contributions).items():
            persona = next(found for found in personas if found.id == name)
            expected.setdefault(cell, Counter())[cell_column(persona, landed_in)] += 1
    columns_of_all = [cell_column(persona, each) for persona in personas for each in STATES]
    assert {cell: found for cell, found in compiled.items() if set(found.values()) != {0}} == {
        cell: {name: found[name] for name in columns_of_all} for cell, found in expected.items()
    }
    assert quick_look or set(compiled) == set(cells)


@SETTINGS
@given(data=st.data())
def test_the_quick_look_leaves_out_nobody_who_can_be_counted(
    connection: duckdb.DuckDBPyConnection, data: st.DataObject
) -> None:
    indicators = data.draw(random_indicators())
    people = data.draw(random_people(indicators, 25))
    alone = [(name,) for name in indicators.by_id if not name.startswith("p")]
    together = [persona.conditions for persona in data.draw(random_personas(indicators, 3))]
    bits = assign_bits(indicators)

    name_people(connection, indicators, people, ())
    falses = ", ".join(f"xor(k{word}, t{word}) AS f{word}" for word in range(words_needed(bits)))
    looks = ", ".join(possible_sql(indicators, bits, names) for names in (*alone, *together))
    rows = connection.execute(f"SELECT {looks} FROM (SELECT *, {falses} FROM words) ORDER BY person").fetchall()

    for person, row in zip(people, rows, strict=True):
        for names, possible in zip((*alone, *together), row, strict=True):
            assert possible or False in [holds(name, person.get, indicators) for name in names]
            if names in alone and names[0].startswith("b"):
                assert possible is (person[names[0]] is not False)


@SETTINGS
@given(data=st.data())
def test_who_becomes_better_known_stays_where_they_were_decided(
    connection: duckdb.DuckDBPyConnection, data: st.DataObject
) -> None:
    """Monotone in the order of knowledge: a decision on partial knowledge is the decision of every completion."""
    indicators = data.draw(random_indicators())
    personas = data.draw(random_personas(indicators, 3))
    better = data.draw(random_people(indicators, 20))
    hidden = data.draw(
        st.lists(st.sets(st.sampled_from(sorted(better[0]))), min_size=len(better), max_size=len(better))
    )
    partial = [
        {name: None if name in hide else value for name, value in person.items()}
        for person, hide in zip(better, hidden, strict=True)
    ]

    before, after = (landed(connection, indicators, personas, people) for people in (partial, better))

    for less, more in zip(before, after, strict=True):
        for persona in personas:
            assert less[persona.id] in ("unknown", more[persona.id])
    for person, found in zip(partial, before, strict=True):
        assert found == {persona.id: state(persona, person.get, indicators) for persona in personas}


@pytest.mark.parametrize("name", EVERY_PERSONA)
def test_no_persona_decides_on_what_is_unknown(
    connection: duckdb.DuckDBPyConnection, personas: Personas, indicators: Indicators, name: str
) -> None:
    """Every possible person of a persona, each base fact true, false or unknown: nobody who is decided moves when an
    unknown fact becomes known. Step by step, so in every order and to every completion."""
    persona = personas.by_id[name]
    base = indicators.base_of(persona.indicators)
    codes = every_person(connection, persona, indicators, base)

    moved = 0
    for place in range(len(base)):
        step = 3**place
        for number, decided in enumerate(codes):
            if number // step % 3 == 0 and LANDS[decided] != "unknown":
                moved += decided != codes[number + step]
                moved += decided != codes[number + 2 * step]

    assert moved == 0
    assert {LANDS[code] for code in codes} == {"missing", "served", "unknown", "not_counted"}


@pytest.mark.parametrize("name", EVERY_PERSONA)
def test_every_persona_lands_people_where_the_reference_says(
    connection: duckdb.DuckDBPyConnection, personas: Personas, indicators: Indicators, name: str
) -> None:
    persona = personas.by_id[name]
    base = indicators.base_of(persona.indicators)
    codes = every_person(connection, persona, indicators, base)

    # A stride without a factor three, so that the sample runs through every digit.
    for number in {turn * STRIDE % len(codes) for turn in range(2000)}:
        known = {fact: (None, False, True)[number // 3**place % 3] for place, fact in enumerate(base)}
        assert LANDS[codes[number]] == state(persona, known.get, indicators)
    complete = sum(2 * 3**place for place in range(len(base)))
    assert LANDS[codes[complete]] == state(persona, dict.fromkeys(base, True).get, indicators)


def every_person(
    connection: duckdb.DuckDBPyConnection, persona: Persona, indicators: Indicators, base: tuple[str, ...]
) -> list[int | None]:
    """The compiled state of every possible person: digit `place` of the number in base three is 0 for unknown, 1 for
    false, 2 for true."""
    bits = assign_bits(indicators)
    words: list[str] = []
    for word in range(words_needed(bits)):
        digits = [(f"i // {3**place} % 3", bits[name]) for place, name in enumerate(base) if bits[name].word == word]
        true = " | ".join(
            ["0::UBIGINT", *(f"(CASE WHEN {d} = 2 THEN {b.mask}::UBIGINT ELSE 0 END)" for d, b in digits)]
        )
        known = " | ".join(
            ["0::UBIGINT", *(f"(CASE WHEN {d} > 0 THEN {b.mask}::UBIGINT ELSE 0 END)" for d, b in digits)]
        )
        words += [f"{true} AS t{word}", f"{known} AS k{word}"]
    booleans = ", ".join(named_booleans(indicators, bits, persona.indicators))
    rows = connection.execute(
        f"SELECT {state_sql(persona)} FROM (SELECT i, {booleans} FROM "
        f"(SELECT i, {', '.join(words)} FROM range({3 ** len(base)}) AS r (i))) ORDER BY i"
    ).fetchall()
    return [code for (code,) in rows]
