"""The form of an entry in the OpenDP Deployments Registry, and whether a record fills all of it that tier 3 asks.

What belongs here: our own description of the registry's fields (names, types, allowed words; facts of its published
`deployments-schema.yaml` as of 15 July 2026, commit 3e9c812 of opendp/deployments-registry-data), and checking a record.
What does not: what we say in the fields (`privacy_record.py`). The registry calls its tiers guidance; here they are a rule.
"""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from pipelines.errors import CheckFailed

RECORD = "privacy.json"


def _day(text: str) -> str:
    if date.fromisoformat(text).isoformat() != text:
        raise ValueError("a date is written as 2026-01-31")
    return text


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("a field is filled in, or it is not there")
    return text


Text = Annotated[str, AfterValidator(_said)]
Day = Annotated[str, AfterValidator(_day)]
Names = Annotated[list[Text], Field(min_length=1)]


class _Part(BaseModel):
    """A part of the record: no field but these, and none that is nearly right (a number is no text)."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class Basic(_Part):
    """Tier 1: what was published, by whom, for what."""

    name: Text
    data_curators: Names
    description: Text
    intended_use: Text
    data_product_type: Literal[
        "Summary statistics", "Machine learning model", "Dataset", "Synthetic data", "Interactive API", "SQL queries"
    ]
    data_product_region: Text
    data_product_sector: Literal["Technology", "Healthcare", "Education", "Government", "Energy", "Finance"]
    publication_date: Day


class Variant(_Part):
    """Which differential privacy, over which data, and what it leaves unprotected."""

    variant_name: Literal["Pure DP", "Approximate DP", "Zero-concentrated DP", "Renyi DP", "Custom"]
    data_domain: Text
    unprotected_quantities: Text


class Parameters(_Part):
    """The loss in numbers. The registry asks for those that go with the variant; we always state all three."""

    rho: Annotated[float, Field(gt=0)]
    epsilon: Annotated[float, Field(gt=0)]
    delta: Annotated[float, Field(gt=0, lt=1)]


class Loss(_Part):
    """Who is protected, and how strongly."""

    privacy_unit: Text
    privacy_unit_details: Text
    privacy_parameters: Parameters
    privacy_parameters_details: Text


class Model(_Part):
    """Who has to be trusted, and what comes out how often. `model_name_details` is for models that have no name."""

    model_name: Literal["Local", "Central", "Shuffle", "Federated", "Varies"]
    model_name_details: Text | None = None
    actors: Text
    release_type: Literal["One release", "Many releases"]
    release_type_details: Text
    data_source_type: Literal["Static", "Dynamic"]
    data_source_type_details: Text
    access_type: Literal["Interactive", "Non-interactive"]
    access_type_details: Text


class Accounting(_Part):
    """What is done after the noise, and how losses add up."""

    post_processing: Text
    composition: Text


class Implementation(_Part):
    """What was done before the noise, how it was drawn, and why so."""

    preprocessing_and_hyperparameter_tuning: Text
    mechanisms: Text
    justification: Text


class Administrative(_Part):
    """Who wrote the record, and where more stands."""

    registry_authors: Names
    sources: Text
    notes: Text


class Deployment(_Part):
    """All parts that tier 3 asks for."""

    basic: Basic
    dp_variant: Variant
    privacy_loss: Loss
    deployment_model: Model
    accounting: Accounting
    implementation: Implementation
    administrative: Administrative


class Record(_Part):
    """One entry. `status` is for the registry's board to raise; a new one is a draft."""

    url_slug: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    status: Literal[
        "Converted",
        "Draft",
        "Pending",
        "Changes Required",
        "Approved",
        "Approved (Update Requested)",
        "Approved (Pending)",
    ]
    tier: Literal[3]
    deployment: Deployment


def require_tier_three(record: Mapping[str, object]) -> None:
    """Raise CheckFailed, naming every field, when a record is not a whole entry of tier 3."""
    try:
        Record.model_validate_json(json.dumps(record))
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise CheckFailed(
            f"{RECORD} is not a whole entry of tier 3 of the OpenDP Deployments Registry: {faults}. Mend what fills it; a release "
            "without its account is not published."
        ) from None


def check_record(folder: Path) -> None:
    """The same for the record in a bundle. Raises CheckFailed also when there is none."""
    try:
        found = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise CheckFailed(f"{RECORD} of release folder '{folder.name}' is missing or is no record.")
    require_tier_three(found)
