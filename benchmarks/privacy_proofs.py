"""The long proofs of the promise itself: the audit, the faults that it must catch, kills, and what the bound costs.

What belongs here: each proof, which says in words what differed. What does not: the audit's rules
(`pipelines/privacy/audit.py`), the faults and the kills (`tests/privacy`), proofs of the counting (`proofs.py`).
"""

import random
import shutil

from benchmarks.proofs import Evidence, Proof
from pipelines.privacy.audit import audit
from pipelines.privacy.mechanism import OpenDPGaussian
from pipelines.release.expected_loss import LARGEST, count_expected_loss, expected_loss_of
from pipelines.release.measure import prepare
from pipelines.warehouse import open_warehouse
from tests.privacy.kills import kill_at_random
from tests.privacy.planted_faults import FAULTS

LONG = 40_000
"""Measurements of the affected cells in each world, for the honest code."""

SHORT = 10_000
"""The same for each fault: the least that the audit allows."""

KILLS = 200


def the_audit_passes_the_real_line(evidence: Evidence) -> list[str]:
    """Two deliveries that differ by one person, through ingest to counts, keep every rule and the claimed privacy loss."""
    found = evidence.neighbours
    scratch = evidence.scratch / "audit"
    report = audit(found.without, found.within, found.workload, OpenDPGaussian(), scratch, draws=LONG)
    evidence.told["The audit"] = [
        f"{'holds' if finding.holds else '**FAILS**'}: {finding.rule}: {finding.words}" for finding in report.findings
    ]
    return [f"{finding.rule} does not hold: {finding.words}" for finding in report.findings if not finding.holds]


def the_audit_catches_every_planted_fault(evidence: Evidence) -> list[str]:
    """Each fault that is put into the counts, the noise or the ledger is caught by the rule that fits it."""
    found, scratch = evidence.neighbours, evidence.scratch / "fault"
    missed: list[str] = []
    told = evidence.told["Faults that were planted"] = []
    for fault in FAULTS:
        with fault.planted():
            worlds = fault.counting(found.without, found.within)
            report = audit(*worlds, found.workload, OpenDPGaussian(), scratch, draws=SHORT)
        shutil.rmtree(scratch, ignore_errors=True)
        if fault.rule not in report.failed:
            missed.append(f"{fault.name} is not caught by the rule '{fault.rule}'")
        told.append(f"{fault.name}: caught by {', '.join(report.failed) or '**nothing**'}")
    return missed


def kills_leave_a_paid_release_or_nothing(evidence: Evidence) -> list[str]:
    """Killed at 200 random moments, the ledger holds each spend with its measurements, and no release was drawn twice."""
    try:
        tally = kill_at_random(evidence.scratch / "kills", KILLS, random.Random())  # noqa: S311 picks moments only
    except AssertionError as error:
        return [f"not true: {error}"]
    evidence.told["Kills"] = [
        f"{tally.kills} kills; {tally.paid} releases were paid for; {tally.tried_again} were tried again after a kill, of "
        f"which {tally.paid_before} had been paid for and were replayed"
    ]
    return [] if tally.paid_before and tally.tried_again > tally.paid_before else ["the kills hit nothing"]


def the_stated_loss_is_that_of_this_population(evidence: Evidence) -> list[str]:
    """What the bound leaves out of each persona stands beside the plan as counted on this population, and is at most 2 %."""
    context, plan = evidence.context, evidence.plan
    prepared = prepare(context, plan)
    stated = expected_loss_of(context.specs, plan, prepared.personas, context.indicators())
    with open_warehouse(context.root, context.key(), read_only=True, memory=context.memory) as warehouse:
        counted = count_expected_loss(warehouse, plan, prepared.personas, context.indicators(), prepared.population_id)
    wrong = [
        f"{name}: the bound leaves out {100 * loss:.2f} %" for name, loss in counted.loss.items() if loss > LARGEST
    ]
    if stated != counted:
        wrong.append(
            f"the file beside the plan is missing, old or of another population: `blindevlek plan loss {plan.id}`"
        )
    return wrong


PRIVACY_PROOFS: tuple[Proof, ...] = (
    the_stated_loss_is_that_of_this_population,
    the_audit_passes_the_real_line,
    the_audit_catches_every_planted_fault,
    kills_leave_a_paid_release_or_nothing,
)
