"""The registry of accepted personas: `persona_specs/accepted.yaml`, and whether a spec still is what was accepted.

What belongs here: reading, writing and comparing. What does not: deciding to accept (`lifecycle.py`).
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, StrictBool, StringConstraints

from pipelines.errors import SpecError
from pipelines.indicators.collection import Indicators
from pipelines.personas.approvals import Consent, require_approvals
from pipelines.personas.lifecycle_files import dump, write_whole
from pipelines.personas.retired import ref_of, retired_refs
from pipelines.personas.spec import Persona
from pipelines.state import fingerprint
from pipelines.yaml_files import read_yaml, validate_model

Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Mark = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]

_HEADER = """\
# Which text of which persona was accepted, and when. Written by `blindevlek persona freeze`; never edit it.
# `spec` and `indicators` hold a mark per part, so that a refusal can say which part has changed since.
"""


class Acceptance(BaseModel):
    """One accepted version. `after_attrition`: an analyst had seen exact counts of this persona on real data first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fingerprint: Hash
    accepted_at: AwareDatetime
    demonstration: StrictBool
    after_attrition: StrictBool
    spec: dict[str, Mark]
    indicators: dict[str, Mark]


@dataclass(frozen=True)
class Standing:
    """Where one version of a persona stands. `accepted` is real acceptance; a demonstration is none."""

    status: str
    fingerprint: str
    demonstration: bool = False
    after_attrition: bool = False
    accepted_at: datetime | None = None

    @property
    def accepted(self) -> bool:
        return self.status == "accepted" and not self.demonstration


def registry_path(specs: Path) -> Path:
    """Where the registry lies."""
    return specs / "accepted.yaml"


def review_fingerprint(persona: Persona, indicators: Indicators) -> str:
    """What an approval holds for: SHA-256 of the whole spec and of every indicator under it, whatever the status.

    Only what the text states is covered: a key that the vocabulary gains later, and that this text does not use,
    leaves the fingerprint as it was.
    """
    return fingerprint(ref_of(persona), *(json.dumps(part, sort_keys=True) for part in _parts(persona, indicators)))


def read_registry(specs: Path) -> dict[str, Acceptance]:
    """`id@version` -> its acceptance; empty when nothing was accepted. Raises SpecError with file and line."""
    path = registry_path(specs)
    data = read_yaml(path) if path.exists() else None
    if not isinstance(data, dict | None):
        raise SpecError(f"{path.name}:1: the registry maps id@version to its acceptance. Restore the file.")
    return {ref: validate_model(entry, Acceptance, path, ref) for ref, entry in (data or {}).items()}


def register(specs: Path, persona: Persona, indicators: Indicators, consent: Consent, now: str, looked: bool) -> None:
    """Add the present text of a persona, or replace its demonstration; see `Acceptance` for `looked`."""
    registry = read_registry(specs)
    spec, used = _marks(persona, indicators)
    registry[ref_of(persona)] = Acceptance(
        fingerprint=review_fingerprint(persona, indicators),
        accepted_at=datetime.fromisoformat(now),
        demonstration=consent.demonstration,
        after_attrition=looked,
        spec=spec,
        indicators=used,
    )
    content = {ref: _plain(entry) for ref, entry in sorted(registry.items())}
    write_whole(registry_path(specs), _HEADER + dump(content))


def require_as_accepted(registry: dict[str, Acceptance], persona: Persona, indicators: Indicators) -> None:
    """Raise SpecError when an accepted version, or an indicator under it, is no longer what was accepted; or when
    the status in the file and the registry contradict each other."""
    ref, entry = ref_of(persona), registry.get(ref_of(persona))
    if entry is None:
        if persona.status == "accepted":
            raise SpecError(
                f"{persona.id}.yaml: status: accepted, but accepted.yaml does not know {ref}. Nobody accepts by writing "
                f"a word: set it to in_review, collect the approvals, and run `blindevlek persona freeze {persona.id}`."
            )
        return
    if entry.fingerprint != review_fingerprint(persona, indicators):
        raise SpecError(
            f"{ref} was accepted and has changed since: {what_changed(entry, persona, indicators)}. An accepted "
            f"definition never changes. Put it back; for another definition run `blindevlek persona retire {persona.id}` "
            f"first, which keeps this version and starts version {persona.version + 1}, and change that one."
        )
    if persona.status in ("draft", "in_review"):
        raise SpecError(
            f"{persona.id}.yaml: status: {persona.status}, but {ref} was accepted and stays so. Run `blindevlek persona "
            f"freeze {persona.id}` to restore the status, or `persona retire {persona.id}` to begin a new version."
        )


def what_changed(entry: Acceptance, persona: Persona, indicators: Indicators) -> str:
    """In words, the parts of the spec and the indicators that are not as they were accepted."""
    spec, used = _marks(persona, indicators)
    parts = [key for key in spec.keys() | entry.spec.keys() if spec.get(key) != entry.spec.get(key)]
    words = [f"`{key}` of the spec" for key in sorted(parts)]
    for name in sorted(used.keys() | entry.indicators.keys()):
        if used.get(name) != entry.indicators.get(name):
            how = "" if name in used and name in entry.indicators else " (new)" if name in used else " (gone)"
            words.append(f"the indicator {name}{how}")
    return ", ".join(words) or "nothing that can be named, so the registry was edited"


def standing(specs: Path, registry: dict[str, Acceptance], persona: Persona, indicators: Indicators) -> Standing:
    """Where a persona stands. Raises SpecError when it is not what was accepted, or its approvals are gone."""
    require_as_accepted(registry, persona, indicators)
    _require_earlier_kept(specs, registry, persona)
    printed = review_fingerprint(persona, indicators)
    entry = registry.get(ref_of(persona))
    if entry is None:
        return Standing(persona.status, printed)
    consent = require_approvals(specs, persona, printed)
    only_shown = entry.demonstration or consent.demonstration
    return Standing(persona.status, printed, only_shown, entry.after_attrition, entry.accepted_at)


def _require_earlier_kept(specs: Path, registry: dict[str, Acceptance], persona: Persona) -> None:
    """Raise SpecError when an accepted version before this one is not in `retired/`: nobody could explain it any more."""
    kept = retired_refs(specs / "retired")
    earlier = [f"{persona.id}@{version}" for version in range(1, persona.version)]
    if lost := [ref for ref in earlier if ref in registry and ref not in kept]:
        raise SpecError(
            f"{persona.id}.yaml: {', '.join(lost)} was accepted and is not kept in retired/. Put that version back into "
            f"the file, run `blindevlek persona retire {persona.id}`, and make the new version from there."
        )


def _parts(persona: Persona, indicators: Indicators) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is accepted: the keys of the spec, and the indicators under it. The status is no part of it."""
    spec = persona.model_dump(mode="json", exclude_defaults=True, exclude={"id", "version", "status"})
    names = sorted({found for name in persona.indicators for found in indicators.all_under(name)})
    return spec, {name: indicators.by_id[name].stated.model_dump(mode="json", exclude_defaults=True) for name in names}


def _marks(persona: Persona, indicators: Indicators) -> tuple[dict[str, str], dict[str, str]]:
    """A mark per key of the spec and per indicator."""
    spec, used = _parts(persona, indicators)
    return {key: _mark(value) for key, value in spec.items()}, {key: _mark(value) for key, value in used.items()}


def _mark(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def _plain(entry: Acceptance) -> dict[str, Any]:
    """As it stands in the file: the time as text, since YAML would lose its zone."""
    return entry.model_dump(mode="json") | {"accepted_at": entry.accepted_at.isoformat()}
