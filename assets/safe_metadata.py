"""The only way from a step to the metadata of Dagster: an allow-list of keys, each with the form of its value.

What belongs here: the list. What does not: deciding what a step tells. Metadata are kept in Dagster's event store
and shown to everyone who opens its pages, so they hold public facts only: never a count or a value of a row.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg

Value = str | float | Path

_TEXTS = {
    "done": r"now|before",
    "drawn": r"now|before",
    "plan": r"[0-9]{4}(-[a-z0-9]+)+",
    "versie": r"[0-9]+\.[0-9]+\.[0-9]+",
    "status": r"[a-z_]+",
    "manifest_digest": r"[0-9a-f]{64}",
    "fingerprint": r"[0-9a-f]{64}",
    "rules": r"[0-9a-f]{64}",
    "rho_of_release": r"[0-9./]+",
    "rho_left": r"[0-9./]+",
}


def safe_metadata(**values: Value) -> dict[str, dg.MetadataValue[Any]]:
    """Metadata for Dagster, in the order given.

    `done` and `drawn` say whether a step worked now or stood there already; `rho_*` are exact amounts of the
    ledger; `seconds` is rounded to tenths; `bundle` is a folder; `sql` is a query as text. Raises ValueError for
    a key that is not on the list, or a value of another form; the message never holds the value.
    """
    return {key: _checked(key, value) for key, value in values.items()}


def _checked(key: str, value: Value) -> dg.MetadataValue[Any]:
    if key in _TEXTS:
        _require(isinstance(value, str) and re.fullmatch(_TEXTS[key], value) is not None, key)
        return dg.MetadataValue.text(str(value))
    if key not in _OTHERS:
        allowed = ", ".join(sorted({*_TEXTS, *_OTHERS}))
        raise ValueError(f"metadata '{key}' is not on the list of public facts. Allowed: {allowed}.")
    kind, make = _OTHERS[key]
    _require(isinstance(value, kind), key)
    return make(value)


def _require(holds: bool, key: str) -> None:
    if not holds:
        raise ValueError(f"metadata '{key}' has another form than the one this key is allowed to have.")


def _sql(value: Any) -> dg.MetadataValue[Any]:
    return dg.MetadataValue.md(f"```sql\n{value}\n```")


_OTHERS: dict[str, tuple[type, Callable[[Any], dg.MetadataValue[Any]]]] = {
    "seconds": (float, lambda value: dg.MetadataValue.float(round(value, 1))),
    "bundle": (Path, dg.MetadataValue.path),
    "sql": (str, _sql),
}
