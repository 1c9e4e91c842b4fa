"""The facts of a folder, read from its datapackage, which may come from anybody.

What belongs here: reading them in their one form, so that no text of a folder becomes a path or an address. What does not:
comparing the descriptions (`descriptions.py`).
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipelines.errors import CheckFailed, UserError
from pipelines.facts.gemeenten import require_peiljaar
from pipelines.release.formats.datapackage import NAME, OWN
from pipelines.release.formats.tables_of import ReleaseFacts

_SLUG = r"^[a-z0-9][a-z0-9-]*$"
Slug = Annotated[str, Field(pattern=_SLUG)]
WijkCode = Annotated[str, Field(pattern=r"^WK\d{4}(\d\d|--)$")]


class _Facts(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    release_id: Slug
    versie: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    title: Annotated[str, Field(min_length=1)]
    peiljaar: int
    status: Literal["voorlopig", "nader_voorlopig", "definitief"]
    synthetic: bool
    proef: bool
    created_at: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|\+00:00)$")]
    personas: Annotated[Mapping[Slug, str], Field(min_length=1)]
    tables: tuple[Literal["cijfers", "gebieden", "wijken", "buiten-de-brp"], ...]
    wijken: Mapping[WijkCode, str] = {}
    per_wijk: tuple[Slug, ...] = ()


def facts_in(folder: Path) -> ReleaseFacts:
    """The facts that `datapackage.json` carries. Raises CheckFailed when it is missing, damaged or of another form."""
    try:
        content = json.loads((folder / NAME).read_text(encoding="utf-8"))
        found = _Facts.model_validate_json(json.dumps(content[OWN]))
        require_peiljaar(found.peiljaar)
        if not set(found.per_wijk) <= set(found.personas) or ("wijken" in found.tables) != bool(found.wijken):
            raise ValueError("wijken and tables contradict each other")
    except (OSError, ValueError, KeyError, TypeError, ValidationError, UserError):
        raise CheckFailed(
            f"release folder '{folder.name}': {NAME} is missing, or its part '{OWN}' is not as this project writes it "
            "(release, version, year, status, personas, tables). Take the folder from where it was built, or use the version "
            "of the project that built it."
        ) from None
    return ReleaseFacts(**{**found.model_dump(), "personas": dict(found.personas), "wijken": dict(found.wijken)})
