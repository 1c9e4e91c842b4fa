"""Neighbouring deliveries through the real pipeline: one person changes at most K cells of a table, by one each.

Neighbouring: the delivery with and without all rows of one RIN; other rows, and what gemeenten declare, unchanged.
"""

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines.context import Context
from pipelines.indicators.collection import Indicators
from pipelines.personas.load import Personas
from pipelines.personas.spec import Persona
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.registers.coverage import covered_gemeenten
from pipelines.release.cells import KeySet, Vector, exact_vectors, make_key_set
from pipelines.release.plan import TABLES
from pipelines.warehouse import open_warehouse
from tests.oracle import LongStates
from tests.oracle.deliveries import build_kluis, oracle_connection, random_delivery, without
from tests.oracle.personas import more_indicators, more_personas
from tests.surroundings import over_another_root
from tests.tiny import PEILJAAR, TinyDelivery

PEOPLE = 160
BOUNDS = (1, 2, 3)

Counted = tuple[KeySet, dict[int, dict[str, Vector]]]


@pytest.mark.parametrize("seed", [1, 2])
def test_one_person_changes_at_most_k_cells_of_a_table_by_one(
    context: Context, tmp_path: Path, indicators: Indicators, personas: Personas, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311 - invented people, no secret
    known = more_indicators(indicators)
    mixed = more_personas(dice, personas, known)
    tiny = random_delivery(dice, PEOPLE, indicators)
    before = count(context, tiny, known, mixed)
    declared = declarations(context)
    most = dict.fromkeys(BOUNDS, 0)

    for number, rin in enumerate(who_leave(dice, context, known, mixed)):
        tiny = without(tiny, rin)
        neighbour = over_another_root(context, tmp_path / str(number))
        after = count(neighbour, tiny, known, mixed)

        assert declarations(neighbour) == declared, "neighbours declare the same coverage"
        assert after[0].fingerprint == before[0].fingerprint, "the public cells do not depend on a person"
        for bound in BOUNDS:
            for name in TABLES:
                lost = before[1][bound][name] - after[1][bound][name]
                assert set(np.unique(lost)) <= {0, 1}, "a cell changes by at most one, and only downwards"
                assert lost.sum() <= bound, f"at most {bound} cells of {name} change"
                most[bound] = max(most[bound], int(lost.sum()))
        before = after

    assert most == {bound: bound for bound in BOUNDS}, "somebody reached the bound, so it was put to the test"


def count(context: Context, tiny: TinyDelivery, indicators: Indicators, personas: tuple[Persona, ...]) -> Counted:
    """The real steps, and the exact vectors of every table for each bound."""
    used = tuple(dict.fromkeys(name for persona in personas for name in persona.indicators))
    build_kluis(context, tiny, indicators, used)
    with open_warehouse(context.root, context.key(), read_only=True) as warehouse:
        coverage = covered_gemeenten(warehouse, f"y{PEILJAAR}")
        key_set = make_key_set(personas, indicators, coverage, PEILJAAR)
        return key_set, {bound: exact_vectors(warehouse, key_set, personas, bound) for bound in BOUNDS}


def who_leave(
    dice: random.Random, context: Context, indicators: Indicators, personas: tuple[Persona, ...]
) -> list[int]:
    """Anybody, and some who are in many personas: they are where a bound could fail."""
    connection = oracle_connection(context)
    try:
        states = LongStates.read(connection, personas, indicators, load_catalogue(), PEILJAAR)
    finally:
        connection.close()
    people, times = np.unique(states.person, return_counts=True)
    many = dice.sample(people[times > max(BOUNDS)].tolist(), 3)
    others = [rin for rin in range(100_000_001, 100_000_001 + PEOPLE) if rin not in many]
    return [*many, *dice.sample(others, 2)]


def declarations(context: Context) -> list[dict[str, Any]]:
    """What the manifests declare of every file."""
    manifests = sorted(context.root.deliveries(PEILJAAR).glob("*/manifest.json"))
    return [item for path in manifests for item in json.loads(path.read_text(encoding="utf-8"))["files"]]
