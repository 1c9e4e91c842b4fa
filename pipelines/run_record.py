"""The record of the last run, in the kluis: when, which plan, how it ended, how long each step took.

What belongs here: writing and reading that record. What does not: what a step did (the state has it).
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from pipelines.context import Context
from pipelines.rooms import DataRoot

_NAME = "last_run.json"


@contextmanager
def recording(context: Context, plan_id: str) -> Iterator[dict[str, float | None]]:
    """Record a run, also one that fails: only the kind of the error is kept, its message may name rows."""
    started = context.now()
    seconds: dict[str, float | None] = {}
    outcome = "failed"
    try:
        yield seconds
        outcome = "done"
    except BaseException as error:
        outcome = f"failed ({type(error).__name__})"
        raise
    finally:
        record = {
            "plan": plan_id,
            "started": started,
            "finished": context.now(),
            "outcome": outcome,
            "seconds": seconds,
        }
        path = context.root.kluis / _NAME
        draft = path.with_suffix(".tmp")
        draft.write_text(json.dumps(record, indent=1), encoding="utf-8")
        draft.replace(path)


def last_run(root: DataRoot) -> dict[str, object] | None:
    """The record of the last run, or None when there was none."""
    path = root.kluis / _NAME
    if not path.exists():
        return None
    found: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return found
