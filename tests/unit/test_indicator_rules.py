"""Each rule of the vocabulary, on a few rows: what makes an indicator true, false or unknown."""

from collections.abc import Iterable

import duckdb
import pytest

from pipelines.errors import SpecError
from pipelines.indicators.collection import Indicators
from pipelines.indicators.compiler import assign_bits, boolean, condition
from pipelines.indicators.spec import Indicator, Rule
from pipelines.registers.catalogue_model import load_catalogue

AOTOT = load_catalogue().register("AOTOTPERSOONBUS")


def holds(rule: dict[str, object], spells: Iterable[tuple[str, str]]) -> bool:
    """Does any of these spells (begin, end) of one person make the rule true on 31 December 2023?"""
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA y2023")
    connection.execute(
        "CREATE TABLE y2023.aototpersoonbus (person INTEGER, aanvaotot DATE, eindaotot DATE, aototwet VARCHAR)"
    )
    for begin, end in spells:
        connection.execute("INSERT INTO y2023.aototpersoonbus VALUES (1, ?, ?, '5')", [begin, end])
    compiled = Rule.model_validate(rule).on_register
    assert compiled is not None
    sql = condition(compiled, AOTOT, 2023)
    (found,) = connection.execute(f"SELECT coalesce(bool_or({sql}), false) FROM y2023.aototpersoonbus r").fetchall()
    return bool(found[0])


@pytest.mark.parametrize(
    ("rule", "begin", "end", "expected"),
    [
        ({"spell_on_peildatum": {}}, "2023-12-31", "2023-12-31", True),
        ({"spell_on_peildatum": {}}, "2020-01-01", "2023-12-30", False),
        ({"spell_on_peildatum": {}}, "2024-01-01", "2024-02-01", False),
        ({"spell_on_peildatum": {"min_months": 3}}, "2023-09-30", "2023-12-31", True),
        ({"spell_on_peildatum": {"min_months": 3}}, "2023-10-01", "2023-12-31", False),
        ({"spell_in_months": {"months": 3}}, "2020-01-01", "2023-10-01", True),
        ({"spell_in_months": {"months": 3}}, "2020-01-01", "2023-09-30", False),
        ({"spell_in_year": {}}, "2020-01-01", "2023-01-01", True),
        ({"spell_in_year": {}}, "2020-01-01", "2022-12-31", False),
        ({"spell_ended": {"months_before": {"from": 3, "to": 15}}}, "2020-01-01", "2023-09-30", True),
        ({"spell_ended": {"months_before": {"from": 3, "to": 15}}}, "2020-01-01", "2023-10-01", False),
        ({"spell_ended": {"months_before": {"from": 3, "to": 15}}}, "2020-01-01", "2022-10-01", True),
        ({"spell_ended": {"months_before": {"from": 3, "to": 15}}}, "2020-01-01", "2022-09-30", False),
        ({"spell_on_peildatum": {"where": {"aototwet": ["4"]}}}, "2020-01-01", "2023-12-31", False),
        ({"spell_on_peildatum": {"where": {"aototwet": ["4", "5"]}}}, "2020-01-01", "2023-12-31", True),
    ],
)
def test_a_rule_holds_exactly_at_its_edges(rule: dict[str, object], begin: str, end: str, expected: bool) -> None:
    assert holds(rule, [(begin, end)]) is expected


def test_a_spell_that_the_next_one_continues_has_not_ended() -> None:
    rule: dict[str, object] = {"spell_ended": {"months_before": {"from": 3, "to": 15}}}

    assert not holds(rule, [("2020-01-01", "2023-04-30"), ("2023-05-01", "2023-12-31")])
    assert holds(rule, [("2020-01-01", "2023-04-30"), ("2023-05-02", "2023-12-31")])
    assert not holds(rule, [("2020-01-01", "2023-04-30"), ("2021-01-01", "2023-12-31")])


def test_a_combination_follows_three_valued_logic() -> None:
    def indicator(name: str, rule: dict[str, object]) -> Indicator:
        return Indicator.model_validate(
            {"id": name, "title": name, "leefgebied": "algemeen", "kind": "kenmerk", "observes": "direct", "rule": rule}
        )

    age = {"person": {"age": {"from": 18}}}
    found = Indicators(
        {
            "a": indicator("a", age),
            "b": indicator("b", age),
            "both": indicator("both", {"all_of": ["a", "b"]}),
            "either": indicator("either", {"any_of": ["a", "b"]}),
            "neither": indicator("neither", {"none_of": ["a", "b"]}),
        }
    )
    bits = assign_bits(found)
    kleene = {True: (1, 1), False: (0, 1), None: (0, 0)}

    for a in (True, False, None):
        for b in (True, False, None):
            (ta, ka), (tb, kb) = kleene[a], kleene[b]
            words = f"SELECT {ta | tb << 1}::UBIGINT AS t0, {ka | kb << 1}::UBIGINT AS k0"
            both, either, neither = duckdb.sql(
                f"SELECT {boolean(found, bits, 'both')}, {boolean(found, bits, 'either')}, "
                f"{boolean(found, bits, 'neither')} FROM ({words})"
            ).fetchall()[0]
            values = (a, b)
            assert both is (False if False in values else None if None in values else True)
            assert either is (True if True in values else None if None in values else False)
            assert neither is (None if either is None else not either)


def test_a_rule_names_exactly_one_thing() -> None:
    with pytest.raises(ValueError, match="exactly one rule"):
        Rule.model_validate({"record_exists": {}, "any_of": ["a"]})


def test_a_catalogue_names_the_nearest_register() -> None:
    with pytest.raises(SpecError, match="Did you mean 'WMOBUS'"):
        load_catalogue().register("WMOBUZ")
