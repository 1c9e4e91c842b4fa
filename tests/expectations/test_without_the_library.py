"""Without Great Expectations the same rules are asked, and the same rules fail."""

import pytest

from expectations.evaluate import Outcome, evaluate
from expectations.plainly import evaluate_plainly
from expectations.runner import reader, run_suites
from pipelines.progress import silent
from pipelines.warehouse import open_warehouse
from tests.expectations.conftest import Kluis
from tests.tiny import PEILJAAR

SPOILED = (
    f"UPDATE y{PEILJAAR}.gbapersoontab SET gbageslacht = '7' WHERE person = 101",
    f"UPDATE y{PEILJAAR}.persons SET gemeente = 9999 WHERE person = 102",
    f"ALTER TABLE y{PEILJAAR}.wmobus DROP COLUMN typearrangement",
)


def both(kluis: Kluis) -> tuple[Outcome, Outcome]:
    rules = kluis.rules
    with open_warehouse(kluis.root, kluis.key, read_only=True) as warehouse:
        schema = f"y{PEILJAAR}"
        return (
            evaluate(rules, lambda: reader(warehouse, schema), silent),
            evaluate_plainly(rules, lambda: reader(warehouse, schema), silent),
        )


@pytest.mark.parametrize("number", [0, len(SPOILED)])
def test_the_outcome_of_every_rule_is_that_of_the_library(number: int, twin: Kluis) -> None:
    twin.spoil(*SPOILED[:number])

    library, plainly = both(twin)

    assert plainly.holds == library.holds
    assert list(plainly.seconds) == list(library.seconds)
    assert all(plainly.holds.values()) == (number == 0)


def test_suites_run_where_the_library_is_absent(good: Kluis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("expectations.plainly.find_spec", lambda _name: None)
    monkeypatch.setattr("expectations.evaluate.evaluate", None)
    said: list[str] = []

    result = run_suites(
        good.root, good.key, good.catalogue, good.indicators, PEILJAAR, which="registers", progress=said.append
    )

    assert result.results
    assert all("without Great Expectations" in line for line in said)
