"""The measurement: from exact counts to noised ones, for the whole plan at once. The only step that spends budget.

What belongs here: that step, and what each persona shows of itself. What does not: counting, noise, the ledger.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import dagster as dg

from assets.kluis import PATTERNS
from assets.partitions import PEILJAAR
from assets.resources import POOL, Rooms, StepContext, from_environment, plan_of, validation
from assets.safe_metadata import safe_metadata
from pipelines.context import Context
from pipelines.indicators.collection import Indicators
from pipelines.personas.compiler import state_sql
from pipelines.personas.explain import explain
from pipelines.personas.lifecycle_registry import review_fingerprint
from pipelines.personas.spec import Persona
from pipelines.privacy.budget import exact_text

if TYPE_CHECKING:
    from pipelines.release.measure import Measured
    from pipelines.release.plan import ReleasePlan

GROUP = "personas"
MEASUREMENT = dg.AssetKey(["release", "measurement"])
_LEFT_OUT = ("deprecated", "withdrawn")
_SPECS = from_environment()


def asset_key(persona: str) -> dg.AssetKey:
    """The asset of a persona; Dagster allows no hyphens in a key."""
    return dg.AssetKey(["persona", persona.replace("-", "_")])


def persona_spec(persona: Persona, indicators: Indicators) -> dg.AssetSpec:
    """What is known of a persona before anything is counted: its sentences, query and fingerprint."""
    printed = review_fingerprint(persona, indicators)
    return dg.AssetSpec(
        asset_key(persona.id),
        deps=[PATTERNS],
        # A plan measures the personas that it lists; the others are left as they are.
        skippable=True,
        group_name=GROUP,
        partitions_def=PEILJAAR,
        code_version=f"v{persona.version}-{printed[:16]}",
        kinds={"opendp"},
        tags={"sensitivity": "noised", "status": persona.status},
        description="\n\n".join((f"**{persona.name}**", *explain(persona, indicators, _SPECS.catalogue()))),
        metadata=safe_metadata(sql=state_sql(persona), fingerprint=printed, status=persona.status),
    )


def _measurement_spec(personas: list[dg.AssetSpec]) -> dg.AssetSpec:
    return dg.AssetSpec(
        MEASUREMENT,
        deps=[spec.key for spec in personas],
        group_name="wachtruimte",
        partitions_def=PEILJAAR,
        kinds={"opendp", "sqlite"},
        tags={"sensitivity": "noised"},
        description="The noised counts of a release plan, with their entry in the ledger, written in one transaction. "
        "A person counts for a bounded number of personas of the plan, so a plan is measured as a whole. Measuring "
        "the same plan on the same deliveries and specs again returns what was stored, and spends nothing.",
    )


def _all_specs() -> list[dg.AssetSpec]:
    indicators = _SPECS.indicators()
    found = [p for p in _SPECS.personas().by_id.values() if p.status not in _LEFT_OUT]
    personas = [persona_spec(persona, indicators) for persona in found]
    return [*personas, _measurement_spec(personas)]


@dg.multi_asset(name="measure", specs=_all_specs(), can_subset=False, pool=POOL)
def measurement(
    context: dg.AssetExecutionContext, rooms: dg.ResourceParam[Rooms]
) -> Iterator[dg.MaterializeResult[None]]:
    """Count, bound, noise and pay, in one step."""
    done = rooms.do(context, lambda room, _peiljaar: measure_as_it_stands(context, room))
    plan, measured = done.value
    drawn = "now" if measured.is_new else "before"
    for persona in plan.personas:
        yield dg.MaterializeResult(asset_key=asset_key(persona), metadata=safe_metadata(plan=plan.id, drawn=drawn))
    left = measured.stored.entry.cap - measured.spent_after
    yield dg.MaterializeResult(
        asset_key=MEASUREMENT,
        metadata=safe_metadata(
            plan=plan.id,
            drawn=drawn,
            rho_of_release=exact_text(measured.stored.rho),
            rho_left=exact_text(left) if left else "0",
            seconds=done.seconds,
        ),
    )


def measure_as_it_stands(context: StepContext, room: Context) -> "tuple[ReleasePlan, Measured]":
    """Measure the plan on tables that passed their checks and that stand on the specs as they are now."""
    from pipelines import line

    plan = plan_of(context, room)
    return plan, line.measure_as_it_stands(room, plan, validation())
