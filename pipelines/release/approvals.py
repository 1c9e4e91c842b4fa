"""Approvals: files in which partners allow a second draw over a corrected delivery.

What belongs here: reading them. What does not: making them; an approval is written by people, never by code.
"""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from pipelines.errors import UserError
from pipelines.personas.spec import Slug, Text
from pipelines.yaml_files import read_model


class Approver(BaseModel):
    """Who approves, for which organisation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    organisation: Text


class Approval(BaseModel):
    """One approval: the plan, the ids of the deliveries it holds for, why, and by whom."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    plan: Slug
    delivery_ids: Annotated[tuple[Text, ...], Field(min_length=1)]
    reason: Text
    approved_by: Annotated[tuple[Approver, ...], Field(min_length=2)]

    @field_validator("approved_by")
    @classmethod
    def _of_two_partners(cls, approvers: tuple[Approver, ...]) -> tuple[Approver, ...]:
        people = {approver.name.strip().casefold() for approver in approvers}
        partners = {approver.organisation.strip().casefold() for approver in approvers}
        if len(people) < 2 or len(partners) < 2:
            raise ValueError(
                "one person or one organisation cannot approve twice; name two people of two organisations"
            )
        return approvers


def require_approval(folder: Path, plan_id: str, delivery_ids: tuple[str, ...]) -> Approval:
    """The approval for these deliveries; raise UserError that says what to write when there is none."""
    for path in sorted(folder.glob("*.yaml")):
        approval = read_model(path, Approval)
        if approval.plan == plan_id and set(approval.delivery_ids) == set(delivery_ids):
            return approval
    raise UserError(
        f"release plan {plan_id} was measured before on another version of the deliveries. Measuring the "
        "correction is a new draw and spends the budget again, so two partners must approve it: write "
        f"persona_specs/approvals/{plan_id}-correctie.yaml with plan, reason, approved_by (two, name and "
        f"organisation) and delivery_ids: {', '.join(delivery_ids)}. Nothing was drawn and nothing was spent."
    )
