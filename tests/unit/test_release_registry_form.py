"""The form of a registry entry: what is missing, unknown or of another kind is named, and nothing else is refused."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import CheckFailed
from pipelines.release.privacy_record import privacy_record
from pipelines.release.registry_form import RECORD, check_record, require_tier_three
from tests.unit.invented_figures import release_text

Change = tuple[tuple[str, ...], object]
GONE = object()

DAMAGE: dict[str, Change] = {
    "url_slug: String should match pattern": (("url_slug",), "Blinde Vlek"),
    "status: Input should be": (("status",), "Ready"),
    "tier: Input should be 3": (("tier",), 2),
    "surprise: Extra inputs": (("surprise",), "..."),
    "deployment.basic.surprise: Extra inputs": (("deployment", "basic", "surprise"), "..."),
    "deployment.basic.intended_use: Field required": (("deployment", "basic", "intended_use"), GONE),
    "deployment.basic.name: Value error": (("deployment", "basic", "name"), " "),
    "deployment.basic.data_curators: List should have at least 1": (("deployment", "basic", "data_curators"), []),
    "deployment.basic.data_product_type: Input should be": (("deployment", "basic", "data_product_type"), "Counts"),
    "deployment.basic.publication_date: Value error": (("deployment", "basic", "publication_date"), "1/2/2026"),
    "deployment.dp_variant.variant_name: Input should be": (("deployment", "dp_variant", "variant_name"), "zCDP"),
    "deployment.dp_variant: Field required": (("deployment", "dp_variant"), GONE),
    "privacy_parameters.rho: Input should be a valid number": (
        ("deployment", "privacy_loss", "privacy_parameters", "rho"),
        "1/20",
    ),
    "privacy_parameters.epsilon: Input should be greater than 0": (
        ("deployment", "privacy_loss", "privacy_parameters", "epsilon"),
        0,
    ),
    "deployment.deployment_model.model_name: Input should be": (
        ("deployment", "deployment_model", "model_name"),
        "Trust",
    ),
    "deployment.implementation.mechanisms: Field required": (("deployment", "implementation", "mechanisms"), GONE),
    "deployment.administrative.registry_authors: Field required": (
        ("deployment", "administrative", "registry_authors"),
        GONE,
    ),
}


def damaged(path: tuple[str, ...], value: object) -> dict[str, Any]:
    record: dict[str, Any] = copy.deepcopy(privacy_record(release_text()))
    part = record
    for name in path[:-1]:
        part = part[name]
    if value is GONE:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    return record


def test_our_record_is_a_whole_entry_of_tier_three() -> None:
    require_tier_three(privacy_record(release_text()))


@pytest.mark.parametrize("told", DAMAGE)
def test_a_fault_is_refused_by_the_name_of_its_field(told: str) -> None:
    with pytest.raises(CheckFailed) as refused:
        require_tier_three(damaged(*DAMAGE[told]))

    assert told in str(refused.value)
    assert refused.value.exit_code == 6


def test_the_record_of_a_bundle_is_checked_as_it_lies_there(tmp_path: Path) -> None:
    (tmp_path / RECORD).write_text(json.dumps(privacy_record(release_text())), encoding="utf-8")

    check_record(tmp_path)


@pytest.mark.parametrize("content", [None, "[]", "{", '{"tier": 3}'])
def test_a_bundle_without_a_whole_record_is_refused(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / RECORD).write_text(content, encoding="utf-8")

    with pytest.raises(CheckFailed, match=RECORD):
        check_record(tmp_path)
