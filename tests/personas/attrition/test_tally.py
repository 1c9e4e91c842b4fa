"""The numbers of attrition are what counting one by one gives, and add up."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.context import Context
from pipelines.errors import UserError
from pipelines.personas.attrition import Written, write_attrition
from pipelines.personas.attrition_tally import STATES, Pattern, Row, attrition_rows, state_of
from pipelines.warehouse import open_warehouse
from tests.personas.attrition.people import PRIMES, table
from tests.personas.living import ID, living_specs
from tests.tiny import PEILJAAR


def everybody(context: Context) -> Iterator[tuple[bool | None, ...]]:
    """Conditions and voorziening of everyone, person by person."""
    names = ", ".join(context.personas().by_id[ID].indicators)
    with open_warehouse(context.root, context.key(), read_only=True) as warehouse:
        yield from warehouse.rows(f"SELECT {names} FROM y{PEILJAAR}.person_indicators", step="look at everyone")


def naive_and(values: tuple[bool | None, ...]) -> bool | None:
    return False if False in values else None if None in values else True


def naive_state(values: tuple[bool | None, ...], left_out: int | None = None) -> str:
    *conditions, voorziening = values
    held = naive_and(tuple(value for place, value in enumerate(conditions) if place != left_out))
    if held is False:
        return "not_counted"
    return "unknown" if held is None or voorziening is None else "served" if voorziening else "missing"


def test_the_planted_people_are_found_to_the_person(written: Written) -> None:
    last = [row for row in table(written) if row["part"] == "funnel"][-1]

    assert {state: int(last[state]) for state in ("missing", "served")} == {
        state: PRIMES[state] for state in ("missing", "served")
    }
    assert int(last["unknown"]) > PRIMES["unknown"], "an unknown age leaves others open too"


def test_the_funnel_is_what_counting_one_by_one_gives(kluis: Context, written: Written) -> None:
    people = list(everybody(kluis))
    rows = [row for row in table(written) if row["part"] == "funnel"]

    assert [row["indicator"] for row in rows] == ["everyone", *kluis.personas().by_id[ID].conditions]
    for step, row in enumerate(rows):
        held = Counter(naive_and(values[:step]) for values in people)
        assert [int(row[name]) for name in ("true", "false", "open")] == [held[True], held[False], held[None]]
        states = Counter(naive_state((*values[:step], values[-1])) for values in people)
        assert [int(row[state]) for state in STATES[:3]] == [states[state] for state in STATES[:3]]
    assert any(int(row["open"]) for row in rows), "otherwise unknown was not tested"


def test_each_condition_alone_and_within_each_state_is_what_counting_gives(kluis: Context, written: Written) -> None:
    people = list(everybody(kluis))
    indicators = kluis.personas().by_id[ID].indicators

    for row in table(written):
        if row["part"] not in ("alone", "within"):
            continue
        group = [v for v in people if row["part"] == "alone" or naive_state(v) == row["state"]]
        found = Counter(values[indicators.index(row["indicator"])] for values in group)
        assert [int(row[name]) for name in ("true", "false", "open")] == [found[True], found[False], found[None]]


def test_dropping_a_condition_adds_what_counting_without_it_gives(kluis: Context, written: Written) -> None:
    people = list(everybody(kluis))
    whole = Counter(naive_state(values) for values in people)
    rows = [row for row in table(written) if row["part"] == "without"]

    assert len(rows) == len(kluis.personas().by_id[ID].conditions)
    for place, row in enumerate(rows):
        without = Counter(naive_state(values, left_out=place) for values in people)
        assert [int(row[state]) for state in STATES[:3]] == [without[state] for state in STATES[:3]]
        added = [without[state] - whole[state] for state in STATES[:3]]
        assert [int(row[f"added_{state}"]) for state in STATES[:3]] == added
        assert added[0] > 0


def test_indicators_of_other_specs_are_not_counted(kluis: Context, tmp_path: Path) -> None:
    specs = living_specs(tmp_path / "specs")
    specs.edit_rule("bijstand", ", '03']", "]")
    other = replace(kluis, specs=specs.folder)

    with pytest.raises(UserError, match="were built from other specs"):
        write_attrition(other, other.personas().by_id[ID], PEILJAAR)


PATTERNS = st.integers(min_value=1, max_value=6).flatmap(
    lambda conditions: st.tuples(
        st.just(conditions),
        st.lists(
            st.builds(
                lambda true, known, people: Pattern(true & known, known, people),
                st.integers(0, (2 << conditions) - 1),
                st.integers(0, (2 << conditions) - 1),
                st.integers(1, 10**9),
            ),
            max_size=30,
        ),
    )
)


@given(PATTERNS)
def test_the_numbers_of_attrition_add_up(drawn: tuple[int, list[Pattern]]) -> None:
    conditions, patterns = drawn
    rows = attrition_rows(patterns, conditions)
    everyone = sum(pattern.people for pattern in patterns)
    states = Counter[str]()
    for pattern in patterns:
        states[state_of(pattern, conditions)] += pattern.people

    def part(name: str, state: str = "") -> list[Row]:
        return [row for row in rows if row.part == name and row.state == state]

    funnel, last = part("funnel"), part("funnel")[-1].tally
    assert sum(states.values()) == everyone
    assert (last.missing, last.served, last.unknown) == (states["missing"], states["served"], states["unknown"])
    assert last.false == states["not_counted"]
    for row in (*funnel, *part("alone"), *part("without")):
        assert row.tally.true + row.tally.false + row.tally.open == everyone
        assert row.tally.missing + row.tally.served + row.tally.unknown == row.tally.true + row.tally.open
    for before, after in pairwise(funnel):
        assert before.tally.true >= after.tally.true
        assert before.tally.false <= after.tally.false
    for row in part("without"):
        assert row.added is not None
        assert min(row.added[0], row.added[1], sum(row.added)) >= 0
    for state in STATES:
        for row in part("within", state):
            assert row.tally.true + row.tally.false + row.tally.open == states[state]
            if row.place < conditions and state in ("missing", "served"):
                assert row.tally.true == states[state]
            if row.place < conditions and state == "unknown":
                assert row.tally.false == 0


@given(PATTERNS, st.randoms())
def test_the_order_of_patterns_and_how_they_are_split_makes_no_difference(
    drawn: tuple[int, list[Pattern]],
    dice: random.Random,
) -> None:
    conditions, patterns = drawn
    split = [
        half
        for pattern in patterns
        for half in (replace(pattern, people=1), replace(pattern, people=pattern.people - 1))
    ]
    dice.shuffle(split)

    assert attrition_rows(split, conditions) == attrition_rows(patterns, conditions)
