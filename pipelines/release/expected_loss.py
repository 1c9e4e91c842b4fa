"""What the bound K is expected to cost each persona: counted on a synthetic population, kept beside the plan.

What belongs here: the count, the file, and the rule that a plan may not lose more than 2 %. What does not: K itself
(the plan says it). K is never tuned on a real delivery: an exact look at one would cost budget that nobody paid.
"""

from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field

from pipelines.errors import SpecError, UserError
from pipelines.indicators.collection import Indicators
from pipelines.personas.compiler import cell_column, counts_sql
from pipelines.personas.load import counting_fingerprint
from pipelines.personas.spec import STATES, Persona, Slug
from pipelines.release.plan import ReleasePlan
from pipelines.state import fingerprint
from pipelines.warehouse import Warehouse, year_schema
from pipelines.yaml_files import read_model

FOLDER = "expected_loss"
LARGEST = 0.02
"""A plan in which a persona is expected to lose more of its members to the bound is refused."""

Share = Annotated[float, Field(ge=0, le=1)]


class ExpectedLoss(BaseModel):
    """Per persona the largest part of a state (missing, served, unknown) that the bound leaves out, between 0 and 1.

    `counted`: fingerprint of what was counted (personas in their order, their indicators, K), to notice a stale file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    plan: Slug
    population: str
    counted: str
    loss: dict[Slug, Share]


def count_expected_loss(
    warehouse: Warehouse, plan: ReleasePlan, personas: tuple[Persona, ...], indicators: Indicators, population: str
) -> ExpectedLoss:
    """Count the plan with its bounds (K, and m of a household) and without, over the patterns of a synthetic population."""
    patterns = f"{year_schema(plan.peiljaar)}.pattern_indicators"
    everybody = patterns if plan.members is None else f"(SELECT * REPLACE (every AS n) FROM {patterns})"
    columns = [cell_column(persona, state) for persona in personas for state in STATES]
    sums = ", ".join(f"sum({name})" for name in columns)
    found = [
        warehouse.rows(f"SELECT {sums} FROM ({counts_sql(personas, bound, over)})", step="expected loss")[0]
        for bound, over in ((plan.contributions, patterns), (len(personas), everybody))
    ]
    kept, whole = (dict(zip(columns, values, strict=True)) for values in found)
    loss: dict[str, float] = {}
    for persona in personas:
        of_states = (cell_column(persona, state) for state in STATES)
        loss[persona.id] = max(round(1 - (kept[n] or 0) / whole[n], 4) if whole[n] else 0.0 for n in of_states)
    return ExpectedLoss(
        plan=plan.id, population=population, counted=counted_fingerprint(plan, personas, indicators), loss=loss
    )


def counted_fingerprint(plan: ReleasePlan, personas: tuple[Persona, ...], indicators: Indicators) -> str:
    """What decides the expected loss: personas in their order with all they rest on, K, and m of a household."""
    bounds = str(plan.contributions) if plan.members is None else f"{plan.contributions} of {plan.members} members"
    return fingerprint(bounds, *(counting_fingerprint(persona, indicators) for persona in personas))


def write_expected_loss(specs: Path, found: ExpectedLoss) -> Path:
    """Write the file of a plan beside the plans; it appears whole or not at all."""
    path = _path(specs, found.plan)
    path.parent.mkdir(parents=True, exist_ok=True)
    head = (
        "# The part of each persona that the bound K is expected to leave out, counted on a synthetic population by\n"
        f"# `blindevlek plan loss {found.plan}`. Beside each figure it says what the figure may miss.\n"
    )
    part = path.with_suffix(".part")
    part.write_text(head + yaml.safe_dump(found.model_dump(), sort_keys=False), encoding="utf-8")
    part.replace(path)
    return path


def expected_loss_of(
    specs: Path, plan: ReleasePlan, personas: tuple[Persona, ...], indicators: Indicators
) -> ExpectedLoss | None:
    """The expected loss of a plan; None when it was never counted, or when what it was counted on has changed."""
    path = _path(specs, plan.id)
    if not path.exists():
        return None
    found = read_model(path, ExpectedLoss)
    return found if found.counted == counted_fingerprint(plan, personas, indicators) else None


def refuse_large_loss(plan: ReleasePlan, found: ExpectedLoss | None, *, synthetic: bool) -> None:
    """Raise SpecError for a persona above 2 %, and on a real delivery also when the loss is not known."""
    if found is None:
        if synthetic:
            return
        raise SpecError(
            f"release plan {plan.id}: how much of each persona the bound of {_bound(plan)} would leave out is not "
            f"known for the plan as it stands. Count it on a synthetic population: `blindevlek plan loss {plan.id}`."
        )
    worst = sorted(((loss, name) for name, loss in found.loss.items() if loss > LARGEST), reverse=True)
    if worst:
        shown = ", ".join(f"{name} ({100 * loss:.1f} %)" for loss, name in worst)
        raise SpecError(
            f"release plan {plan.id}: the bound of {_bound(plan)} would leave out more than "
            f"{100 * LARGEST:.0f} % of {shown}. Raise {_raised(plan)}, put these personas earlier in the list, or leave "
            "personas out; then count again with `blindevlek plan loss`. Nothing was counted and nothing was spent."
        )


def _bound(plan: ReleasePlan) -> str:
    persons = f"{plan.contributions} personas a person"
    return persons if plan.members is None else f"{persons} and {plan.members} members a household"


def _raised(plan: ReleasePlan) -> str:
    return "`contributions`" if plan.members is None else "`contributions` or `members`"


def require_synthetic(synthetic: bool) -> None:
    """Raise UserError on a real delivery: its exact counts must not choose K."""
    if not synthetic:
        raise UserError(
            "the expected loss is counted on a synthetic population only: choosing K by exact counts of a real delivery "
            "would tell something of people that no budget was paid for."
        )


def is_whole(population: str) -> bool:
    """Whether a population (its id) is a whole synthetic Netherlands. In a part of one a rare persona has a handful of
    people, of whom a single one more or less would be several percent."""
    return population.startswith("synthetic-s1-")


def _path(specs: Path, plan_id: str) -> Path:
    return specs / "release_plans" / FOLDER / f"{plan_id}.yaml"
