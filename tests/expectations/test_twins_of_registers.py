"""Every rule on registers, between registers and on coverage holds in a good small world, and fails in its bad twin."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from expectations.ground import everything
from expectations.rules import Rule
from expectations.runner import all_rules
from pipelines.indicators.collection import Indicators
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.rooms import DataRoot, make_key
from pipelines.warehouse import open_warehouse
from tests.expectations.damage import damage
from tests.expectations.small_world import SmallWorld, make
from tests.tiny import PEILJAAR, specs

GROUND = replace(everything(load_catalogue(), specs(), PEILJAAR), scale=None)
RULES = {rule.id: rule for rule in all_rules(GROUND, "registers")}
NEEDS_NO_TABLE = "coverage.covered_has_table"
"""Its bad twin is a table that is gone, so that the ground is another one."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, indicators: Indicators) -> Iterator[SmallWorld]:
    folder = tmp_path_factory.mktemp("small")
    root = DataRoot(folder / "data")
    root.prepare()
    with open_warehouse(root, make_key(folder / "key.json", "synthetic")) as warehouse:
        yield make(warehouse.connection, load_catalogue(), indicators)


def reading(table: str) -> list[Rule]:
    """The rules that read a table: nothing else can be broken by damage to it."""
    name = re.compile(rf"\b{table}\b")
    return [
        rule
        for rule in RULES.values()
        if rule.table == table or (name.search(f"{rule.source} {rule.holds}") and not _asks_of_another(rule, table))
    ]


def _asks_of_another(rule: Rule, table: str) -> bool:
    """One query looks up the people of all registers: what it says of one does not depend on the rows of another."""
    return rule.id.endswith("exist") and "UNION ALL" in rule.source and table != "gbapersoontab"


def test_every_rule_holds_in_the_good_world(world: SmallWorld) -> None:
    assert world.ground.tables | {"persons", "person_words", "person_indicators"} == GROUND.tables
    assert world.failed(list(RULES.values())) == set()


@pytest.mark.parametrize("rule_id", [rule_id for rule_id in RULES if rule_id != NEEDS_NO_TABLE])
def test_the_bad_twin_of_a_rule_breaks_it_and_nothing_else(world: SmallWorld, rule_id: str) -> None:
    rule = RULES[rule_id]
    done = damage(rule, GROUND)

    with world.damaged(*done.statements):
        found = world.failed(reading(rule.table))

    also = {f"{rule.table}.{name}" for name in done.also} & RULES.keys()
    if rule_id.endswith(".not_empty"):
        # Whatever rests on a table that is empty may fail with it; within its own suite nothing else does.
        found &= {rule_id} | {other.id for other in RULES.values() if other.suite == rule.suite}
        also = set()
    assert found == {rule_id} | also


def test_a_register_that_is_covered_and_has_no_table_is_found(world: SmallWorld) -> None:
    ground = replace(world.ground, tables=world.ground.tables - {"wwpersoonbus", "wwpersoonbus_unlinked"})
    rules = all_rules(ground, "registers")

    assert world.failed(rules) == {NEEDS_NO_TABLE}
    assert not [rule for rule in rules if rule.table.startswith("wwpersoonbus")]
