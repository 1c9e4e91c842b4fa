"""The one measurement of a release: from the kluis, through the noise, into the ledger.

What belongs here: what makes a release the same one (the replay key), who may be measured, and the call that
spends. What does not: the noise and the ledger (`pipelines/privacy`), figures (`figures.py`).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from pipelines.context import Context
from pipelines.errors import SpecError, UserError
from pipelines.indicators.collection import Indicators
from pipelines.indicators.windows import looked_at
from pipelines.personas.attrition_log import looked_before
from pipelines.personas.lifecycle_registry import Standing
from pipelines.personas.load import counting_fingerprint
from pipelines.personas.spec import STATES, Persona
from pipelines.privacy.entry import Charge
from pipelines.privacy.ledger import Ledger, StoredMeasurement, measure, open_ledger
from pipelines.privacy.mechanism import NoiseSource, OpenDPGaussian
from pipelines.privacy.workload import Table, Workload
from pipelines.registers.catalogue_model import FRAME
from pipelines.registers.coverage import covered_gemeenten
from pipelines.registers.ingest import TakenIn, taken_in
from pipelines.release.approvals import require_approval
from pipelines.release.cells import KeySet, Vector, exact_vectors, make_key_set
from pipelines.release.expected_loss import ExpectedLoss, expected_loss_of, refuse_large_loss
from pipelines.release.gating import gated
from pipelines.release.ledger_reading import known_heads, require_heads
from pipelines.release.outside import outside_vector
from pipelines.release.plan import OUTSIDE, ReleasePlan, personas_of, require_own_rows, standings_of, wijken_of
from pipelines.release.stages import FOLLOWS, Earlier, TwoStages, earlier_of, key_of_second, key_set_after
from pipelines.state import fingerprint
from pipelines.warehouse import Warehouse, open_warehouse, year_schema

COUNTING_VERSION = "3"
"""Rises when the same specs would be counted in another way: then it is another release."""


@dataclass(frozen=True)
class Prepared:
    """Everything public that fixes a release before anything is counted."""

    plan: ReleasePlan
    personas: tuple[Persona, ...]
    key_set: KeySet
    coverage: dict[str, frozenset[int]]
    deliveries: tuple[TakenIn, ...]
    standings: dict[str, Standing]
    loss: ExpectedLoss | None
    replay_key: str

    @property
    def synthetic(self) -> bool:
        return all(delivery.kind == "synthetic" for delivery in self.deliveries)

    @property
    def fingerprints(self) -> dict[str, str]:
        """Persona id -> the fingerprint that its approvals hold for."""
        return {name: found.fingerprint for name, found in self.standings.items()}

    @property
    def proef(self) -> bool:
        """A trial that can never be published: drafts, or accepted as a demonstration only."""
        return not all(found.accepted for found in self.standings.values())

    @property
    def population_id(self) -> str:
        return self.deliveries[0].population or "cbs"


@dataclass(frozen=True)
class Measured:
    """A stored measurement, its place in the ledger, and whether it was drawn just now.

    `earlier`: what was spent on the same plan before it, oldest first; those measurements stand beside this one.
    """

    stored: StoredMeasurement
    spent_after: Fraction
    is_new: bool
    earlier: tuple[Earlier, ...]
    key_set: KeySet
    """The public cells that were measured: of a plan in two stages the second one chose some of them."""

    @property
    def versie_major(self) -> int:
        """The how many-th measurement of its plan this is, from 1."""
        return len(self.earlier) + 1


def prepare(context: Context, plan: ReleasePlan) -> Prepared:
    """Fix the release: personas, public cells, deliveries and the replay key. Counts nothing.

    Raises SpecError when a persona is not what was accepted, or would be measured on a real delivery unaccepted.
    """
    personas = personas_of(plan, context.personas())
    indicators = context.indicators()
    require_own_rows(plan, personas, indicators)
    standings = _standings(context, plan, personas)
    with open_warehouse(context.root, context.key(), read_only=True, memory=context.memory) as warehouse:
        deliveries = tuple(taken_in(warehouse, plan.peiljaar))
        coverage = covered_gemeenten(warehouse, year_schema(plan.peiljaar), _looked_at(personas, indicators, plan))
    wijken = wijken_of(plan, personas, context.specs, real=any(found.kind != "synthetic" for found in deliveries))
    key_set = make_key_set(personas, indicators, coverage, plan.peiljaar, wijken)
    if plan.gate is not None:
        key_set = gated(key_set, plan.gate, workload_of(plan, key_set))
    key = fingerprint(
        COUNTING_VERSION,
        plan.canonical(),
        json.dumps([counting_fingerprint(persona, indicators) for persona in personas]),
        context.catalogue().counting_fingerprint(_registers_read(personas, indicators), wijken=wijken is not None),
        # A register that covers nobody is as one that the catalogue does not know: a new entry draws nothing anew.
        json.dumps({name: sorted(found) for name, found in sorted(coverage.items()) if found}),
        key_set.fingerprint,
        json.dumps([[delivery.delivery, delivery.delivery_id] for delivery in deliveries]),
    )
    loss = expected_loss_of(context.specs, plan, personas, indicators)
    prepared = Prepared(plan, personas, key_set, coverage, deliveries, standings, loss, key)
    _refuse_unaccepted_on_real_data(prepared)
    return prepared


def _looked_at(personas: tuple[Persona, ...], indicators: Indicators, plan: ReleasePlan) -> dict[str, date | None]:
    """Register -> first day that a voorziening is looked for in it: a gemeente that began to deliver later is not
    measured, because everybody there is unknown."""
    voorzieningen = tuple(persona.missing_voorziening.voorziening for persona in personas)
    return looked_at((indicators.by_id[name] for name in indicators.base_of(voorzieningen)), plan.peiljaar)


def _registers_read(personas: tuple[Persona, ...], indicators: Indicators) -> frozenset[str]:
    """The registers whose description decides who is counted: those of the population and of every indicator used."""
    used = {source for persona in personas for name in persona.indicators for source in indicators.sources_of(name)}
    return frozenset(used | set(FRAME))


def workload_of(plan: ReleasePlan, key_set: KeySet, stage: int = 0) -> Workload:
    """The measured tables of a plan, sized by the key set, each with its exact share of the budget; those of one stage
    when a plan in two stages is asked for 1 or 2."""
    wanted = plan.of_stage(stage)
    tables = tuple(
        Table(name, key_set.table_size(name), plan.rho * plan.tables[name])
        for name in wanted
        if name != OUTSIDE and key_set.table_size(name)
    )
    if OUTSIDE in wanted:
        # Every persona of the plan in every state, whatever the gemeenten deliver.
        tables += (Table(OUTSIDE, len(plan.personas) * len(STATES), plan.rho * plan.tables[OUTSIDE]),)
    return Workload(tables, plan.contributions, float(plan.delta), plan.privacy_unit)


def measure_release(context: Context, prepared: Prepared, noise: NoiseSource | None = None) -> Measured:
    """Measure a prepared release, or return what was stored for it: the same replay key spends once.

    Raises BudgetError (cap), SpecError (the bound would leave out too much), UserError (a correction without approval),
    KluisError. A crash leaves either a
    paid release or nothing.
    """
    plan = prepared.plan
    context.root.prepare()
    published = known_heads(context.root)
    with open_ledger(context.root.ledger, cap=plan.cap, create=not published) as ledger:
        require_heads(ledger, published)
        before = ledger.entries()
        if ledger.replay(prepared.replay_key) is None:
            refuse_large_loss(plan, prepared.loss, synthetic=prepared.synthetic)
            _require_same_deliveries(context, prepared, ledger)
        source = noise or OpenDPGaussian()
        if plan.detail_from is None:
            stored, key_set = _measure_stage(context, ledger, prepared, source, 0), prepared.key_set
        else:
            stored, key_set = _measure_both(context, ledger, prepared, source, plan.detail_from)
        earlier = earlier_of(plan.id, ledger.entries(), stored.first_seq)
        spent = sum((e.rho for e in ledger.entries() if e.seq <= stored.entry.seq), Fraction(0))
        is_new = len(ledger.entries()) > len(before)
        return Measured(stored, spent, is_new, earlier, key_set)


def _measure_both(
    context: Context, ledger: Ledger, prepared: Prepared, noise: NoiseSource, detail_from: int
) -> tuple[TwoStages, KeySet]:
    """Totals, and then what they allow. Each stage is one transaction with its own entry, so whatever stops a run between
    them leaves the first paid and stored; the next run replays it, decides the same, and draws the second alone."""
    first = _measure_stage(context, ledger, prepared, noise, 1)
    key_set = key_set_after(first, prepared.key_set, detail_from)
    then = replace(prepared, key_set=key_set, replay_key=key_of_second(prepared.replay_key, first))
    second = _measure_stage(context, ledger, then, noise, 2, first_key=prepared.replay_key)
    return TwoStages(second.entry, second.measurement, first), key_set


def _measure_stage(
    context: Context, ledger: Ledger, prepared: Prepared, noise: NoiseSource, stage: int, first_key: str | None = None
) -> StoredMeasurement:
    workload = workload_of(prepared.plan, prepared.key_set, stage)
    return measure(
        ledger,
        _charge(context, prepared, first_key),
        workload,
        lambda: _count(context, prepared, workload),
        noise,
        progress=_quarters(context),
        to_follow=prepared.plan.rho - workload.rho if stage == 1 else Fraction(0),
    )


def _quarters(context: Context) -> Callable[[int, int], None]:
    """Tell each quarter of the cells once; how many cells there are is public."""
    told = [0]

    def tell(done: int, total: int) -> None:
        quarter = 4 * done // total
        if quarter > told[0]:
            told[0] = quarter
            context.progress(f"noise: {25 * quarter} % of {total:,} cells")

    return tell


def _count(context: Context, prepared: Prepared, workload: Workload) -> dict[str, Vector]:
    context.progress("count every persona in one pass over the patterns")
    with open_warehouse(context.root, context.key(), read_only=True, memory=context.memory) as warehouse:
        found = counted(warehouse, prepared)
    return {table.name: found[table.name] for table in workload.tables}


def counted(warehouse: Warehouse, prepared: Prepared) -> dict[str, Vector]:
    """The exact bounded vector of every measured table of a release. For the measurement only."""
    plan = prepared.plan
    vectors = exact_vectors(warehouse, prepared.key_set, prepared.personas, plan.contributions)
    if OUTSIDE in plan.tables:
        vectors[OUTSIDE] = outside_vector(warehouse, prepared.personas, plan.contributions, plan.peiljaar)
    return {name: vector for name, vector in vectors.items() if vector.size}


def _charge(context: Context, prepared: Prepared, first_key: str | None) -> Charge:
    details: dict[str, object] = {
        "deliveries": {delivery.delivery: delivery.delivery_id for delivery in prepared.deliveries},
        "versions": {delivery.delivery: delivery.version for delivery in prepared.deliveries},
        "personas": prepared.fingerprints,
        "key_set": prepared.key_set.fingerprint,
    }
    if first_key is not None:
        details[FOLLOWS] = first_key
    return Charge(
        replay_key=prepared.replay_key,
        release_id=prepared.plan.id,
        plan_id=prepared.plan.id,
        population_id=prepared.population_id,
        peiljaar=prepared.plan.peiljaar,
        code_version=context.code_version,
        created_at=context.now(),
        details=json.dumps(details, sort_keys=True),
    )


def _require_same_deliveries(context: Context, prepared: Prepared, ledger: Ledger) -> None:
    """A second draw over another version of the deliveries needs an approval that names them."""
    now = {delivery.delivery: delivery.delivery_id for delivery in prepared.deliveries}
    earlier = [entry for entry in ledger.entries() if entry.plan_id == prepared.plan.id]
    if any(entry.population_id != prepared.population_id for entry in ledger.entries()):
        raise UserError(
            "the ledger of this data root belongs to another population. Each population has a data root and a "
            "ledger of its own: set BLINDEVLEK_DATA to another folder."
        )
    if earlier and all(json.loads(entry.details)["deliveries"] != now for entry in earlier):
        require_approval(context.specs / "approvals", prepared.plan.id, tuple(now.values()))


def _standings(context: Context, plan: ReleasePlan, personas: tuple[Persona, ...]) -> dict[str, Standing]:
    """Where each persona stands. A look that the registry could not know of (it was made in another place than the
    kluis) counts too."""
    found = standings_of(plan, personas, context.indicators(), context.specs)
    return {
        name: replace(standing, after_attrition=True)
        if standing.accepted_at is not None and looked_before(context.root, name, standing.accepted_at)
        else standing
        for name, standing in found.items()
    }


def _refuse_unaccepted_on_real_data(prepared: Prepared) -> None:
    if prepared.synthetic:
        return
    drafts = [name for name, found in prepared.standings.items() if found.status != "accepted"]
    shown = [name for name, found in prepared.standings.items() if found.status == "accepted" and not found.accepted]
    if drafts:
        raise SpecError(
            f"release plan {prepared.plan.id}: {', '.join(drafts)} is not accepted yet, and only accepted personas "
            "are measured on a real delivery. Have it reviewed, or use a synthetic population."
        )
    if shown:
        raise SpecError(
            f"release plan {prepared.plan.id}: {', '.join(shown)} is accepted as a demonstration only, and on a real "
            "delivery that is no acceptance. It takes approvals of CBS and VWS; then run `blindevlek persona freeze` again."
        )
