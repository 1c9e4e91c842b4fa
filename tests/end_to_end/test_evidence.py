"""Evidence for the output checker: exact counts beside what was measured, in the kluis and nowhere else."""

import shutil
from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from expectations.validation import validation
from pipelines import line
from pipelines.context import Context
from pipelines.errors import RoomError, UserError
from pipelines.line_commands import make_evidence
from pipelines.personas.attrition_log import read_looks
from pipelines.release import evidence, measure
from pipelines.release.evidence import evidence_place, write_evidence
from pipelines.release.ledger_reading import read_ledger
from pipelines.rooms import DataRoot
from tests.end_to_end.conftest import PRIME, context_in, deliver_people

PLAN = "2023-voorlopig"
Run = tuple[Context, line.Finished, list[str]]


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def measured(finished: Run, tmp_path: Path, said: list[str]) -> Context:
    """A copy of the data root that the line went through, to be written in."""
    shutil.copytree(finished[0].root.path, tmp_path / "data")
    return replace(finished[0], root=DataRoot(tmp_path / "data"), progress=said.append, say=said.append)


def ask(context: Context, to: Path | None = None) -> int:
    """The command, as the front door calls it."""
    return make_evidence(Namespace(plan=PLAN, to=to), context, validation())


def test_every_measured_cell_stands_beside_its_exact_count(measured: Context, finished: Run) -> None:
    assert ask(measured) == 0

    table = pl.read_csv(measured.root.reports / "uitvoercontrole" / f"{PLAN}.csv")
    drawn = pl.read_parquet(finished[1].bundle.folder / "metingen.parquet")
    assert table.select("tabel", "regio", "meting").equals(drawn.select("tabel", "regio", "meting"))
    national = table.filter(
        (pl.col("persona") == "dakloos-verslaafd-schulden")
        & (pl.col("tabel") == "land")
        & (pl.col("toestand") == "missing")
    )
    assert national["n"].to_list() == [PRIME]
    # False alarm 2e-10: at most 160,000 cells, each beyond eight sigma once in 8e14 draws.
    assert ((table["meting"] - table["n"]).abs() / table["sigma"]).max() < 8  # type: ignore[operator]


def test_the_files_are_for_their_owner_only_and_nothing_of_them_is_said(measured: Context, said: list[str]) -> None:
    ask(measured)

    folder = measured.root.reports / "uitvoercontrole"
    assert sorted(path.name for path in folder.iterdir()) == [f"{PLAN}.csv", f"{PLAN}.txt"]
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    text = (folder / f"{PLAN}.txt").read_text(encoding="utf-8")
    assert "ALLEEN VOOR BINNEN DE KLUIS" in text
    assert "geldt de hele uitgave" in text
    assert not any(str(PRIME) in sentence for sentence in said)
    assert any(str(folder) in sentence for sentence in said)


def test_it_spends_nothing_and_leaves_the_bundle_as_it_was(measured: Context) -> None:
    rooms = (measured.root.wachtruimte, measured.root.openbaar)
    before = {path: path.read_bytes() for room in rooms for path in room.rglob("*") if path.is_file()}

    ask(measured)

    assert len(read_ledger(measured.root)) == 1
    assert {path: path.read_bytes() for room in rooms for path in room.rglob("*") if path.is_file()} == before


PLACES: dict[str, Callable[[DataRoot], Path]] = {
    "another room": lambda root: root.wachtruimte / "n.csv",
    "the public room": lambda root: root.openbaar / "n.csv",
    "beside the rooms": lambda root: root.path / "n.csv",
    "elsewhere": lambda root: root.path.parent / "n.csv",
    "out through dots": lambda root: root.kluis / ".." / "wachtruimte" / "n.csv",
    "through a link": lambda root: root.kluis / "link" / "n.csv",
}


@pytest.mark.parametrize("place", PLACES)
def test_a_place_outside_the_kluis_is_refused_before_anything_is_counted(
    measured: Context, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    (measured.root.kluis / "link").symlink_to(measured.root.wachtruimte)
    monkeypatch.setattr(evidence, "counted", lambda *_: pytest.fail("it was counted"))
    wanted = PLACES[place](measured.root)

    with pytest.raises(RoomError, match="does not lie in the kluis"):
        ask(measured, wanted)
    with pytest.raises(RoomError, match="does not lie in the kluis"):
        write_evidence(measured, measured.plan(PLAN), wanted)

    assert not wanted.exists()


@pytest.mark.parametrize("name", ["ledger.sqlite", "warehouse.duckdb", "there.csv", "beside.csv"])
def test_what_lies_in_the_kluis_already_is_never_overwritten(measured: Context, name: str) -> None:
    (measured.root.kluis / "there.csv").write_text("there", encoding="utf-8")
    (measured.root.kluis / "beside.txt").write_text("there", encoding="utf-8")
    before = {path: path.read_bytes() for path in measured.root.kluis.glob("*") if path.is_file()}

    with pytest.raises(RoomError, match="Name another; nothing was counted"):
        evidence_place(measured.root, measured.plan(PLAN), measured.root.kluis / name)

    assert {path: path.read_bytes() for path in measured.root.kluis.glob("*") if path.is_file()} == before


def test_a_plan_that_was_not_measured_has_no_evidence(tmp_path: Path) -> None:
    context = context_in(tmp_path, [])
    deliver_people(context)
    line.take_in(context, 2023)

    with pytest.raises(UserError, match=r"was not measured yet.*Nothing was counted"):
        ask(context)

    assert not list(context.root.kluis.rglob("*uitvoercontrole*"))


def test_on_a_real_delivery_it_is_a_look_at_every_persona_that_is_logged_first(
    measured: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure.Prepared, "synthetic", False)
    monkeypatch.setattr(measure, "_refuse_unaccepted_on_real_data", lambda _prepared: None)
    looks: list[int] = []

    def fail(*_arguments: object) -> None:
        looks.append(len(read_looks(measured.root)))
        raise UserError("stop here")

    monkeypatch.setattr(evidence, "counted", fail)

    with pytest.raises(UserError, match="stop here"):
        ask(measured)

    plan = measured.plan(PLAN)
    assert looks == [len(plan.personas)]
    assert {look.persona for look in read_looks(measured.root)} == set(plan.personas)
