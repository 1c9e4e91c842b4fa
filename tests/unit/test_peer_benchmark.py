"""The comparison with OpenDP's Polars Context: both sides answer the same question, and the verdict is that of the targets."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmarks.peer import THEIRS, agreement, verdict
from benchmarks.peer_ours import peer_plan
from benchmarks.peer_rows import QUESTION, ROWS, Question, question_of, write_rows
from benchmarks.timing import CHECKOUT, Outcome, run_child
from pipelines.release.plan import OUTSIDE
from pipelines.rooms import DataRoot

PEOPLE = 20_000


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[DataRoot, Question]:
    root = DataRoot(tmp_path_factory.mktemp("peer"))
    root.prepare()
    return root, write_rows(root.kluis, peer_plan(), PEOPLE)


@pytest.fixture(scope="module")
def ours(place: tuple[DataRoot, Question]) -> dict[str, Any]:
    """What our side tells of the rows; a process of its own, as in the benchmark."""
    return run_child("-m", "benchmarks.peer_ours", str(place[0].path)).told


def truth(place: tuple[DataRoot, Question]) -> dict[str, int]:
    root, question = place
    with duckdb.connect() as connection:
        return {
            f"{persona}.{state}": connection.execute(
                f"SELECT count(*) FROM read_parquet('{root.kluis / ROWS}') WHERE {persona} = {state}"
            ).fetchall()[0][0]
            for persona in question.personas
            for state in question.states
        }


def test_the_rows_are_the_whole_country_in_small_and_people_are_in_several_personas(
    place: tuple[DataRoot, Question],
) -> None:
    root, question = place
    memberships = " + ".join(f"({name} > 0)::INTEGER" for name in question.personas)
    with duckdb.connect() as connection:
        people, gemeenten, most = connection.execute(
            f"SELECT count(*), count(DISTINCT gemeente), max({memberships}) FROM read_parquet('{root.kluis / ROWS}')"
        ).fetchall()[0]

    assert abs(people - PEOPLE) <= len(question.keys)
    assert gemeenten == len(question.keys) == 342
    assert most >= 2


def test_our_side_measures_every_cell_of_the_plan_and_lies_near_the_truth(
    place: tuple[DataRoot, Question], ours: dict[str, Any]
) -> None:
    """Noise goes beyond 7 sd once in 4e11."""
    assert ours["cells"] == (1 + 12 + 342) * 11 * 39
    told, plan = truth(place), peer_plan()
    assert set(ours["land"]) == set(told)
    assert all(abs(ours["land"][name] - told[name]) < 7 * ours["sd_land"] + 0.02 * told[name] for name in told)
    assert Fraction(place[1].rho) == plan.rho * (1 - plan.tables[OUTSIDE])


def test_our_error_is_at_most_six_tenths_of_that_of_twelve_tables_apart_at_equal_rho(ours: dict[str, Any]) -> None:
    """The sharpest answer per table: noise for K cells of each of twelve tables, with the same share for all of them."""
    plan = peer_plan()
    per_table = (plan.contributions * 12 / (2 * float(Fraction(question_of(plan).rho)))) ** 0.5

    assert ours["sd_gemeente"] <= 0.6 * per_table


@pytest.mark.skipif(not THEIRS.exists(), reason=f"no {THEIRS.parent.parent.name}: `make bench-opendp` makes it")
@pytest.mark.parametrize("way", ["rows", "records"])
def test_the_context_answers_the_same_question(
    place: tuple[DataRoot, Question], ours: dict[str, Any], tmp_path: Path, way: str
) -> None:
    """Two small tables only: a table of all cells takes it a minute."""
    root, question = place
    (tmp_path / ROWS).write_bytes((root.kluis / ROWS).read_bytes())
    few = {**json.loads((root.kluis / QUESTION).read_text(encoding="utf-8")), "groups": [[], ["gemeente"]]}
    few["personas"] = few["personas"][:3]
    (tmp_path / QUESTION).write_text(json.dumps(few), encoding="utf-8")

    told = run_child("-I", str(CHECKOUT / "benchmarks" / "peer_opendp.py"), str(tmp_path), way, python=THEIRS).told

    same = {**ours, "land": {name: ours["land"][name] for name in told["land"]}}
    assert len(told["land"]) == 9
    assert agreement(same, told) == ("equal", True)
    assert question.contributions == 3


def outcome(seconds: float, megabytes: float, sd: float, land: float = 100.0) -> Outcome:
    told = {"sd_gemeente": sd, "sd_land": 5.0, "cells": 1, "land": {"p00.1": land}}
    return Outcome(seconds, seconds, int(megabytes * 1e6), told)


GOOD = outcome(50, 4_000, 20)


@pytest.mark.parametrize(
    ("theirs", "missed"),
    [
        (GOOD, []),
        (replace(GOOD, process_seconds=40.0), ["  times as fast"]),
        (replace(GOOD, peak_bytes=int(2e9)), ["  memory, ours against it"]),
        (outcome(50, 4_000, 12), ["  sd of a gemeente's total, ours against it"]),
        (outcome(50, 4_000, 20, land=300.0), ["  same national totals, but for the noise"]),
    ],
)
def test_each_target_is_judged(theirs: Outcome, missed: list[str]) -> None:
    rows = verdict([outcome(9, 300, 9)], {"rows": [theirs]})

    assert [row.what for row in rows if row.is_met is False] == missed
