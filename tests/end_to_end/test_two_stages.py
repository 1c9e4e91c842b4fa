"""A release in two stages through the real line: every draw is paid and stored, nothing is drawn twice, and the page says it."""

import json
from fractions import Fraction

import numpy as np
import polars as pl
import pytest

from pipelines import line
from pipelines.context import Context
from pipelines.errors import BudgetError
from pipelines.privacy.entry import Charge, Entry
from pipelines.privacy.ledger import measure, open_ledger
from pipelines.privacy.mechanism import Counts, OpenDPGaussian
from pipelines.privacy.workload import Table, Workload
from pipelines.release.ledger_reading import read_ledger
from pipelines.release.measure import Measured, measure_release, prepare
from pipelines.release.plan import ReleasePlan
from pipelines.release.published import open_published
from pipelines.release.stages import follows, is_measured
from tests.end_to_end.conftest import context_in, without_release
from tests.personas.living import PLAN, living_specs
from tests.privacy.noise_for_tests import ZeroNoise
from tests.tiny import PEILJAAR, Invented, deliver, write_delivery
from tests.tiny_people import GEMEENTEN, MISSING

PEOPLE = 400
DETAIL_FROM = 300
"""By the noised totals (sigma 10 for the land) enough for the land, and too few for the two provincies that deliver: the
first is ten sigma away, the second twenty."""


class Shown:
    """Shows the same numbers whatever the counts are."""

    name = "numbers for tests"
    valid_for_publication = False

    def add_noise(self, values: Counts, sigma: float) -> Counts:
        return np.full_like(values, 70)


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Context:
    """A kluis with its patterns, and a plan in two stages."""
    place = tmp_path_factory.mktemp("stages")
    made = context_in(place, [])
    specs = living_specs(place / "specs")
    path = specs.folder / "release_plans" / "proef.yaml"
    path.write_text(f"{PLAN}detail_from: {DETAIL_FROM}\n", encoding="utf-8")
    context = Context(made.root, made.key_file, specs.folder, "test", made.progress, made.say, "1GB")
    tiny = deliver(Invented(710_000_000 + n, GEMEENTEN[n % 2], MISSING) for n in range(PEOPLE))
    write_delivery(tiny, context.root.deliveries(PEILJAAR))
    line.take_in(context, PEILJAAR)
    line.count_population(context, PEILJAAR)
    line.find_indicators(context, PEILJAAR)
    line.group_patterns(context, context.plan("proef"))
    return context


@pytest.fixture
def context(counted: Context) -> Context:
    return without_release(counted)


@pytest.fixture
def plan(context: Context) -> ReleasePlan:
    return context.plan("proef")


def test_both_stages_are_paid_exactly_and_a_second_run_draws_nothing(context: Context, plan: ReleasePlan) -> None:
    first = line.measure(context, plan)
    again = line.measure(context, plan)

    entries = read_ledger(context.root)
    assert [follows(entry) for entry in entries] == [None, entries[0].replay_key]
    assert sum(entry.rho for entry in entries) == plan.rho == first.stored.rho == first.spent_after
    assert (first.is_new, again.is_new) == (True, False)
    assert again.stored.blob == first.stored.blob
    assert again.key_set == first.key_set
    assert (first.versie_major, again.versie_major) == (1, 1)
    assert levels(first) == {"land"}


def test_a_run_that_stops_between_the_stages_goes_on_where_it_was(
    context: Context, plan: ReleasePlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = prepare(context, plan)
    real = OpenDPGaussian.add_noise
    with monkeypatch.context() as stopped:
        stopped.setattr(OpenDPGaussian, "add_noise", stop_at_the_second(real, context))
        with pytest.raises(KeyboardInterrupt):
            measure_release(context, prepared)
    (paid,) = read_ledger(context.root)

    assert not is_measured(plan, prepared.replay_key, [paid])
    assert paid.rho < plan.rho

    finished = measure_release(context, prepared)

    entries = read_ledger(context.root)
    assert entries[0] == paid, "the first stage was not drawn again"
    assert len(entries) == 2
    assert is_measured(plan, prepared.replay_key, entries)
    assert sum(entry.rho for entry in entries) == plan.rho
    assert finished.is_new


def test_the_first_stage_is_not_drawn_when_the_second_would_not_fit(context: Context, plan: ReleasePlan) -> None:
    almost = plan.cap - plan.rho + Fraction(1, 1000)
    with open_ledger(context.root.ledger, cap=plan.cap) as ledger:
        workload = Workload((Table("land", 1, almost),), 1, 1e-9)
        measure(
            ledger, other_charge(prepare(context, plan).population_id), workload, lambda: {"land": [0]}, ZeroNoise()
        )

    with pytest.raises(BudgetError, match="Nothing was drawn"):
        line.measure(context, plan)

    assert len(read_ledger(context.root)) == 1


def test_the_second_stage_depends_on_what_was_shown_and_not_on_the_counts(
    context: Context, plan: ReleasePlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = prepare(context, plan)
    many = measure_release(context, prepared, Shown())
    context.root.ledger.unlink()
    monkeypatch.setattr("pipelines.release.measure.counted", nobody)

    none = measure_release(context, prepared, Shown())

    assert none.key_set == many.key_set
    assert none.stored.blob == many.stored.blob
    assert entry_keys(none) == entry_keys(many)


def test_the_bundle_says_what_was_measured_and_its_margins_can_be_made_again(
    context: Context, plan: ReleasePlan
) -> None:
    made = line.bundle(context, plan)
    again = line.bundle(context, plan)

    record = json.loads((made.folder / "privacy.json").read_text(encoding="utf-8"))["deployment"]
    figures = pl.read_parquet(made.folder / "cijfers.parquet").filter(toestand="missing", regio="GM0363")
    total = figures.row(by_predicate=(pl.col("leeftijd") == "totaal") & (pl.col("geslacht") == "totaal"), named=True)
    released = open_published([], str(made.folder))
    tree = released.tree("dakloos-verslaafd-schulden", "missing")
    assert not again.is_new
    assert "Two stages" in record["accounting"]["composition"]
    assert record["privacy_loss"]["privacy_parameters"]["rho"] == pytest.approx(float(plan.rho))
    assert "minstens 300 mensen per" in " ".join((made.folder / "LEESMIJ.txt").read_text(encoding="utf-8-sig").split())
    assert figures["schatting"].is_not_null().sum() == 1
    assert tree is not None
    assert total["sd"] == pytest.approx(float(tree.sd_of_sums([["GM0363"]], 10)[0]), rel=1e-9)


def levels(measured: Measured) -> set[str]:
    """Levels on which the large block, those who miss it, is measured by age and sex."""
    (block,) = (block for block in measured.key_set.blocks if block.state == "missing")
    assert block.detail is not None
    return set(block.detail)


def stop_at_the_second(real: object, context: Context) -> object:
    """The noise as it is, until the ledger holds the first stage."""

    def noise(self: OpenDPGaussian, values: Counts, sigma: float) -> Counts:
        if sigma in second_scales(context):
            raise KeyboardInterrupt
        return real(self, values, sigma)  # type: ignore[operator, no-any-return]

    return noise


def second_scales(context: Context) -> set[float]:
    plan = context.plan("proef")
    tables = [Table(name, 1, plan.rho * plan.tables[name]) for name in plan.of_stage(2)]
    first = [Table(name, 1, plan.rho * plan.tables[name]) for name in plan.of_stage(1)]
    sigma = {table.name: Workload((table,), plan.contributions, 1e-9).sigma(table) for table in (*tables, *first)}
    return {sigma[table.name] for table in tables} - {sigma[table.name] for table in first}


def nobody(_warehouse: object, prepared: object) -> dict[str, Counts]:
    from pipelines.release.measure import Prepared, workload_of

    assert isinstance(prepared, Prepared)
    return {
        table.name: np.zeros(table.size, dtype=np.int64)
        for table in workload_of(prepared.plan, prepared.key_set).tables
    }


def entry_keys(measured: Measured) -> tuple[str, str]:
    entry: Entry = measured.stored.entry
    return entry.replay_key, entry.measurement_sha256


def other_charge(population: str) -> Charge:
    return Charge(
        "0" * 64, "ander", "ander", population, PEILJAAR, "test", "2026-01-31T12:00:00+00:00", '{"deliveries":{}}'
    )
