"""At every step every kind of error is provoked, at both front doors: what comes out quotes nothing."""

import ast
import json
import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

import cli
from pipelines import line
from pipelines import warehouse as warehouse_module
from pipelines.errors import KluisError
from pipelines.population.settings import PopulationSettings
from pipelines.registers import ingest
from pipelines.registers.digest import ALGORITHM, Digest
from pipelines.rooms import DataRoot
from pipelines.warehouse import open_warehouse
from tests.conftest import CHECKOUT
from tests.leaks.conftest import Place
from tests.leaks.provoked import BROKEN_AT, EMPTY, ERRORS, INGEST_PHASES, QUOTED, alone, at_every_place, raising
from tests.leaks.searching import EVERYTHING, everything_of
from tests.tiny import PEILJAAR


def test_the_list_has_every_step_of_the_line(copied: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    context = copied.context
    for function in ("make_population", "take_in", "validate", "count_population", "find_indicators", "group_patterns"):
        monkeypatch.setattr(line, function, lambda *_arguments: False)
    for function in ("measure_release", "make_bundle"):
        monkeypatch.setattr(line, function, lambda *_arguments: SimpleNamespace(is_new=True))

    done = line.run_line(context, context.plan("2023-voorlopig"), EMPTY, PopulationSettings(PEILJAAR, context.scale, 1))

    assert list(done.seconds) == list(BROKEN_AT)


@pytest.mark.parametrize(("step", "error"), at_every_place(BROKEN_AT, "persons"))
def test_the_command_line_quotes_nothing(
    at_the_copy: Place, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], step: str, error: str
) -> None:
    alone(monkeypatch, step)
    monkeypatch.setattr(BROKEN_AT[step], raising(ERRORS[error]))

    code = cli.main(["run", *(["--synthetic"] if step == "synthetic population" else [])])

    said = capfd.readouterr()
    assert code != 0
    assert "blindevlek: " in said.err
    assert EVERYTHING.in_text(said.out + said.err) == []
    record = at_the_copy.root.kluis / "last_run.json"
    assert json.loads(record.read_text(encoding="utf-8"))["outcome"].startswith("failed (")
    assert EVERYTHING.in_file(record) == []
    assert EVERYTHING.in_tree(at_the_copy.root.temp) == []


def test_the_list_has_every_phase_of_ingest() -> None:
    module = ast.parse(Path(str(ingest.__file__)).read_text(encoding="utf-8"))
    names = {alias.name for node in module.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    own = {node.name for node in module.body if isinstance(node, ast.FunctionDef)}
    (load_all,) = [n for n in module.body if isinstance(n, ast.FunctionDef) and n.name == "_load_all"]

    calls = [n for n in ast.walk(load_all) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    called = {call.func.id for call in calls if isinstance(call.func, ast.Name)} & (names | own)

    public = {"DeliveryError", "year_schema", "Arrived", "_taken"}
    assert called - public == set(INGEST_PHASES)


@pytest.mark.parametrize("phase", INGEST_PHASES)
def test_ingest_quotes_nothing_whatever_phase_fails(
    at_the_copy: Place, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], phase: str
) -> None:
    """What comes before the phase and takes long is left out: a phase fails as soon as it is reached."""
    done: dict[str, object] = {
        "load_register": 0,
        "digest_and_sums": (Digest("0" * 64, ALGORITHM), ()),
        "write_coverage": None,
    }
    for name, outcome in done.items():
        monkeypatch.setattr(ingest, name, lambda *_arguments, outcome=outcome: outcome)
    for name in ("check_suppliers", "check_unclaimed_files", "check_undeclared_files"):
        monkeypatch.setattr(ingest, name, lambda *_arguments: None)
    monkeypatch.setattr(ingest.state, "is_done", lambda *_arguments: False)

    for error in ("DuckDB", "a panic", "our own", "an interruption"):
        monkeypatch.setattr(ingest, phase, raising(ERRORS[error]))
        code = cli.main(["ingest"])

        said = capfd.readouterr()
        assert code != 0
        assert EVERYTHING.in_text(said.out + said.err) == []
    with open_warehouse(at_the_copy.root, at_the_copy.context.key(), read_only=True) as warehouse:
        assert warehouse.has_table(f"y{PEILJAAR}", "persons"), "what stood there stands there still"


class _Breaking:
    """A connection that fails at one of its statements, as a library does: with the row in its words."""

    def __init__(self, real: Any, at: int, seen: list[int]) -> None:
        self._real, self._at, self._seen = real, at, seen

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def _count(self, statement: str) -> None:
        if statement != "ROLLBACK":
            self._seen[0] += 1
            if self._seen[0] == self._at:
                raise duckdb.ConversionException(QUOTED)

    def execute(self, statement: str, *rest: Any) -> Any:
        self._count(statement)
        return self._real.execute(statement, *rest)

    def sql(self, statement: str, *rest: Any) -> Any:
        self._count(statement)
        return self._real.sql(statement, *rest)


@pytest.mark.parametrize("step", ["count_population", "find_indicators", "measure"])
def test_whatever_statement_fails_the_error_is_ours_and_carries_nothing(
    at_the_copy: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, step: str
) -> None:
    """The first statements of a step one by one: every call on microdata goes through the same wrapper."""
    place = DataRoot(tmp_path / "data")
    shutil.copytree(
        at_the_copy.root.kluis, place.kluis, ignore=shutil.ignore_patterns("deliveries", "ledger*", "dagster")
    )
    context = replace(at_the_copy.context, root=place)
    real = warehouse_module.connect
    monkeypatch.setattr(line, "_is_done", lambda *_arguments: False)
    about = context.plan("2023-voorlopig") if step == "measure" else PEILJAAR

    for at in range(1, 5):
        seen = [0]
        monkeypatch.setattr(
            warehouse_module, "connect", lambda *a, at=at, seen=seen, **k: _Breaking(real(*a, **k), at, seen)
        )
        with pytest.raises(KluisError, match="ConversionException") as caught:
            getattr(line, step)(context, about)

        assert EVERYTHING.in_text(everything_of(caught.value)) == []


def test_no_handler_of_a_library_raises_while_its_error_is_held() -> None:
    """`from None` hides an error from a printed traceback only: it stays on the new one as its context."""
    found = []
    for path in (p for room in ("pipelines", "expectations", "assets") for p in (CHECKOUT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler) and _of_a_library(node):
                found += [f"{path.name}:{n.lineno}" for n in ast.walk(node) if isinstance(n, ast.Raise) and n.exc]

    assert found == []


def _of_a_library(handler: ast.ExceptHandler) -> bool:
    caught = ast.unparse(handler.type) if handler.type else "BaseException"
    return any(word in caught for word in ("Exception", "duckdb", "sqlite3", "polars", "pa.", "opendp"))


def test_what_is_provoked_would_be_found() -> None:
    assert EVERYTHING.in_text(QUOTED) == ["a RIN", "a canary", "the count who miss it in Utrecht"]
    assert [name for name, make in ERRORS.items() if QUOTED not in _all_of(make())] == []


def _all_of(error: BaseException) -> str:
    return f"{error} {error.args} {vars(error)} {error.__cause__} {error.__context__}"
