"""The long proofs on a synthetic data root: what was planted, what the naive oracle finds, and that a replay is free.

What belongs here: each proof of the counting, which says in words what differed, never how many people a cell has. What
does not: proofs of the promise (`privacy_proofs.py`), the report (`verify.py`), the oracle (`tests/oracle`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.exact_counts import our_exact_counts
from benchmarks.scratch import ledger_digest, on_scratch
from pipelines import line
from pipelines.audit_run import Neighbours, neighbours
from pipelines.context import Context
from pipelines.personas.compiler import STATE_CODES, state_sql
from pipelines.personas.spec import STATES, Persona
from pipelines.registers.coverage import covered_gemeenten
from pipelines.release.cells import exact_vectors, make_key_set
from pipelines.release.outside import outside_vector
from pipelines.release.plan import ReleasePlan, personas_of
from pipelines.warehouse import connect, open_warehouse, year_schema
from tests.oracle import LongStates, cell_counts, first_k, totals
from tests.oracle.tables import oracle_tables
from tests.oracle.truncation import Cell

NOT_COUNTED = "not_counted"

PARTS = 8
"""In so many parts the naive query runs: whole, its joins for the country spill from 6 GB to disk."""


@dataclass(frozen=True)
class Evidence:
    """One data root with the line done, the plan, and a scratch folder for what would otherwise be spent.

    `told`: what proofs say for the report beside pass or fail, heading -> sentences; never a count.
    """

    context: Context
    plan: ReleasePlan
    scratch: Path
    told: dict[str, list[str]] = field(default_factory=dict)

    @property
    def schema(self) -> str:
        return year_schema(self.plan.peiljaar)

    @cached_property
    def personas(self) -> tuple[Persona, ...]:
        return personas_of(self.plan, self.context.personas())

    @cached_property
    def oracle(self) -> LongStates:
        """Everybody who is counted, by EXISTS over the registers: minutes for the whole country."""
        connection = connect(self.context.root, self.context.key(), read_only=True, memory=self.context.memory)
        try:
            return LongStates.read(
                connection,
                self.personas,
                self.context.indicators(),
                self.context.catalogue(),
                self.plan.peiljaar,
                PARTS,
            )
        finally:
            connection.close()

    @cached_property
    def neighbours(self) -> Neighbours:
        """The plan counted over the deliveries, and over a copy without one person: a second ingest."""
        return neighbours(self.context, self.plan, self.scratch / "neighbours")

    def pipeline_states(self, persona: Persona) -> pl.DataFrame:
        """person, code: everybody whom the compiled persona counts."""
        with open_warehouse(
            self.context.root, self.context.key(), read_only=True, memory=self.context.memory
        ) as warehouse:
            return warehouse.frame(
                f"SELECT person, code FROM (SELECT person, {state_sql(persona)} AS code "
                f"FROM {self.schema}.person_indicators) WHERE code IS NOT NULL",
                step="states of everybody",
            )


Proof = Callable[[Evidence], list[str]]
"""What differed, in words; empty when it holds."""


def planted_people_are_in_their_state(evidence: Evidence) -> list[str]:
    """Every planted person is in the planted state of the persona."""
    wrong: list[str] = []
    planted = pl.read_parquet(evidence.context.root.truth(evidence.plan.peiljaar) / "planted.parquet")
    for persona in evidence.personas:
        mine = planted.filter(pl.col("persona") == persona.id)
        if mine.is_empty():
            wrong.append(f"{persona.id}: nobody is planted")
        for state in (
            mine.join(_landed(evidence, persona), on="rinpersoon", how="left")
            .filter(pl.col("state") != pl.col("landed").fill_null(NOT_COUNTED))["state"]
            .unique()
        ):
            wrong.append(f"{persona.id}: people who were planted as {state} are elsewhere")
    return wrong


def near_misses_are_not_counted(evidence: Evidence) -> list[str]:
    """Nobody who was planted to miss a persona by one condition is counted in it."""
    planted = pl.read_parquet(evidence.context.root.truth(evidence.plan.peiljaar) / "planted.parquet")
    near = planted.filter(pl.col("near_miss_of").is_not_null())
    wrong = [] if near.height else ["no near-misses are planted"]
    for persona in evidence.personas:
        counted = near.filter(pl.col("persona") == persona.id).join(_landed(evidence, persona), on="rinpersoon")
        wrong += [f"{persona.id}: near-misses of {name} are counted" for name in counted["near_miss_of"].unique()]
    return wrong


def everybody_is_in_the_state_of_the_oracle(evidence: Evidence) -> list[str]:
    """Person by person, the compiled state is that of the EXISTS query over the registers."""
    wrong: list[str] = []
    for place, persona in enumerate(evidence.personas):
        compiled = evidence.pipeline_states(persona).sort("person")
        naive = evidence.oracle.take(evidence.oracle.persona == place)
        naive = naive.take(np.argsort(naive.person))
        codes = np.array([STATE_CODES[state] for state in STATES])[naive.state]
        if not (
            np.array_equal(compiled["person"].to_numpy(), naive.person)
            and np.array_equal(compiled["code"].to_numpy(), codes)
        ):
            wrong.append(f"{persona.id}: somebody is in another state, or counted in one of the two only")
    return wrong


def totals_are_those_of_the_oracle(evidence: Evidence) -> list[str]:
    """Before the bound, every persona has the oracle's total in every state, and in every cell."""
    return _same_cells(evidence, len(evidence.personas))


def bounded_counts_are_those_of_the_oracle(evidence: Evidence) -> list[str]:
    """After the bound, for K = 1, 2, 3, every cell is that of the independent truncation."""
    return [words for bound in (1, 2, 3) for words in _same_cells(evidence, bound)]


def measured_tables_are_those_of_the_oracle(evidence: Evidence) -> list[str]:
    """The vectors that go to the noise hold the oracle's people, in the order of the public cells."""
    context, plan = evidence.context, evidence.plan
    with open_warehouse(context.root, context.key(), read_only=True, memory=context.memory) as warehouse:
        coverage = covered_gemeenten(warehouse, evidence.schema)
        key_set = make_key_set(evidence.personas, context.indicators(), coverage, plan.peiljaar)
        vectors = exact_vectors(warehouse, key_set, evidence.personas, plan.contributions)
    cells = cell_counts(first_k(evidence.oracle, plan.contributions))
    naive = oracle_tables(cells, key_set, tuple(persona.id for persona in evidence.personas))
    return [f"table {name} differs" for name, vector in vectors.items() if vector.tolist() != naive[name]]


def numbers_outside_the_brp_are_those_of_the_oracle(evidence: Evidence) -> list[str]:
    """The measured vector of the stratum outside the BRP, for K = 1, 2, 3 and without a bound, is that of the oracle."""
    context, plan = evidence.context, evidence.plan
    connection = connect(context.root, context.key(), read_only=True, memory=context.memory)
    try:
        oracle = LongStates.read(
            connection, evidence.personas, context.indicators(), context.catalogue(), plan.peiljaar, outside=True
        )
    finally:
        connection.close()
    wrong: list[str] = []
    for bound in (1, 2, 3, len(evidence.personas)):
        with open_warehouse(context.root, context.key(), read_only=True, memory=context.memory) as warehouse:
            vector = outside_vector(warehouse, evidence.personas, bound, plan.peiljaar)
        naive = totals(first_k(oracle, bound))
        cells = [(place, state) for place in range(len(evidence.personas)) for state in range(len(STATES))]
        if vector.tolist() != [naive.get(cell, 0) for cell in cells]:
            wrong.append(f"K = {bound}: a count of numbers outside the BRP differs")
    return wrong


def a_second_run_is_a_replay(evidence: Evidence) -> list[str]:
    """The second run draws nothing, spends nothing, and gives the same bundle."""
    own = on_scratch(evidence.context, evidence.scratch)
    real = ledger_digest(evidence.context)
    first, bundle = line.measure(own, evidence.plan), line.bundle(own, evidence.plan)
    spent = ledger_digest(own)
    second, again = line.measure(own, evidence.plan), line.bundle(own, evidence.plan)
    checks = {
        "the first run draws": first.is_new and bundle.is_new,
        "the second run draws nothing": not second.is_new and not again.is_new,
        "the second run leaves the ledger as it was": ledger_digest(own) == spent,
        "the same measurement comes back": first.stored.blob == second.stored.blob,
        "the same bundle comes back": bundle.digest == again.digest,
        "the spend is that of one run": first.spent_after == second.spent_after == evidence.plan.rho,
        "the ledger of the data root is untouched": ledger_digest(evidence.context) == real,
    }
    return [f"not true: {words}" for words, holds in checks.items() if not holds]


PROOFS: tuple[Proof, ...] = (
    planted_people_are_in_their_state,
    near_misses_are_not_counted,
    everybody_is_in_the_state_of_the_oracle,
    totals_are_those_of_the_oracle,
    bounded_counts_are_those_of_the_oracle,
    measured_tables_are_those_of_the_oracle,
    numbers_outside_the_brp_are_those_of_the_oracle,
    a_second_run_is_a_replay,
)


def _landed(evidence: Evidence, persona: Persona) -> pl.DataFrame:
    """rinpersoon, landed: the state of everybody who is counted."""
    words = {code: state for state, code in STATE_CODES.items()}
    return evidence.pipeline_states(persona).select(
        pl.col("person").cast(pl.String).str.zfill(9).alias("rinpersoon"),
        pl.col("code").replace_strict(words, return_dtype=pl.String).alias("landed"),
    )


def _same_cells(evidence: Evidence, bound: int) -> list[str]:
    compiled = _pattern_cells(evidence, bound)
    naive = cell_counts(first_k(evidence.oracle, bound))
    places = {cell[3:] for cell in {*compiled, *naive} if compiled.get(cell) != naive.get(cell)}
    return [f"K = {bound}: {evidence.personas[place].id}, {STATES[state]} differs" for place, state in sorted(places)]


def _pattern_cells(evidence: Evidence, bound: int) -> dict[Cell, int]:
    """The compiled counts over the patterns, laid out as the oracle's."""
    found: dict[Cell, int] = {}
    codes = {STATE_CODES[state]: place for place, state in enumerate(STATES)}
    counted = our_exact_counts(evidence.context, evidence.plan, bound)
    for (gemeente, band, sex, persona, code), people in counted.items():
        found[gemeente, -1 if band is None else band, sex, persona, codes[code]] = people
    return found
