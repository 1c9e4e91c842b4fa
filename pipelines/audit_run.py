"""The audit of a plan over a synthetic data root: one unit is taken out of every file, and all is counted again.

What belongs here: making the neighbouring delivery and counting both worlds through the real steps. What does not: the
rules that judge them (`privacy/audit.py`). Real deliveries are never copied, so they are never audited this way.
"""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipelines import line
from pipelines.context import Context
from pipelines.errors import DeliveryError, UserError
from pipelines.indicators.households import homes_sql
from pipelines.personas.compiler import column, state_sql
from pipelines.population.neighbour import FileOfPeople, copy_without
from pipelines.privacy.audit import AuditReport, World, audit
from pipelines.privacy.mechanism import OpenDPGaussian
from pipelines.privacy.workload import Workload
from pipelines.registers.delivery import MANIFEST, Delivery, complete_deliveries
from pipelines.registers.finding import find_files
from pipelines.release.measure import Prepared, counted, prepare, workload_of
from pipelines.release.plan import ReleasePlan
from pipelines.warehouse import is_encrypted, open_warehouse, year_schema


@dataclass(frozen=True)
class Neighbours:
    """A plan counted with and without one person, and what it would measure. Exact counts: a value of the kluis."""

    without: World = field(repr=False)
    within: World = field(repr=False)
    workload: Workload


def audit_plan(context: Context, plan: ReleasePlan, scratch: Path, draws: int) -> AuditReport:
    """Count a plan with and without the person, or the household, in most personas, and audit its measurement on both.

    `scratch`: a folder inside the kluis, emptied afterwards; it holds a second copy of the deliveries and their kluis.
    The ledger of the data root is not touched and nothing is spent. Raises UserError when the delivery is real, or is
    not in Parquet.
    """
    found = neighbours(context, plan, scratch)
    try:
        context.progress(f"audit: {draws} measurements of the affected cells in each world")
        return audit(found.without, found.within, found.workload, OpenDPGaussian(), scratch, draws=draws)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def neighbours(context: Context, plan: ReleasePlan, scratch: Path) -> Neighbours:
    """Count a plan through the real steps, over the deliveries as they are and over a copy without one person.

    The copy lies in `scratch`, inside the kluis, and is gone afterwards. Raises as `audit_plan` does.
    """
    _count_again(context, plan)
    prepared = prepare(context, plan)
    if not prepared.synthetic:
        raise UserError(
            "the audit makes a second copy of the deliveries, and a real delivery is never copied. Audit a synthetic "
            "population instead: the code is the same."
        )
    within = _world(context, prepared)
    people = _in_most_personas(context, prepared)
    neighbour = replace(context, root=replace(context.root, path=scratch / "neighbour"))
    try:
        neighbour.root.prepare()
        context.progress(f"audit: the same deliveries without one {plan.privacy_unit.kind}")
        for delivery in complete_deliveries(context.root.deliveries(plan.peiljaar)):
            _copy_without(context, delivery, people, neighbour.root.deliveries(plan.peiljaar) / delivery.folder.name)
        line.take_in(neighbour, plan.peiljaar)
        _count_again(neighbour, plan)
        other = prepare(neighbour, plan)
        return Neighbours(_world(neighbour, other), within, workload_of(plan, prepared.key_set))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _count_again(context: Context, plan: ReleasePlan) -> None:
    line.count_population(context, plan.peiljaar)
    line.find_indicators(context, plan.peiljaar)
    line.group_patterns(context, plan)


def _world(context: Context, prepared: Prepared) -> World:
    with open_warehouse(context.root, context.key(), read_only=True, memory=context.memory) as warehouse:
        return World(prepared.key_set.fingerprint, counted(warehouse, prepared))


def _in_most_personas(context: Context, prepared: Prepared) -> tuple[int, ...]:
    """The unit whom the bound has most to do with, among those who have a cell: the person in most personas, or the
    members of the household that is in most of them together."""
    states = ", ".join(f"{state_sql(persona)} AS {column(persona)}" for persona in prepared.personas)
    count = " + ".join(f"({column(persona)} IS NOT NULL)::INTEGER" for persona in prepared.personas)
    schema, peiljaar = year_schema(prepared.plan.peiljaar), prepared.plan.peiljaar
    counting = (
        f"SELECT person, {count} AS personas FROM (SELECT person, {states} FROM {schema}.person_indicators "
        "WHERE gemeente > 0 AND leeftijdsgroep IS NOT NULL AND geslacht > 0)"
    )
    alone = f"SELECT person, personas FROM ({counting}) WHERE personas > 0 ORDER BY personas DESC, person LIMIT 1"
    homes = homes_sql(schema, peiljaar)
    together = (
        f"WITH homes AS ({homes}), home AS (SELECT huishoudnr, datumaanvanghh FROM ({counting}) JOIN homes USING (person) "
        "WHERE huishoudnr IS NOT NULL AND personas > 0 GROUP BY ALL ORDER BY sum(personas) DESC, min(person) LIMIT 1) "
        "SELECT person FROM homes JOIN home USING (huishoudnr, datumaanvanghh) ORDER BY person"
    )
    with open_warehouse(context.root, context.key(), read_only=True, memory=context.memory) as warehouse:
        found: list[tuple[int, ...]] = []
        if prepared.plan.privacy_unit.kind == "household":
            found = warehouse.rows(together, step="choose the household of the audit")
        found = found or warehouse.rows(alone, step="choose the person of the audit")
    if not found:
        raise UserError("nobody of this population is in any persona of the plan: audit a larger SCALE.")
    return tuple(int(person) for person, *_ in found)


def _copy_without(context: Context, delivery: Delivery, people: Iterable[int], folder: Path) -> None:
    """Copy a delivery without the rows of these people; the manifest, and so the coverage, stays as it is."""
    files: list[FileOfPeople] = []
    for declared in delivery.manifest.files:
        register = context.catalogue().register(declared.register_name)
        for found in find_files(delivery, register, declared).read:
            source = found.path
            if source.suffix.lower() != ".parquet" or is_encrypted(source):
                raise DeliveryError(
                    f"{source.name}: the audit copies Parquet as the population is made in, and no linked municipal delivery."
                )
            key = register.person_key if register.has_persons else None
            files.append(FileOfPeople(source, folder / source.relative_to(delivery.folder), key))
    copy_without(files, [f"{person:09d}" for person in people])
    shutil.copyfile(delivery.folder / MANIFEST, folder / MANIFEST)
