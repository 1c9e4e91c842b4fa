"""Neighbouring deliveries with people outside the BRP: one key changes one stratum, by at most K cells of one each."""

import random
from pathlib import Path

import numpy as np

from pipelines.context import Context
from pipelines.indicators.collection import Indicators
from pipelines.personas.load import Personas
from pipelines.personas.spec import Persona
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.registers.coverage import covered_gemeenten
from pipelines.release.cells import Vector, exact_vectors, make_key_set
from pipelines.release.outside import outside_vector
from pipelines.warehouse import open_warehouse
from tests.oracle import LongStates
from tests.oracle.deliveries import build_kluis, oracle_connection, outsiders, random_delivery, without
from tests.oracle.personas import more_indicators, more_personas
from tests.surroundings import over_another_root
from tests.tiny import PEILJAAR, TinyDelivery

PEOPLE = 80
OUTSIDE = 200
BOUND = 2

Vectors = tuple[dict[str, Vector], Vector]


def test_one_key_moves_one_stratum_by_at_most_k_cells_of_one(
    context: Context, tmp_path: Path, indicators: Indicators, personas: Personas
) -> None:
    dice = random.Random(5)  # noqa: S311 - invented people, no secret
    known = more_indicators(indicators)
    mixed = more_personas(dice, personas, known)
    tiny = random_delivery(dice, PEOPLE, indicators, outside=OUTSIDE)
    tree, outside = count(context, tiny, known, mixed)
    inside = {int(row["rinpersoon"]) for row in tiny.rows["GBAPERSOONTAB"]}
    shared = sorted((kind, rin) for kind, rin in outsiders(tiny) if rin in inside)
    leaving = [("R", rin) for _, rin in shared[:1]] + shared[1:2] + in_many(context, known, mixed)

    most = 0
    for number, (kind, rin) in enumerate(leaving):
        tiny = without(tiny, rin, kind)
        fewer_in_tree, fewer_outside = count(over_another_root(context, tmp_path / str(number)), tiny, known, mixed)

        lost = outside - fewer_outside
        if kind == "R":
            assert not lost.any(), "who is in the BRP moves nothing outside it, also under the same digits"
            assert any((tree[name] != fewer_in_tree[name]).any() for name in tree)
        else:
            assert all((tree[name] == fewer_in_tree[name]).all() for name in tree), "and the other way round"
            assert set(np.unique(lost)) <= {0, 1}, "a cell changes by at most one, and only downwards"
            assert lost.sum() <= BOUND
            most = max(most, int(lost.sum()))
        tree, outside = fewer_in_tree, fewer_outside

    assert most == BOUND, "a number reached the bound, so it was put to the test"


def in_many(context: Context, indicators: Indicators, personas: tuple[Persona, ...]) -> list[tuple[str, int]]:
    """Two numbers outside the BRP that are in more personas than the bound."""
    connection = oracle_connection(context)
    try:
        states = LongStates.read(connection, personas, indicators, load_catalogue(), PEILJAAR, outside=True)
    finally:
        connection.close()
    numbers, times = np.unique(states.person, return_counts=True)
    return [(chr(number // 10**9), number % 10**9) for number in numbers[times > BOUND].tolist()[:2]]


def count(context: Context, tiny: TinyDelivery, indicators: Indicators, personas: tuple[Persona, ...]) -> Vectors:
    """The real steps, and the exact vectors of the tree and of the numbers outside the BRP."""
    used = tuple(dict.fromkeys(name for persona in personas for name in persona.indicators))
    build_kluis(context, tiny, indicators, used)
    with open_warehouse(context.root, context.key(), read_only=True) as warehouse:
        coverage = covered_gemeenten(warehouse, f"y{PEILJAAR}")
        key_set = make_key_set(personas, indicators, coverage, PEILJAAR)
        tree = exact_vectors(warehouse, key_set, personas, BOUND)
        return tree, outside_vector(warehouse, personas, BOUND, PEILJAAR)
