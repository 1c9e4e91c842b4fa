"""The release plan: what is measured of which personas, and what it may cost.

What belongs here: the plan's model and loader, and the public cells that follow from it. What does not: counts
(see `cells.py`) and drawing noise (see `pipelines/privacy`).
"""

import json
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from pipelines.errors import SpecError, UserError, nearest
from pipelines.facts.gemeenten import require_peiljaar
from pipelines.facts.wijken import WijkList, load_wijken
from pipelines.indicators.collection import Indicators
from pipelines.personas.lifecycle_registry import Standing, read_registry, standing
from pipelines.personas.load import Personas
from pipelines.personas.spec import Persona, Slug
from pipelines.privacy.budget import exact_text, parse_amount
from pipelines.privacy.unit import MOST_MEMBERS, Unit
from pipelines.release.gate import Gate
from pipelines.yaml_files import read_document, read_model

LEVELS = ("land", "provincie", "gemeente")
"""The levels that every plan measures."""

WIJK = "wijk"
"""The level that a plan may add below the gemeente."""

ALL_LEVELS = (*LEVELS, WIJK)
TABLES = tuple(name for level in LEVELS for name in (level, f"{level}_leeftijd_geslacht"))
"""Measured tables of the tree: per level the total, and the cells of age band x sex."""

WIJK_TABLES = (WIJK, f"{WIJK}_leeftijd_geslacht")
ALL_TABLES = (*TABLES, *WIJK_TABLES)
WIJKEN_FOLDER = Path("release_plans", "wijken")
"""Where the lists of wijken stand, below the specs."""

OUTSIDE = "buiten_brp"
"""The measured table of numbers outside the BRP; a plan may leave it out."""


def _amount(value: Any) -> Fraction:
    try:
        return parse_amount(value if isinstance(value, str | int | Fraction) else str(value))
    except UserError as error:
        raise ValueError(str(error)) from None


Amount = Annotated[Fraction, BeforeValidator(_amount), PlainSerializer(exact_text, return_type=str)]


class ReleasePlan(BaseModel):
    """One release plan. Amounts are exact; `tables` are shares of `rho` and add up to 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Slug
    peiljaar: int
    status: Literal["voorlopig", "nader_voorlopig", "definitief"]
    personas: Annotated[tuple[Slug, ...], Field(min_length=1)]
    unit: Literal["person", "household"]
    members: Annotated[int, Field(ge=1, le=MOST_MEMBERS)] | None = None
    """Members of a household that are counted at most; with `unit: household` and only there."""
    contributions: Annotated[int, Field(ge=1)]
    delta: Amount
    rho: Amount
    cap: Amount
    horizon: int | None = None
    """The last peiljaar that the cap is meant for; without it nine years after the plan's own. Decides no count."""
    tables: dict[str, Amount]
    wijken: Slug | None = None
    """The list of wijken (a file in `wijken/` beside the plans) of a plan that measures them; with it `tables` has two more."""
    detail_from: Annotated[int, Field(ge=1)] | None = None
    """With it a release has two stages: totals first; then age and sex, on the levels where a persona and state has at
    least so many persons a region by the noised totals, and where it has fewer the totals once more."""
    gate: Gate | None = None
    """With it a region gets figures of a persona only where public quantities say that they may be usable; everything is
    measured all the same, and counts in the sums of larger regions."""

    @model_validator(mode="after")
    def _adds_up(self) -> "ReleasePlan":
        if self.wijken is None and set(self.tables) & set(WIJK_TABLES):
            raise ValueError(
                "wijken: the plan gives shares to tables of wijken; say which wijken these are (`wijken:` and the name of a list "
                "in release_plans/wijken), or take the tables out"
            )
        if set(self.tables) - {OUTSIDE} != set(self.measured):
            raise ValueError(
                f"tables: give a share for each of {', '.join(self.measured)}, and for {OUTSIDE} if it is measured"
            )
        total = sum(self.tables.values(), Fraction(0))
        if total != 1:
            raise ValueError(f"tables: the shares add up to {total}, and must add up to exactly 1")
        if len(set(self.personas)) != len(self.personas):
            raise ValueError("personas: a persona stands in the list twice")
        if self.rho > self.cap:
            raise ValueError(f"rho: {self.rho} is more than the cap over all years ({self.cap})")
        if (self.unit == "household") != (self.members is not None):
            raise ValueError(
                "members: say with `unit: household` how many members of a household are counted at most, such as "
                "`members: 4`; with `unit: person` leave it out"
            )
        if self.last_year < self.peiljaar:
            raise ValueError(f"horizon: {self.horizon} lies before the peiljaar {self.peiljaar}")
        return self

    @model_validator(mode="after")
    def _known_year(self) -> "ReleasePlan":
        try:
            require_peiljaar(self.peiljaar)
        except UserError as error:
            raise ValueError(f"peiljaar: {error}") from None
        return self

    @property
    def privacy_unit(self) -> Unit:
        """Whose rows the noise covers."""
        return Unit(self.members)

    @property
    def measured(self) -> tuple[str, ...]:
        """The tables of the tree that the plan measures."""
        return TABLES if self.wijken is None else ALL_TABLES

    def of_stage(self, stage: int) -> tuple[str, ...]:
        """The tables of a stage, in order: 0 for all, 1 for those that are measured first, 2 for those that follow."""
        wanted = [name for name in (*ALL_TABLES, OUTSIDE) if name in self.tables]
        if stage == 0:
            return tuple(wanted)
        return tuple(name for name in wanted if (name in ALL_TABLES and name not in ALL_LEVELS) == (stage == 2))

    @property
    def last_year(self) -> int:
        """The last peiljaar that the cap must last for."""
        return self.horizon if self.horizon is not None else self.peiljaar + 9

    def canonical(self) -> str:
        """Canonical JSON of all that decides a measurement. An option that a plan does not use is not in it, so that an
        older plan stays the same plan."""
        options = ("members", "wijken", "detail_from", "gate")
        unused = {name for name in options if getattr(self, name) is None}
        return json.dumps(self.model_dump(exclude={"horizon", *unused}), sort_keys=True)


def load_plan(folder: Path, plan_id: str) -> ReleasePlan:
    """Read one plan; raise SpecError with the known plans when it is not there."""
    path = folder / f"{plan_id}.yaml"
    if not path.exists():
        known = ", ".join(sorted(p.stem for p in folder.glob("*.yaml"))) or "none"
        raise SpecError(f"no release plan '{plan_id}' in {folder}. Known plans: {known}.")
    plan = read_model(path, ReleasePlan)
    if plan.id != plan_id:
        line = read_document(path).line(("id",))
        raise SpecError(f"{path.name}:{line}: id: found '{plan.id}'; file name and id must be the same.")
    for name in plan.gate.priors if plan.gate else ():
        if name not in plan.personas:
            line = read_document(path).line(("gate", "priors", name), on_key=True)
            raise SpecError(
                f"{path.name}:{line}: gate.priors.{name}: this plan does not measure persona '{name}', so nothing of it can be "
                f"held back.{nearest(name, plan.personas)} Remove it, or name it under `personas`."
            )
    return plan


def plans_of(folder: Path, peiljaar: int) -> list[ReleasePlan]:
    """The plans of a peiljaar, in order of id."""
    plans = [load_plan(folder, path.stem) for path in sorted(folder.glob("*.yaml"))]
    return [plan for plan in plans if plan.peiljaar == peiljaar]


def wijken_of(plan: ReleasePlan, personas: tuple[Persona, ...], specs: Path, *, real: bool = False) -> WijkList | None:
    """The wijken that a plan measures, from the folder of the specs; None for a plan that measures none.

    Raises SpecError for a list that cannot be (see `load_wijken`), for one that was made up when a delivery is `real`, and
    when no persona of the plan may be shown by wijk: both the plan and the persona choose it.
    """
    if plan.wijken is None:
        return None
    found = load_wijken(specs / WIJKEN_FOLDER, plan.wijken, plan.peiljaar)
    if found.synthetic and real:
        raise SpecError(
            f"release plan {plan.id}: its list of wijken '{found.name}' was made up for a synthetic population, and this delivery "
            "is real. Put the list of CBS of that year beside the plans and name it under `wijken`."
        )
    if all(persona.smallest_geography != WIJK for persona in personas):
        raise SpecError(
            f"release plan {plan.id}: it measures wijken, and none of its personas has `smallest_geography: wijk`, so its tables "
            "of wijken would stay empty and their share of rho would buy nothing. Take `wijken` and these tables out, or add a persona "
            "that may be shown by wijk."
        )
    return found


def personas_of(plan: ReleasePlan, personas: Personas) -> tuple[Persona, ...]:
    """The personas of a plan, in priority order; withdrawn and deprecated ones are refused."""
    found = tuple(personas.get(name, f"release plan {plan.id}") for name in plan.personas)
    for persona in found:
        if persona.status in ("deprecated", "withdrawn"):
            raise SpecError(f"release plan {plan.id}: persona {persona.id} is {persona.status}; leave it out.")
    return found


def require_own_rows(plan: ReleasePlan, personas: tuple[Persona, ...], indicators: Indicators) -> None:
    """Raise SpecError when a plan that protects one person counts a persona that reads the rows of others: one person
    would then move the states of others, and the noise would be too small for that. A plan that protects a household has
    noise for all that its members move, and nothing reads further than the household."""
    if plan.unit == "household":
        return
    for persona in personas:
        for name in persona.indicators:
            if indicators.reads_others(name):
                raise SpecError(
                    f"release plan {plan.id}: persona {persona.id} rests on '{name}', which reads the rows of other members "
                    "of the household, and the unit of this plan is one person. Choose a fact of the person's own row, "
                    "leave the persona out, or write `unit: household` with `members`, which takes more noise. Nothing was counted and nothing was spent."
                )


def standings_of(
    plan: ReleasePlan, personas: tuple[Persona, ...], indicators: Indicators, specs: Path
) -> dict[str, Standing]:
    """Persona id -> where it stands. Raises SpecError when an accepted one, or an indicator under it, has changed
    since; `specs` is the folder with the registry and the approvals."""
    registry = read_registry(specs)
    found: dict[str, Standing] = {}
    for persona in personas:
        try:
            found[persona.id] = standing(specs, registry, persona, indicators)
        except SpecError as error:
            raise SpecError(f"release plan {plan.id}: {error}") from None
    return found
