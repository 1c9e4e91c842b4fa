"""Two feeders, one contract: component files and themes of the Stapelingsmonitor say the same of the same people.

On a small synthetic Netherlands with both deliveries, through the real line. Compared by sets inside the warehouse; what a
failure shows are names of indicators and personas, never people.
"""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from expectations.validation import validation
from pipelines import line
from pipelines.context import Context
from pipelines.indicators.collection import Indicators
from pipelines.indicators.feeders import FEEDERS, Feeder
from pipelines.indicators.load import load_indicators
from pipelines.indicators.table import build_person_words
from pipelines.personas.compiler import state_sql
from pipelines.personas.load import Personas
from pipelines.population.settings import PopulationSettings
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.release.measure import prepare
from pipelines.rooms import DataRoot, make_key
from pipelines.warehouse import Warehouse, open_warehouse, year_schema
from tests.conftest import CHECKOUT

PEILJAAR = 2023
SETTINGS = PopulationSettings(PEILJAAR, Fraction(1, 200), stapelingsmonitor=True)
STATED = load_indicators(CHECKOUT / "persona_specs" / "indicators", load_catalogue())
BOTH = sorted(i.id for i in STATED.base if i.stapelingsmonitor and i.stapelingsmonitor.rule)
LEAST_KNOWN = {"zonder_startkwalificatie": 0.5, "wmo_maatwerk": 0.85, "wmo_opvang": 0.85}
"""Share of the people of whom both feeders know it: levels of education are known of six in ten, Wmo where the gemeente
delivers. Everything else is known of all but the few without a valid address."""


def context_of(root: DataRoot, key_file: Path, feeder: Feeder) -> Context:
    return Context(
        root, key_file, CHECKOUT / "persona_specs", "test", lambda _: None, lambda _: None, "1GB", feeder=feeder
    )


@pytest.fixture(scope="module")
def fed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Context, line.Finished]:
    """The whole line, fed by the themes; and what it made."""
    folder = tmp_path_factory.mktemp("fed")
    root = DataRoot(folder / "data")
    root.prepare()
    make_key(folder / "key.json", "synthetic")
    context = context_of(root, folder / "key.json", "stapelingsmonitor")
    return context, line.run_line(context, context.plan_of(PEILJAAR), validation(), SETTINGS)


@pytest.fixture(scope="module")
def warehouse(fed: tuple[Context, line.Finished]) -> Iterator[Warehouse]:
    """The kluis of that run, with the indicators of both feeders as temporary tables."""
    context, _ = fed
    schema = year_schema(PEILJAAR)
    with open_warehouse(context.root, context.key(), memory="1GB") as opened:
        for feeder in FEEDERS:
            build_person_words(opened, _fed_by(feeder), context.catalogue(), PEILJAAR)
            opened.run(
                f"CREATE TEMP TABLE fed_by_{feeder} AS SELECT * FROM {schema}.person_indicators",
                step="keep for the test",
            )
        yield opened


def _fed_by(feeder: Feeder) -> Indicators:
    return load_indicators(CHECKOUT / "persona_specs" / "indicators", load_catalogue(), feeder)


def shares(warehouse: Warehouse, wanted: dict[str, str]) -> dict[str, float]:
    """Name -> share of the people of whom the SQL over their two rows `a` (components) and `b` (themes) is true."""
    columns = ", ".join(f"avg(coalesce({sql}, false)::INTEGER)" for sql in wanted.values())
    found = warehouse.rows(
        f"SELECT {columns} FROM fed_by_components a JOIN fed_by_stapelingsmonitor b USING (person)", step="compare"
    )[0]
    return dict(zip(wanted, found, strict=True))


def test_the_line_runs_on_the_themes_and_measures_every_persona(fed: tuple[Context, line.Finished]) -> None:
    context, made = fed

    assert made.measured.is_new
    assert made.measured.stored.entry.plan_id == context.plan_of(PEILJAAR).id
    assert (made.bundle.folder / "cijfers.parquet").is_file()


def test_a_release_fed_otherwise_is_another_release(fed: tuple[Context, line.Finished]) -> None:
    context, _ = fed  # prepared before the next tests hold the warehouse open
    plan = context.plan_of(PEILJAAR)
    by_theme = prepare(context, plan)
    by_component = prepare(context_of(context.root, context.key_file, "components"), plan)

    assert by_theme.replay_key != by_component.replay_key
    assert by_theme.fingerprints == by_component.fingerprints


def test_what_both_feeders_know_of_a_person_is_the_same(warehouse: Warehouse) -> None:
    differing = shares(warehouse, {name: f"a.{name} <> b.{name}" for name in STATED.by_id})

    assert [name for name, share in differing.items() if share] == []


def test_both_feeders_know_it_of_most_people(warehouse: Warehouse) -> None:
    known = shares(warehouse, {name: f"a.{name} IS NOT NULL AND b.{name} IS NOT NULL" for name in BOTH})

    assert [name for name, share in known.items() if share < LEAST_KNOWN.get(name, 0.999)] == []


@pytest.mark.parametrize("answer", ["true", "false"])
def test_the_comparison_is_not_vacuous(warehouse: Warehouse, answer: str) -> None:
    told = shares(warehouse, {name: f"a.{name} IS {answer} AND b.{name} IS {answer}" for name in BOTH})

    assert [name for name, share in told.items() if not share] == []


def test_an_indicator_without_a_rule_on_a_theme_is_the_same_in_everybody(warehouse: Warehouse) -> None:
    others = [i.id for i in STATED.base if i.id not in BOTH]
    differing = shares(warehouse, {name: f"a.{name} IS DISTINCT FROM b.{name}" for name in others})

    assert [name for name, share in differing.items() if share] == []


def test_every_persona_has_the_same_state_where_both_feeders_know_its_conditions(
    warehouse: Warehouse, personas: Personas
) -> None:
    found = {
        feeder: ", ".join(f"{state_sql(p)} AS s{n}" for n, p in enumerate(personas.by_id.values()))
        for feeder in FEEDERS
    }
    names = sorted({name for persona in personas.by_id.values() for name in persona.indicators})
    for feeder, states in found.items():
        warehouse.run(
            f"CREATE OR REPLACE TEMP TABLE states_{feeder} AS SELECT person, {', '.join(names)}, {states} "
            f"FROM fed_by_{feeder}",
            step="states",
        )
    differing: list[str] = []
    empty: list[str] = []
    for number, persona in enumerate(personas.by_id.values()):
        known = " AND ".join(f"a.{n} IS NOT NULL AND b.{n} IS NOT NULL" for n in dict.fromkeys(persona.indicators))
        differs, counted = warehouse.rows(
            f"SELECT bool_or(a.s{number} IS DISTINCT FROM b.s{number}), bool_or(a.s{number} IS NOT NULL) "
            f"FROM states_components a JOIN states_stapelingsmonitor b USING (person) WHERE {known}",
            step="compare",
        )[0]
        differing += [persona.id] if differs else []
        empty += [] if counted else [persona.id]

    assert differing == []
    assert empty == []
