"""The same release again costs nothing and gives the same bytes, in whatever files it was delivered; another one is another."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from pipelines import line
from pipelines.context import Context
from pipelines.errors import SpecError, UserError
from pipelines.personas.load import Personas
from pipelines.release import measure
from pipelines.release.approvals import require_approval
from pipelines.release.ledger_reading import read_ledger
from pipelines.release.measure import prepare
from pipelines.release.summary import summary_lines
from pipelines.rooms import DataRoot
from tests.end_to_end.conftest import deliver_people, people
from tests.tiny import PEILJAAR, deliver, write_delivery

PLAN = "2023-voorlopig"
PERSONA = "dakloos-verslaafd-schulden"

Run = tuple[Context, line.Finished, list[str]]


@pytest.fixture
def again(finished: Run, tmp_path: Path) -> Context:
    """The data root of the finished run elsewhere, with specs of its own."""
    context, _, _ = finished
    shutil.copytree(context.root.path, tmp_path / "data")
    shutil.copytree(context.specs, tmp_path / "specs")
    return replace(context, root=DataRoot(tmp_path / "data"), specs=tmp_path / "specs")


def count_again(context: Context) -> None:
    for step in (line.take_in, line.count_population, line.find_indicators):
        step(context, PEILJAAR)
    line.group_patterns(context, context.plan(PLAN))


def test_a_delivery_in_another_file_format_gives_the_same_bytes_and_spends_nothing(
    finished: Run, again: Context
) -> None:
    made = finished[1]
    shutil.rmtree(again.root.deliveries(PEILJAAR))
    deliver_people(again, "csv")
    again.root.warehouse.unlink()
    shutil.rmtree(again.root.wachtruimte / PLAN)
    count_again(again)

    measured, bundle = line.measure(again, again.plan(PLAN)), line.bundle(again, again.plan(PLAN))

    assert not list(again.root.deliveries(PEILJAAR).rglob("*.parquet"))
    assert not measured.is_new
    assert measured.stored.blob == made.measured.stored.blob
    assert bundle.digest == made.bundle.digest
    assert [entry.rho for entry in read_ledger(again.root)] == [Fraction(1, 20)]


def fewer_gemeenten(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = measure.covered_gemeenten

    def one_less(*given: object) -> dict[str, frozenset[int]]:
        covered = honest(*given)  # type: ignore[arg-type]
        return {**covered, "WMOBUS": frozenset(sorted(covered["WMOBUS"])[1:])}

    monkeypatch.setattr(measure, "covered_gemeenten", one_less)


def changed_persona(update: dict[str, object]) -> Callable[[pytest.MonkeyPatch], None]:
    def change(monkeypatch: pytest.MonkeyPatch) -> None:
        honest = Context.personas

        def bent(self: Context) -> Personas:
            known = honest(self)
            return Personas({**known.by_id, PERSONA: known.by_id[PERSONA].model_copy(update=update)})

        monkeypatch.setattr(Context, "personas", bent)

    return change


@pytest.mark.parametrize(
    "change",
    [
        changed_persona({"population": "volwassen"}),
        fewer_gemeenten,
        changed_persona({"smallest_geography": "land"}),
    ],
    ids=["another persona", "another coverage", "another key set"],
)
def test_another_persona_coverage_or_key_set_is_another_release(
    again: Context, monkeypatch: pytest.MonkeyPatch, change: Callable[[pytest.MonkeyPatch], None]
) -> None:
    before = prepare(again, again.plan(PLAN)).replay_key
    change(monkeypatch)

    assert prepare(again, again.plan(PLAN)).replay_key != before


@pytest.mark.parametrize(
    "second", [{"name": "a ", "organisation": "VWS"}, {"name": "B", "organisation": "cbs"}], ids=["person", "partner"]
)
def test_one_person_or_partner_cannot_approve_twice(tmp_path: Path, second: dict[str, str]) -> None:
    approval = {
        "plan": PLAN,
        "delivery_ids": ["1"],
        "reason": "een fout in de eerste levering",
        "approved_by": [{"name": "A", "organisation": "CBS"}, second],
    }
    (tmp_path / "a.yaml").write_text(yaml.safe_dump(approval), encoding="utf-8")

    with pytest.raises(SpecError, match="cannot approve twice; name two people of two organisations"):
        require_approval(tmp_path, PLAN, ("1",))


def test_a_correction_that_was_approved_spends_anew_and_both_versions_are_told(again: Context) -> None:
    write_delivery(deliver(people()[:-1]), again.root.deliveries(PEILJAAR), version=2)
    count_again(again)
    with pytest.raises(UserError, match="two partners must approve"):
        line.measure(again, again.plan(PLAN))
    approval = {
        "plan": PLAN,
        "delivery_ids": [delivery.delivery_id for delivery in prepare(again, again.plan(PLAN)).deliveries],
        "reason": "een fout in de eerste levering",
        "approved_by": [{"name": "A", "organisation": "CBS"}, {"name": "B", "organisation": "VWS"}],
    }
    (again.specs / "approvals" / f"{PLAN}-correctie.yaml").write_text(yaml.safe_dump(approval), encoding="utf-8")

    bundle = line.bundle(again, again.plan(PLAN))

    assert [entry.rho for entry in read_ledger(again.root)] == [Fraction(1, 20)] * 2
    assert bundle.folder.name == "2.0.0"
    lines = summary_lines(line.measure(again, again.plan(PLAN)), bundle)
    assert any(row.startswith("again ") and "measurement 2 of the plan" in row for row in lines), (
        "an edit is paid; say so"
    )
    assert (bundle.folder.parent / "1.0.0" / "cijfers.csv").exists(), "the first version stays"
    told = "Er is ook versie 1, gemeten op"
    for name in ("index.html", "LEESMIJ.txt"):
        text = " ".join((bundle.folder / name).read_text(encoding="utf-8-sig").split())
        assert told in text, name
        assert "op levering cbs versie 1, gemeenten versie 1" in text, name
        assert told not in (bundle.folder.parent / "1.0.0" / name).read_text(encoding="utf-8-sig")
    privacy = json.loads((bundle.folder / "privacy.json").read_text(encoding="utf-8"))
    assert "cbs" in json.dumps(privacy)
