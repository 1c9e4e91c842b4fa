"""The rooms for one step of Dagster: the environment, the writer's lock, and errors that quote nothing.

What belongs here: what every asset and check needs around its work. What does not: the work (`pipelines.line`).
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

import dagster as dg

from pipelines import run_record
from pipelines.context import Context
from pipelines.errors import CheckFailed, KluisError, UserError
from pipelines.progress import Progress, silent
from pipelines.surroundings import make_context
from pipelines.withheld import quiet_libraries, told_of

if TYPE_CHECKING:
    from pipelines.line import Validation
    from pipelines.release.plan import ReleasePlan

POOL = "kluis"
"""The pool of everything that opens the warehouse or the ledger; the instance allows one at a time."""

PLAN_TAG = "blindevlek/plan"
"""Tag of a run that names the release plan."""

JOB_RELEASE = "release"

StepContext = dg.AssetExecutionContext | dg.AssetCheckExecutionContext
T = TypeVar("T")

_NO_PEILJAAR = (
    "this run names no peiljaar, and there is no default one. Materialise the asset for a peiljaar (its check runs "
    "along), or run `blindevlek check` in the kluis."
)


@dataclass(frozen=True)
class Done(Generic[T]):
    """What a step returned, and how long it took."""

    value: T
    seconds: float


@dataclass(frozen=True)
class Refused:
    """Why a step did not happen, in our own words; `by_rules` when data did not satisfy a suite, and then `parts`
    says which parts of the validation failed (none: it is not known)."""

    message: str
    by_rules: bool
    parts: frozenset[str] = frozenset()


class Rooms:
    """The rooms of the data root that the environment names, as a resource of Dagster.

    A plain object, not a configurable resource: with nothing to configure, no path and no key can enter the
    configuration of a run, which Dagster stores.
    """

    def do(self, context: StepContext, work: Callable[[Context, int], T]) -> Done[T]:
        """Do the work of a step on the rooms and its peiljaar; raises dagster.Failure, which is never retried."""
        outcome = self.attempt(context, work)
        if isinstance(outcome, Refused):
            raise dg.Failure(outcome.message, allow_retries=False)
        return outcome

    def attempt(self, context: StepContext, work: Callable[[Context, int], T]) -> Done[T] | Refused:
        """Do the work under the writer's lock, which the command line takes too; an error becomes a Refused.

        Returned and not raised: an exception raised while another is handled carries that one along, and Dagster
        stores the whole chain.
        """
        step = context.op_execution_context.op.name.replace("__", "/")
        if not context.has_partition_key:
            return Refused(_NO_PEILJAAR, by_rules=False)
        peiljaar = int(context.partition_key)

        def recorded(room: Context) -> T:
            started = time.perf_counter()
            with room.root.writing(), run_record.recording(room, f"{step} {peiljaar} (Dagster)") as seconds:
                value = work(room, peiljaar)
                seconds[step] = time.perf_counter() - started
            return value

        return guarded(step, context.log.info, recorded)

    def outside_the_kluis(self, context: dg.OpExecutionContext, work: Callable[[Context], T]) -> Done[T]:
        """Do work that opens neither warehouse nor ledger: without the writer's lock, and without a record in the kluis.
        Raises dagster.Failure, which is never retried."""
        outcome = guarded(context.op.name, context.log.info, work)
        if isinstance(outcome, Refused):
            raise dg.Failure(outcome.message, allow_retries=False)
        return outcome


def guarded(step: str, log: Callable[[str], None], work: Callable[[Context], T]) -> Done[T] | Refused:
    """Do the work on the rooms that the environment names; an error becomes a Refused in our own words."""
    started = time.perf_counter()
    try:
        with quiet_libraries():
            value = work(from_environment(_steps_only(log)))
        return Done(value, time.perf_counter() - started)
    except (UserError, KluisError) as error:
        by_rules = isinstance(error, CheckFailed)
        return Refused(str(error), by_rules, error.parts if isinstance(error, CheckFailed) else frozenset())
    except (KeyboardInterrupt, dg.DagsterExecutionInterruptedError):
        # Passed on below, alone: what it interrupted may be a library's error that quotes a row.
        pass
    except BaseException as error:
        return Refused(_withheld(step, told_of(error)), by_rules=False)
    raise KeyboardInterrupt


def from_environment(progress: Progress = silent) -> Context:
    """The context that the environment variables name (`pipelines/surroundings.py` lists them)."""
    return make_context(os.environ, progress, silent)


def validation() -> "Validation":
    """The suites of Great Expectations, loaded when a check runs: that import takes seconds."""
    from expectations.validation import validation as suites

    return suites()


def plan_of(context: StepContext, room: Context) -> "ReleasePlan":
    """The plan that the run names with its tag; without one, the last plan of the peiljaar.

    Raises UserError when the job `release` names no plan, or the plan is of another peiljaar.
    """
    peiljaar, named = int(context.partition_key), context.run.tags.get(PLAN_TAG)
    if named is None:
        if context.run.job_name == JOB_RELEASE:
            raise UserError(
                f"the job '{JOB_RELEASE}' names no release plan. Start it with the tag {PLAN_TAG} and the id of a plan "
                f"of peiljaar {peiljaar}, such as {room.plan_of(peiljaar).id}."
            )
        return room.plan_of(peiljaar)
    plan = room.plan(named)
    if plan.peiljaar != peiljaar:
        raise UserError(
            f"release plan {plan.id} is of peiljaar {plan.peiljaar}, and this run is of {peiljaar}. "
            "Choose the partition of the plan."
        )
    return plan


def _steps_only(log: Callable[[str], None]) -> Progress:
    """Pass on what names a step. A message with a number is dropped: the log is stored, and it may be a count."""

    def progress(message: str) -> None:
        if not any(character.isdigit() for character in message):
            log(message)

    return progress


def _withheld(step: str, kind: str) -> str:
    return (
        f"{step} failed in a way that we did not foresee ({kind}). Its text is withheld, because it may quote row "
        "values. Please report the kind and the place as SECURITY.md says."
    )
