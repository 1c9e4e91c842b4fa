"""A rule that only warns at night can still be seen in the morning."""

from dataclasses import replace

import pytest

from expectations.validation import validation
from pipelines import run_record
from pipelines.context import Context
from pipelines.status import read_status
from tests.expectations.conftest import Kluis
from tests.tiny import PEILJAAR

WARNED = "wsnppersbus.wsnpdatumtoelaat_in_range"


@pytest.fixture
def night(twin: Kluis, context: Context) -> Context:
    """A kluis in which one date is odd, which changes no figure."""
    twin.spoil(f"UPDATE kluis.y{PEILJAAR}.wsnppersbus SET wsnpdatumtoelaat = DATE '1500-01-01'")
    key_file = twin.root.path.parent / "night.json"
    key_file.write_text(f'{{"purpose": "synthetic", "key": "{twin.key.secret}"}}', encoding="utf-8")
    key_file.chmod(0o600)
    return replace(context, root=twin.root, key_file=key_file)


def test_a_rule_that_warned_while_nobody_watched_is_named_by_status(night: Context) -> None:
    validation().run(night, PEILJAAR, "registers")

    (told,) = [line for line in read_status(night, (PEILJAAR,)).lines if line.startswith(f"rules of {PEILJAAR}")]
    assert WARNED in told


def test_the_warnings_of_the_last_check_are_kept_per_peiljaar_and_kind_of_suite(context: Context) -> None:
    root = context.root
    root.prepare()
    run_record.record_warnings(root, 2023, "registers", ["bijstand_as_published"])
    run_record.record_warnings(root, 2023, "indicators", ["wmo_sometimes_true"])
    run_record.record_warnings(root, 2022, "registers", ["other"])

    assert run_record.warnings_of(root, 2023) == ("bijstand_as_published", "wmo_sometimes_true")

    run_record.record_warnings(root, 2023, "registers", [])

    assert run_record.warnings_of(root, 2023) == ("wmo_sometimes_true",)
    assert run_record.warnings_of(root, 2021) == ()
