"""What a release asks of the life of its personas: accepted on real data, unchanged always, and honest about both."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines import line
from pipelines.context import Context
from pipelines.errors import SpecError
from pipelines.line import Validation
from pipelines.personas.attrition_log import Look, log_look
from pipelines.personas.lifecycle import freeze, retire
from pipelines.release.manifest import verify
from pipelines.release.measure import prepare
from pipelines.release.privacy_record import privacy_record
from pipelines.rooms import Purpose
from tests.personas.living import ID, Specs, living_specs
from tests.surroundings import empty_surroundings
from tests.tiny import PEILJAAR, Invented, deliver, write_delivery
from tests.tiny_people import MISSING, SERVED
from tests.unit.invented_figures import release_text

PASSING = Validation(run=lambda _context, _peiljaar, _which: None, fingerprint="0" * 64)
PEOPLE = [
    *(Invented(710_000_001 + n, "GM0344", MISSING) for n in range(5)),
    *(Invented(710_000_101 + n, "GM0344", SERVED) for n in range(3)),
    *(Invented(710_000_201 + n, "GM0014", MISSING) for n in range(2)),
]


def taken_in(folder: Path, kind: Purpose) -> tuple[Context, Specs]:
    """A data root in which a delivery of this kind was taken in, with specs of its own."""
    specs = living_specs(folder / "specs")
    context = empty_surroundings(folder, specs=specs.folder, kind=kind)
    write_delivery(deliver(PEOPLE), context.root.deliveries(PEILJAAR), kind=kind)
    line.take_in(context, PEILJAAR)
    return context, specs


@pytest.fixture(scope="module")
def real_root(tmp_path_factory: pytest.TempPathFactory) -> Context:
    return taken_in(tmp_path_factory.mktemp("real"), "real")[0]


@pytest.fixture
def real(real_root: Context, tmp_path: Path) -> tuple[Context, Specs]:
    specs = living_specs(tmp_path / "specs")
    return replace(real_root, specs=specs.folder), specs


def fresh(context: Context) -> Context:
    """The same, with specs that are read again."""
    return replace(context)


@pytest.mark.parametrize("status", ["draft", "in_review"])
def test_on_real_data_a_persona_that_is_not_accepted_is_refused_before_anything_is_spent(
    real: tuple[Context, Specs], status: str
) -> None:
    context, specs = real
    specs.set_status(status)

    with pytest.raises(SpecError, match="only accepted personas are measured on a real delivery"):
        line.measure(context, context.plan("proef"))

    assert not context.root.ledger.exists()


def test_on_real_data_a_demonstration_is_no_acceptance(real: tuple[Context, Specs]) -> None:
    context, specs = real
    specs.accept(demonstration=True)

    with pytest.raises(SpecError, match=r"as a demonstration only.*takes approvals of CBS and VWS"):
        line.measure(fresh(context), context.plan("proef"))

    assert not context.root.ledger.exists()


def test_on_real_data_a_deprecated_persona_is_left_out_of_plans(real: tuple[Context, Specs]) -> None:
    context, specs = real
    specs.accept()
    specs.set_status("deprecated")

    with pytest.raises(SpecError, match="is deprecated; leave it out"):
        prepare(fresh(context), context.plan("proef"))


def test_on_real_data_what_the_partners_accepted_may_be_measured(real: tuple[Context, Specs]) -> None:
    context, specs = real
    specs.accept()

    prepared = prepare(fresh(context), context.plan("proef"))

    assert not prepared.synthetic
    assert not prepared.proef
    assert prepared.fingerprints == {ID: specs.fingerprint}


@pytest.mark.parametrize("change", ["spec", "indicator", "status", "approval"])
@pytest.mark.parametrize("demonstration", [False, True])
def test_a_plan_with_an_accepted_persona_that_changed_is_refused_on_any_data(
    real: tuple[Context, Specs], change: str, demonstration: bool
) -> None:
    context, specs = real
    specs.accept(demonstration=demonstration)
    if change == "spec":
        specs.edit(specs.file, "name: Vast", "name: Los")
    elif change == "indicator":
        specs.rename_indicator("bijstand")
    elif change == "status":
        specs.set_status("draft")
    else:
        for path in (specs.folder / "approvals" / "personas").glob("*.yaml"):
            path.unlink()

    with pytest.raises(SpecError, match=f"^release plan proef: {ID}"):
        prepare(fresh(context), context.plan("proef"))


def test_a_new_version_begins_its_own_life(real: tuple[Context, Specs]) -> None:
    context, specs = real
    specs.accept()
    retire(specs.folder, specs.persona, specs.indicators)

    with pytest.raises(SpecError, match="is not accepted yet"):
        prepare(fresh(context), context.plan("proef"))

    specs.edit(specs.file, "name: Vast", "name: Los")
    specs.accept()
    assert prepare(fresh(context), context.plan("proef")).standings[ID].accepted


@pytest.mark.parametrize(
    ("persona", "looked_at", "says"),
    [(ID, "2024-05-01", True), (ID, "2024-05-03", False), ("een-ander", "2024-05-01", False)],
    ids=["before the acceptance", "after the acceptance", "at another persona"],
)
def test_a_look_in_this_kluis_counts_though_the_persona_was_frozen_elsewhere(
    real: tuple[Context, Specs], tmp_path: Path, persona: str, looked_at: str, says: bool
) -> None:
    context, specs = real
    specs.accept(looked=False)
    context.root.kluis.joinpath("attrition", "log.jsonl").unlink(missing_ok=True)
    log_look(context.root, Look(f"{looked_at}T09:00:00+00:00", persona, 1, "0" * 64, PEILJAAR, ("x",)))
    try:
        prepared = prepare(fresh(context), context.plan("proef"))
    finally:
        context.root.kluis.joinpath("attrition", "log.jsonl").unlink()

    assert prepared.standings[ID].after_attrition is says


def test_a_bundle_is_a_proef_until_the_partners_accepted_and_says_where_each_persona_stands(tmp_path: Path) -> None:
    context, specs = taken_in(tmp_path, "synthetic")

    def made() -> tuple[dict[str, object], str, str]:
        finished = line.run_line(fresh(context), context.plan("proef"), PASSING, None)
        facts = dict(verify(finished.bundle.folder, finished.bundle.digest).facts)
        record = (finished.bundle.folder / "privacy.json").read_text(encoding="utf-8")
        return facts, record, str(finished.measured.spent_after)

    draft, record, spent = made()
    assert (draft["proef"], draft["versie"]) == (True, "1.0.0")
    assert f"({ID}, version 1, draft, definition sha256 {specs.fingerprint})" in record

    specs.accept(demonstration=True)
    shown, record, _ = made()
    assert (shown["proef"], shown["versie"]) == (True, "1.1.0")
    assert f"({ID}, version 1, accepted, as a demonstration, definition" in record
    assert "Accepted with demonstration approvals only, which no partner gave" in record

    specs.partners_approve()
    freeze(specs.folder, specs.persona, specs.indicators, "2024-06-01T00:00:00+00:00", looked=True)
    accepted, record, spent_after = made()
    assert (accepted["proef"], accepted["versie"], accepted["synthetic"]) == (False, "1.2.0", True)
    assert "First accepted after an analyst inside the secure room had seen exact counts of it on real data" in record
    assert "demonstration" not in record
    assert spent_after == spent, "another status is no other measurement"


def test_the_privacy_record_names_who_was_chosen_after_a_look_and_who_was_not() -> None:
    release = release_text()
    first, *others = release.personas

    plain = json.dumps(privacy_record(release))
    looked = json.dumps(privacy_record(replace(release, personas=(replace(first, after_attrition=True), *others))))

    assert "without looking at exact counts of a real delivery" in plain
    assert "without looking at exact counts" not in looked
    assert f"outside the guarantee: {first.id} version {first.version}. The others without such a look" in looked
