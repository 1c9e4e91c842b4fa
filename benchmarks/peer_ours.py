"""Our side of the comparison with OpenDP's Polars Context: `python -m benchmarks.peer_ours FOLDER`, in a fresh process.

What belongs here: the whole measurement over the invented rows, by the code that measures a release, from patterns to
intervals. What does not: the rows (`peer_rows.py`), the verdict (`peer.py`). Tells JSON: noised figures and public facts.
"""

import json
import sys
import time
from fractions import Fraction
from pathlib import Path

from benchmarks.peer_rows import ROWS, Question, question_of
from pipelines.facts.gemeenten import gemeenten
from pipelines.indicators.collection import Indicators
from pipelines.indicators.load import load_indicators
from pipelines.personas.load import load_personas
from pipelines.personas.spec import Persona
from pipelines.privacy.entry import Charge
from pipelines.privacy.ledger import measure, open_ledger
from pipelines.privacy.mechanism import OpenDPGaussian
from pipelines.privacy.workload import Table, Workload
from pipelines.registers.catalogue_model import load_catalogue
from pipelines.release.cells import KeySet, exact_vectors, make_key_set
from pipelines.release.figures import publish_figures
from pipelines.release.plan import TABLES, ReleasePlan, load_plan
from pipelines.rooms import DataRoot, make_key
from pipelines.warehouse import Warehouse, open_warehouse, year_schema

CHECKOUT = Path(__file__).resolve().parents[1]
PLAN = "2023-voorlopig"


def main() -> int:
    """Measure the rows of a folder, a data root of its own, and tell what came out."""
    started = time.perf_counter()
    root = DataRoot(Path(sys.argv[1]))
    plan = peer_plan()
    question = question_of(plan)
    indicators = load_indicators(CHECKOUT / "persona_specs" / "indicators", load_catalogue())
    known = load_personas(CHECKOUT / "persona_specs" / "personas", indicators)
    personas = tuple(known.by_id[name].model_copy(update={"smallest_geography": "gemeente"}) for name in plan.personas)
    key_set = everywhere(personas, indicators, plan.peiljaar)
    workload = workload_of(plan, key_set, Fraction(question.rho))
    key = make_key(root.path / "key.json", "synthetic")
    with open_warehouse(root, key) as warehouse, open_ledger(root.ledger, cap=plan.cap) as ledger:
        make_patterns(warehouse, root, question, plan.peiljaar)
        bent = tuple(over_rows(persona, name) for persona, name in zip(personas, question.personas, strict=True))
        stored = measure(
            ledger,
            charge(),
            workload,
            lambda: exact_vectors(warehouse, key_set, bent, plan.contributions),
            OpenDPGaussian(),
        )
    totals = publish_figures(stored, key_set, plan.status, "1.0.0").figures.filter(leeftijd="totaal", geslacht="totaal")
    national = totals.filter(niveau="land")
    print(
        json.dumps(
            {
                "seconds": time.perf_counter() - started,
                "cells": workload.size,
                "sd_gemeente": totals.filter(niveau="gemeente")["sd"].median(),
                "sd_land": national["sd"].median(),
                "land": {
                    f"{persona}.{state}": national.filter(persona=plan.personas[number], toestand=word)[
                        "schatting"
                    ].item()
                    for number, persona in enumerate(question.personas)
                    for state, word in zip(question.states, ("missing", "served", "unknown"), strict=True)
                },
            }
        )
    )
    return 0


def peer_plan() -> ReleasePlan:
    """The plan whose personas, shares and bound the comparison uses."""
    return load_plan(CHECKOUT / "persona_specs" / "release_plans", PLAN)


def everywhere(personas: tuple[Persona, ...], indicators: Indicators, peiljaar: int) -> KeySet:
    """All cells of all personas: every gemeente delivers everything."""
    numbers = frozenset(int(g.code[2:]) for g in gemeenten(peiljaar))
    return make_key_set(personas, indicators, dict.fromkeys(load_catalogue().registers, numbers), peiljaar)


def workload_of(plan: ReleasePlan, key_set: KeySet, rho: Fraction) -> Workload:
    """The tables of the tree with the shares of the plan, of the rho that both sides have."""
    tree = sum((plan.tables[name] for name in TABLES), Fraction(0))
    tables = tuple(Table(name, key_set.table_size(name), rho * plan.tables[name] / tree) for name in TABLES)
    return Workload(tables, plan.contributions, float(plan.delta))


def over_rows(persona: Persona, name: str) -> Persona:
    """The persona as the rows know it: `<name>_telt` for all its conditions, `<name>_heeft` for the voorziening."""
    missing = persona.missing_voorziening.model_copy(update={"need": f"{name}_telt", "voorziening": f"{name}_heeft"})
    problems = tuple(problem.model_copy(update={"indicator": f"{name}_telt"}) for problem in persona.problems)
    changed = {"population": f"{name}_telt", "problems": problems, "missing_voorziening": missing}
    return persona.model_copy(update=changed)


def make_patterns(warehouse: Warehouse, root: DataRoot, question: Question, peiljaar: int) -> None:
    """People who share everything, as the line makes them of indicators: who can be in no persona is left out."""
    schema, by = year_schema(peiljaar), "gemeente, leeftijdsgroep, geslacht"
    names = ", ".join(question.personas)
    booleans = ", ".join(
        f"CASE {name} WHEN 0 THEN false WHEN 3 THEN NULL ELSE true END AS {name}_telt, {name} = 2 AS {name}_heeft"
        for name in question.personas
    )
    warehouse.run(f"CREATE SCHEMA {schema}", step="schema")
    warehouse.run(
        f"CREATE TABLE {schema}.patterns AS SELECT {by}, {names}, count(*)::BIGINT AS n "
        f"FROM read_parquet('{root.kluis / ROWS}') WHERE {' + '.join(question.personas)} > 0 GROUP BY {by}, {names}",
        step="patterns",
    )
    warehouse.run(
        f"CREATE VIEW {schema}.pattern_indicators AS SELECT {by}, n, {booleans} FROM {schema}.patterns", step="names"
    )


def charge() -> Charge:
    return Charge("0" * 64, "peer", "peer", "invented rows", 2023, "benchmark", "2000-01-01T00:00:00+00:00")


if __name__ == "__main__":
    raise SystemExit(main())
