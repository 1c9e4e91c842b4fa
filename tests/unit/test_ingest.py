"""What was taken in: linked and unlinked records apart, nothing without a usable number, and nothing twice."""

import json

import pytest

from pipelines.context import Context
from pipelines.warehouse import open_warehouse
from tests.tiny import PEILJAAR, deliver, write_delivery
from tests.unit.taking_in import PEOPLE, a_good_delivery, contents, replace_files, take_in


def test_a_delivery_that_was_taken_in_is_not_taken_in_again(context: Context) -> None:
    a_good_delivery(context)

    assert take_in(context)
    assert not take_in(context)


def test_linked_and_unlinked_records_are_kept_apart(context: Context) -> None:
    a_good_delivery(context)

    take_in(context)

    tables = contents(context)
    assert {row[0] for row in tables["bijstandpersoonbus"]} == {300_000_001}
    assert [row[:2] for row in tables["bijstandpersoonbus_unlinked"]] == [("S", 300_000_003)]


def test_a_record_without_a_usable_number_enters_no_table(context: Context) -> None:
    tiny = deliver(PEOPLE)
    tiny.add("WANBZVWTAB", rinpersoons="R", rinpersoon="300000001")
    tiny.add("WANBZVWTAB", rinpersoons="R", rinpersoon="---------")
    tiny.add("WANBZVWTAB", rinpersoons="F", rinpersoon="000000001")
    write_delivery(tiny, context.root.deliveries(PEILJAAR))

    take_in(context)

    tables = contents(context)
    assert tables["wanbzvwtab"] == [(300_000_001,)]
    assert tables["wanbzvwtab_unlinked"] == []


def test_a_register_that_was_not_delivered_makes_its_indicators_unknown(context: Context) -> None:
    from pipelines import line

    a_good_delivery(context)
    path = context.root.deliveries(PEILJAAR) / "cbs" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["files"] = [item for item in manifest["files"] if item["register"] != "BIJSTANDPERSOONBUS"]
    path.write_text(json.dumps(manifest), encoding="utf-8")
    next(path.parent.rglob("BIJSTANDPERSOON*.parquet")).unlink()

    line.take_in(context, PEILJAAR)
    line.count_population(context, PEILJAAR)
    line.find_indicators(context, PEILJAAR)

    with open_warehouse(context.root, context.key(), read_only=True) as warehouse:
        found = warehouse.rows("SELECT DISTINCT bijstand FROM y2023.person_indicators", step="look")
    assert found == [(None,)]


@pytest.mark.parametrize("register", ["WMOBUS", "VSLGWBTAB", "BIJSTANDPERSOONBUS"])
def test_a_row_that_stands_there_twice_counts_once_and_how_many_stays_in_the_kluis(
    context: Context, register: str
) -> None:
    a_good_delivery(context)
    take_in(context)
    before = contents(context)
    tiny = deliver(PEOPLE)
    tiny.rows[register] += [dict(row) for row in tiny.rows[register][:2]] * 2
    replace_files(context, tiny, "parquet")

    take_in(context)

    after = contents(context)
    assert after.pop("left_out") == [(register, 2 * len(deliver(PEOPLE).rows[register][:2]))]
    assert before.pop("left_out") == []
    assert after == before
