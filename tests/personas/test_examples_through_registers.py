"""Every example of a spec, made into register rows, must land where the spec says: the whole kluis at once."""

from pathlib import Path

import pytest

from pipelines.context import Context
from pipelines.indicators.collection import Indicators
from pipelines.indicators.patterns import build_patterns
from pipelines.indicators.table import build_person_words
from pipelines.personas.compiler import STATE_CODES, state_sql
from pipelines.personas.load import Personas
from pipelines.persons.build import build_persons
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.registers.ingest import ingest
from pipelines.warehouse import Warehouse, open_warehouse
from tests.tiny import PEILJAAR, Invented, deliver, write_delivery

MUNICIPAL = {"schuldregeling_minnelijk", "vroegsignaal", "wmo_maatwerk"}


def _invented(rin: int, has: tuple[str, ...], unknown: tuple[str, ...]) -> Invented:
    assert set(unknown) <= MUNICIPAL | {"zonder_startkwalificatie"}, "the tiny delivery cannot hide this indicator"
    return Invented(
        rin=rin,
        gemeente="GM0014" if set(unknown) & MUNICIPAL else "GM0363",
        has=frozenset(has),
        education_known="zonder_startkwalificatie" not in unknown,
    )


def build_all(context: Context, indicators: Indicators, deliveries: Path) -> None:
    """Ingest, persons, indicators and patterns over every indicator."""
    assert deliveries == context.root.deliveries(PEILJAAR)
    ingest(context.root, context.key(), load_catalogue(), PEILJAAR)
    with open_warehouse(context.root, context.key()) as warehouse:
        build_persons(warehouse, PEILJAAR)
        build_person_words(warehouse, indicators, load_catalogue(), PEILJAAR)
        build_patterns(warehouse, indicators, tuple(indicators.by_id), PEILJAAR)


def state_of(warehouse: Warehouse, personas: Personas, persona: str, rin: int) -> str:
    code = warehouse.value(
        f"SELECT {state_sql(personas.by_id[persona])} FROM y{PEILJAAR}.person_indicators WHERE person = ?",
        step="state",
        parameters=[rin],
    )
    return {None: "not_counted", **{number: state for state, number in STATE_CODES.items()}}[code]


def test_every_example_lands_where_its_spec_says(context: Context, indicators: Indicators, personas: Personas) -> None:
    cases = [
        (rin, persona, example)
        for rin, (persona, example) in enumerate(
            ((p, e) for p in personas.by_id.values() for e in p.examples), start=100_000_001
        )
    ]
    people = [_invented(rin, example.has, example.unknown) for rin, _, example in cases]
    write_delivery(deliver(people), context.root.deliveries(PEILJAAR))

    build_all(context, indicators, context.root.deliveries(PEILJAAR))

    with open_warehouse(context.root, context.key(), read_only=True) as warehouse:
        landed = {
            f"{persona.id}: {example.who}": state_of(warehouse, personas, persona.id, rin)
            for rin, persona, example in cases
        }
    assert landed == {f"{persona.id}: {example.who}": example.lands_in for _, persona, example in cases}


@pytest.mark.parametrize("file_format", ["sav", "csv"])
def test_the_same_people_as_sav_or_csv_are_the_same_delivery(
    context: Context, indicators: Indicators, file_format: str
) -> None:
    people = [
        _invented(200_000_001, ("leeftijd_18_tot_aow", "bijstand", "baan_laatste_drie_maanden"), ()),
        _invented(200_000_002, ("leeftijd_18_tot_27", "schuld_smal", "schuldregeling_minnelijk", "wmo_maatwerk"), ()),
        _invented(200_000_003, ("volwassen", "vroegsignaal", "ao_beeindigd", "ao_uitkering"), ()),
        Invented(rin=200_000_004, kind="S", has=frozenset({"bijstand"})),
    ]
    deliveries = context.root.deliveries(PEILJAAR)
    write_delivery(deliver(people), deliveries)
    assert ingest(context.root, context.key(), load_catalogue(), PEILJAAR)
    first = _ids(context)

    for path in list(deliveries.rglob("*.parquet")):
        path.unlink()
    write_delivery(deliver(people), deliveries, file_format=file_format)

    assert ingest(context.root, context.key(), load_catalogue(), PEILJAAR), "other files, so it is looked at again"
    assert _ids(context) == first, "the same content keeps its delivery id, whatever the format"


def _ids(context: Context) -> list[tuple[str, str]]:
    with open_warehouse(context.root, context.key(), read_only=True) as warehouse:
        return warehouse.rows("SELECT delivery, delivery_id FROM y2023.deliveries ORDER BY 1", step="ids")
