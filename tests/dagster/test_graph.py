"""What Dagster shows: assets, checks, jobs, and the limits on what spends budget."""

import subprocess
import sys
from collections.abc import Set
from pathlib import Path

import dagster as dg
import pytest

from assets import checks, jobs, personas, population, publishing
from assets.partitions import PEILJAAR
from assets.resources import POOL
from definitions import defs
from expectations.runner import PARTS
from pipelines.indicators.collection import Indicators
from pipelines.personas.lifecycle_registry import review_fingerprint
from pipelines.personas.load import Personas

CHECKOUT = Path(__file__).resolve().parents[2]
PERSONAS = {
    "persona/dakloos_verslaafd_schulden",
    "persona/jongere_schuld_zonder_startkwalificatie",
    "persona/wia_zelf_stopgezet",
}


def _keys(keys: Set[dg.AssetKey]) -> set[str]:
    return {key.to_user_string() for key in keys}


def test_the_definitions_load() -> None:
    dg.Definitions.validate_loadable(defs)


def test_the_graph_runs_from_deliveries_to_the_bundle() -> None:
    graph = defs.resolve_asset_graph()

    found = {
        key.to_user_string(): (graph.get(key).group_name, _keys(graph.get(key).parent_keys))
        for key in graph.get_all_asset_keys()
    }

    assert (
        found.items()
        >= {
            "kluis/deliveries": ("kluis", set()),
            "kluis/registers": ("kluis", {"kluis/deliveries"}),
            "kluis/persons": ("kluis", {"kluis/registers"}),
            "kluis/person_indicators": ("kluis", {"kluis/registers", "kluis/persons"}),
            "kluis/patterns": ("kluis", {"kluis/person_indicators"}),
            "release/bundle": ("wachtruimte", {"release/measurement"}),
        }.items()
    )
    of_personas = {key for key in found if key.startswith("persona/")}
    assert of_personas >= PERSONAS
    assert all(found[key] == ("personas", {"kluis/patterns"}) for key in of_personas)
    assert found["release/measurement"] == ("wachtruimte", of_personas)
    assert len(found) == 7 + len(of_personas)


def test_every_asset_is_partitioned_by_peiljaar_and_says_what_it_is() -> None:
    for spec in defs.resolve_all_asset_specs():
        assert spec.partitions_def == PEILJAAR, spec.key
        assert len(spec.description or "") > 80, spec.key
        assert spec.tags["sensitivity"] in ("microdata", "synthetic", "noised"), spec.key


def test_everything_that_opens_the_kluis_waits_for_the_one_writer() -> None:
    definitions = [*(d for d in defs.assets or [] if isinstance(d, dg.AssetsDefinition)), *(defs.asset_checks or [])]

    pools = {definition.op.name: definition.op.pool for definition in definitions}

    assert len(pools) == 9
    assert set(pools.values()) == {POOL}


def test_a_plan_is_measured_as_a_whole() -> None:
    assert not personas.measurement.can_subset
    assert _keys(set(personas.measurement.keys)) >= PERSONAS | {"release/measurement"}


def test_nothing_is_retried_automated_or_filled_back() -> None:
    for definition in defs.assets or []:
        if isinstance(definition, dg.AssetsDefinition):
            assert definition.op.retry_policy is None
            assert definition.backfill_policy is None
            assert all(spec.automation_condition is None for spec in definition.specs)
    for check in defs.asset_checks or []:
        assert all(spec.automation_condition is None for spec in check.check_specs)
    for job in (jobs.refresh, jobs.release, jobs.line, publishing.publish):
        assert job.op_retry_policy is None
        assert "dagster/max_retries" not in (job.tags or {})


def test_the_checks_stand_before_counting() -> None:
    found = {
        (spec.asset_key.to_user_string(), spec.name): spec.blocking
        for check in (checks.registers_hold, checks.indicators_hold)
        for spec in check.check_specs
    }

    assert found == {
        **{
            ("kluis/registers", f"{part}_hold"): True
            for part in ("registers", "relations", "coverage", "public_totals")
        },
        **{
            ("kluis/person_indicators", f"{part}_hold"): True
            for part in ("persons", "inhabitants", "person_indicators")
        },
    }


def test_every_part_of_a_validation_is_a_check() -> None:
    for check, which in ((checks.registers_hold, "registers"), (checks.indicators_hold, "indicators")):
        assert [spec.name for spec in check.check_specs] == [f"{part.replace(' ', '_')}_hold" for part in PARTS[which]]


@pytest.mark.parametrize(
    ("job", "present", "absent"),
    [
        ("refresh", {"kluis/registers", "kluis/patterns"}, PERSONAS | {"release/bundle"}),
        ("release", PERSONAS | {"release/measurement", "release/bundle"}, {"kluis/registers", "kluis/patterns"}),
        ("line", {"kluis/registers", "release/bundle"} | PERSONAS, set[str]()),
    ],
)
def test_a_job_holds_what_its_name_says(job: str, present: set[str], absent: set[str]) -> None:
    found = _keys(set(defs.resolve_job_def(job).asset_layer.executable_asset_keys))

    assert found >= present
    assert not found & absent


@pytest.mark.parametrize("job", ["refresh", "line"])
def test_the_checks_run_with_the_tables_they_guard(job: str) -> None:
    steps = {node.name for node in defs.resolve_job_def(job).nodes}

    assert steps >= {"kluis__registers_registers_hold", "kluis__person_indicators_indicators_hold"}


def test_a_persona_shows_its_sentences_its_query_and_its_fingerprint(
    personas: Personas, indicators: Indicators
) -> None:
    from assets.personas import persona_spec

    persona = personas.by_id["wia-zelf-stopgezet"]

    spec = persona_spec(persona, indicators)

    assert persona.name in (spec.description or "")
    assert "Onbekend blijft" in (spec.description or "")
    assert "CASE" in str(spec.metadata["sql"].value)
    assert spec.code_version == f"v{persona.version}-{review_fingerprint(persona, indicators)[:16]}"


def test_another_spec_is_another_code_version(personas: Personas, indicators: Indicators) -> None:
    from assets.personas import persona_spec

    persona = personas.by_id["wia-zelf-stopgezet"]
    edited = persona.model_copy(update={"population": "volwassen"})

    assert persona_spec(edited, indicators).code_version != persona_spec(persona, indicators).code_version


@pytest.mark.parametrize(
    ("environment", "made"),
    [
        ({}, True),
        ({"BLINDEVLEK_DATA": "/data/cbs"}, False),
        ({"BLINDEVLEK_DATA": "/data/trial", "BLINDEVLEK_SYNTHETIC": "1"}, True),
        ({"BLINDEVLEK_SYNTHETIC": "0"}, False),
    ],
)
def test_deliveries_are_made_only_where_the_population_is_synthetic(environment: dict[str, str], made: bool) -> None:
    found = population.deliveries(population.is_synthetic(environment))

    assert isinstance(found, dg.AssetsDefinition) == made


def test_with_real_deliveries_the_jobs_still_resolve() -> None:
    others = [d for d in defs.assets or [] if d is not population.made_deliveries]
    real = dg.Definitions(
        assets=[population.brought_deliveries, *others],
        asset_checks=defs.asset_checks,
        jobs=[jobs.refresh, jobs.release, jobs.line],
        resources=defs.resources,
    )

    found = _keys(set(real.resolve_job_def("line").asset_layer.executable_asset_keys))

    assert "kluis/registers" in found
    assert "kluis/deliveries" not in found


def test_loading_the_definitions_loads_no_slow_library() -> None:
    code = "import definitions, sys; print([m for m in ('great_expectations', 'opendp') if m in sys.modules])"

    told = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"


def test_the_front_door_is_wiring_only() -> None:
    assert len((CHECKOUT / "definitions.py").read_text(encoding="utf-8").splitlines()) <= 60


def test_no_asset_postpones_its_annotations() -> None:
    for path in sorted((CHECKOUT / "assets").glob("*.py")):
        assert "from __future__ import annotations" not in path.read_text(encoding="utf-8"), path.name
