"""Each kind of rule holds on good tables and fails on its bad twin."""

import pytest

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


BAD_REGISTERS = {
    "bijstandpersoonbus.begin_before_end": "UPDATE {t} SET eindbijstand = aanvbijstand - 1",
    "bijstandpersoonbus.person_filled": "UPDATE {t} SET person = NULL",
    "bijstandpersoonbus.aanvbijstand_filled": "UPDATE {t} SET aanvbijstand = NULL",
    "bijstandpersoonbus.eindbijstand_filled": "UPDATE {t} SET eindbijstand = NULL",
    "bijstandpersoonbus.bijstandsoort_known": "UPDATE {t} SET bijstandsoort = '77'",
    "bijstandpersoonbus.aanvbijstand_in_range": "UPDATE {t} SET aanvbijstand = DATE '1500-01-01'",
    "bijstandpersoonbus.eindbijstand_in_range": "UPDATE {t} SET eindbijstand = DATE '9999-12-31'",
    "bijstandpersoonbus.not_empty": "DELETE FROM {t}",
    "wmobus.wmogemeente_known": "UPDATE {t} SET wmogemeente = 9999",
    "gbapersoontab.gbageboortejaar_in_range": f"UPDATE {{t}} SET gbageboortejaar = {PEILJAAR + 1}",
    "gbapersoontab.gbageboortemaand_in_range": "UPDATE {t} SET gbageboortemaand = 13",
    "vslgwbtab.soortobjectnummer_known": "UPDATE {t} SET soortobjectnummer = 'Q'",
    "bijstandpersoonbus_unlinked.rinpersoons_known": "INSERT INTO {t} (rinpersoons, unlinked_person) VALUES ('R', 5)",
    "gbahuishoudensbus.one_spell_on_peildatum": (
        "INSERT INTO {t} SELECT * REPLACE (datumaanvanghh + 1 AS datumaanvanghh) FROM {t} LIMIT 1"
    ),
    "gbaadresobjectbus.one_spell_on_peildatum": (
        "INSERT INTO {t} SELECT * REPLACE (gbadatumaanvangadreshouding + 1 AS gbadatumaanvangadreshouding) "
        "FROM {t} LIMIT 1"
    ),
}


@pytest.mark.parametrize("rule_id", BAD_REGISTERS)
def test_a_spoiled_register_fails_its_rule_and_no_other(twin: Kluis, rule_id: str) -> None:
    table = rule_id.split(".")[0]
    twin.spoil(BAD_REGISTERS[rule_id].format(t=f"{_T}.{table}"))

    found = twin.failed(table)

    # An unknown person is also a person who is nowhere in the population.
    also = {f"{table}.persons_exist", f"{table}.persons_mostly_exist"} if rule_id.endswith("person_filled") else set()
    assert found == {rule_id} | also


def test_one_spell_that_ends_before_the_peildatum_is_no_overlap(twin: Kluis) -> None:
    twin.spoil(
        f"INSERT INTO {_T}.gbahuishoudensbus SELECT * REPLACE (DATE '2001-01-01' AS datumaanvanghh, "
        f"DATE '2014-12-31' AS datumeindehh) FROM {_T}.gbahuishoudensbus"
    )

    assert twin.failed("gbahuishoudensbus") == set()


def test_one_unknown_person_in_a_hundred_and_one_rows_is_a_warning_and_two_in_a_hundred_are_critical(
    twin: Kluis,
) -> None:
    twin.spoil(
        f"INSERT INTO {_T}.bijstandpersoonbus SELECT b.* REPLACE (aanvbijstand - i::INTEGER AS aanvbijstand) "
        f"FROM {_T}.bijstandpersoonbus b, range(1, 50) s(i)",
        f"INSERT INTO {_T}.bijstandpersoonbus SELECT * REPLACE (999 AS person) FROM {_T}.bijstandpersoonbus LIMIT 1",
    )
    one = twin.failed("bijstandpersoonbus")
    twin.spoil(
        f"INSERT INTO {_T}.bijstandpersoonbus SELECT * REPLACE (998 AS person) FROM {_T}.bijstandpersoonbus LIMIT 1",
    )
    two = twin.failed("bijstandpersoonbus")

    assert one == {"bijstandpersoonbus.persons_exist"}
    assert two == {"bijstandpersoonbus.persons_exist", "bijstandpersoonbus.persons_mostly_exist"}


def test_an_unknown_person_in_a_file_of_the_frame_is_critical(twin: Kluis) -> None:
    twin.spoil(f"UPDATE {_T}.gbaadresobjectbus SET person = 999 WHERE person = {FIRST_RIN}")

    assert twin.failed("gbaadresobjectbus") == {"gbaadresobjectbus.persons_exist"}
    assert {r.severity for r in twin.rules if r.id == "gbaadresobjectbus.persons_exist"} == {"critical"}


BAD_PERSONS = {
    "person_once": f"INSERT INTO {{t}} SELECT * FROM {{t}} WHERE person = {FIRST_RIN}",
    "person_filled": f"UPDATE {{t}} SET person = NULL WHERE person = {FIRST_RIN}",
    "gemeente_known": f"UPDATE {{t}} SET gemeente = 9999 WHERE person = {FIRST_RIN}",
    "gemeente_filled": f"UPDATE {{t}} SET gemeente = NULL WHERE person = {FIRST_RIN}",
    "gemeente_mostly_found": f"UPDATE {{t}} SET gemeente = 0 WHERE person = {FIRST_RIN}",
    "leeftijd_in_range": f"UPDATE {{t}} SET leeftijd = 131, leeftijdsgroep = 4 WHERE person = {FIRST_RIN}",
    "leeftijd_mostly_filled": (f"UPDATE {{t}} SET leeftijd = NULL, leeftijdsgroep = NULL WHERE person = {FIRST_RIN}"),
    "leeftijdsgroep_known": f"UPDATE {{t}} SET leeftijdsgroep = 9 WHERE person = {FIRST_RIN}",
    "leeftijdsgroep_fits_leeftijd": f"UPDATE {{t}} SET leeftijdsgroep = 0 WHERE person = {FIRST_RIN}",
    "geslacht_known": f"UPDATE {{t}} SET geslacht = 7 WHERE person = {FIRST_RIN}",
    "geslacht_filled": f"UPDATE {{t}} SET geslacht = NULL WHERE person = {FIRST_RIN}",
    "address_kind_known": f"UPDATE {{t}} SET address_kind = 9 WHERE person = {FIRST_RIN}",
    "not_empty": "DELETE FROM {t}",
}

ALSO = {
    "leeftijd_in_range": {"leeftijdsgroep_fits_leeftijd"},
    "leeftijdsgroep_known": {"leeftijdsgroep_fits_leeftijd"},
    # SQL's count(DISTINCT) leaves out a person without a number.
    "person_filled": {"person_once"},
}


@pytest.mark.parametrize("name", BAD_PERSONS)
def test_spoiled_persons_fail_their_rule(twin: Kluis, name: str) -> None:
    twin.spoil(BAD_PERSONS[name].format(t=f"{_T}.persons"))

    assert twin.failed("persons") == {f"persons.{rule}" for rule in {name} | ALSO.get(name, set())}


BAD_INDICATORS = {
    "every_person": f"UPDATE {_T}.person_words SET person = 999 WHERE person = {FIRST_RIN}",
    "ages_agree": f"UPDATE {_T}.persons SET leeftijd = 12 WHERE person = {FIRST_RIN}",
    "vroegsignalering_only_where_covered": (
        f"UPDATE {_T}.person_words SET k0 = (SELECT k0 | (1::UBIGINT << position::INTEGER) FROM {_T}.indicator_bits "
        f"WHERE indicator = 'vroegsignaal') WHERE person = {OUTSIDE_RIN}"
    ),
    "bijstand_sometimes_true": (
        f"UPDATE {_T}.person_words SET t0 = (SELECT t0 & ~(1::UBIGINT << position::INTEGER) FROM {_T}.indicator_bits "
        "WHERE indicator = 'bijstand')"
    ),
    "bijstand_sometimes_false": (
        f"UPDATE {_T}.person_words SET t0 = (SELECT t0 | (1::UBIGINT << position::INTEGER) FROM {_T}.indicator_bits "
        "WHERE indicator = 'bijstand')"
    ),
}


@pytest.mark.parametrize("name", BAD_INDICATORS)
def test_spoiled_indicators_fail_their_rule(twin: Kluis, name: str) -> None:
    twin.spoil(BAD_INDICATORS[name])

    assert f"person_indicators.{name}" in twin.failed("person_indicators")


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
    twin.spoil(f"DROP TABLE {_T}.bijstandpersoonbus", f"DROP TABLE {_T}.bijstandpersoonbus_unlinked")

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
