"""The life of a persona: from draft to accepted, and from accepted to its next version or its end.

What belongs here: which step is allowed when, and doing it. What does not: the registry of what was accepted
(`lifecycle_registry.py`), approvals (`approvals.py`), counting anything.
"""

from pathlib import Path

from pipelines.errors import SpecError
from pipelines.indicators.collection import Indicators
from pipelines.personas.approvals import require_approvals
from pipelines.personas.lifecycle_files import rewrite_persona
from pipelines.personas.lifecycle_registry import read_registry, register, require_as_accepted, review_fingerprint
from pipelines.personas.retired import ref_of, write_retired
from pipelines.personas.spec import Persona

ALLOWED: dict[str, tuple[str, ...]] = {
    "draft": ("in_review", "withdrawn"),
    "in_review": ("draft", "accepted", "withdrawn"),
    "accepted": ("deprecated", "withdrawn"),
    "deprecated": ("withdrawn",),
    "withdrawn": (),
}
"""Status -> what may follow it. Into accepted leads `freeze` alone; out of it, back to draft, only a new version."""


def change_status(specs: Path, persona: Persona, indicators: Indicators, new: str) -> Persona:
    """Give a persona another status: only that line of its file changes.

    Raises SpecError when the step is not allowed, or the persona is not what was accepted.
    """
    if new == "accepted":
        raise SpecError(
            f"{persona.id}: acceptance is not a word in a file. With approvals of two organisations (see "
            f"docs/how-to/accepting-a-persona.md), run `blindevlek persona freeze {persona.id}`."
        )
    require_as_accepted(read_registry(specs), persona, indicators)
    _require_step(persona, new)
    return rewrite_persona(persona_path(specs, persona), {"status": new})


def freeze(specs: Path, persona: Persona, indicators: Indicators, now: str, *, looked: bool) -> Persona:
    """Accept the present text of a persona for good: it enters the registry, and its status becomes accepted.

    `now` is the time (ISO 8601, UTC). `looked`: exact counts of this persona on real data were seen before; the
    acceptance says so for ever. A demonstration can be frozen once more when real approvals have come. Raises
    SpecError when approvals are missing or the persona was not in review.
    """
    registry = read_registry(specs)
    entry = registry.get(ref_of(persona))
    if entry is not None and entry.fingerprint != review_fingerprint(persona, indicators):
        require_as_accepted(registry, persona, indicators)
    # Registered, but not yet accepted in its file: a freeze was broken off between the two, and is finished here.
    if entry is None or persona.status not in ("draft", "in_review", "accepted"):
        _require_step(persona, "accepted")
    consent = require_approvals(specs, persona, review_fingerprint(persona, indicators), now[:10])
    if entry is None or (entry.demonstration and not consent.demonstration):
        register(specs, persona, indicators, consent, now, looked)
    elif persona.status == "accepted":
        raise SpecError(f"{ref_of(persona)} was accepted already, on exactly this text. Nothing was changed.")
    if persona.status == "accepted":
        return persona
    return rewrite_persona(persona_path(specs, persona), {"status": "accepted"})


def retire(specs: Path, persona: Persona, indicators: Indicators) -> tuple[Path, Persona]:
    """Keep an accepted version in `retired/`, and make its file a draft of the next version.

    Returns the kept file and the new draft. Raises SpecError when this version was never accepted, or is no longer
    what was accepted.
    """
    registry = read_registry(specs)
    if ref_of(persona) not in registry:
        raise SpecError(
            f"{ref_of(persona)} is {persona.status} and was never accepted, so there is nothing to keep: change the file "
            "as it is."
        )
    require_as_accepted(registry, persona, indicators)
    source = persona_path(specs, persona)
    kept = write_retired(specs / "retired", source, persona, indicators)
    return kept, rewrite_persona(source, {"version": persona.version + 1, "status": "draft"})


def persona_path(specs: Path, persona: Persona) -> Path:
    """The file of a living persona."""
    return specs / "personas" / f"{persona.id}.yaml"


def _require_step(persona: Persona, new: str) -> None:
    allowed = ALLOWED[persona.status]
    if new not in allowed:
        may = " or ".join(allowed) or "nothing: it has ended, and a new version begins as a draft in its file"
        raise SpecError(f"{ref_of(persona)} is {persona.status} and cannot become {new}. It can become {may}.")
