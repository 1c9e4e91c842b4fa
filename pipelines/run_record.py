"""The record of the last run, in the kluis: when, which plan, how it ended, how long each step took; and which rules only
warned, so that who was asleep can still see it.

What belongs here: writing and reading these records. What does not: what a step did (the state has it).
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipelines.context import Context
from pipelines.rooms import DataRoot

_NAME, _WARNINGS = "last_run.json", "warnings.json"


@contextmanager
def recording(context: Context, plan_id: str) -> Iterator[dict[str, float | None]]:
    """Record a run, also one that fails: only the kind of the error is kept, its message may name rows. A failure is told to
    whom the settings name."""
    started = context.now()
    seconds: dict[str, float | None] = {}
    outcome = "failed"
    try:
        yield seconds
        outcome = "done"
    except BaseException as error:
        outcome = f"failed ({type(error).__name__})"
        context.notices.tell("mislukt", plan_id)
        raise
    finally:
        record = {
            "plan": plan_id,
            "started": started,
            "finished": context.now(),
            "outcome": outcome,
            "seconds": seconds,
        }
        _write(context.root.kluis / _NAME, record)


def last_run(root: DataRoot) -> dict[str, object] | None:
    """The record of the last run, or None when there was none."""
    path = root.kluis / _NAME
    if not path.exists():
        return None
    found: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return found


def record_warnings(root: DataRoot, peiljaar: int, suites: str, rules: Sequence[str]) -> None:
    """Keep the ids of the rules of these suites that warned, in place of those of an earlier check."""
    found = _warnings(root)
    found.setdefault(str(peiljaar), {})[suites] = list(rules)
    _write(root.kluis / _WARNINGS, found)


def warnings_of(root: DataRoot, peiljaar: int) -> tuple[str, ...]:
    """The ids of the rules that warned when the tables of a peiljaar were last checked."""
    return tuple(rule for rules in _warnings(root).get(str(peiljaar), {}).values() for rule in rules)


def _warnings(root: DataRoot) -> dict[str, dict[str, list[str]]]:
    path = root.kluis / _WARNINGS
    found: dict[str, dict[str, list[str]]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def _write(path: Path, content: object) -> None:
    draft = path.with_suffix(".tmp")
    draft.write_text(json.dumps(content, indent=1), encoding="utf-8")
    draft.replace(path)
