"""`blindevlek plan`: what a plan costs and gives before anything is spent, and what is refused."""

import random
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from pipelines import line
from pipelines.context import Context
from pipelines.errors import SpecError, UserError
from pipelines.indicators.collection import Indicators
from pipelines.release.expected_loss import LARGEST, ExpectedLoss, counted_fingerprint, is_whole, require_synthetic
from pipelines.release.ledger_reading import read_ledger
from pipelines.release.measure import measure_release, prepare
from pipelines.release.plan import personas_of
from pipelines.release.plan_commands import add_commands
from pipelines.rooms import DataRoot
from pipelines.warehouse import open_warehouse, year_schema
from pipelines.yaml_files import read_model
from tests.end_to_end.conftest import context_in
from tests.oracle.deliveries import random_delivery
from tests.tiny import PEILJAAR, write_delivery
from tests.unit.run_command import run_command

PLAN = "2023-voorlopig"


@pytest.fixture(scope="module")
def kluis(tmp_path_factory: pytest.TempPathFactory, indicators: Indicators) -> Context:
    """A kluis with random people counted, some of them in more personas than the bound allows."""
    context = context_in(tmp_path_factory.mktemp("plan"), [])
    dice = random.Random(5)  # noqa: S311 - invented people, no secret
    write_delivery(random_delivery(dice, 120, indicators), context.root.deliveries(PEILJAAR))
    for step in (line.take_in, line.count_population, line.find_indicators):
        step(context, PEILJAAR)
    line.group_patterns(context, context.plan(PLAN))
    return context


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """These few people pass for the whole country, so that what is counted on them is kept."""
    monkeypatch.setattr("pipelines.release.expected_loss.is_whole", lambda _population: True)


@pytest.fixture
def counted(kluis: Context, tmp_path: Path) -> tuple[Context, list[str]]:
    """A copy of that kluis with specs of its own, and what commands say."""
    shutil.copytree(kluis.root.path, tmp_path / "data")
    shutil.copytree(kluis.specs, tmp_path / "specs")
    said: list[str] = []
    return replace(kluis, root=DataRoot(tmp_path / "data"), specs=tmp_path / "specs", say=said.append), said


def test_show_tells_cost_errors_and_what_the_cap_leaves(counted: tuple[Context, list[str]]) -> None:
    context, said = counted

    run_command(add_commands, context, "plan", "show")

    text = "\n".join(said)
    assert "cost: rho 0.05, that is epsilon 1.88 at delta 1e-09" in text
    assert "cap 0.5, spent 0 (of which 0 on peiljaar 2023), left 0.5" in text
    assert "until 2032: 10 more peiljaren, 0.0500 a year" in text
    assert re.search(r"0\.05 %: \d+ % +0\.1 %: \d+ %", text)


def test_show_and_check_tell_how_much_a_gate_holds_back_and_prepare_the_same_whoever_is_counted(
    counted: tuple[Context, list[str]],
) -> None:
    context, said = counted
    path = context.specs / "release_plans" / f"{PLAN}.yaml"
    gate = (
        "gate:\n  margins: 1\n  priors:\n    oudere-zonder-aio:\n      share: 1/2000\n      source: openbaar rapport\n"
    )
    key = prepare(context, context.plan(PLAN)).replay_key
    path.write_text(path.read_text(encoding="utf-8") + gate, encoding="utf-8")

    run_command(add_commands, context, "plan", "show")
    told = list(said)
    before = prepare(context, context.plan(PLAN))
    with open_warehouse(context.root, context.key(), memory=context.memory) as warehouse:
        warehouse.run(f"delete from {year_schema(PEILJAAR)}.patterns", step="test")
    after = prepare(context, context.plan(PLAN))

    (line_,) = [text for text in told if re.match(r"  oudere-zonder-aio +\d+ % of gemeenten", text)]
    shown = re.search(r"(\d+) % of gemeenten \((\d+) of (\d+)\), (\d+) of 12 provincies", line_)
    assert shown is not None
    assert round(100 * int(shown[2]) / int(shown[3])) == int(shown[1]) > 0
    (closed,) = {len(block.closed & {r.code for r in block.at("gemeente")}) for block in before.key_set.blocks} - {0}
    assert closed == int(shown[2])
    assert "without a prior, so with figures everywhere: meisje" in "\n".join(told)
    assert after.key_set == before.key_set
    assert before.replay_key != key


def test_optimise_gives_exact_shares_that_a_plan_accepts(counted: tuple[Context, list[str]]) -> None:
    context, said = counted

    run_command(add_commands, context, "plan", "optimise", "--objective", "equal")

    shares = dict(re.findall(r"^(\w+) +(?:1|-) +(0\.\d+) ", "\n".join(said), flags=re.MULTILINE))
    path = context.specs / "release_plans" / f"{PLAN}.yaml"
    plan = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(shares) == set(plan["tables"])
    path.write_text(yaml.safe_dump(plan | {"tables": shares}), encoding="utf-8")
    assert {name: str(float(share)) for name, share in context.plan(PLAN).tables.items()} == {
        name: str(float(share)) for name, share in shares.items()
    }


@pytest.mark.parametrize(
    "objective",
    [("gemeente",), ("equal",), ("custom", "--weight", "provincie=1", "--weight", "land_leeftijd_geslacht=0.0001")],
    ids=lambda objective: objective[0],
)
def test_the_best_shares_of_the_plan_are_within_a_percent_of_the_optimum(
    counted: tuple[Context, list[str]], objective: tuple[str, ...]
) -> None:
    context, said = counted

    run_command(add_commands, context, "plan", "optimise", "--objective", *objective)

    (gap,) = re.findall(r"within (\d+\.\d+) % of the optimum", "\n".join(said))
    assert float(gap) <= 1


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        (["gemeenten=1"], "Did you mean 'gemeente'"),
        (["gemeente=-1"], "a number of at least 0"),
        (["gemeente=veel"], "a number of at least 0"),
        ([], "at least once"),
    ],
)
def test_weights_that_are_none_are_refused(counted: tuple[Context, list[str]], weights: list[str], words: str) -> None:
    context, _ = counted
    given = [part for weight in weights for part in ("--weight", weight)]

    with pytest.raises(UserError, match=words):
        run_command(add_commands, context, "plan", "optimise", "--objective", "custom", *given)


@pytest.mark.usefixtures("whole")
def test_loss_is_counted_kept_beside_the_plan_and_refused_above_two_percent(
    counted: tuple[Context, list[str]],
) -> None:
    context, _ = counted

    run_command(add_commands, context, "plan", "loss")

    path = context.specs / "release_plans" / "expected_loss" / f"{PLAN}.yaml"
    kept = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert max(kept["loss"].values()) > 0.02, "random people are in more personas than three"
    with pytest.raises(SpecError, match="leave out more than 2 %"):
        run_command(add_commands, context, "plan", "check")
    with pytest.raises(SpecError, match="leave out more than 2 %"):
        measure_release(context, prepare(context, context.plan(PLAN)))
    assert read_ledger(context.root) == []


@pytest.mark.usefixtures("whole")
def test_a_small_loss_passes_and_is_told_on_the_page(counted: tuple[Context, list[str]]) -> None:
    context, said = counted
    run_command(add_commands, context, "plan", "loss")
    path = context.specs / "release_plans" / "expected_loss" / f"{PLAN}.yaml"
    kept = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump(kept | {"loss": dict.fromkeys(kept["loss"], 0.004)}), encoding="utf-8")

    run_command(add_commands, context, "plan", "check")
    finished = line.bundle(context, context.plan(PLAN))

    assert "its loss to the bound is allowed" in "\n".join(said)
    page = (finished.folder / "persona" / "wia-zelf-stopgezet.html").read_text(encoding="utf-8")
    assert "0,4\u00a0% van deze groep" in page or "0,4 % van deze groep" in page


@pytest.mark.usefixtures("whole")
def test_a_loss_that_was_counted_on_another_plan_does_not_count(counted: tuple[Context, list[str]]) -> None:
    context, said = counted
    run_command(add_commands, context, "plan", "loss")
    path = context.specs / "release_plans" / f"{PLAN}.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("contributions: 3", "contributions: 4"), encoding="utf-8")

    run_command(add_commands, context, "plan", "show")

    assert "expected loss to the bound: not known" in "\n".join(said)


def test_the_loss_of_a_real_delivery_is_never_counted() -> None:
    with pytest.raises(UserError, match="synthetic population only"):
        require_synthetic(False)


def test_what_a_part_of_the_country_gives_is_shown_and_not_kept(counted: tuple[Context, list[str]]) -> None:
    context, said = counted
    before = sorted(context.specs.rglob("*"))

    run_command(add_commands, context, "plan", "loss")

    assert re.search(r"wia-zelf-stopgezet +\d+\.\d\d %", "\n".join(said))
    assert "Nothing was written" in said[-1]
    assert sorted(context.specs.rglob("*")) == before


@pytest.mark.parametrize(
    ("population", "whole"),
    [("synthetic-s1-seed1-g3", True), ("synthetic-s1of100-seed1-g3", False), ("tiny", False), ("cbs", False)],
)
def test_only_a_population_of_scale_one_is_whole(population: str, whole: bool) -> None:
    assert is_whole(population) is whole


def test_every_loss_in_this_checkout_was_counted_on_a_whole_country_and_on_the_plan_as_it_stands(
    context: Context,
) -> None:
    for path in (context.specs / "release_plans" / "expected_loss").glob("*.yaml"):
        found = read_model(path, ExpectedLoss)
        plan = context.plan(path.stem)
        personas = personas_of(plan, context.personas())

        assert is_whole(found.population), path.name
        assert found.counted == counted_fingerprint(plan, personas, context.indicators()), f"{path.name} is old"
        assert max(found.loss.values()) <= LARGEST, f"{path.name}: this plan is refused"
