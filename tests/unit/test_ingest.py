"""Ingest takes a delivery in whole, or refuses it with file, column and remedy and leaves everything as it was."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pipelines.context import Context
from pipelines.errors import DeliveryError
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.registers.delivery_register import Digest, register_delivery
from pipelines.registers.ingest import ingest, taken_in
from pipelines.warehouse import open_warehouse
from tests.tiny import FILES, PEILJAAR, Invented, TinyDelivery, deliver, write_delivery

CANARY = "KANARIE99"
PEOPLE = [
    Invented(300_000_001, has=frozenset({"leeftijd_18_tot_aow", "bijstand", "schuldregeling_minnelijk"})),
    Invented(300_000_002, gemeente="GM0344", has=frozenset({"volwassen", "wmo_maatwerk", "vroegsignaal"})),
    Invented(300_000_003, kind="S", has=frozenset({"bijstand"})),
]


def take_in(context: Context) -> bool:
    return ingest(context.root, context.key(), load_catalogue(), PEILJAAR)


def a_good_delivery(context: Context) -> TinyDelivery:
    tiny = deliver(PEOPLE)
    write_delivery(tiny, context.root.deliveries(PEILJAAR))
    return tiny


def contents(context: Context) -> dict[str, list[tuple[object, ...]]]:
    """All tables of the year, as rows."""
    with open_warehouse(context.root, context.key(), read_only=True) as warehouse:
        names = warehouse.rows(
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'y2023' ORDER BY 1", step="names"
        )
        return {name: warehouse.rows(f"SELECT * FROM y2023.{name} ORDER BY ALL", step="rows") for (name,) in names}


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


Bend = Callable[[TinyDelivery], None]


def _set(register: str, **values: object) -> Bend:
    def bend(tiny: TinyDelivery) -> None:
        tiny.rows[register][0].update(values)

    return bend


def _drop(register: str, column: str) -> Bend:
    def bend(tiny: TinyDelivery) -> None:
        for row in tiny.rows[register]:
            row.pop(column)

    return bend


def _twice(register: str) -> Bend:
    def bend(tiny: TinyDelivery) -> None:
        tiny.rows[register].append(dict(tiny.rows[register][0]))

    return bend


BROKEN: dict[str, tuple[Bend, tuple[str, ...]]] = {
    "a code outside its list": (
        _set("BIJSTANDPERSOONBUS", bijstandsoort=CANARY),
        ("BIJSTANDPERSOON2023BUSV1", "bijstandsoort", "a code outside its list (01, 02"),
    ),
    "a date that is no date": (
        _set("BIJSTANDPERSOONBUS", aanvbijstand=CANARY),
        ("BIJSTANDPERSOON2023BUSV1", "aanvbijstand", "YYYYMMDD"),
    ),
    "an end that is no date": (
        _set("SCHULDHULP", einddatum="20231332"),
        ("SCHULDHULP2023V1", "einddatum", "YYYYMMDD"),
    ),
    "a number that is no number": (
        _set("GBAHUISHOUDENSBUS", aantalpershh=CANARY),
        ("GBAHUISHOUDENS2023BUSV1", "aantalpershh", "whole number"),
    ),
    "a year that is no year": (
        _set("GBAPERSOONTAB", gbageboortejaar="19X0"),
        ("GBAPERSOON2023TABV1", "gbageboortejaar", "four digits"),
    ),
    "a month that is no month": (
        _set("GBAPERSOONTAB", gbageboortemaand="13"),
        ("GBAPERSOON2023TABV1", "gbageboortemaand", "01 to 12"),
    ),
    "a gemeente that does not exist": (
        _set("VSLGWBTAB", gem2023="9999"),
        ("VSLGWB2023TAB03V1", "gem", "does not exist in 2023"),
    ),
    "a key that is not nine digits": (
        _set("BIJSTANDPERSOONBUS", rinpersoon=CANARY),
        ("BIJSTANDPERSOON2023BUSV1", "rinpersoon", "nine digits"),
    ),
    "a kind of key that is missing": (
        _set("BIJSTANDPERSOONBUS", rinpersoons=None),
        ("BIJSTANDPERSOON2023BUSV1", "rinpersoon", "empty key"),
    ),
    "an undeclared column": (
        _set("BIJSTANDPERSOONBUS", **{"inkomen_geheim": "1"}),
        ("BIJSTANDPERSOON2023BUSV1", "inkomen_geheim", "not declared"),
    ),
    "a row that stands there twice": (
        _twice("WMOBUS"),
        ("WMO2023BUSV1", "is not unique", "twice"),
    ),
    "an object that stands there twice": (
        _twice("VSLGWBTAB"),
        ("VSLGWB2023TAB03V1", "is not unique"),
    ),
}


@pytest.mark.parametrize("file_format", ["parquet", "csv"])
@pytest.mark.parametrize("name", BROKEN)
def test_broken_input_is_refused_and_changes_nothing(context: Context, name: str, file_format: str) -> None:
    a_good_delivery(context)
    take_in(context)
    before = contents(context)
    bend, words = BROKEN[name]
    tiny = deliver(PEOPLE)
    bend(tiny)
    _replace(context, tiny, file_format)

    with pytest.raises(DeliveryError) as caught:
        take_in(context)

    message = str(caught.value)
    for word in words:
        assert word in message
    assert "nothing was changed" in message.lower() or "not declared" in message
    assert CANARY not in message
    assert caught.value.__context__ is None or CANARY not in repr(caught.value.__context__)
    assert contents(context) == before


def test_a_missing_column_is_named(context: Context) -> None:
    tiny = a_good_delivery(context)
    path = context.root.deliveries(PEILJAAR) / "cbs" / f"{FILES['WSNPPERSBUS']}.parquet"
    tiny.frame("WSNPPERSBUS").drop("wsnpdatumbeein").write_parquet(path)

    with pytest.raises(DeliveryError, match=r"WSNPPERSBUS2023V1.*wsnpdatumbeein.*missing"):
        take_in(context)


def test_a_text_column_stored_as_a_number_is_refused(context: Context) -> None:
    tiny = a_good_delivery(context)
    path = context.root.deliveries(PEILJAAR) / "cbs" / f"{FILES['BIJSTANDPERSOONBUS']}.parquet"
    tiny.frame("BIJSTANDPERSOONBUS").with_columns(pl.col("rinpersoon").cast(pl.Int64)).write_parquet(path)

    with pytest.raises(DeliveryError, match=r"rinpersoon is stored as BIGINT, and must be text.*leading zeros"):
        take_in(context)


@pytest.mark.parametrize("file_format", ["parquet", "csv", "sav"])
def test_a_truncated_file_is_refused(context: Context, file_format: str) -> None:
    tiny = deliver(PEOPLE)
    write_delivery(tiny, context.root.deliveries(PEILJAAR), file_format=file_format)
    path = next(context.root.deliveries(PEILJAAR).rglob(f"GBAPERSOON2023*.{file_format}"))
    content = path.read_bytes()
    path.write_bytes(content[: len(content) - 7])

    with pytest.raises(DeliveryError, match=r"GBAPERSOON2023TABV1.*truncated"):
        take_in(context)


def test_a_missing_file_is_named_with_what_would_match(context: Context) -> None:
    a_good_delivery(context)
    (context.root.deliveries(PEILJAAR) / "cbs" / f"{FILES['MEDICIJNTAB']}.parquet").unlink()

    with pytest.raises(
        DeliveryError,
        match=r"declares MEDICIJNTAB for 2023, but there is no file for it. Names that would do: MEDICIJN",
    ):
        take_in(context)


def test_the_highest_version_of_a_file_wins(context: Context) -> None:
    tiny = deliver(PEOPLE)
    tiny.add("WANBZVWTAB", rinpersoons="R", rinpersoon="300000002")
    write_delivery(tiny, context.root.deliveries(PEILJAAR))
    second = context.root.deliveries(PEILJAAR) / "cbs" / f"{FILES['WANBZVWTAB'][:-1]}2.parquet"
    tiny.rows["WANBZVWTAB"][0].update(rinpersoon="300000001")
    tiny.frame("WANBZVWTAB").write_parquet(second)

    take_in(context)

    assert contents(context)["wanbzvwtab"] == [(300_000_001,)]


def test_a_delivery_being_filled_is_left_alone(context: Context) -> None:
    a_good_delivery(context)
    (context.root.deliveries(PEILJAAR) / "gemeenten" / "manifest.json").unlink()
    (context.root.deliveries(PEILJAAR) / "cbs" / "manifest.json").unlink()

    with pytest.raises(DeliveryError, match="no complete delivery"):
        take_in(context)


def test_the_same_version_with_another_content_is_refused(context: Context) -> None:
    a_good_delivery(context)
    take_in(context)
    before = contents(context)
    tiny = deliver(PEOPLE[:-1])
    _replace(context, tiny, "parquet")

    with pytest.raises(DeliveryError, match="version 1 was taken in before with another content"):
        take_in(context)

    assert contents(context) == before


def test_a_correction_as_a_new_version_gets_a_new_id(context: Context) -> None:
    a_good_delivery(context)
    take_in(context)
    first = _ids(context)
    tiny = deliver(PEOPLE[:-1])
    write_delivery(tiny, context.root.deliveries(PEILJAAR), version=2)

    take_in(context)

    assert _ids(context).isdisjoint(first)


def test_a_lost_warehouse_keeps_its_delivery_ids(context: Context) -> None:
    a_good_delivery(context)
    take_in(context)
    first = _ids(context)
    context.root.warehouse.unlink()

    take_in(context)

    assert _ids(context) == first


def test_digests_of_different_algorithms_are_not_compared(tmp_path: Path) -> None:
    register_delivery(tmp_path / "d.sqlite", "cbs", 2023, 1, Digest("a", "old"))

    with pytest.raises(DeliveryError, match="cannot be compared"):
        register_delivery(tmp_path / "d.sqlite", "cbs", 2023, 1, Digest("a", "new"))


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
    _declare(context, "gemeenten", "SCHULDHULP", {"gemeenten": declared, "nothing_to_report": nothing})

    with pytest.raises(DeliveryError, match=words) as caught:
        take_in(context)

    assert "GM0344" not in str(caught.value)
    assert "GM0" in (context.root.reports / "coverage-schuldhulp.txt").read_text(encoding="utf-8")


def test_a_nameless_gemeente_in_a_manifest_is_refused(context: Context) -> None:
    a_good_delivery(context)
    _declare(context, "gemeenten", "SCHULDHULP", {"gemeenten": ["GM9999"]})

    with pytest.raises(DeliveryError, match=r"SCHULDHULP declares gemeenten that do not exist.*GM9999"):
        take_in(context)


def test_a_manifest_that_is_not_json_is_refused(context: Context) -> None:
    a_good_delivery(context)
    (context.root.deliveries(PEILJAAR) / "cbs" / "manifest.json").write_text("{", encoding="utf-8")

    with pytest.raises(DeliveryError, match=r"cbs/manifest.json: not readable as JSON"):
        take_in(context)


def _ids(context: Context) -> set[str]:
    with open_warehouse(context.root, context.key(), read_only=True) as warehouse:
        return {item.delivery_id for item in taken_in(warehouse, PEILJAAR)}


def _replace(context: Context, tiny: TinyDelivery, file_format: str) -> None:
    for path in list(context.root.deliveries(PEILJAAR).rglob("*.parquet")):
        path.unlink()
    write_delivery(tiny, context.root.deliveries(PEILJAAR), file_format=file_format)


def _declare(context: Context, delivery: str, register: str, coverage: dict[str, list[str]]) -> None:
    path = context.root.deliveries(PEILJAAR) / delivery / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    for item in manifest["files"]:
        if item["register"] == register:
            item["coverage"] = {"kind": "gemeenten", **coverage}
    path.write_text(json.dumps(manifest), encoding="utf-8")
    os.utime(path)


def test_a_delivery_that_comes_back_makes_the_steps_after_it_run_again(context: Context) -> None:
    """Version 1, then 2, then 1 with the same files and times: what was built on version 1 went with version 2."""
    from pipelines import line

    deliveries = context.root.deliveries(PEILJAAR)
    a_good_delivery(context)
    line.take_in(context, PEILJAAR)
    assert line.count_population(context, PEILJAAR)
    kept = deliveries.rename(deliveries.with_name("first"))
    write_delivery(deliver(PEOPLE[:1]), deliveries, version=2)
    line.take_in(context, PEILJAAR)
    deliveries.rename(deliveries.with_name("second"))
    kept.rename(deliveries)

    line.take_in(context, PEILJAAR)

    assert line.count_population(context, PEILJAAR)


def test_a_delivery_that_is_not_completed_holds_up_the_others(context: Context) -> None:
    a_good_delivery(context)
    path = context.root.deliveries(PEILJAAR) / "gemeenten" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(manifest | {"completed": False}), encoding="utf-8")

    with pytest.raises(DeliveryError, match="the delivery gemeenten of 2023 is not completed yet"):
        take_in(context)


def test_a_national_file_without_rows_must_be_declared_empty(context: Context) -> None:
    a_good_delivery(context)
    path = context.root.deliveries(PEILJAAR) / "cbs" / "manifest.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"empty": true', '"empty": false'), encoding="utf-8")

    with pytest.raises(DeliveryError, match=r"has no row at all.*empty: true"):
        take_in(context)


def test_a_register_that_was_not_delivered_makes_its_indicators_unknown(context: Context) -> None:
    from pipelines import line

    a_good_delivery(context)
    path = context.root.deliveries(PEILJAAR) / "cbs" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["files"] = [item for item in manifest["files"] if item["register"] != "BIJSTANDPERSOONBUS"]
    path.write_text(json.dumps(manifest), encoding="utf-8")
    next(path.parent.rglob("BIJSTANDPERSOON*")).unlink()

    line.take_in(context, PEILJAAR)
    line.count_population(context, PEILJAAR)
    line.find_indicators(context, PEILJAAR)

    with open_warehouse(context.root, context.key(), read_only=True) as warehouse:
        found = warehouse.rows("SELECT DISTINCT bijstand FROM y2023.person_indicators", step="look")
    assert found == [(None,)]


def test_a_manifest_that_is_no_object_is_told_without_library_words(context: Context) -> None:
    a_good_delivery(context)
    (context.root.deliveries(PEILJAAR) / "cbs" / "manifest.json").write_text("[]", encoding="utf-8")

    with pytest.raises(DeliveryError, match=r"cbs/manifest.json: the manifest: must be a JSON object"):
        take_in(context)
