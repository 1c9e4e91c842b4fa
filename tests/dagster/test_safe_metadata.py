"""Metadata of Dagster: only what is on the list, in the form that the list gives."""

from pathlib import Path

import pytest

from assets.safe_metadata import safe_metadata


def test_what_is_on_the_list_passes() -> None:
    found = safe_metadata(
        done="now", plan="2023-voorlopig", versie="1.0.0", bundle=Path("data"), rho_left="9/20", seconds=1.26
    )

    assert {key: value.value for key, value in found.items()} == {
        "done": "now",
        "plan": "2023-voorlopig",
        "versie": "1.0.0",
        "bundle": "data",
        "rho_left": "9/20",
        "seconds": 1.3,
    }


@pytest.mark.parametrize("key", ["rows", "dagster/row_count", "count", "members", "personas"])
def test_a_key_that_is_not_on_the_list_is_refused_without_its_value(key: str) -> None:
    with pytest.raises(ValueError, match="not on the list") as refused:
        safe_metadata(**{key: "12347"})

    assert "12347" not in str(refused.value)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("done", "12347 rows"),
        ("plan", "12347"),
        ("status", "12347"),
        ("manifest_digest", "12347"),
        ("seconds", "12347"),
        ("seconds", 12347),
        ("bundle", "12347"),
        ("rho_left", "about 12347"),
    ],
)
def test_a_value_of_another_form_is_refused_without_telling_it(key: str, value: str) -> None:
    with pytest.raises(ValueError, match="another form") as refused:
        safe_metadata(**{key: value})

    assert "12347" not in str(refused.value)
