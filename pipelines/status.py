"""The state of a data root in a few lines: for a person, and for a scheduler.

What belongs here: reading what is there. What does not: doing anything about it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction

from pipelines import run_record
from pipelines.context import Context
from pipelines.duckdb_settings import known_settings, room_words
from pipelines.errors import DeliveryError, SpecError
from pipelines.privacy.budget import exact_text
from pipelines.registers.delivered_files import delivered_files, file_lines
from pipelines.registers.delivery import complete_deliveries, newest
from pipelines.release.ledger_reading import read_ledger
from pipelines.release.measure import prepare
from pipelines.release.stages import is_measured
from pipelines.warehouse import open_warehouse, year_schema

REFRESH_MONTH, REFRESH_DAY = 4, 1
"""The yearly refresh: 1 April, when the deliveries of the year before have come in."""


@dataclass(frozen=True)
class Status:
    """Lines to show, and what is waiting (empty when nothing is)."""

    lines: tuple[str, ...]
    waiting: tuple[str, ...]


def read_status(context: Context, peiljaren: tuple[int, ...]) -> Status:
    """Last run, deliveries and measurement of each peiljaar, budget left, next due. Counts nothing and spends nothing.

    Of several peiljaren, those of which nothing was delivered stand together on one line.
    """
    unencrypted = context.root.unencrypted
    guarded = room_words(unencrypted=unencrypted, known=known_settings() if unencrypted else ())
    lines = [f"data root: {context.root.path}", *guarded]
    waiting: list[str] = []
    record = run_record.last_run(context.root)
    if record is None:
        lines.append("last run: none")
    else:
        lines.append(f"last run: {record['plan']}, {record['finished']}, {record['outcome']}")
        if record["outcome"] != "done":
            waiting.append("the last run did not finish")
    nothing: list[int] = []
    for peiljaar in peiljaren:
        deliveries = complete_deliveries(context.root.deliveries(peiljaar))
        if not deliveries and len(peiljaren) > 1 and not _was_taken_in(context, peiljaar):
            nothing.append(peiljaar)
            continue
        deliveries, older = newest(deliveries)
        names = ", ".join(f"{d.folder.name} v{d.manifest.version} ({d.manifest.status})" for d in deliveries)
        lines.append(f"deliveries of {peiljaar}: {names or 'none complete'}")
        lines.extend(f"delivery passed over: {d.folder.name} v{d.manifest.version}, an older version" for d in older)
        lines.extend(_files(context, peiljaar))
        if warned := run_record.warnings_of(context.root, peiljaar):
            lines.append(f"rules of {peiljaar} that warned (`blindevlek check` says more): {', '.join(warned)}")
        waiting.extend(_measurement(context, peiljaar, bool(deliveries), lines))
    if nothing:
        lines.append(f"no deliveries of: {', '.join(map(str, nothing))}")
    lines.append(context.feeder_words())
    lines.append(_budget(context))
    lines.append(f"next refresh due: {_next_due(context.now())}")
    return Status(tuple(lines), tuple(waiting))


def _was_taken_in(context: Context, peiljaar: int) -> bool:
    """Does the warehouse hold a peiljaar whose deliveries are gone?"""
    if not context.root.warehouse.exists():
        return False
    with open_warehouse(context.root, context.key(), read_only=True, memory=context.memory) as warehouse:
        return warehouse.has_table(year_schema(peiljaar), "deliveries")


def _files(context: Context, peiljaar: int) -> list[str]:
    """The registers of which an older file (or a copy) was passed over; `blindevlek ingest --files` shows all."""
    if not context.root.warehouse.exists():
        return []
    with open_warehouse(context.root, context.key(), read_only=True, memory=context.memory) as warehouse:
        files = delivered_files(warehouse, peiljaar)
    passed_over = {file.register for file in files if not file.used}
    return [f"file of {line}" for line in file_lines([file for file in files if file.register in passed_over])]


def _measurement(context: Context, peiljaar: int, delivered: bool, lines: list[str]) -> list[str]:
    try:
        plan = context.plan_of(peiljaar)
    except SpecError:
        lines.append(f"release plan of {peiljaar}: none")
        return []
    if not delivered and not context.root.warehouse.exists():
        lines.append(f"measurement of {plan.id}: waits for a delivery")
        return []
    if not context.root.warehouse.exists():
        lines.append(f"measurement of {plan.id}: not yet; the deliveries were not taken in")
        return [f"deliveries of {peiljaar} to take in"]
    context.key()
    try:
        prepared = prepare(context, plan)
    except DeliveryError:
        lines.append(f"measurement of {plan.id}: not yet; the deliveries were not taken in")
        return [f"deliveries of {peiljaar} to take in"]
    measured = is_measured(plan, prepared.replay_key, read_ledger(context.root))
    lines.append(f"measurement of {plan.id}: {'done' if measured else 'not yet for these deliveries and specs'}")
    return [] if measured else [f"{plan.id} to measure"]


def _budget(context: Context) -> str:
    entries = read_ledger(context.root)
    if not entries:
        return "budget: nothing was spent yet"
    spent = sum((entry.rho for entry in entries), Fraction(0))
    left = entries[-1].cap - spent
    return f"budget: spent {exact_text(spent)} of {exact_text(entries[-1].cap)}, left {exact_text(left) if left else 0}"


def _next_due(now: str) -> str:
    today = datetime.fromisoformat(now).astimezone(UTC).date()
    due = today.replace(month=REFRESH_MONTH, day=REFRESH_DAY)
    return str(due if today < due else due.replace(year=due.year + 1))
