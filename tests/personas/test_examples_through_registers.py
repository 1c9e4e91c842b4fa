"""Every example of a spec, made into register rows, must land where the spec says: the whole kluis at once."""

from pathlib import Path

import pytest

from pipelines.context import Context
from pipelines.indicators.collection import Indicators
from pipelines.indicators.patterns import build_patterns
from pipelines.indicators.table import build_person_words
from pipelines.personas.compiler import STATE_CODES, state_sql
from pipelines.personas.load import Personas
from pipelines.personas.spec import Example, Persona
from pipelines.persons.build import build_persons
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.registers.ingest import ingest
from pipelines.warehouse import Warehouse, open_warehouse
from tests.tiny import PEILJAAR, Invented, cannot_hide, deliver, implied, place_of, write_delivery

Case = tuple[int, Persona, Example]


def cases_of(personas: Personas) -> list[Case]:
    """Every example of every persona, with the RIN of the person who is made of it."""
    examples = ((persona, example) for persona in personas.by_id.values() for example in persona.examples)
    return [(rin, persona, example) for rin, (persona, example) in enumerate(examples, start=100_000_001)]


def told(persona: Persona, example: Example) -> str:
    return f"{persona.id}: {example.who}"


def invented(rin: int, example: Example) -> Invented:
    """A person of whom the registers say what the example says."""
    unknown = frozenset(example.unknown)
    return Invented(rin=rin, gemeente=place_of(unknown), has=frozenset(example.has), unknown=unknown)


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
    states: dict[int | None, str] = {number: state for state, number in STATE_CODES.items()}
    return {**states, None: "not_counted"}[code]


def facts_of(warehouse: Warehouse, indicators: Indicators) -> dict[int, dict[str, bool | None]]:
    """Per RIN the base indicators as the kluis knows them."""
    names = [indicator.id for indicator in indicators.base]
    rows = warehouse.rows(f"SELECT person, {', '.join(names)} FROM y{PEILJAAR}.person_indicators", step="facts")
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}


def test_no_example_leaves_out_what_its_own_facts_imply(indicators: Indicators, personas: Personas) -> None:
    """A persona uses some base indicators; among those an example must name all that nobody with its facts lacks."""
    faults = [
        f"{told(persona, example)}: who has {', '.join(example.has)} also has {', '.join(sorted(left_out))}; add it to "
        "`has`, or leave out what implies it."
        for _, persona, example in cases_of(personas)
        if (
            left_out := implied(example.has)
            & frozenset(indicators.base_of(persona.indicators)) - frozenset(example.unknown)
        )
    ]

    assert not faults, "\n".join(faults)


def test_no_example_calls_unknown_what_a_delivery_always_says(personas: Personas) -> None:
    faults = [
        f"{told(persona, example)}: {', '.join(sorted(never))} is known of everybody: no gemeente leaves it out, and "
        "nobody is missing from its register. Choose another unknown."
        for _, persona, example in cases_of(personas)
        if (never := cannot_hide(example.unknown))
    ]

    assert not faults, "\n".join(faults)


def test_every_example_lands_where_its_spec_says(context: Context, indicators: Indicators, personas: Personas) -> None:
    cases = cases_of(personas)
    write_delivery(deliver(invented(rin, example) for rin, _, example in cases), context.root.deliveries(PEILJAAR))

    build_all(context, indicators, context.root.deliveries(PEILJAAR))

    with open_warehouse(context.root, context.key(), read_only=True) as warehouse:
        landed = {
            told(persona, example): state_of(warehouse, personas, persona.id, rin) for rin, persona, example in cases
        }
        facts = facts_of(warehouse, indicators)
    differing = [
        f"{told(persona, example)}: the registers make {name} {_word(facts[rin][name])}, the example says {_word(said)}"
        for rin, persona, example in cases
        for name in indicators.base_of(persona.indicators)
        if facts[rin][name] is not (said := _said(example, name))
    ]
    assert not differing, "\n".join(differing)
    assert landed == {told(persona, example): example.lands_in for _, persona, example in cases}


def test_every_base_indicator_can_be_true_of_somebody_and_brings_only_what_it_implies(
    context: Context, indicators: Indicators
) -> None:
    names = [indicator.id for indicator in indicators.base]
    people = [Invented(rin, has=frozenset({name})) for rin, name in enumerate(names, start=100_000_001)]
    write_delivery(deliver(people), context.root.deliveries(PEILJAAR))

    build_all(context, indicators, context.root.deliveries(PEILJAAR))

    with open_warehouse(context.root, context.key(), read_only=True) as warehouse:
        facts = facts_of(warehouse, indicators)
    ages = {indicator.id for indicator in indicators.base if indicator.rule.person and indicator.rule.person.age}
    for person in people:
        true = {name for name, value in facts[person.rin].items() if value}
        assert None not in facts[person.rin].values()
        assert person.has | implied(person.has) >= true - ages, f"more is true than {person.has}"
        assert person.has | implied(person.has) <= true, f"{person.has} is not made true by the tiny delivery"


def test_every_indicator_that_a_delivery_can_hide_is_unknown_alone(context: Context, indicators: Indicators) -> None:
    """Together with those of the same register where the person is not in it, or the gemeente does not deliver it."""
    names = [indicator.id for indicator in indicators.base if not cannot_hide({indicator.id})]
    people = [
        Invented(rin, place_of({name}), unknown=frozenset({name})) for rin, name in enumerate(names, start=100_000_001)
    ]
    write_delivery(deliver(people), context.root.deliveries(PEILJAAR))

    build_all(context, indicators, context.root.deliveries(PEILJAAR))

    with open_warehouse(context.root, context.key(), read_only=True) as warehouse:
        facts = facts_of(warehouse, indicators)
    assert {load_catalogue().register(indicators.by_id[name].source or "").absence for name in names} == {
        "nee",
        "onbekend",
    }
    for person in people:
        (name,) = person.unknown
        open_ones = {found for found, value in facts[person.rin].items() if value is None}
        assert name in open_ones
        assert {indicators.by_id[found].source for found in open_ones} == {indicators.by_id[name].source}


def _said(example: Example, name: str) -> bool | None:
    return True if name in example.has else None if name in example.unknown else False


def _word(value: bool | None) -> str:
    return {True: "true", False: "false", None: "unknown"}[value]


@pytest.mark.parametrize("file_format", ["sav", "csv"])
def test_the_same_people_as_sav_or_csv_are_the_same_delivery(
    context: Context, indicators: Indicators, file_format: str
) -> None:
    people = [
        Invented(200_000_001, has=frozenset({"leeftijd_18_tot_aow", "bijstand", "baan_laatste_drie_maanden"})),
        Invented(200_000_002, has=frozenset({"leeftijd_18_tot_27", "schuld_smal", "schuldregeling_minnelijk"})),
        Invented(200_000_003, has=frozenset({"volwassen", "vroegsignaal", "ao_beeindigd", "ao_uitkering"})),
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
