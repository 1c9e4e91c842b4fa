"""Every rule of the vocabulary, compiled and run on invented registers, against the naive reader of rows."""

import random
from collections.abc import Iterator
from dataclasses import replace

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipelines.indicators.collection import Indicators
from pipelines.indicators.rule_checks import check_rule
from pipelines.personas.reference_rows import Dossier, fact
from tests.personas.invented_rows import CATALOGUE, INVENTED, KINDS, invent, invented_indicators
from tests.personas.tiny_kluis import compiled_facts, memory_kluis

PEOPLE = 80
SETTINGS = settings(
    derandomize=True,
    deadline=None,
    max_examples=50,
    # No shrinking: the message shows one rule and one person, and a smaller country takes minutes to find.
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    return memory_kluis()


@SETTINGS
@given(indicators=invented_indicators(KINDS), seed=st.integers(0, 2**32))
def test_every_rule_says_of_everybody_what_the_reference_reads_in_the_rows(
    connection: duckdb.DuckDBPyConnection, indicators: Indicators, seed: int
) -> None:
    country = invent(random.Random(seed), PEOPLE)  # noqa: S311 - invented people, no secret
    for indicator in indicators.by_id.values():
        check_rule("the test", indicator, CATALOGUE)

    compiled = compiled_facts(connection, country, indicators)

    dossiers = country.dossiers()
    assert set(compiled) == set(dossiers)
    for person, dossier in dossiers.items():
        for name, indicator in indicators.by_id.items():
            read = fact(name, dossier, indicators, CATALOGUE, country.peildatum)
            assert compiled[person][name] is read, (indicator.source, indicator.rule, dossier)


@SETTINGS
@given(indicators=invented_indicators(KINDS), seed=st.integers(0, 2**32))
def test_what_is_forgotten_about_somebody_never_decides(indicators: Indicators, seed: int) -> None:
    """A value, a register, an age, an address or a household that becomes unknown leaves every answer as it was, or
    open. Amounts below zero and values to tell apart are left out: the docstrings of `Sum` and `Count` say why."""
    dice = random.Random(seed)  # noqa: S311 - invented people, no secret
    country = invent(dice, PEOPLE // 3)
    for rows in country.all_rows():
        rows |= {column: abs(amount) for column, amount in rows.items() if isinstance(amount, int | float)}
    for dossier in country.dossiers().values():
        register, column = dice.choice(tuple(INVENTED)), dice.choice(("soort", "vorm", "bedrag", "uren"))
        for less in forgetting(dossier, register, column):
            for name, indicator in indicators.by_id.items():
                count = indicator.rule.count
                if count is not None and count.distinct == column:
                    continue
                before = fact(name, dossier, indicators, CATALOGUE, country.peildatum)
                after = fact(name, less, indicators, CATALOGUE, country.peildatum)
                assert after in (None, before), (indicator.source, indicator.rule, dossier, less)


def forgetting(dossier: Dossier, register: str, column: str) -> Iterator[Dossier]:
    """The same person with one thing less known."""
    emptied = [{**row, column: None} for row in dossier.rows[register]]
    yield replace(dossier, rows={**dossier.rows, register: emptied})
    yield replace(dossier, rows={**dossier.rows, register: [*emptied[:1], *dossier.rows[register][1:]]})
    yield replace(dossier, covered=dossier.covered - {register})
    yield replace(dossier, age=None, address_kind=None)
    yield replace(dossier, others=None)
