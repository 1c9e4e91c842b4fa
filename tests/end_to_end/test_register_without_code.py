"""A register that nobody of the project ever described: an entry, a file and an indicator, and no code."""

import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from pipelines import line
from pipelines.context import Context
from pipelines.errors import DeliveryError
from pipelines.registers.ingest import ingest
from pipelines.warehouse import open_warehouse
from tests.conftest import CHECKOUT
from tests.tiny import PEILJAAR, Invented, deliver, write_delivery

ENTRY = """
name: DAKLOOSBUS
title: Nachten in de opvang
names: [DAKLOOSJJJJBUSVV]
unit: persoon x periode
structure: spell
spell: {begin: aanvopvang, end: eindopvang, open_end: ['88888888']}
key: [rinpersoons, rinpersoon, aanvopvang]
supplier: cbs
supplier_permission: true
coverage: national
absence: nee
sees: nachten in de opvang
does_not_see: wie elders slaapt
sources: verzonnen voor een test
columns:
  - {name: rinpersoons, kind: rin_kind, certainty: A, code_list: RINPERSOONS}
  - {name: rinpersoon, kind: rin, certainty: A}
  - {name: aanvopvang, kind: date, certainty: A}
  - {name: eindopvang, kind: date, certainty: A}
  - {name: opvangsoort, kind: code, certainty: A, code_list: OPVANGSOORT}
"""
CODES = "OPVANGSOORT:\n  'N': nachtopvang\n  'D': dagopvang\n"
INDICATOR = """
slaapt_in_nachtopvang:
  title: slaapt in de nachtopvang
  leefgebied: wonen
  kind: probleem
  observes: direct
  source: DAKLOOSBUS
  rule:
    spell_on_peildatum:
      where: {opvangsoort: ['N']}
"""
NIGHT, DAY, ENDED, NOWHERE = 300_000_001, 300_000_002, 300_000_003, 300_000_004
ROWS = {
    "RINPERSOONS": ["R", "R", "R"],
    "RINPERSOON": [f"{rin:09d}" for rin in (NIGHT, DAY, ENDED)],
    "AanvOpvang": ["20230301", "20230301", "20220101"],
    "EindOpvang": ["88888888", "88888888", "20230630"],
    "OpvangSoort": ["N", "D", "N"],
}


@pytest.fixture
def own(context: Context, tmp_path: Path) -> Context:
    """The context of an analyst with a folder of entries and an indicator of their own."""
    entries, indicators = tmp_path / "entries", tmp_path / "specs" / "indicators"
    entries.mkdir()
    indicators.mkdir(parents=True)
    (entries / "dakloosbus.yaml").write_text(ENTRY, encoding="utf-8")
    (entries / "code_lists.yaml").write_text(CODES, encoding="utf-8")
    for path in (CHECKOUT / "persona_specs" / "indicators").glob("*.yaml"):
        (indicators / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (indicators / "opvang.yaml").write_text(INDICATOR, encoding="utf-8")
    return replace(context, specs=tmp_path / "specs", own_entries=entries)


def deliver_with(context: Context, register: str, name: str, file_format: str) -> None:
    """A delivery in which one more file stands and is declared."""
    people = [Invented(rin) for rin in (NIGHT, DAY, ENDED, NOWHERE)]
    place = write_delivery(deliver(people), context.root.deliveries(PEILJAAR))
    frame = pl.DataFrame(ROWS)
    if file_format == "csv":
        (place / f"{name}.csv").write_bytes(frame.write_csv(separator=";").encode("cp1252"))
    else:
        frame.write_parquet(place / f"{name}.parquet")
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"].append({"register": register, "coverage": {"kind": "national"}})
    (place / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


@pytest.mark.parametrize("file_format", ["csv", "parquet"])
def test_a_new_register_reaches_the_indicators_without_code(own: Context, file_format: str) -> None:
    deliver_with(own, "DAKLOOSBUS", "DAKLOOS2023BUSV1", file_format)

    line.take_in(own, PEILJAAR)
    line.count_population(own, PEILJAAR)
    line.find_indicators(own, PEILJAAR)

    with open_warehouse(own.root, own.key(), read_only=True) as warehouse:
        found = dict(
            warehouse.rows(
                "SELECT person, slaapt_in_nachtopvang FROM y2023.person_indicators", step="look at the states"
            )
        )
    assert found == {NIGHT: True, DAY: False, ENDED: False, NOWHERE: False}


def test_a_register_of_which_only_the_name_is_known_is_refused_with_what_to_do(context: Context) -> None:
    deliver_with(context, "HALTTAB", "HALT2023TABV1", "csv")

    with pytest.raises(DeliveryError, match=r"HALTTAB is declared, and cannot be taken in: alleen de naam is bekend"):
        ingest(context.root, context.key(), context.catalogue(), PEILJAAR)


def test_what_an_own_entry_replaces_is_said(own: Context, tmp_path: Path) -> None:
    said: list[str] = []
    assert own.own_entries is not None
    (own.own_entries / "code_lists.yaml").write_text(CODES + "NEEJA:\n  'n': nee\n  'j': ja\n", encoding="utf-8")

    replace(own, progress=said.append).catalogue()

    assert [text for text in said if "takes the place of the project's own: code list NEEJA" in text]
