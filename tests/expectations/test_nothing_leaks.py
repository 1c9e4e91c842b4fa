"""What suites see stays inside: a planted value is in no result, exception, log or output."""

import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from great_expectations.datasource.fluent.interfaces import Batch

from expectations.dialect import engine_url
from expectations.evaluate import evaluate
from expectations.runner import reader, require_passed, run_suites
from pipelines.errors import CheckFailed, KluisError, RoomError
from pipelines.rooms import WarehouseKey, make_key
from pipelines.warehouse import open_warehouse
from tests.expectations.conftest import FIRST_RIN, Kluis
from tests.tiny import PEILJAAR

_T = f"kluis.y{PEILJAAR}"
CANARY = "kanarie7f3a91"
CANARY_RIN = 707_070_707


def _all_text(error: BaseException | None) -> str:
    """The text of an exception and of everything that hangs on it."""
    if error is None:
        return ""
    own = f"{error!r} {error.args!r} {error.__dict__!r} {getattr(error, '__notes__', '')}"
    return own + _all_text(error.__context__) + _all_text(error.__cause__)


def _plant(twin: Kluis) -> None:
    twin.spoil(
        f"UPDATE {_T}.bijstandpersoonbus SET bijstandsoort = '{CANARY}', person = {CANARY_RIN}",
        f"INSERT INTO {_T}.bijstandpersoonbus SELECT * FROM {_T}.bijstandpersoonbus",
        f"UPDATE {_T}.gbahuishoudensbus SET person = {CANARY_RIN}, typhh = '{CANARY}' WHERE person = {FIRST_RIN}",
    )


def test_a_planted_value_is_in_no_result_log_or_output(
    twin: Kluis, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    _plant(twin)
    said: list[str] = []

    with caplog.at_level(logging.DEBUG):
        result = run_suites(
            twin.root, twin.key, twin.catalogue, twin.indicators, PEILJAAR, which="all", progress=said.append
        )
    with pytest.raises(CheckFailed) as refused:
        require_passed(result)

    printed = capfd.readouterr()
    everything = repr(result) + repr(said) + caplog.text + printed.out + printed.err + _all_text(refused.value)
    assert not result.passed
    assert "bijstandpersoonbus.bijstandsoort_known" in str(refused.value)
    assert CANARY not in everything
    assert str(CANARY_RIN) not in everything
    assert printed.out == printed.err == ""


def test_a_rule_that_cannot_be_evaluated_fails_without_its_reason(
    twin: Kluis, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    # The cast of the planted text fails inside the check, and DuckDB quotes the text.
    twin.spoil(
        f"UPDATE {_T}.bijstandpersoonbus SET bijstandsoort = '{CANARY}'",
        f"ALTER TABLE {_T}.bijstandpersoonbus RENAME TO kept",
        f"CREATE VIEW {_T}.bijstandpersoonbus AS SELECT * REPLACE (make_date(bijstandsoort::INTEGER, 1, 1) "
        f"AS aanvbijstand) FROM {_T}.kept",
    )

    with caplog.at_level(logging.DEBUG):
        result = run_suites(twin.root, twin.key, twin.catalogue, twin.indicators, PEILJAAR, which="registers")

    printed = capfd.readouterr()
    failed = {r.rule_id for r in result.results if not r.success}
    assert "bijstandpersoonbus.aanvbijstand_filled" in failed
    assert all(rule_id.startswith("bijstandpersoonbus.") for rule_id in failed)
    assert CANARY not in repr(result) + caplog.text + printed.out + printed.err


def test_a_rule_on_a_missing_column_fails_alone_and_says_nothing_of_it(
    twin: Kluis, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    # The library's text would name the columns that there are, and the query.
    twin.spoil(
        f"UPDATE {_T}.bijstandpersoonbus SET bijstandsoort = '{CANARY}'",
        f"ALTER TABLE {_T}.bijstandpersoonbus RENAME bijstandsoort TO {CANARY}",
    )

    with caplog.at_level(logging.DEBUG):
        result = run_suites(twin.root, twin.key, twin.catalogue, twin.indicators, PEILJAAR, which="registers")

    printed = capfd.readouterr()
    assert {r.rule_id for r in result.results if not r.success} == {
        "bijstandpersoonbus.bijstandsoort_known",
        "bijstandpersoonbus.columns_typed",
        "bijstandpersoonbus.no_overlap",
    }
    assert CANARY not in repr(result) + caplog.text + printed.out + printed.err


def test_what_the_library_holds_of_a_failing_rule_has_no_value(twin: Kluis) -> None:
    _plant(twin)
    held: list[str] = []
    rules = [rule for rule in twin.rules if rule.suite == "bijstandpersoonbus"]

    with open_warehouse(twin.root, twin.key, read_only=True) as warehouse, pytest.MonkeyPatch.context() as patch:
        validate = Batch.validate

        def listening(*arguments: Any, **options: Any) -> Any:
            outcome = validate(*arguments, **options)
            held.append(repr(outcome.to_json_dict()))
            return outcome

        patch.setattr(Batch, "validate", listening)
        outcome = evaluate(rules, lambda: reader(warehouse, f"y{PEILJAAR}"), lambda _message: None)

    assert not all(outcome.holds.values())
    assert len(held) == 1
    assert CANARY not in held[0]
    assert str(CANARY_RIN) not in held[0]


def test_a_table_that_breaks_the_library_raises_our_own_error_alone(
    twin: Kluis, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    twin.spoil(
        f"UPDATE {_T}.bijstandpersoonbus SET bijstandsoort = '{CANARY}'",
        f"ALTER TABLE {_T}.bijstandpersoonbus RENAME TO kept",
        f"CREATE VIEW {_T}.bijstandpersoonbus AS SELECT * FROM {_T}.kept WHERE bijstandsoort::INTEGER > 0",
    )

    with caplog.at_level(logging.DEBUG), pytest.raises(KluisError) as raised:
        run_suites(twin.root, twin.key, twin.catalogue, twin.indicators, PEILJAAR, which="registers")

    printed = capfd.readouterr()
    assert raised.value.__context__ is None
    assert raised.value.__cause__ is None
    assert "bijstandpersoonbus" in str(raised.value)
    assert CANARY not in _all_text(raised.value) + caplog.text + printed.out + printed.err


def test_the_logging_of_the_libraries_is_as_before_after_a_check(good: Kluis) -> None:
    logger = logging.getLogger("great_expectations")
    before = (logger.level, logger.propagate, logger.handlers[:])

    run_suites(good.root, good.key, good.catalogue, good.indicators, PEILJAAR, which="indicators")

    assert (logger.level, logger.propagate, logger.handlers[:]) == before


def test_the_wrong_key_is_a_room_error_without_the_key(good: Kluis, tmp_path: Path) -> None:
    wrong = make_key(tmp_path / "wrong.json", "synthetic")

    with pytest.raises(RoomError) as raised:
        run_suites(good.root, wrong, good.catalogue, good.indicators, PEILJAAR, which="all")

    assert wrong.secret not in _all_text(raised.value)
    assert raised.value.__context__ is None


def test_the_engine_knows_neither_key_nor_place(good: Kluis) -> None:
    with (
        open_warehouse(good.root, good.key, read_only=True) as warehouse,
        engine_url(lambda: reader(warehouse, f"y{PEILJAAR}")) as url,
    ):
        engine = sqlalchemy.create_engine(url)
        with engine.connect() as connection:
            persons = connection.execute(sqlalchemy.text("SELECT count(*) > 0 FROM persons")).scalar()
        shown = f"{url} {engine!r} {engine.url!r} {engine.dialect.__dict__!r} {engine.pool!r}"
        engine.dispose()

    assert persons is True
    assert good.key.secret not in shown
    assert str(good.root.path) not in shown


def test_a_url_without_its_opener_opens_nothing(good: Kluis) -> None:
    with (
        open_warehouse(good.root, good.key, read_only=True) as warehouse,
        engine_url(lambda: reader(warehouse, f"y{PEILJAAR}")) as url,
    ):
        pass

    with pytest.raises(KeyError):
        sqlalchemy.create_engine(url).connect()


def test_the_checks_cannot_write(good: Kluis) -> None:
    with (
        open_warehouse(good.root, good.key, read_only=True) as warehouse,
        engine_url(lambda: reader(warehouse, f"y{PEILJAAR}")) as url,
    ):
        engine = sqlalchemy.create_engine(url)
        with engine.connect() as connection, pytest.raises(sqlalchemy.exc.DBAPIError):
            connection.execute(sqlalchemy.text("DELETE FROM persons"))
        engine.dispose()


def test_a_check_that_asks_for_rows_of_a_population_is_refused(good: Kluis) -> None:
    with (
        open_warehouse(good.root, good.key, read_only=True) as warehouse,
        engine_url(lambda: reader(warehouse, f"y{PEILJAAR}")) as url,
    ):
        engine = sqlalchemy.create_engine(url)
        with engine.connect() as connection, pytest.raises(sqlalchemy.exc.DBAPIError, match="instead of an aggregate"):
            connection.execute(sqlalchemy.text("SELECT * FROM range(20000)"))
        engine.dispose()


def test_the_warehouse_can_be_written_right_after_a_check(twin: Kluis) -> None:
    run_suites(twin.root, twin.key, twin.catalogue, twin.indicators, PEILJAAR, which="indicators")

    twin.spoil(f"DELETE FROM {_T}.persons")

    with open_warehouse(twin.root, twin.key, read_only=True) as warehouse:
        assert warehouse.value(f"SELECT count(*) FROM {_T}.persons", step="count") == 0


def test_an_engine_that_is_kept_does_not_keep_the_warehouse_locked(twin: Kluis) -> None:
    with (
        open_warehouse(twin.root, twin.key, read_only=True) as warehouse,
        engine_url(lambda: reader(warehouse, f"y{PEILJAAR}")) as url,
    ):
        kept = sqlalchemy.create_engine(url)
        with kept.connect() as connection:
            connection.execute(sqlalchemy.text("SELECT 1"))

    finished = subprocess.run(
        [sys.executable, "-c", _WRITE, str(twin.root.path)],
        env={**os.environ, "KEY": twin.key.secret},
        capture_output=True,
        text=True,
        check=False,
    )

    assert kept is not None
    assert finished.returncode == 0, finished.stderr


_WRITE = """
import os, sys
from pathlib import Path
from pipelines.rooms import DataRoot, WarehouseKey
from pipelines.warehouse import open_warehouse
with open_warehouse(DataRoot(Path(sys.argv[1])), WarehouseKey("synthetic", os.environ["KEY"])) as warehouse:
    warehouse.run("CREATE TABLE kluis.main.touched (i INTEGER)", step="touch")
"""


def test_the_front_doors_do_not_load_the_library() -> None:
    code = (
        "import sys, expectations.commands, expectations.runner, expectations.failing; "
        "sys.exit(sum(name in sys.modules for name in ('great_expectations', 'sqlalchemy', 'duckdb_engine')))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_telemetry_is_off_before_the_library_is_loaded(good: Kluis) -> None:
    run_suites(good.root, good.key, good.catalogue, good.indicators, PEILJAAR, which="indicators")

    assert os.environ["GX_ANALYTICS_ENABLED"] == "false"


def test_the_key_of_a_kluis_is_not_in_its_repr(good: Kluis) -> None:
    assert good.key.secret not in repr(WarehouseKey("synthetic", good.key.secret))
