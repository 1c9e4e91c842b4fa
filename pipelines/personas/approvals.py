"""Approvals of personas: files in which an organisation says that one text of a definition may be counted.

What belongs here: reading and weighing them. What does not: writing them; people do. Approvals of a second draw over a
corrected delivery are another kind (`pipelines/release/approvals.py`) and lie one folder higher.
"""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal
from unicodedata import normalize

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints, model_validator

from pipelines.errors import SpecError
from pipelines.personas.retired import ref_of
from pipelines.personas.spec import Persona, Slug, Text
from pipelines.yaml_files import read_model

# No other alphabets: a look-alike letter would pass for another organisation.
Organisation = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9À-ÖØ-öø-ÿ][A-Za-z0-9À-ÖØ-öø-ÿ .,&'()-]*$")]

PARTNERS = {
    "CBS": ("cbs", "centraal-bureau-voor-de-statistiek"),
    "VWS": ("vws", "ministerie-van-vws", "ministerie-van-volksgezondheid-welzijn-en-sport"),
}
"""Roles without which nothing is measured on real data -> the organisations that can have them (as in file names)."""


class PersonaApproval(BaseModel):
    """One approval. It holds for exactly the text with this fingerprint, status apart.

    `demonstration: true` shows how it works and counts for no real delivery. `role` is CBS, VWS or overig.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    persona: Slug
    version: Annotated[int, Field(ge=1)]
    fingerprint: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    role: Literal["CBS", "VWS", "overig"]
    organisation: Organisation
    date: date
    demonstration: StrictBool
    name: Text | None = None

    @model_validator(mode="after")
    def _role_fits(self) -> "PersonaApproval":
        allowed = PARTNERS.get(self.role)
        if allowed and not self.demonstration and slug(self.organisation) not in allowed:
            raise ValueError(f"organisation: the role {self.role} belongs to {self.role} itself; use role overig")
        return self


@dataclass(frozen=True)
class Consent:
    """What the approvals of the present text amount to: by whom, and whether only as a demonstration."""

    organisations: tuple[str, ...]
    demonstration: bool


def folder_of(specs: Path) -> Path:
    """Where approvals of personas lie."""
    return specs / "approvals" / "personas"


def read_approvals(specs: Path, persona: Persona) -> list[PersonaApproval]:
    """All approvals of this version, also of an earlier text. Raises SpecError for a file that is not what its name
    says: `<id>-v<version>-<organisation>.yaml`, so that an organisation has one voice."""
    found: list[PersonaApproval] = []
    for path in sorted(folder_of(specs).glob("*.yaml")):
        approval = read_model(path, PersonaApproval)
        expected = file_name(approval.persona, approval.version, approval.organisation)
        if path.name != expected:
            raise SpecError(f"{path.name}: what is in this approval belongs in {expected}. Rename it, or mend it.")
        if (approval.persona, approval.version) == (persona.id, persona.version):
            found.append(approval)
    return found


def require_approvals(specs: Path, persona: Persona, fingerprint: str, today: str | None = None) -> Consent:
    """The consent for this text: CBS and VWS, or as a demonstration any two organisations.

    `today` (ISO date) refuses approvals of a later day. Raises SpecError that says what is missing and what to write.
    """
    approvals = read_approvals(specs, persona)
    for approval in approvals:
        if today is not None and approval.date.isoformat() > today:
            raise SpecError(
                f"{file_name(persona.id, persona.version, approval.organisation)}: the date of the approval lies "
                "ahead. Write the day on which it was given."
            )
    current = [approval for approval in approvals if approval.fingerprint == fingerprint]
    organisations = tuple(dict.fromkeys(slug(approval.organisation) for approval in current))
    real = {approval.role for approval in current if not approval.demonstration}
    if set(PARTNERS) <= real:
        return Consent(organisations, demonstration=False)
    if any(approval.demonstration for approval in current) and len(organisations) >= 2:
        return Consent(organisations, demonstration=True)
    stale = [approval.organisation for approval in approvals if approval.fingerprint != fingerprint]
    raise SpecError(_what_to_write(persona, fingerprint, [approval.organisation for approval in current], stale))


def file_name(persona_id: str, version: int, organisation: str) -> str:
    """The name that an approval file must have."""
    return f"{persona_id}-v{version}-{slug(organisation)}.yaml"


def slug(organisation: str) -> str:
    """An organisation as it stands in a file name: `Gemeente 's-Hertogenbosch` is gemeente-s-hertogenbosch."""
    plain = normalize("NFKD", organisation).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _what_to_write(persona: Persona, fingerprint: str, current: list[str], stale: list[str]) -> str:
    found = f"the present text was approved by: {', '.join(current) or 'nobody'}"
    if stale:
        found += f"; {', '.join(stale)} approved an earlier text of it"
    return (
        f"{ref_of(persona)} cannot count as accepted: {found}. It takes CBS and VWS (or, to show how it works, two "
        "different organisations with `demonstration: true`, which stays a proef). Each writes "
        f"persona_specs/approvals/personas/{persona.id}-v{persona.version}-<organisation>.yaml with persona, version, "
        f"role, organisation, date, demonstration and fingerprint: {fingerprint}"
    )
