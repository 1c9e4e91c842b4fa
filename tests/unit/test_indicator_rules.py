"""Rules at their edges, combinations in three values, and what the collection of indicators says of itself."""

from collections.abc import Iterable

import duckdb
import pytest

from pipelines.errors import SpecError
from pipelines.indicators.collection import Indicators
from pipelines.indicators.compiler import assign_bits, boolean
from pipelines.indicators.spec import Rule
from pipelines.indicators.values import Range
from pipelines.registers.catalogue_model import load_catalogue
from tests.bare_indicator import indicator
from tests.unit.rule_kluis import answers


def holds(rule: dict[str, object], spells: Iterable[tuple[str, str]]) -> bool | None:
    """Do these spells (begin, end) of one person make the rule true on 31 December 2023?"""
    rows = [{"person": "A", "aanvaotot": begin, "eindaotot": end, "aototwet": "5"} for begin, end in spells]
    found = answers(
        Indicators({"x": indicator("x", rule, "AOTOTPERSOONBUS")}), [{"person": "A"}], {"AOTOTPERSOONBUS": rows}
    )
    return found["A"]["x"]


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
        ({"spell_ended": {"months_before": {}}}, "2020-01-01", "2023-12-30", True),
        ({"spell_ended": {"months_before": {}}}, "2020-01-01", "2023-12-31", False),
        ({"spell_on_peildatum": {"max_months": 3}}, "2023-09-30", "2023-12-31", True),
        ({"spell_on_peildatum": {"max_months": 3}}, "2023-09-29", "2023-12-31", False),
        ({"count": {"at_least": 2}}, "2023-09-29", "2023-12-31", False),
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


def test_a_range_and_an_amount_are_finite_numbers() -> None:
    with pytest.raises(ValueError, match="finite"):
        Range.model_validate({"from": float("nan")})
    with pytest.raises(ValueError, match="finite"):
        Rule.model_validate({"sum": {"column": "a", "at_least": float("inf")}})


def test_reading_others_is_derived_through_combinations() -> None:
    found = Indicators(
        {
            "own": indicator("own", {"record_exists": {}}, "WANBZVWTAB"),
            "theirs": indicator("theirs", {"household_member": {"has": "own"}}),
            "either": indicator("either", {"any_of": ["own", "theirs"]}),
            "none": indicator("none", {"none_of": ["own"]}),
        }
    )

    assert {name for name in found.by_id if found.reads_others(name)} == {"theirs", "either"}
    assert found.sources_of("theirs") == ("WANBZVWTAB",)


def test_what_may_have_followed_is_a_source_too() -> None:
    rule: dict[str, object] = {
        "ended_and_nothing_began": {
            "months_before": {"to": 12},
            "nothing_of": [{"source": "WMOBUS"}, {"source": "URGENTIE"}],
            "within_months": 3,
        }
    }

    found = Indicators({"x": indicator("x", rule, "JGDHULPBUS")})

    assert found.sources_of("x") == ("JGDHULPBUS", "URGENTIE", "WMOBUS")


def test_more_than_63_base_indicators_take_a_second_word() -> None:
    rules: list[dict[str, object]] = [
        {"spell_ended": {"months_before": {"to": 12}}},
        {"count": {"at_least": 2}},
        {"spell_on_peildatum": {}},
    ]
    made = {f"i{n}": indicator(f"i{n}", rules[n % 3], "AOTOTPERSOONBUS") for n in range(66)}
    made["member"] = indicator("member", {"household_member": {"has": "i65"}})
    home = {"datumaanvanghh": "2020-01-01", "datumeindehh": "2023-12-31", "huishoudnr": "H"}
    spells = [
        {"person": "A", "aanvaotot": "2020-01-01", "eindaotot": "2023-05-31"},
        {"person": "A", "aanvaotot": "2023-08-01", "eindaotot": "2023-12-31"},
    ]

    found = answers(
        Indicators(made),
        [{"person": "A"}, {"person": "B"}],
        {"AOTOTPERSOONBUS": spells, "GBAHUISHOUDENSBUS": [{"person": "A", **home}, {"person": "B", **home}]},
    )

    assert assign_bits(Indicators(made))["i65"].word == 1
    assert all(found["A"][f"i{n}"] is True for n in range(66))
    assert all(found["B"][f"i{n}"] is False for n in range(66))
    assert (found["A"]["member"], found["B"]["member"]) == (False, True)
