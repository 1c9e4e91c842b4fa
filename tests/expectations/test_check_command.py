"""`blindevlek check`: what it says, how it ends, and where the failing keys go."""

import argparse
import re
from dataclasses import replace

import pytest

from expectations.commands import add_commands
from expectations.failing import failing_rows
from pipelines.context import Context
from pipelines.errors import EXIT_OK, CheckFailed, UserError
from tests.expectations.conftest import FIRST_RIN, Kluis
from tests.tiny import PEILJAAR

_T = f"kluis.y{PEILJAAR}"
BIJSTAND = FIRST_RIN + 10
"""The invented person with bijstand."""


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def spoiled(twin: Kluis) -> Kluis:
    twin.spoil(
        f"UPDATE {_T}.bijstandpersoonbus SET eindbijstand = aanvbijstand - 1 WHERE person = {BIJSTAND}",
        f"UPDATE {_T}.wsnppersbus SET wsnpdatumtoelaat = DATE '1500-01-01'",
    )
    return twin


def _check(kluis: Kluis, context: Context, said: list[str], *arguments: str) -> int:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    args = parser.parse_args(["check", *arguments])
    key_file = kluis.root.path.parent / "key.json"
    if not key_file.exists():
        key_file.write_text(f'{{"purpose": "synthetic", "key": "{kluis.key.secret}"}}', encoding="utf-8")
        key_file.chmod(0o600)
    return int(args.run(args, replace(context, root=kluis.root, key_file=key_file, say=said.append)))


def test_good_tables_pass_and_say_so(good: Kluis, context: Context, said: list[str]) -> None:
    assert _check(good, context, said) == EXIT_OK
    assert re.fullmatch(
        rf"{len(good.rules)} rules were checked \(all\) in [0-9.]+ s; no blocking rule fails, 0 warn.", said[-1]
    )
    assert any(re.fullmatch(r"bijstandpersoonbus \([0-9.]+ s\)", line) for line in said)
    assert "  passed  VCO  bijstandpersoonbus.begin_before_end" in said
    assert len([line for line in said if line.startswith("  passed")]) == len(good.rules)


def test_a_blocking_rule_stops_with_its_meaning_and_the_remedy(
    spoiled: Kluis, context: Context, said: list[str]
) -> None:
    with pytest.raises(CheckFailed) as raised:
        _check(spoiled, context, said, "--peiljaar", str(PEILJAAR))

    message = str(raised.value)
    assert raised.value.parts == {"registers"}
    assert "bijstandpersoonbus.begin_before_end (VCO): no spell ends" in message
    assert "blindevlek check --rows RULE" in message
    assert "wsnppersbus" not in message
    assert "  FAILED  VCO  bijstandpersoonbus.begin_before_end" in said
    assert "  warned  VIR  wsnppersbus.wsnpdatumtoelaat_in_range" in said
    assert any(line.startswith("warned: wsnppersbus.wsnpdatumtoelaat_in_range: ") for line in said)


def test_a_warning_alone_does_not_stop(twin: Kluis, context: Context, said: list[str]) -> None:
    twin.spoil(f"UPDATE {_T}.wsnppersbus SET wsnpdatumtoelaat = DATE '1500-01-01'")

    assert _check(twin, context, said) == EXIT_OK


def test_before_persons_are_built_the_registers_are_checked(twin: Kluis, context: Context, said: list[str]) -> None:
    twin.spoil(f"DROP VIEW {_T}.person_indicators", f"DROP TABLE {_T}.persons")

    assert _check(twin, context, said) == EXIT_OK
    assert "(registers)" in said[-1]


def test_rows_writes_the_failing_keys_to_a_file_in_the_kluis_and_says_only_where(
    spoiled: Kluis, context: Context, said: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    code = _check(
        spoiled,
        context,
        said,
        "--rows",
        "bijstandpersoonbus.begin_before_end",
        "wsnppersbus.wsnpdatumtoelaat_in_range",
    )

    path = spoiled.root.reports / f"check-{PEILJAAR}.csv"
    printed = capfd.readouterr()
    assert code == EXIT_OK
    assert path.read_text(encoding="utf-8").splitlines()[0] == "rule;key"
    assert sorted(path.read_text(encoding="utf-8").splitlines()[1:]) == [
        f"bijstandpersoonbus.begin_before_end;rinpersoon={BIJSTAND:09d}, aanvbijstand=2020-01-01",
        f"wsnppersbus.wsnpdatumtoelaat_in_range;rinpersoon={FIRST_RIN + 8:09d}, wsnpdatumtoelaat=1500-01-01",
    ]
    assert path.is_relative_to(spoiled.root.kluis)
    assert path.stat().st_mode & 0o077 == 0
    assert str(path) in said[-1]
    assert f"{BIJSTAND}" not in "".join(said) + printed.out + printed.err


def test_the_failing_rows_of_every_rule_can_be_asked_for_and_are_none_on_good_tables(good: Kluis) -> None:
    with_rows = [rule.id for rule in good.rules if rule.failing is not None]

    # The share of people without a gemeente or an age may be above zero in good tables; here it is not.
    path = failing_rows(good.root, good.key, good.catalogue, good.indicators, with_rows, PEILJAAR)

    assert path.read_text(encoding="utf-8").splitlines() == ["rule;key"]


SPOILED_KEYS = {
    "persons.key_once": (
        f"INSERT INTO {_T}.persons SELECT * FROM {_T}.persons WHERE person = {FIRST_RIN}",
        f"rinpersoon={FIRST_RIN:09d}",
    ),
    "gbahuishoudensbus.one_spell_on_peildatum": (
        f"INSERT INTO {_T}.gbahuishoudensbus SELECT * REPLACE (DATE '2020-02-02' AS datumaanvanghh) "
        f"FROM {_T}.gbahuishoudensbus WHERE person = {FIRST_RIN}",
        f"rinpersoon={FIRST_RIN:09d}, datumaanvanghh=2020-02-02",
    ),
    "gbaadresobjectbus.persons_exist": (
        f"UPDATE {_T}.gbaadresobjectbus SET person = 999 WHERE person = {FIRST_RIN}",
        "rinpersoon=000000999, gbadatumaanvangadreshouding=2015-01-01",
    ),
    "person_indicators.every_person": (
        f"DELETE FROM {_T}.person_words WHERE person = {FIRST_RIN}",
        f"rinpersoon={FIRST_RIN:09d}",
    ),
}


@pytest.mark.parametrize("rule_id", SPOILED_KEYS)
def test_the_file_points_at_the_rows_that_fail(twin: Kluis, rule_id: str) -> None:
    statement, key = SPOILED_KEYS[rule_id]
    twin.spoil(statement)

    path = failing_rows(twin.root, twin.key, twin.catalogue, twin.indicators, [rule_id], PEILJAAR)

    assert f"{rule_id};{key}" in path.read_text(encoding="utf-8").splitlines()


def test_a_misspelled_rule_is_answered_with_the_nearest(good: Kluis) -> None:
    with pytest.raises(UserError, match=r"Did you mean 'persons\.key_once'"):
        failing_rows(good.root, good.key, good.catalogue, good.indicators, ["persons.key_onse"], PEILJAAR)


def test_list_prints_every_rule_with_its_type_level_and_kind(good: Kluis, context: Context, said: list[str]) -> None:
    assert _check(good, context, said, "--list") == EXIT_OK

    listed = {line.split()[0] for line in said}
    assert {rule.id for rule in good.rules} <= listed
    (line,) = (line for line in said if line.startswith("gbaadresobjectbus.persons_exist "))
    assert line.split()[1:6] == ["gbaadresobjectbus", "COC", "2", "cross-table", "blocking"]


def test_a_rule_about_a_whole_table_has_no_rows_to_show(good: Kluis) -> None:
    with pytest.raises(UserError, match="as a whole"):
        failing_rows(good.root, good.key, good.catalogue, good.indicators, ["persons.not_empty"], PEILJAAR)
