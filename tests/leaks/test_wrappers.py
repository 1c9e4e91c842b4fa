"""Each wrapper around a library, alone: whatever fails inside it, in whatever way, what comes out carries nothing."""

import gc
import logging
import sqlite3
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, cast

import duckdb
import numpy as np
import opendp.mod
import pytest

import cli
from assets.resources import Refused, Rooms, StepContext
from expectations.evaluate import evaluate
from expectations.runner import reader
from pipelines.errors import KluisError, RoomError
from pipelines.privacy.drawing import _counted
from pipelines.privacy.mechanism import OpenDPGaussian
from pipelines.privacy.store import lessons
from pipelines.progress import silent
from pipelines.registers import delivery_register
from pipelines.release.ledger_reading import cap_of
from pipelines.warehouse import Warehouse, open_warehouse
from pipelines.withheld import quiet_libraries, raise_alone, told_of
from tests.leaks.conftest import Place
from tests.leaks.planted import CANARY
from tests.leaks.provoked import ERRORS, QUOTED, raising
from tests.leaks.searching import EVERYTHING, everything_of
from tests.tiny import PEILJAAR

OF_LIBRARIES = ("DuckDB", "Polars", "pyarrow", "OpenDP", "SQLite", "the disk, in words of a library")


def _nothing_of(work: Callable[[], object], kind: type[Exception] | tuple[type[Exception], ...]) -> str:
    """The words of the error that this work fails with, after a look at all that hangs on it."""
    with pytest.raises(kind) as caught:
        work()
    assert EVERYTHING.in_text(everything_of(caught.value)) == []
    return str(caught.value)


@contextmanager
def _a_wrapper(error: RoomError) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error:
        raise_alone(error)


def _with_a_cause() -> RoomError:
    error = RoomError("in words of our own")
    error.__cause__ = ERRORS["DuckDB"]()
    return error


@pytest.mark.parametrize("error", [RoomError("in words of our own"), _with_a_cause()], ids=["alone", "with a cause"])
def test_an_error_that_is_raised_alone_carries_no_other_also_out_of_a_wrapper(error: RoomError) -> None:
    def work() -> None:
        with _a_wrapper(error):
            raise ERRORS["SQLite"]()

    assert _nothing_of(work, RoomError) == "in words of our own"


class _Failing:
    """A connection of which every call, or every statement that begins so, fails as a library does."""

    def __init__(self, error: str, beginning: str = "") -> None:
        self._make, self._beginning = ERRORS[error], beginning
        self.closed = False

    def execute(self, statement: str, *_parameters: Any) -> "_Failing":
        if statement.startswith(self._beginning):
            raise self._make()
        return self

    sql = execute

    def fetchall(self) -> list[tuple[Any, ...]]:
        return []

    def cursor(self) -> "_Failing":
        return self

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("error", OF_LIBRARIES)
@pytest.mark.parametrize("call", ["run", "rows", "value", "frame", "has_twice"])
def test_every_call_of_the_warehouse_tells_the_step_and_the_kind_only(call: str, error: str) -> None:
    warehouse = Warehouse(_Failing(error))  # type: ignore[arg-type]

    words = _nothing_of(lambda: getattr(warehouse, call)("SELECT 1", step="a step"), KluisError)

    assert f"a step ({type(ERRORS[error]()).__name__})" in words


def test_what_a_roll_back_fails_with_does_not_take_the_place_of_what_came_first() -> None:
    warehouse = Warehouse(_Failing("DuckDB", "ROLLBACK"))  # type: ignore[arg-type]

    def work() -> None:
        with warehouse.transaction():
            raise RoomError("what came first")

    assert _nothing_of(work, RoomError) == "what came first"


@pytest.mark.parametrize("beginning", ["LOAD", "ATTACH", "USE", "PRAGMA add_parquet_key", "SET"])
def test_a_warehouse_that_does_not_open_shows_neither_its_key_nor_words_of_the_library(
    copied: Place, monkeypatch: pytest.MonkeyPatch, beginning: str
) -> None:
    connection, key = _Failing("DuckDB", beginning), copied.context.key()
    monkeypatch.setattr(duckdb, "connect", lambda *_arguments, **_options: connection)

    def work() -> None:
        with open_warehouse(copied.root, key):
            pass

    words = _nothing_of(work, RoomError)

    assert "ConversionException" in words
    assert key.secret not in words
    assert connection.closed


def test_a_schema_that_cannot_be_read_is_told_without_words_of_the_library() -> None:
    warehouse = Warehouse(_Failing("DuckDB"))  # type: ignore[arg-type]

    assert "ConversionException" in _nothing_of(lambda: reader(warehouse, f"y{PEILJAAR}"), KluisError)


def test_great_expectations_that_does_not_start_is_told_without_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("great_expectations.get_context", raising(ERRORS["Great Expectations"]))

    words = _nothing_of(lambda: evaluate([], raising(ERRORS["DuckDB"]), silent), KluisError)

    assert "MetricResolutionError" in words


def _noise(failing: Any) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipelines.privacy.mechanism._gaussian", lambda *_arguments: failing)
        OpenDPGaussian().add_noise(np.zeros(2, dtype=np.int64), 1.0)


def test_what_fails_around_the_noise_carries_nothing() -> None:
    failing = raising(lambda: opendp.mod.OpenDPException("FailedFunction", QUOTED))

    assert "OpenDPException" in _nothing_of(lambda: _counted(failing), KluisError)
    assert "OpenDPException" in _nothing_of(lambda: _noise(failing), KluisError)


@pytest.mark.parametrize(
    "error",
    [
        sqlite3.IntegrityError(QUOTED),
        sqlite3.OperationalError(QUOTED),
        sqlite3.Error(QUOTED),
        UnicodeDecodeError("utf-8", QUOTED.encode(), 0, 1, QUOTED),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_the_ledger_fails_with_is_told_in_words_of_ours(error: Exception) -> None:
    def work() -> None:
        with lessons():
            raise error

    _nothing_of(work, RoomError)


def test_the_files_of_sqlite_beside_the_warehouse_fail_in_words_of_ours(
    copied: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = copied.root
    monkeypatch.setattr(sqlite3, "connect", raising(ERRORS["SQLite"]))

    def register() -> None:
        with delivery_register._open(root.delivery_register):
            pass

    assert "IntegrityError" in _nothing_of(register, RoomError)
    assert "IntegrityError" in _nothing_of(lambda: cap_of(root), RoomError)


@contextmanager
def as_outside_of_tests() -> Iterator[None]:
    """What a test runner listens with, taken away: Python then prints what nobody catches."""
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        patch.setattr(sys, "unraisablehook", sys.__unraisablehook__)
        patch.setattr(threading, "excepthook", threading.__excepthook__)
        patch.setattr(sys, "warnoptions", [])
        patch.setattr(warnings, "showwarning", lambda message, *_rest, **_more: sys.stderr.write(f"{message}\n"))
        patch.setattr(logging.getLogger(), "handlers", [])
        warnings.simplefilter("always")
        yield


class _Dropped:
    def __del__(self) -> None:
        raise ValueError(QUOTED)


def _in_a_thread() -> None:
    thread = threading.Thread(target=raising(ERRORS["DuckDB"]))
    thread.start()
    thread.join()


def _in_a_finaliser() -> None:
    _Dropped()
    gc.collect()


ASIDE: dict[str, Callable[[], None]] = {
    "a log": lambda: logging.getLogger("somebody.else").error(QUOTED),
    "a warning": lambda: warnings.warn(QUOTED, RuntimeWarning, stacklevel=1),
    "in a thread": _in_a_thread,
    "in a finaliser": _in_a_finaliser,
}
"""Ways past every handler in which a library says something."""


@pytest.mark.parametrize("way", ASIDE)
def test_what_a_library_says_aside_is_heard_outside_the_silence_and_not_inside(
    capfd: pytest.CaptureFixture[str], way: str
) -> None:
    with as_outside_of_tests():
        with quiet_libraries():
            ASIDE[way]()
        inside = capfd.readouterr()
        ASIDE[way]()

    assert (inside.out, inside.err) == ("", "")
    assert "a canary" in EVERYTHING.in_text(capfd.readouterr().err)


def _aside_and_then_ours(way: str) -> None:
    ASIDE[way]()
    raise RoomError("it went on")


@pytest.mark.parametrize("way", ASIDE)
def test_a_command_works_in_silence(
    at_the_copy: Place, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], way: str
) -> None:
    monkeypatch.setattr("pipelines.status.read_status", lambda *_arguments: _aside_and_then_ours(way))

    with as_outside_of_tests():
        code = cli.main(["status"])

    said = capfd.readouterr()
    assert code == RoomError.exit_code
    assert "it went on" in said.err
    assert EVERYTHING.in_text(said.out + said.err) == []


class _Step:
    """As much of the context of a step of Dagster as the rooms look at."""

    has_partition_key, partition_key = True, str(PEILJAAR)
    log = logging.getLogger("dagster.of.a.test")
    op_execution_context = SimpleNamespace(op=SimpleNamespace(name="kluis__persons"))


@pytest.mark.parametrize("way", ASIDE)
def test_a_step_of_dagster_works_in_silence(at_the_copy: Place, capfd: pytest.CaptureFixture[str], way: str) -> None:
    with as_outside_of_tests():
        outcome = Rooms().attempt(cast(StepContext, _Step()), lambda _room, _peiljaar: _aside_and_then_ours(way))

    said = capfd.readouterr()
    assert outcome == Refused("it went on", by_rules=False)
    assert EVERYTHING.in_text(said.out + said.err) == []


def test_the_place_of_an_error_is_one_in_our_code_or_none() -> None:
    with pytest.raises(ValueError, match=CANARY) as caught:
        int(QUOTED)

    assert told_of(caught.value) == "ValueError"
