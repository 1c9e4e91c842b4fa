"""`privacy.json`: every field that an entry of tier 3 asks for, and the exact budget."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.errors import CheckFailed
from pipelines.release.privacy_record import privacy_record, write_privacy_record
from tests.unit.invented_figures import release_text

FIELDS = {
    "basic": {
        "name",
        "data_curators",
        "description",
        "intended_use",
        "data_product_type",
        "data_product_region",
        "data_product_sector",
        "publication_date",
    },
    "dp_variant": {"variant_name", "data_domain", "unprotected_quantities"},
    "privacy_loss": {
        "privacy_unit",
        "privacy_unit_details",
        "privacy_parameters",
        "privacy_parameters_details",
    },
    "deployment_model": {
        "model_name",
        "actors",
        "release_type",
        "release_type_details",
        "data_source_type",
        "data_source_type_details",
        "access_type",
        "access_type_details",
    },
    "accounting": {"post_processing", "composition"},
    "implementation": {"preprocessing_and_hyperparameter_tuning", "mechanisms", "justification"},
    "administrative": {"registry_authors", "sources", "notes"},
}


def leaves(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    else:
        yield value


def written(folder: Path) -> dict[str, dict[str, object]]:
    """The deployment part of the record as it lies on disk."""
    content = json.loads(write_privacy_record(release_text(), folder).read_text(encoding="utf-8"))
    assert (content["tier"], content["status"]) == (3, "Draft")
    deployment: dict[str, dict[str, object]] = content["deployment"]
    return deployment


def test_the_record_has_the_fields_of_tier_three_and_no_empty_one(tmp_path: Path) -> None:
    deployment = written(tmp_path)

    assert {key: set(value) for key, value in deployment.items()} == FIELDS
    assert all(leaf not in ("", None) for leaf in leaves(deployment))


def test_the_budget_stands_in_the_record_as_number_and_exactly(tmp_path: Path) -> None:
    deployment = written(tmp_path)

    loss = deployment["privacy_loss"]
    assert loss["privacy_parameters"] == {"rho": 0.05, "epsilon": 1.55, "delta": 1e-6}
    assert "1/20" in str(loss["privacy_parameters_details"])
    assert all(
        amount in str(deployment["deployment_model"]["release_type_details"]) for amount in ("1/2", "3/20", "7/20")
    )


def test_every_unprotected_quantity_and_every_table_is_named(tmp_path: Path) -> None:
    release = release_text()
    deployment = written(tmp_path)

    assert all(item in str(deployment["dp_variant"]["unprotected_quantities"]) for item in release.not_protected)
    assert all(table.name in str(deployment["accounting"]["composition"]) for table in release.tables)


def test_every_choice_that_may_depend_on_data_is_named_as_outside_the_guarantee(tmp_path: Path) -> None:
    told = str(written(tmp_path)["implementation"]["preprocessing_and_hyperparameter_tuning"])

    assert "outside the guarantee" in told
    assert all(choice in told for choice in release_text().data_dependent)


def test_a_record_that_says_too_little_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(CheckFailed, match=r"deployment\.basic\.publication_date"):
        write_privacy_record(replace(release_text(), created_at="gisteren"), tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_synthetic_release_and_a_trial_say_so() -> None:
    trial = str(privacy_record(replace(release_text(), proef=True)))
    real = str(privacy_record(replace(release_text(), synthetic=False)))

    assert "synthetic data" in trial
    assert "not for publication" in trial
    assert "synthetic" not in real


def test_the_same_release_gives_the_same_bytes(tmp_path: Path) -> None:
    first = write_privacy_record(release_text(), tmp_path).read_bytes()

    assert write_privacy_record(release_text(), tmp_path).read_bytes() == first
