"""Deliveries of a few invented people, taken in, looked at and bent, for the tests of ingest.

What belongs here: what several of those tests do. What does not: judging it.
"""

import json
import os

from pipelines.context import Context
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.registers.ingest import ingest, taken_in
from pipelines.warehouse import open_warehouse
from tests.tiny import PEILJAAR, Invented, TinyDelivery, deliver, write_delivery

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


def ids(context: Context) -> set[str]:
    with open_warehouse(context.root, context.key(), read_only=True) as warehouse:
        return {item.delivery_id for item in taken_in(warehouse, PEILJAAR)}


def replace_files(context: Context, tiny: TinyDelivery, file_format: str) -> None:
    for path in list(context.root.deliveries(PEILJAAR).rglob("*.parquet")):
        path.unlink()
    write_delivery(tiny, context.root.deliveries(PEILJAAR), file_format=file_format)


def declare(context: Context, delivery: str, register: str, coverage: dict[str, list[str]]) -> None:
    path = context.root.deliveries(PEILJAAR) / delivery / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    for item in manifest["files"]:
        if item["register"] == register:
            item["coverage"] = {"kind": "gemeenten", **coverage}
    path.write_text(json.dumps(manifest), encoding="utf-8")
    os.utime(path)
