"""The steps of the line, where each can be broken, and the errors that it is broken with.

What belongs here: the list of steps (a new step fails a test until it stands here) and errors that quote a row. What does
not: looking at what comes of it (`test_provoked_failures.py`).
"""

import errno
import sqlite3
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import duckdb
import great_expectations.exceptions as gx
import opendp.mod
import polars as pl
import pyarrow as pa
import pytest

from pipelines import line
from pipelines.errors import DeliveryError, KluisError
from pipelines.line import Validation
from tests.leaks.planted import CANARY, COUNTS, FIRST_RIN

T = TypeVar("T")

QUOTED = f"row ({CANARY}77, {FIRST_RIN}) of {COUNTS['who miss it in Utrecht']}"

BROKEN_AT = {
    "synthetic population": "pipelines.line.make_deliveries",
    "ingest": "pipelines.line.ingest",
    "check registers": "pipelines.line.open_warehouse",
    "persons": "pipelines.line.build_persons",
    "indicators": "pipelines.line.build_person_words",
    "check indicators": "pipelines.line.state.mark_done",
    "patterns": "pipelines.line.build_patterns",
    "measure": "pipelines.line.measure_release",
    "bundle and pages": "pipelines.line.make_bundle",
}
"""Step of the line -> what is made to fail inside it."""


INGEST_PHASES = (
    "prepare_unusable",
    "find_files",
    "standing",
    "load_register",
    "refuse_changed",
    "date_sums",
    "digest_and_sums",
    "refuse_dates",
    "combine",
    "write_coverage",
    "_require_frame",
    "check_suppliers",
    "write_delivered_files",
    "write_left_out",
    "_print",
    "register_deliveries",
    "_write_deliveries",
)
"""What ingest calls between its first statement and its last, in order."""

_RELEASE_MAKE = "pipelines.line.measure_as_it_stands"
BROKEN_COMMANDS = {
    ("run",): "pipelines.line.run_line",
    ("status",): "pipelines.status.read_status",
    ("population",): "pipelines.population.make.make_deliveries",
    ("population", "report"): "pipelines.population.calibration.read_results",
    ("ingest",): "pipelines.registers.ingest.ingest",
    ("purge", "--before", "2024", "--yes"): "pipelines.state.prepare_state",
    ("check",): "expectations.runner.run_suites",
    ("check", "--rows", "bijstandpersoonbus.bijstandsoort_known"): "expectations.failing.failing_rows",
    ("registers", "check", "{deliveries}"): "pipelines.registers.look.look_at",
    ("persona", "attrition", "dakloos-verslaafd-schulden"): "pipelines.personas.attrition.persona_patterns",
    ("persona", "trace", "dakloos-verslaafd-schulden", "--example", "1"): "pipelines.personas.trace.trace",
    ("release", "plan"): "pipelines.release.measure.prepare",
    ("release", "make"): _RELEASE_MAKE,
    ("release", "show"): "pipelines.release.manifest.verify",
    ("release", "evidence"): "pipelines.release.evidence.counted",
    ("plan", "show"): "pipelines.release.measure.prepare",
    ("plan", "loss"): "pipelines.release.expected_loss.count_expected_loss",
    ("ledger",): "pipelines.release.ledger_reading.read_ledger",
    ("ledger", "show"): "pipelines.release.ledger_reading.read_ledger",
    ("ledger", "verify"): "pipelines.release.ledger_reading.read_ledger",
    ("ledger", "backup", "--to", "{elsewhere}"): "pipelines.release.ledger_reading.read_ledger",
    ("audit",): "pipelines.audit_run.audit_plan",
    ("municipal", "link"): "pipelines.registers.municipal.link.link",
    ("municipal", "synthetic", "--to", "{elsewhere}"): "pipelines.registers.municipal.synthetic.make_raw_files",
}
"""Command that opens the kluis -> what is made to fail inside it."""

NEVER_OPEN_THE_KLUIS = (
    "key new", "municipal template", "municipal pseudonymise", "municipal key new", "municipal key check",
    "municipal key rotate", "municipal key share", "persona list", "persona explain", "persona sql", "persona new",
    "persona diff", "persona lint", "persona schema", "persona show", "persona status", "persona freeze",
    "persona accept", "persona retire", "registers list", "registers show", "registers add", "plan check",
    "plan optimise", "release compare", "release sum", "review accounts add", "review accounts list",
    "review accounts password", "review accounts close", "review serve", "review status", "publish", "publish demo",
    "release check", "serve", "site build",
)  # fmt: skip
"""Commands that read specs, keys and published files. `municipal pseudonymise` reads a raw file, and is provoked with one."""


def _own() -> Exception:
    """Our own error, in words that hold nothing, on which a library's hangs in every way there is."""
    error = DeliveryError("the delivery was refused, in words of our own.")
    error.__cause__ = duckdb.ConversionException(QUOTED)
    error.__context__ = duckdb.ConstraintException(QUOTED)
    error.add_note(QUOTED)
    return error


def _of_the_kluis() -> Exception:
    error = KluisError("the kluis failed at: a step (ConversionException).")
    error.__context__ = duckdb.ConversionException(QUOTED)
    return error


class _Panic(BaseException):
    """As a panic of a library in Rust arrives in Python: no Exception, so that `except Exception` lets it pass."""


ERRORS: dict[str, Callable[[], BaseException]] = {
    "DuckDB": lambda: duckdb.ConversionException(f"Could not convert string '{QUOTED}' to INT32"),
    "Polars": lambda: pl.exceptions.ComputeError(f"conversion failed for {QUOTED}"),
    "pyarrow": lambda: pa.ArrowInvalid(f"In CSV column #1: {QUOTED}"),
    "OpenDP": lambda: opendp.mod.OpenDPException("FailedFunction", QUOTED),
    "Great Expectations": lambda: gx.MetricResolutionError(QUOTED, ()),
    "SQLite": lambda: sqlite3.IntegrityError(f"UNIQUE constraint failed: {QUOTED}"),
    "the disk, in words of a library": lambda: OSError(errno.ENOSPC, QUOTED, CANARY),
    "a key that is not there": lambda: KeyError(QUOTED),
    "a panic": lambda: _Panic(QUOTED),
    "our own": _own,
    "our own of the kluis": _of_the_kluis,
    "an interruption": lambda: KeyboardInterrupt(QUOTED),
}


MET_APART = ("DuckDB", "SQLite", "the disk, in words of a library", "a panic", "our own", "an interruption")
"""One error of each kind that some handler meets apart. Provoked at every place; the others, which nothing tells apart
from these, at one place of each front door."""


def at_every_place(places: Iterable[T], everything_at: T) -> list[tuple[T, str]]:
    """Place and error, for every place."""
    return [(place, error) for place in places for error in (ERRORS if place == everything_at else MET_APART)]


EMPTY = Validation(lambda _context, _peiljaar, _which: None, "0" * 64)
_STEPS = {
    "synthetic population": "make_population",
    "ingest": "take_in",
    "persons": "count_population",
    "indicators": "find_indicators",
    "patterns": "group_patterns",
}
"""Step -> the function of the line that does it; those of checks and of the release are told by their names."""


def raising(make: Callable[[], BaseException]) -> Callable[..., Any]:
    def fail(*_arguments: Any, **_options: Any) -> None:
        raise make()

    return fail


def alone(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Let every step before this one count as done at once, and this one as not done."""
    for name, function in _STEPS.items():
        if name != step:
            monkeypatch.setattr(line, function, lambda *_arguments: False)
    validate = line.validate
    monkeypatch.setattr(
        line,
        "validate",
        lambda room, year, which, suites: step == f"check {which}" and validate(room, year, which, suites),
    )
    monkeypatch.setattr(line, "_is_done", lambda *_arguments: False)
    monkeypatch.setattr(line, "_upstream", lambda *_arguments: "0" * 64)
    monkeypatch.setattr("expectations.validation.validation", lambda: EMPTY)
