"""The catalogue of uitsluitingsmechanismen: hypotheses of why a voorziening is missing.

What belongs here: reading it. What does not: any computation per person; a mechanism is never measured.
"""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from pipelines.errors import SpecError, nearest
from pipelines.indicators.spec import Leefgebied
from pipelines.personas.load import Personas
from pipelines.yaml_files import read_yaml, validate_model


class Mechanism(BaseModel):
    """One mechanism: what is mechanical about it, the law it rests on, and where the description comes from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slug: str
    title: str
    mechanical: str
    law: str
    leefgebied: Leefgebied
    origin: tuple[Literal["grondtekst", "bron", "inferentie"], ...]


def load_mechanisms(path: Path, personas: Personas) -> dict[str, Mechanism]:
    """Read the catalogue; raise SpecError when a persona refers to a mechanism that is not in it."""
    data = read_yaml(path)
    if not isinstance(data, dict):
        raise SpecError(f"{path.name}:1: the catalogue maps each slug to its mechanism.")
    found = {slug: validate_model({"slug": slug, **entry}, Mechanism, path, slug) for slug, entry in data.items()}
    for persona in personas.by_id.values():
        for slug in persona.missing_voorziening.uitsluitingsmechanismen:
            if slug not in found:
                raise SpecError(f"{persona.id}.yaml: no mechanism '{slug}' in {path.name}.{nearest(slug, found)}")
    return found
