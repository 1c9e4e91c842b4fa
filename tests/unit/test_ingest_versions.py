"""Versions: the highest counts, a correction is a new one, and what was taken in is remembered for good."""

from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest

from cli import make_parser
from pipelines.context import Context
from pipelines.errors import DeliveryError
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.registers.delivered_files import delivered_files, file_lines
from pipelines.registers.delivery_register import Arrived, Digest, register_deliveries
from pipelines.registers.ingest import ingest
from pipelines.status import read_status
from pipelines.warehouse import open_warehouse
from tests.tiny import FILES, PEILJAAR, deliver, write_delivery
from tests.unit.taking_in import PEOPLE, a_good_delivery, contents, declare, ids, replace_files, take_in


def test_the_highest_version_of_a_file_wins(context: Context) -> None:
    tiny = deliver(PEOPLE)
    tiny.add("WANBZVWTAB", rinpersoons="R", rinpersoon="300000002")
    write_delivery(tiny, context.root.deliveries(PEILJAAR))
    second = context.root.deliveries(PEILJAAR) / "cbs" / f"{FILES['WANBZVWTAB'][:-1]}2.parquet"
    tiny.rows["WANBZVWTAB"][0].update(rinpersoon="300000001")
    tiny.frame("WANBZVWTAB").write_parquet(second)

    take_in(context)

    assert contents(context)["wanbzvwtab"] == [(300_000_001,)]


def test_the_same_version_with_another_content_is_refused(context: Context) -> None:
    a_good_delivery(context)
    take_in(context)
    before = contents(context)
    tiny = deliver(PEOPLE[:-1])
    replace_files(context, tiny, "parquet")

    with pytest.raises(DeliveryError, match="version 1 was taken in before with another content"):
        take_in(context)

    assert contents(context) == before


def test_a_correction_as_a_new_version_gets_a_new_id(context: Context) -> None:
    a_good_delivery(context)
    take_in(context)
    first = ids(context)
    tiny = deliver(PEOPLE[:-1])
    write_delivery(tiny, context.root.deliveries(PEILJAAR), version=2)

    take_in(context)

    assert ids(context).isdisjoint(first)


def test_a_lost_warehouse_keeps_its_deliveryids(context: Context) -> None:
    a_good_delivery(context)
    take_in(context)
    first = ids(context)
    context.root.warehouse.unlink()

    take_in(context)

    assert ids(context) == first


def test_digests_of_different_algorithms_are_not_compared(tmp_path: Path) -> None:
    register_deliveries(tmp_path / "d.sqlite", [Arrived("cbs", 2023, 1, Digest("a", "old"))])

    with pytest.raises(DeliveryError, match="cannot be compared"):
        register_deliveries(tmp_path / "d.sqlite", [Arrived("cbs", 2023, 1, Digest("a", "new"))])


def test_content_that_comes_back_makes_the_steps_after_it_run_again(context: Context) -> None:
    """Version 1, then 2, then 3 with the content of 1: what was built on version 1 went with version 2."""
    from pipelines import line

    deliveries = context.root.deliveries(PEILJAAR)
    a_good_delivery(context)
    line.take_in(context, PEILJAAR)
    assert line.count_population(context, PEILJAAR)
    write_delivery(deliver(PEOPLE[:1]), deliveries, version=2)
    line.take_in(context, PEILJAAR)
    write_delivery(deliver(PEOPLE), deliveries, version=3)

    line.take_in(context, PEILJAAR)

    assert line.count_population(context, PEILJAAR)


@pytest.mark.parametrize("file_format", ["parquet", "sav", "csv"])
def test_the_same_version_with_another_content_is_refused_in_every_format(context: Context, file_format: str) -> None:
    a_good_delivery(context)
    take_in(context)
    replace_files(context, deliver(PEOPLE[:-1]), file_format)

    with pytest.raises(DeliveryError, match="version 1 was taken in before with another content"):
        take_in(context)


def test_a_lost_warehouse_does_not_forget_what_a_version_held(context: Context) -> None:
    a_good_delivery(context)
    take_in(context)
    context.root.warehouse.unlink()
    replace_files(context, deliver(PEOPLE[:-1]), "parquet")

    with pytest.raises(DeliveryError, match="version 1 was taken in before with another content"):
        take_in(context)


def test_a_lower_version_does_not_take_the_place_of_a_higher_one(context: Context) -> None:
    deliveries = context.root.deliveries(PEILJAAR)
    write_delivery(deliver(PEOPLE[:-1]), deliveries, version=2)
    take_in(context)
    before = contents(context)
    write_delivery(deliver(PEOPLE), deliveries, version=1)

    with pytest.raises(DeliveryError, match=r"cbs 2023 version 1 is older than version 2.*declare it as version 3"):
        take_in(context)

    assert contents(context) == before


def test_of_two_versions_side_by_side_the_higher_counts_whichever_came_last(context: Context) -> None:
    deliveries = context.root.deliveries(PEILJAAR)
    write_delivery(deliver(PEOPLE[:-1]), deliveries, version=2)
    take_in(context)
    before = contents(context)
    write_delivery(deliver(PEOPLE), context.root.temp / "older", version=1)
    (context.root.temp / "older" / "cbs").rename(deliveries / "a-cbs-v1")
    said: list[str] = []

    again = ingest(context.root, context.key(), load_catalogue(), PEILJAAR, said.append)

    assert not again
    assert contents(context) == before
    assert "passed over a-cbs-v1: a higher version of cbs stands beside it" in said


def test_one_version_in_two_folders_is_refused(context: Context) -> None:
    deliveries = context.root.deliveries(PEILJAAR)
    a_good_delivery(context)
    copytree(deliveries / "cbs", deliveries / "copy")

    with pytest.raises(DeliveryError, match="the folders cbs and copy both say that they are version 1"):
        take_in(context)


def test_a_refused_delivery_may_come_back_corrected_under_its_own_version(context: Context) -> None:
    a_good_delivery(context)
    declare(context, "gemeenten", "SCHULDHULP", {"gemeenten": ["GM0363", "GM0344", "GM0014"]})
    with pytest.raises(DeliveryError, match="declared gemeenten without rows"):
        take_in(context)
    write_delivery(deliver(PEOPLE[:-1]), context.root.deliveries(PEILJAAR))

    assert take_in(context)


def test_what_was_read_and_what_was_passed_over_is_kept_and_shown(context: Context) -> None:
    tiny = a_good_delivery(context)
    newer = context.root.deliveries(PEILJAAR) / "cbs" / f"{FILES['WANBZVWTAB'][:-1]}2.parquet"
    tiny.frame("WANBZVWTAB").write_parquet(newer)
    take_in(context)

    with open_warehouse(context.root, context.key(), read_only=True) as warehouse:
        files = delivered_files(warehouse, PEILJAAR)

    lines = file_lines(files)
    assert len(lines) == len(FILES)
    assert (
        "WANBZVWTAB: WANBZVW2023TABV2.parquet (version V2, period 2023); passed over: WANBZVW2023TABV1.parquet" in lines
    )
    assert "VSLGWBTAB: VSLGWB2023TAB03V1.parquet (version 03V1, period 2023)" in lines


def test_status_and_ingest_say_which_file_was_passed_over(context: Context) -> None:
    tiny = a_good_delivery(context)
    newer = context.root.deliveries(PEILJAAR) / "cbs" / f"{FILES['WANBZVWTAB'][:-1]}2.parquet"
    tiny.frame("WANBZVWTAB").write_parquet(newer)
    said: list[str] = []

    args = make_parser().parse_args(["ingest", "--peiljaar", str(PEILJAAR)])
    args.run(args, replace(context, say=said.append))

    line = "WANBZVWTAB: WANBZVW2023TABV2.parquet (version V2, period 2023); passed over: WANBZVW2023TABV1.parquet"
    assert f"  {line}" in said
    assert f"file of {line}" in read_status(context, (PEILJAAR,)).lines
