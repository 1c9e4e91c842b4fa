"""Each kind of rule holds on good tables and fails on its bad twin."""

import pytest

from expectations.rules import CODES, LEVELS
from expectations.runner import run_suites
from pipelines.errors import CheckFailed, DeliveryError
from pipelines.rooms import DataRoot
from tests.expectations.conftest import FIRST_RIN, OUTSIDE_RIN, Kluis
from tests.tiny import PEILJAAR

_T = f"kluis.y{PEILJAAR}"


def test_every_rule_holds_on_good_tables(good: Kluis) -> None:
    result = run_suites(good.root, good.key, good.catalogue, good.indicators, PEILJAAR, which="all")

    assert [r.rule_id for r in result.results if not r.success] == []
    assert result.passed
    assert len(result.results) == len(good.rules)


def test_rule_ids_are_unique_and_tell_their_table(good: Kluis) -> None:
    ids = [rule.id for rule in good.rules]

    assert len(set(ids)) == len(ids)
    assert all(rule.id.startswith(f"{rule.table}.") for rule in good.rules)


def test_every_rule_says_its_type_and_level(good: Kluis) -> None:
    assert {rule.code for rule in good.rules} <= CODES.keys()
    assert {rule.level for rule in good.rules} <= LEVELS.keys()
    assert all((rule.kind == "cross-table") or rule.level < 2 for rule in good.rules)


BAD = {
    "column": ("bijstandpersoonbus.bijstandsoort_known", f"UPDATE {_T}.bijstandpersoonbus SET bijstandsoort = '77'"),
    "row": (
        "bijstandpersoonbus.begin_before_end",
        f"UPDATE {_T}.bijstandpersoonbus SET eindbijstand = aanvbijstand - 1",
    ),
    "table": (
        "bijstandpersoonbus.key_once",
        f"INSERT INTO {_T}.bijstandpersoonbus SELECT * FROM {_T}.bijstandpersoonbus LIMIT 1",
    ),
    "cross-table": (
        "gbaadresobjectbus.persons_exist",
        f"UPDATE {_T}.gbaadresobjectbus SET person = 999 WHERE person = {FIRST_RIN}",
    ),
}
"""A bad twin for each kind of rule, for the library itself. Every rule has one in `test_twins_*`."""


@pytest.mark.parametrize("kind", BAD)
def test_the_library_finds_each_kind_of_rule_broken(twin: Kluis, kind: str) -> None:
    rule_id, statement = BAD[kind]
    rule = next(rule for rule in twin.rules if rule.id == rule_id)
    twin.spoil(statement)

    assert rule.kind == kind
    assert rule_id in twin.failed(rule.suite)


def test_a_table_that_is_not_in_order_of_person_is_judged_as_fairly(twin: Kluis) -> None:
    twin.spoil(
        f"CREATE OR REPLACE TABLE {_T}.bijstandpersoonbus AS FROM {_T}.bijstandpersoonbus ORDER BY person DESC",
        f"CREATE OR REPLACE TABLE {_T}.gbapersoontab AS FROM {_T}.gbapersoontab ORDER BY hash(person)",
        f"CREATE OR REPLACE TABLE {_T}.gbahuishoudensbus AS FROM {_T}.gbahuishoudensbus ORDER BY hash(person)",
    )

    assert twin.failed("bijstandpersoonbus", "gbapersoontab", "gbahuishoudensbus") == set()

    twin.spoil(
        f"INSERT INTO {_T}.gbapersoontab SELECT * FROM {_T}.gbapersoontab WHERE person = {FIRST_RIN}",
        f"INSERT INTO {_T}.gbahuishoudensbus SELECT * FROM {_T}.gbahuishoudensbus WHERE person = {FIRST_RIN}",
    )

    assert twin.failed("gbapersoontab", "gbahuishoudensbus") == {
        "gbapersoontab.key_once",
        "gbahuishoudensbus.key_once",
        "gbahuishoudensbus.no_overlap",
        "gbahuishoudensbus.one_spell_on_peildatum",
        "gbahuishoudensbus.size_fits_members",
    }


def test_one_spell_that_ends_before_the_peildatum_is_no_overlap(twin: Kluis) -> None:
    twin.spoil(
        f"INSERT INTO {_T}.gbahuishoudensbus SELECT * REPLACE (DATE '1990-01-01' AS datumaanvanghh, "
        f"DATE '1994-12-31' AS datumeindehh) FROM {_T}.gbahuishoudensbus "
        "WHERE datumeindehh = DATE '2023-12-31'"
    )

    assert twin.failed("gbahuishoudensbus") == set()


def test_one_unknown_person_in_a_hundred_and_one_rows_is_a_warning_and_two_in_a_hundred_block(
    twin: Kluis,
) -> None:
    twin.spoil(
        f"INSERT INTO {_T}.bijstandpersoonbus SELECT b.* REPLACE (aanvbijstand - i::INTEGER AS aanvbijstand) "
        f"FROM {_T}.bijstandpersoonbus b, range(1, 50) s(i)",
        f"INSERT INTO {_T}.bijstandpersoonbus SELECT * REPLACE (999 AS person) FROM {_T}.bijstandpersoonbus LIMIT 1",
    )
    one = twin.failed("relations")
    twin.spoil(
        f"INSERT INTO {_T}.bijstandpersoonbus SELECT * REPLACE (998 AS person) FROM {_T}.bijstandpersoonbus LIMIT 1",
    )
    two = twin.failed("relations")

    assert one == {"bijstandpersoonbus.persons_exist"}
    assert two == {"bijstandpersoonbus.persons_exist", "bijstandpersoonbus.persons_mostly_exist"}


def test_an_unknown_person_in_a_file_of_the_frame_is_blocking(twin: Kluis) -> None:
    twin.spoil(f"UPDATE {_T}.gbaadresobjectbus SET person = 999 WHERE person = {FIRST_RIN}")

    # One of these few people is more than one in a hundred: it has no household either.
    assert twin.failed("relations") == {"gbaadresobjectbus.persons_exist", "gbaadresobjectbus.households_exist"}
    assert {r.severity for r in twin.rules if r.id == "gbaadresobjectbus.persons_exist"} == {"blocking"}


def test_a_person_with_another_gemeente_in_the_indicators_is_found(twin: Kluis) -> None:
    twin.spoil(f"UPDATE {_T}.person_words SET gemeente = 344 WHERE person = {FIRST_RIN}")

    assert twin.failed("person_indicators") == {"person_indicators.every_person"}


def test_a_person_without_gemeente_is_covered_by_national_files_only(twin: Kluis) -> None:
    twin.spoil(
        f"UPDATE {_T}.person_words SET gemeente = 0 WHERE person = {OUTSIDE_RIN}",
        f"UPDATE {_T}.persons SET gemeente = 0 WHERE person = {OUTSIDE_RIN}",
    )

    assert twin.failed("person_indicators") == set()

    twin.spoil(
        f"UPDATE {_T}.person_words SET gemeente = 0 WHERE person = {FIRST_RIN}",
        f"UPDATE {_T}.persons SET gemeente = 0 WHERE person = {FIRST_RIN}",
    )
    municipal = [r.table for r in twin.catalogue.registers.values() if r.coverage == "per_gemeente"]
    assert twin.failed("person_indicators") == {f"person_indicators.{table}_only_where_covered" for table in municipal}


def test_a_register_that_was_not_delivered_has_no_rules_to_fail(twin: Kluis) -> None:
    twin.spoil(
        f"DROP TABLE {_T}.bijstandpersoonbus",
        f"DROP TABLE {_T}.bijstandpersoonbus_unlinked",
        f"UPDATE {_T}.coverage SET covered = false, reason = 'not delivered' WHERE register = 'BIJSTANDPERSOONBUS'",
    )

    result = run_suites(twin.root, twin.key, twin.catalogue, twin.indicators, PEILJAAR, which="registers")

    assert not [r for r in result.results if r.rule_id.startswith("bijstandpersoonbus")]
    assert result.passed


def test_the_registers_can_be_checked_before_persons_exist(twin: Kluis) -> None:
    twin.spoil(f"DROP VIEW {_T}.person_indicators", f"DROP TABLE {_T}.persons")

    assert run_suites(twin.root, twin.key, twin.catalogue, twin.indicators, PEILJAAR, which="registers").passed
    with pytest.raises(CheckFailed, match="not built yet"):
        run_suites(twin.root, twin.key, twin.catalogue, twin.indicators, PEILJAAR, which="indicators")


def test_a_year_that_was_not_taken_in_is_said_to_be_so(twin: Kluis) -> None:
    twin.spoil(f"DROP SCHEMA {_T} CASCADE")

    with pytest.raises(DeliveryError, match="taken in"):
        run_suites(twin.root, twin.key, twin.catalogue, twin.indicators, PEILJAAR, which="registers")


def test_data_root_is_left_as_it_was(good: Kluis) -> None:
    root: DataRoot = good.root
    before = root.warehouse.read_bytes()

    run_suites(root, good.key, good.catalogue, good.indicators, PEILJAAR, which="indicators")

    assert root.warehouse.read_bytes() == before
