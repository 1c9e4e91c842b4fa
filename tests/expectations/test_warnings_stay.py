"""A rule that only warns at night can still be seen in the morning."""

from pipelines import run_record
from pipelines.context import Context


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
