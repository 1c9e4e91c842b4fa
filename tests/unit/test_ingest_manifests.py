"""What a manifest says is held against what stands there: completeness, coverage, the kind of data."""

import json
import os

import pytest

from pipelines.context import Context
from pipelines.errors import DeliveryError
from tests.tiny import PEILJAAR, Invented, deliver, write_delivery
from tests.unit.taking_in import PEOPLE, a_good_delivery, declare, take_in


def test_a_delivery_being_filled_is_left_alone(context: Context) -> None:
    a_good_delivery(context)
    (context.root.deliveries(PEILJAAR) / "gemeenten" / "manifest.json").unlink()
    (context.root.deliveries(PEILJAAR) / "cbs" / "manifest.json").unlink()

    with pytest.raises(DeliveryError, match="no complete delivery"):
        take_in(context)


def test_a_delivery_that_is_not_completed_holds_up_the_others(context: Context) -> None:
    a_good_delivery(context)
    path = context.root.deliveries(PEILJAAR) / "gemeenten" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(manifest | {"completed": False}), encoding="utf-8")

    with pytest.raises(DeliveryError, match="the delivery gemeenten of 2023 is not completed yet"):
        take_in(context)


def test_a_real_delivery_refuses_the_synthetic_key(context: Context) -> None:
    write_delivery(deliver(PEOPLE), context.root.deliveries(PEILJAAR), kind="real")

    with pytest.raises(DeliveryError, match="the key was made for synthetic data"):
        take_in(context)


@pytest.mark.parametrize(
    ("declared", "nothing", "words"),
    [
        (["GM0363"], [], "rows of undeclared gemeenten"),
        (["GM0363", "GM0344", "GM0014"], [], "declared gemeenten without rows"),
        (["GM0363", "GM0344"], ["GM0344"], "rows of undeclared gemeenten"),
    ],
)
def test_rows_that_contradict_the_declared_coverage_refuse_the_delivery(
    context: Context, declared: list[str], nothing: list[str], words: str
) -> None:
    people = [*PEOPLE, Invented(300_000_009, "GM0344", frozenset({"schuldregeling_minnelijk"}))]
    write_delivery(deliver(people), context.root.deliveries(PEILJAAR))
    declare(context, "gemeenten", "SCHULDHULP", {"gemeenten": declared, "nothing_to_report": nothing})

    with pytest.raises(DeliveryError, match=words) as caught:
        take_in(context)

    assert "GM0344" not in str(caught.value)
    assert "GM0" in (context.root.reports / "coverage-schuldhulp.txt").read_text(encoding="utf-8")


def test_a_nameless_gemeente_in_a_manifest_is_refused(context: Context) -> None:
    a_good_delivery(context)
    declare(context, "gemeenten", "SCHULDHULP", {"gemeenten": ["GM9999"]})

    with pytest.raises(DeliveryError, match=r"SCHULDHULP declares gemeenten that do not exist.*GM9999"):
        take_in(context)


def test_a_manifest_that_is_not_json_is_refused(context: Context) -> None:
    a_good_delivery(context)
    (context.root.deliveries(PEILJAAR) / "cbs" / "manifest.json").write_text("{", encoding="utf-8")

    with pytest.raises(DeliveryError, match=r"cbs/manifest.json: not readable as JSON"):
        take_in(context)


def test_a_manifest_that_is_a_pipe_is_refused_and_never_waited_for(context: Context) -> None:
    a_good_delivery(context)
    path = context.root.deliveries(PEILJAAR) / "cbs" / "manifest.json"
    path.unlink()
    os.mkfifo(path)

    with pytest.raises(DeliveryError, match="it is a folder, a pipe or a device"):
        take_in(context)


def test_a_manifest_that_is_no_object_is_told_without_library_words(context: Context) -> None:
    a_good_delivery(context)
    (context.root.deliveries(PEILJAAR) / "cbs" / "manifest.json").write_text("[]", encoding="utf-8")

    with pytest.raises(DeliveryError, match=r"cbs/manifest.json: the manifest: found a list, allowed is a JSON object"):
        take_in(context)


def test_a_national_file_without_rows_must_be_declared_empty(context: Context) -> None:
    a_good_delivery(context)
    path = context.root.deliveries(PEILJAAR) / "cbs" / "manifest.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"empty": true', '"empty": false'), encoding="utf-8")

    with pytest.raises(DeliveryError, match=r"has no row at all.*empty: true"):
        take_in(context)
